// Codes that live for days, on paper or over the counter.
#include "identity/one_time_codes.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t random_bytes = 5, symbols = 8;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

kernel::SecretBytes draw_long_code(io::Entropy& entropy, std::string_view stream) {
  std::string code = kernel::to_base32(entropy.bytes(stream, random_bytes));
  for (char& c : code)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  kernel::SecretBytes secret{std::string_view(code)};
  kernel::zeroise(code.data(), code.size());
  return secret;
}

kernel::SecretBytes grouped_long(const kernel::SecretBytes& code) {
  std::string text(code.reveal_text());
  text.insert(text.size() / 2, 1, '-');
  kernel::SecretBytes grouped{std::string_view(text)};
  kernel::zeroise(text.data(), text.size());
  return grouped;
}

std::optional<std::string> read_long_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (alphabet.find(c) == std::string_view::npos || code.size() == symbols) return std::nullopt;
    code += c;
  }
  if (code.size() != symbols) return std::nullopt;
  return code;
}

}  // namespace carnet::identity
