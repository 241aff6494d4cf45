#include "proof/access/oracle_axes.hpp"

#include <array>
#include <chrono>

// What is varied but time, and who asks: oracle_axes_actors.cpp, oracle_axes_time.cpp.
namespace carnet::proof::access_oracle::axes {

namespace {

bool bit(std::size_t value, unsigned which) {
  return ((value >> which) & 1U) != 0;
}

struct Flags {
  bool masked = false, visible_in_emergency = false, invisible_to_patient = false, invisible_to_representatives = false;
};

void put(Item& item, Flags flags) {
  item.masked = flags.masked;
  item.visible_in_emergency = flags.visible_in_emergency;
  item.invisible_to_patient = flags.invisible_to_patient;
  item.invisible_to_representatives = flags.invisible_to_representatives;
}

}  // namespace

Axis some_deeds(std::vector<Deed> some) {
  const auto count = some.size();
  return {"deeds", count, [some = std::move(some)](Question& q, std::size_t i) { q.deed = some[i]; }};
}

Axis all_deeds() {
  return {"deeds", deeds, [](Question& q, std::size_t i) { q.deed = static_cast<Deed>(i); }};
}

Axis types(const Matrix& matrix) {
  return {"types", static_cast<std::size_t>(matrix.types()),
          [](Question& q, std::size_t i) { q.item.type = static_cast<int>(i); }};
}

// Asked by anyone but a professional who reads, a mode means nothing: it stays normal.
Axis modes() {
  return {"modes", 3, [](Question& q, std::size_t i) {
            q.mode = static_cast<Mode>(i);
            q.reason_given = q.mode == Mode::bris_de_glace;
            const bool professional = q.actor.who == Who::professional || q.actor.who == Who::occupational_physician;
            if (!professional || (q.deed != Deed::read_item && q.deed != Deed::list_item)) q.mode = Mode::normal;
          }};
}

Axis modes_and_reason() {
  return {"modes, reason", 4, [](Question& q, std::size_t i) {
            q.mode = i == 3 ? Mode::bris_de_glace : static_cast<Mode>(i);
            q.reason_given = i == 1;
          }};
}

// ---- professionals ----

Axis relations() {
  return {"relations", 7, [](Question& q, std::size_t i) {
            Actor& a = q.actor;
            a.in_care_team = i == 1 || i == 2;
            a.refused_by_holder = i == 2;
            a.consent = i == 3 || i == 4 ? Consent::code_on_phone : Consent::none;
            a.consent_ends = q.now + (i == 3 ? 15 : 0);
            a.gp = i == 5 ? Gp::declared_by_insurer : i == 6 ? Gp::named_by_holder_only : Gp::no;
          }};
}

Axis team() {
  return {"team", 4, [](Question& q, std::size_t i) {
            q.actor.in_care_team = bit(i, 0);
            q.actor.refused_by_holder = bit(i, 1);
          }};
}

Axis consents() {
  return {"consents", 7, [](Question& q, std::size_t i) {
            q.actor.consent = static_cast<Consent>(i > 3 ? i - 3 : i);
            q.actor.consent_ends = q.now + (i > 3 ? 0 : 15);
          }};
}

Axis gps() {
  return {"gp", 3, [](Question& q, std::size_t i) { q.actor.gp = static_cast<Gp>(i); }};
}

Axis grants() {
  return {"grants", 2, [](Question& q, std::size_t i) { q.actor.personal_grant = i == 1; }};
}

Axis blocked() {
  return {"blocked", 2, [](Question& q, std::size_t i) { q.actor.blocked = i == 1; }};
}

Axis authorship() {
  return {"author, own structure", 4, [](Question& q, std::size_t i) {
            q.actor.is_author = bit(i, 0);
            q.actor.own_structure_filed_it = bit(i, 1);
          }};
}

Axis own_act() {
  return {"own act", 2, [](Question& q, std::size_t i) { q.actor.own_act = i == 1; }};
}

Axis refusals() {
  return {"refusals", 4, [](Question& q, std::size_t i) {
            q.space.refuses_bris_de_glace = bit(i, 0);
            q.space.refuses_centre_15 = bit(i, 1);
          }};
}

// ---- the item ----

Axis flags() {
  return {"flags", 12, [](Question& q, std::size_t i) {
            constexpr std::array<Flags, 12> rows{
                {{},
                 {.masked = true},
                 {.masked = true, .visible_in_emergency = true},
                 {.invisible_to_patient = true},
                 {.invisible_to_representatives = true},
                 {.masked = true, .invisible_to_representatives = true},
                 {.masked = true, .visible_in_emergency = true, .invisible_to_representatives = true},
                 {.invisible_to_patient = true, .invisible_to_representatives = true},
                 {},
                 {},
                 {.invisible_to_patient = true},
                 {.invisible_to_patient = true}}};
            put(q.item, rows[i]);
            q.item.contested = i == 8;
            q.item.deleted = i == 9;
            q.item.deposited = i == 10 ? q.now - 60 * minutes_per_day : q.now - 12 * minutes_per_day;
            q.item.announced.reset();
            if (i == 11) q.item.announced = q.now - minutes_per_day;
          }};
}

Axis masks() {
  return {"masks", 3,
          [](Question& q, std::size_t i) { put(q.item, {.masked = i != 0, .visible_in_emergency = i == 2}); }};
}

Axis flags_of_deposit() {
  return {"flags of what is deposited", 8, [](Question& q, std::size_t i) {
            put(q.item,
                {.masked = bit(i, 0), .invisible_to_patient = bit(i, 1), .invisible_to_representatives = bit(i, 2)});
            q.item.deposited = q.now;
          }};
}

Axis by_holder() {
  return {"deposited by the holder", 2, [](Question& q, std::size_t i) { q.item.by_holder = i == 1; }};
}

// ---- the space ----

Axis all_states() {
  return {"states", states + 1, [](Question& q, std::size_t i) {
            const bool old = i == states;
            q.space.state = old ? State::archived : static_cast<State>(i);
            q.space.archived_on.reset();
            if (q.space.state == State::closed || q.space.state == State::archived)
              q.space.archived_on = old ? day_of(2015, 3, 3) : day_of(2024, 6, 1);
          }};
}

Axis frozen() {
  return {"frozen", 2, [](Question& q, std::size_t i) { q.space.frozen = i == 1; }};
}

Axis deaths() {
  return {"dead", 2, [](Question& q, std::size_t i) {
            q.space.died.reset();
            if (i == 1) q.space.died = today() - 5;
          }};
}

// None; awaited, and the item came after the opening; awaited, and it came before.
Axis second_letters() {
  return {"second letter", 3, [](Question& q, std::size_t i) {
            q.space.second_letter_awaited = i != 0;
            q.space.opened = q.now - (i == 2 ? 1 : 80) * minutes_per_day;
          }};
}

Axis opposed_to_heirs() {
  return {"opposed in life", 2, [](Question& q, std::size_t i) { q.space.opposed_to_heirs = i == 1; }};
}

Axis objections() {
  return {"objection, motive, act not recorded", 8, [](Question& q, std::size_t i) {
            q.space.objects_to_deposit = bit(i, 0);
            q.space.legitimate_motive = bit(i, 1);
            q.space.act_not_to_be_recorded = bit(i, 2);
          }};
}

// ---- ages, on Tuesday 4 March 2025 ----

namespace {

Axis of_births(std::string_view name, std::vector<Birth> births) {
  const auto count = births.size();
  return {name, count, [births = std::move(births)](Question& q, std::size_t i) { q.space.birth = births[i]; }};
}

}  // namespace

Axis two_ages() {
  return of_births("15, adult", {{2009, 6, 1}, {1980, 1, 1}});
}

// The one of 16 has an access of their own.
Axis three_ages() {
  return {"10, 16 with own access, adult", 3, [](Question& q, std::size_t i) {
            constexpr std::array<Birth, 3> births{{{2015, 1, 1}, {2008, 6, 1}, {1980, 1, 1}}};
            q.space.birth = births[i];
            q.space.minor_access = i == 1 ? Agreement::both_parents : Agreement::nobody;
          }};
}

Axis ages() {
  return of_births("0, 10, 16 and 18 to the day, 45, 90, days unknown", {{2025, 2, 1},
                                                                         {2015, 1, 1},
                                                                         {2009, 3, 5},
                                                                         {2009, 3, 4},
                                                                         {2007, 3, 5},
                                                                         {2007, 3, 4},
                                                                         {1980, 1, 1},
                                                                         {1935, 1, 1},
                                                                         {2007, 3, 0},
                                                                         {2007, 0, 0}});
}

Axis agreements() {
  return {"parents' agreement", 4,
          [](Question& q, std::size_t i) { q.space.minor_access = static_cast<Agreement>(i); }};
}

}  // namespace carnet::proof::access_oracle::axes
