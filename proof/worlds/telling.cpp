// One record told in one world.
#include <fmt/format.h>

#include "proof/worlds/life.hpp"
#include "standards/fhir/testing/samples.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
constexpr std::string_view hospital = "750000001", clinic = "690000002";
constexpr std::string_view visibility_system = "urn:oid:1.2.250.1.213.1.1.4.13";
constexpr std::int64_t nowhere = 1'000'000;  // a place in a space that nothing ever had
constexpr std::uint64_t steps_per_life = 10'000;
constexpr std::uint32_t every_class = 0xFFFF;

http::Header fhir_json() { return {"Content-Type", "application/fhir+json"}; }

}  // namespace

Telling::Telling(World& world, const Life& life, bool with_hidden)
    : world_(world), life_(life), with_hidden_(with_hidden), step_(life.number * steps_per_life + 1), at_(begins(life.number)) {
  world_.step(step_, at_);
}

void Telling::next_step() {
  world_.settle();
  at_ = at_.plus(std::chrono::seconds(1));
  world_.step(++step_, at_);
}

Answer Telling::ask(const Viewer& viewer, const Question& question) {
  next_step();
  return world_.ask(viewer.caller, question);
}

World::Caller Telling::professional(std::size_t role, bool with_purpose) const {
  auto caller = std::make_shared<identity::Caller>();
  caller->kind = identity::Caller::Kind::software;
  caller->rpps = rpps_of(life_.number, role);
  caller->professional_name = fmt::format("Dr Rôle {} {}", role, life_.number % casts);
  caller->profession = role == nurse ? "60" : "10";
  const bool away = role == nurse || role == consented || role == stranger || role == secret_author || role == rescuer;
  caller->structure_id = away ? clinic : hospital;
  caller->structure_name = away ? "Clinique des Saules" : "Hôpital des Tilleuls";
  caller->client_id = away ? "clinic" : "hospital";
  caller->scopes = {"documents.deposit", "documents.read", "record.write", "record.read"};
  if (with_purpose) {
    caller->purpose = role == regulator ? audit::Mode::centre_15 : audit::Mode::bris_de_glace;
    caller->emergency_reason = "inconscient";
  }
  return caller;
}

World::Caller Telling::person_caller(kernel::PersonId person, const std::string& name) const {
  auto caller = std::make_shared<identity::Caller>();
  caller->person = person;
  caller->name = name;
  const auto session = sessions_.find(person.value);
  caller->session = session == sessions_.end() ? std::string() : session->second;
  return caller;
}

void Telling::open_space() {
  holder_ = world_.person(life_.holders_number());
  carer_ = world_.person(life_.carers_number());
  parents_ = {world_.person(life_.parents_number(1)), world_.person(life_.parents_number(2))};
  for (const auto one : {holder_, carer_, parents_[0]}) {
    next_step();
    const auto space = must(io::run(world_.house().enrollment().open_in_person(one)), "open");
    if (one == holder_) space_ = space.value;
    sessions_[one.value] = world_.reauthenticated_session(one);
  }
  sessions_[parents_[1].value] = world_.reauthenticated_session(parents_[1]);
}

// Who may read what, by the house's own calls.
void Telling::relate() {
  next_step();
  auto& access = world_.house().access();
  const auto until = at_.plus(std::chrono::hours(24 * 30));
  world_.write(
      [&](store::Tx& tx) -> kernel::Status {
        for (const std::size_t role : {author, gp, colleague, nurse, blocked})
          CARNET_CHECK(access.declare_care_team(tx, holder_, rpps_of(life_.number, role), role == nurse ? clinic : hospital, at_, std::nullopt));
        CARNET_CHECK(access.consent(tx, holder_, rpps_of(life_.number, consented), clinic, "card"));
        CARNET_CHECK(access.block(tx, holder_, rpps_of(life_.number, blocked)));
        const bool scoped = life_.hidden == Hidden::out_of_scope;
        const std::uint32_t classes = scoped ? access::class_bit("10") : every_class | access::carer_traces | access::carer_copy;
        CARNET_CHECK(access.add_carer(tx, holder_, carer_, classes, until, life_.holder_is_minor ? parents_[0] : holder_));
        if (life_.holder_is_minor && life_.age >= 16)
          CARNET_CHECK(access.agree_to_own_access(tx, holder_, parents_[0], true));
        return {};
      },
      "relations");
}

