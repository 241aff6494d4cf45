// The SQL of the desk.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "vigilance/desk_state.hpp"

namespace carnet::vigilance::rows {

using kernel::Result;
using kernel::Status;
using store::Row;

namespace {

constexpr std::string_view columns = "group_id, print, kind, first_ms, last_ms, reports, state, name, hosts, numbers";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

Group group_of(const Row& row) {
  return {row.integer(0), static_cast<std::uint64_t>(row.integer(1)), std::string(row.text(2)), Instant{row.integer(3)}, Instant{row.integer(4)},
          row.integer(5), static_cast<Group::State>(row.integer(6)), std::string(row.text(7)), lines_of(row.text(8)), lines_of(row.text(9))};
}

bool shares(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (const auto& one : a)
    if (std::ranges::find(b, one) != b.end()) return true;
  return false;
}

}  // namespace

Result<std::vector<Group>> groups(store::Snapshot& at, Group::State state, std::size_t limit) {
  static const std::string sql = fmt::format("SELECT {} FROM report_group WHERE state = $1 ORDER BY reports DESC, group_id LIMIT $2", columns);
  std::vector<Group> found;
  CARNET_CHECK(at.query(sql, {static_cast<int>(state), limit}, [&](const Row& row) {
    found.push_back(group_of(row));
    return true;
  }));
  return found;
}

Result<std::optional<Group>> group(store::Snapshot& at, std::int64_t id) {
  static const std::string sql = fmt::format("SELECT {} FROM report_group WHERE group_id = $1", columns);
  std::optional<Group> found;
  CARNET_CHECK(at.query(sql, {id}, [&](const Row& row) {
    found = group_of(row);
    return false;
  }));
  return found;
}

// The nearest by text, else one that shares a host or a number.
Result<std::optional<Group>> like(store::Snapshot& at, const Group& one, Instant since) {
  static const std::string sql = fmt::format("SELECT {} FROM report_group WHERE last_ms >= $1", columns);
  std::optional<Group> nearest, sharing;
  int distance = Campaigns::max_distance + 1;
  CARNET_CHECK(at.query(sql, {since.ms}, [&](const Row& row) {
    auto other = group_of(row);
    const int apart = one.print == 0 || other.print == 0 ? distance : std::popcount(one.print ^ other.print);
    if (!sharing && (shares(one.hosts, other.hosts) || shares(one.numbers, other.numbers))) sharing = other;
    if (apart < distance) {
      distance = apart;
      nearest = std::move(other);
    }
    return true;
  }));
  return nearest ? nearest : sharing;
}

Status put_group(store::Tx& tx, const Group& one) {
  CARNET_CHECK(tx.execute("INSERT INTO report_group (group_id, print, kind, first_ms, last_ms, reports, state, name, hosts, numbers)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (group_id) DO UPDATE SET print = $2, kind = $3,"
                          " first_ms = $4, last_ms = $5, reports = $6, state = $7, name = $8, hosts = $9, numbers = $10",
                          {one.id, static_cast<std::int64_t>(one.print), one.kind, one.first.ms, one.last.ms, one.reports,
                           static_cast<int>(one.state), one.name, joined(one.hosts), joined(one.numbers)}));
  return {};
}

Status insert_report(store::Tx& tx, std::int64_t id, std::int64_t in, Instant at, Instant expires, kernel::ByteView sealed) {
  CARNET_CHECK(tx.execute("INSERT INTO report (report_id, group_id, at_ms, expires_ms, sealed) VALUES ($1, $2, $3, $4, $5)",
                          {id, in, at.ms, expires.ms, sealed}));
  return {};
}

Result<std::int64_t> next_id(store::Snapshot& at, std::string_view table) {
  const std::string sql = table == "report" ? "SELECT COALESCE(MAX(report_id), 0) + 1 FROM report" : "SELECT COALESCE(MAX(group_id), 0) + 1 FROM report_group";
  std::int64_t next = 1;
  CARNET_CHECK(at.query(sql, {}, [&](const Row& row) {
    next = row.integer(0);
    return false;
  }));
  return next;
}

Result<std::vector<Kept>> texts(store::Snapshot& at, std::int64_t in, Instant now, std::size_t limit) {
  std::vector<Kept> found;
  CARNET_CHECK(at.query("SELECT report_id, sealed FROM report WHERE group_id = $1 AND expires_ms > $2 ORDER BY report_id DESC LIMIT $3",
                        {in, now.ms, limit}, [&](const Row& row) {
                          const auto sealed = row.blob(1);
                          found.push_back({row.integer(0), {sealed.begin(), sealed.end()}});
                          return true;
                        }));
  return found;
}

Result<std::int64_t> answers_since(store::Snapshot& at, std::string_view sender, Instant since) {
  std::int64_t count = 0;
  CARNET_CHECK(at.query("SELECT COUNT(*) FROM mail_answer WHERE sender = $1 AND at_ms > $2", {sender, since.ms}, [&](const Row& row) {
    count = row.integer(0);
    return false;
  }));
  return count;
}

Result<bool> claim_answer(store::Tx& tx, std::string_view print, std::string_view sender, Instant at) {
  bool known = false;
  CARNET_CHECK(tx.query("SELECT at_ms FROM mail_answer WHERE print = $1", {print}, [&](const Row&) {
    known = true;
    return false;
  }));
  if (known) return false;
  CARNET_CHECK(tx.execute("INSERT INTO mail_answer (print, sender, at_ms) VALUES ($1, $2, $3)", {print, sender, at.ms}));
  return true;
}

Status release_answer(store::Tx& tx, std::string_view print) {
  CARNET_CHECK(tx.execute("DELETE FROM mail_answer WHERE print = $1", {print}));
  return {};
}

Status expire(store::Tx& tx, Instant now) {
  CARNET_CHECK(tx.execute("DELETE FROM mail_answer WHERE at_ms <= $1", {now.plus(-std::chrono::hours(72)).ms}));
  CARNET_CHECK(tx.execute("DELETE FROM report WHERE expires_ms <= $1", {now.ms}));
  return {};
}

Status count_week(store::Tx& tx, std::string_view week, std::string_view kind) {
  CARNET_CHECK(tx.execute("INSERT INTO report_week (week, kind, reports) VALUES ($1, $2, 1) ON CONFLICT (week, kind) DO UPDATE SET"
                          " reports = report_week.reports + 1",
                          {week, kind}));
  return {};
}

Result<std::vector<Week>> weeks(store::Snapshot& at, std::string_view from, std::int64_t least) {
  std::vector<Week> found;
  CARNET_CHECK(at.query("SELECT week, kind, reports FROM report_week WHERE week >= $1 AND reports >= $2 ORDER BY week DESC, reports DESC, kind",
                        {from, least}, [&](const Row& row) {
                          found.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2)});
                          return true;
                        }));
  return found;
}

}  // namespace carnet::vigilance::rows
