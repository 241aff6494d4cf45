// Alerts: from new traces to lines, and from lines to a message.
#include "access/alerts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace carnet::access {

using kernel::Result;
using kernel::Status;
using notices::Channel;
using When = AlertChoice::When;

namespace {

constexpr auto whens = std::to_array<std::pair<When, std::string_view>>({{When::unusual, "unusual"},
                                                                        {When::each, "each"},
                                                                        {When::daily, "daily"},
                                                                        {When::weekly, "weekly"},
                                                                        {When::none, "none"}});
constexpr auto channels = std::to_array<Channel>({Channel::email, Channel::sms, Channel::letter});
constexpr std::int64_t traces_per_step = 512, hearers_per_step = 64;
constexpr int steps_per_call = 4;  // of each kind: a stop, and a sign-in code that waits to leave, wait no longer than that
constexpr std::int64_t postponed_ms = 3'600'000;  // one whose message could not be made
constexpr auto morning = std::chrono::hours(8);
constexpr std::size_t lines_per_message = 7;  // and one that says how many more; a letter stays one page

const identity::Contact* contact_by(const identity::Person& person, Channel channel) {
  const auto found = std::ranges::find_if(person.contacts, [&](const identity::Contact& one) { return one.channel == channel; });
  return found == person.contacts.end() ? nullptr : &*found;
}

}  // namespace

std::string_view code_of(When when) {
  for (const auto& [one, code] : whens)
    if (one == when) return code;
  return "unusual";
}

std::optional<AlertChoice> alert_choice_of(std::string_view when, std::string_view channel) {
  const auto known = std::ranges::find_if(whens, [&](const auto& one) { return one.second == when; });
  const auto by = std::ranges::find_if(channels, [&](Channel one) { return notices::code_of(one) == channel; });
  if (known == whens.end() || by == channels.end()) return std::nullopt;
  return AlertChoice{known->first, *by};
}

std::string text_of(const AlertChoice& choice) {
  return fmt::format("{}/{}", code_of(choice.when), notices::code_of(choice.channel));
}

std::vector<Channel> alert_channels(const identity::Person& hearer, bool letters) {
  std::vector<Channel> found;
  for (const auto channel : channels) {
    const bool there = channel == Channel::letter ? letters && !hearer.postal.lines.empty() : contact_by(hearer, channel) != nullptr;
    if (there) found.push_back(channel);
  }
  return found;
}

AlertChoice alert_choice(const std::vector<Version>& versions, const identity::Person& hearer, bool letters) {
  const std::string subject = subject_of(hearer.id);
  for (const auto& version : last_known(versions, all_known)) {
    if (version.kind != Kind::alerts || version.subject != subject) continue;
    const auto slash = std::min(version.detail.find('/'), version.detail.size());
    const std::string_view detail(version.detail);
    if (const auto chosen = alert_choice_of(detail.substr(0, slash), detail.substr(std::min(slash + 1, detail.size())))) return *chosen;
  }
  const auto there = alert_channels(hearer, letters);
  return {When::unusual, there.empty() ? Channel::letter : there.front()};
}

// An emergency has a message of its own, to everybody; it stands in what lists accesses, and is not told twice as unusual.
std::optional<LineKind> line_of(const Seen& seen, When when) {
  const bool stranger = seen.by == audit::ActorKind::professional && seen.first_ever;
  if (when == When::none) return std::nullopt;
  if (when == When::unusual) {
    if (seen.just_too_many) return LineKind::many;
    return stranger && seen.mode == audit::Mode::normal ? std::optional(LineKind::first) : std::nullopt;
  }
  if (seen.just_too_many) return LineKind::many;
  if (stranger) return LineKind::first;
  return seen.mode == audit::Mode::normal ? LineKind::read : LineKind::emergency;
}

