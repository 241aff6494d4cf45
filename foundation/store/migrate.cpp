// Applies migrations, forward only, and remembers what was applied.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "foundation/store/dialect.hpp"
#include "foundation/store/engine.hpp"

namespace carnet::store {

namespace {

constexpr const char* memory_table =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " owner TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " PRIMARY KEY (owner, name)) WITHOUT ROWID";

struct Applied {
  std::string owner, name, fingerprint;
};

std::unexpected<kernel::Error> refused(std::string_view code, const std::string& detail) {
  return kernel::refuse(kernel::ErrorKind::conflict, code, detail);
}

kernel::Result<std::vector<Applied>> read_applied(Store& store) {
  return store.read_now<std::vector<Applied>>([](Snapshot& snapshot) -> kernel::Result<std::vector<Applied>> {
    std::vector<Applied> applied;
    CARNET_CHECK(snapshot.query(
        "SELECT owner, name, fingerprint FROM schema_migration ORDER BY owner, name", {}, [&](const Row& row) {
          applied.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
          return true;
        }));
    return applied;
  });
}

// What this engine runs, in the order it runs: owners as first given, names sorted.
std::vector<Migration> plan(std::span<const Migration> migrations, Engine engine) {
  std::vector<std::string> owners;
  for (const auto& migration : migrations) {
    if (std::find(owners.begin(), owners.end(), migration.owner) == owners.end()) owners.push_back(migration.owner);
  }
  std::vector<Migration> planned;
  for (const auto& owner : owners) {
    const auto first = static_cast<std::ptrdiff_t>(planned.size());
    for (const auto& migration : migrations) {
      if (migration.owner == owner && meant_for(migration.name, engine)) planned.push_back(migration);
    }
    std::sort(planned.begin() + first, planned.end(),
              [](const Migration& a, const Migration& b) { return a.name < b.name; });
  }
  return planned;
}

kernel::Status check_known(const std::vector<Applied>& applied, const std::vector<Migration>& planned) {
  for (const auto& done : applied) {
    const auto known = std::find_if(planned.begin(), planned.end(), [&](const Migration& migration) {
      return migration.owner == done.owner && migration.name == done.name;
    });
    const std::string which = done.owner + "/" + done.name;
    if (known == planned.end()) return refused("store.schema_unknown", which + " is not known to this program");
    if (text_fingerprint(known->sql) != done.fingerprint) {
      return refused("store.schema_changed", which + " was applied with another text");
    }
  }
  return {};
}

kernel::Status apply_one(Store& store, const Migration& migration, Engine engine) {
  return store.write_now<void>([&](Tx& tx) -> kernel::Status {
    CARNET_CHECK(static_cast<EngineTx&>(tx).script(translate(migration.sql, engine)));
    CARNET_CHECK(tx.execute("INSERT INTO schema_migration (owner, name, fingerprint) VALUES ($1, $2, $3)",
                            {migration.owner, migration.name, text_fingerprint(migration.sql)}));
    return {};
  });
}

}  // namespace

kernel::Status check_migrations(Store& store, std::span<const Migration> migrations) {
  CARNET_TRY(applied, read_applied(store));
  const auto planned = plan(migrations, store.engine() == "sqlite" ? Engine::sqlite : Engine::postgres);
  CARNET_CHECK(check_known(applied, planned));
  for (const auto& migration : planned) {
    const bool done = std::ranges::any_of(
        applied, [&](const Applied& one) { return one.owner == migration.owner && one.name == migration.name; });
    if (!done) return refused("store.schema_older", migration.owner + "/" + migration.name + " has not been applied yet");
  }
  return {};
}

kernel::Status apply_migrations(Store& store, std::span<const Migration> migrations) {
  const Engine engine = store.engine() == "sqlite" ? Engine::sqlite : Engine::postgres;
  CARNET_CHECK(store.write_now<void>(
      [&](Tx& tx) { return static_cast<EngineTx&>(tx).script(translate(memory_table, engine)); }));
  CARNET_TRY(applied, read_applied(store));
  const auto planned = plan(migrations, engine);
  CARNET_CHECK(check_known(applied, planned));
  for (const auto& migration : planned) {
    bool done = false, later_done = false;
    for (const auto& other : applied) {
      if (other.owner != migration.owner) continue;
      done = done || other.name == migration.name;
      later_done = later_done || other.name > migration.name;
    }
    if (done) continue;
    if (later_done) {
      return refused("store.schema_order",
                     migration.owner + "/" + migration.name + " comes before one already applied");
    }
    if (auto status = apply_one(store, migration, engine); !status) {
      auto error = std::move(status).error();
      error.detail = fmt::format("{}/{}: {}", migration.owner, migration.name, error.detail);
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

}  // namespace carnet::store
