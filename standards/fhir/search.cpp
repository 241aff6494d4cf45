#include "standards/fhir/search.hpp"

#include <algorithm>

#include "standards/fhir/document_reference.hpp"

namespace carnet::fhir {

namespace {

using kernel::Issue;

std::vector<std::string_view> alternatives(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto comma = text.find(',');
    if (!text.substr(0, comma).empty()) parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

class Reader {
 public:
  kernel::Result<DocumentSearch> run(const Pairs& parameters) {
    for (const auto& [name, value] : parameters) {
      if (!value.empty()) take(name, value);  // FHIR: empty is as if it were not there
    }
    if (!issues_.empty()) return kernel::invalid("fhir.search", std::move(issues_));
    return std::move(search_);
  }

 private:
  void issue(std::string_view name, std::string says) {
    issues_.push_back({"value", std::string(name), std::move(says)});
  }

  void take(std::string_view name, std::string_view value) {
    if (name == "type") {
      search_.types.push_back(tokens(value));
    } else if (name == "category") {
      search_.categories.push_back(tokens(value));
    } else if (name == "identifier") {
      take_unique_ids(value);
    } else if (name == "status") {
      take_statuses(value);
    } else if (name == "date" || name == "creation") {
      const auto test = parse_date_test(value);
      if (!test)
        issue(name, "is not a date, with or without a prefix");
      else
        (name == "date" ? search_.dates : search_.creations).emplace_back(value, *test);
    } else if (name == "_sort") {
      take_sort(value);
    }
  }

  static Tokens tokens(std::string_view value) {
    Tokens read;
    for (const auto one : alternatives(value)) read.push_back(read_token(one));
    return read;
  }

  // One that is no uniqueId may be another identifier of a document: those are searched as R4 says.
  void take_unique_ids(std::string_view value) {
    auto& any_of = search_.unique_ids.emplace_back();
    for (const auto one : alternatives(value)) {
      const auto bar = one.find('|');
      const auto system = bar == std::string_view::npos ? std::string_view{} : one.substr(0, bar);
      const auto id = bar == std::string_view::npos ? one : one.substr(bar + 1);
      if (auto unique_id = unique_id_of(system, id); !unique_id.empty()) any_of.push_back(std::move(unique_id));
    }
  }

  void take_statuses(std::string_view value) {
    for (const auto one : alternatives(value)) {
      const std::string code = read_token(one).code;
      if (code != "current" && code != "superseded" && code != "entered-in-error")
        issue("status", "is current, superseded or entered-in-error");
      search_.statuses.push_back(code);
    }
  }

  void take_sort(std::string_view value) {
    using Sort = DocumentSearch::Sort;
    if (value == "date")
      search_.sort = Sort::date_oldest;
    else if (value == "-date")
      search_.sort = Sort::date_newest;
    else if (value == "creation")
      search_.sort = Sort::creation_oldest;
    else if (value == "-creation")
      search_.sort = Sort::creation_newest;
    else
      issue("_sort", "is date, -date, creation or -creation");
  }

  DocumentSearch search_;
  std::vector<Issue> issues_;
};

}  // namespace

Token read_token(std::string_view text) {
  const auto bar = text.find('|');
  if (bar == std::string_view::npos) return {{}, std::string(text)};
  return {oid_of(text.substr(0, bar)), std::string(text.substr(bar + 1))};
}

kernel::Result<DocumentSearch> read_document_search(const Pairs& parameters) {
  return Reader().run(parameters);
}

}  // namespace carnet::fhir
