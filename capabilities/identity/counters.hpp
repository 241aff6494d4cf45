// Attempts of a subject, counted durably before they are judged; each miss may make the next one wait (rules.md 4: never a
// permanent lock). Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

// "3:30" "5:900" "10:86400": from that many misses, so many seconds to wait. Pure.
std::int64_t wait_after(std::int64_t misses, const std::vector<std::string>& waits);

// Counts one attempt as a miss until forgive() says otherwise. too_many "identity.wait" while waiting: nothing counted.
// The caller's transaction must be durable before the attempt is judged.
kernel::Status count_attempt(store::Tx& tx, const Shared& shared, std::string_view subject);
// The same on the ladder of a network (ADR 10). No subject, nothing counted: the programs and the tests.
kernel::Status count_source_attempt(store::Tx& tx, const Shared& shared, std::string_view subject);
// "contact-cancel/<hour>/<network>"; empty when `source` is.
std::string source_counter(const Shared& shared, std::string_view use, std::string_view source);
// A right attempt takes back its own miss and no other.
kernel::Status take_back_attempt(store::Tx& tx, const Shared& shared, std::string_view subject);
// Lets one act through each `days`. too_many "identity.wait" until then: nothing is written.
kernel::Status once_in_days(store::Tx& tx, const Shared& shared, std::string_view subject, std::int64_t days);
kernel::Status forgive(store::Tx& tx, const Shared& shared, std::string_view subject);
// Writes the subject's row without changing its count: the work of a transaction that has nothing else to write.
kernel::Status touch_counter(store::Tx& tx, const Shared& shared, std::string_view subject);

}  // namespace carnet::identity
