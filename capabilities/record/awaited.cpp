// What awaits an announcement visit: within two weeks of its deposit the person is told that their record was updated
// (rules.md 6), once for all that waits, in words that say no more.
#include <array>

#include "record/deposit.hpp"
#include "record/rules.hpp"

namespace carnet::record {

using kernel::PersonId;
using kernel::Result;
using kernel::SpaceId;
using kernel::Status;

namespace {

constexpr std::size_t batch = 200;  // people a call: a stop, or others, wait no longer

std::vector<kernel::Date> holidays_around(const Shared& shared, kernel::Date day) {
  std::vector<kernel::Date> holidays;
  for (const auto on : {day, day.plus_years(1)})
    for (const auto& name : shared.parameters.list("calendar.public_holidays", on))
      if (const auto date = kernel::parse_date(name)) holidays.push_back(*date);
  return holidays;
}

// What a minor keeps from their parents is not told to them, not even that it came.
Result<bool> would_tell_of_secrets(const Shared& shared, store::Snapshot& at, PersonId person, const access::ItemFacts& facts) {
  if (!facts.invisible_representants) return false;
  CARNET_TRY(parents, shared.identity.people().representatives(at, person, shared.today()));
  return !parents.empty();
}

}  // namespace

Status note_wait(const Shared& shared, store::Tx& tx, const access::AccessGrant& grant, std::int64_t local,
                 const access::ItemFacts& facts, bool deleted) {
  CARNET_CHECK(rows::drop_awaited(tx, grant.space(), local));
  if (deleted || !awaits_announcement(facts, shared.clock.now())) return {};
  CARNET_TRY(secret, would_tell_of_secrets(shared, tx, grant.person(), facts));
  if (secret) return {};
  const auto zone = kernel::Zone::named(grant.holder().zone).value_or(kernel::Zone::paris());
  const auto due = told_of_update_at(facts.deposited_at, static_cast<int>(shared.parameter("record.invisible_patient_notice_days")),
                                     static_cast<int>(shared.parameter("support.phone_open_minute")),
                                     holidays_around(shared, shared.today()), zone);
  return rows::put_awaited(tx, grant.space(), local, grant.person(), due);
}

namespace {

Result<Record::Told> tell_due(Shared& shared, store::Tx& tx) {
  const auto now = shared.clock.now();
  CARNET_TRY(due, rows::due_awaited(tx, now, batch));
  Record::Told told{0, due.size() == batch};
  for (const auto& [space, person] : due) {
    CARNET_CHECK(rows::drop_due_awaited(tx, space, now));
    CARNET_TRY(standing, shared.enrollment.standing(tx, person));
    if (standing.space != space || !enrollment::allowed_in(standing.state).team_reads) continue;
    CARNET_CHECK(shared.access.tell_record_updated(tx, person));
    ++told.people;
  }
  return told;
}

}  // namespace

io::Task<Result<Record::Told>> Record::sweep() {
  std::function<Result<bool>(store::Snapshot&)> look = [this](store::Snapshot& at) -> Result<bool> {
    CARNET_TRY(due, rows::due_awaited(at, shared_->clock.now(), 1));
    return !due.empty();
  };
  CARNET_CO_TRY(any, co_await shared_->store.read<bool>(look));
  if (!any) co_return Told{};
  std::function<Result<Told>(store::Tx&)> work = [this](store::Tx& tx) { return tell_due(*shared_, tx); };
  co_return co_await shared_->store.write<Told>(work);
}

}  // namespace carnet::record
