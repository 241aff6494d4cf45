#include "record/fhir_incoming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record/fhir_space.hpp"
#include "standards/fhir/document_reference.hpp"
#include "standards/fhir/search_query.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Issue;
using kernel::Result;

namespace {

// Above this, judging leaves the thread that serves connections.
constexpr std::size_t small_text = 64u << 10;

Result<Incoming> judge(const Shared& shared, std::string_view type, std::string_view text) {
  if (text.empty())
    return kernel::invalid("fhir.request", {{"required", std::string(type), "a resource is expected in the body"}});
  CARNET_TRY(json, fhir::Json::parse(text));
  if (const auto said = json.root()["resourceType"]; !said.has_text(type))
    return kernel::invalid("fhir.invalid", {{said ? "invalid" : "required", json.root().path_of("resourceType"),
                                             fmt::format("must be {}", type)}});
  auto issues = faults_of(json);
  if (!issues.empty()) return kernel::invalid("fhir.invalid", std::move(issues));
  CARNET_TRY(aim, aim_of_references(shared, fhir::references_in(json.root())));
  add_numbers(aim, json.root());
  return Incoming{std::string(text), std::move(aim), json.root()["id"].text()};
}

}  // namespace

void add_label_faults(fhir::Value resource, std::vector<Issue>& issues) {
  constexpr auto known = std::to_array<std::string_view>(
      {"MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX", "INVISIBLE_REP_LEGAUX"});
  for (auto label = resource["meta"]["security"].first(); label; label = label.next()) {
    if (fhir::oid_of(label["system"].text()) != fhir::oid::visibility) continue;
    if (std::ranges::find(known, label["code"].text()) == known.end())
      issues.push_back({"code-invalid", label.path_of("code"), "is not a visibility that this service knows"});
  }
}

std::vector<Issue> faults_of(const fhir::Json& resource) {
  auto issues = fhir::validate(resource);
  add_label_faults(resource.root(), issues);
  return issues;
}

io::Task<Result<Incoming>> read_incoming(Shared& shared, std::string_view type, std::string_view text) {
  if (text.size() <= small_text) co_return judge(shared, type, text);
  std::optional<Result<Incoming>> judged;
  const bool ran = co_await io::on_pool(shared.pool, [&] { judged.emplace(judge(shared, type, text)); });
  if (!ran) co_return busy();
  co_return std::move(*judged);
}

Result<std::optional<std::int64_t>> version_asked(std::string_view if_match) {
  if (if_match.empty()) return std::nullopt;
  const auto tags = fhir::read_entity_tags(if_match);
  if (!tags) return kernel::invalid("fhir.request", {{"value", "If-Match", "is no entity tag"}});
  if (tags->any) return std::nullopt;
  if (tags->versions.size() > 1)
    return kernel::invalid("fhir.request", {{"value", "If-Match", "names one version here"}});
  // A tag of another form is that of no version.
  return tags->versions.empty() ? std::int64_t{0} : tags->versions.front();
}

std::optional<Once> once_of(const Asked& asked) {
  if (asked.idempotency_key.empty()) return std::nullopt;
  const auto& url = asked.url;
  const std::string request =
      fmt::format("{} {}/{}/{}?{}\n{}\n{}\n{}", fhir::code_of(asked.verb), url.type, url.id, url.operation, url.query,
                  asked.if_match, asked.if_none_exist, asked.body);
  std::string key(asked.idempotency_key);
  if (!asked.path.empty()) key.append("/").append(asked.path);
  return Once{std::move(key), kernel::to_hex(crypto::sha256(kernel::as_bytes(request)))};
}

io::Task<Result<BatchWritten>> write_one(Shared& shared, const Asked& asked, Door door, WriteOp op,
                                         std::optional<std::int64_t> expected_change) {
  auto batch = std::make_shared<WriteBatch>();
  batch->caller = asked.caller;
  batch->door = std::move(door);
  batch->request_id = asked.request_id;
  op.path = asked.path;
  batch->ops.push_back(std::move(op));
  batch->expected_change = expected_change;
  batch->once = once_of(asked);
  co_return co_await write_batch(shared, std::move(batch));
}

