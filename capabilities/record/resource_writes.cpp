// Writing: what a batch asks, judged, traced, sealed and stored in one transaction.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "record/fhir.hpp"
#include "record/resources.hpp"
#include "record/rules.hpp"

namespace carnet::record {

using access::AccessGrant;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

constexpr std::chrono::milliseconds once_lives = std::chrono::hours(24);

// What could be done of an op before its transaction.
struct PreparedOp {
  const WriteOp* op = nullptr;
  StoredResource resource;  // of create and update; without what the instant and the old version decide
  kernel::Bytes packed;     // its text
};
struct PreparedBatch {
  std::shared_ptr<const WriteBatch> batch;
  std::vector<PreparedOp> ops;
  std::vector<kernel::Bytes> content_indexes;
};

std::unexpected<kernel::Error> refused(const WriteOp& op, ErrorKind kind, std::string_view code,
                                       std::string_view issue_code, std::string_view says) {
  kernel::Error error{kind, std::string(code), std::string(says)};
  if (!op.path.empty()) error.issues.push_back({std::string(issue_code), op.path, std::string(says)});
  return std::unexpected(std::move(error));
}

// By meaning, not by place: what hides a resource stands in its meta.security.
Status take_visibility(const WriteOp& op, fhir::Value resource, access::ItemFacts& facts) {
  for (auto label = resource["meta"]["security"].first(); label; label = label.next()) {
    const std::string code = label["code"].text();
    if (code == "MASQUE_PS") facts.masque_ps = true;
    if (code == "INVISIBLE_PATIENT") facts.invisible_patient = true;
    if (code == "INVISIBLE_REPRESENTANTS_LEGAUX" || code == "INVISIBLE_REP_LEGAUX")
      facts.invisible_representants = true;
  }
  if (facts.masque_ps && facts.invisible_patient)
    return refused(op, ErrorKind::invalid, "record.visibility", "business-rule",
                   "INVISIBLE_PATIENT cannot be combined with MASQUE_PS");
  return {};
}

Result<PreparedOp> prepare_op(const Shared& shared, const WriteBatch& batch, const WriteOp& op) {
  PreparedOp prepared{&op, {}, {}};
  if (op.kind == WriteOp::Kind::revise_document) return prepared;
  auto& resource = prepared.resource;
  resource.type = op.type;
  if (op.kind == WriteOp::Kind::remove) return prepared;
  std::optional<fhir::Json> json;
  fhir::Value root = op.parsed;
  if (!root) {
    CARNET_TRY(parsed, fhir::Json::parse(op.text));
    root = json.emplace(std::move(parsed)).root();
  }
  resource.categories = shared.resource_types.categories_of(op.type, root);
  CARNET_CHECK(take_visibility(op, root, resource.facts));
  resource.facts.structure = batch.caller->structure_id;
  resource.facts.author_rpps = batch.caller->rpps;
  resource.facts.by_holder = batch.caller->kind == identity::Caller::Kind::person;
  resource.text = without_identity(root);
  prepared.packed = pack_text(resource);
  return prepared;
}

// ---- the answer to a repeated request
// ---------------------------------------------------------------------------------
constexpr std::size_t numbers_per_op = 4;

kernel::Bytes encode_outcome(const std::vector<Written>& written) {
  kernel::Bytes out;
  out.reserve(written.size() * numbers_per_op * 8);
  for (const auto& one : written)
    for (const std::int64_t number : {static_cast<std::int64_t>(one.outcome), one.local, one.version, one.updated.ms})
      for (unsigned shift = 0; shift < 64; shift += 8)
        out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
  return out;
}
std::vector<Written> decode_outcome(kernel::ByteView bytes) {
  std::vector<Written> written(bytes.size() / (numbers_per_op * 8));
  const auto take = [&bytes] {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
      number |= static_cast<std::uint64_t>(bytes.front()) << shift;
      bytes = bytes.subspan(1);
    }
    return static_cast<std::int64_t>(number);
  };
  for (auto& one : written) {
    one.outcome = static_cast<Written::Outcome>(take());
    one.local = take();
    one.version = take();
    one.updated.ms = take();
  }
  return written;
}

