#include "identity/code_sheet.hpp"

#include <algorithm>

#include "identity/accounts.hpp"
#include "identity/counters.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t codes = 10, digits = 8, hash_bytes = 32;
constexpr std::int64_t day_ms = std::int64_t{24} * 3'600'000;

std::string tries_of(PersonId person) { return fmt::format("code/{}/sheet", person.value); }
std::string post_of(PersonId person) { return fmt::format("sheet-post/{}", person.value); }

// Eight digits, each number as likely, in two groups as they are printed.
void draw(io::Entropy& entropy, std::string& lines) {
  constexpr std::uint32_t values = 100'000'000U, most = 42U * values;
  std::uint32_t drawn = most;
  while (drawn >= most) {
    std::array<std::uint8_t, 4> bytes{};
    entropy.fill("identity.code_sheet", bytes);
    drawn = 0;
    for (const std::uint8_t byte : bytes) drawn = drawn << 8 | byte;
  }
  const std::uint32_t code = drawn % values;
  fmt::format_to(std::back_inserter(lines), "{}{:04} {:04}", lines.empty() ? "" : "\n", code / 10'000, code % 10'000);
}

crypto::Digest sheet_hash(const Shared& shared, PersonId person, std::int64_t posted_at, std::string_view plain_digits) {
  return hash_of_code(shared, person, fmt::format("sheet:{}", posted_at), plain_digits);
}

std::string digits_of(std::string_view typed) {
  std::string out;
  for (const char c : typed.substr(0, 64))
    if (c != ' ' && c != '-') out += c;
  return out;
}

struct Sheet {
  std::int64_t posted_at = 0;
  kernel::Bytes hashes;
};
kernel::Result<std::optional<Sheet>> live_sheet(store::Snapshot& at, const Shared& shared, PersonId person) {
  std::optional<Sheet> found;
  const std::int64_t since = shared.clock.now().ms - shared.parameter("identity.code_sheet_days") * day_ms;
  CARNET_CHECK(at.query("SELECT posted_at, hashes FROM code_sheet WHERE person_id = $1 AND posted_at > $2", {person.value, since},
                        [&](const store::Row& row) {
                          const auto hashes = row.blob(1);
                          found = Sheet{row.integer(0), {hashes.begin(), hashes.end()}};
                          return false;
                        }));
  return found;
}

bool is_spent(kernel::ByteView hash) {
  return std::all_of(hash.begin(), hash.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

kernel::Result<Date> post_sheet(store::Tx& tx, Shared& shared, PersonId person) {
  CARNET_TRY(account, account_of(tx, shared, person));
  if (!account) return kernel::refuse(kernel::ErrorKind::not_found, "identity.no_account", "this person has no account");
  CARNET_TRY(who, shared.people.person(tx, person));
  if (who.postal.lines.empty())
    return kernel::refuse(kernel::ErrorKind::conflict, "identity.no_postal_address", "no postal address is on file");
  CARNET_CHECK(once_in_days(tx, shared, post_of(person), shared.parameter("enrollment.posted_code_interval_days")));
  const std::int64_t now = shared.clock.now().ms;
  std::string lines;
  lines.reserve(codes * (digits + 2));  // growing would leave a copy of the codes behind
  kernel::Bytes hashes;
  for (std::size_t i = 0; i < codes; ++i) {
    draw(shared.entropy, lines);
    std::string plain = digits_of(std::string_view(lines).substr(lines.size() - digits - 1));
    const auto hash = sheet_hash(shared, person, now, plain);
    kernel::zeroise(plain.data(), plain.size());
    hashes.insert(hashes.end(), hash.begin(), hash.end());
  }
  CARNET_CHECK(tx.execute("INSERT INTO code_sheet (person_id, posted_at, hashes) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO UPDATE "
                          "SET posted_at = excluded.posted_at, hashes = excluded.hashes",
                          {person.value, now, hashes}));
  const notices::Notice notice{notices::Template::code_sheet, notices::Channel::letter, recipient_of(who),
                               kernel::SecretBytes(std::string_view(lines)), {}};
  kernel::zeroise(lines.data(), lines.size());
  CARNET_TRY(queued, shared.notices.enqueue(tx, notice));
  (void)queued;
  return shared.today();
}

kernel::Result<std::int64_t> sheet_codes_left(store::Snapshot& at, const Shared& shared, PersonId person) {
  CARNET_TRY(sheet, live_sheet(at, shared, person));
  std::int64_t left = 0;
  if (!sheet) return left;
  for (std::size_t from = 0; from + hash_bytes <= sheet->hashes.size(); from += hash_bytes)
    if (!is_spent(kernel::ByteView(sheet->hashes).subspan(from, hash_bytes))) ++left;
  return left;
}

bool could_be_sheet_code(std::string_view typed) {
  const std::string plain = digits_of(typed);
  return plain.size() == digits && std::all_of(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
}

kernel::Status count_sheet_try(store::Tx& tx, const Shared& shared, PersonId person) {
  CARNET_TRY(left, sheet_codes_left(tx, shared, person));
  if (left == 0) return status_of(CodeJudgement::expired);
  return count_attempt(tx, shared, tries_of(person));
}

kernel::Result<CodeJudgement> spend_sheet_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view typed) {
  CARNET_TRY(sheet, live_sheet(tx, shared, person));
  if (!sheet) return CodeJudgement::expired;
  const auto claimed = sheet_hash(shared, person, sheet->posted_at, digits_of(typed));
  kernel::Bytes next = sheet->hashes;
  bool right = false;
  // All ten are compared, whichever it is.
  for (std::size_t from = 0; from + hash_bytes <= next.size(); from += hash_bytes) {
    if (!kernel::equal_in_constant_time(kernel::ByteView(next).subspan(from, hash_bytes), claimed)) continue;
    right = true;
    std::fill_n(next.begin() + static_cast<std::ptrdiff_t>(from), hash_bytes, std::uint8_t{0});
  }
  if (!right) return CodeJudgement::wrong;
  CARNET_TRY(spent, tx.execute("UPDATE code_sheet SET hashes = $3 WHERE person_id = $1 AND posted_at = $2 AND hashes = $4",
                               {person.value, sheet->posted_at, next, sheet->hashes}));
  if (spent != 1) return CodeJudgement::wrong;
  CARNET_CHECK(forgive(tx, shared, tries_of(person)));
  return CodeJudgement::right;
}

}  // namespace carnet::identity
