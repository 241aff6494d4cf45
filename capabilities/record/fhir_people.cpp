// What identity tells of people and structures, as FHIR: Patient of the register, Practitioner and Organization of the
// directory. Read only; nothing here is kept.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record/fhir.hpp"
#include "record/rules.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::record {

using kernel::Result;

namespace {

constexpr std::string_view rpps_system = "https://rpps.esante.gouv.fr", finess_system = "https://finess.esante.gouv.fr";

std::string_view gender_of(identity::Sex sex) {
  switch (sex) {
    case identity::Sex::male:
      return "male";
    case identity::Sex::female:
      return "female";
    case identity::Sex::unknown:
      break;
  }
  return "unknown";
}

// The code of identifiers that FR Core gives to each kind of national number.
std::string_view identifier_code_of(std::string_view oid) {
  if (oid == identity::oid_nir) return "INS-NIR";
  if (oid == identity::oid_nia) return "INS-NIA";
  return oid == identity::oid_test ? "INS-NIR-TEST" : "INS-NIR-DEMO";
}

void write_identifier(fhir::Writer& out, std::string_view type, std::string_view system, std::string_view value) {
  out.array("identifier").object().text("use", "official");
  out.concept_of("type", "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", type);
  out.text("system", system).text("value", value).end_object().end_array();
}

std::string present_practitioner(const identity::Professional& one) {
  fhir::Writer out;
  out.object().text("resourceType", "Practitioner").text("id", one.rpps);
  write_identifier(out, "RPPS", rpps_system, one.rpps);
  out.array("name").object().text("text", one.name).end_object().end_array();
  if (!one.profession.empty()) {
    out.array("qualification").object();
    out.concept_of("code", fhir::system_of(fhir::oid::profession), one.profession);
    out.end_object().end_array();
  }
  return out.end_object().take();
}

std::string present_organization(const identity::Structure& one) {
  fhir::Writer out;
  out.object().text("resourceType", "Organization").text("id", one.finess);
  write_identifier(out, "FINEG", finess_system, one.finess);
  return out.text("name", one.name).end_object().take();
}

// Of the directory, which is public.
Result<std::optional<std::string>> of_directory(Shared& shared, store::Snapshot& at, std::string_view type,
                                                std::string_view number) {
  using Found = std::optional<std::string>;
  if (type == "Practitioner") {
    CARNET_TRY(found, shared.identity.professional(at, number));
    return found ? Found(present_practitioner(*found)) : Found();
  }
  CARNET_TRY(found, shared.identity.structure(at, number));
  return found ? Found(present_organization(*found)) : Found();
}

io::Task<Result<std::optional<std::string>>> of_directory(Shared& shared, std::string_view type, std::string number) {
  DirectoryKeys keys;
  keys.emplace_back(type, std::move(number));
  CARNET_CO_TRY(found, co_await find_in_directory(shared, std::move(keys)));
  co_return found.empty() ? std::nullopt : std::optional(std::move(found.front().text));
}

// The one thing that is read most: one read, one trace.
Answer read_patient(Shared& shared, const Asked& asked) {
  const auto id = shared.identity.people().from_opaque(asked.url.id);
  if (!id) co_return not_found();
  using Grant = access::AccessGrant;
  std::function<Result<Grant>(store::Snapshot&)> look = [&shared, &asked, person = *id](store::Snapshot& at) -> Result<Grant> {
    CARNET_TRY(grant, shared.access.authorise(at, *asked.caller, person, access::Act::list));
    if (!may_know_who(grant)) return not_found();
    return Grant(std::move(grant));
  };
  CARNET_CO_TRY(grant, co_await shared.store.read<Grant>(look));
  audit::Entry entry = grant.trace(action_in(grant, audit::Action::resource_read));
  entry.item_title = "Identité";
  entry.request_id = asked.request_id;
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(std::move(entry)));
  (void)receipt;
  co_return fhir_response(present_patient(shared, grant.holder()));
}

