#include "proof/worlds/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace carnet::proof {
namespace {

namespace json = kernel::json;
using Strings = std::vector<std::string>;

const http::Header json_body{"Content-Type", "application/json"}, fhir_body{"Content-Type", "application/fhir+json"},
    patch_body{"Content-Type", "application/json-patch+json"}, form_body{"Content-Type", "application/x-www-form-urlencoded"};
constexpr int most_pages = 8;

class Asker {
 public:
  Asker(Telling& telling, const Viewer& viewer) : telling_(telling), viewer_(viewer), dice_(telling.life().dice) {}

  std::vector<Told> everything() {
    viewer_.who.empty() ? ask_as_software() : ask_as_person();
    return std::move(told_);
  }

 private:
  const Life& life() const { return telling_.life(); }
  std::string hidden() const { return telling_.hidden_id(); }
  std::string patient() const { return telling_.patient(); }
  bool sometimes() { return dice_() % 3 == 0; }
  std::string other() {  // an item that may be there for all
    const auto& ids = telling_.ids();
    return ids.empty() ? hidden() : ids[dice_() % ids.size()];
  }

  Answer ask(const Question& question) {
    auto answer = telling_.ask(viewer_, question);
    std::string said = fmt::format("{}\n", answer.status);
    for (const auto& [name, value] : answer.headers) said += fmt::format("{}: {}\n", name, name == "Content-Length" ? "" : value);
    said += "\n" + answer.body;
    told_.push_back({telling_.canonical(fmt::format("{}: {} {}", viewer_.name, question.method, question.target)), telling_.canonical(said)});
    return answer;
  }
  void get(const std::string& target) { ask({"GET", target}); }

  // Pages, each by the address that the one before gave.
  void follow(Question question) {
    for (int page = 0; page < most_pages; ++page) {
      const auto answer = ask(question);
      boost::system::error_code error;
      const auto body = json::parse(answer.body, error);
      if (error || !body.is_object()) return;
      std::string next;
      if (const auto* links = body.as_object().if_contains("link"))
        for (const auto& link : links->as_array())
          if (link.at("relation").as_string() == "next") next = std::string(link.at("url").as_string());
      if (const auto* cursor = body.as_object().if_contains("next_cursor"))
        next = question.target.substr(0, question.target.find("&cursor=")) + "&cursor=" + std::string(cursor->as_string());
      if (const auto* before = body.as_object().if_contains("next_before"))
        next = question.target.substr(0, question.target.find("&before=")) + fmt::format("&before={}", before->as_int64());
      if (next.empty()) return;
      if (const auto path = next.find("/fhir/R4"); path != std::string::npos) next = next.substr(path);
      if (!next.starts_with('/')) next = "/fhir/R4/" + next;
      question = {"GET", next};
    }
  }

  // ---- software, over FHIR
  void ask_as_software();
  void ask_for_it();
  void search(const std::string& type);
  void search_of_one_type(const std::string& type);
  void write_to_it();
  void ask_in_batches();

  // ---- persons, over the web
  void ask_as_person();
  void list_documents(const std::string& space);
  void ask_who_sees(const std::string& space);

