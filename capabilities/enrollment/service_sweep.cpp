// Makes durable what time did, sends what must be sent, destroys the keys of what was erased. Nothing is wrong while it
// does not run: the state is the fold of the facts up to now.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::size_t batch_people = 200;
constexpr int batches_per_call = 10;

struct Batch {
  std::vector<PersonId> people;
};

// Keys come before the transaction that needs them, in one act for the whole batch.
Result<Batch> next_batch(const Engine& engine, store::Snapshot& at) {
  const auto now = engine.clock.now();
  CARNET_TRY(people, rows::due_people(at, now, batch_people));
  std::vector<SpaceId> spaces;
  for (const auto person : people) {
    const auto facts = rows::facts_of(at, person);
    if (!facts) continue;  // the transaction will say why
    const auto life = fold(*facts, facts->empty() ? now : std::max(now, facts->back().at));
    if (opened_unrecorded(life)) spaces.push_back(space_id(person, life.ordinal));
  }
  if (!spaces.empty()) CARNET_CHECK(engine.keyring.create_now(spaces));
  return Batch{std::move(people)};
}

void count(Swept& swept, const Fact& fact) {
  if (fact.kind == FactKind::opened_by_default) ++swept.opened_by_default;
  if (fact.kind == FactKind::archived) ++swept.archived;
  if (fact.kind == FactKind::erased) ++swept.erased;
  if (fact.kind == FactKind::closed_by_time) ++swept.expired;
}

void add(Swept& all, const Swept& more) {
  all.opened_by_default += more.opened_by_default;
  all.archived += more.archived;
  all.erased += more.erased;
  all.expired += more.expired;
}

Status sweep_one(const Engine& engine, store::Tx& tx, PersonId person, Swept& swept) {
  CARNET_TRY(about, engine.load(tx, person));
  const auto by_time = about.life.unrecorded;
  const bool came_of_age = about.life.acted_as_minor && !about.life.majority_told && !about.world.minor;
  if (about.person.died && !about.life.dead()) {
    // The register knew first: what time opened is archived at once.
    const auto decision = decide_die(about.life, about.world, *about.terms, std::min(*about.person.died, about.world.today()));
    CARNET_TRY(recorded, engine.record(tx, about, decision, Actor{audit::ActorKind::machine, "register", {}, {}}));
    (void)recorded;
  } else if (came_of_age) {
    CARNET_CHECK(tell_new_adult(engine, tx, about));
  } else {
    CARNET_TRY(recorded, engine.record(tx, about, Decision{}, Actor{audit::ActorKind::machine, "sweep", {}, {}}));
    (void)recorded;
  }
  for (const auto& fact : by_time) count(swept, fact);
  // Whatever could not be done now comes back tomorrow, not in the next batch.
  return engine.reschedule(tx, about, about.world.now.plus(std::chrono::days(1)));
}

Result<Swept> sweep_batch(const Engine& engine, store::Tx& tx, const std::vector<PersonId>& people) {
  Swept swept;
  for (const auto person : people) CARNET_CHECK(sweep_one(engine, tx, person, swept));
  return swept;
}

// One person whose facts cannot be carried on must not hold up the others: each alone, the failing ones tomorrow.
io::Task<Result<Swept>> sweep_apart(const Engine& engine, std::vector<PersonId> people) {
  Swept all;
  for (const auto person : people) {
    std::function<Result<Swept>(store::Tx&)> alone = [&engine, person](store::Tx& tx) {
      return sweep_batch(engine, tx, {person});
    };
    auto swept = co_await engine.main.write<Swept>(alone);
    if (swept) {
      add(all, *swept);
      continue;
    }
    if (swept.error().kind == kernel::ErrorKind::unavailable) co_return std::unexpected(std::move(swept).error());
    const auto tomorrow = engine.clock.now().plus(std::chrono::days(1));
    std::function<Status(store::Tx&)> later = [person, tomorrow](store::Tx& tx) { return rows::schedule(tx, person, tomorrow); };
    CARNET_CO_CHECK(co_await engine.main.write<void>(later));
  }
  co_return all;
}

io::Task<Status> destroy_keys(const Engine& engine) {
  std::function<Result<std::vector<SpaceId>>(store::Snapshot&)> look = [](store::Snapshot& at) {
    return rows::awaiting_destruction(at, batch_people);
  };
  CARNET_CO_TRY(spaces, co_await engine.main.read<std::vector<SpaceId>>(look));
  for (const auto space : spaces) {
    CARNET_CO_CHECK(co_await engine.keyring.destroy(space));
    std::function<Status(store::Tx&)> mark = [space](store::Tx& tx) { return rows::destroyed(tx, space); };
    CARNET_CO_CHECK(co_await engine.main.write<void>(mark));
  }
  co_return Status{};
}

Result<std::int64_t> drop_old(const Engine& engine, store::Tx& tx) {
  const auto now = engine.clock.now();
  CARNET_CHECK(rows::drop_old_sources(tx, now));
  return rows::drop_old_flows(tx, now);
}

}  // namespace

io::Task<Result<Swept>> sweep(const Engine& engine) {
  Swept all;
  for (int i = 0; i < batches_per_call; ++i) {
    std::function<Result<Batch>(store::Snapshot&)> look = [&engine](store::Snapshot& at) { return next_batch(engine, at); };
    CARNET_CO_TRY(batch, co_await engine.main.read<Batch>(look));
    all.more = false;
    if (batch.people.empty()) break;
    std::function<Result<Swept>(store::Tx&)> commit = [&engine, people = batch.people](store::Tx& tx) {
      return sweep_batch(engine, tx, people);
    };
    auto swept = co_await engine.main.write<Swept>(commit);
    if (!swept && swept.error().kind != kernel::ErrorKind::unavailable) swept = co_await sweep_apart(engine, batch.people);
    if (!swept) co_return std::unexpected(std::move(swept).error());
    add(all, *swept);
    all.more = batch.people.size() == batch_people;
  }
  CARNET_CO_CHECK(co_await destroy_keys(engine));
  std::function<Result<std::int64_t>(store::Tx&)> drop = [&engine](store::Tx& tx) { return drop_old(engine, tx); };
  CARNET_CO_TRY(dropped, co_await engine.main.write<std::int64_t>(drop));
  all.expired += dropped;
  co_return all;
}

}  // namespace carnet::enrollment
