// The pure rules of enrollment as a subject of comparison: facts are kept as a store would keep them.
#include <array>
#include <map>

#include "enrollment/rules.hpp"
#include "proof/sim/lives.hpp"

namespace carnet::proof {
namespace {

namespace rules = carnet::enrollment;
using rules::CodeKind;
using rules::CounterKind;
using rules::FactKind;
using rules::Refusal;

rules::Terms terms_of(const Parameters& p) {
  rules::Terms terms;
  terms.code_valid_days = terms.objection_code_valid_days = p.code_valid_days;
  terms.post_grace_days = p.post_grace_days;
  terms.opening_code_email_hours = p.opening_code_email_hours;
  terms.opening_code_phone_minutes = p.opening_code_phone_minutes;
  terms.posted_every_days = p.posted_every_days;
  terms.max_tries = p.tries_per_campaign;
  terms.archive_years = p.archive_years;
  terms.closed_days_before_archive = p.closed_days_before_archive;
  terms.erasure_regret_days = p.erasure_regret_days;
  terms.erasure_within_months = 12;
  terms.suspension_days = p.suspension_days;
  terms.majority_age = p.majority_age;
  terms.public_holidays.assign(p.public_holidays.begin(), p.public_holidays.end());
  return terms;
}

notices::Channel channel_of(Channel channel) {
  switch (channel) {
    case Channel::email: return notices::Channel::email;
    case Channel::sms: return notices::Channel::sms;
    case Channel::letter: return notices::Channel::letter;
  }
  return notices::Channel::letter;
}

Outcome outcome_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none: return Outcome::done;
    case Refusal::evidence:
    case Refusal::nothing_leaves: return Outcome::nothing;
    default: return Outcome::refused;
  }
}

class RulesSubject final : public Subject {
 public:
  explicit RulesSubject(const Person& person) : person_(person), terms_(terms_of(person.parameters)) {}

  Outcome apply(const Command& command) override {
    world_.now = command.at;
    world_.zone = *kernel::Zone::named(person_.facts.zone);
    world_.minor = kernel::age_on(person_.facts.birth, world_.today()) < terms_.majority_age;
    world_.email_on_file = person_.facts.email_on_file;
    world_.phone_on_file = person_.facts.phone_on_file;
    switch (command.act) {
      case Act::sweep: keep({}); return Outcome::done;
      case Act::restart: restart(); return Outcome::done;
      case Act::open:
      case Act::object:
      case Act::close_unopened: return with_evidence(command);
      default: return outcome_of(keep(decide(command)));
    }
  }

  Observed observe(Instant now) override {
    const auto standing = rules::standing_of(rules::fold(facts_, now), kernel::PersonId(1));
    const auto allowed = rules::allowed_in(standing.state);
    Observed seen;
    seen.state = static_cast<State>(static_cast<int>(standing.state) - 1);
    seen.deposit = allowed.deposit;
    seen.team_reads = allowed.team_reads;
    seen.holder_signs_in = allowed.holder_signs_in;
    seen.archive_copy = allowed.archive_copy;
    seen.open = allowed.open;
    seen.object = allowed.object;
    seen.close = allowed.close;
    seen.opens_by_default_at = standing.opens_by_default_at;
    seen.kept_until = standing.kept_until;
    seen.second_letter_awaited = standing.second_letter_awaited;
    return seen;
  }

 private:
  rules::Life life() const { return rules::fold(facts_, world_.now); }

  // As a store keeps them: what time did, then the decision.
  Refusal keep(const rules::Decision& decision) {
    if (!decision.done()) return decision.refusal;
    for (auto fact : life().unrecorded) {
      fact.seq = static_cast<std::int64_t>(facts_.size()) + 1;
      facts_.push_back(std::move(fact));
    }
    for (const auto& fact : decision.facts) {
      CARNET_INVARIANT(fact.seq == static_cast<std::int64_t>(facts_.size()) + 1, "facts have no gap");
      facts_.push_back(fact);
      if (fact.code_kind) last_sent_[*fact.code_kind] = fact.seq;
    }
    return decision.refusal;
  }

  void restart() {
    for (auto& fact : facts_) {
      auto back = rules::fact_of(fact.seq, static_cast<std::int64_t>(fact.kind), fact.at, rules::data_of(fact));
      CARNET_INVARIANT(back.has_value(), "a fact reads back");
      fact = *back;
    }
  }

