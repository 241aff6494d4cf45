#include "record/deposit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/resources.hpp"

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
  for (const auto& reference : prepared.patient_references) {
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

kernel::Instant announcement_day(const Shared& shared, kernel::Instant at, const kernel::Zone& zone) {
  const auto today = shared.today();
  const auto months = static_cast<int>(shared.parameter("record.invisible_patient_visible_months"));
  std::vector<kernel::Date> holidays;
  for (const auto on : {today, today.plus_months(months), today.plus_years(1)})
    for (const auto& day : shared.parameters.list("calendar.public_holidays", on))
      if (const auto date = kernel::parse_date(day)) holidays.push_back(*date);
  return visible_to_patient_from(at, months, static_cast<int>(shared.parameter("support.phone_open_minute")), holidays,
                                 zone);
}

namespace {

// One transaction's work. Runs on the writer's thread: what could be computed before, was.
class Filer {
 public:
  Filer(Shared& shared, Writing& writing, const Filing& filing, const std::vector<Draft>& drafts,
        const std::vector<kernel::Bytes>& content_indexes)
      : shared_(shared),
        writing_(writing),
        tx_(writing.tx),
        filing_(filing),
        drafts_(drafts),
        content_indexes_(content_indexes),
        space_(writing.grant.space()) {}

  Result<Filed> run() {
    filed_.space = space_;
    filed_.at = writing_.at;
    filed_.stored.resize(drafts_.size());
    filed_.rows.resize(drafts_.size());
    CARNET_CHECK(find_those_that_are_there());
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (!filed_.documents[i].created) continue;
      const std::int64_t local = shared_.locals.take(space_, writing_.head.last_local, 1);
      writing_.head.last_local = local;
      CARNET_CHECK(keep(i, local));
    }
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
    if (facts.invisible_patient) facts.patient_visible_from = announcement_day(shared_, filed_.at, filing_.whom.zone);
    return document;
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
      if (row && row->kind == ItemKind::document) found.push_back(std::move(*row));
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
    for (const auto& row : replaced) CARNET_CHECK(supersede(row, document));
    const std::string id = shared_.id_of(space_, local);
    CARNET_TRY(receipt, shared_.journal.append(tx_, trace_of(document, id, !replaced.empty())));
    CARNET_TRY(key, key_with(receipt));
    CARNET_CHECK(insert(index, document, local, *key));
    if (document.facts.invisible_patient)
      CARNET_CHECK(note_wait(shared_, tx_, writing_.grant, local, document.facts, false));
    const auto index_of_unique = unique_index(document.unique_id);
    CARNET_CHECK(rows::insert_unique(tx_, space_, index_of_unique, {local, content_indexes_[index]}));
    if (!document.facts.author_rpps.empty())
      CARNET_CHECK(shared_.access.note_author(tx_, filing_.whom.person, document.facts.author_rpps));
    filed_.documents[index].id = id;
    filed_.locals[index] = local;
    filed_.stored[index] = std::move(document);
    return {};
  }

  audit::Entry trace_of(const Document& document, const std::string& id, bool replaces) const {
    using audit::Action;
    const Action action = filing_.act == access::Act::add_own ? Action::document_added_by_holder
                          : replaces                          ? Action::document_replaced
                                                              : Action::document_deposited;
    audit::Entry entry = writing_.grant.trace(action);
    entry.lane = lane_of(document.facts, filed_.at);
    entry.item = id;
    entry.item_title = document.title;
    entry.request_id = filing_.request_id;
    return entry;
  }

  Status insert(std::size_t index, const Document& document, std::int64_t local, const keyring::SpaceKey& key) {
    const Draft& draft = drafts_[index];
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
    CARNET_CHECK(rows::insert(tx_, space_, row));
    row.sealed = {};
    filed_.rows[index] = std::move(row);
    return {};
  }

  // What the holder hid, or a minor asked to be hidden, stays so in what replaces it.
  Status supersede(const ItemRow& row, Document& document) {
    CARNET_TRY(old, open_row(*key_, row));
    auto& facts = document.facts;
    document.masked_by_holder = document.masked_by_holder || old.masked_by_holder;
    facts.masque_ps = facts.masque_ps || old.facts.masque_ps;
    facts.visible_in_emergency = facts.visible_in_emergency || old.facts.visible_in_emergency;
    facts.invisible_representants = facts.invisible_representants || old.facts.invisible_representants;
    if (old.status != DocumentStatus::current) return {};
    ItemRow next = row;
    ++next.version;
    old.status = DocumentStatus::superseded;
    old.updated_at = filed_.at;
    next.sealed = key_->seal(encode(old), place_of_document(next.local, next.version));
    writing_.handed_over = false;
    return rows::insert(tx_, space_, next);
  }

  Shared& shared_;
  Writing& writing_;
  store::Tx& tx_;
  const Filing& filing_;
  const std::vector<Draft>& drafts_;
  const std::vector<kernel::Bytes>& content_indexes_;
  const SpaceId space_;
  Filed filed_;
  std::optional<keyring::SpaceKey> key_;
};

}  // namespace

std::vector<kernel::Bytes> content_indexes(const Shared& shared, const std::vector<Draft>& drafts) {
  std::vector<kernel::Bytes> indexes;
  for (const auto& draft : drafts) indexes.push_back(shared.contents.of(kernel::to_hex(crypto::sha256(draft.content))));
  return indexes;
}

Result<Filed> file_in(Shared& shared, Writing& writing, const Filing& filing, const std::vector<Draft>& drafts,
                      const std::vector<kernel::Bytes>& indexes) {
  return Filer(shared, writing, filing, drafts, indexes).run();
}

io::Task<Result<Filed>> file(Shared& shared, Filing filing, std::shared_ptr<std::vector<Draft>> drafts, const Once* once) {
  auto batch = std::make_shared<WriteBatch>();
  if (once != nullptr) batch->once = *once;
  batch->caller = filing.caller;
  batch->door = door_to(shared, filing.caller, filing.whom.person, filing.act);
  batch->request_id = std::move(filing.request_id);
  batch->documents = std::move(drafts);
  batch->whom = std::move(filing.whom);
  batch->act = filing.act;
  CARNET_CO_TRY(written, co_await write_batch(shared, std::move(batch)));
  co_return std::move(*written.filed);
}

}  // namespace carnet::record
