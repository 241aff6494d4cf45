#include "record/fhir_page.hpp"

#include <fmt/format.h>

namespace carnet::record {

namespace {

constexpr std::size_t number_bytes = sizeof(std::int64_t);

kernel::Bytes place(kernel::SpaceId space, std::string_view question) {
  return kernel::to_bytes(fmt::format("fhir/{}/{}", space.value, question));
}

void put(kernel::Bytes& out, std::int64_t number) {
  for (std::size_t i = 0; i < number_bytes; ++i)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i)));
}

std::int64_t number_at(const kernel::Bytes& bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < number_bytes; ++i) number |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::string seal_marks(const Shared& shared, kernel::SpaceId space, std::string_view question,
                       std::span<const Mark> marks) {
  kernel::Bytes plain;
  plain.reserve(most_marks * 2 * number_bytes);
  for (std::size_t i = 0; i < most_marks; ++i) {
    put(plain, i < marks.size() ? marks[i].local : 0);
    put(plain, i < marks.size() ? marks[i].version : 0);
  }
  return kernel::to_base64url(shared.cursors.seal(plain, place(space, question)));
}

kernel::Result<std::vector<Mark>> open_marks(const Shared& shared, kernel::SpaceId space, std::string_view question,
                                             std::string_view cursor) {
  const auto sealed = kernel::from_base64url(cursor);
  const auto plain = sealed ? shared.cursors.open(*sealed, place(space, question)) : std::nullopt;
  std::vector<Mark> marks;
  if (plain && plain->size() == most_marks * 2 * number_bytes)
    for (std::size_t at = 0; at < plain->size(); at += 2 * number_bytes)
      if (const Mark mark{number_at(*plain, at), number_at(*plain, at + number_bytes)}; mark.local != 0)
        marks.push_back(mark);
  if (marks.empty()) return kernel::invalid("fhir.search", {{"value", "_cursor", "is not one that this search gave"}});
  return marks;
}

}  // namespace carnet::record
