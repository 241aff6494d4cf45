#include "enrollment/store.hpp"

#include <limits>

namespace carnet::enrollment::rows {
namespace {

Status done(Result<std::int64_t>&& changed) {
  if (!changed) return kernel::pass(std::move(changed));
  return {};
}

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Result<std::vector<Fact>> facts_of(store::Snapshot& at, PersonId person) {
  return facts_known(at, person, Instant{std::numeric_limits<std::int64_t>::max()});
}

Result<std::vector<Fact>> facts_known(store::Snapshot& at, PersonId person, Instant known) {
  std::vector<Fact> facts;
  Status unread;
  CARNET_CHECK(at.query("SELECT seq, kind, at, data FROM life_fact WHERE person_id = $1 AND recorded_at <= $2 ORDER BY seq",
                        {person.value, known.ms}, [&](const store::Row& row) {
                          auto fact = fact_of(row.integer(0), row.integer(1), Instant{row.integer(2)}, row.text(3));
                          if (!fact) {
                            unread = kernel::pass(std::move(fact));
                            return false;
                          }
                          facts.push_back(std::move(*fact));
                          return true;
                        }));
  if (!unread) return std::unexpected(std::move(unread).error());
  return facts;
}

Status insert_fact(store::Tx& tx, PersonId person, const Fact& fact, Instant recorded) {
  auto inserted = tx.execute(
      "INSERT INTO life_fact (person_id, seq, kind, at, recorded_at, data) VALUES ($1, $2, $3, $4, $5, $6)",
      {person.value, fact.seq, static_cast<std::int64_t>(fact.kind), fact.at.ms, recorded.ms, data_of(fact)});
  if (!inserted && inserted.error().code == "store.unique")
    return kernel::refuse(kernel::ErrorKind::unavailable, "enrollment.busy", "another act on this space came first");
  return done(std::move(inserted));
}

Result<std::vector<CodeRow>> codes_of(store::Snapshot& at, PersonId person) {
  std::vector<CodeRow> codes;
  CARNET_CHECK(at.query("SELECT kind, fact_seq, campaign, code_hash FROM code WHERE person_id = $1 ORDER BY kind",
                        {person.value}, [&](const store::Row& row) {
                          codes.push_back({static_cast<CodeKind>(row.integer(0)), row.integer(1),
                                           std::string(row.text(2)), copy(row.blob(3))});
                          return true;
                        }));
  return codes;
}

Status put_code(store::Tx& tx, PersonId person, const CodeRow& code) {
  return done(tx.execute("INSERT INTO code (person_id, kind, fact_seq, campaign, code_hash) VALUES ($1, $2, $3, $4, $5) "
                         "ON CONFLICT (person_id, kind) DO UPDATE SET fact_seq = excluded.fact_seq, "
                         "campaign = excluded.campaign, code_hash = excluded.code_hash",
                         {person.value, static_cast<std::int64_t>(code.kind), code.fact, code.campaign, code.hash}));
}

Status drop_code(store::Tx& tx, PersonId person, CodeKind kind) {
  return done(tx.execute("DELETE FROM code WHERE person_id = $1 AND kind = $2",
                         {person.value, static_cast<std::int64_t>(kind)}));
}

Result<Counter> counter_of(store::Snapshot& at, PersonId person, std::string_view campaign, CounterKind kind) {
  Counter counter;
  CARNET_CHECK(at.query(
      "SELECT tries, misses, last_miss_at FROM code_counter WHERE person_id = $1 AND campaign = $2 AND kind = $3",
      {person.value, campaign, static_cast<std::int64_t>(kind)}, [&](const store::Row& row) {
        counter = Counter{row.integer(0), row.integer(1), Instant{row.integer(2)}};
        return false;
      }));
  return counter;
}

Status put_counter(store::Tx& tx, PersonId person, std::string_view campaign, CounterKind kind, const Counter& counter) {
  return done(tx.execute(
      "INSERT INTO code_counter (person_id, campaign, kind, tries, misses, last_miss_at) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (person_id, campaign, kind) DO UPDATE SET tries = excluded.tries, misses = excluded.misses, "
      "last_miss_at = excluded.last_miss_at",
      {person.value, campaign, static_cast<std::int64_t>(kind), counter.tries, counter.misses, counter.last_miss.ms}));
}

Result<Counter> source_counter_of(store::Snapshot& at, ByteView source) {
  Counter counter;
  CARNET_CHECK(at.query("SELECT tries, misses, last_miss_at FROM source_counter WHERE source = $1", {source},
                        [&](const store::Row& row) {
                          counter = Counter{row.integer(0), row.integer(1), Instant{row.integer(2)}};
                          return false;
                        }));
  return counter;
}

Status put_source_counter(store::Tx& tx, ByteView source, const Counter& counter, Instant forget_at) {
  return done(tx.execute(
      "INSERT INTO source_counter (source, tries, misses, last_miss_at, forget_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (source) DO UPDATE SET tries = excluded.tries, misses = excluded.misses, "
      "last_miss_at = excluded.last_miss_at, forget_at = excluded.forget_at",
      {source, counter.tries, counter.misses, counter.last_miss.ms, forget_at.ms}));
}

Status drop_old_sources(store::Tx& tx, Instant now) {
  return done(tx.execute("DELETE FROM source_counter WHERE forget_at < $1", {now.ms}));
}

Result<std::optional<FlowRow>> flow_of(store::Snapshot& at, PersonId person, ByteView cookie_hash) {
  std::optional<FlowRow> flow;
  CARNET_CHECK(at.query("SELECT expires_at, body FROM activation_flow WHERE person_id = $1 AND cookie_hash = $2",
                        {person.value, cookie_hash}, [&](const store::Row& row) {
                          flow = FlowRow{Instant{row.integer(0)}, copy(row.blob(1))};
                          return false;
                        }));
  return flow;
}

Status put_flow(store::Tx& tx, PersonId person, ByteView cookie_hash, const FlowRow& flow) {
  return done(tx.execute(
      "INSERT INTO activation_flow (person_id, cookie_hash, expires_at, body) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (person_id, cookie_hash) DO UPDATE SET expires_at = excluded.expires_at, body = excluded.body",
      {person.value, cookie_hash, flow.expires_at.ms, flow.body}));
}

Status drop_flow(store::Tx& tx, PersonId person, ByteView cookie_hash) {
  return done(tx.execute("DELETE FROM activation_flow WHERE person_id = $1 AND cookie_hash = $2",
                         {person.value, cookie_hash}));
}

Result<std::int64_t> drop_old_flows(store::Tx& tx, Instant now) {
  return tx.execute("DELETE FROM activation_flow WHERE expires_at <= $1", {now.ms});
}

Result<std::int64_t> next_receipt(store::Snapshot& at, PersonId person) {
  std::int64_t last = 0;
  CARNET_CHECK(at.query("SELECT ordinal FROM receipt WHERE person_id = $1 ORDER BY ordinal DESC LIMIT 1",
                        {person.value}, [&](const store::Row& row) {
                          last = row.integer(0);
                          return false;
                        }));
  return last + 1;
}

Status insert_receipt(store::Tx& tx, PersonId person, const ReceiptRow& receipt) {
  return done(tx.execute("INSERT INTO receipt (person_id, ordinal, at, kind, body) VALUES ($1, $2, $3, $4, $5)",
                         {person.value, receipt.ordinal, receipt.at.ms, receipt.kind, receipt.body}));
}

namespace {

ReceiptRow receipt_row(const store::Row& row) {
  return {row.integer(0), Instant{row.integer(1)}, std::string(row.text(2)), copy(row.blob(3))};
}

}  // namespace

Result<std::optional<ReceiptRow>> receipt_of(store::Snapshot& at, PersonId person, std::int64_t ordinal) {
  std::optional<ReceiptRow> found;
  CARNET_CHECK(at.query("SELECT ordinal, at, kind, body FROM receipt WHERE person_id = $1 AND ordinal = $2",
                        {person.value, ordinal}, [&](const store::Row& row) {
                          found = receipt_row(row);
                          return false;
                        }));
  return found;
}

Result<std::optional<ReceiptRow>> last_receipt(store::Snapshot& at, PersonId person, std::string_view kind) {
  std::optional<ReceiptRow> found;
  CARNET_CHECK(at.query("SELECT ordinal, at, kind, body FROM receipt WHERE person_id = $1 AND kind = $2 "
                        "ORDER BY ordinal DESC LIMIT 1",
                        {person.value, kind}, [&](const store::Row& row) {
                          found = receipt_row(row);
                          return false;
                        }));
  return found;
}

Result<std::optional<KeyRow>> receipt_key(store::Snapshot& at) {
  std::optional<KeyRow> found;
  CARNET_CHECK(at.query("SELECT sealed_pem, public_pem FROM receipt_key WHERE key_id = 1", {}, [&](const store::Row& row) {
    found = KeyRow{copy(row.blob(0)), std::string(row.text(1))};
    return false;
  }));
  return found;
}

Status insert_receipt_key(store::Tx& tx, const KeyRow& key, Instant now) {
  return done(tx.execute("INSERT INTO receipt_key (key_id, created_at, sealed_pem, public_pem) VALUES (1, $1, $2, $3)",
                         {now.ms, key.sealed_pem, key.public_pem}));
}

Status schedule(store::Tx& tx, PersonId person, std::optional<Instant> due) {
  std::optional<std::int64_t> before;
  bool known = false;
  CARNET_CHECK(tx.query("SELECT due_at FROM space WHERE person_id = $1", {person.value}, [&](const store::Row& row) {
    known = true;
    if (!row.is_null(0)) before = row.integer(0);
    return false;
  }));
  const auto after = due ? std::optional(due->ms) : std::nullopt;
  if (known && before == after) return {};
  if (before)
    CARNET_CHECK(done(tx.execute("DELETE FROM due WHERE due_at = $1 AND person_id = $2", {*before, person.value})));
  if (after) CARNET_CHECK(done(tx.execute("INSERT INTO due (due_at, person_id) VALUES ($1, $2)", {*after, person.value})));
  return done(tx.execute("INSERT INTO space (person_id, due_at) VALUES ($1, $2) "
                         "ON CONFLICT (person_id) DO UPDATE SET due_at = excluded.due_at",
                         {person.value, after}));
}

Result<std::vector<PersonId>> due_people(store::Snapshot& at, Instant now, std::size_t limit) {
  std::vector<PersonId> people;
  CARNET_CHECK(at.query("SELECT person_id FROM due WHERE due_at <= $1 ORDER BY due_at, person_id LIMIT $2",
                        {now.ms, static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
                          people.emplace_back(row.integer(0));
                          return true;
                        }));
  return people;
}

Status await_destruction(store::Tx& tx, PersonId person, SpaceId space) {
  return done(tx.execute("INSERT INTO key_to_destroy (person_id, space_id) VALUES ($1, $2) "
                         "ON CONFLICT (person_id, space_id) DO NOTHING",
                         {person.value, space.value}));
}

Result<std::vector<SpaceId>> awaiting_destruction(store::Snapshot& at, std::size_t limit) {
  std::vector<SpaceId> spaces;
  CARNET_CHECK(at.query("SELECT space_id FROM key_to_destroy ORDER BY person_id, space_id LIMIT $1",
                        {static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
                          spaces.emplace_back(row.integer(0));
                          return true;
                        }));
  return spaces;
}

Status destroyed(store::Tx& tx, SpaceId space) {
  return done(tx.execute("DELETE FROM key_to_destroy WHERE person_id = $1 AND space_id = $2",
                         {person_of(space).value, space.value}));
}

}  // namespace carnet::enrollment::rows
