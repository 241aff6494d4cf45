// The rows of alerts.
#include "access/alerts.hpp"

namespace carnet::access::rows {

using kernel::Result;
using kernel::Status;
using store::Row;

Result<std::optional<std::int64_t>> feed_position(store::Snapshot& at) {
  std::optional<std::int64_t> position;
  CARNET_CHECK(at.query("SELECT position FROM alert_feed WHERE feed = 1", {}, [&](const Row& row) {
    position = row.integer(0);
    return false;
  }));
  return position;
}

Status begin_feed(store::Tx& tx, std::int64_t position) {
  CARNET_CHECK(tx.execute("INSERT INTO alert_feed (feed, position) VALUES (1, $1) ON CONFLICT (feed) DO NOTHING", {position}));
  return {};
}

Result<bool> move_feed(store::Tx& tx, std::int64_t from, std::int64_t to) {
  CARNET_TRY(moved, tx.execute("UPDATE alert_feed SET position = $2 WHERE feed = 1 AND position = $1", {from, to}));
  return moved == 1;
}

Result<bool> has_read(store::Snapshot& at, PersonId person, const std::string& reader) {
  bool found = false;
  CARNET_CHECK(at.query("SELECT 1 FROM alert_reader WHERE person_id = $1 AND reader = $2", {person.value, reader}, [&](const Row&) {
    found = true;
    return false;
  }));
  return found;
}

Result<Reader> count_reader(store::Tx& tx, PersonId person, const std::string& reader, const std::string& day) {
  Reader found;
  CARNET_CHECK(tx.query("SELECT day, times FROM alert_reader WHERE person_id = $1 AND reader = $2", {person.value, reader},
                        [&](const Row& row) {
                          found.known = true;
                          if (row.text(0) == day) found.times = row.integer(1);
                          return false;
                        }));
  ++found.times;
  CARNET_CHECK(tx.execute("INSERT INTO alert_reader (person_id, reader, day, times) VALUES ($1, $2, $3, $4) "
                          "ON CONFLICT (person_id, reader) DO UPDATE SET day = excluded.day, times = excluded.times",
                          {person.value, reader, day, found.times}));
  return found;
}

Result<bool> add_line(store::Tx& tx, const HearerKey& key, const AlertLine& line) {
  std::optional<AlertLine> before;
  bool told = false;
  CARNET_CHECK(tx.query("SELECT kind, times, told FROM alert_line WHERE person_id = $1 AND hearer_id = $2 AND day = $3 AND reader = $4",
                        {key.person.value, key.hearer.value, line.day, line.reader}, [&](const Row& row) {
                          before = AlertLine{line.day, line.reader, static_cast<LineKind>(row.integer(0)), row.integer(1)};
                          told = row.integer(2) != 0;
                          return false;
                        }));
  // What is graver is said, and said again even where the day's line has left.
  const bool graver = before && line.kind > before->kind;
  const auto kind = before ? std::max(before->kind, line.kind) : line.kind;
  const auto times = line.times + (before && !line.whole_day ? before->times : 0);
  const bool waits = !told || graver;
  CARNET_CHECK(tx.execute("INSERT INTO alert_line (person_id, hearer_id, day, reader, kind, times, told) "
                          "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, hearer_id, day, reader) "
                          "DO UPDATE SET kind = excluded.kind, times = excluded.times, told = excluded.told",
                          {key.person.value, key.hearer.value, line.day, line.reader, static_cast<int>(kind), times, !waits}));
  return waits;
}

Status due_by(store::Tx& tx, const HearerKey& key, Instant due) {
  CARNET_CHECK(tx.execute("INSERT INTO alert_hearer (person_id, hearer_id, due_at, letter_at) VALUES ($1, $2, $3, NULL) "
                          "ON CONFLICT (person_id, hearer_id) DO UPDATE SET due_at = CASE WHEN alert_hearer.due_at IS NULL "
                          "OR alert_hearer.due_at > excluded.due_at THEN excluded.due_at ELSE alert_hearer.due_at END",
                          {key.person.value, key.hearer.value, due.ms}));
  return {};
}

Status set_due(store::Tx& tx, const HearerKey& key, std::optional<Instant> due) {
  const auto ms = due ? std::optional(due->ms) : std::nullopt;
  CARNET_CHECK(tx.execute("UPDATE alert_hearer SET due_at = $3 WHERE person_id = $1 AND hearer_id = $2",
                          {key.person.value, key.hearer.value, ms}));
  return {};
}

Status letter_left(store::Tx& tx, const HearerKey& key, Instant at) {
  CARNET_CHECK(tx.execute("UPDATE alert_hearer SET letter_at = $3 WHERE person_id = $1 AND hearer_id = $2",
                          {key.person.value, key.hearer.value, at.ms}));
  return {};
}

Result<std::optional<Instant>> last_letter(store::Snapshot& at, const HearerKey& key) {
  std::optional<Instant> found;
  CARNET_CHECK(at.query("SELECT letter_at FROM alert_hearer WHERE person_id = $1 AND hearer_id = $2",
                        {key.person.value, key.hearer.value}, [&](const Row& row) {
                          if (!row.is_null(0)) found = Instant{row.integer(0)};
                          return false;
                        }));
  return found;
}

Result<std::vector<HearerKey>> due_hearers(store::Snapshot& at, Instant now, std::int64_t most) {
  std::vector<HearerKey> found;
  CARNET_CHECK(at.query("SELECT person_id, hearer_id FROM alert_hearer WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
                        {now.ms, most}, [&](const Row& row) {
                          found.push_back({PersonId(row.integer(0)), PersonId(row.integer(1))});
                          return true;
                        }));
  return found;
}

Result<bool> is_due(store::Snapshot& at, const HearerKey& key, Instant now) {
  bool due = false;
  CARNET_CHECK(at.query("SELECT 1 FROM alert_hearer WHERE person_id = $1 AND hearer_id = $2 AND due_at <= $3",
                        {key.person.value, key.hearer.value, now.ms}, [&](const Row&) {
                          due = true;
                          return false;
                        }));
  return due;
}

Result<std::vector<AlertLine>> untold_lines(store::Snapshot& at, const HearerKey& key) {
  std::vector<AlertLine> found;
  CARNET_CHECK(at.query("SELECT day, reader, kind, times FROM alert_line WHERE person_id = $1 AND hearer_id = $2 AND told = 0 "
                        "ORDER BY day, reader",
                        {key.person.value, key.hearer.value}, [&](const Row& row) {
                          found.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                           static_cast<LineKind>(row.integer(2)), row.integer(3)});
                          return true;
                        }));
  return found;
}

Status lines_told(store::Tx& tx, const HearerKey& key, const std::string& today) {
  CARNET_CHECK(tx.execute("DELETE FROM alert_line WHERE person_id = $1 AND hearer_id = $2 AND day < $3",
                          {key.person.value, key.hearer.value, today}));
  CARNET_CHECK(tx.execute("UPDATE alert_line SET told = 1 WHERE person_id = $1 AND hearer_id = $2",
                          {key.person.value, key.hearer.value}));
  return {};
}

}  // namespace carnet::access::rows
