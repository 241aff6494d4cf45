// Documents that software provides: by a transaction (ITI-65), or one by itself (ITI-105).
#include <fmt/format.h>

#include <map>

#include "record/fhir_incoming.hpp"
#include "record/fhir_provide.hpp"
#include "standards/fhir/json_patch.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Issue;
using kernel::Result;

namespace {

// Above this, reading, decoding and hashing leave the thread that serves connections.
constexpr std::size_t small_body = 512u << 10;

struct Provided {
  fhir::ProvideBundle bundle;
  std::vector<Media> media;
};

io::Task<Result<std::vector<Media>>> media_of(Shared& shared, const fhir::ProvideBundle& provided) {
  const auto max_bytes = shared.parameter("record.document_max_bytes");
  std::size_t bytes = 0;
  for (const auto& document : provided.documents) bytes += document.bytes.size();
  if (bytes <= small_body) co_return check_content(provided, max_bytes, crypto::sha1);
  std::optional<Result<std::vector<Media>>> checked;
  const bool ran =
      co_await io::on_pool(shared.pool, [&] { checked.emplace(check_content(provided, max_bytes, crypto::sha1)); });
  if (!ran) co_return busy();
  co_return std::move(*checked);
}

// What the sandbox says of a document is bad input of the deposit, at two places: in the Bundle, and in the document.
kernel::Error of_document(kernel::Error error, const std::string& data_path) {
  if (error.kind != ErrorKind::invalid && error.kind != ErrorKind::too_large) return error;
  for (auto& issue : error.issues)
    issue.path = issue.path.empty() || issue.path == "/" ? data_path : fmt::format("{} | {}", data_path, issue.path);
  return {ErrorKind::invalid, "record.content_refused", {}, std::move(error.issues)};
}

io::Task<Result<std::vector<std::optional<cda::Document>>>> read_headers(Shared& shared, const Provided& provided) {
  std::vector<std::optional<cda::Document>> headers(provided.media.size());
  std::vector<Issue> issues;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (provided.media[i] != Media::cda) continue;
    const auto& document = provided.bundle.documents[i];
    std::optional<Result<cda::Document>> read;
    const bool ran = co_await io::on_pool(shared.pool, [&] { read.emplace(shared.cda.read(document.bytes)); });
    if (!ran) co_return busy();
    if (*read) {
      headers[i] = std::move(**read);
      continue;
    }
    auto error = of_document(std::move(*read).error(), document.data_path);
    if (error.kind != ErrorKind::invalid) co_return std::unexpected(std::move(error));
    issues.insert(issues.end(), error.issues.begin(), error.issues.end());
  }
  if (!issues.empty()) co_return kernel::invalid("record.content_refused", std::move(issues));
  co_return headers;
}

http::Response answer_of(const Shared& shared, const std::vector<fhir::ProvidedEntry>& entries, const Filed& filed,
                         const std::string& patient) {
  using Type = fhir::ProvidedEntry::Type;
  const std::string at = kernel::to_rfc3339(filed.at);
  std::vector<fhir::ProvidedAnswer> answers;
  for (const auto& entry : entries) {
    if (entry.type == Type::patient) {  // of the register, which says who they are: nothing was written
      answers.push_back({"200 OK", patient, {}, {}});
      continue;
    }
    if (entry.type == Type::superseded) {
      answers.push_back({"200 OK", entry.reference, {}, {}});
      continue;
    }
    const auto& document = filed.documents[entry.type == Type::submission_set ? 0 : entry.document];
    const std::string_view type = entry.type == Type::submission_set       ? "List"
                                  : entry.type == Type::document_reference ? "DocumentReference"
                                                                           : "Binary";
    if (document.created)
      answers.push_back({"201 Created", fmt::format("{}/{}/_history/1", type, document.id), "W/\"1\"", at});
    else
      answers.push_back({"200 OK", fmt::format("{}/{}", type, document.id), {}, {}});
  }
  return fhir_response(fhir::transaction_response(shared.settings.base_url, answers));
}

}  // namespace

