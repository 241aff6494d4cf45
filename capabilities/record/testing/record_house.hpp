// A whole record for tests: people, callers, and the routes called as the pipeline calls them.
#pragma once
#include "record/testing/record_world.hpp"
#include "standards/fhir/fhir.hpp"
#include "standards/fhir/testing/samples.hpp"

namespace carnet::record::testing {

using fhir::testing::Sample;

inline constexpr std::string_view doctor_rpps = "10001234567", other_rpps = "10007654321", hospital = "750000001";

class RecordHouse : public RecordWorld {
 public:
  explicit RecordHouse(const std::string& engine = "sqlite") : RecordWorld(engine) { furnish(); }
  RecordHouse(Places places, std::uint64_t seed) : RecordWorld(std::move(places), seed) { furnish(); }
  void furnish() {
    write([&](store::Tx& tx) -> kernel::Status {
      CARNET_CHECK(identity().put_professional(tx, {std::string(doctor_rpps), "Dr Lina Benali", "10", ""}));
      CARNET_CHECK(identity().put_professional(tx, {std::string(other_rpps), "Dr Paul Roche", "10", ""}));
      return identity().put_structure(tx, {std::string(hospital), "Hôpital des Tilleuls", "hospital"});
    });
  }

  // Someone in the register, whose space is open, and whom the doctor treats.
  PersonId add_open(const Someone& someone) {
    import(someone);
    const PersonId person = find(someone.number());
    must(io::run(enrollment().open_in_person(person)));
    join(person, doctor_rpps);
    return person;
  }
  void join(PersonId person, std::string_view rpps) {
    write([&](store::Tx& tx) {
      return access().declare_care_team(tx, person, rpps, hospital, clock().now(), std::nullopt);
    });
  }

  // ---- who calls
  static std::shared_ptr<const identity::Caller> software(std::string_view rpps,
                                                          std::string_view structure = hospital) {
    auto caller = std::make_shared<identity::Caller>();
    caller->kind = identity::Caller::Kind::software;
    caller->client_id = "hospital";
    caller->rpps = rpps;
    if (!rpps.empty()) {
      caller->professional_name = rpps == doctor_rpps ? "Dr Lina Benali" : "Dr Paul Roche";
      caller->profession = "10";
    }
    caller->structure_id = structure;
    caller->structure_name = structure == hospital ? "Hôpital des Tilleuls" : "Clinique des Saules";
    caller->scopes = {"documents.deposit", "documents.read", "record.write", "record.read"};
    return caller;
  }
  static std::shared_ptr<const identity::Caller> doctor() { return software(doctor_rpps); }
  static std::shared_ptr<const identity::Caller> person(PersonId id, std::string session = "session-1") {
    auto caller = std::make_shared<identity::Caller>();
    caller->person = id;
    caller->session = std::move(session);
    caller->name = "Nadia Martin";
    return caller;
  }

  // ---- the routes
  using Principal = std::shared_ptr<const identity::Caller>;
  struct Asked {
    http::Method method = http::Method::get;
    std::string target{}, body{}, content_type{}, accept{}, prefer{};
    std::vector<http::Header> headers{};
  };
  http::Response call(const std::vector<http::Route>& routes, const Principal& who, const Asked& asked, bool as_fhir) {
    http::Request request;
    request.method = asked.method;
    const auto mark = asked.target.find('?');
    request.path = asked.target.substr(0, mark);
    if (mark != std::string::npos) request.query = asked.target.substr(mark + 1);
    request.request_id = "0123456789abcdefghjkmnpqrs";
    request.body = kernel::to_bytes(asked.body);
    const auto header = [&](std::string name, const std::string& value) {
      if (!value.empty()) request.headers.emplace_back(std::move(name), value);
    };
    header("content-type", asked.content_type);
    header("accept", asked.accept);
    header("prefer", asked.prefer);
    for (const auto& [name, value] : asked.headers) header(name, value);
    const http::Route* best = nullptr;
    for (const auto& route : routes)
      if (route.method == asked.method && matched(route.path_template, request.path) &&
          (best == nullptr || route.path_template.find('{') == std::string::npos))
        best = &route;
    if (best == nullptr) {
      ADD_FAILURE() << "no route " << asked.target;
      return http::Response::empty(404);
    }
    EXPECT_LE(request.body.size(), best->max_body);
    http::Exchange exchange{request, *matched(best->path_template, request.path), who};
    auto response = io::run(best->handler(exchange));
    if (response) return std::move(*response);
    last_error_ = response.error();
    return as_fhir ? Record::render_operation_outcome(response.error(), request.request_id)
                   : http::problem(response.error(), request.request_id);
  }
  http::Response fhir(const Principal& who, const Asked& asked) {
    return call(record().fhir_routes(), who, asked, true);
  }
  http::Response web(const Principal& who, const Asked& asked) {
    return call(record().web_routes(), who, asked, false);
  }
  http::Response access_routes(const Principal& who, const Asked& asked) {
    return call(access().routes(), who, asked, false);
  }
  http::Response documents_origin(const std::string& target) {
    return call(record().document_routes(), nullptr, {http::Method::get, target}, false);
  }

