// Any bytes as a message of any form: testing/any_bytes.hpp.
#include "vigilance/testing/any_bytes.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet::vigilance;
  static const auto engine = std::move(*Engine::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance", Trust::any));
  const auto wrong = wrong_with(engine, {reinterpret_cast<const char*>(data), size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(wrong.size()), wrong.data());
  std::abort();
}
