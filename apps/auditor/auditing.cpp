#include "apps/auditor/auditing.hpp"

#include "apps/auditor/judging.hpp"

namespace carnet::auditor {
namespace {

// A person stays a kind: whose account it was is asked of the service, not read in a report.
std::string who_of(const audit::Entry& entry) {
  using enum audit::ActorKind;
  std::string text(audit::code_of(entry.actor));
  if (entry.actor != professional && entry.actor != producer) return text;
  text += " " + entry.actor_id;
  if (!entry.structure_id.empty()) text += ", " + entry.structure_id;
  return text;
}

using kernel::Result;
using kernel::Status;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::size_t traces_per_snapshot = 200;

class Reviewing {
 public:
  Reviewing(wiring::House& house, const Asked& asked, const std::function<void(double)>& told)
      : house_(house), asked_(asked), told_(told) {
    report_.period = asked.period;
  }

  Result<Report> run() {
    const auto [from, to] = asked_.period;
    // Before the traces: an opening that is counted has its trace by then.
    CARNET_TRY(counts, house_.key_store().read_now<std::vector<keyring::OpeningCount>>(
                           [&](store::Snapshot& at) { return keyring::Keyring::openings(at, from, to); }));
    Status failed;
    CARNET_CHECK(house_.journal().review({from * day_ms}, {to * day_ms}, [&](const audit::Reviewed& met) {
      waiting_.push_back(met);
      if (waiting_.size() >= traces_per_snapshot) failed = judge_waiting();
      return failed.has_value();
    }));
    if (failed) failed = judge_waiting();
    if (!failed) return std::unexpected(std::move(failed).error());
    compare(counts);
    if (told_) told_(1);
    return std::move(report_);
  }

 private:
  // A page at a time, each at one snapshot of the main store.
  Status judge_waiting() {
    if (waiting_.empty()) return {};
    CARNET_CHECK(house_.main().read_now<bool>([this](store::Snapshot& at) -> Result<bool> {
      for (const auto& met : waiting_) CARNET_CHECK(take(at, met));
      return true;
    }));
    const auto last = waiting_.back().trace.at.ms - asked_.period.from_day * day_ms;
    if (told_) told_(static_cast<double>(last) / static_cast<double>((asked_.period.to_day - asked_.period.from_day) * day_ms));
    waiting_.clear();
    return {};
  }

  Status take(store::Snapshot& at, const audit::Reviewed& met) {
    ++report_.traces;
    if (!met.fault.empty()) {
      add(report_.unjustified, report_.findings, met.trace, "trace." + std::string(met.fault));
      if (met.fault == "body_unreadable") return {};
    }
    count_opening(met.trace);
    CARNET_TRY(judged, judge(house_, at, met.trace, asked_.grace));
    switch (judged.verdict) {
      case Verdict::justified: ++report_.justified[judged.reason]; break;
      case Verdict::no_question: ++report_.no_question[judged.reason]; break;
      case Verdict::undecided: add(report_.undecided, report_.undecided_findings, met.trace, judged.reason); break;
      case Verdict::unjustified: add(report_.unjustified, report_.findings, met.trace, judged.reason); break;
    }
    return {};
  }

  void add(Report::Tally& tally, std::vector<Finding>& findings, const audit::Trace& trace, const std::string& reason) {
    ++tally[reason];
    if (findings.size() >= asked_.most_listed) return;
    const bool is_read = !trace.entry.request_id.empty() || !trace.entry.reason.empty() || !trace.entry.actor_id.empty();
    findings.push_back({trace.entry_id, house_.seals().space_name(trace.entry.space), trace.at,
                        is_read ? std::string(audit::code_of(trace.entry.action)) : std::string(), reason,
                        asked_.tells_who && is_read ? who_of(trace.entry) : std::string()});
  }

  using Parts = std::array<std::array<std::int64_t, 2>, keyring::opening_parts>;  // to read, to write
  void count_opening(const audit::Trace& trace) {
    const auto what = opens(trace.entry);
    if (what == Opens::nothing) return;
    const bool writes = what == Opens::to_write;
    ++(writes ? report_.writing_traces : report_.opening_traces);
    auto& parts = days_[audit::day_of_entry(trace.entry_id)];
    if (!parts) parts = std::make_unique<Parts>();
    ++(*parts)[static_cast<std::size_t>(keyring::opening_part(trace.entry.space))][writes ? 1 : 0];
  }

  void compare(const std::vector<keyring::OpeningCount>& counts) {
    for (const auto& count : counts) {
      report_.opened += count.durable;
      report_.opened_writing += count.in_transaction;
      const auto day = days_.find(count.day);
      const auto traced = day == days_.end() ? 0 : (*day->second)[static_cast<std::size_t>(count.part)][0];
      if (count.durable > traced) report_.excesses.push_back({count.day, count.part, count.durable, traced});
    }
  }

  wiring::House& house_;
  const Asked& asked_;
  const std::function<void(double)>& told_;
  Report report_;
  std::vector<audit::Reviewed> waiting_;
  std::map<std::int64_t, std::unique_ptr<Parts>> days_;
};

}  // namespace

std::int64_t Report::total(const Tally& tally) {
  std::int64_t all = 0;
  for (const auto& [reason, count] : tally) all += count;
  return all;
}

Result<Report> review(wiring::House& house, const Asked& asked, const std::function<void(double)>& told) {
  if (asked.period.to_day <= asked.period.from_day)
    return kernel::refuse(kernel::ErrorKind::invalid, "auditor.period", "the period ends before it begins");
  return Reviewing(house, asked, told).run();
}

}  // namespace carnet::auditor
