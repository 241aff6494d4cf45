// A whole identity for tests: real stores, journal and notices in a directory of its own, on a clock that is set by hand.
#pragma once
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "foundation/store/testing/store_case.hpp"
#include "identity/identity.hpp"

namespace carnet::identity::testing {

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

struct Options {
  std::string engine = "sqlite";
  bool demonstration = true;
  std::string location{};  // an existing sqlite directory to open again; empty: a new one
  std::uint64_t seed = 11;
  bool gateways = true;  // false: letters are the only channel
};

class IdentityHouse {
 public:
  explicit IdentityHouse(Options options = {}) : options_(std::move(options)), entropy_(options_.seed) {
    main_case_ = store::testing::StoreCase::make(options_.engine);
    journal_case_ = store::testing::StoreCase::make(options_.engine);
    open();
  }
  ~IdentityHouse() { close(); }

  // As after a restart of the program.
  void reopen() {
    close();
    open();
  }
  void open() {
    const bool elsewhere = !options_.location.empty();
    main_ = must(store::Store::open(elsewhere ? "sqlite:" + options_.location + "/main.db" : main_case_->location(), main_case_->options()));
    store::Options one_writer = journal_case_->options();
    one_writer.writers = 1;
    journal_store_ = must(store::Store::open(elsewhere ? "sqlite:" + options_.location + "/journal.db" : journal_case_->location(), one_writer));
    std::vector<store::Migration> all;
    for (auto list : {audit::Journal::main_migrations(), notices::Notices::migrations(), Identity::migrations()}) {
      all.insert(all.end(), list.begin(), list.end());
    }
    must(main_->migrate(all));
    must(journal_store_->migrate(audit::Journal::journal_migrations()));
    parameters_ = must(parameters::Parameters::load(CARNET_SOURCE_DIR "/rules"));
    journal_ = must(audit::Journal::open(*main_, *journal_store_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_));
    notices::Settings settings;
    settings.mail_from_default = "nepasrepondre@espace.example";
    settings.messages = CARNET_SOURCE_DIR "/web/messages";
    settings.demonstration = options_.gateways;
    if (!options_.gateways) {
      settings.print_directory = directory() / "print";
      std::filesystem::create_directories(settings.print_directory);
    }
    notices_ = must(notices::Notices::open(*main_, crypto::Sealer(master_, "notices", entropy_), std::move(settings), clock_, entropy_, pool_));
    identity_ = must(Identity::open(*main_, master_, parameters_, *journal_, *notices_, clock_, entropy_, pool_, options_.demonstration));
  }
  void close() {
    identity_.reset();
    notices_.reset();
    journal_.reset();
    journal_store_.reset();
    main_.reset();
  }

  Identity& identity() { return *identity_; }
  Register& people() { return identity_->people(); }
  store::Store& store() { return *main_; }
  audit::Journal& journal() { return *journal_; }
  io::ManualClock& clock() { return clock_; }
  const std::filesystem::path& directory() const { return main_case_->directory().path(); }

