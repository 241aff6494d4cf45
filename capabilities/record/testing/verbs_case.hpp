// A record with two people, and the verbs of FHIR called on it.
#pragma once
#include <gmock/gmock.h>

#include "record/testing/record_house.hpp"

namespace carnet::record::testing {

class VerbsCase : public ::testing::TestWithParam<std::string> {
 protected:
  using Headers = std::vector<http::Header>;
  VerbsCase() : house(GetParam()) {
    nadia_id = house.add_open(nadia);
    paul_id = house.add_open(paul);
    patient = opaque(nadia_id);
    other_patient = opaque(paul_id);
  }

  std::string opaque(PersonId person) { return house.identity().people().opaque(person); }

  http::Response ask(http::Method method, const std::string& path, const std::string& body = {}, Headers headers = {}) {
    house.clock().advance(std::chrono::seconds(1));
    const bool is_patch = method == http::Method::patch;
    const std::string type = body.empty() ? "" : is_patch ? "application/json-patch+json" : "application/fhir+json";
    auto response = house.fhir(who, {method, "/fhir/R4" + path, body, type, "", "", std::move(headers)});
    return response;
  }
  http::Response get(const std::string& path, Headers headers = {}) {
    return ask(http::Method::get, path, {}, std::move(headers));
  }
  http::Response post(const std::string& path, const std::string& body, Headers headers = {}) {
    return ask(http::Method::post, path, body, std::move(headers));
  }
  http::Response form(const std::string& path, const std::string& pairs) {
    return house.fhir(who, {http::Method::post, "/fhir/R4" + path, pairs, "application/x-www-form-urlencoded"});
  }

  // An Observation of Nadia's: a code, a value.
  std::string observation(const std::string& code = "8867-4", const std::string& value = "72.0",
                          const std::string& id = {}, const std::string& more = {}) const {
    return R"({"resourceType":"Observation",)" + (id.empty() ? "" : "\"id\":\"" + id + "\",") +
           R"("status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + code +
           R"("}]},"subject":{"reference":"Patient/)" + patient +
           R"("},"effectiveDateTime":"2025-03-01","valueQuantity":{"value":)" + value +
           R"(,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"})" + more + "}";
  }
  std::string created(const std::string& resource, const std::string& type = "Observation") {
    const auto response = post("/" + type, resource);
    EXPECT_EQ(response.status, 201) << response.body;
    return id_in(header(response, "Location"));
  }
  static std::string id_in(const std::string& location) {
    const auto end = location.find("/_history");
    const auto start = location.rfind('/', end - 1) + 1;
    return location.substr(start, end - start);
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }
  static json::value parsed(const http::Response& response) { return json::parse(response.body); }
  static std::vector<std::string> ids(const http::Response& bundle) {
    std::vector<std::string> out;
    const auto body = json::parse(bundle.body);
    const auto* entries = body.as_object().if_contains("entry");
    if (entries != nullptr)
      for (const auto& entry : entries->as_array())
        if (entry.at("search").at("mode") != "outcome") out.emplace_back(entry.at("resource").at("id").as_string());
    return out;
  }
  static std::string link(const http::Response& bundle, std::string_view relation) {
    const auto body = json::parse(bundle.body);
    for (const auto& one : body.at("link").as_array())
      if (one.at("relation").as_string() == relation) {
        const std::string url(one.at("url").as_string());
        return url.substr(url.find("/fhir/R4") + 8);
      }
    return {};
  }
  // "201 Created Observation/..., version" of each entry of an answered Bundle.
  static std::vector<std::string> statuses(const http::Response& bundle) {
    std::vector<std::string> out;
    const auto body = json::parse(bundle.body);
    for (const auto& entry : body.at("entry").as_array())
      out.emplace_back(entry.at("response").at("status").as_string());
    return out;
  }
  static std::string location(const http::Response& bundle, std::size_t entry) {
    const auto body = json::parse(bundle.body);
    return std::string(body.at("entry").at(entry).at("response").at("location").as_string());
  }
  // Another doctor who treats Nadia, elsewhere.
  RecordHouse::Principal doctor_elsewhere() {
    house.write([&](store::Tx& tx) {
      return house.access().declare_care_team(tx, nadia_id, other_rpps, elsewhere, house.clock().now(), std::nullopt);
    });
    return RecordHouse::software(other_rpps, elsewhere);
  }
  static constexpr std::string_view elsewhere = "690000002";
  std::int64_t rows() { return house.count("SELECT COUNT(*) FROM item"); }

  RecordHouse house;
  const Someone nadia{.n = 1}, paul{.n = 2};
  PersonId nadia_id, paul_id;
  std::string patient, other_patient;
  RecordHouse::Principal who = RecordHouse::doctor();
};

}  // namespace carnet::record::testing
