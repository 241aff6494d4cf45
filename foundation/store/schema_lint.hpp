// What a schema may not contain, so that the same tables can one day be spread over many servers (Citus, YugabyteDB)
// and are clustered by person on each: checked by a test over every migration.
//   no triggers, sequences, AUTOINCREMENT, identity columns, exclusion or deferrable constraints
//   every table WITHOUT ROWID, unless its key is one INTEGER PRIMARY KEY; every table has a primary key
//   space_id or person_id first in each primary key, unique index and foreign key
// A table or index that is not person data says so before or inside its statement, with the reason:
//   -- lint: not person data: reason
#pragma once
#include <span>
#include <string>
#include <vector>

#include "foundation/store/store.hpp"

namespace carnet::store {

struct LintIssue {
  std::string file;   // "owner/name"
  std::string about;  // the table or index
  std::string says;
};
std::vector<LintIssue> lint_schema(std::span<const Migration> migrations);

}  // namespace carnet::store
