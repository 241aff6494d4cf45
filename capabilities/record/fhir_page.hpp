// Where a page of an answer ended, sealed: of one length, whatever it holds, and good for one space and one question.
// Inside record only.
#pragma once
#include <span>
#include <vector>

#include "record/shared.hpp"

namespace carnet::record {

// The last items of the page, the very last first. When one of them changes or goes before the next page is asked for,
// the one before it still says where to go on: nothing is told twice, nothing is left out.
struct Mark {
  std::int64_t local = 0, version = 0;
};
inline constexpr std::size_t most_marks = 8;
std::string seal_marks(const Shared& shared, kernel::SpaceId space, std::string_view question,
                       std::span<const Mark> marks);
// At least one. `invalid` "fhir.search" when it is no cursor of this question.
kernel::Result<std::vector<Mark>> open_marks(const Shared& shared, kernel::SpaceId space, std::string_view question,
                                             std::string_view cursor);

}  // namespace carnet::record
