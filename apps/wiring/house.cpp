#include "apps/wiring/house.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "foundation/crypto/crypto.hpp"

namespace carnet::wiring {
namespace {

using kernel::Result;
using kernel::SecretBytes;
using kernel::Status;
namespace fs = std::filesystem;

constexpr std::size_t master_key_bytes = 32;
constexpr unsigned private_file = 0600;
constexpr std::chrono::milliseconds log_gather{50};  // lines of requests: one write(2) each took a twentieth of a short read's time

std::string located(const std::string& location, const fs::path& data) {
  constexpr std::string_view prefix = "sqlite:";
  if (!location.starts_with(prefix)) return location;
  return std::string(prefix) + (data / location.substr(prefix.size())).string();
}

Result<SecretBytes> master_key(const fs::path& file, bool may_create, io::Entropy& entropy) {
  if (fs::exists(file)) {
    CARNET_TRY(bytes, io::read_file(file, 4096));
    if (bytes.size() != master_key_bytes) return kernel::fault("house.master_key", "the master key file is not 32 bytes");
    return SecretBytes(std::move(bytes));
  }
  if (!may_create)
    return kernel::fault("house.master_key", "the master key file is missing: restore it with `carnet key restore`");
  SecretBytes key(entropy.bytes("master-key", master_key_bytes));
  CARNET_CHECK(io::replace_file(file, key.reveal(), private_file));
  return key;
}

fs::path running_program_directory() { return fs::read_symlink("/proc/self/exe").parent_path(); }

observe::Log::Level level_of(std::string_view name) {
  if (name == "debug") return observe::Log::Level::debug;
  if (name == "warning") return observe::Log::Level::warning;
  if (name == "error") return observe::Log::Level::error;
  return observe::Log::Level::info;
}

// What access tells people, each in its own words.
std::map<access::Told, notices::Template> told_by() {
  using access::Told;
  using notices::Template;
  return {{Told::emergency_holder, Template::emergency_holder}, {Told::emergency_gp, Template::emergency_gp},
          {Told::consent_declared, Template::consent_declared}, {Told::care_team_joined, Template::care_team_joined},
          {Told::carer_added, Template::carer_added},           {Told::carer_ended, Template::carer_ended},
          {Told::frozen, Template::frozen},                     {Told::thawed, Template::unfrozen},
          {Told::access_alert, Template::access_alert},         {Told::record_updated, Template::record_updated}};
}

std::vector<store::Migration> joined(std::initializer_list<std::vector<store::Migration>> lists) {
  std::vector<store::Migration> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

House::~House() {
  if (journal_ && !only_reads_) (void)io::run(journal_->settle());
}

Result<std::unique_ptr<House>> House::open(const Config& config, World world) {
  CARNET_CHECK(check_config(config));
  std::unique_ptr<House> house(new House);
  house->config_ = config;
  house->own_clock_ = std::make_unique<io::ForwardedClock>();
  house->own_entropy_ = std::make_unique<io::SystemEntropy>();
  house->clock_ = world.clock != nullptr ? world.clock : house->own_clock_.get();
  house->entropy_ = world.entropy != nullptr ? world.entropy : house->own_entropy_.get();
  house->log_ = std::make_unique<observe::Log>(STDERR_FILENO, level_of(config.log_level), log_gather);
  house->metrics_ = std::make_unique<observe::Metrics>();
  house->pool_ = std::make_unique<io::Pool>(static_cast<unsigned>(std::max(2, config.threads)), 4096);
  house->only_reads_ = world.only_reads;
  CARNET_CHECK(world.only_reads ? house->find_directory() : house->prepare_directory());
  CARNET_CHECK(house->open_stores());
  CARNET_CHECK(house->open_services());
  if (world.only_reads) return house;
  CARNET_CHECK(house->open_record(world));
  house->connect();
  return house;
}

Status House::prepare_directory() {
  std::error_code error;
  fs::create_directories(config_.data, error);
  if (error) return kernel::fault("house.data", "the data directory cannot be made");
  fs::permissions(config_.data, fs::perms::owner_all, error);
  fs::create_directories(config_.data / "keys", error);
  fs::permissions(config_.data / "keys", fs::perms::owner_all, error);
  CARNET_TRY(lock, io::FileLock::take(config_.data / "lock"));
  lock_.emplace(std::move(lock));

  const fs::path mode_file = config_.data / "mode";
  first_start_ = !fs::exists(mode_file);
  if (!first_start_) {
    CARNET_TRY(mode, io::read_file(mode_file, 64));
    if (kernel::as_text(mode) != code_of(config_.kind))
      return kernel::refuse(kernel::ErrorKind::forbidden, "house.mode",
                            "this data directory was made for the other mode (demonstration or production), which cannot change");
  }
  CARNET_TRY(master, master_key(config_.data / config_.master_key, first_start_, *entropy_));
  master_ = std::move(master);
  if (first_start_) CARNET_CHECK(io::replace_file(mode_file, kernel::as_bytes(code_of(config_.kind)), private_file));
  return take_up_clock();
}

Status House::find_directory() {
  CARNET_TRY(mode, io::read_file(config_.data / "mode", 64));
  if (kernel::as_text(mode) != code_of(config_.kind))
    return kernel::refuse(kernel::ErrorKind::forbidden, "house.mode", "this data directory is of the other mode than the configuration");
  CARNET_TRY(master, master_key(config_.data / config_.master_key, false, *entropy_));
  master_ = std::move(master);
  return take_up_clock();
}

Status House::take_up_clock() {
  const fs::path offset_file = config_.data / "clock-offset-ms";
  if (config_.kind != Kind::demonstration || !fs::exists(offset_file)) return {};
  CARNET_TRY(text, io::read_file(offset_file, 64));
  own_clock_->set_offset(std::chrono::milliseconds(std::atoll(std::string(kernel::as_text(text)).c_str())));
  return {};
}

Status House::open_stores() {
  store::Options options;
  options.read_only = only_reads_;
  if (!only_reads_) options.objects = config_.data / config_.objects;
  CARNET_TRY(main_store, store::Store::open(located(config_.store_main, config_.data), options));
  main_ = std::move(main_store);
  store::Options journal_options;
  journal_options.read_only = only_reads_;
  journal_options.writers = 1;  // strict order: the chain heads live with the one writer
  CARNET_TRY(traces, store::Store::open(located(config_.store_journal, config_.data), journal_options));
  journal_store_ = std::move(traces);
  store::Options key_options;
  key_options.read_only = only_reads_;
  key_options.secure_delete = true;  // a destroyed key leaves no copy in freed pages
  CARNET_TRY(keys, store::Store::open(located(config_.store_keys, config_.data), key_options));
  key_store_ = std::move(keys);
  return migrate();
}

Status House::migrate() {
  CARNET_CHECK(main_->migrate(joined({audit::Journal::main_migrations(), notices::Notices::migrations(),
                                      identity::Identity::migrations(), enrollment::Enrollment::migrations(),
                                      access::Access::migrations(), record::Record::migrations(),
                                      campaign::Campaign::migrations(), vigilance::Desk::migrations()})));
  CARNET_CHECK(journal_store_->migrate(audit::Journal::journal_migrations()));
  return key_store_->migrate(keyring::Keyring::migrations());
}

Result<courier::SmtpServer> House::mail_server() const {
  courier::SmtpServer smtp{config_.mail_url, config_.mail_require_tls, config_.mail_user, {}, config_.mail_ca_file};
  if (!config_.mail_password_file.empty()) {
    CARNET_TRY(password, io::read_file(config_.mail_password_file, 1024));
    smtp.password = SecretBytes(std::move(password));
  }
  return smtp;
}

Status House::open_services() {
  const fs::path rules = config_.root / "rules";
  CARNET_TRY(parameters, parameters::Parameters::load(rules));
  parameters_ = std::move(parameters);
  CARNET_TRY(journal, audit::Journal::open(*main_, *journal_store_, crypto::Sealer(master_, "traces", *entropy_), *clock_,
                                           *entropy_));
  journal_ = std::move(journal);
  CARNET_TRY(seals, audit::Seals::open(*journal_store_, *journal_, master_, config_.host + "/log", *clock_, *entropy_));
  seals_ = std::move(seals);
  CARNET_TRY(keys, keyring::Keyring::open(*key_store_, master_, *entropy_, clock_));
  keyring_ = std::move(keys);

  notices::Settings notice_settings;
  CARNET_TRY(smtp, mail_server());
  if (!smtp.url.empty()) notice_settings.smtp.emplace(std::move(smtp));
  notice_settings.print_directory = config_.print_directory;
  notice_settings.mail_from_default = config_.mail_from;
  for (const auto& line : parameters_.list("notices.senders", kernel::date_in(clock_->now(), kernel::Zone::paris())))
    if (const auto equals = line.find('='); equals != std::string::npos)
      notice_settings.senders.emplace(line.substr(0, equals), line.substr(equals + 1));
  notice_settings.messages = config_.root / "web" / "messages";
  notice_settings.service_name = config_.service_name;
  notice_settings.site = config_.site;
  notice_settings.demonstration = config_.kind == Kind::demonstration;
  CARNET_TRY(notices, notices::Notices::open(*main_, crypto::Sealer(master_, "notices", *entropy_),
                                             std::move(notice_settings), *clock_, *entropy_, *pool_));
  notices_ = std::move(notices);
  CARNET_TRY(identity, identity::Identity::open(*main_, master_, parameters_, *journal_, *notices_, *clock_, *entropy_, *pool_,
                                                config_.kind == Kind::demonstration));
  identity_ = std::move(identity);
  CARNET_TRY(enrollment, enrollment::Enrollment::open(*main_, master_, parameters_, *journal_, *keyring_, *notices_,
                                                      *identity_, *clock_, *entropy_));
  enrollment_ = std::move(enrollment);
  CARNET_TRY(access, access::Access::open(*main_, rules, parameters_, *journal_, *identity_, *enrollment_, *clock_,
                                          {notices_.get(), entropy_, master_.copy(), told_by()}));
  access_ = std::move(access);
  return {};
}

Status House::open_record(const World& world) {
  const fs::path rules = config_.root / "rules";
  record::Settings record_settings;
  const fs::path programs = world.program_directory.empty() ? running_program_directory() : world.program_directory;
  record_settings.sandbox_program = programs / "carnet-sandbox";
  record_settings.documents_origin = config_.documents_origin();
  record_settings.main_origin = config_.main_origin();
  record_settings.base_url = config_.main_origin() + "/fhir/R4";
  record_settings.rules = rules;
  CARNET_TRY(record, record::Record::open(*main_, master_, std::move(record_settings), parameters_, *journal_, *keyring_,
                                          *notices_, *identity_, *enrollment_, *access_, *clock_, *entropy_, *pool_));
  record_ = std::move(record);
  CARNET_TRY(campaign, campaign::Campaign::open(*main_, *identity_, *enrollment_, *clock_));
  campaign_ = std::move(campaign);
  // In a demonstration facts may be edited and tried; in production only what was signed is told to people.
  const auto facts_trust = config_.kind == Kind::production ? vigilance::Trust::signed_only : vigilance::Trust::any;
  CARNET_TRY(desk, vigilance::Desk::open(*main_, master_, rules / "vigilance", facts_trust, *clock_, *entropy_, *pool_));
  vigilance_ = std::move(desk);
  vigilance_->read_pictures_with(programs / "carnet-picture");
  vigilance_->check_notices_with(*notices_, [](const http::Principal& principal) -> std::optional<kernel::PersonId> {
    const auto* caller = dynamic_cast<const identity::Caller*>(&principal);
    return caller != nullptr && caller->kind == identity::Caller::Kind::person ? std::optional(caller->person) : std::nullopt;
  });
  return {};
}

// Edges that the layers forbid as includes, drawn here as callbacks.
void House::connect() {
  identity_->on_space_of([this](store::Snapshot& at, kernel::PersonId person) -> Result<kernel::SpaceId> {
    CARNET_TRY(standing, enrollment_->standing(at, person));
    return standing.space;
  });
  identity_->on_spaces([this](store::Snapshot& at, kernel::PersonId person) { return access_->spaces_of(at, person); });
  enrollment_->on_session_act([this](store::Snapshot& at, const identity::Caller& caller, kernel::PersonId person) {
    return access_->may_act(at, caller, person);
  });
  access_->on_extract([this](kernel::SpaceId space, audit::Lane lane) { return extract(space, lane); });
  access_->on_new_documents([this](const identity::Caller& caller, kernel::PersonId person) {
    return record_->new_documents(caller, person);
  });
  access_->on_item_facts([this](const identity::Caller& caller, kernel::PersonId person, std::string id) {
    return record_->item_facts(caller, person, std::move(id));
  });
}

io::Task<Result<std::string>> House::extract(kernel::SpaceId space, audit::Lane lane) {
  Result<std::string> made = kernel::fault("house.extract", "not made");
  if (!co_await io::on_pool(*pool_, [&] { made = seals_->extract(space, lane); }))
    co_return kernel::refuse(kernel::ErrorKind::unavailable, "house.busy");
  co_return made;
}

io::Task<Status> House::forward_clock(std::chrono::milliseconds by) {
  if (config_.kind != Kind::demonstration)
    co_return kernel::refuse(kernel::ErrorKind::forbidden, "house.clock", "the clock is moved in demonstration only");
  const auto machine = io::SystemClock().now();
  const auto offset = clock_->now().since(machine) + by;
  const std::string text = fmt::format("{}", offset.count());
  CARNET_CO_CHECK(io::replace_file(config_.data / "clock-offset-ms", kernel::as_bytes(text), private_file));
  own_clock_->set_offset(offset);
  for (;;) {
    CARNET_CO_TRY(swept, co_await enrollment_->sweep());
    if (!swept.more && swept.opened_by_default + swept.archived + swept.erased + swept.expired == 0) break;
  }
  CARNET_CO_TRY(told, co_await identity_->sweep());
  (void)told;
  for (bool more = true; more;) {
    CARNET_CO_TRY(alerted, co_await access_->tell_alerts());
    if (alerted.trouble) co_return std::unexpected(*alerted.trouble);
    CARNET_CO_TRY(of_updates, co_await record_->sweep());
    more = alerted.more || of_updates.more;
  }
  co_return co_await notices_->deliver_due();
}

Status House::ready() const {
  if (!main_->healthy() || !journal_store_->healthy() || !key_store_->healthy())
    return kernel::refuse(kernel::ErrorKind::unavailable, "house.store", "a store could not make a write durable");
  if (config_.kind == Kind::production && !fs::exists(config_.data / "keys" / "backed-up"))
    return kernel::refuse(kernel::ErrorKind::unavailable, "house.key_backup",
                          "production is not ready until `carnet key backup` has been done");
  return {};
}

void House::key_backed_up() {
  (void)io::replace_file(config_.data / "keys" / "backed-up", kernel::as_bytes("yes\n"), private_file);
}

}  // namespace carnet::wiring
