// Judging, filing and confirming. A report and its group are one transaction.
#include <fmt/format.h>

#include <algorithm>

#include "vigilance/desk_state.hpp"

namespace carnet::vigilance {

using kernel::Result;
using kernel::Status;

std::vector<store::Migration> schema_files(std::string_view folder);

namespace {

constexpr auto kept_for = std::chrono::hours(72);         // "content is kept for hours only"
constexpr auto like_within = std::chrono::hours(24 * 60);  // a lure comes back within weeks
constexpr auto asker_window = std::chrono::minutes(10);
constexpr int asker_free = 20;  // checks with all their reasons, in a window
constexpr std::size_t most_askers = 50'000, most_text = 20'000, most_confirmed = 100'000, most_marks = 50;

std::unexpected<kernel::Error> no_group() { return kernel::refuse(kernel::ErrorKind::not_found, "vigilance.no_group", "no such group"); }

// Hosts and numbers that the reasons name: what likes are known by.
void take_marks(const Judgement& judgement, Group& group) {
  for (const auto& reason : judgement.reasons) {
    const bool is_host = reason.sign == Sign::look_alike_host || reason.sign == Sign::speaks_as_elsewhere ||
                         reason.sign == Sign::other_look_alike || reason.sign == Sign::other_elsewhere || reason.sign == Sign::listed_host;
    const bool is_number = reason.sign == Sign::premium_number || reason.sign == Sign::call_back_number || reason.sign == Sign::listed_number;
    auto& list = is_host ? group.hosts : group.numbers;
    if ((is_host || is_number) && !reason.subject.empty() && list.size() < most_marks &&
        std::ranges::find(list, reason.subject) == list.end())
      list.push_back(reason.subject);
  }
}

}  // namespace

bool Askers::is_frequent(const std::string& peer, Instant now) {
  const std::scoped_lock lock(mutex_);
  if (windows_.size() >= most_askers && !windows_.contains(peer)) {
    std::erase_if(windows_, [now](const auto& one) { return now >= one.second.since.plus(asker_window); });
    if (windows_.size() >= most_askers) return true;  // full of askers: nobody new is told more
  }
  auto& window = windows_[peer];
  if (now >= window.since.plus(asker_window)) window = {now, 0};
  return ++window.asked > asker_free;
}

std::string place_of_report(std::int64_t id) { return fmt::format("report/{}", id); }

std::string iso_week(Date date) {
  const Date thursday = date.plus_days(4 - static_cast<int>(date.iso_weekday()));
  const int day = Date{thursday.year, 1, 1}.days_until(thursday);
  return fmt::format("{}-W{:02}", thursday.year, day / 7 + 1);
}

Desk::Desk() = default;
Desk::~Desk() = default;

std::vector<store::Migration> Desk::migrations() { return schema_files(""); }

Result<std::unique_ptr<Desk>> Desk::open(store::Store& main, const kernel::SecretBytes& master, const std::filesystem::path& facts,
                                         Trust trust, const io::Clock& clock, io::Entropy& entropy, io::Pool& pool) {
  CARNET_TRY(engine, Engine::load(facts, trust));
  std::unique_ptr<Desk> desk(new Desk);
  desk->state_ = std::make_unique<State>(main, master, std::move(engine), clock, entropy, pool);
  CARNET_CHECK(desk->state_->load_campaigns());
  return desk;
}

void Desk::check_notices_with(notices::Notices& notices, std::function<std::optional<kernel::PersonId>(const http::Principal&)> holder) {
  state_->notices = &notices;
  state_->holder = std::move(holder);
}

void Desk::read_pictures_with(std::filesystem::path program) { state_->picture_reader = std::move(program); }

Status Desk::State::load_campaigns() {
  CARNET_TRY(confirmed, store.read_now<std::vector<Group>>(
                            [](store::Snapshot& at) { return rows::groups(at, Group::State::confirmed, most_confirmed); }));
  std::vector<Campaigns::Entry> prints;
  std::vector<std::string> hosts, numbers;
  for (auto& group : confirmed) {
    if (group.print != 0) prints.push_back({group.print, group.name});
    hosts.insert(hosts.end(), group.hosts.begin(), group.hosts.end());
    numbers.insert(numbers.end(), group.numbers.begin(), group.numbers.end());
  }
  auto made = std::make_shared<const Campaigns>(std::move(prints), std::move(hosts), std::move(numbers));
  const std::scoped_lock lock(mutex);
  campaigns = std::move(made);
  return {};
}

Result<Judgement> Desk::State::judge(const Message& message) {
  const auto with = known();
  if (message.form != Message::Form::email) return engine.judge(message, clock.now(), *with);
  auto complete = message;
  add_codes(picture_reader, complete);
  return engine.judge(complete, clock.now(), *with);
}

Result<Desk::State::Filed> Desk::State::file_report(const Judgement& judgement, std::string_view text) {
  const auto now = clock.now();
  const auto kept = std::string(text.substr(0, most_text));
  const auto reference = kernel::to_base32(entropy.bytes("vigilance.reference", 5));
  const auto theme = engine.kind_of(judgement);
  Group seen;
  seen.print = judgement.print;
  take_marks(judgement, seen);
  CARNET_CHECK(store.write_now<void>([&](store::Tx& tx) -> Status {
    CARNET_TRY(found, rows::like(tx, seen, now.plus(-like_within)));
    Group group = found.value_or(seen);
    if (!found) {
      CARNET_TRY(id, rows::next_id(tx, "report_group"));
      group.id = id;
      group.kind = theme;
      group.first = now;
    }
    take_marks(judgement, group);
    group.last = now;
    ++group.reports;
    CARNET_CHECK(rows::put_group(tx, group));
    CARNET_TRY(id, rows::next_id(tx, "report"));
    CARNET_CHECK(rows::insert_report(tx, id, group.id, now, now.plus(kept_for), seal.seal(kernel::as_bytes(kept), kernel::as_bytes(place_of_report(id)))));
    return rows::count_week(tx, iso_week(today()), theme);
  }));
  return Filed{reference};
}

Result<std::vector<Group>> Desk::queue(std::size_t limit) {
  return state_->store.read_now<std::vector<Group>>([limit](store::Snapshot& at) { return rows::groups(at, Group::State::waits, limit); });
}

Result<std::vector<std::string>> Desk::texts_of(std::int64_t group) {
  const auto now = state_->clock.now();
  CARNET_TRY(kept, state_->store.read_now<std::vector<rows::Kept>>([group, now](store::Snapshot& at) { return rows::texts(at, group, now, 20); }));
  std::vector<std::string> texts;
  for (const auto& one : kept) {
    const auto plain = state_->seal.open(one.sealed, kernel::as_bytes(place_of_report(one.id)));
    if (!plain) return kernel::fault("vigilance.report", "a report does not open");
    texts.emplace_back(kernel::as_text(*plain));
  }
  return texts;
}

namespace {

Status settle(store::Store& store, std::int64_t id, Group::State state, std::string_view name) {
  return store.write_now<void>([&](store::Tx& tx) -> Status {
    CARNET_TRY(group, rows::group(tx, id));
    if (!group) return no_group();
    group->state = state;
    group->name = name;
    return rows::put_group(tx, *group);
  });
}

}  // namespace

Status Desk::confirm(std::int64_t group, std::string_view name) {
  if (name.empty() || name.size() > 100) return kernel::refuse(kernel::ErrorKind::invalid, "vigilance.name", "a name of 1 to 100 bytes");
  CARNET_CHECK(settle(state_->store, group, Group::State::confirmed, name));
  return state_->load_campaigns();
}

Status Desk::dismiss(std::int64_t group) {
  CARNET_CHECK(settle(state_->store, group, Group::State::dismissed, ""));
  return state_->load_campaigns();
}

Status Desk::sweep() {
  const auto now = state_->clock.now();
  CARNET_CHECK(state_->store.write_now<void>([now](store::Tx& tx) { return rows::expire(tx, now); }));
  return state_->load_campaigns();
}

}  // namespace carnet::vigilance
