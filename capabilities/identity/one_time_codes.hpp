// One-time codes: six digits to a contact, good once, for minutes, for one use ("subject"). Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

enum class CodeJudgement { right, wrong, expired };

// Sends a new code, which replaces the one before, to the first of `to` whose channel is configured. too_many
// "identity.wait"; unavailable "notices.no_channel".
kernel::Result<SentCode> send_code(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject,
                                   std::span<const Contact> to, std::string_view language = {});
// The work of sending, for an answer that must not tell whether a code left.
kernel::Status pretend_to_send(store::Tx& tx, Shared& shared, std::string_view subject);

// First transaction: the try is counted. too_many "identity.wait"; invalid "identity.one_time_code_expired" when there is
// no live code with tries left, so that there is nothing to judge.
kernel::Status count_try(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject);
// Second transaction: judged; a right code is spent, its counters forgiven.
kernel::Result<CodeJudgement> spend_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject,
                                         std::string_view typed);
kernel::Status status_of(CodeJudgement judgement);
// Six digits once spaces are dropped; what is not cannot be right, and is not a try.
bool could_be_code(std::string_view typed);

}  // namespace carnet::identity
