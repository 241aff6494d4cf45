#include "foundation/store/postgres/postgres_store.hpp"

namespace carnet::store {

kernel::Result<std::unique_ptr<Store>> open_postgres(const std::string&, const Options&, Packs::Disk) {
  return kernel::fault("store.failed", "this build has no PostgreSQL");
}

}  // namespace carnet::store
