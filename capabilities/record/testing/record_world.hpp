// Real stores, journal, keys, notices, identity, enrollment and access in a directory of their own, on a clock that is
// set by hand: what a record stands on, for tests.
#pragma once
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>

#include "foundation/store/testing/store_case.hpp"
#include "record/record.hpp"

namespace carnet::record::testing {

namespace json = kernel::json;

template <class T>
T must(kernel::Result<T> result) {
  if (!result) {
    std::string issues;
    for (const auto& issue : result.error().issues) issues += " " + issue.code + " " + issue.path;
    ADD_FAILURE() << result.error().code << ": " << result.error().detail << issues;
    std::abort();
  }
  return std::move(*result);
}
inline void must(kernel::Status status) {
  if (!status) {
    ADD_FAILURE() << status.error().code << ": " << status.error().detail;
    std::abort();
  }
}

// Someone of the register: Martin, Nadia<n>, a woman; a number under the demonstration OID.
struct Someone {
  std::int64_t n = 1;
  std::string birth_date = "1984-02-13", email{}, parents{};
  std::string number() const {
    const std::string thirteen = fmt::format("2{:012}", n);
    return fmt::format("{}{:02}", thirteen, identity::key_of(thirteen));
  }
};

// Where a world's stores lie, so that another process can open it.
struct Places {
  std::string main, journal, keys;
  std::filesystem::path objects;
};

class RecordWorld {
 public:
  explicit RecordWorld(const std::string& engine) {
    main_case_ = store::testing::StoreCase::make(engine);
    journal_case_ = store::testing::StoreCase::make(engine);
    key_case_ = store::testing::StoreCase::make(engine);
    places_ = {main_case_->location(), journal_case_->location(), key_case_->location(), main_case_->options().objects};
    open();
  }
  // One that lies elsewhere; `seed` differs from that of every process that had it open.
  RecordWorld(Places places, std::uint64_t seed) : entropy_(seed), places_(std::move(places)) { open(); }
  const Places& places() const { return places_; }
  ~RecordWorld() { close(); }

  void open() {
    store::Options with_objects, one_writer;
    with_objects.objects = places_.objects;
    one_writer.writers = 1;
    main_ = must(store::Store::open(places_.main, with_objects));
    journal_store_ = must(store::Store::open(places_.journal, one_writer));
    key_store_ = must(store::Store::open(places_.keys, {}));
    std::vector<store::Migration> all;
    for (auto list :
         {audit::Journal::main_migrations(), notices::Notices::migrations(), identity::Identity::migrations(),
          enrollment::Enrollment::migrations(), access::Access::migrations(), Record::migrations()})
      all.insert(all.end(), list.begin(), list.end());
    must(main_->migrate(all));
    must(journal_store_->migrate(audit::Journal::journal_migrations()));
    must(key_store_->migrate(keyring::Keyring::migrations()));
    journal_ = must(
        audit::Journal::open(*main_, *journal_store_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_));
    notices::Settings settings;
    settings.mail_from_default = "nepasrepondre@espace.example";
    settings.messages = CARNET_SOURCE_DIR "/web/messages";
    settings.demonstration = true;
    notices_ = must(notices::Notices::open(*main_, crypto::Sealer(master_, "notices", entropy_), std::move(settings),
                                           clock_, entropy_, pool_));
    identity_ = must(
        identity::Identity::open(*main_, master_, parameters_, *journal_, *notices_, clock_, entropy_, pool_, true));
    keyring_ = must(keyring::Keyring::open(*key_store_, master_, entropy_, &clock_));
    enrollment_ = must(enrollment::Enrollment::open(*main_, master_, parameters_, *journal_, *keyring_, *notices_,
                                                    *identity_, clock_, entropy_));
    access_ = must(access::Access::open(*main_, CARNET_SOURCE_DIR "/rules", parameters_, *journal_, *identity_,
                                        *enrollment_, clock_,
                                        {notices_.get(), &entropy_, master_.copy(),
                                         {{access::Told::record_updated, notices::Template::record_updated}}}));
    record_ = another_record();
    access_->on_item_facts([this](const identity::Caller& caller, PersonId person, std::string id) {
      return record_->item_facts(caller, person, std::move(id));
    });
  }
  // On the same stores, as a second process would have it.
  std::unique_ptr<Record> another_record() {
    Settings own;
    own.sandbox_program = std::filesystem::path(CARNET_BUILD_DIR) / "bin" / "carnet-sandbox";
    own.documents_origin = "https://documents.localhost:8443";
    own.main_origin = "https://localhost:8443";
    own.base_url = "https://localhost:8443/fhir/R4";
    own.rules = CARNET_SOURCE_DIR "/rules";
    return must(Record::open(*main_, master_, std::move(own), parameters_, *journal_, *keyring_, *notices_, *identity_,
                             *enrollment_, *access_, clock_, entropy_, pool_));
  }
  void close() {
    record_.reset();
    access_.reset();
    enrollment_.reset();
    keyring_.reset();
    identity_.reset();
    notices_.reset();
    journal_.reset();
    key_store_.reset();
    journal_store_.reset();
    main_.reset();
  }
  void reopen() {
    close();
    open();
  }

