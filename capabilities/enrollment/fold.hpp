// The life of a space as append-only facts, and what they mean at an instant. Pure: no I/O, no clock, no zone - every date
// that a fact carries was settled when the fact was written, with the parameters and the zone of that day.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "enrollment/enrollment.hpp"

namespace carnet::enrollment {

// Numbers are durable: never reuse one.
enum class FactKind {
  notified = 1,           // code, until, last_day, channel, campaign, reference
  returned = 2,           // the last notice came back: its clock and code are void
  majority_notified = 3,  // as notified, to someone who came of age
  code_sent = 4,          // code_kind, until, last_day, channel, asked, on_file
  opened = 5,             // by evidence: spent, by_adult, typed_contact
  objected = 6,           // spent
  opened_by_default = 7,  // made durable by the sweeper; `at` is when it was due
  closed = 8,             // spent, last_day (kept until), archived_at, erased_at
  reopened = 9,           // by the holder signed in
  second_letter_entered = 10,  // spent
  erasure_asked = 11,     // until (erased then), last_day (the day before)
  erased = 12,            // made durable by the sweeper
  suspended = 13,         // until (closes then), last_day, archived_at, erased_at of that closing
  suspension_lifted = 14,
  suspension_objected = 15,
  died = 16,              // last_day (kept until), erased_at; day of death in died_on
  death_reverted = 17,
  road_closed = 18,       // campaign, counter: tries exhausted
  closed_by_time = 19,    // a suspension nobody objected to; made durable by the sweeper
  archived = 20,          // made durable by the sweeper
  refused_by_parent = 21,  // by, until (no default opening before): what one parent decided is undone
};

enum class CounterKind { opening = 1, objecting = 2, child = 3, second_letter = 4 };

struct Fact {
  std::int64_t seq = 0;  // 1, 2, ... per person; a fact that sends a code names the code by its own seq
  FactKind kind = FactKind::notified;
  Instant at{};
  std::optional<CodeKind> code_kind{};  // of the code this fact sends
  std::int64_t spent = 0;               // seq of the fact whose code this one spends
  std::optional<Instant> until{}, archived_at{}, erased_at{};
  std::optional<Date> last_day{}, died_on{};
  std::optional<notices::Channel> channel{};
  std::optional<CounterKind> counter{};
  std::string campaign{}, reference{};
  bool asked = false;          // the code was asked for
  bool on_file = false;        // and went to a contact on file, other than by letter: presenting it proves F
  bool by_adult = false;
  bool typed_contact = false;  // opened on C+N+S and a contact typed: earlier documents wait for the second letter
  bool minor = false;          // the person was a minor at that instant
  std::int64_t by = 0;         // the representative who acted, when another parent may refuse it, or who asked for the code; 0: not known
  std::optional<Instant> refusable_until{};  // objected, closed, erasure_asked of a minor who has another parent
  auto operator<=>(const Fact&) const = default;
};

// "k=v;k=v" without the columns seq, kind, at. Reading refuses what it does not know: a newer program wrote it.
std::string data_of(const Fact& fact);
kernel::Result<Fact> fact_of(std::int64_t seq, std::int64_t kind, Instant at, std::string_view data);

struct LiveCode {
  std::int64_t fact = 0;
  CodeKind kind = CodeKind::campaign;
  Instant until{};
  std::optional<Date> last_day{};
  bool on_file = false;
  bool good_at(Instant now) const { return now < until; }
};

struct Closing {
  Date kept_until{};
  Instant archived_at{}, erased_at{};
};

struct Suspension {
  State before = State::opened_by_holder;
  Instant until{};
  Closing closing{};
  bool objected = false;
};

struct Death {
  Date on{};
  Date kept_until{};
  Instant erased_at{};
  Instant since{};
  bool archives = false;  // the space was opened or suspended at that instant
};

// What one parent decided against a child's space, while the other may refuse it.
struct Refusable {
  std::int64_t by = 0;
  Instant until{};
  State before = State::eligible;
  bool erasure = false;
};

// The facts folded up to an instant.
struct Life {
  State base = State::eligible;  // what it is when the person lives; seen through state()
  Instant since{};
  std::int64_t last_seq = 0;

  // the notice
  std::string campaign{}, reference{};
  std::optional<notices::Channel> notice_channel{};
  Instant notice_until{};
  std::optional<Date> notice_last_day{};
  std::vector<std::pair<std::string, CounterKind>> roads_closed{};
  std::array<std::optional<LiveCode>, 6> codes{};  // by CodeKind: the last of its kind, if neither spent nor void
  std::optional<Instant> last_posted_request{};

  // the space
  std::int64_t ordinal = 1;  // of the person's spaces: a new one after each erasure
  bool exists = false;       // was ever opened, in whatever way
  bool opened_once = false;  // by its holder or a representative
  bool entered = false;      // by its holder as an adult
  std::optional<Instant> second_letter_since{};
  Closing closing{};
  std::optional<Instant> erasure_at{};
  std::optional<Date> erasure_eve{};
  std::optional<Suspension> suspension{};
  std::optional<Death> death{};
  bool acted_as_minor = false, majority_told = false;
  std::optional<Refusable> refusable{};
  std::optional<std::int64_t> refused_by{};  // a parent said no, and was not overruled since

  // What time did and no fact tells yet: the sweeper, or the next command, makes it durable. In order.
  std::vector<Fact> unrecorded{};

  State state() const;
  bool dead() const { return death.has_value(); }
  bool road_is_closed(CounterKind counter) const;
  const LiveCode* live_code(CodeKind kind) const;
  const LiveCode* code_of_fact(std::int64_t fact, Instant now) const;  // null: spent, void, past, unknown
  std::optional<Instant> opens_by_default_at() const;                  // in state notified
  std::optional<Date> kept_until() const;                              // in closed, archived
  std::optional<Instant> next_due() const;  // when time will next change something, whoever acts
};

Life fold(std::span<const Fact> facts, Instant now);

// Spaces of a person: id = person * 64 + ordinal, so that neither table nor index is needed to go from one to the other.
SpaceId space_id(PersonId person, std::int64_t ordinal);
PersonId person_of(SpaceId space);
Standing standing_of(const Life& life, PersonId person);

}  // namespace carnet::enrollment