  template <class T>
  T read(std::function<kernel::Result<T>(store::Snapshot&)> fn) {
    return must(main_->read_now<T>(std::move(fn)));
  }
  template <class T>
  kernel::Result<T> write(std::function<kernel::Result<T>(store::Tx&)> fn) {
    return main_->write_now<T>(std::move(fn));
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
  std::optional<PersonId> find(std::string number) {
    return read<std::optional<PersonId>>([&](store::Snapshot& at) { return people().find(at, number); });
  }
  Person person(PersonId id) {
    return read<Person>([&](store::Snapshot& at) { return people().person(at, id); });
  }

  std::filesystem::path write_file(const std::string& name, const std::string& text) {
    const auto path = directory() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  kernel::Result<ImportProgress> try_import(const std::filesystem::path& csv, std::function<void(const ImportProgress&)> told = {}) {
    return io::run(people().import(csv, csv.string() + ".set-aside", std::move(told)));
  }
  ImportProgress import(const std::string& csv_text, const std::string& name = "register.csv") {
    return must(try_import(write_file(name, csv_text)));
  }

  // The newest message in the outbox, as its receiver reads it: {channel, to_name, subject, code?}.
  json::array outbox() {
    for (auto& route : notices_->routes()) {
      if (route.path_template != "/api/demonstration/outbox") continue;
      http::Request request;
      http::Exchange exchange{request, {}, nullptr};
      return json::parse(must(io::run(route.handler(exchange))).body).as_object().at("items").as_array();
    }
    return {};
  }
  // Where the newest message goes.
  std::string last_address() {
    const auto items = outbox();
    if (items.empty()) return {};
    for (auto& route : notices_->routes()) {
      if (route.path_template != "/api/demonstration/outbox/{id}") continue;
      http::Request request;
      http::Exchange exchange{request, {{"id", std::string(items.front().as_object().at("id").as_string())}}, nullptr};
      return std::string(json::parse(must(io::run(route.handler(exchange))).body).as_object().at("to_address").as_string());
    }
    return {};
  }
  std::string last_code() {
    const auto items = outbox();
    return items.empty() ? "" : std::string(items.front().as_object().at("code").as_string());
  }

  // Where the next calls come from.
  void be_at(std::string peer, std::string user_agent = {}) {
    peer_ = std::move(peer);
    user_agent_ = std::move(user_agent);
  }
  // Calls one of identity's routes as the pipeline would.
  http::Response call(http::Method method, const std::string& path, const json::object& body, const std::string& cookie = {}) {
    http::Request request = request_of(method, path, cookie);
    request.body = kernel::to_bytes(json::serialize(body));
    return send(request, identity_->web_routes(), *identity_->web_authenticator());
  }
  http::Response token(const std::vector<std::pair<std::string, std::string>>& form, const std::string& audience) {
    http::Request request = request_of(http::Method::post, "/oauth/token", "");
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    std::string body;
    for (const auto& [name, value] : form) body += (body.empty() ? "" : "&") + name + "=" + http::percent_encode(value);
    request.body = kernel::to_bytes(body);
    return send(request, identity_->oauth_routes(audience), *identity_->bearer_authenticator());
  }
  std::shared_ptr<const Caller> bearer(const std::string& token) {
    http::Request request = request_of(http::Method::get, "/fhir/R4", "");
    request.headers.emplace_back("authorization", "Bearer " + token);
    auto authenticator = identity_->bearer_authenticator();
    auto principal = io::run(authenticator->authenticate(request));
    return principal ? std::dynamic_pointer_cast<const Caller>(*principal) : nullptr;
  }
  std::shared_ptr<const Caller> signed_in_with(const std::string& session_cookie) {
    http::Request request = request_of(http::Method::get, "/api/spaces/moi", "__Host-session=" + session_cookie);
    auto authenticator = identity_->web_authenticator();
    return std::dynamic_pointer_cast<const Caller>(must(io::run(authenticator->authenticate(request))));
  }

  static std::string set_cookie_of(const http::Response& response, const std::string& name) {
    for (const auto& [header, value] : response.headers) {
      if (header == "Set-Cookie" && value.starts_with(name + "=")) return value.substr(0, value.find(';'));
    }
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
  // "/a/{id}/c" against "/a/b/c"; a template without a parameter stands first in a list.
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  static std::optional<Parameters> matched(const std::string& path_template, const std::string& path) {
    Parameters found;
    std::istringstream wanted(path_template), given(path);
    std::string one, other;
    for (;;) {
      const bool more = static_cast<bool>(std::getline(wanted, one, '/')), left = static_cast<bool>(std::getline(given, other, '/'));
      if (more != left) return std::nullopt;
      if (!more) return found;
      if (one.starts_with('{')) {
        found.emplace_back(one.substr(1, one.size() - 2), other);
      } else if (one != other) {
        return std::nullopt;
      }
    }
  }
  http::Request request_of(http::Method method, const std::string& path, const std::string& cookie) const {
    http::Request request;
    request.peer = peer_;
    if (!user_agent_.empty()) request.headers.emplace_back("user-agent", user_agent_);
    request.method = method;
    request.path = path;
    request.request_id = "0123456789abcdefghjkmnpqrs";
    if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
    return request;
  }
  static http::Response send(const http::Request& request, const std::vector<http::Route>& routes, http::Authenticator& authenticator) {
    for (const auto& route : routes) {
      auto parameters = matched(route.path_template, request.path);
      if (!parameters || route.method != request.method) continue;
      http::Exchange exchange{request, std::move(*parameters), nullptr};
      if (route.access != http::Access::anonymous) exchange.principal = must(io::run(authenticator.authenticate(request)));
      if (route.access == http::Access::signed_in && !exchange.principal) {
        return http::problem({kernel::ErrorKind::unauthenticated, "http.unauthenticated", "", {}, {}}, request.request_id);
      }
      auto response = io::run(route.handler(exchange));
      return response ? std::move(*response) : http::problem(response.error(), request.request_id);
    }
    ADD_FAILURE() << "no route " << request.path;
    return http::Response::empty(404);
  }

  Options options_;
  std::string peer_, user_agent_;
  kernel::SecretBytes master_{kernel::Bytes(32, 42)};
  io::SeededEntropy entropy_;
  io::ManualClock clock_{*kernel::parse_rfc3339("2025-03-04T09:00:00Z")};
  io::Pool pool_{2, 64};
  parameters::Parameters parameters_;
  std::unique_ptr<store::testing::StoreCase> main_case_, journal_case_;
  std::unique_ptr<store::Store> main_, journal_store_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<notices::Notices> notices_;
  std::unique_ptr<Identity> identity_;
};

// A well-formed number of the test OID: the first digit says the sex, `n` the rest.
inline std::string number_of(std::int64_t n, int sex = 2) {
  const std::string thirteen = fmt::format("{}{:012}", sex, n);
  return fmt::format("{}{:02}", thirteen, key_of(thirteen));
}
inline constexpr std::string_view short_header =
    "system;matricule;birth_name;given_names;birth_date;sex;email;phone;card_serials;parents\n";
inline std::string short_line(const std::string& number, const std::string& name, const std::string& given, const std::string& born,
                              const std::string& email = {}, const std::string& phone = {}, const std::string& serials = {},
                              const std::string& parents = {}) {
  return fmt::format("{};{};{};{};{};{};{};{};{};{}\n", oid_demonstration, number, name, given, born, number[0] == '1' ? "M" : "F", email,
                     phone, serials, parents);
}

}  // namespace carnet::identity::testing