  Telling& telling_;
  const Viewer& viewer_;
  std::mt19937_64 dice_;
  std::vector<Told> told_;
};

void Asker::ask_for_it() {
  const std::string at = "/fhir/R4/" + life().item.type + "/" + hidden();
  for (const auto* tail : {"", "/_history", "/_history/1", "/_history/2", "?_summary=true"}) get(at + tail);
  ask({"GET", "/fhir/R4/Binary/" + hidden(), {}, {{"Accept", "application/fhir+json"}}});
  get("/fhir/R4/Binary/" + hidden());
  get("/fhir/R4/List/" + hidden());
  get("/fhir/R4/Patient/" + hidden());
}

// Every kind of parameter, one at a time; a part of them for each viewer, drawn.
void Asker::search(const std::string& type) {
  const std::string base = "/fhir/R4/" + type + "?patient=" + patient();
  follow({"GET", base});
  get(base + "&_summary=count");
  get(base + "&_id=" + hidden());
  follow({"GET", base + "&_count=2&_sort=-_lastUpdated"});
  const std::string security = "urn:oid:1.2.250.1.213.1.1.4.13%7C" + life().item.label;
  for (const auto& more : Strings{"&_summary=true", "&_summary=data", "&_total=accurate&_count=1", "&_total=estimate&_count=1", "&_total=none&_count=1", "&_count=0",
                                  "&_elements=status,code", "&_id=" + other() + "," + hidden(), "&_include=*", "&_revinclude=*", "&_lastUpdated=gt2024-01-01",
                                  "&_sort=date", "&identifier=" + http::percent_encode(life().item.unique_id), "&status:not=draft", "&date=ge2024-06-01",
                                  "&_security=" + security, "&_security:not=" + security, "&_security:missing=true", "&_has:Observation:derived-from:code=" + life().item.code,
                                  "&_tag:missing=true", "&_profile:missing=true", "&patient.family=martin", "&_unknown=1", "&_list=" + hidden(), "&_content=x", "&_filter=x"})
    if (sometimes()) follow({"GET", base + more});
}

void Asker::search_of_one_type(const std::string& type) {
  const std::string base = "/fhir/R4/" + type + "?patient=" + patient();
  const std::string code = life().item.code, id = hidden();
  Strings all{"&code=" + code, "&code:not=" + code, "&code:text=a", "&code:missing=false"};
  if (type == "Observation")
    all = {"&code=" + code, "&code:not=" + code, "&value-quantity=gt5", "&derived-from=" + id, "&derived-from:missing=false", "&_include=Observation:derived-from",
           "&has-member:missing=true", "&derived-from:Observation.code=" + code, "&_sort=value-quantity&_count=2", "&_revinclude=Observation:derived-from", "&performer:missing=true"};
  if (type == "DocumentReference")
    all = {"&type=" + code, "&type:not=" + code, "&category=" + life().item.doc_class, "&creation=ge2024-01-01", "&period=ge2024-01-01", "&contenttype=application/pdf",
           "&security-label=MASQUE_PS", "&security-label:missing=true", "&relatesto=" + id, "&relatesto:missing=false", "&relation=replaces", "&author.family=x",
           "&_include=DocumentReference:relatesto", "&_revinclude=DocumentReference:relatesto", "&status=superseded", "&status=current,superseded,entered-in-error",
           "&date=ge2024-01-01&_count=1", "&_revinclude=Observation:derived-from", "&_revinclude=List:item"};
  for (const auto& more : all)
    if (sometimes()) follow({"GET", base + more});
  const std::string form = "patient.identifier=" + http::percent_encode("urn:oid:1.2.250.1.213.1.4.11|" + life().holders_number());
  ask({"POST", "/fhir/R4/" + type + "/_search", form + "&_count=3", {form_body}});
  ask({"POST", "/fhir/R4/" + type + "/_history", form, {form_body}});
  get("/fhir/R4/" + type + "?_id=" + id);
  get("/fhir/R4/" + type + "?_id=" + id + "," + other());
  get("/fhir/R4/Patient/" + patient() + "/" + type + "?_count=2");
  follow({"GET", "/fhir/R4/" + type + "/_history?patient=" + patient() + "&_count=3"});
}

// Nothing that these do may take effect on it, nor say that it could.
void Asker::write_to_it() {
  const std::string& type = life().item.type;
  const std::string at = "/fhir/R4/" + type + "/" + hidden(), subject = R"("subject":{"reference":"Patient/)" + patient() + R"("})";
  const std::string observation = R"("status":"final","code":{"text":"x"},)" + subject;
  const std::string body = type == "Observation" ? fmt::format(R"({{"resourceType":"Observation","id":"{}",{}}})", hidden(), observation)
                                                 : fmt::format(R"({{"resourceType":"{}","id":"{}",{}}})", type, hidden(), subject);
  ask({"PUT", at, body, {fhir_body}});
  ask({"PUT", at, body, {fhir_body, {"If-Match", "W/\"1\""}}});
  ask({"PUT", at, body, {fhir_body, {"If-Match", "W/\"7\""}}});
  ask({"PATCH", at, R"([{"op":"replace","path":"/status","value":"amended"}])", {patch_body}});
  ask({"PATCH", at, R"([{"op":"add","path":"/meta/security/-","value":{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"}}])", {patch_body, {"If-Match", "W/\"1\""}}});
  ask({"DELETE", at});
  ask({"DELETE", "/fhir/R4/" + type + "?_id=" + hidden()});
  const std::string same = "identifier=" + http::percent_encode(life().item.unique_id) + "&patient=" + patient();
  ask({"PUT", "/fhir/R4/Observation?_id=" + hidden() + "&patient=" + patient(), R"({"resourceType":"Observation",)" + observation + "}", {fhir_body}});
  ask({"POST", "/fhir/R4/Observation", fmt::format(R"({{"resourceType":"Observation",{},"derivedFrom":[{{"reference":"Observation/{}"}}]}})", observation, hidden()), {fhir_body}});
  ask({"POST", "/fhir/R4/Observation", R"({"resourceType":"Observation",)" + observation + "}", {fhir_body, {"If-None-Exist", same}}});
  ask({"POST", "/fhir/R4/" + type + "/$validate", body, {fhir_body}});
}