Instant alert_due(When when, Instant at, const AlertTimes& times) {
  if (when == When::each || when == When::unusual || when == When::none) return at.plus(std::chrono::minutes(times.minutes));
  const Date today = kernel::date_in(at, times.zone);
  const int days = when == When::daily ? 1 : 8 - static_cast<int>(today.iso_weekday());
  return kernel::start_of_day(today.plus_days(days), times.zone).plus(morning);
}

// ---- from traces to lines

namespace {

// Somebody looked: what is filed, declared or refused is not an access.
bool is_access(audit::Action action) {
  using enum audit::Action;
  constexpr auto looked = std::to_array<audit::Action>({documents_listed, document_read, resource_read, history_read,
                                                        record_searched, exported, traces_read, space_archived_read});
  return std::ranges::find(looked, action) != looked.end();
}

// Who it was; empty for the holder, for machines, and for who sees no content.
std::string reader_of(const State& state, const audit::Entry& entry) {
  using enum audit::ActorKind;
  if (entry.actor == professional) return entry.actor_id;
  if (entry.actor != representative && entry.actor != carer && entry.actor != guardian) return {};
  const auto person = state.identity.people().from_opaque(entry.actor_id);
  return person ? subject_of(*person) : std::string();
}

struct Audience {
  PersonId person;
  Hearers hearers;
  std::vector<Version> versions;
};
Result<Audience> audience_of(State& state, store::Snapshot& at, SpaceId space) {
  CARNET_TRY(standing, state.enrollment.standing_of_space(at, space));
  Audience found{standing.person, {}, {}};
  if (found.person.value == 0 || standing.state == enrollment::State::erased) return found;
  CARNET_TRY(hearers, hearers_of(state, at, found.person));
  CARNET_TRY(versions, rows::of_space(at, found.person));
  found.hearers = std::move(hearers);
  found.versions = std::move(versions);
  return found;
}

Status absorb_one(State& state, store::Tx& tx, const Audience& to, const audit::Trace& trace, const std::string& reader) {
  const AlertTimes times{state.parameter("access.alert_minutes"), zone_of(to.hearers.holder)};
  const std::string day = kernel::to_text(kernel::date_in(trace.at, times.zone));
  CARNET_TRY(counted, rows::count_reader(tx, to.person, reader, day));
  const Seen seen{reader, trace.entry.actor, trace.entry.mode, !counted.known,
                  counted.times == state.parameter("access.alert_reads_per_day")};
  for (const auto& hearer : to.hearers.people) {
    if (reader == subject_of(hearer.person.id)) continue;
    const auto choice = alert_choice(to.versions, hearer.person, to.hearers.letters);
    const auto kind = line_of(seen, choice.when);
    if (!kind) continue;
    const rows::HearerKey key{to.person, hearer.person.id};
    const bool whole_day = choice.when == When::unusual;
    CARNET_TRY(waits, rows::add_line(tx, key, {day, reader, *kind, whole_day ? counted.times : 1, whole_day}));
    if (waits) CARNET_CHECK(rows::due_by(tx, key, alert_due(choice.when, trace.at, times)));
  }
  return {};
}

}  // namespace

Status absorb(State& state, store::Tx& tx, const std::vector<audit::Trace>& traces) {
  std::map<std::int64_t, Audience> audiences;
  for (const auto& trace : traces) {
    if (!is_access(trace.entry.action)) continue;
    const auto reader = reader_of(state, trace.entry);
    if (reader.empty()) continue;
    auto known = audiences.find(trace.entry.space.value);
    if (known == audiences.end()) {
      CARNET_TRY(audience, audience_of(state, tx, trace.entry.space));
      known = audiences.emplace(trace.entry.space.value, std::move(audience)).first;
    }
    if (known->second.hearers.people.empty()) continue;
    CARNET_CHECK(absorb_one(state, tx, known->second, trace, reader));
  }
  return {};
}

// ---- from lines to a message