struct Done {
  BatchWritten answer;
  std::optional<kernel::Error> refused;  // what the caller is told instead
  bool joins = false;  // an opened record can take it in
};

// ---- one transaction's work
// -------------------------------------------------------------------------------------------
class Writer {
 public:
  Writer(Shared& shared, store::Tx& tx, const PreparedBatch& prepared, AccessGrant grant)
      : shared_(shared),
        tx_(tx),
        prepared_(prepared),
        batch_(*prepared.batch),
        grant_(std::move(grant)),
        writing_{tx_, grant_, {}, shared.clock.now()} {
    done_.answer.space = grant_.space();
  }

  Result<Done> run() {
    CARNET_TRY(head, rows::head(tx_, space()));
    writing_.head = head;
    CARNET_TRY(repeated, answer_again());
    if (repeated) {
      CARNET_CHECK(file_documents());  // each is found by its uniqueId
      answer_documents_again();
      CARNET_CHECK(put_head());
      return std::move(done_);
    }
    if (batch_.expected_change && *batch_.expected_change != head.change)
      return kernel::refuse(ErrorKind::conflict, "record.changed", "the record has changed meanwhile");
    record_ = shared_.records.find(space(), head.change, writing_.at);
    if (record_ && record_->change() != head.change) record_ = nullptr;
    for (const auto& op : prepared_.ops) {
      auto planned = plan(op);
      if (planned) continue;
      // Nothing is written so far but, perhaps, the trace of a look: that one stays, for a key was opened on it.
      if (!key_) return std::unexpected(std::move(planned).error());
      done_.refused = std::move(planned).error();
      return std::move(done_);
    }
    CARNET_CHECK(trace_all());
    for (auto& one : planned_) CARNET_CHECK(store_one(one));
    CARNET_CHECK(file_documents());
    CARNET_CHECK(finish());
    return std::move(done_);
  }

 private:
  struct Planned {
    const WriteOp* op = nullptr;
    ItemRow row;              // of the new version; not sealed yet
    StoredResource resource;  // when it is a resource
    kernel::Bytes packed;     // its text
    std::optional<Document> document;
    bool is_new = false;
    bool waited = false;  // for an announcement, before
    std::size_t index = 0;  // of its answer
  };

  SpaceId space() const { return grant_.space(); }

  Status file_documents() {
    if (!batch_.documents) return {};
    const Filing filing{batch_.caller, *batch_.whom, batch_.act, batch_.request_id};
    CARNET_TRY(filed, file_in(shared_, writing_, filing, *batch_.documents, prepared_.content_indexes));
    wrote_ = wrote_ || std::ranges::any_of(filed.documents, &Deposited::created);
    done_.answer.filed = std::move(filed);
    return {};
  }
  Status put_head() {
    if (wrote_) {
      ++writing_.head.change;
      CARNET_CHECK(rows::put_head(tx_, space(), writing_.head));
    }
    done_.answer.change = writing_.head.change;
    return {};
  }

  std::string once_text(std::string_view what) const {
    const auto& caller = *batch_.caller;
    return fmt::format("{}|{}|{}|{}", space().value, caller.client_id, caller.rpps, what);
  }
  kernel::Instant once_from() const { return writing_.at.plus(-once_lives); }

  Result<bool> answer_again() {
    if (!batch_.once) return false;
    CARNET_TRY(found, rows::find_once(tx_, space(), shared_.once.of(once_text(batch_.once->key)), once_from()));
    if (!found) return false;
    if (found->request_index != shared_.once.of(once_text(batch_.once->request)))
      return kernel::refuse(ErrorKind::conflict, "record.idempotency", "this key was used for another request");
    done_.answer.written = decode_outcome(found->outcome);
    const auto ops = std::min(done_.answer.written.size(), prepared_.ops.size());
    filed_before_.assign(done_.answer.written.begin() + static_cast<std::ptrdiff_t>(ops), done_.answer.written.end());
    done_.answer.written.resize(ops);
    done_.answer.repeated = true;
    return true;
  }

