#include "campaign/campaign.hpp"

#include <algorithm>

#include "foundation/io/clock.hpp"

namespace carnet::campaign {

using kernel::PersonId;
using kernel::Result;
using kernel::Status;
using store::Row;

std::vector<store::Migration> schema_files(std::string_view folder);

namespace {

constexpr std::size_t batch_people = 100;  // one transaction: bounds what a stop repeats and what a writer holds

struct Mark {
  PersonId last;
  Progress progress;
};

Result<std::optional<Mark>> mark_of(store::Snapshot& at, std::string_view name) {
  std::optional<Mark> mark;
  CARNET_CHECK(at.query("SELECT last_person, seen, told, by_email, by_letter, passed_over, done FROM campaign WHERE name = $1", {name},
                        [&](const Row& row) {
                          Mark found{PersonId(row.integer(0)), {}};
                          found.progress.seen = row.integer(1);
                          found.progress.told = row.integer(2);
                          found.progress.by_email = row.integer(3);
                          found.progress.by_letter = row.integer(4);
                          found.progress.passed_over = row.integer(5);
                          found.progress.done = row.integer(6) != 0;
                          mark = found;
                          return false;
                        }));
  return mark;
}

Status keep(store::Tx& tx, std::string_view name, const Mark& mark) {
  const auto& p = mark.progress;
  CARNET_TRY(changed, tx.execute("UPDATE campaign SET last_person = $2, seen = $3, told = $4, by_email = $5, by_letter = $6, "
                                 "passed_over = $7, done = $8 WHERE name = $1",
                                 {name, mark.last.value, p.seen, p.told, p.by_email, p.by_letter, p.passed_over, p.done}));
  if (changed != 1) return kernel::fault("campaign.mark", "the wave's mark is gone");
  return {};
}

void count(Progress& progress, const enrollment::NoticeOutcome& outcome) {
  if (!outcome.sent) {
    ++progress.passed_over;
    return;
  }
  ++progress.told;
  ++(outcome.channel == notices::Channel::email ? progress.by_email : progress.by_letter);
}

}  // namespace

struct Campaign::State {
  store::Store& main;
  identity::Identity& identity;
  enrollment::Enrollment& enrollment;
  const io::Clock& clock;

  Result<Mark> begin(store::Tx& tx, const std::string& name) const {
    CARNET_TRY(mark, mark_of(tx, name));
    if (mark) return *mark;
    CARNET_TRY(made, tx.execute("INSERT INTO campaign (name, last_person, seen, told, by_email, by_letter, passed_over, done, "
                                "started_at) VALUES ($1, 0, 0, 0, 0, 0, 0, 0, $2)",
                                {name, clock.now().ms}));
    (void)made;
    return Mark{};
  }

  // Tells the next people, `most` of them, and moves the mark, together. The mark is read again here: two runs of one wave
  // cannot both tell the same person.
  Result<Mark> step(store::Tx& tx, const Wave& wave, std::size_t most) const {
    CARNET_TRY(found, mark_of(tx, wave.name));
    if (!found) return kernel::fault("campaign.mark", "the wave's mark is gone");
    Mark mark = *found;
    if (mark.progress.done) return mark;
    CARNET_TRY(people, identity.people().page(tx, mark.last, most));
    for (const auto person : people) {
      if (wave.max_people > 0 && mark.progress.told >= wave.max_people) break;
      CARNET_TRY(outcome, enrollment.notify(tx, person, wave.name));
      mark.last = person;
      ++mark.progress.seen;
      count(mark.progress, outcome);
    }
    mark.progress.done = people.size() < most && (people.empty() || mark.last == people.back());
    if (wave.max_people > 0 && mark.progress.told >= wave.max_people) mark.progress.done = true;
    CARNET_CHECK(keep(tx, wave.name, mark));
    return mark;
  }

  // The next person cannot be told for a fault of ours: set aside, so that they do not hold up a country.
  Result<Mark> pass_by(store::Tx& tx, const Wave& wave, const std::string& why) const {
    CARNET_TRY(found, mark_of(tx, wave.name));
    if (!found) return kernel::fault("campaign.mark", "the wave's mark is gone");
    Mark mark = *found;
    CARNET_TRY(people, identity.people().page(tx, mark.last, 1));
    if (people.empty() || mark.progress.done) return mark;
    CARNET_TRY(aside, tx.execute("INSERT INTO campaign_set_aside (person_id, name, code) VALUES ($1, $2, $3) "
                                 "ON CONFLICT (person_id, name) DO UPDATE SET code = excluded.code",
                                 {people.front().value, wave.name, why}));
    (void)aside;
    mark.last = people.front();
    ++mark.progress.seen;
    ++mark.progress.passed_over;
    CARNET_CHECK(keep(tx, wave.name, mark));
    return mark;
  }

