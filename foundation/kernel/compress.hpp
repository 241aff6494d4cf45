// Compression of small values by zstd, with a dictionary of what such values have in common. Pure; thread-safe.
#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "foundation/kernel/bytes.hpp"

namespace carnet::kernel {

class Compressor {
 public:
  // What was compressed with a dictionary opens with the same bytes of dictionary only.
  explicit Compressor(std::string_view dictionary = {}, int level = 3);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // One zstd frame with its size, without checksum or dictionary number.
  Bytes compress(ByteView plain) const;
  // nullopt: not one whole frame of this dictionary, or it says a size above `most` bytes; nothing that large is made.
  std::optional<Bytes> expand(ByteView packed, std::size_t most) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::kernel