  // The documents of the batch stand behind its ops.
  std::vector<Written> outcome() const {
    auto all = done_.answer.written;
    if (!done_.answer.filed) return all;
    const auto& filed = *done_.answer.filed;
    for (std::size_t i = 0; i < filed.documents.size(); ++i) {
      const auto what = filed.documents[i].created ? Written::Outcome::created : Written::Outcome::unchanged;
      all.push_back({what, filed.locals[i], 1, filed.at, nullptr});
    }
    return all;
  }
  void answer_documents_again() {
    if (!done_.answer.filed || filed_before_.size() != done_.answer.filed->documents.size()) return;
    auto& filed = *done_.answer.filed;
    for (std::size_t i = 0; i < filed_before_.size(); ++i) {
      filed.documents[i].created = filed_before_[i].outcome == Written::Outcome::created;
      filed.at = filed_before_[i].updated;
    }
  }

  // A key for what must be looked at before it is known what will be traced of it: the machine's own look, in the lane
  // that no one infers from.
  Result<const keyring::SpaceKey*> looking_key() {
    if (!key_) {
      audit::Entry entry;
      entry.space = space();
      entry.lane = audit::Lane::reserved;
      entry.action = audit::Action::record_searched;
      entry.actor = audit::ActorKind::machine;
      entry.actor_id = "record";
      entry.reason = "record.writing";
      entry.request_id = batch_.request_id;
      CARNET_TRY(receipt, shared_.journal.append(tx_, std::move(entry)));
      CARNET_TRY(opened, shared_.keyring.open_now(receipt, keyring::Purpose::write_record));
      key_.emplace(std::move(opened));
    }
    return &*key_;
  }

  Status plan(const PreparedOp& prepared) {
    const WriteOp& op = *prepared.op;
    Planned one{&op, {}, {}, prepared.packed, {}, op.kind == WriteOp::Kind::create, false, done_.answer.written.size()};
    done_.answer.written.push_back({});
    if (!one.is_new) return plan_change(prepared, std::move(one));
    one.resource = prepared.resource;
    one.row.local = op.local != 0 ? op.local : shared_.locals.take(space(), writing_.head.last_local, 1);
    writing_.head.last_local = std::max(writing_.head.last_local, one.row.local);
    one.resource.facts.deposited_at = writing_.at;
    return accept(std::move(one));
  }

  // An earlier op of this batch may have changed the same item: what it made is what is in force.
  Planned* planned_before(std::int64_t local) {
    const auto found = std::ranges::find_if(planned_, [local](const Planned& one) { return one.row.local == local; });
    return found == planned_.end() ? nullptr : &*found;
  }

  Status plan_change(const PreparedOp& prepared, Planned one) {
    const WriteOp& op = *one.op;
    if (planned_before(op.local) != nullptr)
      return refused(op, ErrorKind::invalid, "record.twice", "business-rule", "the same item is written twice here");
    // Where the record is not in memory, there is a look and its trace whether the item is there or not.
    if (!record_) {
      CARNET_TRY(looked, looking_key());
      (void)looked;
    }
    CARNET_TRY(row, rows::current_one(tx_, space(), op.local));
    const bool of_document = op.kind == WriteOp::Kind::revise_document;
    if (!row || (row->kind == ItemKind::document) != of_document) return not_found();
    one.row = std::move(*row);
    access::ItemFacts old;
    bool was_deleted = false;
    if (of_document) {
      if (const auto item = record_ ? record_->at(op.local) : nullptr; item && item->version == one.row.version)
        CARNET_CHECK(judge(op, item->facts, item->deleted));  // before a key opens
      CARNET_TRY(key, looking_key());
      CARNET_TRY(document, open_row(*key, one.row));
      old = document.facts;
      was_deleted = document.deleted;
      one.document = std::move(document);
    } else {
      CARNET_TRY(resource, resource_in_force(one.row));
      if (resource.type != op.type) return not_found();
      const auto& near = shared_.resource_types.of(resource.type, resource.categories);
      resource.facts.doc_class = near.doc_class;
      resource.facts.doc_type = near.doc_type;
      old = resource.facts;
      was_deleted = resource.deleted;
      one.resource = std::move(resource);
    }
    CARNET_CHECK(judge(op, old, was_deleted));
    one.waited = old.invisible_patient;
    if (op.if_version && *op.if_version != one.row.version)
      return refused(op, ErrorKind::precondition, "record.version", "conflict", "another version is in force");
    auto& answer = done_.answer.written[one.index];
    if (was_deleted) {  // removed again
      answer = {Written::Outcome::unchanged, one.row.local, one.row.version, one.resource.updated, nullptr};
      return {};
    }
    ++one.row.version;
    if (of_document) {
      CARNET_CHECK(op.revise(*one.document));
      one.document->updated_at = writing_.at;
      writing_.handed_over = false;
    } else if (op.kind == WriteOp::Kind::remove) {
      one.resource.deleted = true;
      one.resource.text.clear();
      one.packed = pack_text(one.resource);
    } else {
      take_update(prepared.resource, writing_.at, one.resource);
    }
    return accept(std::move(one));
  }

