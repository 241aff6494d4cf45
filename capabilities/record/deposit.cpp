#include "record/deposit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/opening.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Issue;
using kernel::Result;
using kernel::SpaceId;
using kernel::Status;

namespace {

Result<std::optional<PersonId>> find_person(const Shared& shared, store::Snapshot& at, const NumberSaid& said,
                                            std::vector<Issue>& issues) {
  const auto number = identity::parse_number(said.value);
  if (!number) {
    issues.push_back({"value", said.path, "is not a matricule: 13 characters and a key of 2 digits"});
    return std::nullopt;
  }
  CARNET_TRY(found, shared.identity.people().find(at, number->value));
  if (!found)
    issues.push_back({"not-found", said.path,
                      "no person of the register has this identity; if it is not yet qualified, retry later"});
  return found;
}

void check_traits(const identity::Person& person, const Prepared& prepared, std::vector<Issue>& issues) {
  for (const auto& said : prepared.traits)
    for (const auto& name : identity::Register::differing_traits(person, said.traits)) {
      const auto place = std::ranges::find(trait_names, name);
      const auto index = static_cast<std::size_t>(place - trait_names.begin());
      issues.push_back(
          {name, place == trait_names.end() ? std::string() : said.paths[index], "differs from the register's"});
    }
}

}  // namespace

Result<Whom> resolve(const Shared& shared, store::Snapshot& at, const Prepared& prepared) {
  std::vector<Issue> issues;
  std::map<std::string, std::optional<PersonId>> asked;
  std::optional<PersonId> person;
  std::string person_path;
  const auto meet = [&](std::optional<PersonId> found, const std::string& path) {
    if (!found) return;
    if (person && *person != *found)
      issues.push_back({"business-rule", fmt::format("{} | {}", person_path, path), "name two different persons"});
    if (person) return;
    person = found;
    person_path = path;
  };
  for (const auto& said : prepared.numbers) {
    const auto [place, is_new] = asked.emplace(said.value, std::nullopt);
    if (is_new) {
      CARNET_TRY(found, find_person(shared, at, said, issues));
      place->second = found;
    }
    meet(place->second, said.path);
  }
  if (const auto& reference = prepared.patient_reference; !reference.empty()) {
    const auto found = shared.identity.people().from_opaque(reference.text.substr(reference.text.rfind('/') + 1));
    if (!found) issues.push_back({"not-found", reference.path, "is no patient that this service knows"});
    meet(found, reference.path);
  }
  if (!issues.empty() || !person) return kernel::invalid("record.person_refused", std::move(issues));
  auto facts = shared.identity.people().person(at, *person);
  if (!facts && facts.error().kind == ErrorKind::not_found)
    return kernel::invalid("record.person_refused",
                           {{"not-found", person_path, "is no patient that this service knows"}});
  if (!facts) return std::unexpected(facts.error());
  for (const auto& said : prepared.numbers)
    if (!may_name(said.system, facts->matricule.system))
      issues.push_back({"business-rule", said.path, "an identity for tests names no real person"});
  check_traits(*facts, prepared, issues);
  if (!issues.empty()) return kernel::invalid("record.person_refused", std::move(issues));
  return Whom{*person, kernel::Zone::named(facts->zone).value_or(kernel::Zone::paris()), facts->display_name()};
}

namespace {

// One transaction's work. Runs on the writer's thread: what could be computed before, was.
class Filer {
 public:
  Filer(Shared& shared, store::Tx& tx, const Filing& filing, const std::vector<Draft>& drafts,
        const std::vector<kernel::Bytes>& content_indexes)
      : shared_(shared), tx_(tx), filing_(filing), drafts_(drafts), content_indexes_(content_indexes) {}

  Result<Filed> run() {
    CARNET_TRY(grant, shared_.access.authorise(tx_, *filing_.caller, filing_.whom.person, filing_.act));
    grant_ = &grant;
    space_ = grant.space();
    filed_.space = space_;
    filed_.at = shared_.clock.now();
    filed_.stored.resize(drafts_.size());
    CARNET_CHECK(find_those_that_are_there());
    const bool all_there = std::ranges::none_of(filed_.documents, &Deposited::created);
    if (all_there) return std::move(filed_);
    CARNET_TRY(last, rows::last_local(tx_, space_));
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (!filed_.documents[i].created) continue;
      CARNET_CHECK(keep(i, ++last));
    }
    tx_.after_commit([&known = shared_.known, space = space_, news = std::move(news_)] {
      for (const auto& [local, facts] : news) known.update(space, local, facts);
    });
    return std::move(filed_);
  }

 private:
  kernel::Bytes unique_index(std::string_view unique_id) const {
    return shared_.unique_ids.of(fmt::format("{}|{}", space_.value, unique_id));
  }

