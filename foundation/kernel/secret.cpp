#include "foundation/kernel/secret.hpp"

#include <cstring>

namespace carnet::kernel {

void zeroise(void* data, std::size_t size) {
  if (size > 0) explicit_bzero(data, size);
}

// Lengths are public; contents are not. The volatile accumulator keeps the compiler from leaving the loop early.
bool equal_in_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace carnet::kernel