namespace {

Result<std::string> name_of(State& state, store::Snapshot& at, const std::string& reader, bool discreet) {
  if (const auto person = person_of(reader)) {
    CARNET_TRY(facts, state.identity.people().person(at, *person));
    return facts.display_name();
  }
  if (discreet) return std::string();
  CARNET_TRY(professional, state.identity.professional(at, reader));
  return professional ? professional->name : "RPPS " + reader;
}

std::string_view word_of(LineKind kind, std::int64_t times) {
  switch (kind) {
    case LineKind::read: return times > 1 ? "reads" : "read";
    case LineKind::emergency: return "emergency";
    case LineKind::first: return "first";
    case LineKind::many: return "many";
  }
  return "read";
}

Result<std::string> lines_text(State& state, store::Snapshot& at, const std::vector<rows::AlertLine>& lines, bool discreet) {
  std::string text;
  const std::size_t shown = lines.size() > lines_per_message + 1 ? lines_per_message : lines.size();
  for (std::size_t i = 0; i < shown; ++i) {
    CARNET_TRY(name, name_of(state, at, lines[i].reader, discreet));
    for (auto& c : name)
      if (c == '\t' || c == '\n') c = ' ';
    text += fmt::format("{}\ton_day={}\twho={}\ttimes={}\n", word_of(lines[i].kind, lines[i].times), lines[i].day, name,
                        lines[i].times);
  }
  if (shown < lines.size()) text += fmt::format("more\ttimes={}\n", lines.size() - shown);
  return text;
}

struct Sending {
  const Hearers& hearers;
  const Hearer& to;
  AlertChoice choice;
  rows::HearerKey key;
  Instant now;
};
enum class Sent { no, yes, later };

// By the chosen channel; where it is not there any more, by another. A letter at most monthly.
Result<Sent> send(State& state, store::Tx& tx, const Sending& sending, const std::map<std::string, std::string>& said) {
  auto order = alert_channels(sending.to.person, sending.hearers.letters);
  if (const auto chosen = std::ranges::find(order, sending.choice.channel); chosen != order.end())
    std::rotate(order.begin(), chosen, chosen + 1);
  for (const auto channel : order) {
    const bool letter = channel == Channel::letter;
    if (letter) {
      CARNET_TRY(last, rows::last_letter(tx, sending.key));
      const auto zone = zone_of(sending.hearers.holder);
      const auto next = last ? kernel::start_of_day(kernel::date_in(*last, zone).plus_months(1), zone).plus(morning) : Instant{};
      if (last && sending.now < next) {
        CARNET_CHECK(rows::set_due(tx, sending.key, next));
        return Sent::later;
      }
    }
    const std::string address = letter ? std::string() : contact_by(sending.to.person, channel)->address;
    CARNET_TRY(left, identity::enqueue_if_there(*state.means.notices, tx,
                                                {state.means.templates.at(Told::access_alert), channel,
                                                 identity::recipient_of(sending.to.person, sending.key.person, address), {}, said}));
    if (!left) continue;
    if (letter) CARNET_CHECK(rows::letter_left(tx, sending.key, sending.now));
    return Sent::yes;
  }
  return Sent::no;
}

}  // namespace

Status tell_hearer(State& state, store::Tx& tx, const rows::HearerKey& key) {
  const Instant now = state.clock.now();
  CARNET_TRY(due, rows::is_due(tx, key, now));
  if (!due) return {};
  CARNET_CHECK(rows::set_due(tx, key, std::nullopt));
  CARNET_TRY(hearers, hearers_of(state, tx, key.person));
  CARNET_TRY(versions, rows::of_space(tx, key.person));
  CARNET_TRY(lines, rows::untold_lines(tx, key));
  const auto to = std::ranges::find_if(hearers.people, [&](const Hearer& one) { return one.person.id == key.hearer; });
  const std::string today = kernel::to_text(kernel::date_in(now, zone_of(hearers.holder)));
  if (to != hearers.people.end() && !lines.empty()) {
    const auto choice = alert_choice(versions, to->person, hearers.letters);
    if (choice.when != When::none) {
      CARNET_TRY(text, lines_text(state, tx, lines, to->discreet));
      const std::map<std::string, std::string> said{{"holder", hearers.holder.display_name()}, {"lines", std::move(text)}};
      CARNET_TRY(sent, send(state, tx, {hearers, *to, choice, key, now}, said));
      if (sent == Sent::later) return {};
    }
  }
  return rows::lines_told(tx, key, today);
}

