#include "identity/register_rows.hpp"

#include <algorithm>
#include <unordered_set>

namespace carnet::identity {

namespace {

using store::Param;
using store::Row;

constexpr std::size_t chunk = 64;  // values in one statement: few round trips, and one text for the statement cache
constexpr int child_side = 1, parent_side = 2;

Index index_at(const Row& row, int column) {
  const auto bytes = row.blob(column);
  return {bytes.begin(), bytes.end()};
}

// "$1,$2,...,$count"
std::string numbered(std::size_t from, std::size_t count) {
  std::string out;
  for (std::size_t i = from; i < from + count; ++i) out += fmt::format("{}${}", out.empty() ? "" : ",", i);
  return out;
}

// Asks for many keys at once, each by the primary key alone: a join would leave the server a choice, and it makes the
// wrong one while it has no statistics. The last key is repeated to fill the statement.
template <class Key>
kernel::Status ask(store::Snapshot& at, std::string_view head, const std::vector<Key>& keys, const std::function<bool(const Row&)>& each) {
  const std::string sql = fmt::format("{} IN ({})", head, numbered(1, chunk));
  std::vector<Param> params;
  for (std::size_t first = 0; first < keys.size(); first += chunk) {
    params.clear();
    for (std::size_t i = 0; i < chunk; ++i) params.emplace_back(keys[std::min(first + i, keys.size() - 1)]);
    CARNET_CHECK(at.query(sql, params, each));
  }
  return {};
}

// Inserts rows of `columns` parameters each, appended by `bind`, many in one statement.
template <class T, class Bind>
kernel::Status insert_all(store::Tx& tx, std::string_view head, std::size_t columns, const std::vector<T>& rows, Bind bind) {
  const auto statement = [&](std::size_t count) {
    std::string sql = fmt::format("INSERT INTO {} VALUES ", head);
    for (std::size_t i = 0; i < count; ++i) sql += fmt::format("{}({})", i == 0 ? "" : ",", numbered(i * columns + 1, columns));
    return sql;
  };
  std::vector<Param> params;
  for (std::size_t first = 0; first < rows.size();) {
    const std::size_t count = rows.size() - first >= chunk ? chunk : 1;
    const std::string sql = statement(count);
    for (std::size_t last_of_kind = first + (count == 1 ? rows.size() - first : (rows.size() - first) / chunk * chunk);
         first < last_of_kind; first += count) {
      params.clear();
      for (std::size_t i = 0; i < count; ++i) bind(params, rows[first + i]);
      CARNET_CHECK(tx.execute(sql, params));
    }
  }
  return {};
}

kernel::Status insert_cards(store::Tx& tx, const std::vector<CardRow>& rows) {
  return insert_all(tx, "card (person_id, serial_index, lost)", 3, rows, [](std::vector<Param>& params, const CardRow& row) {
    params.emplace_back(row.person.value);
    params.emplace_back(row.serial_index);
    params.emplace_back(row.lost);
  });
}

// The child's side, the parent's side where the parent is known, and what waits where it is not.
kernel::Status insert_parents(store::Tx& tx, const std::vector<ParentRow>& rows) {
  std::vector<ParentRow> known, awaited;
  for (const auto& row : rows) (row.parent.value != 0 ? known : awaited).push_back(row);
  const std::string_view head = "parentage (person_id, side, rank, other_id, other_index)";
  CARNET_CHECK(insert_all(tx, head, 5, rows, [](std::vector<Param>& params, const ParentRow& row) {
    for (const std::int64_t value : {row.child.value, std::int64_t{child_side}, row.rank, row.parent.value}) params.emplace_back(value);
    params.emplace_back(row.parent_index);
  }));
  CARNET_CHECK(insert_all(tx, head, 5, known, [](std::vector<Param>& params, const ParentRow& row) {
    for (const std::int64_t value : {row.parent.value, std::int64_t{parent_side}, row.rank, row.child.value}) params.emplace_back(value);
    params.emplace_back(kernel::ByteView());
  }));
  for (const auto& row : awaited) {
    CARNET_CHECK(tx.execute("INSERT INTO parent_awaited (parent_index, child_id, rank) VALUES ($1, $2, $3) "
                            "ON CONFLICT (parent_index, child_id) DO UPDATE SET rank = excluded.rank",
                            {row.parent_index, row.child.value, row.rank}));
  }
  return {};
}

kernel::Status insert_added(store::Tx& tx, const Plan& plan, kernel::Instant now) {
  CARNET_CHECK(insert_all(tx, "person (person_id, version, recorded_at, line_index, body)", 5, plan.persons,
                          [&](std::vector<Param>& params, const PersonRow& row) {
                            for (const std::int64_t value : {row.person.value, row.version, now.ms}) params.emplace_back(value);
                            params.emplace_back(row.line_index);
                            params.emplace_back(row.body);
                          }));
  CARNET_CHECK(insert_all(tx, "matricule (number_index, person_id, is_current)", 3, plan.numbers,
                          [](std::vector<Param>& params, const NumberRow& row) {
                            params.emplace_back(row.index);
                            params.emplace_back(row.person.value);
                            params.emplace_back(row.is_current);
                          }));
  CARNET_CHECK(insert_cards(tx, plan.cards));
  return insert_parents(tx, plan.parents);
}

std::unexpected<kernel::Error> changed_meanwhile() {
  return kernel::refuse(kernel::ErrorKind::conflict, "identity.register_changed", "another program writes the register");
}

kernel::Status drop_parents(store::Tx& tx, PersonId child) {
  std::vector<std::pair<std::int64_t, std::int64_t>> parents;  // rank, parent
  CARNET_CHECK(tx.query("SELECT rank, other_id FROM parentage WHERE person_id = $1 AND side = $2", {child.value, child_side},
                        [&](const Row& row) {
                          parents.emplace_back(row.integer(0), row.integer(1));
                          return true;
                        }));
  for (const auto& [rank, parent] : parents) {
    CARNET_CHECK(tx.execute("DELETE FROM parentage WHERE person_id = $1 AND side = $2 AND rank = $3 AND other_id = $4",
                            {parent, parent_side, rank, child.value}));
  }
  CARNET_CHECK(tx.execute("DELETE FROM parentage WHERE person_id = $1 AND side = $2", {child.value, child_side}));
  return {};
}

kernel::Status write_change(store::Tx& tx, const Plan::Change& change, kernel::Instant now) {
  const PersonRow& row = change.row;
  CARNET_CHECK(tx.execute("INSERT INTO person_before (person_id, version, recorded_at, line_index, body) "
                          "SELECT person_id, version, recorded_at, line_index, body FROM person WHERE person_id = $1",
                          {row.person.value}));
  CARNET_TRY(updated, tx.execute("UPDATE person SET version = $3, recorded_at = $4, line_index = $5, body = $6 "
                                 "WHERE person_id = $1 AND version = $2",
                                 {row.person.value, row.version - 1, row.version, now.ms, row.line_index, row.body}));
  if (updated != 1) return changed_meanwhile();
  for (const auto& number : change.numbers) {
    CARNET_TRY(kept, tx.execute("INSERT INTO matricule (number_index, person_id, is_current) VALUES ($1, $2, $3) "
                                "ON CONFLICT (number_index) DO UPDATE SET is_current = excluded.is_current "
                                "WHERE matricule.person_id = excluded.person_id",
                                {number.index, number.person.value, number.is_current}));
    if (kept != 1) return changed_meanwhile();
  }
  CARNET_CHECK(tx.execute("DELETE FROM card WHERE person_id = $1", {row.person.value}));
  CARNET_CHECK(insert_cards(tx, change.cards));
  CARNET_CHECK(drop_parents(tx, row.person));
  return insert_parents(tx, change.parents);
}

// A child's line may have changed since it awaited this parent; then nothing is linked.
kernel::Status write_link(store::Tx& tx, const Plan::Link& link) {
  const AwaitedParent& awaited = link.awaited;
  CARNET_CHECK(tx.execute("DELETE FROM parent_awaited WHERE parent_index = $1 AND child_id = $2",
                          {awaited.parent_index, awaited.child.value}));
  if (awaited.child == link.parent) return {};
  CARNET_TRY(linked, tx.execute("UPDATE parentage SET other_id = $5 WHERE person_id = $1 AND side = $2 AND rank = $3 AND "
                                "other_id = 0 AND other_index = $4",
                                {awaited.child.value, child_side, awaited.rank, awaited.parent_index, link.parent.value}));
  if (linked == 0) return {};
  CARNET_CHECK(tx.execute("INSERT INTO parentage (person_id, side, rank, other_id, other_index) VALUES ($1, $2, $3, $4, $5)",
                          {link.parent.value, parent_side, awaited.rank, awaited.child.value, kernel::ByteView()}));
  return {};
}

// Sealed bodies of persons whose line differs from the one their row came from.
kernel::Status read_changed_bodies(store::Snapshot& at, std::span<const ReadyLine> lines, Known& known) {
  std::unordered_set<std::int64_t> wanted;
  const auto meet = [&](const ReadyLine& line, const Index& index) {
    const auto number = known.numbers.find(index);
    if (number != known.numbers.end() && known.persons.at(number->second).line_index != line.line_index) wanted.insert(number->second.value);
  };
  for (const auto& line : lines) {
    meet(line, line.number_index);
    for (const auto& index : line.former_indexes) meet(line, index);
  }
  for (const std::int64_t person : wanted) {
    CARNET_CHECK(at.query("SELECT body FROM person WHERE person_id = $1", {person}, [&](const Row& row) {
      known.persons.at(PersonId(person)).body = index_at(row, 0);
      return false;
    }));
  }
  return {};
}

}  // namespace

kernel::Result<Known> known_of(store::Snapshot& at, std::span<const ReadyLine> lines) {
  Known known;
  CARNET_CHECK(at.query("SELECT max(person_id) FROM person", {}, [&](const Row& row) {
    known.last_person = row.is_null(0) ? 0 : row.integer(0);
    return false;
  }));
  std::vector<Index> indexes;
  for (const auto& line : lines) {
    indexes.push_back(line.number_index);
    indexes.insert(indexes.end(), line.former_indexes.begin(), line.former_indexes.end());
    indexes.insert(indexes.end(), line.parent_indexes.begin(), line.parent_indexes.end());
  }
  std::sort(indexes.begin(), indexes.end());  // neighbours in the table are read together
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  std::vector<std::int64_t> persons;
  CARNET_CHECK(ask(at, "SELECT number_index, person_id FROM matricule WHERE number_index", indexes, [&](const Row& row) {
    persons.push_back(row.integer(1));
    known.numbers.emplace(index_at(row, 0), PersonId(persons.back()));
    return true;
  }));
  std::sort(persons.begin(), persons.end());
  CARNET_CHECK(ask(at, "SELECT person_id, version, line_index FROM person WHERE person_id", persons, [&](const Row& row) {
    known.persons.emplace(PersonId(row.integer(0)), KnownPerson{row.integer(1), index_at(row, 2), {}});
    return true;
  }));
  std::erase_if(indexes, [&](const Index& index) { return known.numbers.contains(index); });
  CARNET_CHECK(ask(at, "SELECT parent_index, child_id, rank FROM parent_awaited WHERE parent_index", indexes, [&](const Row& row) {
    known.awaited.push_back({index_at(row, 0), PersonId(row.integer(1)), row.integer(2)});
    return true;
  }));
  CARNET_CHECK(read_changed_bodies(at, lines, known));
  return known;
}

kernel::Status write_plan(store::Tx& tx, const Plan& plan, kernel::Instant now) {
  CARNET_CHECK(insert_added(tx, plan, now));
  for (const auto& change : plan.changes) CARNET_CHECK(write_change(tx, change, now));
  for (const auto& link : plan.links) CARNET_CHECK(write_link(tx, link));
  return {};
}

kernel::Result<std::optional<ImportRun>> last_run_if(store::Snapshot& at, const crypto::Digest& fingerprint) {
  std::optional<ImportRun> run;
  bool is_last = false;
  CARNET_CHECK(at.query("SELECT touched, done_bytes, done_lines, chain, added, changed, unchanged, set_aside, set_aside_bytes, "
                        "CASE WHEN touched = (SELECT max(touched) FROM import_run) THEN 1 ELSE 0 END FROM import_run WHERE fingerprint = $1",
                        {fingerprint}, [&](const Row& row) {
                          run.emplace();
                          run->touched = row.integer(0);
                          run->mark.bytes = row.integer(1);
                          run->mark.lines = row.integer(2);
                          const auto chain = row.blob(3);
                          std::copy_n(chain.begin(), std::min(chain.size(), run->mark.chain.size()), run->mark.chain.begin());
                          run->counts.added = row.integer(4);
                          run->counts.changed = row.integer(5);
                          run->counts.unchanged = row.integer(6);
                          run->counts.set_aside = row.integer(7);
                          run->set_aside_bytes = row.integer(8);
                          is_last = row.integer(9) != 0;
                          return false;
                        }));
  if (!is_last) run.reset();
  return run;
}

kernel::Status begin_run(store::Tx& tx, const crypto::Digest& fingerprint, const ImportRun& run) {
  std::int64_t touched = 1;
  CARNET_CHECK(tx.query("SELECT coalesce(max(touched), 0) + 1 FROM import_run", {}, [&](const Row& row) {
    touched = row.integer(0);
    return false;
  }));
  CARNET_CHECK(tx.execute("INSERT INTO import_run (fingerprint, touched, done_bytes, done_lines, chain, added, changed, unchanged, "
                          "set_aside, set_aside_bytes) VALUES ($1, $2, 0, 0, $3, 0, 0, 0, 0, 0) "
                          "ON CONFLICT (fingerprint) DO UPDATE SET touched = excluded.touched",
                          {fingerprint, touched, run.mark.chain}));
  return mark_run(tx, fingerprint, run);
}

kernel::Status mark_run(store::Tx& tx, const crypto::Digest& fingerprint, const ImportRun& run) {
  CARNET_CHECK(tx.execute("UPDATE import_run SET done_bytes = $2, done_lines = $3, chain = $4, added = $5, changed = $6, "
                          "unchanged = $7, set_aside = $8, set_aside_bytes = $9 WHERE fingerprint = $1",
                          {fingerprint, run.mark.bytes, run.mark.lines, run.mark.chain, run.counts.added, run.counts.changed,
                           run.counts.unchanged, run.counts.set_aside, run.set_aside_bytes}));
  return {};
}

}  // namespace carnet::identity
