// How a seal is made: the heads are taken in one transaction of the journal's writer; the tree is built beside it, from
// rows that only the next seal will change; the log grows by one leaf and is signed in a last transaction. A crash in
// between leaves a seal without root, which the next call finishes.
#include <fmt/format.h>

#include <mutex>

#include "audit/seal_state.hpp"

namespace carnet::audit {

using kernel::Result;
using kernel::Status;
using tlog::SignatureType;

namespace {

constexpr std::size_t spaces_per_read = 5'000, tiles_per_write = 500;
constexpr std::string_view key_place = "seal_key/1";

std::unexpected<kernel::Error> not_sealed() { return kernel::refuse(kernel::ErrorKind::not_found, "audit.not_sealed"); }

Status write_tiles(store::Store& journal, std::int64_t tree, const std::vector<TreeBuilder::Tile>& tiles) {
  if (tiles.empty()) return {};
  return journal.write_now<void>([&](store::Tx& tx) -> Status {
    for (const auto& one : tiles) CARNET_CHECK(write_tile(tx, tree, one.level, one.tile, one.hashes));
    return {};
  });
}

// One leaf more: its tile, and those above that it fills.
Status grow_log(store::Tx& tx, std::uint64_t size, const Hash& leaf) {
  Hash hash = leaf;
  std::uint64_t index = size;
  for (unsigned level = 0;; ++level) {
    const auto tile = index / tlog::tile_width;
    CARNET_TRY(kept, read_tile(tx, the_log, level, tile));
    kernel::Bytes hashes = kept.value_or(kernel::Bytes());
    hashes.insert(hashes.end(), hash.begin(), hash.end());
    CARNET_CHECK(write_tile(tx, the_log, level, tile, hashes));
    if (index % tlog::tile_width != tlog::tile_width - 1) return {};
    hash = tile_root(hashes);
    index = tile;
  }
}

}  // namespace

Seals::Seals() = default;
Seals::~Seals() = default;

Result<std::unique_ptr<Seals>> Seals::open(store::Store& journal_store, Journal& journal, const kernel::SecretBytes& master,
                                           std::string origin, const io::Clock& clock, io::Entropy& entropy) {
  std::unique_ptr<Seals> seals(new Seals);
  seals->state_ = std::make_unique<State>(journal_store, journal, master, std::move(origin), clock, entropy);
  CARNET_CHECK(seals->state_->load_key(entropy));
  return seals;
}

Status Seals::State::load_key(io::Entropy& entropy) {
  CARNET_TRY(sealed, store.read_now<std::optional<kernel::Bytes>>([](store::Snapshot& at) { return seal_key(at); }));
  if (!sealed) {
    auto made = crypto::SigningKey::generate_ed25519(entropy);
    const auto pem = made.to_pem();
    const auto kept = seal.seal(pem.reveal(), kernel::as_bytes(key_place));
    CARNET_CHECK(store.write_now<void>([&](store::Tx& tx) { return insert_seal_key(tx, kept); }));
    key = std::move(made);
    return {};
  }
  auto pem = seal.open(*sealed, kernel::as_bytes(key_place));
  if (!pem) return kernel::fault("audit.seal_key", "the key of seals does not open with this master key");
  CARNET_TRY(loaded, crypto::SigningKey::from_pem(kernel::SecretBytes(std::move(*pem))));
  key = std::move(loaded);
  return {};
}

Hash Seals::State::salt(SpaceId space, Lane lane, std::uint64_t number) const {
  return crypto::hmac_sha256(salts, kernel::as_bytes(fmt::format("{}/{}/{}", space.value, static_cast<int>(lane), number)));
}

Hash Seals::State::leaf_of(const SpaceHeads& heads, std::uint64_t number) const {
  const auto ordinary = lane_commitment(salt(heads.space, Lane::ordinary, number), heads.ordinary_sequence, heads.ordinary_hash);
  const auto reserved = lane_commitment(salt(heads.space, Lane::reserved, number), heads.reserved_sequence, heads.reserved_hash);
  return tlog::leaf_hash(space_leaf(name_of(heads.space), heads.space, number, ordinary, reserved));
}

Result<SealRow> Seals::State::begin() {
  const bool has_positions = store.engine() == "sqlite";
  const auto now = clock.now();
  return store.write_now<SealRow>([&](store::Tx& tx) -> Result<SealRow> {
    CARNET_TRY(last, last_seal(tx));
    if (last && !last->root) return *last;
    SealRow row{last ? last->seal + 1 : 1, std::max(now, last ? last->at : now), 0, 0, {}};
    CARNET_TRY(position, take_heads(tx, has_positions, last ? last->position : 0, row.seal));
    row.position = position;
    CARNET_CHECK(insert_seal(tx, row));
    return row;
  });
}

Result<std::uint64_t> Seals::State::build(std::int64_t number) {
  TreeBuilder tree;
  for (;;) {
    if (stopping.load()) return kernel::refuse(kernel::ErrorKind::unavailable, "audit.stopping");
    const auto from = static_cast<std::int64_t>(tree.size());
    CARNET_TRY(page, store.read_now<std::vector<SpaceHeads>>(
                         [from](store::Snapshot& at) { return heads_from(at, from, spaces_per_read); }));
    for (const auto& heads : page) {
      if (heads.slot != static_cast<std::int64_t>(tree.size())) return kernel::fault("audit.seal_slot", "a slot is missing");
      tree.add(leaf_of(heads, static_cast<std::uint64_t>(number)));
    }
    if (const auto full = tree.take_full(); !full.empty())
      for (std::size_t i = 0; i < full.size(); i += tiles_per_write)
        CARNET_CHECK(write_tiles(store, number,
                                 {full.begin() + static_cast<std::ptrdiff_t>(i),
                                  full.begin() + static_cast<std::ptrdiff_t>(std::min(i + tiles_per_write, full.size()))}));
    if (page.size() < spaces_per_read) break;
  }
  CARNET_CHECK(write_tiles(store, number, tree.take_partial()));
  return tree.size();
}

Status Seals::State::finish(SealRow row, std::uint64_t spaces) {
  return store.write_now<void>([&](store::Tx& tx) -> Status {
    CARNET_TRY(root, tlog::root_of(spaces, subtrees_of(tx, row.seal)));
    CARNET_CHECK(finish_seal(tx, row.seal, static_cast<std::int64_t>(spaces), root));
    const auto number = static_cast<std::uint64_t>(row.seal);
    CARNET_CHECK(grow_log(tx, number - 1, tlog::leaf_hash(log_entry({number, row.at, spaces, root}))));
    CARNET_TRY(log_root, tlog::root_of(number, subtrees_of(tx, the_log)));
    const auto text = tlog::write_checkpoint({origin, number, log_root, {}});
    return put_checkpoint(tx, row.seal, tlog::write_note({text, {tlog::sign_note(text, origin, *key)}}));
  });
}

Result<std::uint64_t> Seals::seal_now() {
  const std::scoped_lock lock(state_->one_at_a_time);
  CARNET_TRY(row, state_->begin());
  CARNET_TRY(spaces, state_->build(row.seal));
  CARNET_CHECK(state_->finish(row, spaces));
  return static_cast<std::uint64_t>(row.seal);
}

void Seals::stop() { state_->stopping.store(true); }

Result<std::optional<kernel::Instant>> Seals::last_seal_at() {
  CARNET_TRY(last, state_->store.read_now<std::optional<SealRow>>([](store::Snapshot& at) { return last_seal(at); }));
  if (!last || !last->root) return std::optional<kernel::Instant>();
  return std::optional(last->at);
}

Result<std::string> Seals::checkpoint() {
  CARNET_TRY(row, state_->store.read_now<std::optional<CheckpointRow>>([](store::Snapshot& at) { return last_checkpoint(at); }));
  if (!row) return not_sealed();
  return row->note;
}

Result<std::string> Seals::file(std::string_view path) {
  if (path == "checkpoint") return checkpoint();
  const auto name = tlog::read_tile_path(path);
  if (!name) return not_sealed();
  return state_->store.read_now<std::string>([&](store::Snapshot& at) -> Result<std::string> {
    if (name->entries) return entries_file(at, *name);
    CARNET_TRY(hashes, read_tile(at, the_log, name->level, name->index));
    const std::size_t wanted = std::size_t{name->width} * std::tuple_size_v<Hash>;
    if (!hashes || hashes->size() < wanted) return not_sealed();
    return std::string(kernel::as_text(*hashes).substr(0, wanted));
  });
}

// Entry bundles: each entry after its length, big-endian, 16 bits.
Result<std::string> entries_file(store::Snapshot& at, const tlog::TileName& name) {
  std::string out;
  for (unsigned i = 0; i < name.width; ++i) {
    CARNET_TRY(row, seal_row(at, static_cast<std::int64_t>(name.index * tlog::tile_width + i + 1)));
    if (!row || !row->root) return not_sealed();
    const auto entry = log_entry({static_cast<std::uint64_t>(row->seal), row->at, static_cast<std::uint64_t>(row->spaces), *row->root});
    out += static_cast<char>(entry.size() >> 8);
    out += static_cast<char>(entry.size() & 0xff);
    out += kernel::as_text(entry);
  }
  return out;
}

tlog::VerifierKey Seals::log_key() const {
  return tlog::verifier_of(state_->origin, SignatureType::ed25519, *state_->key);
}

Result<std::string> Seals::witness_request(std::uint64_t seen) {
  return state_->store.read_now<std::string>([&](store::Snapshot& at) -> Result<std::string> {
    CARNET_TRY(row, last_checkpoint(at));
    if (!row) return not_sealed();
    CARNET_TRY(proof, tlog::consistency_proof(seen, static_cast<std::uint64_t>(row->size), subtrees_of(at, the_log)));
    std::string out = fmt::format("old {}\n", seen);
    for (const auto& hash : proof) out += kernel::to_base64(hash) + "\n";
    return out + "\n" + row->note;
  });
}

Status Seals::add_cosignature(std::string_view lines, const tlog::VerifierKey& key) {
  return state_->store.write_now<void>([&](store::Tx& tx) -> Status {
    CARNET_TRY(row, last_checkpoint(tx));
    if (!row) return not_sealed();
    CARNET_TRY(note, tlog::read_note(row->note));
    CARNET_TRY(added, tlog::read_note(note.text + "\n" + std::string(lines)));
    if (!tlog::cosigned_at(added, key))
      return kernel::refuse(kernel::ErrorKind::invalid, "audit.cosignature", "not a cosignature of the newest checkpoint by this witness");
    std::erase_if(note.signatures, [&](const auto& one) { return one.name == key.name && one.id == key.id; });
    for (auto& one : added.signatures)
      if (one.name == key.name && one.id == key.id) note.signatures.push_back(std::move(one));
    return put_checkpoint(tx, row->size, tlog::write_note(note));
  });
}

std::string Seals::space_name(SpaceId space) const { return state_->name_of(space); }

}  // namespace carnet::audit
