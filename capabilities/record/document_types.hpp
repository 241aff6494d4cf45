// The types of documents and the class of each: rules/document-types.tsv. Inside record only.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>

#include "foundation/kernel/result.hpp"

namespace carnet::record {

struct DocumentType {
  std::string code, system;  // OID
  std::string doc_class;     // one of the 11; empty: no document may bear this type
  std::string label;
};

class DocumentTypes {
 public:
  static kernel::Result<DocumentTypes> load(const std::filesystem::path& rules);
  static kernel::Result<DocumentTypes> parse(std::string_view tsv);
  const DocumentType* find(std::string_view code) const;  // null when unknown
  std::string_view label(std::string_view code) const;    // the code itself when unknown
  void each(const std::function<void(const DocumentType&)>& visit) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, DocumentType, Hash, std::equal_to<>> types_;
};

bool is_document_class(std::string_view code);
std::string_view class_label(std::string_view code);  // official French name
// Types that only the holder gives to a document: DOCPAT..., EXPPAT...
bool is_holders_type(std::string_view code);

}  // namespace carnet::record
