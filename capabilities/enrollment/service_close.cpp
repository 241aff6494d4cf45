// What the holder does signed in, or a minor's representative: closing, reopening, asking to erase, the second letter.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

// What the session proves about this person; not_found when it proves nothing, as if the space did not exist.
Result<Presented> session_of(const Engine& engine, store::Snapshot& at, const Caller& by, PersonId person) {
  const std::string who = by.person == person ? std::string("moi") : engine.people().opaque(person);
  CARNET_TRY(owner, space_owner(engine, at, by, who));
  CARNET_CHECK(engine.may_act(at, by, owner));
  Presented presented;
  presented.signed_in = owner == by.person;
  presented.representative_session = owner != by.person;
  return presented;
}

struct Done {
  std::optional<Receipt> receipt;
  std::optional<Date> kept_until;
};

using Decide = std::function<Decision(const Case&, const Presented&)>;

io::Task<Result<Done>> act(const Engine& engine, Caller by, PersonId person, std::string request_id, std::string kind,
                           Decide decide) {
  CARNET_CO_CHECK(co_await engine.ready_space(person, false));
  std::function<Result<Done>(store::Tx&)> commit = [&engine, by, person, request_id, kind,
                                                    decide](store::Tx& tx) -> Result<Done> {
    CARNET_TRY(presented, session_of(engine, tx, by, person));
    CARNET_TRY(about, engine.load(tx, person));
    if (about.world.minor && by.person == person) presented.signed_in = false;
    about.world.acting = by.person == person ? PersonId(0) : by.person;
    const auto decision = decide(about, presented);
    if (!decision.done()) return std::unexpected(error_for_holder(decision.refusal));
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor_of(engine, by, person, request_id), kind));
    return Done{recorded.receipt, about.life.kept_until()};
  };
  co_return co_await engine.main.write<Done>(commit);
}

std::unexpected<kernel::Error> no_receipt() { return kernel::fault("enrollment.receipt", "an act without receipt"); }

}  // namespace

io::Task<Result<Closed>> close_space(const Engine& engine, Caller by, PersonId person, std::string request_id) {
  Decide decide = [](const Case& about, const Presented& presented) {
    return decide_close(about.life, about.world, *about.terms, presented);
  };
  CARNET_CO_TRY(done, co_await act(engine, std::move(by), person, std::move(request_id), "closed", std::move(decide)));
  if (!done.receipt) co_return no_receipt();
  co_return Closed{*done.receipt, done.kept_until};
}

io::Task<Result<Receipt>> reopen_space(const Engine& engine, Caller by, PersonId person, std::string request_id) {
  Decide decide = [](const Case& about, const Presented& presented) {
    return decide_reopen(about.life, about.world, presented);
  };
  CARNET_CO_TRY(done, co_await act(engine, std::move(by), person, std::move(request_id), "reopened", std::move(decide)));
  if (done.receipt) co_return *done.receipt;
  // Reopening what was never closed changes nothing: the receipt of its opening says so.
  std::function<Result<std::optional<Receipt>>(store::Snapshot&)> look = [&engine, person](store::Snapshot& at) {
    return engine.last_receipt(at, person, "opened");
  };
  CARNET_CO_TRY(opened, co_await engine.main.read<std::optional<Receipt>>(look));
  if (!opened) co_return no_receipt();
  co_return *opened;
}

io::Task<Result<Closed>> ask_erasure(const Engine& engine, Caller by, PersonId person, std::string request_id) {
  Decide decide = [](const Case& about, const Presented& presented) {
    return decide_ask_erasure(about.life, about.world, *about.terms, presented);
  };
  CARNET_CO_TRY(done, co_await act(engine, std::move(by), person, std::move(request_id), "erasure_asked", std::move(decide)));
  if (!done.receipt) co_return no_receipt();
  co_return Closed{*done.receipt, done.kept_until};
}

io::Task<Status> enter_second_letter(const Engine& engine, Caller by, PersonId person, Typed typed,
                                     std::string request_id) {
  std::function<Result<Engine::Attempt>(store::Tx&)> count = [&engine, by, person,
                                                              typed](store::Tx& tx) -> Result<Engine::Attempt> {
    CARNET_TRY(presented, session_of(engine, tx, by, person));
    CARNET_TRY(about, engine.load(tx, person));
    // Where no second letter is awaited, nothing is tried.
    const auto without_code = decide_second_letter(about.life, about.world, presented);
    if (without_code.refusal != Refusal::evidence) return std::unexpected(error_for_holder(without_code.refusal));
    return engine.count_own_try(tx, person, typed, CounterKind::second_letter);
  };
  CARNET_CO_TRY(attempt, co_await engine.main.write<Engine::Attempt>(count));
  struct Judged {
    std::optional<kernel::Error> refused;
  };
  std::function<Result<Judged>(store::Tx&)> commit = [&engine, by, person, typed, attempt,
                                                      request_id](store::Tx& tx) -> Result<Judged> {
    CARNET_TRY(presented, session_of(engine, tx, by, person));
    CARNET_TRY(about, engine.load(tx, person));
    CARNET_TRY(code, engine.find_code(tx, person, typed.code));
    presented.code = code;
    const auto decision = decide_second_letter(about.life, about.world, presented);
    CARNET_CHECK(engine.judged(tx, typed, attempt, decision.done()));
    if (!decision.done()) return Judged{error_for_holder(decision.refusal)};
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor_of(engine, by, person, request_id)));
    (void)recorded;
    return Judged{};
  };
  CARNET_CO_TRY(judged, co_await engine.main.write<Judged>(commit));
  if (judged.refused) co_return std::unexpected(std::move(*judged.refused));
  co_return Status{};
}

}  // namespace carnet::enrollment
