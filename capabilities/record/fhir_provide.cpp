// ITI-65: from the bytes of a transaction to its answer.
#include <fmt/format.h>

#include "record/deposit.hpp"
#include "record/fhir.hpp"

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

Result<Provided> read_body(std::string_view body, std::int64_t max_bytes) {
  CARNET_TRY(json, fhir::Json::parse(body));
  CARNET_TRY(bundle, fhir::read_provide_bundle(json));
  CARNET_TRY(media, check_content(bundle, max_bytes, crypto::sha1));
  return Provided{std::move(bundle), std::move(media)};
}

io::Task<Result<Provided>> read_body_where_it_fits(Shared& shared, std::string_view body, std::int64_t max_bytes) {
  if (body.size() <= small_body) co_return read_body(body, max_bytes);
  std::optional<Result<Provided>> read;
  const bool ran = co_await io::on_pool(shared.pool, [&] { read.emplace(read_body(body, max_bytes)); });
  if (!ran) co_return busy();
  co_return std::move(*read);
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

kernel::Status check_request(const http::Request& request, const identity::Caller& caller) {
  CARNET_CHECK(accepts_json(request));
  if (request.header("content-type").find("json") == std::string_view::npos)
    return kernel::refuse(ErrorKind::invalid, "fhir.media_type", "application/fhir+json is expected");
  if (has_scope(caller, "documents.deposit")) return {};
  return kernel::refuse(ErrorKind::forbidden, "record.scope", "the token does not have the scope documents.deposit");
}

http::Response answer_of(const Shared& shared, const std::vector<fhir::ProvidedEntry>& entries, const Filed& filed) {
  using Type = fhir::ProvidedEntry::Type;
  const std::string at = kernel::to_rfc3339(filed.at);
  std::vector<fhir::ProvidedAnswer> answers;
  for (const auto& entry : entries) {
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

Answer provide_documents(Shared& shared, http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  CARNET_CO_CHECK(check_request(exchange.request, *caller));
  CARNET_CO_TRY(provided, co_await read_body_where_it_fits(shared, exchange.request.body_text(),
                                                           shared.parameter("record.document_max_bytes")));
  CARNET_CO_TRY(headers, co_await read_headers(shared, provided));
  CARNET_CO_TRY(prepared, prepare(provided.bundle, provided.media, headers, shared.types));
  std::function<Result<Whom>(store::Snapshot&)> look = [&shared, &prepared](store::Snapshot& at) {
    return resolve(shared, at, prepared);
  };
  CARNET_CO_TRY(whom, co_await shared.store.read<Whom>(look));
  auto drafts = std::make_shared<std::vector<Draft>>(std::move(prepared.drafts));
  CARNET_CO_TRY(filed,
                co_await file(shared, {caller, whom, access::Act::deposit, exchange.request.request_id}, drafts));
  co_return answer_of(shared, prepared.entries, filed);
}

}  // namespace carnet::record
