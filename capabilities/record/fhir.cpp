// /fhir/R4 but for searching (fhir_search.cpp) and depositing (fhir_provide.cpp). No rule here.
#include "record/fhir.hpp"

#include <fmt/format.h>

#include <array>

#include "record/rules.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;

namespace {

constexpr std::string_view xml_only[] = {"application/fhir+xml", "application/xml", "text/xml"};

bool mentions(std::string_view list, std::string_view type) {
  return list.find(type) != std::string_view::npos;
}

struct CodeStatus {
  std::string_view code;
  int status;
};
// What the kinds of errors cannot tell apart.
constexpr std::array own_statuses{CodeStatus{"fhir.json", 400}, CodeStatus{"fhir.search", 400},
                                  CodeStatus{"fhir.identity_in_address", 400}, CodeStatus{"fhir.not_acceptable", 406},
                                  CodeStatus{"fhir.media_type", 415}};

std::string etag_of(std::int64_t version) {
  return fmt::format("W/\"{}\"", version);
}

// An id of ours names its space; anything else names nothing.
Result<crypto::IdPermutation::Parts> parts_of(const Shared& shared, std::string_view id) {
  const auto parts = shared.ids.open(id);
  if (!parts || parts->space <= 0 || parts->local <= 0) return not_found();
  return *parts;
}

kernel::Status may_read(const identity::Caller& caller) {
  if (has_scope(caller, "documents.read")) return {};
  return kernel::refuse(ErrorKind::forbidden, "record.scope", "the token does not have the scope documents.read");
}

}  // namespace

kernel::Status accepts_json(const http::Request& request) {
  for (const auto& [name, value] : request.query_pairs())
    if (name == "_format") {
      if (mentions(value, "json")) return {};
      return kernel::refuse(ErrorKind::invalid, "fhir.not_acceptable", "only JSON is spoken here");
    }
  const auto accept = request.header("accept");
  if (accept.empty() || mentions(accept, "*/*") || mentions(accept, "json") || mentions(accept, "application/*"))
    return {};
  for (const auto type : xml_only)
    if (mentions(accept, type))
      return kernel::refuse(ErrorKind::invalid, "fhir.not_acceptable", "only JSON is spoken here");
  return {};
}

http::Response fhir_response(std::string body, int status) {
  return http::Response::text("application/fhir+json; charset=utf-8", std::move(body), status)
      .with("Cache-Control", "no-store");
}

