#include "proof/seals/sealed_log.hpp"

#include <stdexcept>

#include "foundation/io/entropy.hpp"
#include "foundation/io/files.hpp"

namespace carnet::proof {
namespace {

constexpr std::string_view origin = "carnet.example/traces";
constexpr auto a_day = std::chrono::hours(24);

template <class T>
T must(kernel::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + " " + result.error().detail);
  return std::move(*result);
}
void must(const kernel::Status& status) {
  if (!status) throw std::runtime_error(status.error().code + " " + status.error().detail);
}

std::unique_ptr<store::Store> store_at(const std::filesystem::path& file, std::vector<store::Migration> migrations) {
  store::Options options;
  options.objects = file.parent_path() / (file.stem().string() + "-objects");
  options.writers = 1;
  auto made = must(store::Store::open("sqlite:" + file.string(), options));
  must(made->migrate(std::move(migrations)));
  return made;
}

crypto::SigningKey key_of_the_witness() {
  io::SeededEntropy entropy(4);
  return crypto::SigningKey::generate_ed25519(entropy);
}

}  // namespace

SealedLog::SealedLog(std::filesystem::path directory, kernel::Instant from, std::uint64_t seed)
    : entropy_(seed), clock_(from), master_(kernel::Bytes(32, 7)), witness_(key_of_the_witness()),
      witness_key_(tlog::verifier_of("witness.example", tlog::SignatureType::cosignature_v1, witness_)) {
  std::filesystem::create_directories(directory);
  main_ = store_at(directory / "main.db", audit::Journal::main_migrations());
  traces_ = store_at(directory / "traces.db", audit::Journal::journal_migrations());
  journal_ = must(audit::Journal::open(*main_, *traces_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_));
  seals_ = must(audit::Seals::open(*traces_, *journal_, master_, std::string(origin), clock_, entropy_));
}

void SealedLog::trace(std::int64_t space, audit::Lane lane, int times) {
  for (int i = 0; i < times; ++i) {
    audit::Entry entry;
    entry.space = kernel::SpaceId(space);
    entry.lane = lane;
    entry.action = audit::Action::document_read;
    entry.actor = audit::ActorKind::professional;
    entry.actor_name = "Dr Lina Benali";
    entry.request_id = std::to_string(++requests_);
    (void)must(journal_->durable_now(std::move(entry)));
  }
}

void SealedLog::seal() {
  clock_.advance(a_day);
  (void)must(seals_->seal_now());
}

void SealedLog::cosign() {
  const auto note = must(tlog::read_note(checkpoint()));
  const auto line = tlog::cosign_note(note.text, witness_key_.name, witness_, clock_.now().ms / 1000);
  must(seals_->add_cosignature(tlog::write_note({"", {line}}).substr(1), witness_key_));
}

std::string SealedLog::extract(std::int64_t space, audit::Lane lane) {
  return must(seals_->extract(kernel::SpaceId(space), lane));
}

audit::ExtractKeys SealedLog::keys(std::int64_t space) const {
  return {seals_->log_key(), {witness_key_}, seals_->space_name(kernel::SpaceId(space))};
}

void SealedLog::publish(const std::filesystem::path& to) {
  const auto put = [&](const std::string& path) {
    std::filesystem::create_directories((to / path).parent_path());
    must(io::replace_file(to / path, kernel::as_bytes(must(seals_->file(path))), 0600));
  };
  put("checkpoint");
  const auto size = must(tlog::read_checkpoint(must(tlog::read_note(checkpoint())).text)).size;
  for (unsigned level = 0; (size >> (tlog::tile_height * level)) > 0; ++level) {
    const auto hashes = size >> (tlog::tile_height * level);
    for (std::uint64_t start = 0; start < hashes; start += tlog::tile_width) {
      const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tlog::tile_width, hashes - start));
      put(tlog::tile_path(level, start / tlog::tile_width, width));
      if (level == 0) put(tlog::entries_path(start / tlog::tile_width, width));
    }
  }
}

}  // namespace carnet::proof
