// Acts of agents and operators, with the evidence they checked.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {

io::Task<Status> operate(const Engine& engine, PersonId person, Actor actor,
                         std::function<Decision(const Case&)> decide) {
  CARNET_CO_CHECK(co_await engine.ready_space(person, false));
  std::function<Status(store::Tx&)> commit = [&engine, person, actor, decide](store::Tx& tx) -> Status {
    CARNET_TRY(about, engine.load(tx, person));
    const auto decision = decide(about);
    if (!decision.done())
      return kernel::refuse(kernel::ErrorKind::conflict, "enrollment.not_now", "the state of the space does not allow it");
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor));
    (void)recorded;
    return {};
  };
  co_return co_await engine.main.write<void>(commit);
}

}  // namespace carnet::enrollment