  http::Response deposit(const Principal& who, const std::string& bundle) {
    clock().advance(std::chrono::seconds(1));
    auto response = fhir(who, {http::Method::post, "/fhir/R4", bundle, "application/fhir+json"});
    must(io::run(journal().settle()));
    return response;
  }
  http::Response deposit(const Sample& sample) { return deposit(doctor(), sample.bundle()); }
  // The id of what was deposited.
  std::string deposited(const Sample& sample) {
    const auto response = deposit(sample);
    EXPECT_EQ(response.status, 200) << response.body;
    return location_id(response, 1);
  }
  static std::string location_id(const http::Response& response, std::size_t entry) {
    const auto body = json::parse(response.body);
    std::string location(body.at("entry").at(entry).at("response").at("location").as_string());
    location = location.substr(location.find('/') + 1);
    return location.substr(0, location.find('/'));
  }
  http::Response search(const Principal& who, const std::string& form) {
    return fhir(who,
                {http::Method::post, "/fhir/R4/DocumentReference/_search", form, "application/x-www-form-urlencoded"});
  }
  static std::string by_number(const Someone& one) {
    return "patient.identifier=" + http::percent_encode("urn:oid:1.2.250.1.213.1.4.11|" + one.number());
  }
  // "code path" of each issue of an OperationOutcome; the code is our own where there is one of the issue.
  static std::vector<std::string> issues(const http::Response& response) {
    std::vector<std::string> out;
    const auto body = json::parse(response.body);
    for (const auto& issue : body.at("issue").as_array()) {
      std::string line(issue.at("code").as_string());
      if (line == "invalid") line = std::string(issue.at("details").at("coding").at(0).at("code").as_string());
      if (const auto* paths = issue.as_object().if_contains("expression"))
        for (const auto& path : paths->as_array()) line += " " + std::string(path.as_string());
      out.push_back(line);
    }
    return out;
  }
  const kernel::Error& last_error() const { return last_error_; }

  // The traces of a space, newest first: "action title".
  std::vector<std::string> traces(PersonId person, audit::Lane lane = audit::Lane::ordinary) {
    audit::Filter filter;
    filter.lane = lane;
    filter.limit = 500;
    must(io::run(journal().settle()));
    std::vector<std::string> out;
    for (const auto& trace : must(io::run(journal().read(space_of(person), filter)))) {
      std::string line(audit::code_of(trace.entry.action));
      if (!trace.entry.item_title.empty()) line += " " + trace.entry.item_title;
      out.push_back(std::move(line));
    }
    return out;
  }

  static Sample sample_of(const Someone& one, int number = 1) {
    Sample sample;
    sample.number = one.number();
    sample.birth_name = "MARTIN";
    sample.given_name = fmt::format("Nadia{}", one.n);
    sample.birth_date = one.birth_date;
    sample.unique_id = fmt::format("urn:oid:1.2.250.1.999.1.1.{}", number);
    sample.creation = sample.date = "2025-03-01T10:30:00+01:00";
    return sample;
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  static std::optional<Pairs> matched(std::string_view pattern, std::string_view path) {
    Pairs out;
    while (!pattern.empty() || !path.empty()) {
      const auto piece = [](std::string_view& rest) {
        const auto end = std::min(rest.find('/', 1), rest.size());
        const auto first = rest.substr(0, end);
        rest.remove_prefix(end);
        return first;
      };
      const auto wanted = piece(pattern), given = piece(path);
      if (wanted.starts_with("/{") && given.size() > 1)
        out.emplace_back(wanted.substr(2, wanted.size() - 3), given.substr(1));
      else if (wanted != given)
        return std::nullopt;
    }
    return out;
  }

  kernel::Error last_error_;
};

}  // namespace carnet::record::testing
