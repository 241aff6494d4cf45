// What the parts of access have in common. Private to this capability.
#pragma once
#include "access/access.hpp"

namespace carnet::access {

std::vector<store::Migration> schema_files(std::string_view folder);

struct Access::State {
  store::Store& main;
  const parameters::Parameters& parameters;
  audit::Journal& journal;
  identity::Identity& identity;
  enrollment::Enrollment& enrollment;
  const io::Clock& clock;
  RoleMatrix matrix;
  std::function<io::Task<kernel::Result<std::int64_t>>(const identity::Caller&, PersonId)> new_documents;
  std::function<io::Task<kernel::Result<std::string>>(SpaceId, audit::Lane)> extract{};
};

// ---- store.cpp: the rows of this capability
struct Relations {
  bool care_team = false, author = false, blocked = false;
};
kernel::Result<Relations> relations_of(store::Snapshot& at, PersonId person, std::string_view rpps, std::string_view structure,
                                       Instant now);
kernel::Result<Settings> settings_of(store::Snapshot& at, PersonId person);
kernel::Status insert_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure, Instant from,
                                std::optional<Instant> to, Instant now);
kernel::Status insert_author(store::Tx& tx, PersonId person, std::string_view rpps, Instant now);
kernel::Status insert_blocked(store::Tx& tx, PersonId person, std::string_view rpps, bool blocked, Instant now);
kernel::Status insert_emergency_refusal(store::Tx& tx, PersonId person, audit::Mode mode, bool refused, Instant now);

}  // namespace carnet::access
