#include "foundation/kernel/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace carnet::kernel {

void broken_invariant(const char* what, const char* file, int line) {
  std::fprintf(stderr, "broken invariant: %s (%s:%d)\n", what, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace carnet::kernel
