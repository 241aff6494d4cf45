// The edge of /fhir/R4: from a request of HTTP to what was asked, and which verb does it.
#include "record/fhir.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "record/fhir_aim.hpp"
#include "record/rules.hpp"

namespace carnet::record {

using fhir::Verb;
using kernel::ErrorKind;
using kernel::Result;

namespace {

struct CodeStatus {
  std::string_view code;
  int status;
};
// What the kinds of errors cannot tell apart.
constexpr std::array own_statuses{
    CodeStatus{"fhir.json", 400},           CodeStatus{"fhir.search", 400},
    CodeStatus{"fhir.identity_in_address", 400}, CodeStatus{"fhir.patch", 400},
    CodeStatus{"fhir.request", 400},        CodeStatus{"access.search", 400},
    CodeStatus{"fhir.not_acceptable", 406}, CodeStatus{"fhir.media_type", 415},
    CodeStatus{"fhir.not_done", 405},
};

constexpr std::string_view path_prefix = "/fhir/R4";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

Verb verb_of(http::Method method) {
  switch (method) {
    case http::Method::post:
      return Verb::post;
    case http::Method::put:
      return Verb::put;
    case http::Method::patch:
      return Verb::patch;
    case http::Method::del:
      return Verb::del;
    case http::Method::head:
      return Verb::head;
    default:
      return Verb::get;
  }
}

std::unexpected<kernel::Error> json_only() {
  return kernel::invalid("fhir.not_acceptable",
                         {{"not-supported", "", "only application/fhir+json of FHIR 4.0 is spoken here: XML is not"}});
}

// What they read, and what they send. A Binary is given as its own bytes too.
kernel::Status check_forms(const http::Request& request, const fhir::Pairs& pairs, bool gives_any_type) {
  for (const auto& [name, value] : pairs)
    if (name == "_format") return fhir::is_json_format(value) ? kernel::Status{} : json_only();
  if (gives_any_type) return {};
  return fhir::accepts_json_form(request.header("accept")) ? kernel::Status{} : json_only();
}

bool is_form(std::string_view content_type) { return content_type.starts_with(form_type); }

kernel::Status check_body(const http::Request& request, Verb verb) {
  const auto type = request.header("content-type"), coding = request.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    return kernel::invalid("fhir.media_type", {{"not-supported", "", "a body comes as it is: no Content-Encoding is undone here"}});
  const bool fits = verb == Verb::patch ? fhir::is_patch_type(type) : fhir::is_json_type(type) || is_form(type);
  if (request.body.empty() || fits) return {};
  return kernel::invalid("fhir.media_type", {{"not-supported", "",
                                              verb == Verb::patch ? "the Content-Type is application/json-patch+json"
                                                                  : "the Content-Type is application/fhir+json, in UTF-8"}});
}

Result<fhir::RelativeUrl> url_of(const http::Request& request) {
  std::string_view path = request.path;
  path.remove_prefix(std::min(path_prefix.size(), path.size()));
  if (path.ends_with('/')) path.remove_suffix(1);
  constexpr std::string_view search = "/_search";  // of a compartment: Patient/{id}/Observation/_search
  const bool in_compartment = path.ends_with(search) && std::ranges::count(path, '/') == 4;
  if (in_compartment) path.remove_suffix(search.size());
  auto url = fhir::parse_relative_url(path, {});
  if (!url) return not_found();
  return std::move(*url);
}

Result<Asked> asked_of(http::Exchange& exchange) {
  const auto& request = exchange.request;
  Asked asked;
  asked.verb = verb_of(request.method);
  asked.pairs = request.query_pairs();
  CARNET_TRY(url, url_of(request));
  const bool in_compartment = !url.operation.empty() && url.operation.front() >= 'A' && url.operation.front() <= 'Z';
  for (const auto& [name, value] : asked.pairs)
    if (holds_identity(in_compartment ? url.operation : url.type, name, value))
      return kernel::invalid("fhir.identity_in_address",
                             {{"not-supported", name, "an INS never stands in an address: POST it to _search"}});
  asked.url = std::move(url);
  asked.url.query = request.query;
  asked.url.has_query = !request.query.empty();
  CARNET_CHECK(check_forms(request, asked.pairs, asked.url.type == "Binary"));
  CARNET_CHECK(check_body(request, asked.verb));
  if (exchange.principal) asked.caller = caller_of(exchange);
  asked.content_type = request.header("content-type");
  asked.body = request.body_text();
  if (asked.verb == Verb::post && is_form(asked.content_type)) {
    auto form = request.form_pairs();
    CARNET_CHECK(check_forms(request, form, asked.url.type == "Binary"));
    for (auto& pair : form) asked.pairs.push_back(std::move(pair));
    asked.may_hold_identity = true;
    asked.body = {};
  }
  asked.if_match = request.header("if-match");
  asked.if_none_match = request.header("if-none-match");
  asked.if_modified_since = request.header("if-modified-since");
  asked.if_none_exist = request.header("if-none-exist");
  asked.idempotency_key = request.header("idempotency-key");
  asked.prefer = fhir::read_prefer(request.header("prefer"));
  asked.request_id = request.request_id;
  return asked;
}

bool wants_pretty(const fhir::Pairs& pairs) {
  return std::ranges::any_of(pairs, [](const auto& pair) { return pair.first == "_pretty" && pair.second == "true"; });
}

// What its address does take, for the header Allow; empty when that is nothing.
std::string allowed_at(const Shared& shared, const fhir::RelativeUrl& url) {
  const auto has = [&](Does what) { return does(shared, url.type, what); };
  std::vector<std::string_view> methods;
  const auto add = [&](bool taken, std::initializer_list<std::string_view> names) {
    if (taken) methods.insert(methods.end(), names);
  };
  if (url.operation == "_history") {
    const Does what = url.id.empty() ? Does::history_type : url.version.empty() ? Does::history : Does::vread;
    add(has(what), {"GET", "HEAD"});
    add(url.id.empty() && has(what), {"POST"});
  } else if (url.operation == "$validate") {
    add(has(Does::validate), {"POST"});
  } else if (url.operation == "$everything") {
    add(has(Does::everything), {"GET", "HEAD", "POST"});
  } else if (url.operation == "_search") {
    add(has(Does::search), {"POST"});
  } else if (url.operation.empty() && url.id.empty()) {
    add(has(Does::search), {"GET", "HEAD"});
    add(has(Does::create), {"POST"});
    add(has(Does::conditional_write), {"PUT"});
    add(has(Does::conditional_change), {"PATCH", "DELETE"});
  } else if (url.operation.empty()) {
    add(has(Does::read), {"GET", "HEAD"});
    add(has(Does::update), {"PUT"});
    add(has(Does::patch), {"PATCH"});
    add(has(Does::remove), {"DELETE"});
  }
  return fmt::format("{}", fmt::join(methods, ", "));
}

// A method that this address does not take: 405 says which it takes; where none is, there is nothing at this address.
http::Response refused_method(const Shared& shared, const Asked& asked, kernel::Error error) {
  const std::string allow = allowed_at(shared, asked.url);
  if (allow.empty()) error.kind = ErrorKind::not_found;
  auto response = Record::render_operation_outcome(error, asked.request_id);
  if (!allow.empty()) response.with("Allow", allow);
  return response;
}

Answer answer(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(asked, asked_of(exchange));
  const bool reads = asked.verb == Verb::get || asked.verb == Verb::head;
  const bool is_content = asked.url.type == "Binary" && reads && !asked.url.id.empty() && asked.url.operation.empty();
  auto response = is_content ? co_await read_content(shared, asked, exchange.request.header("accept"))
                             : co_await perform(shared, asked);
  if (!response && response.error().code == "fhir.not_done")
    co_return refused_method(shared, asked, std::move(response).error());
  if (response && wants_pretty(asked.pairs) && !is_content && !response->body.empty())
    response->body = fhir::pretty(response->body);
  co_return response;
}

Answer perform_get(Shared& shared, const Asked& asked) {
  const auto& [type, id, version, operation, query, has_query] = asked.url;
  if (operation == "_history") {
    const Does what = id.empty() ? Does::history_type : version.empty() ? Does::history : Does::vread;
    if (!type.empty() && !does(shared, type, what)) co_return not_done("this type has no such history");
    co_return version.empty() ? co_await tell_history(shared, asked) : co_await read_one(shared, asked);
  }
  if (operation == "metadata") co_return co_await tell_capability(shared);
  if (operation == "$everything" && !id.empty() && does(shared, type, Does::everything))
    co_return co_await tell_everything(shared, asked);
  if (!id.empty() && !operation.empty() && operation.front() != '$') {  // in the compartment of a Patient
    if (type != "Patient" || !does(shared, operation, Does::search)) co_return not_found();
    co_return co_await search_type(shared, asked);
  }
  if (type.empty() || !operation.empty()) co_return not_found();
  if (!does(shared, type, id.empty() ? Does::search : Does::read)) co_return not_done("this type is not kept here");
  if (type == "Binary") co_return co_await read_content(shared, asked, fhir::json_media_type);
  const bool person = type == "Patient" || type == "Practitioner" || type == "Organization";
  if (person) co_return id.empty() ? co_await search_people(shared, asked) : co_await read_person(shared, asked);
  co_return id.empty() ? co_await search_type(shared, asked) : co_await read_one(shared, asked);
}

Answer perform_post(Shared& shared, const Asked& asked) {
  const auto& [type, id, version, operation, query, has_query] = asked.url;
  if (type.empty() && operation.empty()) co_return co_await take_bundle(shared, asked);
  if (operation == "$validate" && does(shared, type, Does::validate)) co_return co_await validate_one(shared, asked);
  const bool asks = operation == "_search" || operation == "_history" || operation == "$everything" || !id.empty();
  if (asks) {
    Asked same = asked;
    same.verb = Verb::get;
    if (operation == "_search") same.url.operation.clear();
    co_return co_await perform_get(shared, same);
  }
  if (type.empty() || !operation.empty()) co_return not_found();
  if (!does(shared, type, Does::create)) co_return not_done("this type is not created here");
  if (type == "DocumentReference") co_return co_await publish_document(shared, asked);
  co_return co_await create_one(shared, asked);
}

http::Route route_to(Shared* shared, http::Method method, std::string_view path, std::size_t max_body) {
  const bool open = path == "/metadata" || path == "/metadata/";
  return http::Route{method,
                     std::string(path_prefix) + std::string(path),
                     [shared](http::Exchange& exchange) { return answer(*shared, exchange); },
                     open ? http::Access::anonymous : http::Access::signed_in,
                     max_body,
                     "software",
                     false};
}

}  // namespace

Answer perform(Shared& shared, const Asked& asked) {
  const auto& url = asked.url;
  if (!url.type.empty() && !keeps(shared, url.type))
    co_return std::unexpected(kernel::Error{ErrorKind::not_found, "fhir.type", {},
                                            {{"not-supported", "", "resources of this type are not kept here"}}});
  const auto changes = [&](Does what) { return url.operation.empty() && does(shared, url.type, what); };
  switch (asked.verb) {
    case Verb::get:
    case Verb::head:
      co_return co_await perform_get(shared, asked);
    case Verb::post:
      co_return co_await perform_post(shared, asked);
    case Verb::put:
      if (!changes(Does::update) || (url.id.empty() && !changes(Does::conditional_write)))
        co_return not_done("this type is not updated here");
      if (url.type == "DocumentReference") co_return co_await revise_document(shared, asked);
      co_return co_await update_one(shared, asked);
    case Verb::patch:
      if (!changes(url.id.empty() ? Does::conditional_change : Does::patch)) co_return not_done("this type is not patched here");
      if (url.id.empty()) co_return co_await change_by_condition(shared, asked);
      if (url.type == "DocumentReference") co_return co_await revise_document(shared, asked);
      co_return co_await patch_one(shared, asked);
    case Verb::del:
      if (!changes(url.id.empty() ? Does::conditional_change : Does::remove)) co_return not_done("this type is not deleted here");
      if (url.id.empty()) co_return co_await change_by_condition(shared, asked);
      if (url.type == "DocumentReference") co_return co_await revise_document(shared, asked);
      co_return co_await delete_one(shared, asked);
  }
  co_return not_found();
}

std::unexpected<kernel::Error> not_done(std::string_view says) {
  return kernel::invalid("fhir.not_done", {{"not-supported", "", std::string(says)}});
}

std::unexpected<kernel::Error> bad_request(std::string_view code, std::string_view path, std::string_view says) {
  return kernel::invalid("fhir.search", {{std::string(code), std::string(path), std::string(says)}});
}

Result<crypto::IdPermutation::Parts> parts_of(const Shared& shared, std::string_view id) {
  const auto parts = shared.ids.open(id);
  if (!parts || parts->space <= 0 || parts->local <= 0) return not_found();
  return *parts;
}

namespace {

bool is_of_documents(std::string_view type) {
  return type == "DocumentReference" || type == "Binary" || type == "List" || type == "Patient" ||
         type == "Practitioner" || type == "Organization";
}

kernel::Status need_scope(const identity::Caller& caller, std::string_view scope, std::string_view narrower) {
  if (has_scope(caller, scope) || (!narrower.empty() && has_scope(caller, narrower))) return {};
  return kernel::refuse(ErrorKind::forbidden, "record.scope", fmt::format("the token does not have the scope {}", scope));
}

}  // namespace

kernel::Status may_read(const identity::Caller& caller, std::string_view type) {
  return need_scope(caller, "record.read", is_of_documents(type) ? "documents.read" : "");
}
bool reads_whole_record(const identity::Caller& caller) { return has_scope(caller, "record.read"); }
kernel::Status may_write(const identity::Caller& caller, std::string_view type) {
  return need_scope(caller, "record.write", type == "DocumentReference" ? "documents.deposit" : "");
}

http::Response fhir_response(std::string body, int status) {
  return http::Response::text("application/fhir+json; charset=utf-8", std::move(body), status)
      .with("Cache-Control", "no-store");
}

http::Response versioned_response(std::string body, std::int64_t version, kernel::Instant updated, int status) {
  auto response = body.empty() ? http::Response::empty(status) : fhir_response(std::move(body), status);
  response.with("ETag", fhir::etag_of(version)).with("Last-Modified", fhir::to_http_date(updated));
  return response;
}

http::Response not_modified(std::int64_t version, kernel::Instant updated) {
  constexpr int status = 304;
  return versioned_response({}, version, updated, status);
}

void say_may_be_masked(fhir::BundleWriter& out, const identity::Caller& caller) {
  if (caller.kind == identity::Caller::Kind::software)
    out.tag("may-be-masked", "Des informations peuvent être masquées");
}

void warn_of_awaited(http::Response& response, const access::ItemFacts& facts, kernel::Instant now) {
  if (awaits_announcement(facts, now))
    response.with("Warning", "199 - \"INVISIBLE_PATIENT: the patient cannot see this until the announcement visit\"");
}

std::string full_url(const Shared& shared, std::string_view type, std::string_view id) {
  std::string url;
  url.reserve(shared.settings.base_url.size() + type.size() + id.size() + 2);
  return url.append(shared.settings.base_url).append("/").append(type).append("/").append(id);
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

std::vector<http::Route> Record::fhir_routes() {
  using enum http::Method;
  constexpr std::size_t max_bundle = 40u << 20, max_document = 36u << 20, max_resource = 2u << 20, max_form = 64u << 10;
  struct Line {
    http::Method method;
    std::string_view path;
    std::size_t max_body;
  };
  // The more literal first.
  constexpr Line lines[] = {
      {get, "/metadata", max_form},
      {get, "/_history", max_form},
      {post, "/_history", max_form},
      {post, "", max_bundle},
      {get, "/DocumentReference", max_form},  // a literal hides {type} whole: each method of it stands here
      {put, "/DocumentReference", max_resource},
      {post, "/DocumentReference", max_document},
      {patch, "/DocumentReference", max_resource},
      {del, "/DocumentReference", max_form},
      {get, "/{type}/_history", max_form},
      {post, "/{type}/_history", max_form},
      {post, "/{type}/_search", max_form},
      {post, "/{type}/$validate", max_resource},
      {get, "/{type}/{id}/_history/{version}", max_form},
      {get, "/{type}/{id}/_history", max_form},
      {get, "/{type}/{id}/$everything", max_form},
      {post, "/{type}/{id}/$everything", max_form},
      {post, "/{type}/{id}/$validate", max_resource},
      {post, "/{type}/{id}/{of}/_search", max_form},
      {get, "/{type}/{id}/{of}", max_form},
      {get, "/{type}/{id}", max_form},
      {put, "/{type}/{id}", max_resource},
      {patch, "/{type}/{id}", max_resource},
      {del, "/{type}/{id}", max_form},
      {get, "/{type}", max_form},
      {post, "/{type}", max_resource},
      {put, "/{type}", max_resource},
      {patch, "/{type}", max_resource},
      {del, "/{type}", max_form},
  };
  std::vector<http::Route> routes;
  for (const auto& [method, path, max_body] : lines) {
    routes.push_back(route_to(shared_.get(), method, path, max_body));
    // Clients that join a base with "/" write it at the end too.
    routes.push_back(route_to(shared_.get(), method, std::string(path) + "/", max_body));
  }
  routes.push_back({get, std::string(path_prefix) + "/.well-known/smart-configuration",
                    [shared = shared_.get()](http::Exchange&) { return tell_smart_configuration(*shared); },
                    http::Access::anonymous, max_form});
  return routes;
}

}  // namespace carnet::record
