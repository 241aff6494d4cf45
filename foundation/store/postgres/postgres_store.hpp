// The server engine: PostgreSQL 15 through libpq.
#pragma once
#include <memory>
#include <string>

#include "foundation/store/store.hpp"

namespace carnet::store {

kernel::Result<std::unique_ptr<Store>> open_postgres(const std::string& conninfo, const Options& options);

}  // namespace carnet::store
