// Opening step by step: facts judged, contact confirmed, then one decision - opening or objecting - spends the code.
#include <algorithm>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

using kernel::ErrorKind;
using notices::Channel;

std::unexpected<kernel::Error> no_flow() { return kernel::refuse(ErrorKind::not_found, "activation.none"); }

bool is_phone(Channel channel) { return channel == Channel::sms || channel == Channel::voice; }

// ---- contacts

const identity::Contact* on_file(const identity::Person& person, Channel channel) {
  for (const bool exactly : {true, false})
    for (const auto& contact : person.contacts)
      if (exactly ? contact.channel == channel : is_phone(contact.channel) && is_phone(channel)) return &contact;
  return nullptr;
}

std::unexpected<kernel::Error> refuse_address(std::string_view says) {
  return kernel::invalid("enrollment.contact", {{"value", "/address", std::string(says)}});
}

Result<std::string> email_of(std::string_view typed) {
  const auto at = typed.find('@');
  const bool sound = at != std::string_view::npos && at > 0 && typed.size() <= 254 && typed.rfind('@') == at &&
                     typed.find('.', at) != std::string_view::npos && typed.back() != '.' && typed[at + 1] != '.' &&
                     std::all_of(typed.begin(), typed.end(), [](char c) {
                       return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != ',' && c != ';' && c != '<' &&
                              c != '>' && c != '"' && c != '\\';
                     });
  if (!sound) return refuse_address("an e-mail address is needed, like nadia@example.org");
  return std::string(typed);
}

// "06 12 34 56 78" -> "+33612345678"; numbers written with their country's code are kept.
Result<std::string> phone_of(std::string_view typed) {
  std::string digits;
  for (const char c : typed) {
    if (c == ' ' || c == '.' || c == '-' || c == '(' || c == ')') continue;
    if ((c < '0' || c > '9') && !(c == '+' && digits.empty())) return refuse_address("digits are needed");
    digits += c;
  }
  if (digits.starts_with("00")) digits = "+" + digits.substr(2);
  if (digits.starts_with("0") && digits.size() == 10) digits = "+33" + digits.substr(1);
  if (!digits.starts_with("+") || digits.size() < 9 || digits.size() > 16 || digits[1] == '0')
    return refuse_address("10 digits are needed, or a number that begins with +");
  return digits;
}

// ---- what the page sees

FlowView view_of(const Case& about, const Flow& flow, bool has_account) {
  FlowView view;
  const auto& given = about.person.traits.given_names;
  view.given_name = given.empty() ? about.person.traits.birth_name : given.front();
  view.child = flow.child;
  const auto now = about.world.now;
  const auto* code = about.life.code_of_fact(flow.code, now);
  view.deadline = code == nullptr  ? about.world.today()
                  : code->last_day ? *code->last_day
                                   : kernel::date_in(Instant{code->until.ms - 1}, about.world.zone);
  if (!flow.child)
    for (const auto& contact : about.person.contacts) view.contacts.emplace_back(contact.channel, identity::hint_of(contact));
  view.contact_confirmed = flow.child || flow.contact_confirmed;
  view.needs_second_letter = !flow.child && !about.world.contact_on_file();
  view.needs_account = !flow.child && !has_account;
  view.sent = flow.sent;
  return view;
}

Result<FlowView> view(const Engine& engine, store::Snapshot& at, const Flow& flow) {
  CARNET_TRY(about, engine.load(at, flow.person));
  CARNET_TRY(account, engine.identity.has_account(at, flow.person));
  return view_of(about, flow, account);
}

// ---- facts

struct Target {
  PersonId person;
  std::int64_t code = 0;
};

Result<Target> target_of(const Engine& engine, store::Snapshot& at, const Typed& typed, const Engine::Attempt& attempt,
                         bool child) {
  const PersonId by = attempt.person.value_or(PersonId(0));
  Target target{by, 0};
  if (!child) {
    CARNET_TRY(code, engine.find_code(at, by, typed.code));
    target.code = attempt.person ? code : 0;
    return target;
  }
  CARNET_TRY(children, engine.minors_of(at, by));
  for (const auto one : children) {
    CARNET_TRY(code, engine.find_code(at, one, typed.code));
    if (code != 0) target = {one, code};
  }
  return target;
}

