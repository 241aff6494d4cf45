// A fresh place for a store, one kind per engine, for suites that run on all of them:
//   INSTANTIATE_TEST_SUITE_P(Engines, MySuite, ::testing::ValuesIn(carnet::store::testing::store_cases()));
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "foundation/store/store.hpp"
#include "foundation/store/testing/postgres_server.hpp"
#include "foundation/store/testing/temp_directory.hpp"

namespace carnet::store::testing {

inline std::vector<std::string> store_cases() {
  return {"sqlite", "postgres"};
}

class StoreCase {
 public:
  static std::unique_ptr<StoreCase> make(const std::string& engine) {
    auto made = std::unique_ptr<StoreCase>(new StoreCase);
    made->location_ = engine == "sqlite" ? "sqlite:" + (made->directory_ / "store.db").string()
                                         : "postgres:" + PostgresServer::shared().create_database();
    return made;
  }
  const std::string& location() const { return location_; }
  const TempDirectory& directory() const { return directory_; }
  Options options() const {
    Options options;
    options.objects = directory_ / "objects";
    return options;
  }

 private:
  StoreCase() = default;
  TempDirectory directory_;
  std::string location_;
};

}  // namespace carnet::store::testing
