// The rows of access. Append-only versions: the last by recorded_at holds.
#include "access/state.hpp"

namespace carnet::access {

using kernel::Result;
using kernel::Status;
using store::Row;

Result<Relations> relations_of(store::Snapshot& at, PersonId person, std::string_view rpps, std::string_view structure,
                               Instant now) {
  Relations found;
  // The last version of each (professional, structure): a later row with an earlier end withdraws.
  CARNET_CHECK(at.query(
      "SELECT valid_from, valid_to FROM care_team WHERE person_id = $1 AND rpps = $2 AND structure_id = $3 "
      "ORDER BY recorded_at DESC LIMIT 1",
      {person.value, rpps, structure}, [&](const Row& row) {
        found.care_team = row.integer(0) <= now.ms && (row.is_null(1) || now.ms < row.integer(1));
        return false;
      }));
  CARNET_CHECK(at.query("SELECT 1 FROM author WHERE person_id = $1 AND rpps = $2", {person.value, rpps}, [&](const Row&) {
    found.author = true;
    return false;
  }));
  CARNET_CHECK(at.query("SELECT blocked FROM blocked WHERE person_id = $1 AND rpps = $2 ORDER BY recorded_at DESC LIMIT 1",
                        {person.value, rpps}, [&](const Row& row) {
                          found.blocked = row.integer(0) != 0;
                          return false;
                        }));
  return found;
}

Result<Settings> settings_of(store::Snapshot& at, PersonId person) {
  Settings settings;
  CARNET_CHECK(at.query("SELECT mode, refused FROM emergency_refusal WHERE person_id = $1 ORDER BY mode, recorded_at",
                        {person.value}, [&](const Row& row) {
                          const bool allowed = row.integer(1) == 0;
                          if (row.integer(0) == static_cast<int>(audit::Mode::bris_de_glace)) settings.allows_bris_de_glace = allowed;
                          if (row.integer(0) == static_cast<int>(audit::Mode::centre_15)) settings.allows_centre_15 = allowed;
                          return true;
                        }));
  return settings;
}

Status insert_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure, Instant from,
                        std::optional<Instant> to, Instant now) {
  const std::optional<std::int64_t> end = to ? std::optional(to->ms) : std::nullopt;
  CARNET_TRY(changed, tx.execute("INSERT INTO care_team (person_id, rpps, structure_id, valid_from, valid_to, recorded_at) "
                                 "VALUES ($1, $2, $3, $4, $5, $6) "
                                 "ON CONFLICT (person_id, rpps, structure_id, recorded_at) DO UPDATE SET "
                                 "valid_from = excluded.valid_from, valid_to = excluded.valid_to",
                                 {person.value, rpps, structure, from.ms, end, now.ms}));
  (void)changed;
  return {};
}

Status insert_author(store::Tx& tx, PersonId person, std::string_view rpps, Instant now) {
  CARNET_TRY(changed, tx.execute("INSERT INTO author (person_id, rpps, recorded_at) VALUES ($1, $2, $3) "
                                 "ON CONFLICT (person_id, rpps) DO NOTHING",
                                 {person.value, rpps, now.ms}));
  (void)changed;
  return {};
}

Status insert_blocked(store::Tx& tx, PersonId person, std::string_view rpps, bool blocked, Instant now) {
  CARNET_TRY(changed, tx.execute("INSERT INTO blocked (person_id, rpps, recorded_at, blocked) VALUES ($1, $2, $3, $4) "
                                 "ON CONFLICT (person_id, rpps, recorded_at) DO UPDATE SET blocked = excluded.blocked",
                                 {person.value, rpps, now.ms, blocked}));
  (void)changed;
  return {};
}

Status insert_emergency_refusal(store::Tx& tx, PersonId person, audit::Mode mode, bool refused, Instant now) {
  CARNET_TRY(changed, tx.execute("INSERT INTO emergency_refusal (person_id, mode, recorded_at, refused) VALUES ($1, $2, $3, $4) "
                                 "ON CONFLICT (person_id, mode, recorded_at) DO UPDATE SET refused = excluded.refused",
                                 {person.value, static_cast<int>(mode), now.ms, refused}));
  (void)changed;
  return {};
}

}  // namespace carnet::access