  // The author stays the author; what the holder hid, or a minor asked to be hidden, stays so.
  static void take_update(const StoredResource& now, kernel::Instant at, StoredResource& resource) {
    access::ItemFacts facts = resource.facts;
    facts.masque_ps = facts.masque_ps || now.facts.masque_ps;
    facts.invisible_representants = facts.invisible_representants || now.facts.invisible_representants;
    if (!facts.invisible_patient && now.facts.invisible_patient) facts.patient_visible_from.reset();
    if (!now.facts.invisible_patient && awaits_announcement(facts, at)) facts.patient_visible_from = at;  // announced
    facts.invisible_patient = now.facts.invisible_patient;
    resource = now;
    resource.facts = std::move(facts);
  }

  // From memory when it is there: then nothing is opened that was not before.
  Result<StoredResource> resource_in_force(const ItemRow& row) {
    if (record_) {
      if (const auto item = record_->at(row.local); item && item->version == row.version && !item->of_document) {
        StoredResource resource;
        resource.type = item->type;
        resource.categories = item->categories;
        resource.facts = item->facts;
        resource.updated = item->updated;
        resource.deleted = item->deleted;
        return resource;
      }
    }
    CARNET_TRY(key, looking_key());
    return open_resource(*key, row);
  }

  // Only the author's structure changes an item: who filed it, software that names nobody, anybody there once it is
  // contested (the structure was told), and else who may see it. Who may see it only is told so; who may not know of it
  // hears what a stranger hears, to the byte, and as of what is not there.
  Status judge(const WriteOp& op, const access::ItemFacts& facts, bool was_deleted) {
    const auto& caller = *batch_.caller;
    const bool author = facts.by_holder
                            ? caller.kind == identity::Caller::Kind::person && batch_.act == access::Act::add_own
                            : caller.kind == identity::Caller::Kind::software && !facts.structure.empty() &&
                                  facts.structure == caller.structure_id;
    const auto reads = shared_.access.authorise(tx_, caller, grant_.person(), access::Act::read);
    if (!reads && reads.error().kind == ErrorKind::fault) return std::unexpected(reads.error());
    const bool sees = reads && reads->permits(facts);
    const bool filed_it = caller.rpps.empty() || facts.author_rpps == caller.rpps || facts.contested;
    if (author && (sees || filed_it)) {
      if (was_deleted && op.kind != WriteOp::Kind::remove)
        return refused(op, ErrorKind::gone, "record.deleted", "deleted", "it was deleted");
      return {};
    }
    if (!sees || was_deleted) return not_found();
    return refused(op, ErrorKind::forbidden, "record.authors_only", "forbidden",
                   "only its author's structure changes it");
  }
  Status accept(Planned one) {
    auto& facts = one.document ? one.document->facts : one.resource.facts;
    if (!one.document) {
      one.resource.updated = writing_.at;
      one.row.kind = ItemKind::resource;
    }
    if (facts.invisible_patient && !facts.patient_visible_from) {
      CARNET_TRY(from, visible_from());
      facts.patient_visible_from = from;
    }
    planned_.push_back(std::move(one));
    return {};
  }

