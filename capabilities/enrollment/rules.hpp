// The decisions of a space's life, pure: (life, command, evidence, world, terms) -> facts to add, or a refusal. A decision
// that is made and adds no fact was made before: repeating it changes nothing. The caller has folded the life up to
// world.now and writes life.unrecorded before the facts of the decision.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "enrollment/fold.hpp"

namespace carnet::enrollment {

// The parameters in force on a day (rules/*.toml).
struct Terms {
  int code_valid_days = 42;            // announced codes, second letters, codes asked to open and posted
  int objection_code_valid_days = 42;  // codes asked to object or to close
  int post_grace_days = 8;
  int opening_code_email_hours = 24;
  int opening_code_phone_minutes = 10;
  int posted_every_days = 10;
  int max_tries = 20;
  int archive_years = 10;
  int closed_days_before_archive = 30;
  int erasure_regret_days = 30;
  int erasure_within_months = 3;
  int parent_refusal_days = 42;
  int suspension_days = 42;
  int majority_age = 18;
  int flow_idle_minutes = 30;
  struct Rung {
    int misses;
    std::int64_t wait_s;
  };
  std::vector<Rung> ladder{{3, 30}, {5, 900}, {10, 86'400}};  // ascending; of a person, or of a pair nobody has
  // Of a network within an hour: a family, a care home or a mobile operator shares one (ADR 10).
  std::vector<Rung> source_ladder{{30, 30}, {100, 900}, {1'000, 3'600}};
  std::vector<unsigned> phone_weekdays{1, 2, 3, 4, 5};
  std::vector<Date> public_holidays{};  // ascending
};
// Refuses values that make no sense together; after it, terms_on cannot fail for that day or a later one.
kernel::Status check_terms(const parameters::Parameters& parameters, Date on);
Terms terms_on(const parameters::Parameters& parameters, Date on);

bool phone_line_open(Date day, const Terms& terms);
// Last day of a code sent on `sent` that lives `valid_days`.
Date last_day_of(Date sent, int valid_days, bool by_letter, const Terms& terms);

// What the decision needs to know of the world besides the life.
struct World {
  Instant now{};
  kernel::Zone zone = kernel::Zone::paris();
  bool minor = false;
  bool email_on_file = false, phone_on_file = false;
  bool dead_in_register = false;
  bool account_missing = false;  // opened once, and nobody can sign in: may open to get an account
  PersonId acting{};             // the representative who acts, 0 when not known
  std::optional<Instant> refusable_until{};  // a minor with another parent: until when that one may refuse what is done now
  bool contact_on_file() const { return email_on_file || phone_on_file; }
  Date today() const { return kernel::date_in(now, zone); }
};

// What a person brings. `code` is the seq of the fact that sent the code which was typed and found right; 0 when none was
// typed, or a wrong one. Whether it is still good is judged here.
struct Presented {
  std::int64_t code = 0;
  bool number = false, serial = false, contact = false, in_person = false, representative_session = false;
  bool typed_contact = false;
  bool by_phone = false;
  bool signed_in = false;  // the holder's own session
  bool admitted = false;   // the try was counted before the code road closed: its code is judged still
};

enum class Refusal {
  none,
  evidence,         // the same answer for every wrong subset
  already_open,
  suspended,
  not_now,          // the state forbids it, or the person died
  not_signed_in,
  nothing_leaves,   // ask_code: no code is sent; the answer outside is the same
};

struct Decision {
  Refusal refusal = Refusal::none;
  std::vector<Fact> facts{};  // seq filled, in order
  bool done() const { return refusal == Refusal::none; }
};

// The evidence table.
enum class Act { open, object, close_unopened };
enum class Sufficiency { no, yes, with_second_letter };
// The same for a code that is good and one that was never typed: `evidence.code` says which. Complete: every subset has a row.
Sufficiency suffices(Act act, const Evidence& evidence, bool typed_contact, bool by_phone, bool minor, bool contact_on_file);
// C and F as the presented code proves them now, for this act: once its code road is closed, a code is not looked at.
Evidence judged_evidence(Act act, const Life& life, const Presented& presented, const World& world);

Decision decide_notify(const Life& life, const World& world, const Terms& terms, notices::Channel channel,
                       std::string_view campaign);
Decision decide_majority_notice(const Life& life, const World& world, const Terms& terms, notices::Channel channel);
Decision decide_returned(const Life& life, const World& world);
Decision decide_open(const Life& life, const World& world, const Terms& terms, const Presented& presented);
Decision decide_object(const Life& life, const World& world, const Presented& presented);
Decision decide_close_unopened(const Life& life, const World& world, const Terms& terms, const Presented& presented);
// `purpose`: opening_, objecting_ or closing_on_request. The caller has matched number and serial.
Decision decide_ask_code(const Life& life, const World& world, const Terms& terms, CodeKind purpose);
// A new code for a minor, to the representative who asks, signed in (`world.acting`; its contacts are theirs): it lives as one
// asked for to open, and serves for opening and objecting. nothing_leaves: one was posted too lately.
Decision decide_ask_child_code(const Life& life, const World& world, const Terms& terms);
Decision decide_second_letter(const Life& life, const World& world, const Presented& presented);
Decision decide_close(const Life& life, const World& world, const Terms& terms, const Presented& presented);
Decision decide_reopen(const Life& life, const World& world, const Presented& presented);
Decision decide_ask_erasure(const Life& life, const World& world, const Terms& terms, const Presented& presented);
// The other parent says no to what one decided against the child's space (rules.md 1): it stays as it was. After that, only
// who refused may decide against it, or somebody in person.
Decision decide_refuse(const Life& life, const World& world, const Presented& presented);
Decision decide_suspend(const Life& life, const World& world, const Terms& terms);
Decision decide_lift(const Life& life, const World& world);
Decision decide_object_to_suspension(const Life& life, const World& world);
Decision decide_die(const Life& life, const World& world, const Terms& terms, Date on);
Decision decide_revert_death(const Life& life, const World& world);
Decision decide_road_closed(const Life& life, const World& world, CounterKind counter);

// ---- the ladder of tries ---------------------------------------------------------------------------------------------
// A try is recorded, durably, before it is judged; so a crash between the two leaves a miss, never a free try.
struct Counter {
  std::int64_t tries = 0, misses = 0;
  Instant last_miss{};
};
enum class Gate { judge, wait, closed };
Gate gate_of(const Counter& counter, Instant now, const Terms& terms, bool capped = true);
Instant may_try_from(const Counter& counter, const Terms& terms);
Instant may_try_from(const Counter& counter, const std::vector<Terms::Rung>& ladder);
Counter recorded(Counter counter, Instant now);
Counter judged_right(Counter counter);

}  // namespace carnet::enrollment