http::Response Record::render_operation_outcome(const kernel::Error& error, std::string_view request_id) {
  int status = http::status_of(error);
  for (const auto& own : own_statuses)
    if (error.code == own.code && error.kind == ErrorKind::invalid) status = own.status;
  auto response = fhir_response(fhir::operation_outcome(error, request_id), status);
  if (error.retry_after_s) response.with("Retry-After", std::to_string(*error.retry_after_s));
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

io::Task<Result<identity::Person>> person_shown(Shared& shared, PersonId person) {
  std::function<Result<identity::Person>(store::Snapshot&)> look = [&shared, person](store::Snapshot& at) {
    return shared.identity.people().person(at, person);
  };
  co_return co_await shared.store.read<identity::Person>(look);
}

fhir::Presentation presentation_for(const identity::Person& person) {
  fhir::Presentation with;
  with.identity = {person.matricule.system, person.matricule.value, {}};
  with.is_current = [&person](const fhir::PatientSaid& said) {
    for (const auto& id : said.identifiers)
      if (is_ins(id.system) && id.value != person.matricule.value) return false;
    identity::Person now;
    now.traits = person.traits;
    identity::Traits traits;
    traits.birth_name = said.birth_name.text;
    traits.given_names = said.given_names;
    traits.sex = sex_of_fhir(said.sex.text);
    return identity::Register::differing_traits(now, traits).empty();
  };
  return with;
}

std::string present(const Shared& shared, kernel::SpaceId space, const identity::Person& person,
                    const OpenedDocument& opened, kernel::ByteView resource) {
  const auto& [document, row] = opened;
  const std::string id = shared.id_of(space, row.local), version = std::to_string(row.version);
  const std::string updated = kernel::to_rfc3339(document.updated_at);
  const std::string url = fmt::format("{}/Binary/{}", shared.settings.base_url, id);
  const std::string subject = "Patient/" + shared.identity.people().opaque(person.id);
  auto with = presentation_for(person);
  with.id = id;
  with.version = version;
  with.last_updated = updated;
  with.status = code_of(document.status);
  with.url = url;
  with.subject = subject;
  with.title = document.title;
  with.type = {
      document.type_system, document.facts.doc_type, std::string(shared.types.label(document.facts.doc_type)), {}};
  with.document_class = {std::string(fhir::oid::document_class),
                         document.facts.doc_class,
                         std::string(class_label(document.facts.doc_class)),
                         {}};
  return fhir::present(kernel::as_text(resource), with);
}

Answer read_resource(Shared& shared, http::Exchange& exchange, Part part) {
  CARNET_CO_CHECK(accepts_json(exchange.request));
  const auto caller = caller_of(exchange);
  CARNET_CO_CHECK(may_read(*caller));
  CARNET_CO_TRY(parts, parts_of(shared, exchange.parameter("id")));
  const kernel::SpaceId space(parts.space);
  CARNET_CO_TRY(found,
                co_await open_document(
                    shared, door_to_space(shared, caller, space, access::Act::read), parts.local, part,
                    {audit::Action::documents_listed, keyring::Purpose::read_record, exchange.request.request_id}));
  CARNET_CO_TRY(person, co_await person_shown(shared, found.grant.person()));
  const auto& [document, row] = found.opened;
  if (part == Part::resource)
    co_return fhir_response(present(shared, space, person, found.opened, found.bytes))
        .with("ETag", etag_of(row.version));
  if (found.bytes.empty()) co_return not_found();  // added by the holder: it came in no submission
  const std::string id(exchange.parameter("id")), deposited = kernel::to_rfc3339(document.facts.deposited_at);
  auto with = presentation_for(person);
  with.id = id;
  with.version = "1";
  with.last_updated = deposited;
  co_return fhir_response(fhir::present_submission_set(kernel::as_text(found.bytes), with, "DocumentReference/" + id))
      .with("ETag", etag_of(1));
}

Answer read_binary(Shared& shared, http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  CARNET_CO_CHECK(may_read(*caller));
  CARNET_CO_TRY(parts, parts_of(shared, exchange.parameter("id")));
  const auto accept = exchange.request.header("accept");
  bool as_resource = mentions(accept, "application/fhir+json") || mentions(accept, "application/json");
  for (const auto& [name, value] : exchange.request.query_pairs())
    if (name == "_format") as_resource = mentions(value, "json");
  if (!as_resource && mentions(accept, "application/fhir+xml"))
    co_return kernel::refuse(ErrorKind::invalid, "fhir.not_acceptable",
                             "a Binary is given as JSON, or as its own bytes");
  const auto door = door_to_space(shared, caller, kernel::SpaceId(parts.space), access::Act::read);
  CARNET_CO_TRY(found, co_await open_document(
                           shared, door, parts.local, Part::content,
                           {audit::Action::document_read, keyring::Purpose::read_record, exchange.request.request_id}));
  const std::string id(exchange.parameter("id"));
  if (as_resource)
    co_return fhir_response(
        fhir::binary(id, found.opened.document.media_type, "DocumentReference/" + id, kernel::to_base64(found.bytes)));
  auto response = http::Response::text(found.opened.document.media_type, std::string(kernel::as_text(found.bytes)));
  response.with("Cache-Control", "no-store")
      .with("ETag", etag_of(1))
      .with("Content-Disposition", "attachment")
      .with("X-Content-Type-Options", "nosniff")
      .with("X-Security-Context", fmt::format("{}/DocumentReference/{}", shared.settings.base_url, id))
      .with("Content-Security-Policy", "sandbox; default-src 'none'");
  co_return response;
}

Answer search_patients(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_CHECK(accepts_json(exchange.request));
  const auto caller = caller_of(exchange);
  CARNET_CO_CHECK(may_read(*caller));
  std::string number;
  for (const auto& [name, value] : exchange.request.form_pairs())
    if (name == "identifier") number = fhir::read_token(value).code;
  fhir::Searchset answer;
  answer.self = shared.settings.base_url + "/Patient/_search";
  const auto parsed = identity::parse_number(number);
  if (!parsed)
    co_return kernel::invalid("fhir.search",
                              {{"value", "identifier", "an INS is expected: system|matricule of 15 characters"}});
  using Found = std::optional<PersonId>;
  std::function<Result<Found>(store::Snapshot&)> look = [&shared, caller,
                                                         value = parsed->value](store::Snapshot& at) -> Result<Found> {
    CARNET_TRY(person, shared.identity.people().find(at, value));
    if (!person) return Found{};
    const auto grant = shared.access.authorise(at, *caller, *person, access::Act::list);
    if (!grant && grant.error().kind == ErrorKind::fault) return std::unexpected(grant.error());
    return grant ? Found(*person) : Found{};
  };
  CARNET_CO_TRY(person, co_await shared.store.read<Found>(look));
  if (person) {
    const std::string id = shared.identity.people().opaque(*person);
    answer.total = 1;
    answer.entries.push_back(
        {fmt::format("{}/Patient/{}", shared.settings.base_url, id),
         fhir::Writer().object().text("resourceType", "Patient").text("id", id).end_object().take()});
  }
  co_return fhir_response(fhir::searchset(answer));
}

Answer tell_capability(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_CHECK(accepts_json(exchange.request));
  const std::string token_url = shared.settings.main_origin + "/oauth/token", date = kernel::to_text(shared.today());
  co_return fhir_response(fhir::capability_statement({shared.settings.base_url, date, token_url}));
}

std::vector<http::Route> Record::fhir_routes() {
  constexpr std::size_t max_bundle = 40u << 20, max_form = 64u << 10;
  constexpr const char* limit = "software";
  using http::Access;
  using http::Method;
  Shared* shared = shared_.get();
  const auto route = [&](Method method, std::string path, http::Handler handler, std::size_t max_body = max_form,
                         Access access = Access::signed_in) {
    return http::Route{method, "/fhir/R4" + path, std::move(handler), access, max_body, limit, false};
  };
  return {
      route(
          Method::post, "", [shared](http::Exchange& e) { return provide_documents(*shared, e); }, max_bundle),
      route(
          Method::get, "/metadata", [shared](http::Exchange& e) { return tell_capability(*shared, e); }, max_form,
          Access::anonymous),
      route(Method::post, "/DocumentReference/_search",
            [shared](http::Exchange& e) { return search_documents(*shared, e, false); }),
      route(Method::get, "/DocumentReference",
            [shared](http::Exchange& e) { return search_documents(*shared, e, true); }),
      route(Method::get, "/DocumentReference/{id}",
            [shared](http::Exchange& e) { return read_resource(*shared, e, Part::resource); }),
      route(Method::get, "/List/{id}",
            [shared](http::Exchange& e) { return read_resource(*shared, e, Part::submission); }),
      route(Method::get, "/Binary/{id}", [shared](http::Exchange& e) { return read_binary(*shared, e); }),
      route(Method::post, "/Patient/_search", [shared](http::Exchange& e) { return search_patients(*shared, e); }),
  };
}

}  // namespace carnet::record
