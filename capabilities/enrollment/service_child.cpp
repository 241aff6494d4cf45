// A representative, signed in, opens or objects for a minor with the child's code.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {

io::Task<Result<Receipt>> decide_for_child(const Engine& engine, Caller caller, std::string who, Typed typed, Act act,
                                           std::string request_id) {
  struct Counted {
    PersonId child;
    Engine::Attempt attempt;
  };
  std::function<Result<Counted>(store::Tx&)> count = [&engine, caller, who, typed](store::Tx& tx) -> Result<Counted> {
    CARNET_TRY(child, space_owner(engine, tx, caller, who));
    if (child == caller.person) return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
    CARNET_CHECK(engine.may_act(tx, caller, child));
    CARNET_TRY(attempt, engine.count_own_try(tx, caller.person, typed, CounterKind::child));
    return Counted{child, attempt};
  };
  CARNET_CO_TRY(counted, co_await engine.main.write<Counted>(count));
  std::function<Result<bool>(store::Tx&)> judge = [&engine, typed, counted](store::Tx& tx) -> Result<bool> {
    CARNET_TRY(code, engine.find_code(tx, counted.child, typed.code));
    CARNET_TRY(facts, rows::facts_of(tx, counted.child));
    const auto now = engine.clock.now();
    const auto life = fold(facts, facts.empty() ? now : std::max(now, facts.back().at));
    const bool right = !counted.attempt.closed && life.code_of_fact(code, now) != nullptr;
    CARNET_CHECK(engine.judged(tx, typed, counted.attempt, right));
    return right;
  };
  CARNET_CO_TRY(right, co_await engine.main.write<bool>(judge));
  if (!right) co_return std::unexpected(facts_do_not_match());
  CARNET_CO_TRY(space, co_await engine.ready_space(counted.child, act == Act::open));
  std::function<Result<Receipt>(store::Tx&)> commit = [&engine, caller, typed, act, request_id, space,
                                                       child = counted.child](store::Tx& tx) -> Result<Receipt> {
    CARNET_TRY(about, engine.load(tx, child));
    about.world.acting = caller.person;
    if (act == Act::open && space_if_opened(about.life, child) != space)
      return kernel::refuse(kernel::ErrorKind::unavailable, "enrollment.busy", "another act on this space came first");
    CARNET_TRY(code, engine.find_code(tx, child, typed.code));
    Presented presented;
    presented.code = code;
    presented.representative_session = true;
    const auto decision = act == Act::open ? decide_open(about.life, about.world, *about.terms, presented)
                                           : decide_object(about.life, about.world, presented);
    if (!decision.done()) return std::unexpected(error_of(decision.refusal, about));
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor_of(engine, caller, child, request_id),
                                       act == Act::open ? "opened" : "objected"));
    if (!recorded.receipt) return kernel::fault("enrollment.receipt", "an act without receipt");
    return *recorded.receipt;
  };
  co_return co_await engine.main.write<Receipt>(commit);
}

namespace {

// The representative's own contacts, in the order in which a code leaves.
const identity::Contact* first_contact(const identity::Person& person) {
  using notices::Channel;
  for (const auto channel : {Channel::email, Channel::sms, Channel::voice})
    for (const auto& contact : person.contacts)
      if (contact.channel == channel) return &contact;
  return nullptr;
}

}  // namespace

io::Task<Result<CodeLeft>> ask_code_for_child(const Engine& engine, Caller caller, std::string who, std::string request_id) {
  std::function<Result<CodeLeft>(store::Tx&)> commit = [&engine, caller, who, request_id](store::Tx& tx) -> Result<CodeLeft> {
    CARNET_TRY(child, space_owner(engine, tx, caller, who));
    if (child == caller.person) return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
    CARNET_CHECK(engine.may_act(tx, caller, child));
    CARNET_TRY(about, engine.load(tx, child));
    CARNET_TRY(asking, engine.people().person(tx, caller.person));
    const auto* contact = first_contact(asking);
    about.world.acting = caller.person;
    about.world.email_on_file = contact != nullptr && contact->channel == notices::Channel::email;
    about.world.phone_on_file = contact != nullptr && !about.world.email_on_file;
    const auto decision = decide_ask_child_code(about.life, about.world, *about.terms);
    if (decision.refusal == Refusal::nothing_leaves)
      return kernel::refuse(kernel::ErrorKind::conflict, "enrollment.posted_lately", "a letter left a few days ago");
    if (!decision.done()) return std::unexpected(error_for_holder(decision.refusal));
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor_of(engine, caller, child, request_id)));
    (void)recorded;
    const auto& sent = decision.facts.back();
    const auto channel = contact == nullptr ? notices::Channel::letter : contact->channel;
    return CodeLeft{channel, contact == nullptr ? std::string() : identity::hint_of(*contact), sent.until.value_or(sent.at), sent.last_day};
  };
  co_return co_await engine.main.write<CodeLeft>(commit);
}

io::Task<Result<Receipt>> refuse_for_child(const Engine& engine, Caller caller, std::string who, std::string request_id) {
  std::function<Result<PersonId>(store::Snapshot&)> look = [&engine, caller, who](store::Snapshot& at) -> Result<PersonId> {
    CARNET_TRY(child, space_owner(engine, at, caller, who));
    if (child == caller.person) return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
    return child;
  };
  CARNET_CO_TRY(child, co_await engine.main.read<PersonId>(look));
  CARNET_CO_CHECK(co_await engine.ready_space(child, false));
  std::function<Result<Receipt>(store::Tx&)> commit = [&engine, caller, request_id, child = PersonId(child)](store::Tx& tx) -> Result<Receipt> {
    CARNET_TRY(about, engine.load(tx, child));
    about.world.acting = caller.person;
    Presented presented;
    presented.representative_session = true;
    const auto decision = decide_refuse(about.life, about.world, presented);
    if (!decision.done()) return std::unexpected(error_for_holder(decision.refusal));
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor_of(engine, caller, child, request_id), "refused"));
    if (!recorded.receipt) return kernel::fault("enrollment.receipt", "an act without receipt");
    return *recorded.receipt;
  };
  co_return co_await engine.main.write<Receipt>(commit);
}

}  // namespace carnet::enrollment