std::string Telling::body_of(const Item& item) const {
  const std::string subject = R"({"reference":"Patient/)" + patient() + R"("})";
  const std::string coded = R"({"coding":[{"system":"http://loinc.org","code":")" + item.code + R"("}],"text":")" + item.title + R"("})";
  std::string text = R"({"resourceType":")" + item.type + R"(","identifier":[{"system":"urn:ietf:rfc:3986","value":")" + item.unique_id + R"("}])";
  if (!item.label.empty())
    text += fmt::format(R"(,"meta":{{"security":[{{"system":"{}","code":"{}"}}]}})", visibility_system, item.label);
  if (item.type == "Observation")
    text += fmt::format(R"(,"status":"final","code":{},"subject":{},"effectiveDateTime":"{}","valueQuantity":{{"value":{},"unit":"kg"}})", coded,
                        subject, item.day, item.size);
  if (item.type == "Condition") text += fmt::format(R"(,"code":{},"subject":{},"recordedDate":"{}")", coded, subject, item.day);
  if (item.type == "AllergyIntolerance")
    text += fmt::format(
        R"(,"clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"code":{},"patient":{},"recordedDate":"{}")",
        coded, subject, item.day);
  if (item.type == "MedicationRequest")
    text += fmt::format(R"(,"status":"active","intent":"order","medicationCodeableConcept":{},"subject":{},"authoredOn":"{}")", coded, subject, item.day);
  if (item.type == "Immunization")
    text += fmt::format(R"(,"status":"completed","vaccineCode":{},"patient":{},"occurrenceDateTime":"{}")", coded, subject, item.day);
  if (item.refers_to_hidden)
    text += fmt::format(R"(,"derivedFrom":[{{"reference":"{}/{}"}}])", life_.item.type, hidden_id_);
  return text + "}";
}