  Status find_those_that_are_there() {
    std::vector<Issue> issues;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      CARNET_TRY(found, rows::find_unique(tx_, space_, unique_index(drafts_[i].document.unique_id)));
      filed_.locals.push_back(found ? found->local : 0);
      filed_.documents.push_back({found ? shared_.id_of(space_, found->local) : std::string(), !found});
      if (found && found->content_index != content_indexes_[i])
        issues.push_back(
            {"conflict", drafts_[i].unique_path, "a document with this uniqueId and other bytes is there"});
    }
    if (issues.empty()) return {};
    return std::unexpected(kernel::Error{ErrorKind::conflict, "record.unique_id", {}, std::move(issues)});
  }

  // The facts that the deposit itself makes.
  Result<Document> complete(Document document) {
    auto& facts = document.facts;
    facts.deposited_at = document.updated_at = filed_.at;
    facts.by_holder = filing_.act == access::Act::add_own;
    const auto& caller = *filing_.caller;
    if (facts.by_holder) {
      document.filed_by = shared_.identity.people().opaque(caller.person);
    } else {
      facts.structure = caller.structure_id;
      document.filed_by = caller.client_id;
    }
    if (document.reference == Span{}) document.reference = {filed_.at, filed_.at.plus(std::chrono::milliseconds(1))};
    if (!facts.by_holder && facts.author_rpps.empty() && document.author_name.empty()) {
      facts.author_rpps = caller.rpps;
      document.author_name = caller.professional_name;
      document.profession = caller.profession;
    }
    if (document.author_structure.empty() && document.structure_name.empty() && !facts.by_holder) {
      document.author_structure = caller.structure_id;
      document.structure_name = caller.structure_name;
    }
    if (!facts.author_rpps.empty() && (document.profession.empty() || document.author_name.empty())) {
      CARNET_TRY(professional, shared_.identity.professional(tx_, facts.author_rpps));
      if (professional && document.profession.empty()) document.profession = professional->profession;
      if (professional && document.author_name.empty()) document.author_name = professional->name;
    }
    if (facts.invisible_patient) facts.patient_visible_from = visible_from();
    return document;
  }

  kernel::Instant visible_from() const {
    const auto today = shared_.today();
    const auto months = static_cast<int>(shared_.parameter("record.invisible_patient_visible_months"));
    std::vector<kernel::Date> holidays;
    for (const auto on : {today, today.plus_months(months), today.plus_years(1)})
      for (const auto& day : shared_.parameters.list("calendar.public_holidays", on))
        if (const auto date = kernel::parse_date(day)) holidays.push_back(*date);
    return visible_to_patient_from(filed_.at, months, static_cast<int>(shared_.parameter("support.phone_open_minute")),
                                   holidays, filing_.whom.zone);
  }

  // The rows of the documents that this one replaces; those that are not here are noted, not more.
  Result<std::vector<ItemRow>> replaced_by(const Draft& draft) {
    std::vector<ItemRow> found;
    for (const auto& one : draft.replaces) {
      std::int64_t local = 0;
      if (!one.unique_id.empty()) {
        CARNET_TRY(there, rows::find_unique(tx_, space_, unique_index(one.unique_id)));
        if (there) local = there->local;
      } else if (const auto parts = shared_.ids.open(one.reference.substr(one.reference.rfind('/') + 1))) {
        if (parts->space == space_.value) local = parts->local;
      }
      if (local == 0) continue;
      CARNET_TRY(row, rows::current_one(tx_, space_, local));
      if (row) found.push_back(std::move(*row));
    }
    return found;
  }

  Result<const keyring::SpaceKey*> key_with(const audit::TraceReceipt& receipt) {
    if (!key_) {
      CARNET_TRY(opened, shared_.keyring.open_now(receipt, keyring::Purpose::write_record));
      key_.emplace(std::move(opened));
    }
    return &*key_;
  }

  // To know the flags of what is replaced, its metadata is opened: by the machine, in the lane that no one infers from.
  Status open_for_replacing() {
    if (key_) return {};
    audit::Entry entry;
    entry.space = space_;
    entry.lane = audit::Lane::reserved;
    entry.action = audit::Action::documents_listed;
    entry.actor = audit::ActorKind::machine;
    entry.actor_id = "record";
    entry.reason = "record.replacing";
    entry.request_id = filing_.request_id;
    CARNET_TRY(receipt, shared_.journal.append(tx_, std::move(entry)));
    CARNET_TRY(key, key_with(receipt));
    (void)key;
    return {};
  }

  Status keep(std::size_t index, std::int64_t local) {
    const Draft& draft = drafts_[index];
    CARNET_TRY(document, complete(draft.document));
    CARNET_TRY(replaced, replaced_by(draft));
    if (!replaced.empty()) CARNET_CHECK(open_for_replacing());
    for (const auto& row : replaced) CARNET_CHECK(supersede(row, document.facts));
    const std::string id = shared_.id_of(space_, local);
    CARNET_TRY(receipt, shared_.journal.append(tx_, trace_of(document, id, !replaced.empty())));
    CARNET_TRY(key, key_with(receipt));
    CARNET_CHECK(insert(draft, document, local, *key));
    const auto index_of_unique = unique_index(document.unique_id);
    CARNET_CHECK(rows::insert_unique(tx_, space_, index_of_unique, {local, content_indexes_[index]}));
    if (!document.facts.author_rpps.empty())
      CARNET_CHECK(shared_.access.note_author(tx_, filing_.whom.person, document.facts.author_rpps));
    filed_.documents[index].id = id;
    filed_.locals[index] = local;
    news_.emplace_back(local, Known{1, document.facts, document.title, document.status});
    filed_.stored[index] = std::move(document);
    return {};
  }

  audit::Entry trace_of(const Document& document, const std::string& id, bool replaces) const {
    using audit::Action;
    const Action action = filing_.act == access::Act::add_own ? Action::document_added_by_holder
                          : replaces                          ? Action::document_replaced
                                                              : Action::document_deposited;
    audit::Entry entry = grant_->trace(action);
    entry.lane = lane_of(document.facts, filed_.at);
    entry.item = id;
    entry.item_title = document.title;
    entry.request_id = filing_.request_id;
    return entry;
  }

  Status insert(const Draft& draft, const Document& document, std::int64_t local, const keyring::SpaceKey& key) {
    ItemRow row;
    row.local = local;
    row.sealed = key.seal(encode(document), place_of_document(local, row.version));
    kernel::Bytes object = key.seal(kernel::as_bytes(draft.resource), place_of_part(local, Part::resource));
    row.resource_length = static_cast<std::int64_t>(object.size());
    const auto append = [&](kernel::ByteView plain, Part part) {
      const auto sealed = key.seal(plain, place_of_part(local, part));
      object.insert(object.end(), sealed.begin(), sealed.end());
      return static_cast<std::int64_t>(sealed.size());
    };
    object.reserve(object.size() + draft.content.size() + draft.submission.size() + 2 * crypto::seal_overhead);
    row.content_length = append(draft.content, Part::content);
    row.submission_length = append(kernel::as_bytes(draft.submission), Part::submission);
    CARNET_TRY(ref, tx_.append_object(object));
    row.object = ref;
    return rows::insert(tx_, space_, row);
  }

  // What the holder hid, or a minor asked to be hidden, stays so in what replaces it.
  Status supersede(const ItemRow& row, access::ItemFacts& facts) {
    CARNET_TRY(old, open_row(*key_, row));
    facts.masque_ps = facts.masque_ps || old.facts.masque_ps;
    facts.visible_in_emergency = facts.visible_in_emergency || old.facts.visible_in_emergency;
    facts.invisible_representants = facts.invisible_representants || old.facts.invisible_representants;
    if (old.status != DocumentStatus::current) return {};
    ItemRow next = row;
    ++next.version;
    old.status = DocumentStatus::superseded;
    old.updated_at = filed_.at;
    next.sealed = key_->seal(encode(old), place_of_document(next.local, next.version));
    CARNET_CHECK(rows::insert(tx_, space_, next));
    news_.emplace_back(next.local, Known{next.version, old.facts, old.title, old.status});
    return {};
  }

  Shared& shared_;
  store::Tx& tx_;
  const Filing& filing_;
  const std::vector<Draft>& drafts_;
  const std::vector<kernel::Bytes>& content_indexes_;
  const access::AccessGrant* grant_ = nullptr;
  SpaceId space_;
  Filed filed_;
  std::optional<keyring::SpaceKey> key_;
  std::vector<std::pair<std::int64_t, Known>> news_;
};

}  // namespace

io::Task<Result<Filed>> file(Shared& shared, Filing filing, std::shared_ptr<std::vector<Draft>> drafts) {
  std::vector<kernel::Bytes> content_indexes;
  for (const auto& draft : *drafts)
    content_indexes.push_back(shared.contents.of(kernel::to_hex(crypto::sha256(draft.content))));
  constexpr int most_tries = 5;  // two deposits of one space at once, on an engine with several writers
  for (int tries = 1;; ++tries) {
    std::function<Result<Filed>(store::Tx&)> work = [&shared, &filing, drafts, &content_indexes](store::Tx& tx) {
      return Filer(shared, tx, filing, *drafts, content_indexes).run();
    };
    auto filed = co_await shared.store.write<Filed>(work);
    if (filed || filed.error().code != "store.unique") co_return filed;
    if (tries == most_tries) co_return busy();
  }
}

}  // namespace carnet::record
