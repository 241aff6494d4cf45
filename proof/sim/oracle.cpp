// Quoted words are those of the rules: [row of "The life of a space"], [Evidence], [State table], ["Six weeks"], [Code]
// (the activation code), and of life.hpp: [choice ...]. "Reading:" marks what two lawyers could read in two ways.
#include "proof/sim/oracle.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "foundation/kernel/result.hpp"

namespace carnet::proof {

namespace {

// [State table] "-" counts as no.
struct Row {
  State state;
  bool deposit, team_reads, holder_signs_in, archive_copy, open, object, close;
};
constexpr bool yes = true;
constexpr bool no = false;
// clang-format off
constexpr Row rows[] = {
    // state                  deposit team signs copy open object close
    {State::eligible,          no,  no,  no,  no,  yes, yes, no},
    {State::notified,          no,  no,  no,  no,  yes, yes, no},
    {State::objected,          no,  no,  no,  no,  yes, no,  no},
    {State::opened_by_default, yes, yes, no,  no,  yes, no,  yes},
    {State::opened_by_holder,  yes, yes, yes, no,  no,  no,  yes},
    {State::suspended,         no,  yes, no,  no,  no,  no,  yes},
    {State::closed,            no,  no,  no,  yes, yes, no,  no},
    {State::archived,          no,  no,  no,  yes, yes, no,  no},
    {State::erased,            no,  no,  no,  no,  yes, yes, no},
};
// clang-format on

// [Evidence] Each way is a set of letters; having more than a way asks for never harms.
// "Open, a contact on file: C+N+S+F, or N+S+F, or P"
const std::vector<std::string> to_open_contact_on_file = {"CNSF", "NSF", "P"};
// "Open, no contact on file: C+N+S and a contact typed now ..., or P"
const std::vector<std::string> to_open_nothing_on_file = {"CNST", "P"};
// "Object, or close a space its holder never opened: C+N, or N+S+F, or P"
const std::vector<std::string> to_object_or_close = {"CN", "NSF", "P"};
// "by phone C+N+S". Reading: by phone nothing else serves, P neither; and this holds for a minor too.
const std::vector<std::string> by_phone = {"CNS"};
// "A child: the parent's session, or the parent's N+S, with the child's code"
// [choice MINORS] "or P"; to object or close N is enough beside the code
const std::vector<std::string> to_open_for_a_minor = {"CR", "CNS", "P"};
const std::vector<std::string> to_object_or_close_for_a_minor = {"CR", "CN", "P"};

// [Evidence] "Any other subset: nothing"
bool suffices(const std::vector<std::string>& ways, const std::string& proofs) {
  for (const auto& way : ways) {
    const bool all_there =
        std::all_of(way.begin(), way.end(), [&](char letter) { return proofs.find(letter) != std::string::npos; });
    if (all_there) return true;
  }
  return false;
}

// [Code] "3 misses -> 30 s, 5 -> 15 min, 10 -> 24 h"
std::chrono::milliseconds wait_after(int misses_in_a_row) {
  if (misses_in_a_row >= 10) return std::chrono::hours(24);
  if (misses_in_a_row >= 5) return std::chrono::minutes(15);
  if (misses_in_a_row >= 3) return std::chrono::seconds(30);
  return std::chrono::milliseconds(0);
}

kernel::Zone zone_of(const PersonFacts& person) {
  const auto zone = kernel::Zone::named(person.zone);
  CARNET_INVARIANT(zone.has_value(), "a person lives in a zone of the tz database");
  return *zone;
}

}  // namespace

Oracle::Oracle(PersonFacts person, Parameters parameters)
    : person_(std::move(person)),
      zone_(zone_of(person_)),
      parameters_(std::make_shared<const Parameters>(std::move(parameters))) {}

// ---- days and ages ----

Date Oracle::day_of(Instant at) const {
  return kernel::date_in(at, zone_);
}

Instant Oracle::midnight_before(Date day) const {
  return kernel::start_of_day(day, zone_);
}

// [choice MINORS] "A minor until the local day of their majority_age-th birthday".
// Reading: by the calendar alone, for the dead as for the living.
bool Oracle::is_minor(Instant at) const {
  return kernel::age_on(person_.birth, day_of(at)) < parameters_->majority_age;
}

// [Objecting by phone] "Mon-Fri 08:30-17:30, public holidays excluded"
bool Oracle::phone_line_opens(Date day) const {
  const bool weekend = day.iso_weekday() == 6 || day.iso_weekday() == 7;
  return !weekend && !parameters_->public_holidays.contains(day);
}

// ["Six weeks"] "day 0 is the day of sending; the code is good to 24:00 of day 42 (+ post_grace)"; [No answer] "if the
// phone line is closed on the last day, the next open day counts". The answer is the first instant of "no longer good".
Instant Oracle::end_of_code_in_days(Instant sent, bool by_letter) const {
  const Date day_0 = day_of(sent);
  Date last_day = day_0.plus_days(parameters_->code_valid_days);
  if (by_letter) last_day = last_day.plus_days(parameters_->post_grace_days);
  while (!phone_line_opens(last_day)) last_day = last_day.plus_days(1);
  return midnight_before(last_day.plus_days(1));
}

// [PersonFacts] "the e-mail if there is one, else the phone, else by letter"
Channel Oracle::channel_of_asked_code() const {
  if (person_.email_on_file) return Channel::email;
  if (person_.phone_on_file) return Channel::sms;
  return Channel::letter;
}

// ---- codes and tries ----

// [Provisional code] "valid 6 weeks from the day of sending (posted: + post_grace)"
void Oracle::send_announced_code(Instant at, Channel channel) {
  const bool by_letter = channel == Channel::letter;
  code(Kind::announced) = Code{.good_until = end_of_code_in_days(at, by_letter), .by_letter = by_letter};
}

// [Evidence] "until the code of a second letter is entered"; [Parameters] "code_valid_days: ..., second letters"
void Oracle::send_second_letter(Instant at) {
  code(Kind::second_letter) = Code{.good_until = end_of_code_in_days(at, true), .by_letter = true};
  second_letter_awaited_ = true;
}

// [TypedCode] "The last: of that kind ...; when there was none, or it is no longer good, it is a wrong code"
Oracle::Code* Oracle::good_code(TypedCode typed, Instant at) {
  std::optional<Code>* last = nullptr;
  if (typed == TypedCode::announced) last = &code(Kind::announced);
  if (typed == TypedCode::asked_to_open) last = &code(Kind::asked_to_open);
  if (typed == TypedCode::asked_to_object) last = &code(Kind::asked_to_object);
  if (typed == TypedCode::asked_to_close) last = &code(Kind::asked_to_close);
  if (last == nullptr || !last->has_value()) return nullptr;
  Code& found = **last;
  if (at >= found.good_until || found.spent || found.is_void) return nullptr;
  return &found;
}

// [Code] "while a counter is exhausted the space does not open by default"
bool Oracle::a_current_counter_is_at_limit() const {
  const auto found = counters_.find(campaign_);
  if (found == counters_.end()) return false;
  return is_at_limit(found->second.open) || is_at_limit(found->second.object_and_close);
}

// ---- evidence ----

Oracle::Proofs Oracle::proofs_of(const Command& command, const Code* typed) const {
  const Evidence& shown = command.evidence;
  const bool minor = is_minor(command.at);
  // [Evidence.contact] "A good code that was ASKED FOR and went to a contact on file (not by letter) proves F as well"
  const bool typed_was_asked_for = shown.code == TypedCode::asked_to_open || shown.code == TypedCode::asked_to_object ||
                                   shown.code == TypedCode::asked_to_close;
  const bool contact_by_code = typed != nullptr && typed_was_asked_for && !typed->by_letter;
  const bool contact = person_.contact_on_file() && (shown.contact || contact_by_code);
  Proofs proofs;
  if (typed != nullptr) proofs += 'C';
  if (shown.number) proofs += 'N';
  if (shown.serial) proofs += 'S';
  if (contact) proofs += 'F';
  if (shown.in_person) proofs += 'P';
  if (minor && shown.representative_session) proofs += 'R';
  if (shown.typed_contact) proofs += 'T';
  return proofs;
}

Oracle::Ways Oracle::ways_for(const Command& command) const {
  const bool minor = is_minor(command.at);
  // [Act] `by_phone` belongs to object and close_unopened. Reading: open does not look at it.
  if (command.act == Act::open) {
    if (minor) return to_open_for_a_minor;
    return person_.contact_on_file() ? to_open_contact_on_file : to_open_nothing_on_file;
  }
  if (command.by_phone) return by_phone;
  return minor ? to_object_or_close_for_a_minor : to_object_or_close;
}

// [Outcome] "wait, then nothing (evidence), then refused (state), then done"
Outcome Oracle::judge_with_evidence(const Command& command) {
  const Evidence& shown = command.evidence;
  const bool adult = !is_minor(command.at);
  Counters& of_campaign = counters_[campaign_];
  // [choice TRIES] "one for open, one shared by object and close_unopened".
  // Reading: misses in a row, and the wait they ask for, belong to each counter too.
  Counter& counter = command.act == Act::open ? of_campaign.open : of_campaign.object_and_close;

  // [Code] "After 20 the code road closes for that campaign". Reading: for every code typed, with a serial or without.
  const bool road_closed = adult && is_at_limit(counter);
  Code* typed = road_closed ? nullptr : good_code(shown.code, command.at);

  // [Code] "It counts against the person only if NIR and serial match".
  // Reading: only a try that counts can be told to wait.
  const bool counts = adult && !road_closed && shown.code != TypedCode::none && shown.number && shown.serial;
  if (counts) {
    if (command.at < counter.last_miss.plus(wait_after(counter.misses))) return Outcome::wait;
    ++counter.tries;
    if (typed != nullptr) {
      counter.misses = 0;
    } else {
      ++counter.misses;
      counter.last_miss = command.at;
    }
  }

  const Proofs proofs = proofs_of(command, typed);
  if (!suffices(ways_for(command), proofs)) return Outcome::nothing;
  // [choice die] "open, object, close_unopened are judged for wait and evidence as ever, then refused"
  if (dead_) return Outcome::refused;

  Outcome outcome = Outcome::refused;
  if (command.act == Act::open) outcome = open(command, proofs);
  if (command.act == Act::object) outcome = object();
  if (command.act == Act::close_unopened) outcome = close_unopened(command, proofs);
  // [choice CODES] "Spent by the act it was typed for when that is done; not when refused".
  // Reading: also when the other proofs would have sufficed without it.
  if (outcome == Outcome::done && typed != nullptr) typed->spent = true;
  return outcome;
}

// ---- commands ----

Outcome Oracle::apply(const Command& command) {
  pass_time(command.at);
  const Outcome outcome = judge(command);
  // [choice majority_notice] "any act other than die, revert_death, sweep, restart was done while a minor".
  // Reading: a repetition that changes nothing was done as well.
  const bool leaves_a_mark = command.act != Act::die && command.act != Act::revert_death && command.act != Act::sweep &&
                             command.act != Act::restart;
  if (outcome == Outcome::done && leaves_a_mark && is_minor(command.at)) acted_while_minor_ = true;
  return outcome;
}

Outcome Oracle::judge(const Command& command) {
  if (command.act == Act::sweep || command.act == Act::restart) return Outcome::done;
  if (dead_) return judge_for_the_dead(command);
  if (command.act == Act::notify) return notify(command);
  if (command.act == Act::returned) return returned();
  if (command.act == Act::majority_notice) return majority_notice(command);
  if (command.act == Act::open) return judge_with_evidence(command);
  if (command.act == Act::object) return judge_with_evidence(command);
  if (command.act == Act::close_unopened) return judge_with_evidence(command);
  if (command.act == Act::ask_code) return ask_code(command);
  if (command.act == Act::close) return close(command);
  if (command.act == Act::reopen) return reopen(command);
  if (command.act == Act::enter_second_letter) return enter_second_letter(command);
  if (command.act == Act::ask_erasure) return ask_erasure(command);
  if (command.act == Act::suspend) return suspend(command);
  if (command.act == Act::lift) return lift();
  if (command.act == Act::object_to_suspension) return object_to_suspension();
  if (command.act == Act::die) return die(command);
  return Outcome::refused;  // revert_death: "refused for the living"
}

// [choice die] "While dead: open, object, close_unopened are judged for wait and evidence as ever, then refused;
// ask_code nothing; everything else but revert_death, sweep, restart refused."
Outcome Oracle::judge_for_the_dead(const Command& command) {
  if (command.act == Act::open || command.act == Act::object || command.act == Act::close_unopened) {
    return judge_with_evidence(command);
  }
  if (command.act == Act::ask_code) return Outcome::nothing;
  if (command.act == Act::revert_death) return revert_death();
  return Outcome::refused;
}

// [Notice] "to every eligible living person"; [choice notify]
Outcome Oracle::notify(const Command& command) {
  const std::string campaign = "campaign " + std::to_string(command.campaign);
  if (state_ == State::notified) {
    // "also in notified once the announced code is past and a counter of the current campaign is at its limit, when
    // `campaign` differs from the current one"
    const auto& announced = code(Kind::announced);
    const bool past = announced.has_value() && command.at >= announced->good_until;
    if (!past || !a_current_counter_is_at_limit() || campaign == campaign_) return Outcome::refused;
  } else if (state_ != State::eligible) {
    return Outcome::refused;  // told already, decided
  }
  send_announced_code(command.at, command.channel);
  // [No answer] "the space opens at 00:00 of the day after the last day": the instant at which the code ends.
  notice_opens_at_ = code(Kind::announced)->good_until;
  state_ = State::notified;
  // Reading: a campaign named again finds its counters as they were ("Nothing refills a counter").
  campaign_ = campaign;
  return Outcome::done;
}

// [Letter returned, mail bounced] "not informed: clock and code void"
Outcome Oracle::returned() {
  if (state_ != State::notified) return Outcome::refused;
  state_ = State::eligible;
  notice_opens_at_.reset();
  code(Kind::announced)->is_void = true;
  return Outcome::done;  // [choice CAMPAIGN] "that of the last notice, returned or not": it stays current
}

// [Majority (18)] "a notice and code to the new adult, ... even if a parent objected or closed"
Outcome Oracle::majority_notice(const Command& command) {
  if (majority_told_ || is_minor(command.at) || !acted_while_minor_ || state_ == State::erased) return Outcome::refused;
  // Reading: it goes by the command's channel, which is a letter.
  send_announced_code(command.at, command.channel);
  if (state_ == State::eligible || state_ == State::notified) {
    state_ = State::notified;
    notice_opens_at_ = code(Kind::announced)->good_until;
  }
  campaign_ = "majority";
  majority_told_ = true;
  return Outcome::done;
}

// [State table] column "open"; [Change of mind] "objected -> may open at any time; closed -> may reopen"
Outcome Oracle::open(const Command& command, const Proofs& proofs) {
  const bool adult = !is_minor(command.at);
  const bool in_person = suffices({"P"}, proofs);
  if (state_ == State::suspended) return Outcome::refused;
  if (state_ == State::opened_by_holder) {
    const bool first_time_as_adult = adult && !entered_;
    const bool ends_the_wait = in_person && second_letter_awaited_;
    if (!first_time_as_adult && !ends_the_wait) return Outcome::refused;
  }
  state_ = State::opened_by_holder;
  notice_opens_at_.reset();
  ever_opened_ = true;
  if (adult) entered_ = true;
  erasure_day_.reset();  // "It cancels an erasure asked for"
  // [Evidence] "nothing received earlier is shown until the code of a second letter is entered, or P"
  // [choice MINORS] "No second letter"
  const bool typed_contact_alone = adult && !suffices({"NSF", "P"}, proofs);
  second_letter_awaited_ = false;
  if (typed_contact_alone) send_second_letter(command.at);
  return Outcome::done;
}

// [State table] column "object": yes in eligible, notified, erased
Outcome Oracle::object() {
  if (state_ == State::objected) return Outcome::done;  // "nothing changes"
  if (state_ != State::eligible && state_ != State::notified && state_ != State::erased) return Outcome::refused;
  state_ = State::objected;
  notice_opens_at_.reset();
  return Outcome::done;
}

// [State table] column "close"; [Closing] "without having to open first"; [choice close_unopened]
Outcome Oracle::close_unopened(const Command& command, const Proofs& proofs) {
  const bool in_person = suffices({"P"}, proofs);
  const bool may = state_ == State::opened_by_default || (state_ == State::suspended && !ever_opened_) ||
                   (in_person && (state_ == State::opened_by_holder || state_ == State::suspended));
  if (!may) return Outcome::refused;
  close_on(day_of(command.at));
  return Outcome::done;
}

// [A new code at any time] "to the contact on file, or by post (one per 10 days)"; [choice ask_code]
Outcome Oracle::ask_code(const Command& command) {
  if (!command.evidence.number || !command.evidence.serial) return Outcome::nothing;
  if (is_minor(command.at)) return Outcome::nothing;
  if (state_ == State::suspended && ever_opened_) return Outcome::nothing;
  const bool second_letter = state_ == State::opened_by_holder && second_letter_awaited_;
  if (state_ == State::opened_by_holder && !second_letter && entered_) return Outcome::nothing;

  const Channel channel = second_letter ? Channel::letter : channel_of_asked_code();
  if (channel == Channel::letter) {
    // Reading: the second letter that leaves by itself at an opening was not asked for; erasure changes nothing.
    const std::chrono::hours interval{24 * parameters_->posted_every_days};
    if (last_posted_ && command.at < last_posted_->plus(interval)) return Outcome::nothing;
    last_posted_ = command.at;
  }
  if (second_letter) {
    send_second_letter(command.at);
    return Outcome::done;
  }
  const bool by_letter = channel == Channel::letter;
  Code sent{.good_until = end_of_code_in_days(command.at, by_letter), .by_letter = by_letter};
  if (command.asked == Command::Asked::open) {
    // [Code] "a code for opening sent on request lives 24 h (e-mail) or 10 min (SMS, spoken call)"
    if (channel == Channel::email)
      sent.good_until = command.at.plus(std::chrono::hours(parameters_->opening_code_email_hours));
    if (channel == Channel::sms)
      sent.good_until = command.at.plus(std::chrono::minutes(parameters_->opening_code_phone_minutes));
    code(Kind::asked_to_open) = sent;
  }
  if (command.asked == Command::Asked::object) code(Kind::asked_to_object) = sent;
  if (command.asked == Command::Asked::close) code(Kind::asked_to_close) = sent;
  return Outcome::done;
}

// [Closing] "Settings > Clôture du profil"
Outcome Oracle::close(const Command& command) {
  if (!is_signed_in(command.at)) return Outcome::refused;
  if (state_ == State::closed || state_ == State::archived) return Outcome::done;  // "nothing changes"
  if (state_ != State::opened_by_holder) return Outcome::refused;
  close_on(day_of(command.at));
  return Outcome::done;
}

// [Change of mind] "closed -> may reopen, archive restored".
// Reading: reopening is no `open`: who had never opened, or never entered, still has not.
Outcome Oracle::reopen(const Command& command) {
  if (!is_signed_in(command.at)) return Outcome::refused;
  if (state_ == State::opened_by_holder) return Outcome::done;  // "nothing changes"
  if (state_ != State::closed && state_ != State::archived) return Outcome::refused;
  state_ = State::opened_by_holder;
  erasure_day_.reset();
  return Outcome::done;
}

// [Evidence] "until the code of a second letter is entered"
Outcome Oracle::enter_second_letter(const Command& command) {
  if (!is_signed_in(command.at)) return Outcome::refused;
  if (state_ != State::opened_by_holder || !second_letter_awaited_) return Outcome::refused;
  auto& letter = code(Kind::second_letter);
  const bool good = letter.has_value() && command.at < letter->good_until && !letter->spent && !letter->is_void;
  if (!command.right_code || !good) return Outcome::nothing;
  letter->spent = true;
  second_letter_awaited_ = false;
  return Outcome::done;
}

// [Erasure on request] "within 3 months"; [choice ask_erasure] erased at 00:00 of day asked + erasure_regret_days
Outcome Oracle::ask_erasure(const Command& command) {
  if (!is_signed_in(command.at)) return Outcome::refused;
  if (state_ == State::opened_by_holder) close_on(day_of(command.at));  // "closes it now, as close"
  if (state_ != State::closed && state_ != State::archived) return Outcome::refused;
  if (!erasure_day_) erasure_day_ = day_of(command.at).plus_days(parameters_->erasure_regret_days);
  return Outcome::done;  // "asked again, nothing changes"
}

// [Suspension by the operator] "6 weeks without objection -> closed"
Outcome Oracle::suspend(const Command& command) {
  if (state_ == State::suspended) return Outcome::done;  // "nothing changes"
  if (state_ != State::opened_by_default && state_ != State::opened_by_holder) return Outcome::refused;
  before_suspension_ = state_;
  state_ = State::suspended;
  // [choice suspend] "by 24:00 of day suspension_days (day 0: today ...): closed at 00:00 of the next day"
  suspension_closes_on_ = day_of(command.at).plus_days(parameters_->suspension_days).plus_days(1);
  return Outcome::done;
}

Outcome Oracle::lift() {
  if (state_ != State::suspended) return Outcome::refused;
  state_ = before_suspension_;
  end_of_suspension();
  return Outcome::done;
}

Outcome Oracle::object_to_suspension() {
  if (state_ != State::suspended) return Outcome::refused;
  suspension_closes_on_.reset();  // "it no longer closes by itself; again: nothing changes"
  return Outcome::done;
}

// [Death] "archived 10 years; ... an opposition made in life holds"; [choice die]
Outcome Oracle::die(const Command& command) {
  dead_ = true;
  death_day_ = day_of(command.at).plus_days(-command.days_ago);
  shown_as_archived_ =
      state_ == State::opened_by_default || state_ == State::opened_by_holder || state_ == State::suspended;
  // [choice CODES] "Death voids every code, and the clock of a notice (notified becomes eligible ...)"
  for (auto& last : codes_) {
    if (last) last->is_void = true;
  }
  if (state_ == State::notified) state_ = State::eligible;
  notice_opens_at_.reset();
  return Outcome::done;
}

// [Death] "declared by error: reversible"
Outcome Oracle::revert_death() {
  dead_ = false;
  shown_as_archived_ = false;
  return Outcome::done;
}

// ---- ends ----

void Oracle::close_on(Date day) {
  state_ = State::closed;
  closed_on_ = day;
  erasure_day_.reset();
  end_of_suspension();
}

void Oracle::end_of_suspension() {
  suspension_closes_on_.reset();
}

// [choice ERASED] "everything of the former space is over ...; announced and asked codes are not touched"
void Oracle::erase() {
  state_ = State::erased;
  ever_opened_ = false;
  entered_ = false;
  second_letter_awaited_ = false;
  if (code(Kind::second_letter)) code(Kind::second_letter)->is_void = true;
  erasure_day_.reset();
  end_of_suspension();
  shown_as_archived_ = false;
}

// ---- time ----

// When a notified space opens if nothing more happens.
std::optional<Instant> Oracle::opens_by_default_at() const {
  if (state_ != State::notified || !notice_opens_at_) return std::nullopt;
  // [Code] "while a counter is exhausted the space does not open by default"
  if (a_current_counter_is_at_limit()) return std::nullopt;
  // [Objecting without a code] "until it is entered ... default opening waits for its expiry"
  const auto& objecting = code(Kind::asked_to_object);
  if (objecting && !objecting->spent && !objecting->is_void) return std::max(*notice_opens_at_, objecting->good_until);
  return notice_opens_at_;
}

// [Archive] "10 years"; [choice ask_erasure] "or at the archive's end if that is sooner; kept_until is the day before"
Date Oracle::kept_until() const {
  const Date archive_ends = closed_on_.plus_years(parameters_->archive_years);
  if (!erasure_day_) return archive_ends;
  return std::min(archive_ends, erasure_day_->plus_days(-1));
}

// [Death] "archived 10 years"
Date Oracle::kept_after_death_until() const {
  return death_day_.plus_years(parameters_->archive_years);
}

// Each thing that happens by itself, in the order in which one can lead to the next.
void Oracle::pass_time(Instant until) {
  // [No answer]
  if (const auto opens = opens_by_default_at(); opens && *opens <= until) {
    state_ = State::opened_by_default;
    notice_opens_at_.reset();
  }
  // [Suspension by the operator]; [choice die] "Under a death the suspension's six weeks run on"
  if (state_ == State::suspended && suspension_closes_on_ && midnight_before(*suspension_closes_on_) <= until) {
    close_on(*suspension_closes_on_);
  }
  // [closed -> archived]; [choice] "closed on day d: archived from 00:00 of day d + 30"
  if (state_ == State::closed &&
      midnight_before(closed_on_.plus_days(parameters_->closed_days_before_archive)) <= until) {
    state_ = State::archived;
  }
  // [archived -> erased]; [choice ARCHIVE] "kept until d + archive_years, erased at 00:00 of the next day"
  if ((state_ == State::closed || state_ == State::archived) && midnight_before(kept_until().plus_days(1)) <= until)
    erase();
  // [choice die] "kept until day of death + archive_years, then erased at 00:00 of the next day"
  if (dead_ && shown_as_archived_ && midnight_before(kept_after_death_until().plus_days(1)) <= until) erase();
}

Observed Oracle::observe(Instant at) const {
  Oracle then = *this;
  then.pass_time(at);
  // [choice die] "What is opened or suspended at that instant shows as archived ... for as long as they are dead".
  // Reading: whatever becomes of a suspension below; and the table's row stands as it is, without the death's refusals.
  const State shown = then.shown_as_archived_ ? State::archived : then.state_;
  Observed seen;
  seen.state = shown;
  for (const Row& row : rows) {
    if (row.state != shown) continue;
    seen.deposit = row.deposit;
    seen.team_reads = row.team_reads;
    seen.holder_signs_in = row.holder_signs_in;
    seen.archive_copy = row.archive_copy;
    seen.open = row.open;
    seen.object = row.object;
    seen.close = row.close;
  }
  seen.opens_by_default_at = then.opens_by_default_at();
  if (then.shown_as_archived_) {
    seen.kept_until = then.kept_after_death_until();
  } else if (shown == State::closed || shown == State::archived) {
    seen.kept_until = then.kept_until();
  }
  seen.second_letter_awaited = shown == State::opened_by_holder && then.second_letter_awaited_;
  return seen;
}

}  // namespace carnet::proof