void Asker::ask_in_batches() {
  const auto entry = [](const std::string& method, const std::string& url) { return fmt::format(R"({{"request":{{"method":"{}","url":"{}"}}}})", method, url); };
  const std::string& type = life().item.type;
  const std::string it = type + "/" + hidden();
  for (const auto* kind : {"batch", "transaction"})
    ask({"POST", "/fhir/R4",
         fmt::format(R"({{"resourceType":"Bundle","type":"{}","entry":[{},{},{},{}]}})", kind, entry("GET", it), entry("GET", it + "/_history/1"),
                     entry("GET", type + "?patient=" + patient() + "&_summary=count"), entry("GET", "Patient/" + patient())),
         {fhir_body}});
  ask({"POST", "/fhir/R4", fmt::format(R"({{"resourceType":"Bundle","type":"transaction","entry":[{}]}})", entry("DELETE", it)), {fhir_body}});
}

void Asker::ask_as_software() {
  ask_for_it();
  std::vector<std::string> types{life().item.type};
  for (const auto* type : {"DocumentReference", "Observation"})
    if (life().item.type != type) types.emplace_back(type);
  for (const auto& type : types) {
    search(type);
    search_of_one_type(type);
  }
  follow({"GET", "/fhir/R4/_history?patient=" + patient()});
  follow({"GET", "/fhir/R4/_history?patient=" + patient() + "&_count=2&_since=2024-01-01T00:00:00Z"});
  const std::string everything = "/fhir/R4/Patient/" + patient() + "/$everything";
  get(everything);
  follow({"GET", everything + "?_count=2"});
  get(everything + "?_type=" + life().item.type + "&_since=2024-01-01T00:00:00Z");
  get("/fhir/R4/List?patient=" + patient() + "&code=submissionset");
  get("/fhir/R4/List?patient=" + patient() + "&code=submissionset&_include=List:item&_count=2");
  get("/fhir/R4/Patient?_id=" + patient());
  get("/fhir/R4/Patient?_id=" + patient() + "&_revinclude=*");
  get("/fhir/R4/Patient/" + patient());
  if (viewer_.sees_traces) get("/fhir/R4/AuditEvent?patient=" + patient());
  if (viewer_.was_told) return;
  write_to_it();
  ask_in_batches();
  for (const auto& type : types) get("/fhir/R4/" + type + "?patient=" + patient() + "&_sort=-_lastUpdated");
  get(everything);
}

void Asker::list_documents(const std::string& space) {
  const std::string list = space + "/documents";
  get(list);
  follow({"GET", list + "?limit=2"});
  for (const auto* year : {"2024", "2025"}) get(list + "?year=" + year);
  get(list + "?class=" + life().item.doc_class);
  get(list + "?class=10,11&limit=1");
  get(list + "?by=holder");
  const auto told = ask({"GET", list + "?limit=100"});
  boost::system::error_code error;
  const auto body = json::parse(told.body, error);
  if (error || !body.is_object() || !body.as_object().contains("facets")) return;
  for (const auto& one : body.at("facets").at("authors").as_array()) follow({"GET", list + "?limit=1&by=" + std::string(one.at("key").as_string())});
  for (const auto& one : body.at("documents").as_array()) {
    const std::string at = list + "/" + std::string(one.at("id").as_string());
    get(at);
    if (sometimes()) get(at + "/content");
    if (sometimes()) ask({"POST", at + "/view", "{}", {json_body}});
  }
}

