// One trace as a question to access, and the answer. Private to the auditor.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "apps/auditor/auditing.hpp"

namespace carnet::auditor {

enum class Verdict { justified, unjustified, undecided, no_question };
struct Judgement {
  Verdict verdict = Verdict::no_question;
  std::string reason;  // code of a rule; of an action where there is no question
};
kernel::Result<Judgement> judge(wiring::House& house, store::Snapshot& at, const audit::Trace& trace, std::chrono::milliseconds grace);

// Whether a trace of this kind opens a key: to read, or inside the transaction that writes.
enum class Opens { nothing, to_read, to_write };
Opens opens(const audit::Entry& entry);

}  // namespace carnet::auditor
