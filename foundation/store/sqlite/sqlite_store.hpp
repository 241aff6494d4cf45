// The embedded engine: one connection writes and checkpoints, several read.
#pragma once
#include <filesystem>
#include <memory>

#include "foundation/store/store.hpp"

namespace carnet::store {

kernel::Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Options& options);

}  // namespace carnet::store
