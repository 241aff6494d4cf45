// A whole enrollment for tests: real stores, journal, keyring, notices and identity in a directory of its own, on a clock
// that is set by hand.
#pragma once
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>

#include "enrollment/enrollment.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::enrollment::testing {

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

// A well-formed number of the demonstration OID.
inline std::string number_of(std::int64_t n) {
  const std::string thirteen = fmt::format("2{:012}", n);
  return fmt::format("{}{:02}", thirteen, identity::key_of(thirteen));
}
// Someone for the register: serial number 1000 + n, an address by post unless told otherwise.
struct Someone {
  std::int64_t n = 1;
  std::string birth_date = "1984-02-13", email{}, phone{}, zone = "Europe/Paris", parents{}, died{}, declared_gp{};
  bool postal = true;
  std::string number() const { return number_of(n); }
  std::string serial() const { return std::to_string(1'000'000'000 + n); }
};
inline std::string register_csv(const std::vector<Someone>& people) {
  std::string csv =
      "system;matricule;birth_name;given_names;birth_date;sex;email;phone;zone;address1;postcode;city;card_serials;parents;died;declared_gp\n";
  for (const auto& one : people) {
    csv += fmt::format("{};{};Martin;Nadia{};{};F;{};{};{};{};{};{};{};{};{};{}\n", identity::oid_demonstration, one.number(),
                       one.n, one.birth_date, one.email, one.phone, one.zone, one.postal ? "12 rue des Lilas" : "",
                       one.postal ? "69007" : "", one.postal ? "Lyon" : "", one.serial(), one.parents, one.died, one.declared_gp);
  }
  return csv;
}

class EnrollmentHouse {
 public:
  // `directory`: where an embedded house stands that outlives this one; empty: a new one, removed with it.
  explicit EnrollmentHouse(const std::string& engine = "sqlite", std::uint64_t seed = 11, std::string directory = {})
      : directory_(std::move(directory)), entropy_(seed) {
    main_case_ = store::testing::StoreCase::make(engine);
    journal_case_ = store::testing::StoreCase::make(engine);
    key_case_ = store::testing::StoreCase::make(engine);
    open();
  }
  ~EnrollmentHouse() { close(); }

  void open() {
    const auto place = [&](const store::testing::StoreCase& one, const char* file) {
      return directory_.empty() ? one.location() : "sqlite:" + directory_ + "/" + file;
    };
    main_ = must(store::Store::open(place(*main_case_, "main.db"), main_case_->options()));
    store::Options one_writer = journal_case_->options();
    one_writer.writers = 1;
    journal_store_ = must(store::Store::open(place(*journal_case_, "journal.db"), one_writer));
    key_store_ = must(store::Store::open(place(*key_case_, "keys.db"), key_case_->options()));
    std::vector<store::Migration> all;
    for (auto list : {audit::Journal::main_migrations(), notices::Notices::migrations(), identity::Identity::migrations(),
                      Enrollment::migrations()}) {
      all.insert(all.end(), list.begin(), list.end());
    }
    for (const auto& more : more_migrations_) all.push_back(more);
    must(main_->migrate(all));
    must(journal_store_->migrate(audit::Journal::journal_migrations()));
    must(key_store_->migrate(keyring::Keyring::migrations()));
    parameters_ = must(parameters::Parameters::load(CARNET_SOURCE_DIR "/rules"));
    journal_ = must(audit::Journal::open(*main_, *journal_store_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_));
    notices::Settings settings;
    settings.mail_from_default = "nepasrepondre@espace.example";
    settings.messages = CARNET_SOURCE_DIR "/web/messages";
    settings.demonstration = true;
    notices_ = must(notices::Notices::open(*main_, crypto::Sealer(master_, "notices", entropy_), std::move(settings), clock_,
                                           entropy_, pool_));
    identity_ = must(identity::Identity::open(*main_, master_, parameters_, *journal_, *notices_, clock_, entropy_, pool_, true));
    keyring_ = must(keyring::Keyring::open(*key_store_, master_, entropy_));
    enrollment_ = must(Enrollment::open(*main_, master_, parameters_, *journal_, *keyring_, *notices_, *identity_, clock_, entropy_));
  }
  void close() {
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
  // For rooms above: their tables in the same store.
  void add_migrations(std::vector<store::Migration> more) {
    more_migrations_ = std::move(more);
    reopen();
  }

  Enrollment& enrollment() { return *enrollment_; }
  identity::Identity& identity() { return *identity_; }
  keyring::Keyring& keyring() { return *keyring_; }
  audit::Journal& journal() { return *journal_; }
  notices::Notices& notices() { return *notices_; }
  store::Store& store() { return *main_; }
  io::ManualClock& clock() { return clock_; }
  io::SeededEntropy& entropy() { return entropy_; }

  // Messages are listed by the instant they were written: each call takes a millisecond, unless the test keeps time.
  void keep_time() { ticks_ = false; }
  void tick() {
    if (ticks_) clock_.advance(std::chrono::milliseconds(1));
  }
  void set_clock(std::string_view rfc3339) { clock_.set(*kernel::parse_rfc3339(rfc3339)); }

  std::int64_t import(const std::vector<Someone>& people) {
    const auto csv = main_case_->directory().path() / fmt::format("register-{}.csv", ++imports_);
    std::ofstream(csv, std::ios::binary) << register_csv(people);
    return must(io::run(identity_->people().import(csv, csv.string() + ".set-aside", {}))).added;
  }
  PersonId find(const Someone& one) {
    auto found = read<std::optional<PersonId>>([&](store::Snapshot& at) { return identity_->people().find(at, one.number()); });
    return found.value();
  }
  template <class T>
  T read(std::function<kernel::Result<T>(store::Snapshot&)> fn) {
    return must(main_->read_now<T>(std::move(fn)));
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
  Standing standing(PersonId person) {
    return read<Standing>([&](store::Snapshot& at) { return enrollment_->standing(at, person); });
  }
  NoticeOutcome notify(PersonId person, const std::string& campaign = "2025") {
    tick();
    return must(main_->write_now<NoticeOutcome>(
        [&](store::Tx& tx) { return enrollment_->notify(tx, person, campaign); }));
  }

  // The outbox, newest first: {id, channel, to_name, at, subject, code?}.
  json::array outbox() {
    return json::parse(get("/api/demonstration/outbox").body).as_object().at("items").as_array();
  }
  std::string last_code() {
    for (const auto& item : outbox())
      if (const auto* code = item.as_object().if_contains("code")) return std::string(code->as_string());
    return {};
  }

  // ---- the routes, as the pipeline would call them
  struct Asked {
    http::Method method = http::Method::post;
    std::string path{};
    json::object body{};
    std::string cookie{}, peer = "192.0.2.1";
    std::shared_ptr<const http::Principal> principal{};  // signed in, without going through the session
  };
  http::Response call(const Asked& asked) {
    tick();
    http::Request request;
    request.method = asked.method;
    request.path = asked.path;
    request.peer = asked.peer;
    request.request_id = "0123456789abcdefghjkmnpqrs";
    if (!asked.cookie.empty()) request.headers.emplace_back("cookie", asked.cookie);
    if (asked.method != http::Method::get) request.body = kernel::to_bytes(json::serialize(asked.body));
    auto routes = enrollment_->routes();
    for (auto list : {identity_->web_routes(), notices_->routes()}) routes.insert(routes.end(), list.begin(), list.end());
    for (const auto& route : routes) {
      auto parameters = matched(route.path_template, asked.path);
      if (route.method != asked.method || !parameters) continue;
      http::Exchange exchange{request, std::move(*parameters), nullptr};
      auto authenticator = identity_->web_authenticator();
      exchange.principal = asked.principal;
      if (route.access != http::Access::anonymous && !asked.principal) {
        auto principal = io::run(authenticator->authenticate(request));
        if (principal) exchange.principal = *principal;
      }
      if (route.access == http::Access::signed_in && !exchange.principal)
        return http::problem({kernel::ErrorKind::unauthenticated, "http.unauthenticated", "", {}, {}}, request.request_id);
      auto response = io::run(route.handler(exchange));
      return response ? std::move(*response) : http::problem(response.error(), request.request_id);
    }
    ADD_FAILURE() << "no route " << asked.path;
    return http::Response::empty(404);
  }
  http::Response get(const std::string& path, const std::string& cookie = {}) {
    return call({http::Method::get, path, {}, cookie, "192.0.2.1", {}});
  }
  http::Response post(const std::string& path, const json::object& body, const std::string& cookie = {}) {
    return call({http::Method::post, path, body, cookie, "192.0.2.1", {}});
  }
  static std::string set_cookie_of(const http::Response& response, const std::string& name) {
    for (const auto& [header, value] : response.headers)
      if (header == "Set-Cookie" && value.starts_with(name + "=")) return value.substr(0, value.find(';'));
    return {};
  }
  static json::object body_of(const http::Response& response) {
    return response.body.empty() ? json::object{} : json::parse(response.body).as_object();
  }
  static std::string code_of(const http::Response& response) {
    const auto body = body_of(response);
    const auto* code = body.if_contains("code");
    return code == nullptr ? "" : std::string(code->as_string());
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  static std::vector<std::string> segments(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
      const auto end = path.find('/', 1);
      out.emplace_back(path.substr(1, end == std::string_view::npos ? end : end - 1));
      path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    }
    return out;
  }
  static std::optional<Pairs> matched(std::string_view path_template, std::string_view path) {
    const auto pattern = segments(path_template), given = segments(path);
    if (pattern.size() != given.size()) return std::nullopt;
    Pairs out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i].starts_with("{")) {
        out.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), given[i]);
      } else if (pattern[i] != given[i]) {
        return std::nullopt;
      }
    }
    return out;
  }

  std::string directory_;
  kernel::SecretBytes master_{kernel::Bytes(32, 42)};
  io::SeededEntropy entropy_;
  io::ManualClock clock_{*kernel::parse_rfc3339("2025-03-04T09:00:00Z")};
  io::Pool pool_{2, 64};
  parameters::Parameters parameters_;
  std::vector<store::Migration> more_migrations_;
  int imports_ = 0;
  bool ticks_ = true;
  std::unique_ptr<store::testing::StoreCase> main_case_, journal_case_, key_case_;
  std::unique_ptr<store::Store> main_, journal_store_, key_store_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<notices::Notices> notices_;
  std::unique_ptr<identity::Identity> identity_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::unique_ptr<Enrollment> enrollment_;
};

}  // namespace carnet::enrollment::testing
