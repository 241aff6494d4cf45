// /api/spaces/{who}/documents..., routes of the web and of the documents' origin. No rule here.
#include <fmt/format.h>

#include "record/listing.hpp"
#include "record/rules.hpp"
#include "record/web.hpp"

namespace carnet::record {

namespace json = kernel::json;
using kernel::Result;

http::Response json_answer(const json::object& body, int status) {
  return http::Response::json(json::serialize(body), status).with("Cache-Control", "no-store");
}

io::Task<Result<kernel::Instant>> seen_by(Shared& shared, kernel::SpaceId space, PersonId reader) {
  std::function<Result<kernel::Instant>(store::Snapshot&)> look = [space, reader](store::Snapshot& at) {
    return rows::seen_at(at, space, reader);
  };
  co_return co_await shared.store.read<kernel::Instant>(look);
}

std::string file_name_of(std::string_view title) {
  constexpr std::size_t longest = 100;
  std::string name;
  for (const char c : title) {
    const bool bad =
        static_cast<unsigned char>(c) < 0x20 || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    name += bad ? ' ' : c;
  }
  const auto continues = [&name](std::size_t at) { return (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80; };
  if (name.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && continues(end)) --end;  // not in the middle of a character
    name.resize(end);
  }
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
  return name.empty() ? "document" : name;
}

std::string attachment_named(std::string_view title, std::string_view extension) {
  return fmt::format("attachment; filename=\"document{0}\"; filename*=UTF-8''{1}{0}", extension,
                     http::percent_encode(file_name_of(title)));
}

io::Task<Result<Reader>> reader_of(Shared& shared, CallerPtr caller, const access::AccessGrant& grant) {
  std::function<Result<Reader>(store::Snapshot&)> look = [&shared, caller, person = grant.person(), space = grant.space(),
                                                          discreet = grant.discreet()](
                                                             store::Snapshot& at) -> Result<Reader> {
    Reader reader;
    CARNET_TRY(seen, rows::seen_at(at, space, caller->person));
    reader.seen = seen;
    reader.discreet = discreet;
    reader.own_id = shared.identity.people().opaque(caller->person);
    auto masks = shared.access.authorise(at, *caller, person, access::Act::mask);
    if (!masks && masks.error().kind == kernel::ErrorKind::fault) return std::unexpected(masks.error());
    if (masks) reader.masks.emplace(std::move(*masks));
    return reader;
  };
  co_return co_await shared.store.read<Reader>(look);
}

Result<crypto::IdPermutation::Parts> parts_in_address(const Shared& shared, const http::Exchange& exchange) {
  const auto parts = shared.ids.open(exchange.parameter("id"));
  if (!parts || parts->space <= 0 || parts->local <= 0) return not_found();
  return *parts;
}

Door door_of(const Shared& shared, const http::Exchange& exchange, kernel::SpaceId space, access::Act act) {
  const Door who = door_to_who(shared, caller_of(exchange), std::string(exchange.parameter("who")), act);
  return [who, space](store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = who(at);
    if (grant && grant->space() != space) return not_found();
    return grant;
  };
}

namespace {

Reason reason_of(const http::Exchange& exchange, audit::Action action) {
  return {action, keyring::Purpose::read_record, exchange.request.request_id};
}

}  // namespace

// To whom neither author nor place is shown, a file is not either: what its letterhead says is not known. A CDA is
// shown by its sections alone.
kernel::Status may_show_bytes(const Shared& shared, const identity::Caller& caller, const access::AccessGrant& grant,
                              const Document& document) {
  if (!grant.discreet() || document.filed_by == shared.identity.people().opaque(caller.person)) return {};
  return kernel::refuse(kernel::ErrorKind::forbidden, "record.place_withheld",
                        "the file may say where, which is not told to this reader");
}

Answer list_documents(Shared& shared, http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  const ListQuery query = read_list_query(exchange.request);
  const Door door = door_to_who(shared, caller, std::string(exchange.parameter("who")), access::Act::list);
  CARNET_CO_TRY(opened, co_await open_space(shared, door, reason_of(exchange, audit::Action::documents_listed)));
  const kernel::SpaceId space = opened.grant.space();
  CARNET_CO_TRY(reader, co_await reader_of(shared, caller, opened.grant));
  CARNET_CO_TRY(listing, list(shared, space, std::move(opened.documents), query, std::move(reader)));
  const bool whole = query.classes.empty() && query.years.empty() && query.authors.empty();
  if (listing.first_page && listing.has_new && whole) {
    std::function<Result<bool>(store::Tx&)> mark = [space, reader = caller->person,
                                                    now = shared.clock.now()](store::Tx& tx) -> Result<bool> {
      CARNET_CHECK(rows::put_seen(tx, space, reader, now));
      return true;
    };
    (void)co_await shared.store.write<bool>(mark);  // a mark that is lost shows a document as new once more
  }
  co_return json_answer(listing.body);
}

Answer tell_document(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(parts, parts_in_address(shared, exchange));
  const kernel::SpaceId space(parts.space);
  CARNET_CO_TRY(found, co_await open_document(shared, door_of(shared, exchange, space, access::Act::read), parts.local,
                                              std::nullopt, reason_of(exchange, audit::Action::documents_listed)));
  CARNET_CO_TRY(reader, co_await reader_of(shared, caller_of(exchange), found.grant));
  co_return json_answer(view_of(shared, space, found.opened, reader));
}

Answer give_content(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(parts, parts_in_address(shared, exchange));
  const Door door = door_of(shared, exchange, kernel::SpaceId(parts.space), access::Act::read);
  CARNET_CO_TRY(found, co_await open_document(shared, door, parts.local, Part::content,
                                              reason_of(exchange, audit::Action::document_read)));
  const auto& document = found.opened.document;
  CARNET_CO_CHECK(may_show_bytes(shared, *caller_of(exchange), found.grant, document));
  auto response = http::Response::text(media_type_of(document.media), std::string(kernel::as_text(found.bytes)));
  response.with("Content-Disposition", attachment_named(document.title, extension_of(document.media)))
      .with("Content-Security-Policy", "sandbox; default-src 'none'")
      .with("X-Content-Type-Options", "nosniff")
      .with("Cache-Control", "no-store");
  co_return response;
}

Answer view_document(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(parts, parts_in_address(shared, exchange));
  const kernel::SpaceId space(parts.space);
  CARNET_CO_TRY(found, co_await open_document(shared, door_of(shared, exchange, space, access::Act::read), parts.local,
                                              std::nullopt, reason_of(exchange, audit::Action::document_read)));
  const auto& document = found.opened.document;
  const bool embedded = document.media == Media::cda && document.embedded == media_type_of(Media::pdf);
  const Shown shown = document.media == Media::pdf || embedded ? Shown::pdf
                      : document.media == Media::cda           ? Shown::html
                                                               : Shown::image;
  const auto whole = may_show_bytes(shared, *caller_of(exchange), found.grant, document);
  if (shown != Shown::html || !document.embedded.empty()) CARNET_CO_CHECK(whole);
  const std::string id = shared.tickets.issue({caller_of(exchange), found.grant.person(), space, parts.local, shown,
                                               embedded, std::move(*found.receipt),
                                               shared.clock.now().plus(std::chrono::milliseconds(Tickets::lives_ms))});
  json::object answer{{"kind", shown == Shown::pdf    ? "pdf"
                               : shown == Shown::html ? "html"
                                                      : "image"},
                      {"url", fmt::format("{}/v/{}", shared.settings.documents_origin, id)},
                      {"media_type", shown == Shown::html  ? std::string_view("text/html")
                                     : shown == Shown::pdf ? media_type_of(Media::pdf)
                                                           : media_type_of(document.media)}};
  if (shown != Shown::html) answer["content"] = fmt::format("/api/spaces/{}/views/{}", exchange.parameter("who"), id);
  co_return json_answer(answer, 201);
}

std::vector<http::Route> Record::web_routes() {
  using http::Method;
  constexpr std::size_t small = 16u << 10, chunk = (1u << 20) + 1024;
  Shared* shared = shared_.get();
  using Tell = Answer (*)(Shared&, http::Exchange&);
  const auto route = [shared](Method method, std::string_view path, Tell tell, std::size_t max_body = small,
                              std::string limit = {}) {
    return http::Route{method,
                       fmt::format("/api/spaces/{{who}}{}", path),
                       [shared, tell](http::Exchange& e) { return tell(*shared, e); },
                       http::Access::signed_in,
                       max_body,
                       std::move(limit)};
  };
  return {
      route(Method::get, "/documents", list_documents),
      route(Method::get, "/documents/{id}", tell_document),
      route(Method::post, "/documents/{id}/view", view_document),
      route(Method::get, "/documents/{id}/content", give_content),
      route(Method::post, "/documents/{id}/contest", contest_document),
      route(Method::post, "/documents/{id}/visibility", hide_document),
      route(Method::get, "/views/{ticket}", show_ticket_here),
      route(Method::post, "/uploads", begin_upload, small, "upload"),
      route(Method::put, "/uploads/{upload}", put_upload, chunk, "upload"),
      route(Method::get, "/uploads/{upload}", tell_upload),
      route(Method::post, "/uploads/{upload}/document", add_uploaded),
      route(Method::get, "/export", export_space),
  };
}

std::vector<http::Route> Record::document_routes() {
  return {{http::Method::get, "/v/{ticket}",
           [shared = shared_.get()](http::Exchange& e) { return show_ticket(*shared, e); }, http::Access::anonymous}};
}

}  // namespace carnet::record
