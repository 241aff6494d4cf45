// A document of the holder's own: in pieces, then described, then filed.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "record/deposit.hpp"
#include "record/listing.hpp"
#include "record/web.hpp"

namespace carnet::record {

namespace json = kernel::json;
using kernel::ErrorKind;
using kernel::Result;

namespace {

constexpr std::size_t longest_title = 200;

std::optional<Media> media_named(std::string_view media_type) {
  for (const auto media : {Media::pdf, Media::png, Media::jpeg})
    if (media_type_of(media) == media_type) return media;
  return std::nullopt;
}

Media media_of(cda::Kind kind) {
  if (kind == cda::Kind::pdf) return Media::pdf;
  if (kind == cda::Kind::png) return Media::png;
  if (kind == cda::Kind::jpeg) return Media::jpeg;
  return Media::cda;  // or unknown: never what was announced
}

struct Place {
  CallerPtr caller;
  Whom whom;
  Uploads::Owner owner() const { return {caller->session, whom.person}; }
};

// May this person add to that space at all? Asked at every piece, so that nothing is held for who may not.
io::Task<Result<Place>> place_of(Shared& shared, http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  const Door door = door_to_who(shared, caller, std::string(exchange.parameter("who")), access::Act::add_own);
  std::function<Result<Whom>(store::Snapshot&)> look = [door](store::Snapshot& at) -> Result<Whom> {
    CARNET_TRY(grant, door(at));
    const auto& person = grant.holder();
    return Whom{person.id, kernel::Zone::named(person.zone).value_or(kernel::Zone::paris()), person.display_name()};
  };
  CARNET_CO_TRY(whom, co_await shared.store.read<Whom>(look));
  co_return Place{caller, whom};
}

std::string new_unique_id(Shared& shared) {
  auto bytes = shared.entropy.bytes("record.unique", 16);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = kernel::to_hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

// The DocumentReference that software reads of it.
std::string resource_of(const Shared& shared, const Document& document, const Place& place, kernel::ByteView content) {
  const auto& people = shared.identity.people();
  const std::string author = people.opaque(place.caller->person);
  fhir::Writer out(1024);
  out.object().text("resourceType", "DocumentReference");
  out.object("masterIdentifier")
      .text("system", "urn:ietf:rfc:3986")
      .text("value", "urn:uuid:" + document.unique_id)
      .end_object();
  out.text("status", "current");
  out.concept_of("type", fhir::system_of(document.type_system), document.facts.doc_type,
                 shared.types.label(document.facts.doc_type));
  out.array("category")
      .concept_of({}, fhir::system_of(fhir::oid::document_class), document.facts.doc_class,
                  class_label(document.facts.doc_class))
      .end_array();
  out.object("subject").text("reference", "Patient/" + people.opaque(place.whom.person)).end_object();
  out.text("date", kernel::to_rfc3339(shared.clock.now()));
  out.array("author").object();
  if (place.caller->person == place.whom.person) out.text("reference", "Patient/" + author);
  out.text("display", document.author_name).end_object().end_array();
  out.array("securityLabel")
      .concept_of({}, fhir::system_of(fhir::oid::confidentiality), document.confidentiality)
      .end_array();
  out.array("content")
      .object()
      .object("attachment")
      .text("contentType", document.media_type)
      .text("url", "urn:uuid:" + document.unique_id);
  out.number("size", document.size)
      .text("hash", kernel::to_base64(crypto::sha1(content)))
      .text("title", document.title);
  out.text("creation", document.act_date).end_object().end_object().end_array();
  return out.end_object().take();
}

struct Said {
  std::string title, type, date;
};

Result<Said> read_body(const Shared& shared, std::string_view text) {
  CARNET_TRY(body, kernel::parse_object(text));
  kernel::Reader in(body);
  in.only({"title", "type", "date"});
  Said said{in.text("title", longest_title), in.text("type", 64), in.text("date", 10)};
  if (!in.ok()) return in.error();
  std::vector<kernel::Issue> issues;
  const auto* type = shared.types.find(said.type);
  if (type == nullptr || type->doc_class.empty() || !is_holders_type(said.type))
    issues.push_back({"value", "/type", "is not a type of document that a holder adds"});
  const auto date = kernel::parse_date(said.date);
  if (!date || *date > shared.today().plus_days(1)) issues.push_back({"value", "/date", "is not a day up to today"});
  if (said.title.find_first_not_of(" \t\n") == std::string::npos) issues.push_back({"value", "/title", "is empty"});
  if (!issues.empty()) return kernel::invalid("record.description", std::move(issues));
  return said;
}

Draft draft_of(Shared& shared, const Said& said, const Place& place, Media media, kernel::Bytes bytes) {
  Draft draft;
  auto& document = draft.document;
  const auto* type = shared.types.find(said.type);
  document.unique_id = new_unique_id(shared);
  document.title = said.title;
  document.facts.doc_type = type->code;
  document.facts.doc_class = type->doc_class;
  document.facts.by_holder = true;
  document.type_system = type->system;
  document.act_date = said.date;
  document.act = document.creation = span_of(said.date);
  document.author_name = place.caller->person == place.whom.person ? place.whom.display_name : place.caller->name;
  document.media = media;
  document.media_type = media_type_of(media);
  document.size = static_cast<std::int64_t>(bytes.size());
  draft.resource = resource_of(shared, document, place, bytes);
  draft.content = std::move(bytes);
  return draft;
}

}  // namespace

Answer begin_upload(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(place, co_await place_of(shared, exchange));
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"size", "media_type"});
  const std::int64_t size = in.integer("size", 1, std::int64_t{1} << 40);
  const std::string media_type = in.text("media_type", 100);
  if (!in.ok()) co_return in.error();
  const std::int64_t most = shared.parameter("record.document_max_bytes");
  if (size > most)
    co_return std::unexpected(
        kernel::Error{ErrorKind::too_large, "record.too_large", {}, {{"too-long", "/size", std::to_string(most)}}});
  const auto media = media_named(media_type);
  if (!media)
    co_return kernel::invalid("record.media_type",
                              {{"value", "/media_type", "application/pdf, image/png or image/jpeg"}});
  CARNET_CO_TRY(upload, shared.uploads.begin(place.owner(), *media, size, shared.clock.now()));
  co_return json_answer({{"upload", upload}, {"received", 0}, {"chunk", Uploads::chunk_bytes}}, 201);
}

