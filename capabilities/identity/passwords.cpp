#include "identity/passwords.hpp"

#include <algorithm>
#include <array>

#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t least_identifier = 2, most_identifier = 100, most_identifier_bytes = 400;

// Of 12 characters or more once folded, without spaces and punctuation, as found again and again in published leaks,
// and what this service's own words suggest.
constexpr auto common = std::to_array<std::string_view>({
    "motdepasse123", "motdepasse1234", "motdepasse12345", "monmotdepasse", "motdepassesecret", "nouveaumotdepasse",
    "password1234", "password12345", "password123456", "passwordpassword", "mypassword123", "newpassword123",
    "administrateur", "administrator", "administrateur1", "adminadmin12", "welcome12345", "bienvenue123", "bienvenue1234",
    "iloveyou1234", "iloveyouforever", "jetaimepourlavie", "jetaimemonamour", "jetaimejetaime", "jetaime12345", "monamour1234",
    "doudoudoudou", "chouchou1234", "loulou123456", "camille12345", "nicolas12345", "soleilsoleil", "soleil123456",
    "marseille1234", "marseille13000", "allezlom1234", "olympiquedemarseille", "parissaintgermain", "parisparis75", "vivelafrance",
    "libertefraternite", "liberteegalitefraternite", "bonjourbonjour", "bonjour12345", "bonjour123456", "azertyuiop123",
    "azertyuiopqs", "azertyuiopqsdfghjklm", "azerty123456", "azertyazerty", "azerty12345678", "qwertyuiopas", "qwertyuiop123",
    "qwerty123456", "qwertyqwerty", "qwertyuiopasdfghjkl", "abc123abc123", "abcd12345678", "football1234", "superman1234",
    "sunshine1234", "princess1234", "princesse123", "pokemon12345", "letmein12345", "changemenow123", "correcthorsebatterystaple",
    "monespacesante", "monespacesante1", "cartevitale1", "cartevitale123", "assurancemaladie", "securitesociale",
    "carnetdesante", "unepassphrase", "secretsecret", "123motdepasse", "0123456789ab", "123soleil123", "123456azerty",
});

constexpr std::array<std::string_view, 8> rows{
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "0123456789012345678901234567890123456789", "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm", "1a2z3e4r5t6y7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "aqwzsxedcrfvtgbyhnujik"};

std::unexpected<kernel::Error> refuse_password(std::string_view code, std::string_view says) {
  return kernel::invalid(code, {{"value", "/password", std::string(says)}});
}

// Letters and digits alone.
std::string bare(std::string_view folded) {
  std::string out;
  for (const char c : folded) {
    const bool other = static_cast<unsigned char>(c) >= 0x80;
    if (other || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

// The same piece of at most four characters, over and over.
bool repeats(std::string_view text) {
  for (std::size_t piece = 1; piece <= 4 && piece < text.size(); ++piece) {
    bool same = true;
    for (std::size_t i = piece; i < text.size() && same; ++i) same = text[i] == text[i - piece];
    if (same) return true;
  }
  return false;
}

bool is_in_a_row(std::string_view text) {
  const std::string backwards(text.rbegin(), text.rend());
  return std::any_of(rows.begin(), rows.end(), [&](std::string_view row) {
    return row.find(text) != std::string_view::npos || row.find(backwards) != std::string_view::npos;
  });
}

}  // namespace

kernel::Result<std::string> accept_identifier(std::string_view typed) {
  const auto refuse = [](std::string_view says) {
    return kernel::invalid("identity.identifier", {{"value", "/identifier", std::string(says)}});
  };
  if (typed.size() > most_identifier_bytes || !is_utf8(typed)) return refuse("2 to 100 characters");
  const bool control = std::any_of(typed.begin(), typed.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return refuse("no control characters");
  std::string folded = fold_identifier(typed);
  const auto characters = code_points(folded);
  if (!characters || characters->size() < least_identifier || characters->size() > most_identifier) return refuse("2 to 100 characters");
  return folded;
}

kernel::Status accept_password(std::string_view password, std::string_view identifier, std::int64_t min_length) {
  const auto characters = password.size() <= max_password_bytes ? code_points(password) : std::nullopt;
  if (!characters) return kernel::invalid("identity.password", {{"value", "/password", "at most 1,024 bytes of UTF-8"}});
  if (static_cast<std::int64_t>(characters->size()) < min_length) {
    return refuse_password("identity.password_too_short", "longer: " + std::to_string(min_length) + " characters at least");
  }
  const std::string folded = fold_identifier(password);
  if (!identifier.empty() && folded == fold_identifier(identifier)) {
    return refuse_password("identity.password_is_identifier", "other than the sign-in name");
  }
  const std::string letters = bare(folded);
  const bool listed = std::find(common.begin(), common.end(), letters) != common.end();
  // What is left without punctuation may be short: then the punctuation is judged with it.
  const std::string_view judged = letters.size() < 3 ? std::string_view(folded) : std::string_view(letters);
  if (listed || repeats(judged) || is_in_a_row(judged)) {
    return refuse_password("identity.password_common", "less common: others try it first");
  }
  return {};
}

}  // namespace carnet::identity
