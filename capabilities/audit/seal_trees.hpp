// Trees kept as tiles of 256 hashes (C2SP tlog-tiles). Inside audit only.
#pragma once
#include "audit/seal_forms.hpp"

namespace carnet::audit {

inline constexpr std::int64_t the_log = 0;  // its tree; tree n is that of seal n

kernel::Result<std::optional<kernel::Bytes>> read_tile(store::Snapshot& at, std::int64_t tree, unsigned level,
                                                       std::uint64_t tile);
kernel::Status write_tile(store::Tx& tx, std::int64_t tree, unsigned level, std::uint64_t tile, kernel::ByteView hashes);
Hash tile_root(kernel::ByteView full_tile);
// Answers from tiles; one that is read is kept while the reader lives. `at` must outlive it.
tlog::Subtrees subtrees_of(store::Snapshot& at, std::int64_t tree);

// Builds a tree leaf by leaf, with one open tile per level.
class TreeBuilder {
 public:
  struct Tile {
    unsigned level = 0;
    std::uint64_t tile = 0;
    kernel::Bytes hashes;
  };
  void add(const Hash& leaf) { add_at(0, leaf); ++size_; }
  std::vector<Tile> take_full();     // tiles that will not change any more
  std::vector<Tile> take_partial();  // the others, once all leaves are in
  std::uint64_t size() const { return size_; }

 private:
  void add_at(unsigned level, const Hash& hash);
  struct Open {
    std::uint64_t tile = 0;
    std::vector<Hash> hashes{};
  };
  std::vector<Open> open_;
  std::vector<Tile> full_;
  std::uint64_t size_ = 0;
};

}  // namespace carnet::audit