// The contact to which a code asked for went: it is proven, and the account's one-time codes will go there.
void prove_contact(Flow& flow, const Case& about) {
  const auto* code = about.life.code_of_fact(flow.code, about.world.now);
  if (flow.child || code == nullptr || !code->on_file) return;
  const auto* contact = on_file(about.person, about.world.email_on_file ? Channel::email : Channel::sms);
  if (contact == nullptr) return;
  flow.contact = *contact;
  flow.contact_on_file = flow.contact_confirmed = true;
}

struct Judgement {
  std::optional<kernel::Error> refused{};
  Begun begun{};
};

// With the try counted: right or wrong, and what a right code begins.
Result<Judgement> judge(const Engine& engine, store::Tx& tx, const Typed& typed, const Engine::Attempt& attempt, bool child) {
  CARNET_TRY(target, target_of(engine, tx, typed, attempt, child));
  std::optional<Case> about;
  bool right = false;
  if (target.code != 0 && !attempt.closed) {
    CARNET_TRY(loaded, engine.load(tx, target.person));
    about = std::move(loaded);
    const auto* code = about->life.code_of_fact(target.code, about->world.now);
    right = code != nullptr && code->kind != CodeKind::second_letter && about->world.minor == child && !about->life.dead() &&
            !about->world.dead_in_register;
  }
  CARNET_CHECK(engine.judged(tx, typed, attempt, right));
  if (!right) return Judgement{facts_do_not_match(), {}};
  const State state = about->life.state();
  const bool taken = state == State::opened_by_holder && (child || (about->life.entered && !about->world.account_missing));
  if (taken) return Judgement{error_of(Refusal::already_open, *about), {}};
  if (state == State::suspended) return Judgement{error_of(Refusal::suspended, *about), {}};
  Flow flow;
  flow.person = target.person;
  flow.by = *attempt.person;
  flow.child = child;
  flow.code = target.code;
  prove_contact(flow, *about);
  Judgement out;
  out.begun.cookie = new_flow_cookie(engine, flow.person);
  const auto key = key_of_flow(engine, out.begun.cookie);
  CARNET_CHECK(save_flow(engine, tx, *key, flow));
  CARNET_TRY(seen, view(engine, tx, flow));
  out.begun.view = std::move(seen);
  return out;
}

}  // namespace

io::Task<Result<Begun>> begin_activation(const Engine& engine, Typed typed, bool child) {
  const auto kind = child ? CounterKind::child : CounterKind::opening;
  std::function<Result<Engine::Attempt>(store::Tx&)> count = [&engine, typed, kind](store::Tx& tx) {
    return engine.count_try(tx, typed, kind);
  };
  CARNET_CO_TRY(attempt, co_await engine.main.write<Engine::Attempt>(count));
  std::function<Result<Judgement>(store::Tx&)> decide = [&engine, typed, attempt, child](store::Tx& tx) {
    return judge(engine, tx, typed, attempt, child);
  };
  CARNET_CO_TRY(judgement, co_await engine.main.write<Judgement>(decide));
  if (judgement.refused) co_return std::unexpected(std::move(*judgement.refused));
  co_return std::move(judgement.begun);
}

io::Task<Result<FlowView>> see_activation(const Engine& engine, std::string cookie) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return no_flow();
  std::function<Result<FlowView>(store::Tx&)> look = [&engine, key](store::Tx& tx) -> Result<FlowView> {
    CARNET_TRY(flow, load_flow(engine, tx, *key));
    CARNET_CHECK(save_flow(engine, tx, *key, flow));
    return view(engine, tx, flow);
  };
  co_return co_await engine.main.write<FlowView>(look);
}

io::Task<Result<identity::SentCode>> send_contact_code(const Engine& engine, std::string cookie, ContactAsked asked) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return no_flow();
  std::function<Result<identity::SentCode>(store::Tx&)> send =
      [&engine, key, asked](store::Tx& tx) -> Result<identity::SentCode> {
    CARNET_TRY(flow, load_flow(engine, tx, *key));
    if (flow.child) return kernel::refuse(ErrorKind::conflict, "enrollment.not_now", "a child's opening asks no contact");
    CARNET_TRY(person, engine.people().person(tx, flow.person));
    const auto* known = on_file(person, asked.channel);
    if (person.contacts.empty()) {
      if (asked.address.empty()) return kernel::invalid("enrollment.contact", {{"required", "/address", "is missing"}});
      auto address = is_phone(asked.channel) ? phone_of(asked.address) : email_of(asked.address);
      if (!address) return kernel::pass(std::move(address));
      flow.contact = identity::Contact{asked.channel, std::move(*address)};
      flow.contact_on_file = false;
    } else if (known != nullptr && asked.address.empty()) {
      flow.contact = identity::Contact{asked.channel, known->address};
      flow.contact_on_file = true;
    } else {
      // A contact typed now proves nothing while one is on file.
      return kernel::invalid("enrollment.contact", {{"value", "/channel", "not among the contacts on file"}});
    }
    flow.contact_confirmed = false;
    CARNET_TRY(sent, engine.identity.send_one_time_code(tx, flow.person, "activation", *flow.contact, person.language));
    flow.sent = sent;
    CARNET_CHECK(save_flow(engine, tx, *key, flow));
    return sent;
  };
  co_return co_await engine.main.write<identity::SentCode>(send);
}

