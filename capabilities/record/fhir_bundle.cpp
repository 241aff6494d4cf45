// POST of a Bundle to the base: a batch, whose entries stand alone; a transaction; and the transaction of ITI-65.
#include "record/fhir_bundle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record/rules.hpp"

namespace carnet::record {

using fhir::BundleEntry;
using fhir::Verb;
using kernel::Result;

namespace {

constexpr std::size_t small_bundle = 256u << 10;

struct Reason {
  int status;
  std::string_view phrase;
};
constexpr auto phrases = std::to_array<Reason>({{200, "OK"},
                                                {201, "Created"},
                                                {204, "No Content"},
                                                {304, "Not Modified"},
                                                {400, "Bad Request"},
                                                {401, "Unauthorized"},
                                                {403, "Forbidden"},
                                                {404, "Not Found"},
                                                {405, "Method Not Allowed"},
                                                {406, "Not Acceptable"},
                                                {409, "Conflict"},
                                                {410, "Gone"},
                                                {412, "Precondition Failed"},
                                                {413, "Content Too Large"},
                                                {415, "Unsupported Media Type"},
                                                {422, "Unprocessable Content"},
                                                {500, "Internal Server Error"},
                                                {503, "Service Unavailable"}});

std::string status_line(int status) {
  const auto known = std::ranges::find(phrases, status, &Reason::status);
  return known == phrases.end() ? std::to_string(status) : fmt::format("{} {}", status, known->phrase);
}

std::string_view header_of(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

// Of ITI-65: documents and their submission set, and nothing else. What it lacks is said by its own reader.
bool provides_documents(const fhir::BundleRequest& request) {
  bool has_set = false;
  for (const auto& entry : request.entries) {
    const auto& type = entry.url.type;
    if (type == "Patient" && (entry.verb == Verb::post || entry.verb == Verb::put)) continue;
    if (entry.verb == Verb::patch && entry.resource["resourceType"].has_text("Parameters")) continue;  // of what is replaced
    if (entry.verb != Verb::post || (type != "List" && type != "DocumentReference" && type != "Binary")) return false;
    for (auto coding = entry.resource["code"]["coding"].first(); coding; coding = coding.next())
      has_set = has_set || (type == "List" && coding["code"].has_text("submissionset"));
  }
  return has_set;
}

// Every entry that changes what an id names: to say which of them led nowhere would tell what is hidden from what is not
// there.
std::string paths_by_id(const fhir::BundleRequest& request) {
  std::string paths;
  for (const auto& entry : request.entries) {
    const bool reads = entry.verb == Verb::get || entry.verb == Verb::head || !entry.url.operation.empty();
    if (!reads && !entry.url.id.empty()) paths.append(paths.empty() ? "" : " | ").append(entry.path);
  }
  return paths;
}

Answer take_batch(Shared& shared, const Asked& asked, const fhir::BundleRequest& request) {
  fhir::BundleWriter out("batch-response", request.entries.size() * 512);
  for (const auto& entry : request.entries) {
    if (!entry.issues.empty()) {
      add_answer(out, kernel::invalid("fhir.request", entry.issues), asked.request_id);
      continue;
    }
    Asked one = asked_of_entry(asked, entry, entry.resource.raw());
    std::string patch;
    if (entry.verb == Verb::patch) {
      auto text = patch_of(entry);
      if (!text) {
        add_answer(out, std::unexpected(std::move(text).error()), asked.request_id);
        continue;
      }
      one.body = patch = std::move(*text);
    }
    if (out.size() < most_answer_bytes) {
      add_answer(out, co_await perform(shared, one), asked.request_id);
    } else if (is_read(entry)) {
      add_answer(out, answer_is_full(entry.path), asked.request_id);
    } else {
      one.prefer.answer = fhir::Prefer::Answer::minimal;
      add_answer(out, co_await perform(shared, one), asked.request_id);
    }
  }
  co_return fhir_response(out.take());
}

Answer take_parsed(Shared& shared, const Asked& asked, const fhir::Json& json) {
  auto request = fhir::read_bundle_request(json, shared.settings.base_url);
  const bool transaction = json.root()["type"].has_text("transaction");
  if (request && request->transaction && provides_documents(*request))
    co_return co_await provide_documents(shared, asked, json);
  if (!request) {
    // A deposit that cannot be read is told so by the reader of deposits.
    bool has_list = false;
    for (auto entry = json.root()["entry"].first(); entry; entry = entry.next())
      has_list = has_list || entry["resource"]["resourceType"].has_text("List");
    if (transaction && has_list)
      if (auto read = fhir::read_provide_bundle(json); !read) co_return std::unexpected(std::move(read).error());
    co_return std::unexpected(std::move(request).error());
  }
  for (auto& entry : request->entries) {
    if (!entry.issues.empty() || !entry.url.type.empty() || !entry.url.operation.empty()) continue;
    entry.issues.push_back({"not-supported", entry.path + ".request.url", "a Bundle holds no other Bundle"});
    if (request->transaction) co_return kernel::invalid("fhir.bundle", std::move(entry.issues));
  }
  if (request->transaction) {
    const std::string paths = paths_by_id(*request);
    auto done = co_await take_transaction(shared, asked, json, std::move(*request));
    if (!done && done.error().kind == kernel::ErrorKind::not_found && done.error().issues.empty() && !paths.empty())
      done.error().issues.push_back({"not-found", paths, "one of these leads to nothing"});
    co_return done;
  }
  co_return co_await take_batch(shared, asked, *request);
}

}  // namespace

Result<std::string> patch_of(const BundleEntry& entry) {
  const fhir::Value resource = entry.resource;
  if (!resource["resourceType"].has_text("Binary") || !fhir::is_patch_type(resource["contentType"].text()))
    return kernel::invalid("fhir.media_type", {{"not-supported", entry.path + ".resource",
                                                "a patch comes as a Binary of application/json-patch+json"}});
  auto bytes = fhir::decode_base64(resource["data"].text());
  if (!bytes)
    return kernel::invalid("fhir.patch", {{"value", entry.path + ".resource.data", "is a JSON Patch in base64"}});
  return std::string(kernel::as_text(*bytes));
}

bool is_read(const BundleEntry& entry) {
  return entry.verb == Verb::get || entry.verb == Verb::head || !entry.url.operation.empty();
}

std::unexpected<kernel::Error> answer_is_full(const std::string& path) {
  return std::unexpected(kernel::Error{kernel::ErrorKind::too_large, "fhir.answer_full", {},
                                       {{"too-costly", path, "what stands before fills the answer: ask for this by itself"}}});
}

std::string condition_of_patient(const BundleEntry& entry) {
  if (entry.verb == Verb::post && !entry.if_none_exist.empty()) return "Patient?" + entry.if_none_exist;
  if (entry.verb == Verb::put && entry.url.id.empty() && entry.url.has_query) return "Patient?" + entry.url.query;
  if (entry.verb != Verb::post) return {};
  for (auto one = entry.resource["identifier"].first(); one; one = one.next())
    if (is_ins(fhir::oid_of(one["system"].text())))
      return fmt::format("Patient?identifier={}", http::percent_encode(one["system"].text() + "|" + one["value"].text()));
  return {};
}

std::string_view advice_for(std::string_view type) {
  if (type == "Patient") return "the register is not written here: name the person by an INS, in identifier or ifNoneExist";
  if (type == "Practitioner" || type == "Organization")
    return "the directory is not written here: refer to Practitioner?identifier=<RPPS> or Organization?identifier=<FINESS>";
  return "this verb is not done for this type in a transaction";
}

Asked asked_of_entry(const Asked& bundle, const BundleEntry& entry, std::string_view body) {
  Asked one;
  one.caller = bundle.caller;
  one.verb = entry.verb;
  one.url = entry.url;
  one.pairs = pairs_of(entry.url.query);
  one.body = body;
  one.content_type = entry.verb == Verb::patch ? "application/json-patch+json" : "application/fhir+json";
  one.if_match = entry.if_match;
  one.if_none_match = entry.if_none_match;
  one.if_modified_since = entry.if_modified_since;
  one.if_none_exist = entry.if_none_exist;
  one.idempotency_key = bundle.idempotency_key;
  one.prefer = bundle.prefer;
  one.request_id = bundle.request_id;
  one.path = entry.path;
  return one;
}

void add_answer(fhir::BundleWriter& out, const Result<http::Response>& answer, const std::string& request_id) {
  const http::Response response = answer ? *answer : Record::render_operation_outcome(answer.error(), request_id);
  const std::string status = status_line(response.status);
  const auto modified = fhir::parse_http_date(header_of(response, "Last-Modified"));
  const std::string instant = modified ? kernel::to_rfc3339(*modified) : std::string();
  const fhir::BundleWriter::Done done{status, header_of(response, "Location"), header_of(response, "ETag"), instant};
  if (answer)
    out.answer(response.body, done, {});
  else
    out.answer({}, done, response.body);
}

Answer take_bundle(Shared& shared, const Asked& asked) {
  if (asked.body.size() <= small_bundle) {
    CARNET_CO_TRY(json, fhir::Json::parse(asked.body));
    co_return co_await take_parsed(shared, asked, json);
  }
  std::optional<Result<fhir::Json>> parsed;
  const bool ran = co_await io::on_pool(shared.pool, [&] { parsed.emplace(fhir::Json::parse(asked.body)); });
  if (!ran) co_return busy();
  CARNET_CO_TRY(json, std::move(*parsed));
  co_return co_await take_parsed(shared, asked, json);
}

}  // namespace carnet::record
