#include "audit/seal_trees.hpp"

#include <map>

namespace carnet::audit {
namespace {

constexpr std::size_t hash_bytes = std::tuple_size_v<Hash>;

Hash hash_at(kernel::ByteView hashes, std::size_t index) {
  Hash out;
  std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(index * hash_bytes), hash_bytes, out.begin());
  return out;
}

// The root of `count` (a power of two) hashes from `first` on.
Hash fold(kernel::ByteView hashes, std::size_t first, std::size_t count) {
  if (count == 1) return hash_at(hashes, first);
  return tlog::node_hash(fold(hashes, first, count / 2), fold(hashes, first + count / 2, count / 2));
}

kernel::Bytes joined(const std::vector<Hash>& hashes) {
  kernel::Bytes out;
  out.reserve(hashes.size() * hash_bytes);
  for (const auto& hash : hashes) out.insert(out.end(), hash.begin(), hash.end());
  return out;
}

}  // namespace

kernel::Result<std::optional<kernel::Bytes>> read_tile(store::Snapshot& at, std::int64_t tree, unsigned level,
                                                       std::uint64_t tile) {
  std::optional<kernel::Bytes> found;
  CARNET_CHECK(at.query("SELECT hashes FROM seal_tile WHERE tree = $1 AND level = $2 AND tile = $3", {tree, level, tile},
                        [&](const store::Row& row) {
                          const auto hashes = row.blob(0);
                          found.emplace(hashes.begin(), hashes.end());
                          return false;
                        }));
  return found;
}

kernel::Status write_tile(store::Tx& tx, std::int64_t tree, unsigned level, std::uint64_t tile, kernel::ByteView hashes) {
  CARNET_CHECK(tx.execute("INSERT INTO seal_tile (tree, level, tile, hashes) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (tree, level, tile) DO UPDATE SET hashes = $4",
                          {tree, level, tile, hashes}));
  return {};
}

Hash tile_root(kernel::ByteView full_tile) { return fold(full_tile, 0, tlog::tile_width); }

tlog::Subtrees subtrees_of(store::Snapshot& at, std::int64_t tree) {
  using Kept = std::map<std::pair<unsigned, std::uint64_t>, kernel::Bytes>;
  auto kept = std::make_shared<Kept>();
  return [&at, tree, kept](unsigned level, std::uint64_t index) -> std::optional<Hash> {
    const unsigned tile_level = level / tlog::tile_height, inside = level % tlog::tile_height;
    const std::size_t count = std::size_t{1} << inside;
    const std::uint64_t first = index << inside, tile = first / tlog::tile_width;
    auto place = kept->find({tile_level, tile});
    if (place == kept->end()) {
      auto read = read_tile(at, tree, tile_level, tile);
      if (!read || !*read) return std::nullopt;
      place = kept->emplace(std::pair(tile_level, tile), std::move(**read)).first;
    }
    const auto offset = static_cast<std::size_t>(first % tlog::tile_width);
    if ((offset + count) * hash_bytes > place->second.size()) return std::nullopt;
    return fold(place->second, offset, count);
  };
}

void TreeBuilder::add_at(unsigned level, const Hash& hash) {
  if (open_.size() <= level) open_.resize(level + 1);
  open_[level].hashes.push_back(hash);
  if (open_[level].hashes.size() < tlog::tile_width) return;
  auto hashes = joined(open_[level].hashes);
  const Hash root = tile_root(hashes);
  full_.push_back({level, open_[level].tile, std::move(hashes)});
  ++open_[level].tile;
  open_[level].hashes.clear();
  add_at(level + 1, root);
}

std::vector<TreeBuilder::Tile> TreeBuilder::take_full() { return std::exchange(full_, {}); }

std::vector<TreeBuilder::Tile> TreeBuilder::take_partial() {
  std::vector<Tile> tiles;
  for (unsigned level = 0; level < open_.size(); ++level)
    if (!open_[level].hashes.empty()) tiles.push_back({level, open_[level].tile, joined(open_[level].hashes)});
  return tiles;
}

}  // namespace carnet::audit
