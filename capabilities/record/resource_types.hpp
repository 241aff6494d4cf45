// The structured resources that the record keeps, and the document type each is near to: rules/resource-types.tsv.
// Inside record only.
#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "record/document_types.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::record {

struct Nearness {
  std::string doc_class, doc_type;  // empty: near to none
  std::string label;                // French, for traces
};

class ResourceTypes {
 public:
  static kernel::Result<ResourceTypes> load(const std::filesystem::path& rules, const DocumentTypes& documents);
  static kernel::Result<ResourceTypes> parse(std::string_view tsv, const DocumentTypes& documents);

  bool knows(std::string_view type) const;
  // By the first of the categories that the table, or a document type, names; else the type's own row. Nothing for a
  // type that is not known.
  const Nearness& of(std::string_view type, std::span<const std::string> categories) const;
  // The codes of a resource that may say so, in its order: those that `of` would look at and find.
  std::vector<std::string> categories_of(std::string_view type, fhir::Value resource) const;

 private:
  const Nearness* named(std::string_view type, std::string_view category) const;
  struct Row {
    Nearness general;
    std::map<std::string, Nearness, std::less<>> by_category;
  };
  std::map<std::string, Row, std::less<>> rows_;
  std::map<std::string, Nearness, std::less<>> documents_;  // document types that are said by their own code
};

}  // namespace carnet::record
