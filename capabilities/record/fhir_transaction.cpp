// A transaction: everything it asks is judged, its entries learn each other's ids, and one write does it, or nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "record/fhir_bundle.hpp"
#include "record/fhir_provide.hpp"
#include "record/rules.hpp"
#include "standards/fhir/json_patch.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::record {

using fhir::BundleEntry;
using fhir::ReferenceFound;
using fhir::Verb;
using kernel::ErrorKind;
using kernel::Issue;
using kernel::Result;
using kernel::SpaceId;
using kernel::Status;

namespace {

constexpr std::size_t small_bundle = 64u << 10;
constexpr int most_tries = 5;  // when the record changes under a condition

// What an entry became.
struct Step {
  const BundleEntry* entry = nullptr;
  Asked asked;
  std::vector<ReferenceFound> references;
  std::string text;                        // patched; else the entry's resource
  std::optional<std::size_t> op;           // its place in the batch
  std::optional<std::int64_t> local;       // its own, or that of what it changes
  std::optional<std::int64_t> version;     // If-Match, or that which was looked at
  bool creates = false;
  ItemPtr existing;                        // a conditional create that found one
  std::string address;                     // "Type/id" that references to it become
  std::optional<std::size_t> document;     // filed as a document
};

// UUIDs are the same in either case.
std::string comparable(std::string_view address) {
  std::string out(address);
  if (out.starts_with("urn:uuid:"))
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

class Transaction {
 public:
  Transaction(Shared& shared, const Asked& asked, const fhir::Json& json, fhir::BundleRequest request)
      : shared_(shared), asked_(asked), json_(json), request_(std::move(request)) {}

  Answer run() {
    CARNET_CO_CHECK(make_steps());
    CARNET_CO_CHECK(co_await validate_all());
    CARNET_CO_CHECK(co_await find_people());
    CARNET_CO_CHECK(aim_all());
    CARNET_CO_CHECK(co_await take_documents());
    for (int tries = 1;; ++tries) {
      auto written = co_await write();
      if (written) co_return co_await answer(*written);
      const bool again = written.error().code == "record.changed" && tries < most_tries;
      if (!again) co_return std::unexpected(std::move(written).error());
    }
  }

 private:
  std::unexpected<kernel::Error> refused() { return kernel::invalid("fhir.transaction", std::move(issues_)); }
  void issue(const BundleEntry& entry, std::string_view member, std::string_view code, std::string says) {
    issues_.push_back({std::string(code), fmt::format("{}.{}", entry.path, member), std::move(says)});
  }

  // ---- what each entry asks
  Status make_steps() {
    steps_.resize(request_.entries.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const auto& entry = request_.entries[i];
      Step& step = steps_[i];
      step.entry = &entry;
      step.asked = asked_of_entry(asked_, entry, entry.resource.raw());
      if (!is_read(entry)) CARNET_CHECK(check_verb(step));
      if (entry.resource && entry.verb != Verb::patch) step.references = fhir::references_in(entry.resource);
    }
    if (!issues_.empty()) return refused();
    return {};
  }

  static bool is_person(const Step& step) {
    return step.entry->url.type == "Patient" && (step.entry->verb == Verb::post || step.entry->verb == Verb::put);
  }
  Status check_verb(Step& step) {
    const auto& [type, id, version, operation, query, has_query] = step.entry->url;
    const auto allowed = [&](Does what) { return does(shared_, type, what); };
    const bool of_patient = type == "Patient" && !condition_of_patient(*step.entry).empty();
    const bool of_document = step.entry->verb == Verb::post && (type == "Binary" || type == "DocumentReference");
    bool done = of_patient || of_document;
    switch (step.entry->verb) {
      case Verb::post:
        done = done || (allowed(Does::create) && type != "DocumentReference");
        break;
      case Verb::put:
        done = of_patient || (allowed(Does::update) && (id.empty() ? has_query && allowed(Does::conditional_write) : true));
        break;
      case Verb::patch:
        done = allowed(Does::patch) && !id.empty();
        break;
      case Verb::del:
        done = allowed(Does::remove) && !id.empty();
        break;
      default:
        break;
    }
    if (done && type == "DocumentReference" && !of_document) done = false;  // revised by a request of its own
    if (!done) {
      issue(*step.entry, "request", "not-supported", std::string(advice_for(type)));
      return {};
    }
    CARNET_CHECK(may_write(*asked_.caller, of_document ? "DocumentReference" : type));
    CARNET_TRY(wanted, version_asked(step.entry->if_match));
    step.version = wanted;
    if (id.empty() || step.entry->verb == Verb::post) return {};
    CARNET_TRY(found, parts_of(shared_, id));  // the same words as for what the caller may not know of
    const auto* parts = &found;
    step.local = parts->local;
    step.address = type + "/" + id;
    changed_.emplace_back(SpaceId(parts->space), step.entry->path + ".request.url");
    if (step.entry->verb == Verb::put && !step.entry->resource["id"].has_text(id))
      issue(*step.entry, "resource.id", "value", "must be that of the address");
    return {};
  }

  io::Task<Status> validate_all() {
    std::vector<Issue> found;
    if (asked_.body.size() <= small_bundle) {
      found = fhir::validate(json_);
    } else {
      const bool ran = co_await io::on_pool(shared_.pool, [&] { found = fhir::validate(json_); });
      if (!ran) co_return busy();
    }
    for (const auto& step : steps_)
      if (step.entry->resource && step.entry->verb != Verb::patch) add_label_faults(step.entry->resource, found);
    if (!found.empty()) co_return kernel::invalid("fhir.invalid", std::move(found));
    co_return Status{};
  }

  // ---- whom it is about
  // "Patient?identifier=...", "Practitioner?identifier=...": of the register and of the directory.
  io::Task<Status> find_people() {
    std::set<std::string> conditions;
    for (const auto& step : steps_) {
      for (const auto& reference : step.references)
        if (const auto type = people_type(reference); !type.empty()) conditions.insert(reference.text);
      if (is_person(step)) conditions.insert(condition_of_patient(*step.entry));
    }
    for (const auto& condition : conditions) {
      auto found = co_await find_one(condition);
      if (!found && found.error().kind == ErrorKind::fault) co_return std::unexpected(std::move(found).error());
      if (found && found->has_value()) resolved_[condition] = **found;
    }
    for (auto& step : steps_) {
      for (const auto& reference : step.references)
        if (!people_type(reference).empty() && !resolved_.contains(reference.text)) co_return unmatched(reference.value.path());
      if (!is_person(step)) continue;
      const auto found = resolved_.find(condition_of_patient(*step.entry));
      if (found == resolved_.end())
        co_return unmatched(step.entry->path + (step.entry->if_none_exist.empty() ? ".resource.identifier" : ".request.ifNoneExist"));
      step.address = found->second;
    }
    co_return Status{};
  }

  static std::string_view people_type(const ReferenceFound& reference) {
    if (!reference.is_reference) return {};
    for (const std::string_view type : {"Patient", "Practitioner", "Organization"})
      if (reference.text.starts_with(type) && reference.text.size() > type.size() && reference.text[type.size()] == '?')
        return type;
    return {};
  }

  static std::unexpected<kernel::Error> unmatched(std::string path) {
    return std::unexpected(kernel::Error{ErrorKind::precondition, "fhir.no_match", {},
                                         {{"not-found", std::move(path), "matches nobody that this service knows"}}});
  }

  io::Task<Result<std::optional<std::string>>> find_one(std::string condition) {
    Asked search = asked_;
    const auto mark = condition.find('?');
    search.url = {};
    search.url.type = condition.substr(0, mark);
    search.pairs = pairs_of(std::string_view(condition).substr(mark + 1));
    search.verb = Verb::get;
    search.prefer.handling = fhir::Prefer::Handling::strict;  // nothing of a condition is left out
    if (search.url.type == "Patient") {
      auto aim = co_await aim_of(shared_, "Patient", named_patient(search.pairs));
      if (!aim) co_return kernel::Result<std::optional<std::string>>(std::unexpected(std::move(aim).error()));
      co_return std::optional("Patient/" + shared_.identity.people().opaque(*aim->person));
    }
    CARNET_CO_TRY(response, co_await search_people(shared_, search));
    const auto bundle = fhir::Json::parse(response.body);
    const auto id = bundle ? bundle->root()["entry"].first()["resource"]["id"].text() : std::string();
    if (id.empty()) co_return std::optional<std::string>();
    co_return std::optional(search.url.type + "/" + id);
  }

  fhir::Pairs& named_patient(fhir::Pairs& pairs) {
    for (auto& [name, value] : pairs)
      if (name == "identifier") name = "patient.identifier";
    return pairs;
  }

  Status aim_all() {
    for (auto& step : steps_) {
      std::vector<ReferenceFound> literal;
      for (const auto& reference : step.references) {
        const auto known = resolved_.find(reference.text);
        literal.push_back(reference);
        if (known != resolved_.end()) literal.back().text = known->second;
      }
      CARNET_TRY(aim, aim_of_references(shared_, literal));
      const auto& type = step.entry->url.type;
      if (type != "Patient" && type != "DocumentReference" && step.entry->verb != Verb::patch)
        add_numbers(aim, step.entry->resource);
      const bool refers_inside = std::ranges::any_of(literal, [](const auto& one) { return one.text.starts_with("urn:"); });
      if (step.entry->verb == Verb::put && type != "Patient" && type != "DocumentReference" && !refers_inside)
        CARNET_CHECK(still_says_whose(type, aim, step.entry->path + ".resource"));
      CARNET_CHECK(join(aim_, std::move(aim)));
    }
    for (const auto& [space, path] : changed_) {
      if (!aim_.aim.space) {
        aim_.aim.space = space;
        aim_.aim.space_path = path;
      }
      aim_.spaces.emplace_back(space, path);
    }
    for (const auto& step : steps_)
      if (step.entry->url.type == "Patient" && !step.address.empty()) CARNET_CHECK(aim_at(step.address, step.entry->path));
    const bool writes = std::ranges::any_of(steps_, [](const Step& step) { return !is_read(*step.entry); });
    if (writes && !aim_.aim.person && !aim_.aim.space && !has_documents())
      return kernel::invalid("record.reference",
                             {{"required", "Bundle.entry", "a reference to Patient/<id> must say whose this is"}});
    return {};
  }

  Status aim_at(const std::string& address, const std::string& path) {
    ReferenceAim one;
    one.aim.person = shared_.identity.people().from_opaque(address.substr(address.find('/') + 1));
    one.aim.person_path = path;
    return join(aim_, std::move(one));
  }

  // ---- documents that come along
  bool has_documents() const {
    return std::ranges::any_of(steps_, [](const Step& step) { return is_document(step); });
  }
  static bool is_document(const Step& step) {
    return step.entry->verb == Verb::post && step.entry->url.type == "DocumentReference";
  }

  io::Task<Status> take_documents() {
    if (!has_documents()) {
      for (const auto& step : steps_)
        if (step.entry->verb == Verb::post && step.entry->url.type == "Binary")
          issue(*step.entry, "fullUrl", "business-rule", "no DocumentReference points to this Binary");
      if (!issues_.empty()) co_return refused();
      co_return Status{};
    }
    fhir::ProvideBundle provided;
    provided.submission_set.path = "Bundle";
    std::set<const Step*> used;
    for (auto& step : steps_)
      if (is_document(step)) add_document(step, provided, used);
    for (const auto& step : steps_)
      if (step.entry->verb == Verb::post && step.entry->url.type == "Binary" && !used.contains(&step))
        issue(*step.entry, "fullUrl", "business-rule", "no DocumentReference points to this Binary");
    if (!issues_.empty()) co_return refused();
    CARNET_CO_TRY(ready, co_await make_ready(shared_, std::move(provided)));
    if (aim_.aim.person && *aim_.aim.person != ready.whom.person)
      co_return kernel::invalid("record.reference", {{"business-rule", aim_.aim.person_path,
                                                      "is another person than the one whose documents come along"}});
    aim_.aim.person = ready.whom.person;
    documents_ = std::move(ready.drafts);
    whom_ = std::move(ready.whom);
    co_return Status{};
  }

  void add_document(Step& step, fhir::ProvideBundle& provided, std::set<const Step*>& used) {
    fhir::ProvidedDocument document;
    document.reference = fhir::read_document_reference(step.entry->resource, issues_);
    const auto& url = document.reference.attachment.url;
    const auto binary = std::ranges::find_if(steps_, [&](const Step& one) {
      return one.entry->url.type == "Binary" && !url.empty() && comparable(one.entry->full_url) == comparable(url.text);
    });
    if (binary == steps_.end()) {
      if (!url.empty()) issues_.push_back({"not-found", url.path, "is the fullUrl of no Binary of this transaction"});
      return;
    }
    const auto data = binary->entry->resource["data"];
    document.data_path = binary->entry->resource.path_of("data");
    auto bytes = data.plain_text().empty() ? fhir::decode_base64(data.text()) : fhir::decode_base64(data.plain_text());
    if (!used.insert(&*binary).second)
      issues_.push_back({"business-rule", url.path, "another document has this Binary already"});
    if (!bytes || bytes->empty())
      issues_.push_back({"value", document.data_path, "is not base64"});
    else
      document.bytes = std::move(*bytes);
    step.document = provided.documents.size();
    binary->document = step.document;
    provided.documents.push_back(std::move(document));
  }

  // ---- the write
  bool looks_first() const {
    return std::ranges::any_of(steps_, [](const Step& step) {
      const auto& entry = *step.entry;
      return (entry.verb == Verb::post && !entry.if_none_exist.empty() && entry.url.type != "Patient") ||
             (entry.verb == Verb::put && entry.url.id.empty() && !is_person(step)) || entry.verb == Verb::patch || has_condition(step);
    });
  }
  // "Encounter?identifier=...", of the record itself.
  static std::string_view condition_of(const ReferenceFound& reference) {
    const auto mark = reference.text.find('?');
    if (!reference.is_reference || mark == std::string::npos || !people_type(reference).empty()) return {};
    return fhir::find_resource_type(std::string_view(reference.text).substr(0, mark)) ? reference.text : std::string_view();
  }
  static bool has_condition(const Step& step) {
    return std::ranges::any_of(step.references, [](const auto& one) { return !condition_of(one).empty(); });
  }

  io::Task<Result<BatchWritten>> write() {
    for (auto& step : steps_) {
      step.op.reset();
      step.existing = nullptr;
      step.creates = false;
    }
    conditions_.clear();
    std::optional<std::int64_t> expected;
    if (looks_first()) {
      for (const auto& step : steps_)
        if (!is_read(*step.entry)) CARNET_CO_CHECK(may_read(*asked_.caller, step.entry->url.type));
      CARNET_CO_TRY(opened, co_await open_record(shared_, door(access::Act::list),
                                                 {audit::Action::record_searched, keyring::Purpose::read_record,
                                                  asked_.request_id}));
      expected = opened.record.change();
      for (auto& step : steps_) CARNET_CO_CHECK(look(step, opened.record));
    }
    CARNET_CO_CHECK(co_await give_ids());
    auto batch = std::make_shared<WriteBatch>();
    batch->caller = asked_.caller;
    batch->door = door(access::Act::deposit);
    batch->request_id = asked_.request_id;
    batch->expected_change = expected;
    batch->documents = documents_;
    batch->whom = whom_;
    batch->once = once_of(asked_);
    CARNET_CO_CHECK(add_ops(*batch));
    if (batch->ops.empty() && !documents_) co_return BatchWritten{};
    co_return co_await write_batch(shared_, std::move(batch));
  }

  Door door(access::Act act) const { return door_to_aim(shared_, asked_.caller, aim_, act); }

  Status look(Step& step, const PermittedRecord& record) {
    const auto& entry = *step.entry;
    for (const auto& reference : step.references)
      if (const auto condition = condition_of(reference); !condition.empty())
        CARNET_CHECK(resolve_condition(std::string(condition), reference.value.path(), record));
    if (entry.verb == Verb::post && !entry.if_none_exist.empty() && entry.url.type != "Patient")
      return match(step, record, entry.if_none_exist);
    if (entry.verb == Verb::put && entry.url.id.empty() && !is_person(step)) return match(step, record, entry.url.query);
    if (entry.verb == Verb::patch) return patch(step, record);
    return {};
  }

  // What this transaction deletes is not there any more for its conditions.
  bool deletes(std::int64_t local) const {
    return std::ranges::any_of(steps_, [local](const Step& step) {
      return step.entry->verb == Verb::del && step.local == local;
    });
  }

  Result<std::vector<ItemPtr>> matching(std::string_view type, std::string_view criteria, const PermittedRecord& record) {
    auto pairs = pairs_of(criteria);
    for (auto& [name, value] : pairs)
      if (const auto known = resolved_.find(value); known != resolved_.end()) value = known->second;
    CARNET_TRY(found, matches_of(shared_, record, nullptr, type, std::move(pairs)));
    std::erase_if(found, [this](const ItemPtr& item) { return deletes(item->local); });
    return found;
  }

  Status resolve_condition(std::string condition, std::string path, const PermittedRecord& record) {
    const auto mark = condition.find('?');
    CARNET_TRY(found, matching(std::string_view(condition).substr(0, mark), std::string_view(condition).substr(mark + 1), record));
    if (found.size() > 1) return several_match(path);
    if (found.empty()) return unmatched(std::move(path));
    conditions_[condition] = found.front()->type + "/" + found.front()->root()["id"].text();
    return {};
  }

  Status match(Step& step, const PermittedRecord& record, std::string_view criteria) {
    const auto& entry = *step.entry;
    CARNET_TRY(found, matching(entry.url.type, criteria, record));
    if (found.size() > 1) return several_match(entry.path);
    step.local.reset();
    step.address.clear();
    if (found.empty()) {
      if (entry.verb == Verb::put && entry.resource["id"])
        return kernel::invalid("fhir.transaction", {{"value", entry.path + ".resource.id",
                                                     "nothing matches, and ids are given by the server"}});
      return {};
    }
    step.local = found.front()->local;
    step.address = entry.url.type + "/" + found.front()->root()["id"].text();
    if (entry.verb == Verb::post) step.existing = found.front();
    if (!entry.if_match.empty()) return {};
    step.version = found.front()->version;
    return {};
  }

  Status patch(Step& step, const PermittedRecord& record) {
    const auto item = record.find(step.local.value_or(0));
    if (!item || item->type != step.entry->url.type) return not_found();
    if (item->deleted)
      return std::unexpected(kernel::Error{ErrorKind::gone, "record.deleted", {}, {{"deleted", step.entry->path, "it was deleted"}}});
    CARNET_TRY(encoded, patch_of(*step.entry));
    CARNET_TRY(operations, fhir::read_json_patch(encoded));
    const fhir::Labels labels{{"meta", "security"}, step.version.has_value()};
    CARNET_TRY(text, fhir::apply_json_patch(item->json(), operations, labels));
    CARNET_TRY(json, fhir::Json::parse(text));
    if (auto issues = faults_of(json); !issues.empty())
      return kernel::invalid("fhir.invalid", std::move(issues));
    if (!json.root()["id"].has_text(step.entry->url.id) || !json.root()["resourceType"].has_text(item->type))
      return kernel::invalid("fhir.patch_refused", {{"business-rule", step.entry->path, "id and type do not change"}});
    CARNET_TRY(aim, aim_of_references(shared_, fhir::references_in(json.root())));
    add_numbers(aim, json.root());
    CARNET_CHECK(still_says_whose(item->type, aim, step.entry->path + ".resource"));
    CARNET_CHECK(join(aim_, std::move(aim)));
    step.text = std::move(text);
    if (!step.version) step.version = item->version;
    return {};
  }

  io::Task<Status> give_ids() {
    std::size_t count = 0;
    for (auto& step : steps_) {
      const auto& entry = *step.entry;
      const bool kept = !is_read(entry) && entry.url.type != "Patient" && !step.document;
      step.creates = kept && ((entry.verb == Verb::post && !step.existing) ||
                              (entry.verb == Verb::put && entry.url.id.empty() && step.address.empty()));
      if (step.creates) ++count;
    }
    if (count == 0) co_return Status{};
    CARNET_CO_TRY(reserved, co_await reserve_locals(shared_, door(access::Act::deposit), count));
    std::int64_t next = reserved.first;
    for (auto& step : steps_)
      if (step.creates) {
        step.local = next++;
        addresses_of_new_[&step] = step.entry->url.type + "/" + shared_.id_of(reserved.grant.space(), *step.local);
      }
    co_return Status{};
  }

  // From what a reference may say to where it leads.
  std::map<std::string, std::string, std::less<>> map_of_addresses() const {
    std::map<std::string, std::string, std::less<>> map(resolved_.begin(), resolved_.end());
    map.insert(conditions_.begin(), conditions_.end());
    for (const auto& step : steps_) {
      const auto made = addresses_of_new_.find(&step);
      const std::string& address = step.creates && made != addresses_of_new_.end() ? made->second : step.address;
      const auto& full_url = step.entry->full_url;
      if (address.empty() || full_url.empty()) continue;
      map[comparable(full_url)] = address;
      // "http://server/base/Type/1": a relative reference of this Bundle may mean it.
      const auto slash = full_url.find("://") == std::string::npos ? std::string::npos : full_url.rfind('/');
      const auto before = slash == std::string::npos || slash == 0 ? std::string::npos : full_url.rfind('/', slash - 1);
      if (before != std::string::npos) map.emplace(full_url.substr(before + 1), address);
    }
    return map;
  }

  Status add_ops(WriteBatch& batch) {
    const auto addresses = map_of_addresses();
    const auto resolve = [&](const ReferenceFound& reference) -> std::optional<std::string> {
      const auto fragment = std::min(reference.text.find('#', 1), reference.text.size());
      const auto found = addresses.find(comparable(std::string_view(reference.text).substr(0, fragment)));
      if (found != addresses.end()) return found->second + reference.text.substr(fragment);
      return std::nullopt;
    };
    for (const auto index : fhir::order_of(request_)) {
      Step& step = steps_[index];
      const auto& entry = *step.entry;
      if (is_read(entry) || entry.url.type == "Patient" || step.document || step.existing) continue;
      check_urns(step, addresses);
      WriteOp op;
      op.kind = step.creates               ? WriteOp::Kind::create
                : entry.verb == Verb::del ? WriteOp::Kind::remove
                                          : WriteOp::Kind::update;
      op.type = entry.url.type;
      op.local = step.local.value_or(0);
      op.if_version = step.creates ? std::nullopt : step.version;
      op.path = entry.path;
      if (entry.verb == Verb::patch)
        op.text = step.text;
      else if (entry.verb != Verb::del)
        op.text = fhir::with_references(entry.resource, step.references, resolve);
      step.op = batch.ops.size();
      batch.ops.push_back(std::move(op));
    }
    if (!issues_.empty()) return refused();
    return {};
  }

  // A urn:uuid that no entry bears would lead nowhere for ever.
  void check_urns(const Step& step, const std::map<std::string, std::string, std::less<>>& addresses) {
    for (const auto& reference : step.references)
      if (reference.is_reference && reference.text.starts_with("urn:uuid:") && !addresses.contains(comparable(reference.text)))
        issues_.push_back({"not-found", reference.value.path(), "is the fullUrl of no entry of this transaction"});
  }

  // ---- the answer
  Answer answer(const BatchWritten& written) {
    fhir::BundleWriter out("transaction-response", steps_.size() * 400);
    out.link("self", shared_.settings.base_url);
    for (auto& step : steps_) {
      if (!is_read(*step.entry))
        add_done(out, step, written);
      else if (out.size() < most_answer_bytes)
        add_answer(out, co_await perform(shared_, step.asked), asked_.request_id);
      else
        add_answer(out, answer_is_full(step.entry->path), asked_.request_id);
    }
    co_return fhir_response(out.take());
  }

  void add_done(fhir::BundleWriter& out, const Step& step, const BatchWritten& written) const {
    const auto& type = step.entry->url.type;
    const bool whole = asked_.prefer.answer == fhir::Prefer::Answer::representation && out.size() < most_answer_bytes;
    if (step.document) {
      const auto& filed = written.filed->documents[*step.document];
      const std::string at = kernel::to_rfc3339(written.filed->at);
      const std::string location = fmt::format("{}/{}{}", type, filed.id, filed.created ? "/_history/1" : "");
      out.answer({}, {filed.created ? "201 Created" : "200 OK", location, filed.created ? "W/\"1\"" : "", at}, {});
    } else if (step.existing) {
      const auto& item = *step.existing;
      const std::string location = fmt::format("{}/_history/{}", step.address, item.version),
                        etag = fhir::etag_of(item.version), at = kernel::to_rfc3339(item.updated);
      out.answer(whole ? std::string_view(item.text) : std::string_view(), {"200 OK", location, etag, at}, {});
    } else if (!step.op) {
      out.answer({}, {"200 OK", step.address, {}, {}}, {});
    } else {
      const auto& one = written.written[*step.op];
      const std::string id = shared_.id_of(written.space, one.local), etag = fhir::etag_of(one.version);
      const std::string at = kernel::to_rfc3339(one.updated);
      const std::string location = fmt::format("{}/{}/_history/{}", type, id, one.version);
      const bool removed = step.entry->verb == Verb::del, created = one.outcome == Written::Outcome::created;
      out.answer(whole && one.item ? std::string_view(one.item->text) : std::string_view(),
                 {removed ? "204 No Content" : created ? "201 Created" : "200 OK",
                  removed ? std::string_view() : std::string_view(location), etag, at},
                 {});
    }
  }

  Shared& shared_;
  const Asked& asked_;
  const fhir::Json& json_;
  fhir::BundleRequest request_;
  std::vector<Step> steps_;
  std::vector<Issue> issues_;
  std::vector<std::pair<SpaceId, std::string>> changed_;
  ReferenceAim aim_;
  std::map<std::string, std::string> resolved_, conditions_;  // from a condition to "Type/id"
  std::map<const Step*, std::string> addresses_of_new_;
  std::shared_ptr<std::vector<Draft>> documents_;
  std::optional<Whom> whom_;
};

}  // namespace

Answer take_transaction(Shared& shared, const Asked& asked, const fhir::Json& json, fhir::BundleRequest request) {
  Transaction transaction(shared, asked, json, std::move(request));
  co_return co_await transaction.run();
}

}  // namespace carnet::record