io::Task<Result<FlowView>> confirm_contact(const Engine& engine, std::string cookie, std::string one_time_code) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return no_flow();
  std::function<Result<Flow>(store::Snapshot&)> look = [&engine, key](store::Snapshot& at) {
    return load_flow(engine, at, *key);
  };
  CARNET_CO_TRY(before, co_await engine.main.read<Flow>(look));
  if (!before.contact || !before.sent)
    co_return kernel::refuse(ErrorKind::conflict, "enrollment.not_now", "no code was sent");
  CARNET_CO_CHECK(co_await engine.identity.judge_one_time_code(before.person, "activation", std::move(one_time_code)));
  std::function<Result<FlowView>(store::Tx&)> keep = [&engine, key, before](store::Tx& tx) -> Result<FlowView> {
    CARNET_TRY(flow, load_flow(engine, tx, *key));
    // Judged for the contact it was sent to; another may have been asked for meanwhile.
    if (!flow.sent || flow.sent->at != before.sent->at || flow.contact->address != before.contact->address) return no_flow();
    flow.contact_confirmed = true;
    CARNET_CHECK(save_flow(engine, tx, *key, flow));
    return view(engine, tx, flow);
  };
  co_return co_await engine.main.write<FlowView>(keep);
}

io::Task<Status> forget_activation(const Engine& engine, std::string cookie) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return Status{};
  std::function<Status(store::Tx&)> drop = [key](store::Tx& tx) { return rows::drop_flow(tx, key->person, key->hash); };
  co_return co_await engine.main.write<void>(drop);
}

namespace {

struct Finishing {
  FlowKey key;
  SpaceId space;  // whose key is made
  bool new_account = false;
  std::string identifier, password_hash, user_agent, request_id;
};

// Who acts, by the name that every other trace of theirs bears: the holder, or the parent.
Result<Actor> actor_of_flow(const Engine& engine, store::Tx& tx, const Flow& flow, const std::string& request_id) {
  CARNET_TRY(by, engine.people().person(tx, flow.by));
  return Actor{flow.child ? audit::ActorKind::representative : audit::ActorKind::holder, engine.people().opaque(flow.by),
               by.display_name(), request_id};
}

Result<Opened> commit_opening(const Engine& engine, store::Tx& tx, const Finishing& finishing) {
  CARNET_TRY(flow, load_flow(engine, tx, finishing.key));
  CARNET_TRY(about, engine.load(tx, flow.person));
  if (space_if_opened(about.life, flow.person) != finishing.space)
    return kernel::refuse(ErrorKind::unavailable, "enrollment.busy", "another act on this space came first");
  const auto decision = decide_open(about.life, about.world, *about.terms, presented_by(flow));
  if (!decision.done()) return std::unexpected(error_of(decision.refusal, about));
  CARNET_TRY(actor, actor_of_flow(engine, tx, flow, finishing.request_id));
  CARNET_TRY(recorded, engine.record(tx, about, decision, actor));
  Opened opened{*recorded.receipt, flow.child ? engine.people().opaque(flow.person) : std::string("moi"), {}};
  if (finishing.new_account) {
    CARNET_CHECK(engine.identity.create_account(tx, flow.person, finishing.identifier, finishing.password_hash, *flow.contact));
    CARNET_TRY(session, engine.identity.start_session(tx, flow.person, finishing.user_agent));
    opened.session = session;
  }
  CARNET_CHECK(rows::drop_flow(tx, finishing.key.person, finishing.key.hash));
  return opened;
}

// The person is told without delay that their opening failed through no fault of theirs.
io::Task<void> tell_impossible(const Engine& engine, PersonId person) {
  std::function<Status(store::Tx&)> say = [&engine, person](store::Tx& tx) -> Status {
    CARNET_TRY(about, engine.load(tx, person));
    return engine.tell(tx, about, notices::Template::opening_impossible, false, {});
  };
  (void)co_await engine.main.write<void>(say);
}

}  // namespace