bool says_who(std::string_view name) {
  constexpr std::array known = std::to_array<std::string_view>({"_id", "identifier", "_format", "_pretty", "_count"});
  return std::ranges::find(known, name) != known.end();
}
bool has_more(const Asked& asked) {
  return !std::ranges::all_of(asked.pairs, says_who, &fhir::Pairs::value_type::first);
}

// People are found by what says who they are. The rest is refused under strict handling, otherwise told in the answer.
Result<std::vector<std::string>> not_applied(const Asked& asked) {
  std::vector<std::string> names;
  std::vector<kernel::Issue> issues;
  for (const auto& [name, value] : asked.pairs) {
    if (says_who(name)) continue;
    names.push_back(name);
    issues.push_back({"not-supported", name, "is not a search parameter of this type here"});
  }
  if (asked.prefer.is_strict() && !issues.empty()) return kernel::invalid("fhir.search", std::move(issues));
  return names;
}

http::Response page_of_people(fhir::BundleWriter& out, const std::vector<std::string>& left_out) {
  for (const auto& name : left_out)
    out.found({}, fhir::outcome_note("warning", "not-supported", fmt::format("the parameter {} was not applied", name)),
              "outcome");
  return fhir_response(out.take());
}

Answer search_patients(Shared& shared, const Asked& asked, const std::string& number,
                       const std::vector<std::string>& left_out) {
  const auto parsed = identity::parse_number(number);
  if (!parsed)
    co_return bad_request(number.empty() ? "required" : "value", "identifier",
                          "_id, or by POST an INS as identifier, says who is searched: system|matricule of 15 characters");
  using Found = std::optional<PersonId>;
  std::function<Result<Found>(store::Snapshot&)> look = [&shared, &asked,
                                                         value = parsed->value](store::Snapshot& at) -> Result<Found> {
    CARNET_TRY(person, shared.identity.people().find(at, value));
    if (!person) return Found{};
    const auto grant = shared.access.authorise(at, *asked.caller, *person, access::Act::list);
    if (!grant && grant.error().kind == kernel::ErrorKind::fault) return std::unexpected(grant.error());
    return grant ? Found(*person) : Found{};
  };
  CARNET_CO_TRY(person, co_await shared.store.read<Found>(look));
  fhir::BundleWriter out("searchset", 512);
  out.total(person ? 1 : 0);
  out.link("self", shared.settings.base_url + "/Patient/_search");
  if (person) {
    // The id, and nothing of the person: that is read under a trace of its own.
    const std::string id = shared.identity.people().opaque(*person);
    out.found(full_url(shared, "Patient", id),
              fhir::Writer().object().text("resourceType", "Patient").text("id", id).end_object().take(), "match");
  }
  co_return page_of_people(out, left_out);
}

// By ids that this service gave: a read of each, and nobody for any other.
Answer search_patients_by_id(Shared& shared, const Asked& asked, std::string_view ids,
                             const std::vector<std::string>& left_out) {
  std::vector<std::pair<std::string, std::string>> found;
  const std::string self = http::percent_encode(ids);
  while (!ids.empty()) {
    const auto end = std::min(ids.find(','), ids.size());
    Asked one = asked;
    one.url.id = ids.substr(0, end);
    ids.remove_prefix(std::min(end + 1, ids.size()));
    if (std::ranges::find(found, one.url.id, &std::pair<std::string, std::string>::first) != found.end()) continue;
    const auto read = co_await read_patient(shared, one);
    if (!read && read.error().kind == kernel::ErrorKind::not_found) continue;
    if (!read) co_return std::unexpected(read.error());
    found.emplace_back(one.url.id, read->body);
    if (found.size() > 1) co_return bad_request("too-costly", "_id", "one person at a time");
  }
  fhir::BundleWriter out("searchset", 1024);
  out.total(static_cast<std::int64_t>(found.size()));
  out.link("self", fmt::format("{}/Patient?_id={}", shared.settings.base_url, self));
  for (const auto& [id, text] : found) out.found(full_url(shared, "Patient", id), text, "match");
  co_return page_of_people(out, left_out);
}

}  // namespace

