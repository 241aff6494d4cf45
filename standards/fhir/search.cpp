#include "standards/fhir/search.hpp"

#include <algorithm>
#include <charconv>

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
      if (value.empty()) continue;  // FHIR: as if it were not there
      if (!take(name, value)) search_.unknown.push_back(name);
    }
    if (!issues_.empty()) return kernel::invalid("fhir.search", std::move(issues_));
    return std::move(search_);
  }

 private:
  void issue(std::string_view name, std::string says) {
    issues_.push_back({"value", std::string(name), std::move(says)});
  }

  bool take(std::string_view name, std::string_view value) {
    if (name == "_format" || name == "_pretty") return true;
    if (name == "patient.identifier" || name == "subject.identifier" || name == "patient:identifier" ||
        name == "subject:identifier") {
      search_.patient_identifiers.push_back(read_token(value));
    } else if (name == "patient" || name == "subject" || name == "patient:Patient" || name == "subject:Patient") {
      take_patient(name, value);
    } else if (name == "type") {
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
    } else if (name == "_count") {
      take_count(value);
    } else if (name == "_cursor") {
      search_.cursor = value;
    } else {
      return false;
    }
    return true;
  }

  void take_patient(std::string_view name, std::string_view value) {
    const auto slash = value.rfind('/');
    const std::string id(slash == std::string_view::npos ? value : value.substr(slash + 1));
    if (!search_.patient.empty() && search_.patient != id) issue(name, "names a second patient");
    search_.patient = id;
  }

  static Tokens tokens(std::string_view value) {
    Tokens read;
    for (const auto one : alternatives(value)) read.push_back(read_token(one));
    return read;
  }

  void take_unique_ids(std::string_view value) {
    for (const auto one : alternatives(value)) {
      const auto bar = one.find('|');
      const auto system = bar == std::string_view::npos ? std::string_view{} : one.substr(0, bar);
      const auto id = bar == std::string_view::npos ? one : one.substr(bar + 1);
      search_.unique_ids.push_back(unique_id_of(system, id));
      if (search_.unique_ids.back().empty()) issue("identifier", "is no uniqueId: an OID or a UUID as a URI");
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

  void take_count(std::string_view value) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc() || end != value.data() + value.size())
      issue("_count", "is not a whole number");
    else
      search_.count = std::min(number, max_page);
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

bool carries_identity(const Pairs& parameters) {
  const auto looks_like_ins = [](std::string_view value) {
    const std::string code = read_token(value).code;
    constexpr std::size_t shortest = 13;
    return code.size() >= shortest && std::ranges::count_if(code, [](char c) { return c >= '0' && c <= '9'; }) >= 12 &&
           std::ranges::all_of(code, [](char c) { return (c >= '0' && c <= '9') || c == 'A' || c == 'B' || c == ' '; });
  };
  return std::ranges::any_of(parameters, [&](const auto& pair) {
    const auto& [name, value] = pair;
    return name.find(".identifier") != std::string::npos || name.find(":identifier") != std::string::npos ||
           ((name == "patient" || name == "subject" || name == "identifier") && looks_like_ins(value));
  });
}

}  // namespace carnet::fhir