io::Task<Result<ReadyDocuments>> make_ready(Shared& shared, fhir::ProvideBundle bundle) {
  CARNET_CO_TRY(media, co_await media_of(shared, bundle));
  Provided provided{std::move(bundle), std::move(media)};
  CARNET_CO_TRY(headers, co_await read_headers(shared, provided));
  CARNET_CO_TRY(prepared, prepare(provided.bundle, provided.media, headers, shared.types));
  std::function<Result<Whom>(store::Snapshot&)> look = [&shared, &prepared](store::Snapshot& at) {
    return resolve(shared, at, prepared);
  };
  CARNET_CO_TRY(whom, co_await shared.store.read<Whom>(look));
  for (auto& draft : prepared.drafts)
    if (const auto json = fhir::Json::parse(draft.resource)) draft.document.archived = fhir::is_archived(json->root());
  co_return ReadyDocuments{std::make_shared<std::vector<Draft>>(std::move(prepared.drafts)), std::move(whom),
                           std::move(prepared.entries)};
}

namespace {

// Whose Patient resource this is, by its INS and its traits; `invalid` "record.person_refused" with what differs.
io::Task<Result<PersonId>> person_of(Shared& shared, fhir::Value resource) {
  Prepared said;
  const auto patient = fhir::read_patient(resource);
  for (const auto& one : patient.identifiers)
    if (is_ins(one.system)) said.numbers.push_back({one.system, one.value, one.path});
  if (said.numbers.empty())
    co_return kernel::invalid("record.person_refused",
                              {{"required", resource.path_of("identifier"), "an INS must say who this is: the register is not written here"}});
  TraitsSaid traits;
  traits.traits.birth_name = patient.birth_name.text;
  traits.traits.given_names = patient.given_names;
  traits.traits.birth_date = patient.birth_date.text;
  traits.traits.sex = sex_of_fhir(patient.sex.text);
  traits.paths = {patient.birth_name.path, patient.given_name.path, patient.birth_date.path, patient.sex.path};
  said.traits.push_back(std::move(traits));
  std::function<Result<Whom>(store::Snapshot&)> look = [&shared, &said](store::Snapshot& at) {
    return resolve(shared, at, said);
  };
  CARNET_CO_TRY(whom, co_await shared.store.read<Whom>(look));
  co_return whom.person;
}

// "Patient?identifier=..." (a conditional reference): the register's Patient; 412 when it matches nobody.
io::Task<Result<std::string>> matched_patient(Shared& shared, const fhir::ReferenceFound& reference) {
  auto pairs = pairs_of(std::string_view(reference.text).substr(reference.text.find('?')));
  for (auto& [name, value] : pairs)
    if (name == "identifier") name = "patient.identifier";
  auto aim = co_await aim_of(shared, "Patient", pairs);
  if (!aim && aim.error().kind == ErrorKind::fault) co_return std::unexpected(std::move(aim).error());
  if (!aim || !aim->person)
    co_return std::unexpected(kernel::Error{ErrorKind::precondition, "fhir.no_match", {},
                                            {{"not-found", reference.value.path(), "matches nobody that this service knows"}}});
  co_return "Patient/" + shared.identity.people().opaque(*aim->person);
}

// A Patient that comes along (MHD 4.2, 3.65.4.1.2) says who the subject is, as a conditional reference does: what refers to
// it refers to the register's. The Bundle's text, changed so; empty when none comes.
io::Task<Result<std::string>> with_patients_named(Shared& shared, const fhir::Json& bundle) {
  std::map<std::string, std::string, std::less<>> known;
  for (auto entry = bundle.root()["entry"].first(); entry; entry = entry.next()) {
    if (!entry["resource"]["resourceType"].has_text("Patient")) continue;
    CARNET_CO_TRY(person, co_await person_of(shared, entry["resource"]));
    known["Patient/" + entry["resource"]["id"].text()] = known[entry["fullUrl"].text()] =
        "Patient/" + shared.identity.people().opaque(person);
  }
  const auto references = fhir::references_in(bundle.root());
  for (const auto& reference : references) {
    if (!reference.is_reference || !reference.text.starts_with("Patient?") || known.contains(reference.text)) continue;
    CARNET_CO_TRY(matched, co_await matched_patient(shared, reference));
    known[reference.text] = std::move(matched);
  }
  if (known.empty()) co_return std::string();
  co_return fhir::with_references(bundle.root(), references, [&](const fhir::ReferenceFound& reference) {
    const auto found = reference.is_reference ? known.find(reference.text) : known.end();
    return found == known.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace

Answer provide_documents(Shared& shared, const Asked& asked, const fhir::Json& bundle) {
  CARNET_CO_CHECK(may_write(*asked.caller, "DocumentReference"));
  CARNET_CO_TRY(named, co_await with_patients_named(shared, bundle));
  std::optional<fhir::Json> led;
  if (!named.empty()) {
    CARNET_CO_TRY(parsed, fhir::Json::parse(named));
    led.emplace(std::move(parsed));
  }
  CARNET_CO_TRY(provided, fhir::read_provide_bundle(led ? *led : bundle));
  CARNET_CO_TRY(ready, co_await make_ready(shared, std::move(provided)));
  const auto once = once_of(asked);
  CARNET_CO_TRY(filed, co_await file(shared, {asked.caller, ready.whom, access::Act::deposit, asked.request_id}, ready.drafts,
                                     once ? &*once : nullptr));
  co_return answer_of(shared, ready.entries, filed,
                      "Patient/" + shared.identity.people().opaque(ready.whom.person));
}

namespace {

// The DocumentReference without its content, and the content: what ITI-65 sends as two resources.
struct Published {
  std::string text;
  kernel::Bytes bytes;
};

Result<Published> split_content(std::string_view body) {
  CARNET_TRY(json, fhir::Json::parse(body));
  const fhir::Value root = json.root();
  if (!root["resourceType"].has_text("DocumentReference"))
    return kernel::invalid("fhir.invalid", {{"invalid", root.path_of("resourceType"), "must be DocumentReference"}});
  const fhir::Value data = root["content"].first()["attachment"]["data"];
  const std::string path = "DocumentReference.content[0].attachment.data";
  if (!data.is(fhir::Kind::string))
    return kernel::invalid("record.deposit_refused", {{"required", path, "the content is required, in base64"}});
  auto bytes = fhir::decode_base64(data.plain_text().empty() ? std::string_view(data.text()) : data.plain_text());
  if (!bytes || bytes->empty())
    return kernel::invalid("record.deposit_refused", {{"value", path, "is not base64"}});
  const std::vector<fhir::PatchOperation> operations{
      {fhir::PatchOperation::Kind::remove, {"content", "0", "attachment", "data"}, {}, {}, path},
      {fhir::PatchOperation::Kind::add, {"content", "0", "attachment", "url"}, {}, R"({"v":"#content"})", path}};
  CARNET_TRY(text, fhir::apply_json_patch(json, operations));
  return Published{std::move(text), std::move(*bytes)};
}

Result<fhir::ProvideBundle> provided_alone(const fhir::Json& json, kernel::Bytes bytes) {
  std::vector<Issue> issues;
  fhir::ProvideBundle provided;
  provided.submission_set.path = "DocumentReference";
  fhir::ProvidedDocument document;
  document.reference = fhir::read_document_reference(json.root(), issues);
  document.data_path = "DocumentReference.content[0].attachment.data";
  document.bytes = std::move(bytes);
  const auto& said = document.reference.attachment.size;
  if (said && *said != static_cast<std::int64_t>(document.bytes.size()))
    issues.push_back({"value", "DocumentReference.content[0].attachment.size", "is not that of the content"});
  if (!issues.empty()) return kernel::invalid("record.deposit_refused", std::move(issues));
  provided.documents.push_back(std::move(document));
  provided.entries.push_back({fhir::ProvidedEntry::Type::document_reference, 0, {}});
  return provided;
}

}  // namespace

Answer publish_document(Shared& shared, const Asked& asked) {
  constexpr int created = 201, ok = 200;
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(published, split_content(asked.body));
  CARNET_CO_TRY(came, fhir::Json::parse(published.text));
  CARNET_CO_TRY(named, co_await with_patients_named(shared, came));
  if (!named.empty()) published.text = std::move(named);
  CARNET_CO_TRY(json, fhir::Json::parse(published.text));
  CARNET_CO_TRY(provided, provided_alone(json, std::move(published.bytes)));
  CARNET_CO_TRY(ready, co_await make_ready(shared, std::move(provided)));
  const auto once = once_of(asked);
  CARNET_CO_TRY(filed, co_await file(shared, {asked.caller, ready.whom, access::Act::deposit, asked.request_id}, ready.drafts,
                                     once ? &*once : nullptr));
  const auto& document = filed.documents.front();
  // Not the resource: who files need not be someone who may read.
  std::string said;
  if (asked.prefer.answer != fhir::Prefer::Answer::minimal)
    said = fhir::outcome_note("information", "informational", "the document is kept");
  auto response = versioned_response(std::move(said), 1, filed.at, document.created ? created : ok);
  response.with("Location", full_url(shared, asked.url.type, document.id) + "/_history/1");
  co_return response;
}

}  // namespace carnet::record
