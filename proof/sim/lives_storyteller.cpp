#include <algorithm>
#include <array>

#include "proof/sim/lives.hpp"

namespace carnet::proof {
namespace {

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

constexpr std::array zones{"Europe/Paris",      "Europe/Paris",     "Europe/Paris",   "America/Guadeloupe", "America/Martinique",
                           "America/Cayenne",   "America/Miquelon", "Indian/Reunion", "Indian/Mayotte",     "Pacific/Noumea",
                           "Pacific/Tahiti",    "Pacific/Wallis",   "Pacific/Marquesas"};

Instant plus(Instant at, std::int64_t ms) { return {at.ms + ms}; }

kernel::Zone zone_of(const Person& person) { return *kernel::Zone::named(person.facts.zone); }

// The first day on which the person is of age.
Date of_age(const Person& person) {
  Date on = person.facts.birth.plus_years(person.parameters.majority_age);
  if (kernel::age_on(person.facts.birth, on) < person.parameters.majority_age) on = on.plus_days(1);
  return on;
}

bool is_minor(const Person& person, Instant now) { return kernel::date_in(now, zone_of(person)) < of_age(person); }

}  // namespace

Storyteller::Storyteller(std::uint64_t seed, Level level) : random_(seed), level_(level) {}

std::int64_t Storyteller::between(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}
bool Storyteller::chance(int percent) { return between(1, 100) <= percent; }

Person Storyteller::person() {
  Person person;
  auto& facts = person.facts;
  facts.zone = zones[static_cast<std::size_t>(between(0, zones.size() - 1))];
  facts.email_on_file = chance(55);
  facts.phone_on_file = chance(30);
  person.parameters = parameters_of_rules();
  if (level_ == Level::rules && chance(20)) {
    auto& p = person.parameters;
    p.code_valid_days = static_cast<int>(between(1, 60));
    p.post_grace_days = static_cast<int>(between(0, 12));
    p.archive_years = static_cast<int>(between(1, 10));
    p.closed_days_before_archive = static_cast<int>(between(1, 90));
    p.erasure_regret_days = static_cast<int>(between(1, 60));
    p.suspension_days = static_cast<int>(between(0, 60));
    p.tries_per_campaign = static_cast<int>(between(1, 20));
  }
  const int year = static_cast<int>(between(2022, 2031));
  Date begins = Date{year, 1, 1}.plus_days(static_cast<int>(between(0, 364)));
  if (chance(10)) begins = {2024, 2, static_cast<unsigned>(between(27, 29))};
  const auto zone = *kernel::Zone::named(facts.zone);
  person.start = plus(kernel::start_of_day(begins, zone), chance(30) ? between(0, 1) * (day - 1) : between(0, day - 1));
  facts.birth = Date{static_cast<int>(between(1930, 2003)), 1, 1}.plus_days(static_cast<int>(between(0, 364)));
  if (chance(25)) facts.birth = begins.plus_years(-18).plus_days(static_cast<int>(between(-30, 120)));  // about to come of age
  if (chance(10)) facts.birth = begins.plus_years(static_cast<int>(between(-17, -1)));
  if (chance(5)) facts.birth = {2008, 2, 29};
  hammers_ = chance(12);
  return person;
}

int Storyteller::steps() { return static_cast<int>(hammers_ ? between(40, 90) : between(8, 45)); }

std::vector<Instant> Storyteller::boundaries(const Person& person, const Observed& seen, Instant now) const {
  const auto zone = zone_of(person);
  const auto& p = person.parameters;
  const Date today = kernel::date_in(now, zone);
  std::vector<Instant> out;
  if (seen.opens_by_default_at) out.push_back(*seen.opens_by_default_at);
  if (seen.kept_until) out.push_back(kernel::start_of_day(seen.kept_until->plus_days(1), zone));
  for (const int days : {p.code_valid_days + 1, p.code_valid_days + p.post_grace_days + 1, p.closed_days_before_archive,
                         p.erasure_regret_days, p.suspension_days + 1})
    out.push_back(kernel::start_of_day(today.plus_days(days), zone));
  out.push_back(kernel::start_of_day(of_age(person), zone));
  if (last_act_) {
    for (const auto wait : {30 * second, 15 * minute, 24 * hour, p.opening_code_phone_minutes * minute,
                            p.opening_code_email_hours * hour, p.posted_every_days * day})
      out.push_back(plus(*last_act_, wait));
  }
  std::erase_if(out, [&](Instant one) { return one.ms - 1 <= now.ms; });
  return out;
}

Instant Storyteller::later(const Person& person, const Observed& seen, Instant now) {
  const std::int64_t least = level_ == Level::service ? 1 : 0;
  if (hammers_ && chance(80)) return plus(now, chance(60) ? 24 * hour : between(least, 40 * second));
  const auto near = boundaries(person, seen, now);
  if (!near.empty() && chance(35))
    return plus(near[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(near.size()) - 1))], between(-1, 1));
  switch (between(0, 9)) {
    case 0: case 1: return plus(now, least);
    case 2: return plus(now, between(least, minute));
    case 3: return plus(now, between(minute, 2 * hour));
    case 4: case 5: return plus(now, between(hour, 3 * day));
    case 6: case 7: return plus(now, between(day, 30 * day));
    case 8: return plus(now, between(20 * day, 100 * day));
    default: return plus(now, between(100 * day, chance(20) ? 4200 * day : 500 * day));
  }
}