Answer put_upload(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(place, co_await place_of(shared, exchange));
  std::int64_t offset = -1;
  for (const auto& [name, value] : exchange.request.query_pairs())
    if (name == "offset") std::from_chars(value.data(), value.data() + value.size(), offset);
  if (offset < 0) co_return kernel::invalid("record.upload_offset", {{"required", "/offset", "is required"}});
  CARNET_CO_TRY(progress, shared.uploads.put(place.owner(), std::string(exchange.parameter("upload")), offset,
                                             exchange.request.body, shared.clock.now()));
  co_return json_answer({{"received", progress.received}});
}

Answer tell_upload(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(place, co_await place_of(shared, exchange));
  CARNET_CO_TRY(progress,
                shared.uploads.progress(place.owner(), std::string(exchange.parameter("upload")), shared.clock.now()));
  co_return json_answer({{"received", progress.received}, {"size", progress.size}});
}

Answer add_uploaded(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(place, co_await place_of(shared, exchange));
  CARNET_CO_TRY(said, read_body(shared, exchange.request.body_text()));
  const std::string upload(exchange.parameter("upload"));
  CARNET_CO_TRY(whole, shared.uploads.whole(place.owner(), upload, shared.clock.now()));
  if (!whole.made.empty()) {  // the same request again
    const auto parts = shared.ids.open(whole.made);
    if (!parts) co_return not_found();
    const kernel::SpaceId space(parts->space);
    CARNET_CO_TRY(
        found,
        co_await open_document(
            shared, door_to(shared, place.caller, place.whom.person, access::Act::read), parts->local, std::nullopt,
            {audit::Action::documents_listed, keyring::Purpose::read_record, exchange.request.request_id}));
    CARNET_CO_TRY(reader, co_await reader_of(shared, place.caller, found.grant));
    reader.seen = found.opened.document.facts.deposited_at;
    co_return json_answer(view_of(shared, space, found.opened, reader), 201);
  }
  if (media_of(cda::sniff(whole.bytes)) != whole.media)
    co_return kernel::invalid("record.content_refused",
                              {{"value", "/upload", fmt::format("the bytes are not {}", code_of(whole.media))}});
  auto drafts = std::make_shared<std::vector<Draft>>();
  drafts->push_back(draft_of(shared, said, place, whole.media, std::move(whole.bytes)));
  CARNET_CO_TRY(
      filed,
      co_await file(shared, {place.caller, place.whom, access::Act::add_own, exchange.request.request_id}, drafts));
  shared.uploads.finish(upload, filed.documents.front().id);
  OpenedDocument added;
  added.document = std::move(filed.stored.front());
  added.row.local = filed.locals.front();
  std::function<Result<access::AccessGrant>(store::Snapshot&)> look =
      door_to(shared, place.caller, place.whom.person, access::Act::read);
  CARNET_CO_TRY(grant, co_await shared.store.read<access::AccessGrant>(look));
  CARNET_CO_TRY(reader, co_await reader_of(shared, place.caller, grant));
  reader.seen = filed.at;
  co_return json_answer(view_of(shared, filed.space, added, reader), 201);
}

}  // namespace carnet::record
