// Access on a whole enrollment, with a few professionals and structures in the directory; and its routes as the pipeline
// would call them.
#pragma once
#include <gtest/gtest.h>

#include "access/access.hpp"
#include "enrollment/testing/enrollment_house.hpp"

namespace carnet::access::testing {

using enrollment::testing::EnrollmentHouse;
using enrollment::testing::must;
using enrollment::testing::Someone;
using identity::Caller;
namespace json = kernel::json;

inline constexpr std::string_view doctor = "10001234567", other = "10007654321", occupational = "10005555555";
inline constexpr std::string_view hospital = "750000001", clinic = "750000002", insurer = "750000003";

class AccessCase : public ::testing::TestWithParam<std::string> {
 protected:
  AccessCase() {
    house_.add_migrations(Access::migrations());
    open_access();
    write([&](store::Tx& tx) -> kernel::Status {
      CARNET_CHECK(house_.identity().put_professional(tx, {std::string(doctor), "Dr Lina Benali", "10", ""}));
      CARNET_CHECK(house_.identity().put_professional(tx, {std::string(other), "Dr Paul Roche", "40", ""}));
      CARNET_CHECK(house_.identity().put_professional(tx, {std::string(occupational), "Dr Anne Petit", "10", "SM25"}));
      CARNET_CHECK(house_.identity().put_structure(tx, {std::string(hospital), "Hôpital des Tilleuls", "hospital"}));
      CARNET_CHECK(house_.identity().put_structure(tx, {std::string(clinic), "Clinique des Saules", "hospital"}));
      return house_.identity().put_structure(tx, {std::string(insurer), "Caisse", "health_insurance"});
    });
  }
  // What reading queued is written behind others, on one writer or on several: waited for however busy the machine is,
  // a minute at most.
  bool emergencies_reach(std::int64_t count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (house_.count("SELECT COUNT(*) FROM emergency_access") < count && std::chrono::steady_clock::now() < until)
      write([](store::Tx&) { return kernel::Status{}; });
    return house_.count("SELECT COUNT(*) FROM emergency_access") == count;
  }
  // The program ends and starts again, on the same stores.
  void restart() {
    access_.reset();
    house_.reopen();
    open_access();
  }
  void open_access() {
    Means means;
    means.notices = &house_.notices();
    means.entropy = &house_.entropy();
    means.master = kernel::SecretBytes(kernel::Bytes(32, 42));
    using notices::Template;
    means.templates = {{Told::emergency_holder, Template::emergency_holder}, {Told::emergency_gp, Template::emergency_gp},
                       {Told::consent_declared, Template::consent_declared}, {Told::care_team_joined, Template::care_team_joined},
                       {Told::carer_added, Template::carer_added},           {Told::carer_ended, Template::carer_ended},
                       {Told::frozen, Template::frozen},                     {Told::thawed, Template::unfrozen},
                       {Told::access_alert, Template::access_alert}};
    access_ = must(Access::open(house_.store(), CARNET_SOURCE_DIR "/rules", parameters_, house_.journal(), house_.identity(),
                                house_.enrollment(), house_.clock(), std::move(means)));
  }

  PersonId open(const Someone& one) {
    house_.import({one});
    const auto person = house_.find(one);
    must(io::run(house_.enrollment().open_in_person(person)));
    return person;
  }
  template <class Fn>
  void write(Fn fn) {
    must(house_.store().write_now<void>([&](store::Tx& tx) -> kernel::Status { return fn(tx); }));
  }
  void join(PersonId person, std::string_view rpps = doctor, std::string_view structure = hospital) {
    write([&](store::Tx& tx) {
      return access_->declare_care_team(tx, person, rpps, structure, house_.clock().now(), std::nullopt);
    });
  }
  static Caller software(std::string_view rpps, std::string_view structure = hospital) {
    Caller caller;
    caller.kind = Caller::Kind::software;
    caller.client_id = "hospital";
    caller.rpps = rpps;
    caller.professional_name = "Dr";
    caller.profession = rpps == other ? "40" : "10";
    caller.structure_id = structure;
    return caller;
  }
  static Caller person(PersonId id) {
    Caller caller;
    caller.person = id;
    caller.name = "Nadia Martin";
    caller.session = "session";
    return caller;
  }
  // "" when granted, else the error's code.
  std::string authorise(const Caller& caller, PersonId whom, Act act = Act::read) {
    auto result = house_.store().read_now<std::string>([&](store::Snapshot& at) -> kernel::Result<std::string> {
      const auto grant = access_->authorise(at, caller, whom, act);
      return grant ? std::string() : grant.error().code;
    });
    return must(std::move(result));
  }
  std::string judge(const Question& question, kernel::Instant at) {
    const auto standing = house_.standing(question.person);
    return house_.read<std::string>([&](store::Snapshot& db) -> kernel::Result<std::string> {
      CARNET_TRY(decision, access_->judge_as_of(db, question, standing, at));
      return std::string(decision.rule());
    });
  }
  std::size_t traces_of(PersonId whom) {
    audit::Filter filter;
    filter.limit = 1000;
    return must(io::run(house_.journal().read(house_.standing(whom).space, filter))).size();
  }

