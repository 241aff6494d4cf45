// Matching and sorting of a search inside one record, over values that were extracted before.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/kernel/time.hpp"
#include "standards/fhir/search_query.hpp"
#include "standards/fhir/search_values.hpp"

namespace carnet::fhir {

// The resources that one search may know of: of one record, current, and permitted to this caller. What is not
// permitted is not there: neither found, nor listed, nor counted, nor reached by a chain.
class SearchSpace {
 public:
  using Index = std::uint32_t;
  virtual ~SearchSpace() = default;
  virtual std::string_view type_of(Index) const = 0;
  virtual std::string_view id_of(Index) const = 0;
  virtual kernel::Instant last_updated_of(Index) const = 0;
  virtual std::optional<Index> find(std::string_view type, std::string_view id) const = 0;
  virtual std::span<const Index> of_type(std::string_view type) const = 0;
  virtual std::span<const Index> all() const = 0;
  // What "#fragment" in that resource leads to: a resource contained in it, which is in no list; none when it is not there.
  virtual std::optional<Index> contained(Index, std::string_view) const { return std::nullopt; }
  // Memoised; `parameter` is one of the type of that resource.
  virtual const SearchValues& values(Index, const SearchParameterInfo& parameter) const = 0;
};

// One parameter against extracted values: kind value only.
bool matches(const Filter& filter, const SearchValues& values);
// Any filter; chains follow literal references through `space`, never further than its resources.
bool matches(const Filter& filter, SearchSpace::Index index, const SearchSpace& space);

// All matches of query.type, in the order asked for. Without _sort, and among equals: in the order of space.of_type.
// `invalid` "fhir.search" when values asked for, times values that resources have, are more than most_comparisons: a
// record made to be slow to search makes nobody else wait.
inline constexpr std::size_t most_comparisons = 50'000'000;
kernel::Result<std::vector<SearchSpace::Index>> search(const SearchQuery& query, const SearchSpace& space);
// What _include and _revinclude add to a page of matches: each once, none that is on the page. :iterate goes on to what
// was added, at most 8 rounds; at most `limit` in all.
std::vector<SearchSpace::Index> included(const SearchQuery& query, std::span<const SearchSpace::Index> page,
                                         const SearchSpace& space, std::size_t limit);

}  // namespace carnet::fhir
