#include "foundation/kernel/bytes.hpp"

#include <array>

namespace carnet::kernel {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_digits = "0123456789abcdefghjkmnpqrstvwxyz";

using Reverse = std::array<std::int8_t, 256>;

constexpr Reverse reverse_of(std::string_view digits, bool case_blind) {
  Reverse table{};
  table.fill(-1);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto symbol = static_cast<unsigned char>(digits[i]);
    table[symbol] = static_cast<std::int8_t>(i);
    if (case_blind && symbol >= 'a' && symbol <= 'z') {
      table[static_cast<std::size_t>(symbol - 'a' + 'A')] = static_cast<std::int8_t>(i);
    }
  }
  return table;
}

constexpr Reverse hex_values = reverse_of(hex_digits, true);
constexpr Reverse base64_values = reverse_of(base64_digits, false);
constexpr Reverse base64url_values = reverse_of(base64url_digits, false);
constexpr Reverse base32_values = reverse_of(base32_digits, true);

bool is_white_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

// Packs `bytes` into symbols of `bits` bits, most significant first, the last one filled with zero bits.
std::string encode(ByteView bytes, std::string_view digits, unsigned bits) {
  std::string out;
  out.reserve((bytes.size() * 8 + bits - 1) / bits + 3);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  const std::uint32_t mask = (1U << bits) - 1;
  for (const std::uint8_t byte : bytes) {
    pending = (pending << 8) | byte;
    pending_bits += 8;
    while (pending_bits >= bits) {
      pending_bits -= bits;
      out.push_back(digits[(pending >> pending_bits) & mask]);
    }
    pending &= (1U << pending_bits) - 1;
  }
  if (pending_bits > 0) out.push_back(digits[(pending << (bits - pending_bits)) & mask]);
  return out;
}

// The inverse; refuses an unknown symbol, a whole symbol too many, and leftover bits that are not zero.
class Decoder {
 public:
  Decoder(const Reverse& values, unsigned bits, std::size_t expected) : values_(values), bits_(bits) {
    out_.reserve(expected);
  }
  bool add(char symbol) {
    const std::int8_t value = values_[static_cast<unsigned char>(symbol)];
    if (value < 0) return false;
    pending_ = (pending_ << bits_) | static_cast<std::uint32_t>(value);
    pending_bits_ += bits_;
    if (pending_bits_ >= 8) {
      pending_bits_ -= 8;
      out_.push_back(static_cast<std::uint8_t>(pending_ >> pending_bits_));
      pending_ &= (1U << pending_bits_) - 1;
    }
    return true;
  }
  std::optional<Bytes> finish() {
    if (pending_bits_ >= bits_ || pending_ != 0) return std::nullopt;
    return std::move(out_);
  }

 private:
  const Reverse& values_;
  unsigned bits_;
  std::uint32_t pending_ = 0;
  unsigned pending_bits_ = 0;
  Bytes out_;
};

}  // namespace

std::string to_hex(ByteView bytes) {
  return encode(bytes, hex_digits, 4);
}

std::optional<Bytes> from_hex(std::string_view text) {
  Decoder decoder(hex_values, 4, text.size() / 2);
  for (const char c : text) {
    if (!decoder.add(c)) return std::nullopt;
  }
  return text.size() % 2 == 0 ? decoder.finish() : std::nullopt;
}

std::string to_base64(ByteView bytes) {
  std::string out = encode(bytes, base64_digits, 6);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

std::optional<Bytes> from_base64(std::string_view text, WhiteSpace white_space) {
  Decoder decoder(base64_values, 6, text.size() / 4 * 3);
  std::size_t symbols = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (white_space == WhiteSpace::skip && is_white_space(c)) continue;
    if (c == '=') {
      if (++padding > 2) return std::nullopt;
      continue;
    }
    if (padding > 0 || !decoder.add(c)) return std::nullopt;
    ++symbols;
  }
  if ((symbols + padding) % 4 != 0) return std::nullopt;
  return decoder.finish();
}

std::string to_base64url(ByteView bytes) {
  return encode(bytes, base64url_digits, 6);
}

std::optional<Bytes> from_base64url(std::string_view text) {
  Decoder decoder(base64url_values, 6, text.size() / 4 * 3 + 3);
  for (const char c : text) {
    if (!decoder.add(c)) return std::nullopt;
  }
  return decoder.finish();
}

std::string to_base32(ByteView bytes) {
  return encode(bytes, base32_digits, 5);
}

std::optional<Bytes> from_base32(std::string_view text, std::size_t byte_count) {
  if (text.size() != (byte_count * 8 + 4) / 5) return std::nullopt;
  Decoder decoder(base32_values, 5, byte_count);
  for (const char c : text) {
    if (!decoder.add(c)) return std::nullopt;
  }
  return decoder.finish();
}

}  // namespace carnet::kernel