namespace {

http::Response response_for(const Shared& shared, const Asked& asked, std::string_view type, std::string_view id,
                            std::int64_t version, kernel::Instant updated, std::string_view text, int status) {
  using Wish = fhir::Prefer::Answer;
  std::string body;
  const bool in_bundle = !asked.path.empty();
  const auto wish = asked.prefer.answer == Wish::unsaid && in_bundle ? Wish::minimal : asked.prefer.answer;
  if (wish == Wish::outcome)
    body = fhir::outcome_note("information", "informational", "done");
  else if (wish != Wish::minimal)
    body = text;
  auto response = versioned_response(std::move(body), version, updated, status);
  response.with("Location", fmt::format("{}/_history/{}", full_url(shared, type, id), version));
  return response;
}

}  // namespace

http::Response written_response(const Shared& shared, const Asked& asked, const BatchWritten& done) {
  constexpr int created = 201, ok = 200;
  const auto& written = done.written.front();
  return response_for(shared, asked, asked.url.type, shared.id_of(done.space, written.local), written.version,
                      written.updated, written.item ? std::string_view(written.item->text) : std::string_view(),
                      written.outcome == Written::Outcome::created ? created : ok);
}

http::Response existing_response(const Shared& shared, const Asked& asked, const OpenedItem& item) {
  constexpr int ok = 200;
  return response_for(shared, asked, item.type, item.root()["id"].plain_text(), item.version, item.updated, item.text, ok);
}

// Some clients write the question mark before the criteria too.
fhir::Pairs pairs_of(std::string_view query) {
  if (query.starts_with('?')) query.remove_prefix(1);
  http::Request request;
  request.query = query;
  return request.query_pairs();
}

std::unexpected<kernel::Error> several_match(std::string_view path) {
  kernel::Error error{ErrorKind::precondition, "fhir.several_match", "the condition matches several resources", {}};
  if (!path.empty())
    error.issues.push_back({"multiple-matches", std::string(path), "the condition matches several resources"});
  return std::unexpected(std::move(error));
}

Result<std::vector<ItemPtr>> matches_of(const Shared& shared, const PermittedRecord& record, ItemPtr patient,
                                        std::string_view type, fhir::Pairs criteria, bool whole) {
  const auto is_result = [](const auto& pair) {
    return pair.first == "_count" || pair.first == "_sort" || pair.first == "_format" || pair.first == "_pretty";
  };
  std::erase_if(criteria, is_result);
  if (criteria.empty())
    return kernel::invalid("fhir.search", {{"required", std::string(type), "a condition needs a parameter"}});
  CARNET_TRY(query, fhir::read_search(type, criteria, {true, shared.clock.now(), shared.settings.base_url, {}}));
  const RecordSpace space(shared, record, whole ? RecordSpace::Reach::whole : RecordSpace::Reach::documents,
                          std::move(patient));
  std::vector<ItemPtr> found;
  CARNET_TRY(indexes, fhir::search(query, space));
  for (const auto index : indexes)
    if (auto item = record.find(space.item(index).local)) found.push_back(std::move(item));
  return found;
}

io::Task<Result<Conditional>> look_up(Shared& shared, const Asked& asked, Door door, std::string_view type,
                                      std::string_view criteria) {
  CARNET_CO_CHECK(may_read(*asked.caller, type));
  auto pairs = pairs_of(criteria);
  bool has_numbers = false;
  for (const auto& [name, value] : pairs) has_numbers = has_numbers || holds_identity(type, name, value);
  if (has_numbers) {
    CARNET_CO_TRY(aim, co_await aim_of(shared, type, pairs));  // numbers become references
    (void)aim;
  }
  CARNET_CO_TRY(opened, co_await open_record(shared, std::move(door),
                                             {audit::Action::record_searched, keyring::Purpose::read_record,
                                              asked.request_id}));
  CARNET_CO_TRY(matches, matches_of(shared, opened.record, nullptr, type, std::move(pairs),
                                    reads_whole_record(*asked.caller)));
  co_return Conditional{opened.record.change(), std::move(matches)};
}

}  // namespace carnet::record
