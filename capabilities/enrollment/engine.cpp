#include "enrollment/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace carnet::enrollment {
namespace {

constexpr int code_kinds = 5;

// What each fact leaves besides itself.
struct Effect {
  audit::Action action;
  std::string_view reason;   // why, in the trace
  std::string_view receipt;  // kind; empty: none
  std::optional<notices::Template> told{};
  bool letter_too = false;
};

Effect effect_of(FactKind kind) {
  using A = audit::Action;
  using T = notices::Template;
  switch (kind) {
    case FactKind::notified: return {A::space_notified, "enrollment.notice", ""};
    case FactKind::majority_notified: return {A::space_notified, "enrollment.majority", ""};
    case FactKind::returned: return {A::setting_changed, "enrollment.notice_returned", ""};
    case FactKind::code_sent: return {A::code_requested, "enrollment.code_sent", ""};
    case FactKind::opened: return {A::space_opened, "enrollment.evidence", "opened", T::space_opened, true};
    case FactKind::objected: return {A::space_objected, "enrollment.evidence", "objected", T::objection_recorded, true};
    case FactKind::opened_by_default:
      return {A::space_opened_by_default, "enrollment.no_answer", "opened_by_default", T::space_opened_by_default};
    case FactKind::closed: return {A::space_closed, "enrollment.evidence", "closed", T::space_closed, true};
    case FactKind::closed_by_time: return {A::space_closed, "enrollment.suspension", "closed", T::space_closed, true};
    case FactKind::reopened: return {A::space_reopened, "enrollment.signed_in", "reopened", T::space_reopened, true};
    case FactKind::second_letter_entered: return {A::setting_changed, "enrollment.second_letter", ""};
    case FactKind::erasure_asked: return {A::setting_changed, "enrollment.erasure_asked", "erasure_asked"};
    case FactKind::erased: return {A::space_erased, "enrollment.erased", "erased", T::erased, true};
    case FactKind::suspended: return {A::space_suspended, "enrollment.operator", "suspended", T::suspended, true};
    case FactKind::suspension_lifted: return {A::setting_changed, "enrollment.suspension_lifted", "lifted", T::space_reopened};
    case FactKind::suspension_objected: return {A::setting_changed, "enrollment.suspension_objected", ""};
    case FactKind::died: return {A::setting_changed, "enrollment.death", ""};
    case FactKind::death_reverted: return {A::setting_changed, "enrollment.death_reverted", ""};
    case FactKind::road_closed: return {A::code_refused, "enrollment.tries_exhausted", "", T::tries_exhausted, true};
    case FactKind::refused_by_parent: return {A::setting_changed, "enrollment.refused_by_parent", "refused"};
    case FactKind::archived: return {A::setting_changed, "enrollment.archived", ""};
  }
  kernel::broken_invariant("a fact of an unknown kind", __FILE__, __LINE__);
}

bool ends_sessions(FactKind kind) {
  return kind == FactKind::suspended || kind == FactKind::erased || kind == FactKind::died;
}

Actor machine() { return Actor{audit::ActorKind::machine, "enrollment", {}, {}}; }

// The first instant of the day on which the person comes of age.
Instant comes_of_age(const Case& about) {
  const Date birth = about.person.latest_birth();
  Date day = birth.plus_years(about.terms->majority_age);
  if (kernel::age_on(birth, day) < about.terms->majority_age) day = day.plus_days(1);
  return kernel::start_of_day(day, about.world.zone);
}

bool awaits_majority(const Case& about) {
  return about.life.acted_as_minor && !about.life.majority_told && !about.life.dead() && !about.person.died &&
         about.life.state() != State::erased;
}

// Writes one fact with all it leaves.
class Recording {
 public:
  Recording(const Engine& engine, store::Tx& tx, Case& about) : engine_(engine), tx_(tx), about_(about) {}

