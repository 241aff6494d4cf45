// The parameters of a search, read once: what is asked, and what was not understood.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "standards/fhir/date_time.hpp"

namespace carnet::fhir {

struct Token {
  std::string system;  // OID where known; empty: any
  std::string code;
};
using Tokens = std::vector<Token>;  // one of them

struct DocumentSearch {
  std::vector<Tokens> types, categories;   // each of them
  std::vector<std::vector<std::string>> unique_ids;  // each parameter `identifier`, as far as it names uniqueIds
  std::vector<std::string> statuses;                               // empty: not said
  std::vector<std::pair<std::string, DateTest>> dates, creations;  // as written, and read
  enum class Sort { date_newest, date_oldest, creation_newest, creation_oldest } sort = Sort::date_newest;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

// `invalid` "fhir.search" when a known parameter has a value that cannot be understood; issues[].path is its name.
kernel::Result<DocumentSearch> read_document_search(const Pairs& parameters);
// "system|code"; `system` brought to its OID.
Token read_token(std::string_view text);

}  // namespace carnet::fhir
