#include "identity/counters.hpp"

#include <charconv>

namespace carnet::identity {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
// Longer than the longest wait: a subject left alone for a month starts anew, and its row goes.
constexpr std::int64_t remembered_ms = std::int64_t{30} * 24 * 3600 * 1000;

std::unexpected<kernel::Error> wait_until(std::int64_t next_ms, std::int64_t now_ms) {
  kernel::Error error{kernel::ErrorKind::too_many, "identity.wait", "too many attempts; wait before the next"};
  error.retry_after_s = (next_ms - now_ms + 999) / 1000;
  return std::unexpected(std::move(error));
}

}  // namespace

std::int64_t wait_after(std::int64_t misses, const std::vector<std::string>& waits) {
  std::int64_t seconds = 0;
  for (const auto& row : waits) {
    const auto colon = row.find(':');
    std::int64_t from = 0, wait = 0;
    const char* const text = row.data();
    const bool read = colon != std::string::npos && std::from_chars(text, text + colon, from).ec == std::errc() &&
                      std::from_chars(text + colon + 1, text + row.size(), wait).ec == std::errc();
    CARNET_INVARIANT(read, "a wait is written misses:seconds");
    if (misses >= from) seconds = std::max(seconds, wait);
  }
  return seconds;
}

namespace {

kernel::Status count_on(store::Tx& tx, const Shared& shared, std::string_view subject, std::string_view ladder) {
  const auto index = shared.subjects.of(subject);
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "counter", "subject_index", "touched_at", now - remembered_ms));
  CARNET_CHECK(tx.execute("INSERT INTO counter (subject_index, misses, next_at, touched_at) VALUES ($1, 0, 0, $2) "
                          "ON CONFLICT (subject_index) DO NOTHING",
                          {index, now}));
  std::int64_t misses = 0, next = 0;
  CARNET_CHECK(tx.query("SELECT misses, next_at FROM counter WHERE subject_index = $1", {index}, [&](const store::Row& row) {
    misses = row.integer(0);
    next = row.integer(1);
    return false;
  }));
  if (now < next) return wait_until(next, now);
  const std::int64_t wait_s = wait_after(misses + 1, shared.parameters.list(ladder, shared.today()));
  CARNET_TRY(counted, tx.execute("UPDATE counter SET misses = $3, next_at = $4, touched_at = $5 WHERE subject_index = $1 AND misses = $2",
                                 {index, misses, misses + 1, wait_s == 0 ? 0 : now + wait_s * 1000, now}));
  if (counted != 1) return wait_until(now + 1000, now);  // another attempt came between
  return {};
}

}  // namespace

kernel::Status count_attempt(store::Tx& tx, const Shared& shared, std::string_view subject) {
  return count_on(tx, shared, subject, "enrollment.code_waits");
}

kernel::Status count_source_attempt(store::Tx& tx, const Shared& shared, std::string_view subject) {
  if (subject.empty()) return {};
  return count_on(tx, shared, subject, "enrollment.source_waits");
}

std::string source_counter(const Shared& shared, std::string_view use, std::string_view source) {
  if (source.empty()) return {};
  return fmt::format("{}/{}/{}", use, shared.clock.now().ms / hour_ms, network_of(source));
}

kernel::Status take_back_attempt(store::Tx& tx, const Shared& shared, std::string_view subject) {
  CARNET_CHECK(tx.execute("UPDATE counter SET misses = misses - 1, touched_at = $2 WHERE subject_index = $1 AND misses > 0",
                          {shared.subjects.of(subject), shared.clock.now().ms}));
  return {};
}

kernel::Status once_in_days(store::Tx& tx, const Shared& shared, std::string_view subject, std::int64_t days) {
  const auto index = shared.subjects.of(subject);
  const std::int64_t now = shared.clock.now().ms, next = now + days * 24 * hour_ms;
  CARNET_TRY(passed, tx.execute("INSERT INTO counter (subject_index, misses, next_at, touched_at) VALUES ($1, 0, $3, $2) "
                                "ON CONFLICT (subject_index) DO UPDATE SET next_at = excluded.next_at, touched_at = excluded.touched_at "
                                "WHERE counter.next_at <= excluded.touched_at",
                                {index, now, next}));
  if (passed == 1) return {};
  std::int64_t from = next;
  CARNET_CHECK(tx.query("SELECT next_at FROM counter WHERE subject_index = $1", {index}, [&](const store::Row& row) {
    from = row.integer(0);
    return false;
  }));
  return wait_until(from, now);
}

kernel::Status forgive(store::Tx& tx, const Shared& shared, std::string_view subject) {
  CARNET_CHECK(tx.execute("UPDATE counter SET misses = 0, next_at = 0, touched_at = $2 WHERE subject_index = $1",
                          {shared.subjects.of(subject), shared.clock.now().ms}));
  return {};
}

kernel::Status touch_counter(store::Tx& tx, const Shared& shared, std::string_view subject) {
  CARNET_CHECK(tx.execute("UPDATE counter SET touched_at = $2 WHERE subject_index = $1",
                          {shared.subjects.of(subject), shared.clock.now().ms}));
  return {};
}

}  // namespace carnet::identity
