// The public class: what other capabilities ask, and the commands, over the engine.
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {

struct Enrollment::Shared : Engine {
  using Engine::Engine;
};

Enrollment::Enrollment() = default;
Enrollment::~Enrollment() = default;

Result<std::unique_ptr<Enrollment>> Enrollment::open(store::Store& main, const kernel::SecretBytes& master,
                                                     const parameters::Parameters& parameters, audit::Journal& journal,
                                                     keyring::Keyring& keyring, notices::Notices& notices,
                                                     identity::Identity& identity, const io::Clock& clock,
                                                     io::Entropy& entropy) {
  CARNET_CHECK(check_terms(parameters, kernel::date_in(clock.now(), kernel::Zone::paris())));
  std::unique_ptr<Enrollment> made(new Enrollment);
  made->shared_ =
      std::make_unique<Shared>(main, master, parameters, journal, keyring, notices, identity, clock, entropy);
  CARNET_CHECK(made->shared_->load_receipt_key());
  notices.on_delivery([engine = made->shared_.get()](store::Tx& tx, const notices::Delivery& delivery) {
    return delivered(*engine, tx, delivery);
  });
  return made;
}

std::vector<store::Migration> Enrollment::migrations() { return schema_files(""); }

Result<Standing> Enrollment::standing(store::Snapshot& at, PersonId person) const {
  struct Facts {
    std::vector<Fact> all;
    std::size_t bytes() const { return all.size() * sizeof(Fact); }
  };
  const auto key = fmt::format(FMT_COMPILE("{}"), person.value);
  CARNET_TRY(facts, at.made<Facts>(key, [person](store::Snapshot& from) -> Result<Facts> {
    CARNET_TRY(all, rows::facts_of(from, person));
    return Facts{std::move(all)};
  }));
  const auto now = shared_->clock.now();
  const auto life = fold(facts->all, facts->all.empty() ? now : std::max(now, facts->all.back().at));
  const auto standing = standing_of(life, person);
  // Opened by time, and the sweeper is late: whoever asks may deposit now, so the key must exist now.
  if (opened_unrecorded(life) && standing.state != State::erased)
    CARNET_CHECK(shared_->keyring.create_now(std::array{standing.space}));
  return standing;
}

Result<Standing> Enrollment::standing_of_space(store::Snapshot& at, SpaceId space) const {
  const auto person = person_of(space);
  CARNET_TRY(now, standing(at, person));
  if (now.space == space) return now;
  // A space of this person that is over, or that never was.
  Standing over;
  over.person = person;
  over.space = space;
  over.state = State::erased;
  return over;
}

Result<Standing> Enrollment::standing_as_of(store::Snapshot& at, SpaceId space, Instant instant) const {
  const auto person = person_of(space);
  CARNET_TRY(facts, rows::facts_known(at, person, instant));
  auto standing = standing_of(fold(facts, facts.empty() ? instant : std::max(instant, facts.back().at)), person);
  if (standing.space == space) return standing;
  Standing over;
  over.person = person;
  over.space = space;
  over.state = State::erased;
  return over;
}

Result<NoticeOutcome> Enrollment::notify(store::Tx& tx, PersonId person, std::string_view campaign) {
  return enrollment::notify(*shared_, tx, person, campaign);
}

namespace {

// The code's own check symbols and the number's key come before anything is counted.
io::Task<Result<Typed>> given(const Engine& engine, std::string code, std::string number15) {
  Typed typed;
  auto read_code = checked_code(code);
  if (!read_code) co_return kernel::pass(std::move(read_code));
  typed.code = *read_code;
  std::function<Result<std::string>(store::Snapshot&)> look = [&engine, number15](store::Snapshot& at) {
    return checked_number(engine, at, number15);
  };
  CARNET_CO_TRY(number, co_await engine.main.read<std::string>(look));
  typed.number = number;
  co_return typed;
}

}  // namespace

io::Task<Result<Receipt>> Enrollment::object(std::string code, std::string number15) {
  CARNET_CO_TRY(typed, co_await given(*shared_, std::move(code), std::move(number15)));
  co_return co_await object_by_code(*shared_, typed, {});
}

io::Task<Result<Receipt>> Enrollment::close_never_opened(std::string code, std::string number15) {
  CARNET_CO_TRY(typed, co_await given(*shared_, std::move(code), std::move(number15)));
  CARNET_CO_TRY(closed, co_await close_by_code(*shared_, typed, {}));
  co_return closed.receipt;
}

io::Task<Status> Enrollment::request_code(std::string number15, std::string serial, CodeKind kind) {
  if (kind == CodeKind::campaign || kind == CodeKind::second_letter)
    co_return kernel::invalid("enrollment.code_kind", {{"value", "kind", "not a code that is asked for"}});
  Typed typed;
  std::function<Result<std::string>(store::Snapshot&)> look = [this, number15](store::Snapshot& at) {
    return checked_number(*shared_, at, number15);
  };
  CARNET_CO_TRY(number, co_await shared_->main.read<std::string>(look));
  typed.number = number;
  typed.serial = std::move(serial);
  co_return co_await enrollment::request_code(*shared_, std::move(typed), kind);
}

io::Task<Result<Receipt>> Enrollment::close(const identity::Caller& by, PersonId person) {
  CARNET_CO_TRY(closed, co_await close_space(*shared_, by, person, {}));
  co_return closed.receipt;
}

io::Task<Result<Receipt>> Enrollment::reopen(const identity::Caller& by, PersonId person) {
  co_return co_await reopen_space(*shared_, by, person, {});
}

io::Task<Status> Enrollment::request_erasure(const identity::Caller& by, PersonId person) {
  CARNET_CO_TRY(asked, co_await ask_erasure(*shared_, by, person, {}));
  (void)asked;
  co_return Status{};
}

namespace {

Actor operator_actor(std::string reason = {}) { return Actor{audit::ActorKind::operator_, std::move(reason), {}, {}}; }

}  // namespace

io::Task<Status> Enrollment::declare_death(PersonId person, Date on) {
  co_return co_await operate(*shared_, person, operator_actor(), [on](const Case& about) {
    return decide_die(about.life, about.world, *about.terms, on);
  });
}

io::Task<Status> Enrollment::revert_death(PersonId person) {
  co_return co_await operate(*shared_, person, operator_actor(),
                             [](const Case& about) { return decide_revert_death(about.life, about.world); });
}

io::Task<Status> Enrollment::suspend(PersonId person, std::string reason) {
  co_return co_await operate(*shared_, person, operator_actor(std::move(reason)), [](const Case& about) {
    return decide_suspend(about.life, about.world, *about.terms);
  });
}

io::Task<Status> Enrollment::lift_suspension(PersonId person) {
  co_return co_await operate(*shared_, person, operator_actor(),
                             [](const Case& about) { return decide_lift(about.life, about.world); });
}

io::Task<Status> Enrollment::object_to_suspension(PersonId person) {
  co_return co_await operate(*shared_, person, Actor{audit::ActorKind::agent, {}, {}, {}}, [](const Case& about) {
    return decide_object_to_suspension(about.life, about.world);
  });
}

io::Task<Result<Swept>> Enrollment::sweep() { co_return co_await enrollment::sweep(*shared_); }

io::Task<Result<SpaceId>> Enrollment::open_in_person(PersonId person) {
  co_return co_await enrollment::open_in_person(*shared_, person);
}

std::vector<http::Route> Enrollment::routes() {
  auto routes = activation_routes(*shared_);
  for (auto& route : space_routes(*shared_)) routes.push_back(std::move(route));
  return routes;
}

Result<kernel::json::array> Enrollment::spaces_of(store::Snapshot& at, PersonId person) const {
  return list_spaces(*shared_, at, person);
}

Result<PersonId> Enrollment::resolve_who(store::Snapshot& at, const identity::Caller& caller, std::string_view who) const {
  return space_owner(*shared_, at, caller, who);
}

const std::string& Enrollment::receipt_public_key() const { return shared_->receipt_public_pem; }

void Enrollment::on_session_act(std::function<Status(store::Snapshot&, const Caller&, PersonId)> judge) {
  shared_->judge_session = std::move(judge);
}

void Enrollment::on_change(std::function<Status(store::Tx&, const Standing& before, const Standing& after)> handler) {
  shared_->handlers.push_back(std::move(handler));
}

}  // namespace carnet::enrollment