  Status add(Fact fact, const Actor& actor) {
    const Life before = fold(about_.facts, about_.facts.empty() ? Instant{} : about_.facts.back().at);
    std::optional<ProvisionalCode> code;
    if (fact.code_kind) {
      code = ProvisionalCode::draw(engine_.entropy);
      CARNET_TRY(reference, engine_.send_code(tx_, about_, fact, *code));
      out_.reference = reference;
      if (fact.kind != FactKind::code_sent) fact.reference = reference;
    }
    CARNET_CHECK(rows::insert_fact(tx_, about_.id(), fact, about_.world.now));
    about_.facts.push_back(fact);
    about_.life = fold(about_.facts, fact.at);
    const Life& after = about_.life;
    if (code) {
      const auto& campaign = after.campaign;
      CARNET_CHECK(rows::put_code(tx_, about_.id(), {*fact.code_kind, fact.seq, campaign,
                                                     engine_.hash_of(about_.id(), campaign, *code)}));
    }
    auto effect = effect_of(fact.kind);
    if (fact.kind == FactKind::opened && (before.state() == State::closed || before.state() == State::archived)) {
      effect.receipt = "reopened";
      effect.told = notices::Template::space_reopened;
    }
    const bool was_shut = before.state() == State::closed || before.state() == State::archived;
    if (fact.kind == FactKind::refused_by_parent && was_shut && after.state() != before.state()) {
      effect.action = audit::Action::space_reopened;
      effect.told = notices::Template::space_reopened;
      effect.letter_too = true;
    }
    CARNET_CHECK(trace(effect, after, actor));
    CARNET_CHECK(answer(fact, effect, after));
    if (fact.kind == FactKind::erased)
      CARNET_CHECK(rows::await_destruction(tx_, about_.id(), space_id(about_.id(), before.ordinal)));
    if (ends_sessions(fact.kind)) CARNET_CHECK(engine_.identity.end_sessions(tx_, about_.id()));
    return announce(standing_of(before, about_.id()), standing_of(after, about_.id()));
  }
  Engine::Recorded take() { return std::move(out_); }

 private:
  Status trace(const Effect& effect, const Life& after, const Actor& actor) {
    audit::Entry entry;
    entry.space = space_id(about_.id(), after.ordinal);
    entry.action = effect.action;
    entry.actor = actor.kind;
    entry.actor_id = actor.id;
    entry.actor_name = actor.name;
    entry.reason = std::string(effect.reason);
    entry.request_id = actor.request_id;
    CARNET_TRY(receipt, engine_.journal.append(tx_, std::move(entry)));
    (void)receipt;
    return {};
  }
  // The receipt, and the people told.
  Status answer(const Fact& fact, const Effect& effect, const Life& after) {
    if (!effect.receipt.empty()) {
      CARNET_TRY(receipt, engine_.issue(tx_, about_, fact, effect.receipt, after));
      out_.receipt = receipt;
    }
    if (!effect.told) return {};
    std::map<std::string, std::string> said;
    if (const auto kept = after.kept_until() ? after.kept_until() : fact.last_day) said["kept_day"] = kernel::to_text(*kept);
    if (fact.until) said["object_day"] = kernel::to_text(kernel::date_in(*fact.until, about_.world.zone));
    return engine_.tell(tx_, about_, *effect.told, effect.letter_too, said);
  }
  Status announce(const Standing& before, const Standing& after) {
    if (before.state == after.state && before.space == after.space) return {};
    for (const auto& handler : engine_.handlers) CARNET_CHECK(handler(tx_, before, after));
    return {};
  }

  const Engine& engine_;
  store::Tx& tx_;
  Case& about_;
  Engine::Recorded out_;
};

}  // namespace

Engine::Engine(store::Store& main_store, const kernel::SecretBytes& master, const parameters::Parameters& dated_parameters,
               audit::Journal& audit_journal, keyring::Keyring& person_keys, notices::Notices& outbox,
               identity::Identity& who, const io::Clock& now, io::Entropy& randomness)
    : main(main_store),
      parameters(dated_parameters),
      journal(audit_journal),
      keyring(person_keys),
      notices(outbox),
      identity(who),
      clock(now),
      entropy(randomness),
      code_pepper(crypto::hkdf_sha256(master, "codes", 32)),
      source_pepper(crypto::hkdf_sha256(master, "sources", 32)),
      receipt_seal(master, "receipts", randomness),
      flow_seal(master, "flows", randomness),
      receipt_ids(master, "receipts"),
      flow_ids(master, "flows") {}

