#include "keyring/cache.hpp"
#include "keyring/keyring.hpp"
#include "keyring/openings.hpp"

namespace carnet::keyring {

std::vector<store::Migration> schema_files(std::string_view folder);

std::vector<store::Migration> Keyring::migrations() {
  return schema_files("");
}

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t spaces_per_transaction = 2'000;

kernel::Bytes wrapping_place(SpaceId space) {
  return kernel::to_bytes("space_key/" + std::to_string(space.value));
}

kernel::Bytes place_in(SpaceId space, std::string_view associated) {
  return kernel::to_bytes("space/" + std::to_string(space.value) + "/" + std::string(associated));
}

std::unexpected<kernel::Error> destroyed_error() {
  return kernel::refuse(kernel::ErrorKind::gone, "keyring.destroyed", "the key of this space was destroyed");
}

// The wrapped key as stored.
kernel::Result<kernel::Bytes> wrapped_of(store::Snapshot& snapshot, SpaceId space) {
  bool found = false, destroyed = false;
  kernel::Bytes wrapped;
  CARNET_CHECK(snapshot.query("SELECT destroyed, wrapped FROM space_key WHERE space_id = $1", {space.value},
                              [&](const store::Row& row) {
                                found = true;
                                destroyed = row.integer(0) != 0;
                                const auto bytes = row.blob(1);
                                wrapped.assign(bytes.begin(), bytes.end());
                                return false;
                              }));
  if (destroyed) return destroyed_error();
  if (!found) return kernel::refuse(kernel::ErrorKind::not_found, "keyring.no_key", "this space has no key");
  return wrapped;
}

kernel::Status insert_key(store::Tx& tx, SpaceId space, const crypto::Sealer& wrapper, io::Entropy& entropy) {
  const kernel::SecretBytes key(entropy.bytes("keyring.key", key_bytes));
  CARNET_TRY(made, tx.execute("INSERT INTO space_key (space_id, destroyed, wrapped) VALUES ($1, 0, $2)"
                              " ON CONFLICT (space_id) DO NOTHING",
                              {space.value, wrapper.seal(key.reveal(), wrapping_place(space))}));
  if (made == 1) return {};
  CARNET_CHECK(wrapped_of(tx, space));  // says if it was destroyed
  return {};
}

// Random bytes of the same length take the place of the old ones in the page; then the row holds nothing.
kernel::Status destroy_key(store::Tx& tx, SpaceId space, io::Entropy& entropy) {
  CARNET_CHECK(tx.execute("UPDATE space_key SET wrapped = $2 WHERE space_id = $1 AND destroyed = 0",
                          {space.value, entropy.bytes("keyring.overwrite", key_bytes + crypto::seal_overhead)}));
  CARNET_CHECK(
      tx.execute("INSERT INTO space_key (space_id, destroyed, wrapped) VALUES ($1, 1, $2)"
                 " ON CONFLICT (space_id) DO UPDATE SET destroyed = 1, wrapped = $2",
                 {space.value, kernel::ByteView()}));
  return {};
}

}  // namespace

kernel::Bytes SpaceKey::seal(kernel::ByteView plain, std::string_view associated) const {
  return crypto::seal(key_, plain, place_in(space_, associated), *entropy_);
}

std::optional<kernel::Bytes> SpaceKey::open(kernel::ByteView sealed, std::string_view associated) const {
  return crypto::open(key_, sealed, place_in(space_, associated));
}

struct Keyring::State {
  store::Store& keys;
  crypto::Sealer wrapper;
  io::Entropy& entropy;
  const io::Clock* clock;
  KeyCache cache;
  Openings openings;

