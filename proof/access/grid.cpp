// access_grid [--quick]: puts every question of the grid to the engine (capabilities/access) and to the second judge, and
// prints cells and mismatches, chapter by chapter. What a question becomes in the engine's words is all that stands here.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "access/access.hpp"
#include "access/versions.hpp"
#include "capabilities/record/rules.hpp"
#include "proof/access/oracle_grid.hpp"

namespace carnet::proof::access_oracle {
namespace {

namespace engine = access;
using Caller = identity::Caller;

kernel::Instant instant(Minute minute) { return kernel::Instant{minute * 60'000}; }
kernel::Date date(Day day) { return kernel::Date{1970, 1, 1}.plus_days(day); }

// What is decided elsewhere: deletion by record (the author only), two parents in conflict by enrollment.
bool is_elsewhere(const Question& q) {
  return q.deed == Deed::delete_item || (q.space.other_parent_told && q.space.other_parent_refused);
}

engine::Act act_of(Deed deed) {
  switch (deed) {
    case Deed::read_item: return engine::Act::read;
    case Deed::list_item: return engine::Act::list;
    case Deed::export_item:
    case Deed::export_space: return engine::Act::export_copy;
    case Deed::read_trace_of_item:
    case Deed::read_traces: return engine::Act::read_traces;
    case Deed::contest_item: return engine::Act::contest;
    case Deed::mask_item: return engine::Act::mask;
    case Deed::deposit: return engine::Act::deposit;
    case Deed::add_own: return engine::Act::add_own;
    case Deed::change_settings: return engine::Act::change_settings;
    case Deed::change_delegations: return engine::Act::change_delegations;
    case Deed::close: return engine::Act::close;
    default: return engine::Act::erase;
  }
}

bool is_about_space(Deed deed) {
  return deed == Deed::read_traces || deed == Deed::change_settings || deed == Deed::change_delegations ||
         deed == Deed::close || deed == Deed::erase || deed == Deed::export_space;
}

class Translator {
 public:
  Translator(const Oracle& oracle, const engine::RoleMatrix& matrix) : oracle_(oracle), matrix_(matrix) {
    for (const Day day : oracle.terms().holidays) holidays_.push_back(date(day));
  }

  // Permitted, and whether without structure, author and place.
  struct Answer {
    bool permit = false, without_the_place = false;
    std::string_view rule;
  };
  Answer ask(const Question& q) const {
    const auto standing = standing_of(q);
    const auto settings = settings_of(q);
    const auto actor = actor_of(q, settings);
    const auto now = instant(q.now);
    const auto decision = is_about_space(q.deed)
                              ? engine::decide_space(actor, act_of(q.deed), standing, settings, now)
                              : engine::decide_item(actor, act_of(q.deed), item_of(q), standing, settings, matrix_, now);
    return {decision.permit, engine::keeps_place_from(actor, settings), decision.rule()};
  }

  // A death archives an open space at once, and ten years later an archive is erased: enrollment's to know.
  static enrollment::State state_now(const Question& q) {
    auto state = static_cast<enrollment::State>(static_cast<int>(q.space.state) + 1);
    const bool open = q.space.state == State::opened_by_default || q.space.state == State::opened_by_holder ||
                      q.space.state == State::suspended;
    const kernel::Date today = date(day_of_now(q));
    if (open && dead(q)) state = enrollment::State::archived;
    const bool archive = state == enrollment::State::closed || state == enrollment::State::archived;
    if (archive && q.space.archived_on && today > date(*q.space.archived_on).plus_years(10)) state = enrollment::State::erased;
    return state;
  }

 private:
  static Day day_of_now(const Question& q) {
    const auto whole = q.now / minutes_per_day;
    return static_cast<Day>(q.now % minutes_per_day < 0 ? whole - 1 : whole);
  }
  static bool dead(const Question& q) { return q.space.died && *q.space.died <= day_of_now(q); }
  static bool judged(const Question& q) {
    return q.actor.authority_ended_by_judge && *q.actor.authority_ended_by_judge <= q.now;
  }
  // A last day is included: the version ends where the next one begins.
  static bool ended(const Question& q) { return q.actor.last_day && day_of_now(q) > *q.actor.last_day; }

  enrollment::Standing standing_of(const Question& q) const {
    enrollment::Standing standing;
    standing.person = kernel::PersonId(1);
    standing.space = kernel::SpaceId(1);
    standing.state = state_now(q);
    standing.second_letter_awaited = q.space.second_letter_awaited;
    if (q.space.second_letter_awaited) standing.shown_from = instant(q.space.opened);
    return standing;
  }

  engine::Settings settings_of(const Question& q) const {
    engine::Settings settings;
    settings.allows_bris_de_glace = !q.space.refuses_bris_de_glace;
    settings.allows_centre_15 = !q.space.refuses_centre_15;
    settings.frozen = q.space.frozen;
    settings.own_access_agreed =
        q.space.minor_access == Agreement::one_parent || q.space.minor_access == Agreement::both_parents;
    settings.dead = dead(q);
    settings.opposed_to_heirs = q.space.opposed_to_heirs;
    settings.objects_to_deposit = q.space.objects_to_deposit;
    settings.legitimate_motive = q.space.legitimate_motive;
    settings.not_recorded = q.space.act_not_to_be_recorded;
    identity::Person person;
    const auto& birth = q.space.birth;
    person.traits.birth_date = birth.month == 0 ? fmt::format("{:04}", birth.year)
                               : birth.day == 0 ? fmt::format("{:04}-{:02}", birth.year, birth.month)
                                                : fmt::format("{:04}-{:02}-{:02}", birth.year, birth.month, birth.day);
    const auto on = date(settings.dead ? *q.space.died : day_of_now(q));
    settings.age = engine::age_on(person.latest_birth(), on, oracle_.terms().majority_age, oracle_.terms().minor_own_access_age);
    return settings;
  }

  engine::ItemFacts item_of(const Question& q) const {
    engine::ItemFacts item;
    item.doc_class = "10";
    item.doc_type = oracle_.matrix().type_code(q.item.type);
    if (q.actor.is_author) item.author_rpps = "1";
    item.structure = q.actor.own_structure_filed_it ? "mine" : "theirs";
    item.by_holder = q.item.by_holder;
    item.masque_ps = q.item.masked;
    item.visible_in_emergency = q.item.visible_in_emergency;
    item.invisible_patient = q.item.invisible_to_patient;
    item.invisible_representants = q.item.invisible_to_representatives;
    item.contested = q.item.contested;
    item.deleted = q.item.deleted;
    item.deposited_at = instant(q.item.deposited);
    if (q.item.invisible_to_patient) item.patient_visible_from = visible_from(q);
    return item;
  }
  // By the clock of record; the announcement visit brings it forward.
  kernel::Instant visible_from(const Question& q) const {
    static const auto utc = *kernel::Zone::named("Etc/UTC");  // a wall clock of its own
    const Day deposited = static_cast<Day>(q.item.deposited / minutes_per_day);
    if (!known_day_ || *known_day_ != deposited) {
      known_day_ = deposited;
      known_ = record::visible_to_patient_from(instant(q.item.deposited), oracle_.terms().invisible_months,
                                               oracle_.terms().morning_minute, holidays_, utc);
    }
    return q.item.announced ? std::min(known_, instant(*q.item.announced)) : known_;
  }

  engine::Actor actor_of(const Question& q, const engine::Settings& settings) const {
    engine::Actor actor;
    switch (q.actor.who) {
      case Who::professional:
      case Who::occupational_physician:
      case Who::producer: professional(q, actor); break;
      case Who::agent: other(engine::Station::agent, actor); break;
      case Who::mediator: other(engine::Station::mediator, actor); break;
      case Who::operator_of_service: other(engine::Station::operator_, actor); break;
      case Who::insurer: other(engine::Station::payer, actor); break;
      case Who::complementary_insurer: other(engine::Station::complementary_insurer, actor); break;
      case Who::employer: other(engine::Station::employer, actor); break;
      default: person(q, settings, actor); break;
    }
    return actor;
  }

  static void other(engine::Station station, engine::Actor& actor) {
    actor.kind = Caller::Kind::software;
    actor.station = station;
    actor.rpps = "1";
    actor.profession = "10";
    actor.relation = engine::Relation::care_team;  // whatever is granted
    actor.personally_granted = true;
  }

  void professional(const Question& q, engine::Actor& actor) const {
    actor.kind = Caller::Kind::software;
    actor.structure = "mine";
    actor.secret_connection = q.actor.secret_connection;
    if (q.actor.who == Who::producer) {
      // Of a structure where somebody is authorised, or of none.
      const auto tie = relation(q);
      actor.relation =
          tie == engine::Relation::none || tie == engine::Relation::author ? engine::Relation::producer : tie;
      actor.secret_connection = false;  // a connection of a professional
      return;
    }
    if (q.actor.who == Who::occupational_physician) actor.station = engine::Station::occupational_physician;
    actor.rpps = "1";
    if (q.actor.profession >= 0) actor.profession = oracle_.matrix().profession_code(q.actor.profession);
    actor.mode = static_cast<audit::Mode>(q.mode);
    actor.reason_given = q.reason_given;
    actor.blocked = q.actor.blocked;
    actor.personally_granted = q.actor.personal_grant;
    actor.own_act = q.actor.own_act;
    actor.relation = relation(q);
  }
  static engine::Relation relation(const Question& q) {
    engine::Held held;
    held.care_team = q.actor.in_care_team;
    held.refused = q.actor.refused_by_holder;
    held.consented = q.actor.consent != Consent::none && q.now < q.actor.consent_ends;
    held.consent_is_own_word = q.actor.consent == Consent::declaration;
    held.author = q.actor.is_author;
    // A declared GP is a person: no producer is one.
    const bool gp = q.actor.gp == Gp::declared_by_insurer && q.actor.who != Who::producer;
    return engine::relation_of_professional(held, gp);
  }

  static void delegated(const Question& q, engine::Actor& actor) {
    actor.by_representative = q.actor.given_by == Delegator::representative;
    actor.ended_by_judge = judged(q);
    actor.discreet = q.actor.discretion == Discretion::asked_against_this_side;
    actor.is_a_parent = q.actor.is_a_parent;
  }

  static void person(const Question& q, const engine::Settings&, engine::Actor& actor) {
    using engine::Relation;
    delegated(q, actor);
    switch (q.actor.who) {
      case Who::holder: actor.relation = Relation::self; break;
      case Who::parent: actor.relation = Relation::representative; break;
      case Who::guardian:
        actor.with_the_person = q.actor.with_the_person;
        actor.assists_only = q.actor.protection == Protection::assistance;
        actor.ended_by_judge = false;
        if (!ended(q) && (actor.assists_only || q.actor.protection == Protection::representation))
          actor.relation = Relation::guardian;
        break;
      case Who::carer:
        if (ended(q) || !q.actor.is_adult) break;  // no version holds; a minor is never made a carer
        actor.relation = Relation::carer;
        actor.classes = scope_of(q.actor.scope);
        break;
      case Who::app:
        actor.station = engine::Station::app;
        actor.paired = q.actor.paired && q.actor.person_bound && !ended(q);
        actor.in_scope = q.actor.category_in_scope;
        actor.may_write = q.actor.may_write;
        break;
      case Who::heir:
        actor.relation = Relation::heir;
        actor.reason_given = q.actor.reason_written;
        break;
      case Who::court_expert: actor.relation = Relation::court_expert; break;
      default: break;
    }
  }
  static std::uint32_t scope_of(const Scope& scope) {
    return (scope.read ? engine::class_bit("10") : 0U) | (scope.traces ? engine::carer_traces : 0U) |
           (scope.contest ? engine::carer_contest : 0U) | (scope.add ? engine::carer_add : 0U) |
           (scope.settings ? engine::carer_settings : 0U) | (scope.take_copy ? engine::carer_copy : 0U);
  }

  const Oracle& oracle_;
  const engine::RoleMatrix& matrix_;
  std::vector<kernel::Date> holidays_;
  mutable std::optional<Day> known_day_;
  mutable kernel::Instant known_{};
};

// The copy of an archive is shown, listed or exported on the web: to the second judge all three are a copy.
Question as_copy(Question q) {
  const auto state = Translator::state_now(q);
  const bool archive = state == enrollment::State::closed || state == enrollment::State::archived;
  const bool own = q.actor.who == Who::holder || q.actor.who == Who::parent || q.actor.who == Who::guardian;
  if (archive && own && (q.deed == Deed::read_item || q.deed == Deed::list_item)) q.deed = Deed::export_item;
  return q;
}

struct Count {
  std::uint64_t cells = 0, elsewhere = 0, mismatches = 0;
};

class Comparison {
 public:
  Comparison(const Oracle& oracle, const Translator& translator) : oracle_(oracle), translator_(translator) {}
  void judge(const Question& asked) {
    ++count_.cells;
    if (is_elsewhere(asked)) {
      ++count_.elsewhere;
      return;
    }
    const Question q = as_copy(asked);
    const auto expected = oracle_.judge(q);
    const auto got = translator_.ask(asked);
    const bool place = !expected.permit || expected.without_the_place == got.without_the_place ||
                       act_of(asked.deed) == engine::Act::deposit || !shows(asked.deed);
    if (expected.permit == got.permit && place) return;
    if (++count_.mismatches > shown_most) return;
    fmt::print("MISMATCH: second judge {} ({}), engine {} ({})\n{}\n", expected.permit ? "yes" : "no", expected.reason,
               got.permit ? "yes" : "no", got.rule, in_words(asked, oracle_.matrix()));
  }
  Count take() { return std::exchange(count_, {}); }

 private:
  static constexpr std::uint64_t shown_most = 3;  // of each chapter
  static bool shows(Deed deed) {
    return deed == Deed::read_item || deed == Deed::list_item || deed == Deed::export_item || deed == Deed::export_space ||
           deed == Deed::read_traces || deed == Deed::read_trace_of_item;
  }
  const Oracle& oracle_;
  const Translator& translator_;
  Count count_;
};

int compare(bool quick) {
  auto known = Matrix::load(ACCESS_ORACLE_DATA);
  if (!known) return fmt::print("{}\n", known.error()), 2;
  auto oracle = Oracle::make(std::move(*known), {});
  if (!oracle) return fmt::print("{}\n", oracle.error()), 2;
  const auto matrix = engine::RoleMatrix::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules");
  if (!matrix) return fmt::print("the role matrix is refused: {}\n", matrix.error().code), 2;
  const Translator translator(*oracle, *matrix);
  Comparison comparison(*oracle, translator);
  const Grid grid(*oracle);
  Count all;
  const auto add = [&](std::string_view name, const Count& count, std::chrono::steady_clock::time_point from) {
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    fmt::print("{:<40} {:>12} cells {:>10} decided elsewhere {:>10} mismatches {:>7.1f} s\n", name, count.cells,
               count.elsewhere, count.mismatches, seconds);
    std::fflush(stdout);
    all.cells += count.cells;
    all.elsewhere += count.elsewhere;
    all.mismatches += count.mismatches;
  };
  const auto begun = std::chrono::steady_clock::now();
  if (!quick) {
    for (const auto& chapter : grid.chapters()) {
      const auto from = std::chrono::steady_clock::now();
      grid.for_each_question(chapter, [&](const Question& q) { comparison.judge(q); });
      add(chapter.name, comparison.take(), from);
    }
  }
  const auto from = std::chrono::steady_clock::now();
  grid.sampled(20'261'122, 4'000'000, [&](const Question& q) { comparison.judge(q); });
  add("sample, seed 20261122", comparison.take(), from);
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  fmt::print("access grid: {} cells judged twice, {} decided elsewhere, {} mismatches, {:.0f} s\n",
             all.cells - all.elsewhere, all.elsewhere, all.mismatches, seconds);
  return all.mismatches == 0 ? 0 : 1;
}

}  // namespace
}  // namespace carnet::proof::access_oracle

int main(int argc, char** argv) {
  return carnet::proof::access_oracle::compare(argc > 1 && std::strcmp(argv[1], "--quick") == 0);
}
