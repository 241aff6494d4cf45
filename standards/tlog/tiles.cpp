// Names of tiles: the index in groups of three digits, all but the last with an x before them.
#include <fmt/format.h>

#include <charconv>

#include "standards/tlog/tlog.hpp"

namespace carnet::tlog {
namespace {

std::string index_path(std::uint64_t index, unsigned width) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = fmt::format("x{:03}/{}", index % 1000, path);
  if (width != tile_width) path += fmt::format(".p/{}", width);
  return path;
}

template <class Number>
bool take_number(std::string_view text, Number& number) {
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return !text.empty() && error == std::errc{} && at == end;
}

}  // namespace

std::string tile_path(unsigned tile_level, std::uint64_t index, unsigned width) {
  return fmt::format("tile/{}/{}", tile_level, index_path(index, width));
}

std::string entries_path(std::uint64_t index, unsigned width) { return "tile/entries/" + index_path(index, width); }

std::optional<TileName> read_tile_path(std::string_view path) {
  constexpr std::string_view prefix = "tile/";
  if (!path.starts_with(prefix) || path.size() > 100) return std::nullopt;
  const std::string_view whole = path;
  path.remove_prefix(prefix.size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TileName name;
  name.entries = path.substr(0, slash) == "entries";
  if (!name.entries && (!take_number(path.substr(0, slash), name.level) || name.level > 63)) return std::nullopt;
  path.remove_prefix(slash + 1);
  if (const auto partial = path.find(".p/"); partial != std::string_view::npos) {
    if (!take_number(path.substr(partial + 3), name.width) || name.width == 0 || name.width >= tile_width) return std::nullopt;
    path = path.substr(0, partial);
  }
  for (;;) {
    const auto end = path.find('/');
    auto group = path.substr(0, end);
    if (end != std::string_view::npos) {
      if (!group.starts_with('x')) return std::nullopt;
      group.remove_prefix(1);
    }
    unsigned digits = 0;
    if (group.size() != 3 || !take_number(group, digits)) return std::nullopt;
    if (name.index > (UINT64_MAX - digits) / 1000) return std::nullopt;
    name.index = name.index * 1000 + digits;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  // Canonical: what we would write.
  const auto canonical = name.entries ? entries_path(name.index, name.width) : tile_path(name.level, name.index, name.width);
  if (canonical != whole) return std::nullopt;
  return name;
}

}  // namespace carnet::tlog
