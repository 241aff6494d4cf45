// The second judge of what was done: every trace of a period, judged again with the rules, relations, settings and state of
// its own instant, and the openings of keys counted against the traces. Reads a house, stopped or running; changes nothing.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "apps/wiring/house.hpp"

namespace carnet::auditor {

struct Period {
  std::int64_t from_day = 0, to_day = 0;  // UTC, since 1970-01-01; the last not included
};

struct Asked {
  Period period;
  // Between a decision and its trace something may have changed: what held this long before the trace justifies it too.
  std::chrono::milliseconds grace{2000};
  std::size_t most_listed = 200;  // findings told one by one; all are counted
  bool tells_who = false;         // of findings: the professional's or the software's number, to act upon
};

// What is said of one trace. Ids are opaque: a report names nobody and no content.
struct Finding {
  std::string entry_id, space;  // the space's name of its extracts
  kernel::Instant at{};
  std::string action, reason;
  std::string who{};  // as asked: "professional 10001234567, 750000001"; of a person, the kind alone
};
// A day and 1,024th of the spaces in which more keys were opened than traces say.
struct Excess {
  std::int64_t day = 0;
  int part = 0;
  std::int64_t opened = 0, traced = 0;
};

struct Report {
  Period period;
  std::int64_t traces = 0;
  using Tally = std::map<std::string, std::int64_t, std::less<>>;
  Tally justified;    // by the rule that permits
  Tally unjustified;  // by the rule that refuses, or by what is wrong with the trace itself
  Tally undecided;    // what the register of that day would have to say, which keeps no past
  Tally no_question;  // not access: the life of the space, sign-in, the machine's own acts; by action
  std::vector<Finding> findings, undecided_findings;
  std::int64_t opened = 0, opening_traces = 0;          // keys opened to read, and the traces of such readings
  std::int64_t opened_writing = 0, writing_traces = 0;  // inside a transaction, which may have come to nothing
  std::vector<Excess> excesses;                         // unjustified
  static std::int64_t total(const Tally& tally);
  bool clean() const { return total(unjustified) == 0 && excesses.empty(); }
};

// `told`: part of the period gone through, 0 to 1. Memory does not grow with the period, but by 16 kB a day.
kernel::Result<Report> review(wiring::House& house, const Asked& asked, const std::function<void(double)>& told);

// What was looked at for this: the space, and not the single item, whose facts no trace holds.
std::string to_text(const Report& report);
kernel::json::object to_json(const Report& report);
// What a code means, in words; empty for one that needs none. What to do about all that was found; empty when clean.
std::string_view meaning_of(std::string_view reason);
std::string advice_for(const Report& report);
std::string day_text(std::int64_t day);  // "2025-03-04"

}  // namespace carnet::auditor
