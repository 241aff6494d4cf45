// A search as it was asked, read once: filters that all must hold, an order, and what to give back. Pure; definitions
// say which parameters a type has.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"
#include "standards/fhir/date_time.hpp"
#include "standards/fhir/definitions.hpp"

namespace carnet::fhir {

enum class Modifier : std::uint8_t { none, missing, exact, contains, text, negated, of_type, identifier, above, below };

// One of the values of a parameter, between commas. Which fields count depends on the kind of the parameter.
struct Operand {
  DateTest::Prefix prefix = DateTest::Prefix::eq;
  bool any_system = true;  // token, quantity: no '|' was written
  bool any_code = false;   // token: "system|"
  std::string system;      // token, quantity; of a reference: the type of the resource, or empty
  std::string code;        // token; quantity: unit; reference: id; uri; of_type: the identifier's type code
  std::string text;        // string: folded, or as written with :exact; of_type: the identifier; reference: whole URL
  Period period{};         // date; `ap` already widened
  double low = 0, high = 0, value = 0;  // number, quantity: the range that the digits imply, and the number itself
  double canonical_low = 0, canonical_high = 0, canonical_value = 0;  // in base units of `dimension`
  std::uint64_t dimension = 0;                                        // of ucum.hpp; 0: not convertible, or no unit
  std::vector<Operand> parts;                                         // composite
};

struct Filter {
  enum class Kind : std::uint8_t {
    value,          // any_of against the values of `parameter`
    id,             // _id: any_of[].code
    last_updated,   // _lastUpdated
    chain,          // some resource that `parameter` refers to, of type next_types[i], satisfies next[i]
    reverse_chain,  // some resource of type `type` that refers here by `parameter` satisfies next[0]
  };
  Kind kind = Kind::value;
  Modifier modifier = Modifier::none;
  bool missing = false;  // of Modifier::missing
  std::string name;      // as written: "subject:Patient.name:exact"
  const SearchParameterInfo* parameter = nullptr;
  std::string_view type;  // reference: of ":Patient"; reverse_chain: who refers
  std::vector<Operand> any_of;
  std::vector<Filter> next;
  std::vector<std::string_view> next_types;  // of a chain, as many as next
};

struct SortKey {
  enum class By : std::uint8_t { parameter, id, last_updated };
  By by = By::parameter;
  const SearchParameterInfo* parameter = nullptr;
  bool descending = false;
};

// _include, _revinclude.
struct Include {
  bool reverse = false;
  bool iterate = false;
  std::string_view source;                         // type of the resources that refer
  const SearchParameterInfo* parameter = nullptr;  // nullptr: all reference parameters ("*")
  std::string_view target;                         // of the resources referred to; empty: any
};

enum class Summary : std::uint8_t { none, all, text, data, count };  // none: _summary=false
enum class Total : std::uint8_t { none, estimate, accurate };

struct SearchQuery {
  std::string_view type;
  std::vector<Filter> filters;
  std::vector<SortKey> sort;
  std::vector<Include> includes;
  std::optional<std::size_t> count;  // as asked, unbounded; 0 means Summary::count
  Summary summary = Summary::none;
  std::vector<std::string> elements;
  std::optional<Total> total;
  std::vector<std::pair<std::string, std::string>> applied;  // as received, in order: for the link `self`
  std::vector<std::string> unknown;                          // names not understood, not applied
};

struct SearchOptions {
  bool strict = false;    // Prefer: handling=strict
  kernel::Instant now{};  // for the prefix `ap`
  std::string_view base;  // ".../fhir/R4": references by this URL are local
  std::span<const std::string_view>
      also_known{};  // names the caller reads itself ("_cursor"): neither applied nor unknown
};

// `resource_type` must be one of find_resource_type. _format and _pretty are accepted and ignored. Errors `invalid`
// "fhir.search": a value that a known parameter cannot have, a modifier that it does not know, more than 100
// parameters, 1,000 values or 4 links of a chain; when strict, also an unknown parameter (code "not-supported").
// issues[].path is the name as written.
kernel::Result<SearchQuery> read_search(std::string_view resource_type,
                                        std::span<const std::pair<std::string, std::string>> parameters,
                                        const SearchOptions& options);

}  // namespace carnet::fhir
