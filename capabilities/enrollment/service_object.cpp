// Objecting, and closing without having opened, with a code and a number; asking for a code.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

// Whose code it is: the person of the number, or one of the minors they represent.
struct Holder {
  PersonId person;
  std::int64_t code = 0;
};

Result<Holder> holder_of(const Engine& engine, store::Snapshot& at, const Typed& typed) {
  CARNET_TRY(found, engine.people().find(at, typed.number));
  const PersonId person = found.value_or(PersonId(0));
  CARNET_TRY(own, engine.find_code(at, person, typed.code));
  CARNET_TRY(children, engine.minors_of(at, person));
  Holder holder{person, found ? own : 0};
  for (const auto child : children) {
    CARNET_TRY(code, engine.find_code(at, child, typed.code));
    if (holder.code == 0 && code != 0) holder = {child, code};
  }
  return holder;
}

struct Done {
  Receipt receipt;
  std::optional<Date> kept_until;
};

// The try is counted in a transaction of its own; then the act, whole or not at all.
io::Task<Result<Done>> act_by_code(const Engine& engine, Typed typed, std::string request_id, Act act) {
  std::function<Status(store::Tx&)> count = [&engine, typed](store::Tx& tx) { return engine.count_source(tx, typed); };
  CARNET_CO_CHECK(co_await engine.main.write<void>(count));
  std::function<Result<Holder>(store::Snapshot&)> look = [&engine, typed](store::Snapshot& at) {
    return holder_of(engine, at, typed);
  };
  CARNET_CO_TRY(holder, co_await engine.main.read<Holder>(look));
  if (holder.code == 0) co_return std::unexpected(facts_do_not_match());
  CARNET_CO_CHECK(co_await engine.ready_space(holder.person, false));
  std::function<Result<Done>(store::Tx&)> commit = [&engine, typed, request_id, act,
                                                    person = holder.person](store::Tx& tx) -> Result<Done> {
    CARNET_TRY(code, engine.find_code(tx, person, typed.code));
    CARNET_TRY(about, engine.load(tx, person));
    CARNET_TRY(typist, engine.people().find(tx, typed.number));
    if (typist && *typist != person) about.world.acting = *typist;
    Presented presented;
    presented.code = code;
    presented.number = true;
    const auto decision = act == Act::object ? decide_object(about.life, about.world, presented)
                                             : decide_close_unopened(about.life, about.world, *about.terms, presented);
    if (!decision.done()) return std::unexpected(error_of(decision.refusal, about));
    CARNET_CHECK(engine.source_judged(tx, typed, true));
    const Actor actor{about.world.minor ? audit::ActorKind::representative : audit::ActorKind::holder, {}, {}, request_id};
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor, act == Act::object ? "objected" : "closed"));
    if (!recorded.receipt) return kernel::fault("enrollment.receipt", "an act without receipt");
    return Done{*recorded.receipt, about.life.kept_until()};
  };
  co_return co_await engine.main.write<Done>(commit);
}

}  // namespace

io::Task<Result<Receipt>> object_by_code(const Engine& engine, Typed typed, std::string request_id) {
  CARNET_CO_TRY(done, co_await act_by_code(engine, std::move(typed), std::move(request_id), Act::object));
  co_return done.receipt;
}

io::Task<Result<Closed>> close_by_code(const Engine& engine, Typed typed, std::string request_id) {
  CARNET_CO_TRY(done, co_await act_by_code(engine, std::move(typed), std::move(request_id), Act::close_unopened));
  co_return Closed{done.receipt, done.kept_until};
}

namespace {

// What a wrong pair costs: a code drawn and hashed, a row written.
Status nothing_leaves(const Engine& engine, store::Tx& tx, const Typed& typed) {
  const auto code = ProvisionalCode::draw(engine.entropy);
  const auto hash = engine.hash_of(PersonId(0), "none", code);
  const auto now = engine.clock.now();
  (void)engine.flow_seal.seal(hash, kernel::as_bytes(typed.number));
  return rows::put_source_counter(tx, kernel::Bytes(hash.begin(), hash.begin() + 16), Counter{}, now.plus(std::chrono::hours(1)));
}

}  // namespace

io::Task<Status> request_code(const Engine& engine, Typed typed, CodeKind purpose) {
  std::function<Result<PersonId>(store::Snapshot&)> look = [&engine, typed](store::Snapshot& at) -> Result<PersonId> {
    CARNET_TRY(found, engine.people().find(at, typed.number));
    const auto person = found.value_or(PersonId(0));
    CARNET_TRY(matches, engine.people().card_matches(at, person, typed.serial));
    return found && matches ? person : PersonId(0);
  };
  CARNET_CO_TRY(person, co_await engine.main.read<PersonId>(look));
  CARNET_CO_CHECK(co_await engine.ready_space(person, false));
  const auto send = [&engine, typed, purpose, person](store::Tx& tx, bool phones) -> Status {
    if (person.value == 0) return nothing_leaves(engine, tx, typed);
    CARNET_TRY(about, engine.load(tx, person));
    about.world.phone_on_file = about.world.phone_on_file && phones;
    const auto decision = decide_ask_code(about.life, about.world, *about.terms, purpose);
    if (!decision.done()) return nothing_leaves(engine, tx, typed);
    CARNET_TRY(recorded, engine.record(tx, about, decision, Actor{audit::ActorKind::holder, {}, {}, {}}));
    (void)recorded;
    return {};
  };
  std::function<Status(store::Tx&)> by_any = [send](store::Tx& tx) { return send(tx, true); };
  const auto sent = co_await engine.main.write<void>(by_any);
  if (sent || sent.error().code != "notices.no_channel") co_return sent;
  std::function<Status(store::Tx&)> not_by_phone = [send](store::Tx& tx) { return send(tx, false); };
  co_return co_await engine.main.write<void>(not_by_phone);
}

}  // namespace carnet::enrollment
