// The Merkle tree of RFC 6962, walked over complete subtrees.
#include <bit>

#include "standards/tlog/tlog.hpp"

namespace carnet::tlog {

using kernel::Result;

namespace {

std::unexpected<kernel::Error> storage() { return kernel::fault("tlog.storage", "a hash of the tree is missing"); }
std::unexpected<kernel::Error> bad_proof(std::string_view why) {
  return kernel::refuse(kernel::ErrorKind::invalid, "tlog.proof", why);
}

// The largest power of two below n, n >= 2.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

// The root of leaves [begin, begin + count); begin is a multiple of the largest power of two <= count.
Result<Hash> range_root(std::uint64_t begin, std::uint64_t count, const Subtrees& subtrees) {
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    const auto hash = subtrees(level, begin >> level);
    if (!hash) return storage();
    return *hash;
  }
  const auto left = split_of(count);
  CARNET_TRY(a, range_root(begin, left, subtrees));
  CARNET_TRY(b, range_root(begin + left, count - left, subtrees));
  return node_hash(a, b);
}

Result<Proof> path(std::uint64_t index, std::uint64_t begin, std::uint64_t count, const Subtrees& subtrees) {
  if (count == 1) return Proof{};
  const auto left = split_of(count);
  const bool goes_left = index < left;
  CARNET_TRY(proof, goes_left ? path(index, begin, left, subtrees) : path(index - left, begin + left, count - left, subtrees));
  CARNET_TRY(sibling, goes_left ? range_root(begin + left, count - left, subtrees) : range_root(begin, left, subtrees));
  proof.push_back(sibling);
  return std::move(proof);
}

// SUBPROOF(m, D[begin:begin+count], whole): whole says that the old tree is this very subtree, whose root is known.
Result<Proof> subproof(std::uint64_t old_size, std::uint64_t begin, std::uint64_t count, bool whole,
                       const Subtrees& subtrees) {
  if (old_size == count) {
    if (whole) return Proof{};
    CARNET_TRY(root, range_root(begin, count, subtrees));
    return Proof{root};
  }
  const auto left = split_of(count);
  const bool goes_left = old_size <= left;
  CARNET_TRY(proof, goes_left ? subproof(old_size, begin, left, whole, subtrees)
                              : subproof(old_size - left, begin + left, count - left, false, subtrees));
  CARNET_TRY(sibling, goes_left ? range_root(begin + left, count - left, subtrees) : range_root(begin, left, subtrees));
  proof.push_back(sibling);
  return std::move(proof);
}

}  // namespace

Hash leaf_hash(kernel::ByteView entry) {
  crypto::Sha256Stream stream;
  const std::uint8_t prefix = 0;
  stream.add({&prefix, 1});
  stream.add(entry);
  return stream.finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> all{1};
  std::copy(left.begin(), left.end(), all.begin() + 1);
  std::copy(right.begin(), right.end(), all.begin() + 33);
  return crypto::sha256(all);
}

Hash empty_root() { return crypto::sha256({}); }

Result<Hash> root_of(std::uint64_t size, const Subtrees& subtrees) {
  if (size == 0) return empty_root();
  return range_root(0, size, subtrees);
}

Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Subtrees& subtrees) {
  if (index >= size) return bad_proof("no such leaf in a tree of this size");
  return path(index, 0, size, subtrees);
}

Result<Proof> consistency_proof(std::uint64_t old_size, std::uint64_t size, const Subtrees& subtrees) {
  if (old_size > size) return bad_proof("the older tree is larger than the newer one");
  if (old_size == 0 || old_size == size) return Proof{};
  return subproof(old_size, 0, size, true, subtrees);
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Proof& proof, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t fn = index, sn = size - 1;
  Hash hash = leaf;
  for (const auto& sibling : proof) {
    if (sn == 0) return false;
    if ((fn & 1U) != 0 || fn == sn) {
      hash = node_hash(sibling, hash);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                        const Proof& proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  if (proof.empty()) return false;
  // A complete old tree is the first node of the path itself, and is not repeated in the proof.
  const bool complete = std::has_single_bit(old_size);
  std::size_t next = complete ? 0 : 1;
  Hash fr = complete ? old_root : proof[0], sr = fr;
  std::uint64_t fn = old_size - 1, sn = size - 1;
  while ((fn & 1U) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  for (; next < proof.size(); ++next) {
    if (sn == 0) return false;
    const auto& c = proof[next];
    if ((fn & 1U) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == old_root && sr == root;
}

Result<std::vector<Completed>> add_leaf(std::uint64_t size, const Hash& leaf, const Subtrees& subtrees) {
  std::vector<Completed> made{{0, size, leaf}};
  // Each trailing one bit of the old size is a complete left neighbour waiting for this one.
  for (unsigned level = 0; ((size >> level) & 1U) != 0; ++level) {
    const auto left = subtrees(level, (size >> level) - 1);
    if (!left) return storage();
    made.push_back({level + 1, size >> (level + 1), node_hash(*left, made.back().hash)});
  }
  return made;
}

}  // namespace carnet::tlog
