#include <fmt/format.h>

#include <array>

#include "foundation/parameters/parameters.hpp"
#include "proof/sim/lives.hpp"
#include "proof/sim/oracle.hpp"

namespace carnet::proof {
namespace {

std::string told(const Evidence& e) {
  constexpr std::array codes{"-", "announced", "asked_to_open", "asked_to_object", "asked_to_close", "wrong"};
  std::string out = fmt::format("code={}", codes[static_cast<std::size_t>(e.code)]);
  const auto flag = [&](bool set, std::string_view name) {
    if (set) out += fmt::format(" {}", name);
  };
  flag(e.number, "N");
  flag(e.serial, "S");
  flag(e.contact, "F");
  flag(e.in_person, "P");
  flag(e.representative_session, "session");
  flag(e.typed_contact, "typed");
  return out;
}

std::string told(const Person& person) {
  return fmt::format("{} born {} email={} phone={} valid={}+{} archive={}y/{}d regret={} suspension={} tries={} from {}",
                     person.facts.zone, kernel::to_text(person.facts.birth), person.facts.email_on_file,
                     person.facts.phone_on_file, person.parameters.code_valid_days, person.parameters.post_grace_days,
                     person.parameters.archive_years, person.parameters.closed_days_before_archive,
                     person.parameters.erasure_regret_days, person.parameters.suspension_days,
                     person.parameters.tries_per_campaign, kernel::to_rfc3339(person.start));
}

// One life; false at the first difference.
bool compare_life(std::uint64_t seed, Storyteller::Level level, Tally& tally) {
  Storyteller storyteller(seed, level);
  const Person person = storyteller.person();
  const auto subject = level == Storyteller::Level::rules ? rules_subject(person) : service_subject(person);
  Oracle oracle(person.facts, person.parameters);
  std::string history = fmt::format("life {}: {}\n", seed, told(person));
  Instant now = person.start;
  Observed seen = oracle.observe(now);
  const int steps = storyteller.steps();
  for (int step = 0; step < steps; ++step) {
    const Command command = storyteller.next(person, seen, now);
    now = command.at;
    ++tally.steps;
    const Observed oracle_before = oracle.observe(now);
    const Outcome ours = subject->apply(command);
    Outcome theirs = ours;
    for (const auto& part : subject->came_to(command)) {
      const Outcome outcome = oracle.apply(part);
      if (part.act == command.act) theirs = outcome;
    }
    tally.reached.insert({oracle_before.state, command.act, theirs});
    seen = oracle.observe(now);
    const Observed state = subject->observe(now);
    history += fmt::format("{:3} {} -> oracle {} {}\n", step, told(command), told(theirs), told(seen));
    if (theirs == ours && seen == state) continue;
    ++tally.mismatches;
    if (tally.first.empty()) tally.first = history + fmt::format("    engine {} {}\n", told(ours), told(state));
    return false;
  }
  return true;
}

}  // namespace

Tally compare_lives(std::uint64_t seed, std::int64_t lives, Storyteller::Level level, std::int64_t first_life) {
  Tally tally;
  for (std::int64_t life = first_life; life < first_life + lives; ++life) {
    ++tally.lives;
    compare_life(seed * 1'000'003 + static_cast<std::uint64_t>(life), level, tally);
  }
  return tally;
}

Parameters parameters_of_rules() {
  static const Parameters read = [] {
    const auto loaded = parameters::Parameters::load(CARNET_SOURCE_DIR "/rules");
    CARNET_INVARIANT(loaded.has_value(), "rules/ loads");
    const Date on{2022, 1, 1};
    const auto integer = [&](std::string_view name) { return static_cast<int>(loaded->integer(name, on)); };
    Parameters p;
    p.code_valid_days = integer("enrollment.code_valid_days");
    p.post_grace_days = integer("enrollment.post_grace_days");
    p.opening_code_email_hours = integer("enrollment.mailed_open_code_valid_hours");
    p.opening_code_phone_minutes = integer("enrollment.sms_open_code_valid_minutes");
    p.posted_every_days = integer("enrollment.posted_code_interval_days");
    p.tries_per_campaign = integer("enrollment.code_tries_per_campaign");
    p.archive_years = integer("enrollment.archive_years");
    p.closed_days_before_archive = integer("enrollment.closed_days_before_archive");
    p.erasure_regret_days = integer("enrollment.erasure_regret_days");
    p.suspension_days = integer("enrollment.suspension_unanswered_days");
    p.majority_age = integer("enrollment.majority_age");
    for (const auto& value : loaded->all().find("calendar.public_holidays")->second)
      for (const auto& text : std::get<std::vector<std::string>>(value.value))
        if (const auto day = kernel::parse_date(text)) p.public_holidays.insert(*day);
    return p;
  }();
  return read;
}

std::string told(const Command& command) {
  constexpr std::array acts{"notify", "returned", "majority_notice", "open", "object", "ask_code", "close_unopened", "close",
                            "reopen", "enter_second_letter", "ask_erasure", "suspend", "lift", "object_to_suspension", "die",
                            "revert_death", "sweep", "restart"};
  constexpr std::array channels{"email", "sms", "letter"};
  constexpr std::array asked{"open", "object", "close"};
  std::string out = fmt::format("{} {}", kernel::to_rfc3339(command.at), acts[static_cast<std::size_t>(command.act)]);
  switch (command.act) {
    case Act::notify:
      out += fmt::format(" {} campaign {}", channels[static_cast<std::size_t>(command.channel)], command.campaign);
      break;
    case Act::ask_code: out += fmt::format(" {}", asked[static_cast<std::size_t>(command.asked)]); [[fallthrough]];
    case Act::open:
    case Act::object:
    case Act::close_unopened:
      out += fmt::format(" [{}]{}", told(command.evidence), command.by_phone ? " by phone" : "");
      break;
    case Act::enter_second_letter: out += command.right_code ? " right" : " wrong"; break;
    case Act::die: out += fmt::format(" {} days ago", command.days_ago); break;
    default: break;
  }
  return out;
}

std::string told(const Observed& seen) {
  constexpr std::array states{"eligible", "notified", "objected", "opened_by_default", "opened_by_holder",
                              "suspended", "closed", "archived", "erased"};
  std::string cells;
  for (const bool cell : {seen.deposit, seen.team_reads, seen.holder_signs_in, seen.archive_copy, seen.open, seen.object, seen.close})
    cells += cell ? 'y' : '.';
  return fmt::format("{} {}{}{}{}", states[static_cast<std::size_t>(seen.state)], cells,
                     seen.opens_by_default_at ? " opens " + kernel::to_rfc3339(*seen.opens_by_default_at) : "",
                     seen.kept_until ? " kept " + kernel::to_text(*seen.kept_until) : "",
                     seen.second_letter_awaited ? " second letter" : "");
}

std::string_view told(Outcome outcome) {
  constexpr std::array words{"done", "refused", "nothing", "wait"};
  return words[static_cast<std::size_t>(outcome)];
}

}  // namespace carnet::proof