std::string Telling::deposit_of(const Item& item) const {
  fhir::testing::Sample sample;
  sample.number = life_.holders_number();
  sample.birth_name = "MARTIN";
  sample.given_name = fmt::format("Vie{}x0", life_.number);
  sample.birth_date = kernel::to_text(kernel::date_in(begins(life_.number), kernel::Zone::paris()).plus_years(-life_.age).plus_days(-40));
  sample.unique_id = item.unique_id;
  sample.title = item.title;
  sample.type = fmt::format(R"({{"coding":[{{"system":"http://loinc.org","code":"{}"}}]}})", item.code);
  sample.category = fmt::format(R"([{{"coding":[{{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"{}"}}]}}])", item.doc_class);
  if (!item.label.empty())
    sample.labels = fmt::format(
        R"([{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}}]}},{{"coding":[{{"system":"{}","code":"{}"}}]}}])",
        visibility_system, item.label);
  sample.creation = sample.date = item.day + "T10:30:00+01:00";
  sample.rpps = rpps_of(life_.number, item.author);
  const auto who = professional(item.author);
  sample.author = who->professional_name;
  sample.finess = who->structure_id;
  sample.structure = who->structure_name;
  sample.bytes = "%PDF-1.4\n% " + std::string(static_cast<std::size_t>(item.size), 'x') + item.unique_id + "\n%%EOF\n";
  if (item.refers_to_hidden)
    sample.extra = R"(,"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/)" + hidden_id_ + R"("}}])";
  return sample.bundle();
}

// Its id, as the answer's Location says.
std::string Telling::put(const Item& item, bool hidden) {
  const bool document = item.type == "DocumentReference";
  const auto answer = world_.ask(professional(item.author), document ? Question{"POST", "/fhir/R4", deposit_of(item), {fhir_json()}}
                                                                    : Question{"POST", "/fhir/R4/" + item.type, body_of(item), {fhir_json()}});
  std::string location;
  if (document && answer.status == 200)
    location = std::string(json::parse(answer.body).at("entry").at(1).at("response").at("location").as_string());
  for (const auto& [name, value] : answer.headers)
    if (!document && answer.status == 201 && name == "Location") location = value;
  if (location.empty()) throw std::runtime_error(fmt::format("deposit{}: {} {}", hidden ? " of the hidden item" : "", answer.status, answer.body));
  location = location.substr(0, location.find("/_history"));
  return location.substr(location.rfind('/') + 1);
}

void Telling::tell() {
  open_space();
  relate();
  for (const auto& item : life_.before) {
    next_step();
    ids_.push_back(put(item, false));
  }
  next_step();
  hidden_id_ = with_hidden_ ? put(life_.item, true) : world_.ids().seal({space_, nowhere});
  if (const auto parts = world_.ids().open(hidden_id_); with_hidden_ && parts) hidden_local_ = parts->local;
  if (life_.hidden == Hidden::contested) {
    const auto holder = life_.holder_is_minor ? person_caller(parents_[0], life_.name(1)) : person_caller(holder_, life_.name(0));
    const std::string who = life_.holder_is_minor ? patient() : "moi";
    next_step();
    was_seen_ = world_.ask(holder, {"POST", "/api/spaces/" + who + "/documents/" + hidden_id_ + "/contest", "{}", {{"Content-Type", "application/json"}}}).status == 200;
  }
  for (const auto& item : life_.after) {
    next_step();
    ids_.push_back(put(item, false));
    if (item.title == life_.item.title) acts_on_hidden();
  }
  acts_on_hidden();
  next_step();
}

// Those who may see it do with it what can be done; in the other world they ask the same of what is not there.
void Telling::acts_on_hidden() {
  const auto& type = life_.item.type;
  const std::string at = "/fhir/R4/" + type + "/" + hidden_id_;
  const auto writer = professional(life_.item.author);
  std::vector<std::pair<World::Caller, Question>> acts{{writer, {"GET", at}}, {writer, {"GET", at + "/_history"}}, {writer, {"GET", at + "/_history/1"}}};
  if (type == "DocumentReference") acts.push_back({writer, {"GET", "/fhir/R4/Binary/" + hidden_id_}});
  for (const std::size_t role : {gp, colleague}) {
    acts.push_back({professional(role), {"GET", at}});
    acts.push_back({professional(role), {"GET", "/fhir/R4/" + type + "?patient=" + patient()}});
  }
  acts.push_back({professional(gp), {"GET", "/fhir/R4/Patient/" + patient() + "/$everything"}});
  if (type == "Observation")
    acts.push_back({writer, {"PUT", at, fmt::format(R"({{"resourceType":"Observation","id":"{}",{})", hidden_id_, body_of(life_.item).substr(30)), {fhir_json()}}});
  if (life_.dice % 5 == 0) acts.push_back({writer, {"DELETE", at}});
  if (!life_.holder_is_minor || life_.age >= 16) {
    const auto holder = person_caller(holder_, life_.name(0));
    acts.push_back({holder, {"GET", "/api/spaces/moi/documents/" + hidden_id_ + "/content"}});
    if (life_.hidden != Hidden::awaited) acts.push_back({holder, {"GET", "/api/spaces/moi/documents"}});
  }
  for (const auto& [caller, question] : acts) {
    next_step();
    const auto answer = world_.ask(caller, question);
    if (caller == writer && question.target == at && question.method == "GET") was_seen_ = was_seen_ || answer.status == 200;
  }
}

Viewer Telling::holder() const { return {"holder", person_caller(holder_, life_.name(0)), "moi"}; }

std::vector<Viewer> Telling::viewers() const {
  const auto software = [&](std::string name, std::size_t role, bool purpose = false) { return Viewer{std::move(name), professional(role, purpose), {}}; };
  const std::string who = patient();
  const Viewer carer{"carer", person_caller(carer_, life_.name(3)), who, life_.hidden != Hidden::out_of_scope};
  const Viewer parent{"parent", person_caller(parents_[0], life_.name(1)), who}, other{"other parent", person_caller(parents_[1], life_.name(2)), who};
  const Viewer self = holder();
  switch (life_.hidden) {
    case Hidden::masked: {
      std::vector<Viewer> all{software("nurse", nurse), software("rescuer", rescuer, true), software("centre 15", regulator, true)};
      if (life_.item.author != colleague) all.push_back(software("colleague", colleague));
      all.push_back(software("consented", consented));
      return all;
    }
    case Hidden::awaited:
      if (!life_.holder_is_minor) return {self, carer};
      return {parent, carer};
    case Hidden::from_representatives: return {parent, other, carer};
    case Hidden::contested: {
      auto person = life_.holder_is_minor ? parent : self;
      person.sees_traces = false;  // the traces that name it stay
      std::vector<Viewer> all{software("author", author), software("declared GP", gp), software("colleague", colleague), software("consented", consented), person};
      for (auto& one : all) one.sees_traces = false;
      for (std::size_t i = 0; i < 3; ++i) all[i].was_told = true;  // all of one structure
      return all;
    }
    case Hidden::blocked: return {software("blocked", blocked), software("stranger", stranger)};
    case Hidden::out_of_scope: return {carer};
  }
  return {};
}

std::vector<Viewer> Telling::those_who_see() const {
  return {Viewer{"author of it", professional(life_.item.author), {}}};
}

namespace {

bool in_id(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
bool in_cursor(char c) { return in_id(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

// Cursors are sealed afresh each time: what a stranger sees of one is how long it is.
std::string without_cursors(const std::string& text) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = text.find("cursor"); at != std::string::npos; at = text.find("cursor", at + 1)) {
    std::size_t start = at + 6;
    if (text.compare(start, 1, "=") == 0)
      start += 1;
    else if (text.compare(start, 3, "\":\"") == 0)
      start += 3;
    else
      continue;
    std::size_t end = start;
    while (end < text.size() && in_cursor(text[end])) ++end;
    out.append(text, from, start - from);
    out += fmt::format("({} symbols)", end - start);
    from = end;
  }
  return out.append(text, from);
}

}  // namespace

std::string Telling::canonical(const std::string& given) const {
  constexpr std::size_t id_length = 26;
  const std::string text = without_cursors(given);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_id(text[end])) ++end;
    if (end == at) {
      out += text[at++];
      continue;
    }
    const std::string_view run = std::string_view(text).substr(at, end - at);
    const auto parts = run.size() == id_length ? world_.ids().open(run) : std::nullopt;
    at = end;
    if (!parts || parts->space != space_)
      out += run;
    else if (parts->local == nowhere || (with_hidden_ && parts->local == hidden_local_))
      out += "(hidden)";
    else
      out += fmt::format("(item {})", parts->local - (with_hidden_ && parts->local > hidden_local_ ? 1 : 0));
  }
  return out;
}

}  // namespace carnet::proof
