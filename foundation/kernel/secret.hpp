// Values that must not be printed, compared in variable time, or left in memory.
#pragma once
#include <string>
#include <string_view>

#include "foundation/kernel/bytes.hpp"

namespace carnet::kernel {

void zeroise(void* data, std::size_t size);  // not optimised away
bool equal_in_constant_time(ByteView a, ByteView b);

// Owns secret bytes; zeroised when destroyed or moved from. There is no way to print one: ask by name with reveal().
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  explicit SecretBytes(std::string_view text) : bytes_(to_bytes(text)) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::move(other.bytes_);
      other.bytes_.clear();
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(); }

  SecretBytes copy() const { return SecretBytes(Bytes(bytes_)); }
  ByteView reveal() const { return bytes_; }
  std::string_view reveal_text() const { return as_text(bytes_); }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  void wipe() { zeroise(bytes_.data(), bytes_.size()); }
  Bytes bytes_;
};

}  // namespace carnet::kernel