  Result<kernel::Instant> visible_from() {
    return announcement_day(shared_, writing_.at, kernel::Zone::named(grant_.holder().zone).value_or(kernel::Zone::paris()));
  }

  const access::ItemFacts& facts_of(const Planned& one) const {
    return one.document ? one.document->facts : one.resource.facts;
  }
  static audit::Action action_of(const Planned& one) {
    const bool removes = one.document ? one.document->deleted : one.resource.deleted;
    return removes ? audit::Action::resource_deleted : audit::Action::resource_written;
  }

  // One trace for each kind of act and lane; it says which item when there is one only.
  Status trace_all() {
    std::map<std::pair<audit::Lane, audit::Action>, std::vector<const Planned*>> groups;
    for (const auto& one : planned_) groups[{lane_of(facts_of(one), writing_.at), action_of(one)}].push_back(&one);
    for (const auto& [group, members] : groups) {
      audit::Entry entry = grant_.trace(group.second);
      entry.lane = group.first;
      entry.request_id = batch_.request_id;
      if (members.size() == 1) {
        const auto& one = *members.front();
        entry.item = shared_.id_of(space(), one.row.local);
        entry.item_title = one.document ? one.document->title
                                        : shared_.resource_types.of(one.resource.type, one.resource.categories).label;
      } else {
        entry.count = static_cast<std::int64_t>(members.size());
      }
      CARNET_TRY(receipt, shared_.journal.append(tx_, std::move(entry)));
      if (key_) continue;
      CARNET_TRY(opened, shared_.keyring.open_now(receipt, keyring::Purpose::write_record));
      key_.emplace(std::move(opened));
    }
    return {};
  }

  Status store_one(Planned& one) {
    const std::int64_t local = one.row.local, version = one.row.version;
    auto& answer = done_.answer.written[one.index];
    answer.local = local;
    answer.version = version;
    answer.updated = writing_.at;
    answer.outcome = one.is_new                              ? Written::Outcome::created
                     : one.op->kind == WriteOp::Kind::remove ? Written::Outcome::removed
                                                             : Written::Outcome::updated;
    one.row.sealed = one.document ? key_->seal(encode(*one.document), place_of_document(local, version))
                                  : key_->seal(pack(one.resource, one.packed), place_of_resource(local, version));
    CARNET_CHECK(rows::insert(tx_, space(), one.row));
    if (one.waited || facts_of(one).invisible_patient)
      CARNET_CHECK(note_wait(shared_, tx_, grant_, local, facts_of(one), one.document ? one.document->deleted : one.resource.deleted));
    if (!one.document) answer.item = item_of(shared_, space(), one.resource, local, version);
    wrote_ = true;
    return {};
  }

  // The head row, the author's right to find it again, the answer for a repetition, and what joins the opened record.
  Status finish() {
    CARNET_CHECK(put_head());
    const bool creates = std::ranges::any_of(planned_, &Planned::is_new);
    if (creates && !batch_.caller->rpps.empty())
      CARNET_CHECK(shared_.access.note_author(tx_, grant_.person(), batch_.caller->rpps));
    if (batch_.once)
      CARNET_CHECK(
          rows::put_once(tx_, space(), shared_.once.of(once_text(batch_.once->key)),
                         {shared_.once.of(once_text(batch_.once->request)), encode_outcome(outcome())},
                         writing_.at, once_from()));
    done_.joins = wrote_ && writing_.handed_over;
    if (!done_.joins || done_.answer.filed) return {};  // documents join when the transaction is over (hand_over)
    std::vector<ItemPtr> news;
    for (const auto& one : done_.answer.written)
      if (one.item) news.push_back(one.item);
    tx_.after_commit([&shared = shared_, in = space(), change = done_.answer.change, at = writing_.at,
                      news = std::move(news)]() mutable { shared.records.hand_over(in, change, std::move(news), at); });
    return {};
  }

