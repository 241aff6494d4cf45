// read and vread; the content of a document (ITI-68).
#include <fmt/format.h>

#include "record/fhir.hpp"
#include "record/resources.hpp"
#include "standards/fhir/search_projection.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;
using kernel::SpaceId;

namespace {

audit::Action action_for(std::string_view type) {
  return type == "DocumentReference" || type == "List" ? audit::Action::documents_listed : audit::Action::resource_read;
}

// _summary and _elements of a read; nothing else of a search has a meaning there.
Result<std::string> text_as_asked(const Asked& asked, const OpenedItem& item) {
  fhir::Pairs pairs;
  for (const auto& pair : asked.pairs)
    if (pair.first == "_summary" || pair.first == "_elements") pairs.push_back(pair);
  if (pairs.empty()) return item.text;
  CARNET_TRY(query, fhir::read_search(item.type, pairs, {}));
  return fhir::is_projected(query) ? fhir::project(item.json(), query) : item.text;
}

Result<http::Response> response_with(const Asked& asked, const OpenedItem& item) {
  if (fhir::is_not_modified(asked.if_none_match, asked.if_modified_since, item.version, item.updated))
    return not_modified(item.version, item.updated);
  CARNET_TRY(text, text_as_asked(asked, item));
  return versioned_response(std::move(text), item.version, item.updated);
}

// The SubmissionSet with which a document came: a List of the same id.
Answer read_submission_set(Shared& shared, const Asked& asked, crypto::IdPermutation::Parts parts) {
  const auto door = door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::read);
  CARNET_CO_TRY(found,
                co_await read_item(shared, door, "DocumentReference", parts.local,
                                   {audit::Action::documents_listed, keyring::Purpose::read_record, asked.request_id}));
  CARNET_CO_TRY(sets, co_await read_parts(shared, found.key, {found.item->of_document->row}, Part::submission));
  if (sets.front().empty()) co_return not_found();  // it came in no submission
  CARNET_CO_TRY(person, co_await person_shown(shared, found.grant.person()));
  const auto deposited = found.item->of_document->document.facts.deposited_at;
  if (fhir::is_not_modified(asked.if_none_match, asked.if_modified_since, 1, deposited))
    co_return not_modified(1, deposited);
  const std::string at = kernel::to_rfc3339(deposited);
  auto with = presentation_for(person);
  with.id = asked.url.id;
  with.version = "1";
  with.last_updated = at;
  co_return versioned_response(fhir::present_submission_set(kernel::as_text(sets.front()), with,
                                                            "DocumentReference/" + asked.url.id),
                               1, deposited);
}

Answer read_version(Shared& shared, const Asked& asked, crypto::IdPermutation::Parts parts) {
  const auto tags = fhir::read_entity_tags("\"" + asked.url.version + "\"");
  if (!tags || tags->versions.size() != 1) co_return not_found();
  const auto door = door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::read);
  CARNET_CO_TRY(history,
                co_await history_of(shared, door, {asked.url.type, parts.local, tags->versions.front()},
                                    {audit::Action::resource_read, keyring::Purpose::read_record, asked.request_id}));
  if (history.versions.empty()) co_return not_found();
  const auto& item = *history.versions.front();
  if (item.deleted) co_return kernel::refuse(ErrorKind::gone, "record.deleted", "this version says that it was deleted");
  co_return response_with(asked, item);
}

}  // namespace

Answer read_one(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  if (asked.url.type == "List" && !reads_whole_record(*asked.caller)) {
    if (!asked.url.version.empty()) co_return not_found();
    co_return co_await read_submission_set(shared, asked, parts);
  }
  if (!asked.url.version.empty()) co_return co_await read_version(shared, asked, parts);
  auto found = co_await read_item(
      shared, door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::read), asked.url.type, parts.local,
      {action_for(asked.url.type), keyring::Purpose::read_record, asked.request_id});
  if (found) {
    CARNET_CO_TRY(response, response_with(asked, *found->item));
    warn_of_awaited(response, found->item->facts, shared.clock.now());
    co_return response;
  }
  if (asked.url.type == "List" && found.error().kind == ErrorKind::not_found)
    co_return co_await read_submission_set(shared, asked, parts);
  co_return std::unexpected(std::move(found).error());
}

Answer read_content(Shared& shared, const Asked& asked, std::string_view accept) {
  if (asked.verb != fhir::Verb::get && asked.verb != fhir::Verb::head) co_return not_done("a Binary is only read here");
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  const auto mentions = [accept](std::string_view type) { return accept.find(type) != std::string_view::npos; };
  bool as_resource = mentions("application/fhir+json") || mentions("application/json");
  for (const auto& pair : asked.pairs) as_resource = as_resource || pair.first == "_format";  // only JSON came so far
  if (!as_resource && mentions("application/fhir+xml"))
    co_return kernel::refuse(ErrorKind::invalid, "fhir.not_acceptable",
                             "a Binary is given as JSON, or as its own bytes");
  const auto door = door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::read);
  CARNET_CO_TRY(found, co_await open_document(
                           shared, door, parts.local, Part::content,
                           {audit::Action::document_read, keyring::Purpose::read_record, asked.request_id}));
  const auto& document = found.opened.document;
  if (fhir::is_not_modified(asked.if_none_match, asked.if_modified_since, 1, document.facts.deposited_at))
    co_return not_modified(1, document.facts.deposited_at);
  const std::string& id = asked.url.id;
  if (as_resource) {
    auto whole = versioned_response(
        fhir::binary(id, document.media_type, "DocumentReference/" + id, kernel::to_base64(found.bytes)), 1,
        document.facts.deposited_at);
    warn_of_awaited(whole, document.facts, shared.clock.now());
    co_return whole;
  }
  auto response = http::Response::text(document.media_type, std::string(kernel::as_text(found.bytes)));
  response.with("Cache-Control", "no-store")
      .with("ETag", fhir::etag_of(1))
      .with("Last-Modified", fhir::to_http_date(document.facts.deposited_at))
      .with("Content-Disposition", "attachment")
      .with("X-Content-Type-Options", "nosniff")
      .with("X-Security-Context", full_url(shared, "DocumentReference", id))
      .with("Content-Security-Policy", "sandbox; default-src 'none'");
  warn_of_awaited(response, document.facts, shared.clock.now());
  co_return response;
}

io::Task<Result<std::vector<ItemPtr>>> submission_sets(Shared& shared, const OpenedBy& opened) {
  std::vector<ItemRow> rows;
  std::vector<const OpenedItem*> documents;
  for (const auto* item : opened.record.of_type("DocumentReference"))
    if (item->of_document && item->of_document->row.submission_length > static_cast<std::int64_t>(crypto::seal_overhead)) {
      rows.push_back(item->of_document->row);
      documents.push_back(item);
    }
  CARNET_CO_TRY(sets, co_await read_parts(shared, opened.key, std::move(rows), Part::submission));
  CARNET_CO_TRY(person, co_await person_shown(shared, opened.record.grant().person()));
  std::vector<ItemPtr> found;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto& item = *documents[i];
    if (sets[i].empty()) continue;
    const auto deposited = item.of_document->document.facts.deposited_at;
    const std::string id = shared.id_of(opened.record.space(), item.local), at = kernel::to_rfc3339(deposited);
    auto with = presentation_for(person);
    with.id = id;
    with.version = "1";
    with.last_updated = at;
    found.push_back(make_item("List", item.local, 1, deposited,
                              fhir::present_submission_set(kernel::as_text(sets[i]), with, "DocumentReference/" + id)));
  }
  co_return found;
}

}  // namespace carnet::record
