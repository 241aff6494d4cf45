// Founding the demonstration country in a new data directory. Every step may be repeated after an interruption.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "apps/wiring/country.hpp"
#include "apps/wiring/demonstration_client.hpp"
#include "apps/wiring/house.hpp"

namespace carnet::wiring {
namespace {

using kernel::PersonId;
using kernel::Result;
using kernel::Status;
using Told = std::function<void(std::int64_t, std::int64_t, std::string)>;

constexpr unsigned private_file = 0600;
constexpr std::int64_t first_wave = 200;

// A file that never touches a disk: invented or not, identities are not written in clear.
class MemoryFile {
 public:
  static Result<MemoryFile> holding(std::string_view content) {
    const int fd = memfd_create("register", MFD_CLOEXEC);
    if (fd < 0) return kernel::fault("founding.memory", "memfd_create failed");
    MemoryFile file(fd);
    while (!content.empty()) {
      const auto written = ::write(fd, content.data(), content.size());
      if (written <= 0) return kernel::fault("founding.memory", "write failed");
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    return file;
  }
  MemoryFile(MemoryFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", fd_); }

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}
  int fd_;
};

Status put_directory(House& house, const Country& country) {
  std::function<Result<bool>(store::Tx&)> put = [&](store::Tx& tx) -> Result<bool> {
    for (const auto& structure : country.structures) CARNET_CHECK(house.identity().put_structure(tx, structure));
    for (const auto& professional : country.professionals) CARNET_CHECK(house.identity().put_professional(tx, professional));
    return true;
  };
  CARNET_TRY(done, house.main().write_now<bool>(put));
  (void)done;
  return {};
}

Result<PersonId> find(House& house, const std::string& number) {
  std::function<Result<std::optional<PersonId>>(store::Snapshot&)> look = [&](store::Snapshot& at) {
    return house.identity().people().find(at, number);
  };
  CARNET_TRY(found, house.main().read_now<std::optional<PersonId>>(look));
  if (!found) return kernel::fault("founding.cast", "a person of the cast is not in the register");
  return *found;
}

// Everyone whom the demonstration doctor treats: the opened spaces, and those who will open theirs.
Status join_care_team(House& house, const Country& country, PersonId person) {
  std::function<Result<bool>(store::Tx&)> join = [&](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(house.access().declare_care_team(tx, person, country.professionals.front().rpps,
                                                  country.structures.front().finess, house.clock().now(), std::nullopt));
    return true;
  };
  CARNET_TRY(done, house.main().write_now<bool>(join));
  (void)done;
  return {};
}

io::Task<Status> give_account(House& house, const CastMember& member, PersonId person) {
  CARNET_CO_TRY(hash, co_await house.identity().prepare_password(member.identifier,
                                                                 kernel::SecretBytes(demonstration_password)));
  std::function<Result<bool>(store::Tx&)> create = [&house, &member, person, hash](store::Tx& tx) -> Result<bool> {
    CARNET_TRY(has, house.identity().has_account(tx, person));
    if (has) return true;
    CARNET_TRY(facts, house.identity().people().person(tx, person));
    if (facts.contacts.empty()) return kernel::fault("founding.cast", "a person of the cast has no contact");
    CARNET_CHECK(house.identity().create_account(tx, person, member.identifier, hash, facts.contacts.front()));
    return true;
  };
  CARNET_CO_TRY(done, co_await house.main().write<bool>(create));
  (void)done;
  co_return Status{};
}

bool starts_open(const CastMember& member) {
  return member.role == "parent" || member.role == "child" || member.role == "ruth" || member.role == "marie" ||
         member.role == "alice";
}

io::Task<Status> settle_cast(House& house, const Country& country) {
  for (const auto& member : country.cast) {
    CARNET_CO_TRY(person, find(house, member.number));
    if (starts_open(member)) CARNET_CO_CHECK(co_await house.enrollment().open_in_person(person));
    if (!member.identifier.empty()) CARNET_CO_CHECK(co_await give_account(house, member, person));
    CARNET_CO_CHECK(join_care_team(house, country, person));
  }
  co_return Status{};
}

}  // namespace

Result<kernel::Date> founding_day(const std::filesystem::path& data, kernel::Date today) {
  const auto file = data / "founding-day";
  if (std::filesystem::exists(file)) {
    CARNET_TRY(text, io::read_file(file, 64));
    if (const auto date = kernel::parse_date(kernel::as_text(text))) return *date;
    return kernel::fault("founding.day", "the founding-day file is not a date");
  }
  const std::string text = kernel::to_text(today);
  CARNET_CHECK(io::replace_file(file, kernel::as_bytes(text), private_file));
  return today;
}

io::Task<Status> found_country(House& house, const Country& country, Told progress) {
  progress(0, 100, "annuaire des professionnels");
  CARNET_CO_CHECK(put_directory(house, country));
  CARNET_CO_CHECK(co_await register_demonstration_client(house, country));
  {
    CARNET_CO_TRY(file, MemoryFile::holding(country.register_csv));
    const auto told = [&progress](const identity::ImportProgress& p) {
      progress(p.bytes_total == 0 ? 0 : p.bytes_done * 70 / p.bytes_total, 100, fmt::format("{} personnes", p.lines));
    };
    CARNET_CO_TRY(imported, co_await house.identity().people().import(file.path(), house.data() / "register.set-aside", told));
    if (imported.set_aside > 0) co_return kernel::fault("founding.register", "the invented register has bad lines");
  }
  progress(72, 100, "espaces ouverts");
  CARNET_CO_CHECK(co_await settle_cast(house, country));
  campaign::Wave wave;
  wave.name = "demonstration";
  wave.max_people = first_wave;
  const auto told = [&progress](const campaign::Progress& p) {
    progress(75 + p.told * 25 / first_wave, 100, fmt::format("{} personnes informées", p.told));
  };
  CARNET_CO_CHECK(co_await house.campaign().run(std::move(wave), told, [] { return false; }));
  progress(100, 100, "prêt");
  co_return Status{};
}

}  // namespace carnet::wiring
