// The rows of enrollment; nobody else touches these tables. Private to this capability.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "enrollment/rules.hpp"
#include "foundation/store/store.hpp"

namespace carnet::enrollment::rows {

using kernel::Bytes;
using kernel::ByteView;
using kernel::Result;
using kernel::Status;

Result<std::vector<Fact>> facts_of(store::Snapshot& at, PersonId person);
Result<std::vector<Fact>> facts_known(store::Snapshot& at, PersonId person, Instant known);  // recorded by then
// unavailable when someone else added a fact at the same place meanwhile: nothing is kept, try again.
Status insert_fact(store::Tx& tx, PersonId person, const Fact& fact, Instant recorded);

struct CodeRow {
  CodeKind kind = CodeKind::campaign;
  std::int64_t fact = 0;
  std::string campaign{};
  Bytes hash{};
};
Result<std::vector<CodeRow>> codes_of(store::Snapshot& at, PersonId person);
Status put_code(store::Tx& tx, PersonId person, const CodeRow& code);  // replaces the one of its kind
Status drop_code(store::Tx& tx, PersonId person, CodeKind kind);

Result<Counter> counter_of(store::Snapshot& at, PersonId person, std::string_view campaign, CounterKind kind);
Status put_counter(store::Tx& tx, PersonId person, std::string_view campaign, CounterKind kind, const Counter& counter);
Result<Counter> source_counter_of(store::Snapshot& at, ByteView source);
Status put_source_counter(store::Tx& tx, ByteView source, const Counter& counter, Instant forget_at);
Status drop_old_sources(store::Tx& tx, Instant now);

struct FlowRow {
  Instant expires_at{};
  Bytes body{};
};
Result<std::optional<FlowRow>> flow_of(store::Snapshot& at, PersonId person, ByteView cookie_hash);
Status put_flow(store::Tx& tx, PersonId person, ByteView cookie_hash, const FlowRow& flow);
Status drop_flow(store::Tx& tx, PersonId person, ByteView cookie_hash);
Result<std::int64_t> drop_old_flows(store::Tx& tx, Instant now);

struct ReceiptRow {
  std::int64_t ordinal = 0;
  Instant at{};
  std::string kind{};
  Bytes body{};
};
Result<std::int64_t> next_receipt(store::Snapshot& at, PersonId person);
Status insert_receipt(store::Tx& tx, PersonId person, const ReceiptRow& receipt);
Result<std::optional<ReceiptRow>> receipt_of(store::Snapshot& at, PersonId person, std::int64_t ordinal);
Result<std::optional<ReceiptRow>> last_receipt(store::Snapshot& at, PersonId person, std::string_view kind);

struct KeyRow {
  Bytes sealed_pem{};
  std::string public_pem{};
};
Result<std::optional<KeyRow>> receipt_key(store::Snapshot& at);
Status insert_receipt_key(store::Tx& tx, const KeyRow& key, Instant now);

// Moves the person's place in the order of what is due.
Status schedule(store::Tx& tx, PersonId person, std::optional<Instant> due);
Result<std::vector<PersonId>> due_people(store::Snapshot& at, Instant now, std::size_t limit);

Status await_destruction(store::Tx& tx, PersonId person, SpaceId space);
Result<std::vector<SpaceId>> awaiting_destruction(store::Snapshot& at, std::size_t limit);
Status destroyed(store::Tx& tx, SpaceId space);

}  // namespace carnet::enrollment::rows