Evidence Storyteller::evidence(bool minor) {
  constexpr std::array codes{TypedCode::none,          TypedCode::announced,      TypedCode::announced,      TypedCode::announced,
                             TypedCode::asked_to_open, TypedCode::asked_to_object, TypedCode::asked_to_close, TypedCode::wrong};
  Evidence e;
  e.code = codes[static_cast<std::size_t>(between(0, codes.size() - 1))];
  if (hammers_ && chance(75)) e.code = TypedCode::wrong;
  const bool generous = chance(60);
  e.number = generous || chance(50);
  e.serial = generous || chance(50);
  e.contact = chance(generous ? 60 : 40);
  e.in_person = chance(generous ? 5 : 10);
  e.representative_session = chance(40);
  e.typed_contact = chance(50);
  if (minor && e.code == TypedCode::wrong) e.code = TypedCode::announced;
  return e;
}

Command Storyteller::act_of_rules(const Person& person, const Observed& seen) {
  (void)person, (void)seen;
  Command command;
  const auto dice = hammers_ && chance(60) ? between(16, 39) : between(0, 99);
  if (dice < 14) {
    command.act = Act::notify;
    command.channel = chance(60) ? Channel::email : Channel::letter;
    command.campaign = static_cast<int>(between(1, 3));
  } else if (dice < 16) {
    command.act = Act::returned;
  } else if (dice < 32) {
    command.act = Act::open;
  } else if (dice < 42) {
    command.act = Act::object;
    command.by_phone = chance(20);
  } else if (dice < 50) {
    command.act = Act::close_unopened;
    command.by_phone = chance(20);
  } else if (dice < 60) {
    command.act = Act::ask_code;
    command.asked = static_cast<Command::Asked>(between(0, 2));
  } else if (dice < 65) {
    command.act = Act::close;
  } else if (dice < 70) {
    command.act = Act::reopen;
  } else if (dice < 75) {
    command.act = Act::enter_second_letter;
    command.right_code = chance(80);
  } else {
    constexpr std::array rest{Act::ask_erasure, Act::ask_erasure, Act::suspend,         Act::suspend,      Act::lift,
                              Act::object_to_suspension, Act::die, Act::revert_death, Act::revert_death, Act::sweep,
                              Act::restart,     Act::majority_notice, Act::majority_notice};
    command.act = rest[static_cast<std::size_t>(between(0, rest.size() - 1))];
    command.days_ago = static_cast<int>(between(0, 5));
    if (command.act == Act::majority_notice) command.channel = Channel::letter;
  }
  return command;
}

// What the routes let people do: an opening proves all that can be proven, an objection brings code and number.
Command Storyteller::act_of_service(const Person& person, const Observed& seen, bool minor) {
  Command command = act_of_rules(person, seen);
  auto& e = command.evidence;
  e = evidence(minor);
  command.by_phone = false;
  if (command.act == Act::open) {
    if (e.code == TypedCode::none || e.in_person) {
      e = Evidence{};
      e.in_person = true;
    } else if (minor) {
      const bool session = e.representative_session;
      const auto code = e.code;
      e = Evidence{};
      e.code = code;
      e.representative_session = session;
      e.number = e.serial = !session;
    } else {
      e.representative_session = false;
      e.contact = person.facts.contact_on_file();
      e.typed_contact = !e.contact;
    }
  }
  if (command.act == Act::object || command.act == Act::close_unopened) {
    const auto code = e.code == TypedCode::none ? TypedCode::announced : e.code;
    e = Evidence{};
    e.code = code;
    e.number = true;
  }
  if (command.act == Act::majority_notice) command.act = Act::sweep;
  return command;
}

Command Storyteller::next(const Person& person, const Observed& seen, Instant now) {
  const Instant at = later(person, seen, now);
  const bool minor = is_minor(person, at);
  Command command = level_ == Level::rules ? act_of_rules(person, seen) : act_of_service(person, seen, minor);
  command.at = at;
  const bool by_evidence = command.act == Act::open || command.act == Act::object || command.act == Act::close_unopened ||
                           command.act == Act::ask_code;
  if (by_evidence && (level_ == Level::rules || command.act == Act::ask_code)) command.evidence = evidence(minor);
  if (command.by_phone) command.evidence.in_person = false;
  if (by_evidence || command.act == Act::notify) last_act_ = at;
  return command;
}

}  // namespace carnet::proof
