#include "apps/wiring/safekeeping.hpp"

#include "foundation/crypto/crypto.hpp"
#include "foundation/io/files.hpp"

namespace carnet::wiring {
namespace {

using kernel::Bytes;
using kernel::ByteView;
using kernel::ErrorKind;
using kernel::Result;
using kernel::SecretBytes;
using kernel::Status;
namespace fs = std::filesystem;

// docs/formats/key-backup.md: magic | 16 bytes salt | sealed key.
constexpr std::string_view magic = "carnet key backup 1\n";
constexpr std::size_t salt_bytes = 16, key_bytes = 32, shortest_passphrase = 12;
constexpr unsigned private_file = 0600;

Status refuse_short(const SecretBytes& passphrase) {
  if (passphrase.size() >= shortest_passphrase) return {};
  return kernel::refuse(ErrorKind::invalid, "key.passphrase", "the passphrase needs at least 12 characters");
}

Result<SecretBytes> opened(const fs::path& file, const SecretBytes& passphrase) {
  CARNET_TRY(content, io::read_file(file, 4096));
  const ByteView view(content);
  if (view.size() != magic.size() + salt_bytes + key_bytes + crypto::seal_overhead ||
      kernel::as_text(view.first(magic.size())) != magic)
    return kernel::refuse(ErrorKind::invalid, "key.format", "this file is not a key backup of Carnet");
  const auto wrap = crypto::key_from_passphrase(passphrase, view.subspan(magic.size(), salt_bytes));
  auto key = crypto::open(wrap, view.subspan(magic.size() + salt_bytes), kernel::as_bytes(magic));
  if (!key) return kernel::refuse(ErrorKind::invalid, "key.passphrase", "the passphrase does not open this backup");
  return SecretBytes(std::move(*key));
}

Status copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (!error) fs::copy(from, to, fs::copy_options::recursive, error);
  if (error) return kernel::fault("backup.copy", "a file could not be copied");
  return {};
}

bool is_embedded(const std::string& location) { return location.starts_with("sqlite:"); }

}  // namespace

Status backup_master_key(const Config& config, const fs::path& file, const SecretBytes& passphrase, io::Entropy& entropy) {
  CARNET_CHECK(refuse_short(passphrase));
  if (fs::exists(file)) return kernel::refuse(ErrorKind::conflict, "key.exists", "the file exists already: choose another");
  CARNET_TRY(key, io::read_file(config.data / config.master_key, 4096));
  const SecretBytes master(std::move(key));
  const Bytes salt = entropy.bytes("key-backup", salt_bytes);
  const auto wrap = crypto::key_from_passphrase(passphrase, salt);
  Bytes content = kernel::to_bytes(magic);
  content.insert(content.end(), salt.begin(), salt.end());
  const Bytes sealed = crypto::seal(wrap, master.reveal(), kernel::as_bytes(magic), entropy);
  content.insert(content.end(), sealed.begin(), sealed.end());
  CARNET_CHECK(io::replace_file(file, content, private_file));
  CARNET_TRY(again, opened(file, passphrase));  // a backup that cannot be read back is none
  if (!kernel::equal_in_constant_time(again.reveal(), master.reveal()))
    return kernel::fault("key.backup", "the backup does not read back");
  return {};
}

Status restore_master_key(const Config& config, const fs::path& file, const SecretBytes& passphrase) {
  CARNET_TRY(key, opened(file, passphrase));
  const fs::path place = config.data / config.master_key;
  if (fs::exists(place)) {
    CARNET_TRY(present, io::read_file(place, 4096));
    if (!kernel::equal_in_constant_time(present, key.reveal()))
      return kernel::refuse(ErrorKind::conflict, "key.other", "another master key is in place: move it away first");
    return {};
  }
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  return io::replace_file(place, key.reveal(), private_file);
}

io::Task<Status> create_data_backup(House& house, fs::path directory, std::function<void(double)> told) {
  if (!is_embedded(house.config().store_main))
    co_return kernel::refuse(ErrorKind::invalid, "backup.engine", "on PostgreSQL use pg_dump for the stores, then copy the packs");
  if (fs::exists(directory))
    co_return kernel::refuse(ErrorKind::conflict, "backup.exists", "the directory exists already: choose another");
  std::error_code error;
  fs::create_directories(directory, error);
  fs::permissions(directory, fs::perms::owner_all, error);
  const auto third = [&told](int part) { return [&told, part](double p) { told((part + p) / 3.0); }; };
  CARNET_CO_CHECK(house.main().backup_to(directory / "data" / "main", third(0)));
  CARNET_CO_CHECK(house.journal_store().backup_to(directory / "data" / "journal", third(1)));
  CARNET_CO_CHECK(house.key_store().backup_to(directory / "person-keys", third(2)));
  co_return io::replace_file(directory / "mode", kernel::as_bytes(code_of(house.config().kind)), private_file);
}

Status restore_data_backup(const Config& config, const fs::path& directory) {
  if (fs::exists(config.data / "main.db"))
    return kernel::refuse(ErrorKind::conflict, "backup.data_in_place", "the data directory already holds a store");
  CARNET_TRY(mode, io::read_file(directory / "mode", 64));
  CARNET_CHECK(copy_tree(directory / "data" / "main", config.data));
  CARNET_CHECK(copy_tree(directory / "data" / "journal", config.data));
  CARNET_CHECK(copy_tree(directory / "person-keys", config.data));
  if (config.kind == Kind::demonstration)
    CARNET_CHECK(io::replace_file(config.data / "founded", kernel::as_bytes("yes\n"), private_file));
  return io::replace_file(config.data / "mode", mode, private_file);
}

}  // namespace carnet::wiring
