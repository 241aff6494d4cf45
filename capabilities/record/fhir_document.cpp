// DocumentReference: as it is given out, and what its author changes of it (visibility, confidentiality, archiving,
// deletion).
#include <fmt/format.h>

#include "record/fhir_document_rules.hpp"
#include "record/fhir_incoming.hpp"
#include "record/rules.hpp"
#include "standards/fhir/json_patch.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;
using kernel::SpaceId;

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

std::string present(const Shared& shared, SpaceId space, const identity::Person& person, const OpenedDocument& opened,
                    kernel::ByteView resource) {
  const auto& [document, row] = opened;
  const std::string id = shared.id_of(space, row.local), version = std::to_string(row.version);
  const std::string updated = kernel::to_rfc3339(document.updated_at);
  const std::string url = full_url(shared, "Binary", id);
  const std::string subject = "Patient/" + shared.identity.people().opaque(person.id);
  auto with = presentation_for(person);
  with.id = id;
  with.version = version;
  with.last_updated = updated;
  with.status = code_of(document.status);
  with.url = url;
  with.subject = subject;
  with.title = document.title;
  with.confidentiality = document.confidentiality;
  with.visibility = visibility_of(document.facts);
  with.archived = document.archived;
  with.type = {
      document.type_system, document.facts.doc_type, std::string(shared.types.label(document.facts.doc_type)), {}};
  with.document_class = {std::string(fhir::oid::document_class),
                         document.facts.doc_class,
                         std::string(class_label(document.facts.doc_class)),
                         {}};
  return fhir::present(kernel::as_text(resource), with);
}

namespace {

WriteOp revision(const Asked& asked, std::int64_t local, std::function<kernel::Status(Document&)> revise) {
  WriteOp op;
  op.kind = WriteOp::Kind::revise_document;
  op.type = asked.url.type;
  op.local = local;
  op.revise = std::move(revise);
  return op;
}

Answer delete_document(Shared& shared, const Asked& asked, crypto::IdPermutation::Parts parts) {
  constexpr int no_content = 204;
  CARNET_CO_TRY(version, version_asked(asked.if_match));
  WriteOp op = revision(asked, parts.local, [](Document& document) -> kernel::Status {
    document.deleted = true;
    document.status = DocumentStatus::entered_in_error;
    return {};
  });
  op.if_version = version ? version : asked.matched_version;
  CARNET_CO_TRY(done, co_await write_one(shared, asked,
                                         door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::deposit),
                                         std::move(op)));
  const auto& written = done.written.front();
  co_return versioned_response({}, written.version, written.updated, no_content);
}

// What the document is asked to become: by a patch of what is shown, or whole.
Result<DocumentWish> wish_of(const Asked& asked, const OpenedItem& shown, std::span<const fhir::PatchOperation> operations,
                             bool guarded) {
  std::string text(asked.body);
  if (asked.verb == fhir::Verb::patch) {
    CARNET_TRY(patched, fhir::apply_json_patch(shown.json(), operations, fhir::Labels{{"securityLabel"}, guarded}));
    text = std::move(patched);
  }
  CARNET_TRY(json, fhir::Json::parse(text));
  if (auto issues = fhir::validate(json); !issues.empty()) return kernel::invalid("fhir.invalid", std::move(issues));
  return read_wish(shown.json(), json);
}

}  // namespace

Answer revise_document(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  if (asked.verb == fhir::Verb::del) co_return co_await delete_document(shared, asked, parts);
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  CARNET_CO_TRY(version, version_asked(asked.if_match));
  std::vector<fhir::PatchOperation> operations;
  if (asked.verb == fhir::Verb::patch) {
    CARNET_CO_TRY(read, fhir::read_json_patch(asked.body));
    operations = std::move(read);
  }
  const auto door = [&](access::Act act) { return door_to_space(shared, asked.caller, SpaceId(parts.space), act); };
  constexpr int most_tries = 5;
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(found, co_await read_item(shared, door(access::Act::read), asked.url.type, parts.local,
                                            {audit::Action::documents_listed, keyring::Purpose::read_record,
                                             asked.request_id}));
    if (version && *version != found.item->version)
      co_return kernel::refuse(ErrorKind::precondition, "record.version", "another version is in force");
    CARNET_CO_CHECK(still_matched(asked, found.item->version));
    CARNET_CO_TRY(wish, wish_of(asked, *found.item, operations, version.has_value()));
    WriteOp op = revision(asked, parts.local, [&shared, wish = std::move(wish)](Document& document) {
      return apply(wish, document, shared.clock.now());
    });
    op.if_version = found.item->version;
    auto done = co_await write_one(shared, asked, door(access::Act::deposit), std::move(op));
    if (done) {
      auto response = written_response(shared, asked, *done);
      using Wish = fhir::Prefer::Answer;
      const auto prefers = asked.prefer.answer;
      if (prefers == Wish::representation || (prefers == Wish::unsaid && asked.path.empty())) {
        CARNET_CO_TRY(now, co_await read_item(shared, door(access::Act::read), asked.url.type, parts.local,
                                              {audit::Action::documents_listed, keyring::Purpose::read_record,
                                               asked.request_id}));
        auto shown = fhir_response(now.item->text, response.status);
        for (const auto& [name, value] : response.headers)
          if (name == "ETag" || name == "Last-Modified" || name == "Location") shown.with(name, value);
        response = std::move(shown);
      }
      co_return response;
    }
    if (version || done.error().code != "record.version" || tries == most_tries)
      co_return std::unexpected(std::move(done).error());
  }
}

}  // namespace carnet::record