  // Someone set aside by an earlier run.
  Result<Mark> tell_again(store::Tx& tx, const Wave& wave, PersonId person) const {
    CARNET_TRY(found, mark_of(tx, wave.name));
    if (!found) return kernel::fault("campaign.mark", "the wave's mark is gone");
    CARNET_TRY(left, tx.execute("DELETE FROM campaign_set_aside WHERE person_id = $1 AND name = $2", {person.value, wave.name}));
    if (left == 0) return *found;  // another run was first
    Mark mark = *found;
    CARNET_TRY(outcome, enrollment.notify(tx, person, wave.name));
    --mark.progress.passed_over;
    count(mark.progress, outcome);
    CARNET_CHECK(keep(tx, wave.name, mark));
    return mark;
  }

  io::Task<Result<Mark>> next(Wave wave);
  io::Task<Result<Mark>> set_aside_again(Wave wave, Mark mark);
};

// A batch; when it fails as one, its people one by one, and who fails alone is set aside.
io::Task<Result<Mark>> Campaign::State::next(Wave wave) {
  std::function<Result<Mark>(store::Tx&)> together = [this, wave](store::Tx& tx) { return step(tx, wave, batch_people); };
  auto told = co_await main.write<Mark>(together);
  if (told || told.error().kind == kernel::ErrorKind::unavailable) co_return told;
  std::function<Result<Mark>(store::Tx&)> alone = [this, wave](store::Tx& tx) { return step(tx, wave, 1); };
  for (std::size_t i = 0; i < batch_people; ++i) {
    told = co_await main.write<Mark>(alone);
    if (!told && told.error().kind == kernel::ErrorKind::unavailable) co_return told;
    if (!told) {
      std::function<Result<Mark>(store::Tx&)> aside = [this, wave, why = told.error().code](store::Tx& tx) {
        return pass_by(tx, wave, why);
      };
      told = co_await main.write<Mark>(aside);
    }
    if (!told || told->progress.done) co_return told;
  }
  co_return told;
}

io::Task<Result<Mark>> Campaign::State::set_aside_again(Wave wave, Mark mark) {
  std::function<Result<std::vector<PersonId>>(store::Snapshot&)> look = [wave](store::Snapshot& at) -> Result<std::vector<PersonId>> {
    std::vector<PersonId> people;
    CARNET_CHECK(at.query("SELECT person_id FROM campaign_set_aside WHERE name = $1 ORDER BY person_id", {wave.name}, [&](const Row& row) {
      people.emplace_back(row.integer(0));
      return true;
    }));
    return people;
  };
  CARNET_CO_TRY(people, co_await main.read<std::vector<PersonId>>(look));
  for (const auto person : people) {
    std::function<Result<Mark>(store::Tx&)> again = [this, wave, person](store::Tx& tx) { return tell_again(tx, wave, person); };
    if (auto told = co_await main.write<Mark>(again)) mark = *told;  // else they stay aside
  }
  co_return mark;
}

Campaign::Campaign() = default;
Campaign::~Campaign() = default;
std::vector<store::Migration> Campaign::migrations() { return schema_files(""); }

Result<std::unique_ptr<Campaign>> Campaign::open(store::Store& main, identity::Identity& identity,
                                                 enrollment::Enrollment& enrollment, const io::Clock& clock) {
  std::unique_ptr<Campaign> campaign(new Campaign);
  campaign->state_.reset(new State{main, identity, enrollment, clock});
  return campaign;
}

Result<Progress> Campaign::progress(std::string_view name) const {
  const std::string wanted(name);
  std::function<Result<Progress>(store::Snapshot&)> look = [wanted](store::Snapshot& at) -> Result<Progress> {
    CARNET_TRY(mark, mark_of(at, wanted));
    if (!mark) return kernel::refuse(kernel::ErrorKind::not_found, "campaign.unknown", "no wave has this name");
    return mark->progress;
  };
  return state_->main.read_now<Progress>(look);
}

io::Task<Result<Progress>> Campaign::run(Wave wave, std::function<void(const Progress&)> progress, std::function<bool()> stop) {
  if (wave.name.empty() || wave.name.size() > 100)
    co_return kernel::refuse(kernel::ErrorKind::invalid, "campaign.name", "a wave needs a name of 1 to 100 characters");
  auto* state = state_.get();
  std::function<Result<Mark>(store::Tx&)> begin = [state, wave](store::Tx& tx) { return state->begin(tx, wave.name); };
  CARNET_CO_TRY(begun, co_await state->main.write<Mark>(begin));
  CARNET_CO_TRY(mark, co_await state->set_aside_again(wave, begun));
  while (!mark.progress.done && !stop()) {
    const auto told_before = mark.progress.told;
    CARNET_CO_TRY(next, co_await state->next(wave));
    mark = next;
    mark.progress.total = wave.max_people > 0 ? wave.max_people : std::max<std::int64_t>(mark.progress.seen, 1);
    progress(mark.progress);
    if (wave.per_second > 0) {
      const auto told = static_cast<double>(mark.progress.told - told_before);
      co_await io::sleep_ms(static_cast<std::int64_t>(1000.0 * told / wave.per_second));
    }
  }
  co_return mark.progress;
}

}  // namespace carnet::campaign
