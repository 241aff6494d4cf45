// Every table of every capability obeys the rules that keep the schema fit for distribution by person (stack: server store).
#include <gtest/gtest.h>

#include "apps/wiring/house.hpp"
#include "foundation/store/schema_lint.hpp"

namespace carnet::wiring {
namespace {

TEST(Schema, EveryMigrationPassesTheLint) {
  for (const auto& migrations :
       {audit::Journal::main_migrations(), audit::Journal::journal_migrations(), keyring::Keyring::migrations(),
        notices::Notices::migrations(), identity::Identity::migrations(), enrollment::Enrollment::migrations(),
        access::Access::migrations(), record::Record::migrations(), campaign::Campaign::migrations()}) {
    EXPECT_FALSE(migrations.empty());
    for (const auto& issue : store::lint_schema(migrations)) ADD_FAILURE() << issue.file << ", " << issue.about << ": " << issue.says;
  }
}

}  // namespace
}  // namespace carnet::wiring
