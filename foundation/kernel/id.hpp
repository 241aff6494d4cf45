// Strong ids: no implicit conversion, no arithmetic, no mixing of two kinds.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace carnet::kernel {

template <class Tag>
struct Id {
  std::int64_t value = 0;
  constexpr Id() = default;
  constexpr explicit Id(std::int64_t v) : value(v) {}
  constexpr auto operator<=>(const Id&) const = default;
};

template <class Tag>
struct TextId {
  std::string value;
  TextId() = default;
  explicit TextId(std::string v) : value(std::move(v)) {}
  auto operator<=>(const TextId&) const = default;
};

// The person of the register, and the space (the health record's container) that person holds. A person whose space
// was erased and who opens again gets a new SpaceId.
using PersonId = Id<struct PersonTag>;
using SpaceId = Id<struct SpaceTag>;

}  // namespace carnet::kernel

template <class Tag>
struct std::hash<carnet::kernel::Id<Tag>> {
  std::size_t operator()(carnet::kernel::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
template <class Tag>
struct std::hash<carnet::kernel::TextId<Tag>> {
  std::size_t operator()(const carnet::kernel::TextId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
