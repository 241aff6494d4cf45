// What a resource says to one search parameter, extracted once and kept beside it.
#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/time.hpp"
#include "standards/fhir/date_time.hpp"
#include "standards/fhir/definitions.hpp"
#include "standards/fhir/fhirpath.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

// Texts point into the resource's own text where they can, else into memory of its SearchValues.
struct SearchValue {
  enum class Form : std::uint8_t {
    token,       // system, code. `implied`: the element has no system of its own (code, boolean, ContactPoint)
    text,        // text, folded: what :text of a token searches
    of_type,     // system and code of an identifier's type, text: the identifier
    string,      // text as written, code: folded
    date,        // period
    reference,   // system: type, code: id, text: the whole as written; type empty when the text does not say it
    identifier,  // of a reference: system, code
    number,      // low, high
    quantity,    // low, high, system, code, text (unit); dimension and canonical_low, canonical_high
    uri,         // code; of a canonical, text: its version
  };
  Form form = Form::token;
  bool implied = false;
  std::string_view system, code, text;
  Period period{};
  double low = 0, high = 0;
  double canonical_low = 0, canonical_high = 0;
  std::uint64_t dimension = 0;  // of ucum.hpp; 0: not convertible
};

class SearchValues {
 public:
  std::vector<SearchValue> values;
  // Composite: one row for each element, with one member for each component.
  std::vector<std::vector<SearchValues>> rows;
  bool empty() const { return values.empty() && rows.empty(); }  // :missing

  SearchValues() = default;
  SearchValues(SearchValues&&) noexcept = default;
  SearchValues& operator=(SearchValues&&) noexcept = default;
  ~SearchValues();  // what it copied out of the resource is overwritten

  // A copy of `text` that lives as long as this object, wherever it is moved to.
  std::string_view keep(std::string_view text);
  std::size_t bytes() const;  // of memory, about: for the bounds of a cache

 private:
  struct Wipe {
    std::size_t size = 0;
    void operator()(char* text) const;
  };
  std::vector<std::unique_ptr<char[], Wipe>> kept_;
};

// `resource` is a whole resource of the type that `parameter` is of (search_parameters_of), and outlives the values.
// Nothing for _id and _lastUpdated, which are not in the stored text: the space answers them itself.
SearchValues extract(const Json& resource, const SearchParameterInfo& parameter);
// `base` as in SearchOptions: references by that URL are local.
SearchValues extract(const Json& resource, const SearchParameterInfo& parameter, std::string_view base);

// Lower case, no accents, ligatures apart, one apostrophe, hyphens and runs of white space as one space: what a string
// search compares. "L’Œuvre  Saint-Éloi" -> "l'oeuvre saint eloi".
std::string folded(std::string_view utf8);

// For _sort: by the lowest value, or by the highest when descending; without a value last, in both directions.
std::weak_ordering compare(const SearchValues& a, const SearchValues& b, bool descending);

}  // namespace carnet::fhir