std::shared_ptr<const Terms> Engine::terms(Instant now) const {
  const Date day = kernel::date_in(now, kernel::Zone::paris());
  const std::scoped_lock lock(terms_mutex);
  if (!terms_of_day.second || terms_of_day.first != day)
    terms_of_day = {day, std::make_shared<const Terms>(terms_on(parameters, day))};
  return terms_of_day.second;
}

Result<Case> Engine::load(store::Snapshot& at, PersonId person) const {
  Case about;
  CARNET_TRY(found, people().person(at, person));
  CARNET_TRY(facts, rows::facts_of(at, person));
  about.person = std::move(found);
  about.facts = std::move(facts);
  if (auto zone = kernel::Zone::named(about.person.zone)) about.world.zone = *zone;
  const Instant now = clock.now();
  about.terms = terms(now);
  // A clock that stepped back a little does not put an act before the one that was recorded last.
  about.world.now = about.facts.empty() ? now : std::max(now, about.facts.back().at);
  about.life = fold(about.facts, about.world.now);
  const Date today = kernel::date_in(about.world.now, about.world.zone);
  about.world.minor = kernel::age_on(about.person.latest_birth(), today) < about.terms->majority_age;
  if (about.world.minor) {
    CARNET_TRY(representatives, people().representatives(at, person, today));
    if (representatives.size() > 1)
      about.world.refusable_until = kernel::start_of_day(today.plus_days(about.terms->parent_refusal_days + 1), about.world.zone);
  }
  about.world.dead_in_register = about.person.died.has_value();
  for (const auto& contact : about.person.contacts) {
    about.world.email_on_file |= contact.channel == notices::Channel::email;
    about.world.phone_on_file |= contact.channel == notices::Channel::sms || contact.channel == notices::Channel::voice;
  }
  if (about.life.state() == State::opened_by_holder && !about.world.minor) {
    CARNET_TRY(account, identity.has_account(at, person));
    about.world.account_missing = !account;
  }
  return about;
}

Result<Engine::Recorded> Engine::record(store::Tx& tx, Case& about, const Decision& decision, const Actor& actor,
                                        std::string_view kind_of_act) const {
  Recording recording(*this, tx, about);
  const auto by_time = about.life.unrecorded;
  for (auto fact : by_time) {
    fact.seq = static_cast<std::int64_t>(about.facts.size()) + 1;
    CARNET_CHECK(recording.add(std::move(fact), machine()));
  }
  bool drops_codes = !by_time.empty();
  for (const auto& fact : decision.facts) {
    CARNET_INVARIANT(fact.seq == static_cast<std::int64_t>(about.facts.size()) + 1, "facts have no gap");
    CARNET_CHECK(recording.add(fact, actor));
    drops_codes |= fact.spent != 0 || fact.kind == FactKind::returned || fact.kind == FactKind::died;
  }
  about.life = fold(about.facts, about.world.now);
  if (drops_codes) {
    CARNET_TRY(codes, rows::codes_of(tx, about.id()));
    for (const auto& code : codes)
      if (about.life.code_of_fact(code.fact, about.world.now) == nullptr)
        CARNET_CHECK(rows::drop_code(tx, about.id(), code.kind));
  }
  if (!by_time.empty() || !decision.facts.empty()) CARNET_CHECK(reschedule(tx, about, Instant{}));
  auto out = recording.take();
  if (decision.facts.empty()) out.receipt.reset();  // one that time made is not the answer to this act
  if (!out.receipt && !kind_of_act.empty()) {
    CARNET_TRY(last, last_receipt(tx, about.id(), kind_of_act));
    out.receipt = last;
  }
  return out;
}

Status Engine::reschedule(store::Tx& tx, const Case& about, Instant not_before) const {
  auto due = about.life.next_due();
  if (awaits_majority(about)) {
    const auto of_age = comes_of_age(about);
    if (!due || of_age < *due) due = of_age;
  }
  if (due && *due <= about.world.now) due = std::max(*due, not_before);
  return rows::schedule(tx, about.id(), due);
}

SpaceId space_if_opened(const Life& life, PersonId person) {
  return space_id(person, life.base == State::erased ? life.ordinal + 1 : life.ordinal);
}

