// Ten single-use codes on paper, for who has neither telephone nor e-mail (rules.md 12). Inside identity only.
#pragma once
#include "identity/one_time_codes.hpp"

namespace carnet::identity {

// Draws ten codes and posts them to the address on file; the sheet before is void from now on. Value: the day. too_many
// "identity.wait": one per enrollment.posted_code_interval_days; not_found "identity.no_account"; conflict
// "identity.no_postal_address"; unavailable "notices.no_channel".
kernel::Result<Date> post_sheet(store::Tx& tx, Shared& shared, PersonId person);
// How many codes of the sheet still serve.
kernel::Result<std::int64_t> sheet_codes_left(store::Snapshot& at, const Shared& shared, PersonId person);

// Eight digits once spaces and hyphens are dropped: by its length it is no one-time code.
bool could_be_sheet_code(std::string_view typed);
// As for one-time codes: counted in a first transaction, judged and spent in a second. Each code serves once.
kernel::Status count_sheet_try(store::Tx& tx, const Shared& shared, PersonId person);
kernel::Result<CodeJudgement> spend_sheet_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view typed);

}  // namespace carnet::identity
