// The rows of access. Versions are added, never changed.
#include "access/state.hpp"

namespace carnet::access::rows {

using kernel::Result;
using kernel::Status;
using store::Row;

namespace {

Version version_from(const Row& row) {
  Version version;
  version.subject = row.text(0);
  version.kind = static_cast<Kind>(row.integer(1));
  version.place = row.text(2);
  version.valid_from = Instant{row.integer(3)};
  if (!row.is_null(4)) version.valid_to = Instant{row.integer(4)};
  version.recorded_at = Instant{row.integer(5)};
  version.on = row.integer(6) != 0;
  version.detail = row.text(7);
  return version;
}

std::optional<std::int64_t> ms_of(const std::optional<Instant>& instant) {
  return instant ? std::optional(instant->ms) : std::nullopt;
}

}  // namespace

Result<std::vector<Version>> of_subject(store::Snapshot& at, PersonId person, std::string_view subject) {
  std::vector<Version> found;
  CARNET_CHECK(at.query(
      "SELECT subject, kind, place, valid_from, valid_to, recorded_at, state, detail FROM access_version "
      "WHERE person_id = $1 AND subject IN ('', $2) ORDER BY subject, kind, place, version",
      {person.value, subject}, [&](const Row& row) {
        found.push_back(version_from(row));
        return true;
      }));
  return found;
}

Result<std::vector<Version>> of_space(store::Snapshot& at, PersonId person) {
  std::vector<Version> found;
  CARNET_CHECK(at.query(
      "SELECT subject, kind, place, valid_from, valid_to, recorded_at, state, detail FROM access_version "
      "WHERE person_id = $1 ORDER BY subject, kind, place, version",
      {person.value}, [&](const Row& row) {
        found.push_back(version_from(row));
        return true;
      }));
  return found;
}

Status add(store::Tx& tx, PersonId person, const Version& version) {
  const auto kind = static_cast<int>(version.kind);
  std::int64_t next = 1;
  CARNET_CHECK(tx.query(
      "SELECT version FROM access_version WHERE person_id = $1 AND subject = $2 AND kind = $3 AND place = $4 "
      "ORDER BY version DESC LIMIT 1",
      {person.value, version.subject, kind, version.place}, [&](const Row& row) {
        next = row.integer(0) + 1;
        return false;
      }));
  CARNET_CHECK(tx.execute("INSERT INTO access_version (person_id, subject, kind, place, version, valid_from, valid_to, "
                          "recorded_at, state, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                          {person.value, version.subject, kind, version.place, next, version.valid_from.ms,
                           ms_of(version.valid_to), version.recorded_at.ms, version.on, version.detail}));
  return {};
}

Result<std::vector<PersonId>> delegating_to(store::Snapshot& at, PersonId person) {
  std::vector<PersonId> found;
  CARNET_CHECK(at.query("SELECT DISTINCT person_id FROM access_version WHERE kind >= 10 AND subject = $1 "
                        "AND kind IN (10, 11) ORDER BY person_id",
                        {subject_of(person)}, [&](const Row& row) {
                          found.emplace_back(row.integer(0));
                          return true;
                        }));
  return found;
}

Result<std::vector<Emergency>> emergencies(store::Snapshot& at, PersonId person) {
  std::vector<Emergency> found;
  CARNET_CHECK(at.query("SELECT number, rpps, structure_id, mode, opened_at, contested_at FROM emergency_access "
                        "WHERE person_id = $1 ORDER BY number DESC",
                        {person.value}, [&](const Row& row) {
                          Emergency event{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                                          static_cast<audit::Mode>(row.integer(3)), Instant{row.integer(4)}};
                          if (!row.is_null(5)) event.contested_at = Instant{row.integer(5)};
                          found.push_back(std::move(event));
                          return true;
                        }));
  return found;
}

Result<bool> told_since(store::Snapshot& at, PersonId person, const Emergency& event, Instant since) {
  bool told = false;
  CARNET_CHECK(at.query("SELECT 1 FROM emergency_access WHERE person_id = $1 AND rpps = $2 AND structure_id = $3 "
                        "AND mode = $4 AND opened_at > $5",
                        {person.value, event.rpps, event.structure, static_cast<int>(event.mode), since.ms},
                        [&](const Row&) {
                          told = true;
                          return false;
                        }));
  return told;
}