Status begin_alerts(State& state) {
  const auto known = state.main.read_now<std::optional<std::int64_t>>([](store::Snapshot& at) { return rows::feed_position(at); });
  if (!known) return std::unexpected(known.error());
  if (*known) return {};
  CARNET_TRY(position, state.journal.reached_now());
  return state.main.write_now<void>([position](store::Tx& tx) { return rows::begin_feed(tx, position); });
}

// ---- the worker

namespace {

// True while there is more.
io::Task<Result<bool>> read_on(State& state) {
  std::function<Result<std::optional<std::int64_t>>(store::Snapshot&)> look = [](store::Snapshot& at) {
    return rows::feed_position(at);
  };
  CARNET_CO_TRY(from, co_await state.main.read<std::optional<std::int64_t>>(look));
  if (!from) co_return false;
  CARNET_CO_TRY(gained, co_await state.journal.gained(*from, traces_per_step));
  if (gained.reached == *from) co_return false;
  std::function<Result<bool>(store::Tx&)> keep = [&state, &gained, from](store::Tx& tx) -> Result<bool> {
    CARNET_TRY(moved, rows::move_feed(tx, *from, gained.reached));
    if (moved) CARNET_CHECK(absorb(state, tx, gained.traces));
    return moved;
  };
  CARNET_CO_TRY(ours, co_await state.main.write<bool>(keep));
  co_return ours && gained.more;
}

io::Task<Status> tell_one(State& state, rows::HearerKey key) {
  std::function<Result<bool>(store::Tx&)> work = [&state, key](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(tell_hearer(state, tx, key));
    return true;
  };
  const auto told = co_await state.main.write<bool>(work);
  if (told) co_return Status{};
  // One that cannot be made holds back no other.
  std::function<Result<bool>(store::Tx&)> postpone = [&state, key](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(rows::set_due(tx, key, Instant{state.clock.now().ms + postponed_ms}));
    return true;
  };
  CARNET_CO_TRY(postponed, co_await state.main.write<bool>(postpone));
  (void)postponed;
  co_return std::unexpected(told.error());
}

}  // namespace

io::Task<Result<Access::Alerted>> Access::tell_alerts() {
  auto state = state_;
  if (state->means.notices == nullptr || !state->means.templates.contains(Told::access_alert)) co_return Alerted{};
  bool traces_wait = true, hearers_wait = true;
  for (int step = 0; traces_wait && step < steps_per_call; ++step) {
    CARNET_CO_TRY(more, co_await read_on(*state));
    traces_wait = more;
  }
  Alerted alerted;
  for (int step = 0; hearers_wait && step < steps_per_call; ++step) {
    const Instant now = state->clock.now();
    std::function<Result<std::vector<rows::HearerKey>>(store::Snapshot&)> look = [now](store::Snapshot& at) {
      return rows::due_hearers(at, now, hearers_per_step);
    };
    CARNET_CO_TRY(due, co_await state->main.read<std::vector<rows::HearerKey>>(look));
    for (const auto& key : due) {
      const auto told = co_await tell_one(*state, key);
      if (!told && told.error().code.starts_with("store.")) co_return std::unexpected(told.error());
      if (!told) alerted.trouble = told.error();
    }
    hearers_wait = due.size() == static_cast<std::size_t>(hearers_per_step);
  }
  alerted.more = traces_wait || hearers_wait;
  co_return alerted;
}

}  // namespace carnet::access
