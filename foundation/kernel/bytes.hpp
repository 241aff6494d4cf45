// Byte buffers and the text encodings every room needs. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::kernel {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648 base64: with padding for the standard alphabet; url form without padding. Decoding is strict: no other
// character, correct padding, no leftover bits. Standard decoding skips ASCII white space when asked (MIME, CDA).
enum class WhiteSpace { refuse, skip };
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text, WhiteSpace white_space = WhiteSpace::refuse);
std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// Crockford base 32 (no I, L, O, U), most significant bits first: 16 bytes -> 26 lower-case symbols. Decoding is
// case-blind and exact: a text of another length, or with excess bits set, is refused.
std::string to_base32(ByteView bytes);
std::optional<Bytes> from_base32(std::string_view text, std::size_t byte_count);

}  // namespace carnet::kernel