io::Task<Result<SpaceId>> Engine::ready_space(PersonId person, bool opening) const {
  if (person.value == 0) co_return SpaceId();
  const auto now = clock.now();
  std::function<Result<Life>(store::Snapshot&)> look = [person, now](store::Snapshot& at) -> Result<Life> {
    CARNET_TRY(facts, rows::facts_of(at, person));
    return fold(facts, facts.empty() ? now : std::max(now, facts.back().at));
  };
  CARNET_CO_TRY(life, co_await main.read<Life>(look));
  const SpaceId space = space_if_opened(life, person);
  if (opening || opened_unrecorded(life)) CARNET_CO_CHECK(co_await keyring.create(space));
  co_return space;
}

bool opened_unrecorded(const Life& life) {
  return std::any_of(life.unrecorded.begin(), life.unrecorded.end(),
                     [](const Fact& fact) { return fact.kind == FactKind::opened_by_default; });
}

Result<std::vector<PersonId>> Engine::minors_of(store::Snapshot& at, PersonId representative) const {
  const auto now = clock.now();
  const auto majority_age = terms(now)->majority_age;
  // Yesterday in Paris is the earliest day anywhere in the country: nobody who is a minor at home is missed.
  const Date earliest = kernel::date_in(now, kernel::Zone::paris()).plus_days(-1);
  CARNET_TRY(children, people().children(at, representative, earliest));
  std::vector<PersonId> minors;
  for (const auto child : children) {
    CARNET_TRY(person, people().person(at, child));
    const auto zone = kernel::Zone::named(person.zone);
    const Date today = kernel::date_in(now, zone ? *zone : kernel::Zone::paris());
    if (kernel::age_on(person.latest_birth(), today) < majority_age) minors.push_back(child);
  }
  return minors;
}

kernel::Bytes Engine::hash_of(PersonId person, std::string_view campaign, const ProvisionalCode& code) const {
  const auto text = fmt::format("{}\n{}\n{}", person.value, campaign, code.symbols());
  const auto digest = crypto::hmac_sha256(code_pepper, kernel::as_bytes(text));
  return {digest.begin(), digest.end()};
}

Result<std::int64_t> Engine::find_code(store::Snapshot& at, PersonId person,
                                       const std::optional<ProvisionalCode>& code) const {
  CARNET_TRY(codes, rows::codes_of(at, person));
  static const auto nothing = ProvisionalCode::read("0000-0000-0000");
  const auto& typed = code ? *code : *nothing;
  std::int64_t found = 0;
  for (int i = 0; i < code_kinds; ++i) {
    const auto place = static_cast<std::size_t>(i);
    const bool real = place < codes.size();
    const auto hash = hash_of(person, real ? codes[place].campaign : std::string_view("none"), typed);
    const bool same = kernel::equal_in_constant_time(hash, real ? codes[place].hash : kernel::Bytes(hash.size()));
    if (real && code && same) found = codes[place].fact;
  }
  return found;
}

kernel::Error facts_do_not_match() {
  return kernel::Error{kernel::ErrorKind::invalid,
                       "enrollment.facts_do_not_match",
                       {},
                       {{"enrollment.facts_do_not_match", "", "wrong, past its date, or already used"}},
                       {}};
}

kernel::Error error_of(Refusal refusal, const Case& about) {
  if (about.life.dead() || about.world.dead_in_register) return facts_do_not_match();
  return error_for_holder(refusal);
}

kernel::Error error_for_holder(Refusal refusal) {
  using kernel::ErrorKind;
  switch (refusal) {
    case Refusal::already_open: return {ErrorKind::conflict, "enrollment.already_open", "the space is open"};
    case Refusal::suspended: return {ErrorKind::conflict, "enrollment.suspended", "the space is suspended"};
    case Refusal::not_signed_in: return {ErrorKind::forbidden, "enrollment.not_signed_in", "the holder must open it first"};
    case Refusal::not_now: return {ErrorKind::conflict, "enrollment.not_now", "the state of the space does not allow it"};
    case Refusal::none:
    case Refusal::evidence:
    case Refusal::nothing_leaves: break;
  }
  return facts_do_not_match();
}

Presented in_person() {
  Presented presented;
  presented.in_person = true;
  return presented;
}

}  // namespace carnet::enrollment