  // ---- routes
  http::Response call(http::Method method, const std::string& path, const json::object& body, const Caller& caller) {
    house_.tick();
    http::Request request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
    request.request_id = "0123456789abcdefghjkmnpqrs";
    if (method != http::Method::get) request.body = kernel::to_bytes(json::serialize(body));
    auto routes = access_->routes();
    for (auto list : {access_->software_routes(), access_->fhir_routes("https://carnet.test/fhir/R4")}) routes.insert(routes.end(), list.begin(), list.end());
    for (const auto& route : routes) {
      http::Exchange exchange{request, {}, std::make_shared<Caller>(caller)};
      if (route.method != method || !matches(route.path_template, request.path, exchange)) continue;
      auto response = io::run(route.handler(exchange));
      return response ? std::move(*response) : http::problem(response.error(), request.request_id);
    }
    ADD_FAILURE() << "no route " << path;
    return http::Response::empty(404);
  }
  static bool matches(std::string_view pattern, std::string_view path, http::Exchange& exchange) {
    while (!pattern.empty() && !path.empty()) {
      const auto p = pattern.substr(1, pattern.find('/', 1) - 1), g = path.substr(1, path.find('/', 1) - 1);
      if (p.starts_with('{'))
        exchange.path_parameters.emplace_back(p.substr(1, p.size() - 2), g);
      else if (p != g)
        return false;
      pattern.remove_prefix(std::min(p.size() + 1, pattern.size()));
      path.remove_prefix(std::min(g.size() + 1, path.size()));
    }
    return pattern.empty() && path.empty();
  }
  json::object body(const http::Response& response) { return EnrollmentHouse::body_of(response); }
  std::string code(const http::Response& response) { return EnrollmentHouse::code_of(response); }
  http::Response post(const std::string& path, const json::object& given, PersonId by) {
    return call(http::Method::post, path, given, person(by));
  }

  // What the demonstration's page shows of a message.
  struct Message {
    std::string channel, to, subject, text;
    bool operator==(const Message&) const = default;
  };
  // What was queued since the last time this was asked, oldest first. The page shows fifty.
  std::vector<Message> told() {
    std::vector<Message> fresh;
    const auto items = house_.outbox();
    for (std::size_t i = items.size() - seen_; i-- > 0;) {
      const auto& item = items[i].as_object();
      const auto whole = house_.get("/api/demonstration/outbox/" + std::string(item.at("id").as_string()));
      fresh.push_back({std::string(item.at("channel").as_string()), std::string(item.at("to_name").as_string()),
                       std::string(item.at("subject").as_string()), std::string(body(whole).at("text").as_string())});
    }
    seen_ = items.size();
    return fresh;
  }
  static std::string name_of(int n) { return "Nadia" + std::to_string(n) + " Martin"; }
  std::string access_path(PersonId whose) { return "/api/spaces/" + house_.identity().people().opaque(whose) + "/access"; }

  EnrollmentHouse house_{GetParam()};
  parameters::Parameters parameters_ = must(parameters::Parameters::load(CARNET_SOURCE_DIR "/rules"));
  std::unique_ptr<Access> access_;
  std::size_t seen_ = 0;
};

}  // namespace carnet::access::testing