  void opened(const audit::TraceReceipt& receipt) {
    openings.note(receipt, clock != nullptr ? std::optional(clock->now()) : std::nullopt);
  }
  std::optional<kernel::SecretBytes> cached(SpaceId space) {
    CARNET_INVARIANT(space.value > 0, "a key is opened with a receipt of a space");
    return clock != nullptr ? cache.find(space, clock->now()) : std::nullopt;
  }
  kernel::Result<kernel::SecretBytes> unwrap(SpaceId space, const kernel::Bytes& wrapped) {
    auto opened = wrapper.open(wrapped, wrapping_place(space));
    if (!opened || opened->size() != key_bytes) {
      return kernel::fault("keyring.unreadable", "a wrapped key does not open: another master key, or damage");
    }
    kernel::SecretBytes key(std::move(*opened));
    if (clock != nullptr) cache.keep(space, key, clock->now());
    return key;
  }
};

Keyring::Keyring() = default;
Keyring::~Keyring() {
  if (state_) (void)state_->openings.keep();
}

kernel::Result<std::unique_ptr<Keyring>> Keyring::open(store::Store& keys, const kernel::SecretBytes& master,
                                                       io::Entropy& entropy, const io::Clock* clock) {
  if (master.size() < key_bytes) return kernel::fault("keyring.master_too_short", "the master key has 32 bytes");
  std::unique_ptr<Keyring> keyring(new Keyring);
  keyring->state_.reset(new State{keys, crypto::Sealer(master, "record", entropy), entropy, clock, {}, Openings(keys)});
  return keyring;
}

io::Task<kernel::Status> Keyring::create(SpaceId space) {
  co_return co_await state_->keys.write<void>(
      [state = state_.get(), space](store::Tx& tx) { return insert_key(tx, space, state->wrapper, state->entropy); });
}

kernel::Status Keyring::create_now(std::span<const SpaceId> spaces) {
  while (!spaces.empty()) {
    const auto some = spaces.first(std::min(spaces.size(), spaces_per_transaction));
    CARNET_CHECK(state_->keys.write_now<void>([this, some](store::Tx& tx) -> kernel::Status {
      for (const auto space : some) CARNET_CHECK(insert_key(tx, space, state_->wrapper, state_->entropy));
      return {};
    }));
    spaces = spaces.subspan(some.size());
  }
  return {};
}

io::Task<kernel::Result<SpaceKey>> Keyring::open(const audit::TraceReceipt& receipt, Purpose) {
  const SpaceId space = receipt.space();  // the receipt may be gone when the store answers
  auto cached = state_->cached(space);
  state_->opened(receipt);  // a key asked for is counted, whether or not there is one
  if (cached) co_return SpaceKey(space, std::move(*cached), state_->entropy);
  const auto wrapped = co_await state_->keys.read<kernel::Bytes>(
      [space](store::Snapshot& snapshot) { return wrapped_of(snapshot, space); });
  if (!wrapped) co_return std::unexpected(wrapped.error());
  CARNET_CO_TRY(key, state_->unwrap(space, *wrapped));
  co_return SpaceKey(space, std::move(key), state_->entropy);
}

kernel::Result<SpaceKey> Keyring::open_now(const audit::TraceReceipt& receipt, Purpose) {
  const SpaceId space = receipt.space();
  auto cached = state_->cached(space);
  state_->opened(receipt);
  if (cached) return SpaceKey(space, std::move(*cached), state_->entropy);
  CARNET_TRY(wrapped, state_->keys.read_now<kernel::Bytes>(
                          [space](store::Snapshot& snapshot) { return wrapped_of(snapshot, space); }));
  CARNET_TRY(key, state_->unwrap(space, wrapped));
  return SpaceKey(space, std::move(key), state_->entropy);
}

io::Task<kernel::Status> Keyring::destroy(SpaceId space) {
  state_->cache.forbid(space);
  CARNET_CO_CHECK(co_await state_->keys.write<void>(
      [state = state_.get(), space](store::Tx& tx) { return destroy_key(tx, space, state->entropy); }));
  co_return co_await state_->keys.scrub();
}

}  // namespace carnet::keyring