  Record& record() { return *record_; }
  access::Access& access() { return *access_; }
  enrollment::Enrollment& enrollment() { return *enrollment_; }
  identity::Identity& identity() { return *identity_; }
  audit::Journal& journal() { return *journal_; }
  store::Store& store() { return *main_; }
  io::ManualClock& clock() { return clock_; }
  void set_clock(std::string_view rfc3339) { clock_.set(*kernel::parse_rfc3339(rfc3339)); }

  template <class T>
  T read(std::function<kernel::Result<T>(store::Snapshot&)> fn) {
    return must(main_->read_now<T>(std::move(fn)));
  }
  template <class Fn>
  void write(Fn fn) {
    must(main_->write_now<void>([&](store::Tx& tx) -> kernel::Status { return fn(tx); }));
  }
  std::int64_t count(const std::string& sql) {
    return read<std::int64_t>([sql](store::Snapshot& at) -> kernel::Result<std::int64_t> {
      std::int64_t counted = 0;
      CARNET_CHECK(at.query(sql, {}, [&](const store::Row& row) {
        counted = row.integer(0);
        return false;
      }));
      return counted;
    });
  }

  void import_csv(const std::string& csv) {
    const auto path = main_case_->directory().path() / fmt::format("register-{}.csv", ++imports_);
    std::ofstream(path, std::ios::binary) << csv;
    must(io::run(identity_->people().import(path, path.string() + ".set-aside", {})));
  }
  void import(const Someone& one) {
    import_csv(fmt::format(
        "system;matricule;birth_name;given_names;birth_date;sex;email;address1;postcode;city;card_serials;parents\n"
        "{};{};Martin;Nadia{};{};F;{};12 rue des Lilas;69007;Lyon;{};{}\n",
        identity::oid_demonstration, one.number(), one.n, one.birth_date, one.email, 1'000'000'000 + one.n,
        one.parents));
  }
  PersonId find(std::string_view number) {
    auto found =
        read<std::optional<PersonId>>([&](store::Snapshot& at) { return identity_->people().find(at, number); });
    return found.value();
  }
  kernel::SpaceId space_of(PersonId person) {
    return read<enrollment::Standing>([&](store::Snapshot& at) { return enrollment_->standing(at, person); }).space;
  }
  // The outbox, newest first.
  json::array outbox() {
    for (auto& route : notices_->routes()) {
      if (route.path_template != "/api/demonstration/outbox") continue;
      http::Request request;
      http::Exchange exchange{request, {}, nullptr};
      return json::parse(must(io::run(route.handler(exchange))).body).as_object().at("items").as_array();
    }
    return {};
  }

 private:
  kernel::SecretBytes master_{kernel::Bytes(32, 42)};
  io::SeededEntropy entropy_{11};
  io::ManualClock clock_{*kernel::parse_rfc3339("2025-03-04T09:00:00Z")};
  io::Pool pool_{2, 64};
  parameters::Parameters parameters_ = must(parameters::Parameters::load(CARNET_SOURCE_DIR "/rules"));
  int imports_ = 0;
  Places places_;
  std::unique_ptr<store::testing::StoreCase> main_case_, journal_case_, key_case_;
  std::unique_ptr<store::Store> main_, journal_store_, key_store_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<notices::Notices> notices_;
  std::unique_ptr<identity::Identity> identity_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::unique_ptr<enrollment::Enrollment> enrollment_;
  std::unique_ptr<access::Access> access_;
  std::unique_ptr<Record> record_;
};

}  // namespace carnet::record::testing