bool is_of_directory(std::string_view type) { return type == "Practitioner" || type == "Organization"; }

io::Task<Result<std::vector<OfDirectory>>> find_in_directory(Shared& shared, DirectoryKeys keys) {
  using Found = std::vector<OfDirectory>;
  if (keys.empty()) co_return Found();
  std::function<Result<Found>(store::Snapshot&)> look = [&shared, &keys](store::Snapshot& at) -> Result<Found> {
    Found all;
    for (auto& [type, id] : keys) {
      CARNET_TRY(found, of_directory(shared, at, type, id));
      if (found) all.push_back({type, id, std::move(*found)});
    }
    return all;
  };
  co_return co_await shared.store.read<Found>(look);
}

bool may_know_who(const access::AccessGrant& grant) {
  const auto& actor = grant.actor();
  return actor.relation != access::Relation::author || actor.mode != audit::Mode::normal || actor.personally_granted;
}

std::string present_patient(const Shared& shared, const identity::Person& person) {
  const auto& traits = person.traits;
  fhir::Writer out(768);
  out.object().text("resourceType", "Patient").text("id", shared.identity.people().opaque(person.id));
  write_identifier(out, identifier_code_of(person.matricule.system), fhir::system_of(person.matricule.system),
                   person.matricule.value);
  out.array("name").object().text("use", "official").text("family", traits.birth_name);
  if (!traits.given_names.empty()) {
    out.array("given");
    for (const auto& given : traits.given_names) out.item(given);
    out.end_array();
  }
  out.end_object();
  if (!traits.used_name.empty())
    out.object().text("use", "usual").text("family", traits.used_name).end_object();
  out.end_array().text("gender", gender_of(traits.sex)).text_unless_empty("birthDate", traits.birth_date);
  if (person.died) out.text("deceasedDateTime", kernel::to_text(*person.died));
  return out.end_object().take();
}

Answer read_person(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  if (asked.url.type == "Patient") co_return co_await read_patient(shared, asked);
  CARNET_CO_TRY(found, co_await of_directory(shared, asked.url.type, asked.url.id));
  if (!found) co_return not_found();
  co_return fhir_response(std::move(*found));
}

Answer search_people(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  fhir::Token token;
  for (const auto& [name, value] : asked.pairs)
    if (name == "identifier") {
      const auto bar = value.find('|');
      token = {bar == std::string::npos ? std::string() : value.substr(0, bar), value.substr(bar == std::string::npos ? 0 : bar + 1)};
    }
  const auto by_id = std::ranges::find(asked.pairs, "_id", &fhir::Pairs::value_type::first);
  const bool says_id = by_id != asked.pairs.end() && token.code.empty();
  const bool is_one = says_id && asked.url.type == "Patient" && by_id->second.find(',') == std::string::npos;
  if (is_one && has_more(asked)) co_return co_await search_type(shared, asked);  // of the one whose record is opened
  CARNET_CO_TRY(left_out, not_applied(asked));
  if (asked.url.type == "Patient") {
    if (says_id) co_return co_await search_patients_by_id(shared, asked, by_id->second, left_out);
    co_return co_await search_patients(shared, asked, token.code, left_out);
  }
  if (says_id) token.code = by_id->second;  // the id is the number
  if (token.code.empty()) co_return bad_request("required", "identifier", "a number of the directory is required");
  const std::string number = asked.url.type == "Practitioner" ? fhir::rpps_of(token.system, token.code)
                                                              : fhir::finess_of(token.system, token.code);
  CARNET_CO_TRY(found, co_await of_directory(shared, asked.url.type, number.empty() ? token.code : number));
  fhir::BundleWriter out("searchset", 512);
  out.total(found ? 1 : 0);
  out.link("self", fmt::format("{}/{}?identifier={}", shared.settings.base_url, asked.url.type,
                               http::percent_encode(number.empty() ? token.code : number)));
  if (found) out.found(full_url(shared, asked.url.type, number.empty() ? token.code : number), *found, "match");
  co_return page_of_people(out, left_out);
}

}  // namespace carnet::record