  Shared& shared_;
  store::Tx& tx_;
  const PreparedBatch& prepared_;
  const WriteBatch& batch_;
  const AccessGrant grant_;
  Writing writing_;
  Done done_;
  std::shared_ptr<const OpenedRecord> record_;
  std::vector<Planned> planned_;
  std::vector<Written> filed_before_;  // documents, the first time
  std::optional<keyring::SpaceKey> key_;
  bool wrote_ = false;
};

}  // namespace

namespace {

// Documents are made ready to be given out, and join the opened record if it is in memory.
io::Task<void> hand_over(Shared& shared, const WriteBatch& batch, const BatchWritten& written) {
  if (!shared.records.holds(written.space)) co_return;
  const auto holder = co_await person_shown(shared, batch.whom->person);
  if (!holder) co_return;
  std::vector<ItemPtr> news;
  for (const auto& one : written.written)
    if (one.item) news.push_back(one.item);
  const auto& filed = *written.filed;
  for (std::size_t i = 0; i < filed.documents.size(); ++i)
    if (filed.documents[i].created)
      news.push_back(item_of(shared, filed.space, *holder, {filed.stored[i], filed.rows[i]},
                             kernel::as_bytes((*batch.documents)[i].resource)));
  shared.records.hand_over(written.space, written.change, std::move(news), shared.clock.now());
}

Result<std::shared_ptr<const PreparedBatch>> prepare_batch(const Shared& shared,
                                                           std::shared_ptr<const WriteBatch> batch) {
  auto prepared = std::make_shared<PreparedBatch>();
  for (const auto& op : batch->ops) {
    CARNET_TRY(one, prepare_op(shared, *batch, op));
    prepared->ops.push_back(std::move(one));
  }
  if (batch->documents) prepared->content_indexes = content_indexes(shared, *batch->documents);
  prepared->batch = std::move(batch);
  return prepared;
}

}  // namespace

io::Task<Result<BatchWritten>> write_batch(Shared& shared, std::shared_ptr<const WriteBatch> batch) {
  CARNET_CO_TRY(prepared, prepare_batch(shared, batch));
  // Ids that were reserved stand in the texts: only who reserved them can take others.
  const bool reserved = std::ranges::any_of(
      batch->ops, [](const WriteOp& op) { return op.kind == WriteOp::Kind::create && op.local != 0; });
  constexpr int most_tries = 5;  // two writes of one space at once, on an engine with several writers
  for (int tries = 1;; ++tries) {
    std::function<Result<Done>(store::Tx&)> work = [&shared, prepared](store::Tx& tx) -> Result<Done> {
      CARNET_TRY(grant, prepared->batch->door(tx));
      return Writer(shared, tx, *prepared, std::move(grant)).run();
    };
    auto written = co_await shared.store.write<Done>(std::move(work));
    if (written) {
      if (written->refused) co_return std::unexpected(std::move(*written->refused));
      if (written->joins && written->answer.filed) co_await hand_over(shared, *batch, written->answer);
      co_return std::move(written->answer);
    }
    if (written.error().code != "store.unique") co_return std::unexpected(std::move(written).error());
    if (reserved) co_return kernel::refuse(ErrorKind::conflict, "record.changed", "the record has changed meanwhile");
    if (tries == most_tries) co_return busy();
  }
}

io::Task<Result<Reserved>> reserve_locals(Shared& shared, Door door, std::size_t count) {
  std::function<Result<Reserved>(store::Snapshot&)> work = [&shared, door = std::move(door),
                                                            count](store::Snapshot& at) -> Result<Reserved> {
    CARNET_TRY(grant, door(at));
    CARNET_TRY(head, rows::head(at, grant.space()));
    const auto first = shared.locals.take(grant.space(), head.last_local, static_cast<std::int64_t>(count));
    return Reserved{std::move(grant), first};
  };
  co_return co_await shared.store.read<Reserved>(std::move(work));
}

}  // namespace carnet::record