  std::int64_t last_of(TypedCode typed) const {
    static constexpr std::array kinds{CodeKind::campaign, CodeKind::campaign, CodeKind::opening_on_request,
                                      CodeKind::objecting_on_request, CodeKind::closing_on_request};
    if (typed == TypedCode::none || typed == TypedCode::wrong) return 0;
    const auto found = last_sent_.find(kinds[static_cast<std::size_t>(typed)]);
    return found == last_sent_.end() ? 0 : found->second;
  }

  // The try is counted, then judged; false when it must wait.
  bool count_try(const Command& command, std::int64_t code, bool& admitted) {
    const auto& e = command.evidence;
    if (e.code == TypedCode::none || !e.number || !e.serial || world_.minor) return true;
    const auto kind = command.act == Act::open ? CounterKind::opening : CounterKind::objecting;
    auto& counter = counters_[{life().campaign, kind}];
    const auto gate = rules::gate_of(counter, world_.now, terms_);
    if (gate == rules::Gate::wait) return false;
    if (gate == rules::Gate::closed) return true;
    admitted = true;
    counter = rules::recorded(counter, world_.now);
    if (counter.tries >= terms_.max_tries) keep(rules::decide_road_closed(life(), world_, kind));
    const auto* live = life().code_of_fact(code, world_.now);
    if (live != nullptr && live->kind != CodeKind::second_letter) counter = rules::judged_right(counter);
    return true;
  }

  Outcome with_evidence(const Command& command) {
    const auto& e = command.evidence;
    rules::Presented presented;
    presented.code = last_of(e.code);
    if (!count_try(command, presented.code, presented.admitted)) return Outcome::wait;
    presented.number = e.number;
    presented.serial = e.serial;
    presented.contact = e.contact;
    presented.in_person = e.in_person;
    presented.representative_session = e.representative_session;
    presented.typed_contact = e.typed_contact;
    presented.by_phone = command.by_phone;
    switch (command.act) {
      case Act::open: return outcome_of(keep(rules::decide_open(life(), world_, terms_, presented)));
      case Act::object: return outcome_of(keep(rules::decide_object(life(), world_, presented)));
      default: return outcome_of(keep(rules::decide_close_unopened(life(), world_, terms_, presented)));
    }
  }

  rules::Presented session() const {
    rules::Presented presented;
    presented.signed_in = !world_.minor;
    presented.representative_session = world_.minor;
    return presented;
  }

  rules::Decision ask_code(const Command& command) const {
    static constexpr std::array kinds{CodeKind::opening_on_request, CodeKind::objecting_on_request, CodeKind::closing_on_request};
    if (!command.evidence.number || !command.evidence.serial) return {Refusal::nothing_leaves, {}};
    return rules::decide_ask_code(life(), world_, terms_, kinds[static_cast<std::size_t>(command.asked)]);
  }

  rules::Decision enter_second_letter(const Command& command) const {
    auto presented = session();
    const auto sent = last_sent_.find(CodeKind::second_letter);
    if (command.right_code && sent != last_sent_.end()) presented.code = sent->second;
    return rules::decide_second_letter(life(), world_, presented);
  }

  rules::Decision decide(const Command& command) const {
    const auto now = life();
    switch (command.act) {
      case Act::notify:
        return rules::decide_notify(now, world_, terms_, channel_of(command.channel), "c" + std::to_string(command.campaign));
      case Act::returned: return rules::decide_returned(now, world_);
      case Act::majority_notice: return rules::decide_majority_notice(now, world_, terms_, notices::Channel::letter);
      case Act::ask_code: return ask_code(command);
      case Act::close: return rules::decide_close(now, world_, terms_, session());
      case Act::reopen: return rules::decide_reopen(now, world_, session());
      case Act::enter_second_letter: return enter_second_letter(command);
      case Act::ask_erasure: return rules::decide_ask_erasure(now, world_, terms_, session());
      case Act::suspend: return rules::decide_suspend(now, world_, terms_);
      case Act::lift: return rules::decide_lift(now, world_);
      case Act::object_to_suspension: return rules::decide_object_to_suspension(now, world_);
      case Act::die: return rules::decide_die(now, world_, terms_, world_.today().plus_days(-command.days_ago));
      case Act::revert_death: return rules::decide_revert_death(now, world_);
      default: kernel::broken_invariant("an act with evidence", __FILE__, __LINE__);
    }
  }

  Person person_;
  rules::Terms terms_;
  rules::World world_;
  std::vector<rules::Fact> facts_;
  std::map<CodeKind, std::int64_t> last_sent_;
  std::map<std::pair<std::string, CounterKind>, rules::Counter> counters_;
};

}  // namespace

std::unique_ptr<Subject> rules_subject(const Person& person) { return std::make_unique<RulesSubject>(person); }

}  // namespace carnet::proof