Status add_emergency(store::Tx& tx, PersonId person, const Emergency& event) {
  std::int64_t next = 1;
  CARNET_CHECK(tx.query("SELECT number FROM emergency_access WHERE person_id = $1 ORDER BY number DESC LIMIT 1",
                        {person.value}, [&](const Row& row) {
                          next = row.integer(0) + 1;
                          return false;
                        }));
  CARNET_CHECK(tx.execute("INSERT INTO emergency_access (person_id, number, rpps, structure_id, mode, opened_at, "
                          "contested_at) VALUES ($1, $2, $3, $4, $5, $6, NULL)",
                          {person.value, next, event.rpps, event.structure, static_cast<int>(event.mode),
                           event.opened_at.ms}));
  return {};
}

Result<bool> contest_emergency(store::Tx& tx, PersonId person, std::int64_t number, Instant now) {
  CARNET_TRY(changed, tx.execute("UPDATE emergency_access SET contested_at = $3 WHERE person_id = $1 AND number = $2 "
                                 "AND contested_at IS NULL",
                                 {person.value, number, now.ms}));
  return changed == 1;
}

Status put_code(store::Tx& tx, PersonId person, kernel::ByteView hash, Instant expires) {
  CARNET_CHECK(tx.execute("INSERT INTO consultation_code (person_id, code_hash, expires_at, tries) VALUES ($1, $2, $3, 0) "
                          "ON CONFLICT (person_id) DO UPDATE SET code_hash = excluded.code_hash, "
                          "expires_at = excluded.expires_at, tries = 0",
                          {person.value, hash, expires.ms}));
  return {};
}

Result<std::optional<LiveCode>> live_code(store::Snapshot& at, PersonId person, Instant now) {
  std::optional<LiveCode> found;
  CARNET_CHECK(at.query("SELECT code_hash, tries FROM consultation_code WHERE person_id = $1 AND expires_at > $2",
                        {person.value, now.ms}, [&](const Row& row) {
                          const auto hash = row.blob(0);
                          found = LiveCode{{hash.begin(), hash.end()}, row.integer(1)};
                          return false;
                        }));
  return found;
}

Status count_try(store::Tx& tx, PersonId person) {
  CARNET_CHECK(tx.execute("UPDATE consultation_code SET tries = tries + 1 WHERE person_id = $1", {person.value}));
  return {};
}

Result<bool> spend_code(store::Tx& tx, PersonId person, kernel::ByteView hash) {
  CARNET_TRY(spent, tx.execute("DELETE FROM consultation_code WHERE person_id = $1 AND code_hash = $2", {person.value, hash}));
  return spent == 1;
}

Status put_invitation(store::Tx& tx, kernel::ByteView hash, const WaitingCarer& waiting, Instant expires, Instant now) {
  CARNET_CHECK(tx.execute("DELETE FROM carer_invitation WHERE person_id = $1 AND expires_at <= $2",
                          {waiting.person.value, now.ms}));
  CARNET_CHECK(tx.execute("INSERT INTO carer_invitation (person_id, code_hash, classes, until, giver_id, expires_at) "
                          "VALUES ($1, $2, $3, $4, $5, $6)",
                          {waiting.person.value, hash, waiting.classes, waiting.until.ms, waiting.giver.value, expires.ms}));
  return {};
}

Result<std::optional<WaitingCarer>> take_invitation(store::Tx& tx, kernel::ByteView hash, Instant now) {
  std::optional<WaitingCarer> found;
  CARNET_CHECK(tx.query("SELECT person_id, classes, until, giver_id FROM carer_invitation WHERE code_hash = $1 AND expires_at > $2",
                        {hash, now.ms}, [&](const Row& row) {
                          found = WaitingCarer{PersonId(row.integer(0)), static_cast<std::uint32_t>(row.integer(1)),
                                               Instant{row.integer(2)}, PersonId(row.integer(3))};
                          return false;
                        }));
  if (found)
    CARNET_CHECK(tx.execute("DELETE FROM carer_invitation WHERE person_id = $1 AND code_hash = $2",
                            {found->person.value, hash}));
  return found;
}

}  // namespace carnet::access::rows