// « Qui peut voir ? », of the space and of the hidden item, for everybody that can be named.
void Asker::ask_who_sees(const std::string& space) {
  for (const auto* kind : {"self", "declared_gp", "care_team", "stranger", "bris_de_glace", "centre_15", "parent", "app", "employer"}) {
    ask({"POST", space + "/explain", fmt::format(R"({{"viewer":{{"kind":"{}"}}}})", kind), {json_body}});
    ask({"POST", space + "/explain", fmt::format(R"({{"document":"{}","viewer":{{"kind":"{}"}},"settings":{{"masked":true}}}})", hidden(), kind), {json_body}});
  }
  for (std::size_t role = 0; role < cast_size; ++role)
    ask({"POST", space + "/explain", fmt::format(R"({{"viewer":{{"kind":"professional","rpps":"{}"}}}})", rpps_of(life().number, role)), {json_body}});
}

void Asker::ask_as_person() {
  const std::string space = "/api/spaces/" + viewer_.who;
  get(space);
  list_documents(space);
  const std::string it = space + "/documents/" + hidden();
  get(it);
  get(it + "/content");
  ask({"POST", it + "/view", "{}", {json_body}});
  if (viewer_.sees_traces) {
    for (const auto* kind : {"all", "professionals", "self", "emergency"}) follow({"GET", space + "/traces?kind=" + kind});
    follow({"GET", space + "/traces?kind=all&limit=3"});
  }
  get(space + "/access");
  get(space + "/access/emergencies");
  ask_who_sees(space);
  get(space + "/export");
  get(space + "/export?part=1");
  ask({"POST", it + "/contest", "{}", {json_body}});
  get("/api/children");
  if (viewer_.sees_traces) get(space + "/traces?kind=all&limit=200");
  get(space + "/documents");
  get(space);
}

}  // namespace

namespace {

void measure(json::value& value) {
  if (value.is_string()) value = fmt::format("({} symbols)", value.as_string().size());
  if (value.is_array())
    for (auto& one : value.as_array()) measure(one);
  if (value.is_object())
    for (auto& one : value.as_object()) measure(one.value());
}

}  // namespace

Told extract_for(Telling& telling, const Viewer& viewer) {
  const Question question{"GET", "/api/spaces/" + viewer.who + "/traces/extract"};
  const auto answer = telling.ask(viewer, question);
  boost::system::error_code error;
  auto body = json::parse(answer.body, error);
  if (error || !body.is_object() || !body.as_object().contains("seals")) return {question.target, answer.body};
  auto& extract = body.as_object();
  std::string said = json::serialize(extract["entries"]);
  constexpr std::string_view asked = R"(request_id\":\")";  // random
  for (auto at = said.find(asked); at != std::string::npos; at = said.find(asked, at + 1)) {
    const auto from = at + asked.size(), symbols = said.find('\\', from) - from;
    said.replace(from, symbols, fmt::format("({} symbols)", symbols));
  }
  extract["entries"] = json::parse(said);
  for (auto& one : extract["entries"].as_array())
    for (const auto* name : {"salt", "sealed_hash"}) measure(one.as_object()[name]);
  for (auto& one : extract) {  // proofs, seals, checkpoint
    constexpr auto plain = std::to_array<std::string_view>({"format", "log", "space", "space_id", "lane", "made_at", "entries"});
    if (std::ranges::find(plain, std::string_view(one.key())) == plain.end()) measure(one.value());
  }
  return {viewer.name + ": GET " + telling.canonical(question.target), fmt::format("{}\n{}", answer.status, telling.canonical(json::serialize(body)))};
}

std::vector<Told> ask_all(Telling& telling, const Viewer& viewer) { return Asker(telling, viewer).everything(); }

Told letters_to(Telling& telling, const std::string& name) {
  must(io::run(telling.world().house().notices().deliver_due()), "delivery");
  const Question question{"GET", "/api/demonstration/outbox?q=" + http::percent_encode(name)};
  const auto answer = telling.ask({"outbox", nullptr, {}}, question);
  // The outbox is the operator's page of a demonstration: its own ids, given in order, are nothing that people see.
  std::string body = answer.body;
  constexpr std::string_view id = "\"id\":\"";
  constexpr std::size_t symbols = 16;
  for (auto at = body.find(id); at != std::string::npos; at = body.find(id, at + 1)) body.replace(at + id.size(), symbols, "(notice)");
  const auto next = body.find(",\"next_before\":\"");  // the last word of the answer
  if (next != std::string::npos) body.replace(next, std::string::npos, "}");
  return {question.target, telling.canonical(body)};
}

}  // namespace carnet::proof