io::Task<Result<Opened>> finish_opening(const Engine& engine, std::string cookie, Chosen chosen, std::string request_id) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return no_flow();
  struct Seen {
    Flow flow;
    bool has_account = false;
  };
  std::function<Result<Seen>(store::Snapshot&)> look = [&engine, key](store::Snapshot& at) -> Result<Seen> {
    CARNET_TRY(flow, load_flow(engine, at, *key));
    CARNET_TRY(account, engine.identity.has_account(at, flow.person));
    return Seen{flow, account};
  };
  CARNET_CO_TRY(seen, co_await engine.main.read<Seen>(look));
  Finishing finishing{*key, {}, !seen.flow.child && !seen.has_account, chosen.identifier, {}, chosen.user_agent, std::move(request_id)};
  if (!seen.flow.child && (!seen.flow.contact || !seen.flow.contact_confirmed))
    co_return kernel::refuse(ErrorKind::conflict, "enrollment.contact_not_confirmed", "confirm a contact first");
  if (finishing.new_account) {
    if (chosen.identifier.empty() || chosen.password.empty())
      co_return kernel::invalid("body", {{"required", chosen.identifier.empty() ? "/identifier" : "/password", "is missing"}});
    CARNET_CO_TRY(hash, co_await engine.identity.prepare_password(chosen.identifier, kernel::SecretBytes(std::string_view(chosen.password))));
    finishing.password_hash = hash;
  }
  auto space = co_await engine.ready_space(seen.flow.person, true);
  if (!space) {
    co_await tell_impossible(engine, seen.flow.person);
    co_return std::unexpected(std::move(space).error());
  }
  finishing.space = *space;
  std::function<Result<Opened>(store::Tx&)> commit = [&engine, finishing](store::Tx& tx) {
    return commit_opening(engine, tx, finishing);
  };
  co_return co_await engine.main.write<Opened>(commit);
}

io::Task<Result<Receipt>> finish_objecting(const Engine& engine, std::string cookie, std::string request_id) {
  const auto key = key_of_flow(engine, cookie);
  if (!key) co_return no_flow();
  std::function<Result<Receipt>(store::Tx&)> commit = [&engine, key, request_id](store::Tx& tx) -> Result<Receipt> {
    CARNET_TRY(flow, load_flow(engine, tx, *key));
    CARNET_TRY(about, engine.load(tx, flow.person));
    if (flow.by != flow.person) about.world.acting = flow.by;
    const auto decision = decide_object(about.life, about.world, presented_by(flow));
    if (!decision.done()) return std::unexpected(error_of(decision.refusal, about));
    CARNET_TRY(actor, actor_of_flow(engine, tx, flow, request_id));
    CARNET_TRY(recorded, engine.record(tx, about, decision, actor, "objected"));
    if (!recorded.receipt) return kernel::fault("enrollment.receipt", "an act without receipt");
    CARNET_CHECK(rows::drop_flow(tx, key->person, key->hash));
    return *recorded.receipt;
  };
  co_return co_await engine.main.write<Receipt>(commit);
}

io::Task<Result<SpaceId>> open_in_person(const Engine& engine, PersonId person) {
  CARNET_CO_TRY(space, co_await engine.ready_space(person, true));
  std::function<Result<SpaceId>(store::Tx&)> commit = [&engine, person, space](store::Tx& tx) -> Result<SpaceId> {
    CARNET_TRY(about, engine.load(tx, person));
    if (space_if_opened(about.life, person) != space)
      return kernel::refuse(ErrorKind::unavailable, "enrollment.busy", "another act on this space came first");
    const auto decision = decide_open(about.life, about.world, *about.terms, in_person());
    if (decision.refusal == Refusal::already_open) return space;  // done before
    if (!decision.done()) return std::unexpected(error_of(decision.refusal, about));
    CARNET_TRY(recorded, engine.record(tx, about, decision, Actor{audit::ActorKind::mediator, {}, {}, {}}));
    (void)recorded;
    return space;
  };
  co_return co_await engine.main.write<SpaceId>(commit);
}

}  // namespace carnet::enrollment
