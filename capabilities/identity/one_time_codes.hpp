// One-time codes: six digits to a contact, good once, for minutes, for one use ("subject"). Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

enum class CodeJudgement { right, wrong, expired };

// Sends a new code, which replaces the one before, to the first of `to` whose channel is configured. too_many
// "identity.wait"; unavailable "notices.no_channel".
kernel::Result<SentCode> send_code(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject,
                                   std::span<const Contact> to, std::string_view language = {});
// The use is over by another way: what was sent for it counts no more.
kernel::Status forgive_sending(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject);
// The work of sending, for an answer that must not tell whether a code left.
kernel::Status pretend_to_send(store::Tx& tx, Shared& shared, std::string_view subject);

// First transaction: the try is counted. too_many "identity.wait"; invalid "identity.one_time_code_expired" when there is
// no live code with tries left, so that there is nothing to judge.
kernel::Status count_try(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject);
// Second transaction: judged; a right code is spent, its counters forgiven.
kernel::Result<CodeJudgement> spend_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject,
                                         std::string_view typed);
kernel::Status status_of(CodeJudgement judgement);
// "reauthentication:<session>": that session is recently reauthenticated from now on; other uses: nothing.
inline constexpr std::string_view reauthentication_subject = "reauthentication:";
kernel::Status mark_reauthenticated(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject);
// Six digits once spaces are dropped; what is not cannot be right, and is not a try.
bool could_be_code(std::string_view typed);

// ---- codes on paper or over the counter, which live for days: 8 symbols, 40 bits (long_codes.cpp)
kernel::SecretBytes draw_long_code(io::Entropy& entropy, std::string_view stream);
// Case-blind, spaces and hyphens dropped, O read as 0, I and L as 1. nullopt: not 8 symbols.
std::optional<std::string> read_long_code(std::string_view typed);
kernel::SecretBytes grouped_long(const kernel::SecretBytes& code);  // "K7QM-2W9F", as it is printed and told
// Keeps a code as the live one of (person, subject), until `until`.
kernel::Status keep_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject, std::string_view code,
                         kernel::Instant until);
// A code that nobody has, where there is no live one: judging it takes the same work, and says "wrong" like any other.
kernel::Status keep_decoy(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject, kernel::Instant until);
// The hash of a code for one person and one use.
crypto::Digest hash_of_code(const Shared& shared, PersonId person, std::string_view subject, std::string_view code);

}  // namespace carnet::identity
