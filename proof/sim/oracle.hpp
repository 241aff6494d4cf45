// What the rules say of one space's life, written from their text alone (the life of a space, its evidence table, its
// state table, the activation code; and the choices in life.hpp). Nothing here is shared with the engine it is compared
// with: the space is a bundle of plain facts, time passes over them in order, and each command is looked up in the
// rows.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proof/sim/life.hpp"

namespace carnet::proof {

class Oracle {
 public:
  // A person nobody has told anything yet: eligible. `person.zone` must be a zone of the tz database.
  Oracle(PersonFacts person, Parameters parameters);

  // What the rules answer to the command, and its effect. `command.at` is never before that of the last one.
  Outcome apply(const Command& command);

  // What is seen at an instant, not before the last command, if nothing more happens until then. Changes nothing.
  Observed observe(Instant at) const;

 private:
  enum class Kind { announced, asked_to_open, asked_to_object, asked_to_close, second_letter };
  static constexpr std::size_t kinds = 5;

  // The last code of a kind. A new one takes its place: the former is void.
  struct Code {
    Instant good_until;  // excluded
    bool by_letter = false;
    bool spent = false;
    bool is_void = false;
  };

  struct Counter {
    int tries = 0;
    int misses = 0;  // in a row
    Instant last_miss{};
  };
  struct Counters {
    Counter open;
    Counter object_and_close;
  };

  // What is shown to judge by: one letter per proof, as in the evidence table.
  //   C code, N number, S serial, F contact on file, P in person, R representative's session, T contact typed now
  using Proofs = std::string;
  using Ways = std::vector<std::string>;  // each a set of letters that suffices

  // Days and ages
  Date day_of(Instant at) const;
  Instant midnight_before(Date day) const;  // 00:00 of that day
  bool is_minor(Instant at) const;
  bool phone_line_opens(Date day) const;
  Instant end_of_code_in_days(Instant sent, bool by_letter) const;
  Channel channel_of_asked_code() const;

  // Codes, tries
  std::optional<Code>& code(Kind kind) { return codes_[static_cast<std::size_t>(kind)]; }
  const std::optional<Code>& code(Kind kind) const { return codes_[static_cast<std::size_t>(kind)]; }
  void send_announced_code(Instant at, Channel channel);
  void send_second_letter(Instant at);
  Code* good_code(TypedCode typed, Instant at);
  bool is_at_limit(const Counter& counter) const { return counter.tries >= parameters_->tries_per_campaign; }
  bool a_current_counter_is_at_limit() const;

  // Evidence
  Proofs proofs_of(const Command& command, const Code* typed) const;
  Ways ways_for(const Command& command) const;
  Outcome judge_with_evidence(const Command& command);

  // One function per row of the vocabulary
  Outcome judge(const Command& command);
  Outcome judge_for_the_dead(const Command& command);
  Outcome notify(const Command& command);
  Outcome returned();
  Outcome majority_notice(const Command& command);
  Outcome open(const Command& command, const Proofs& proofs);
  Outcome object();
  Outcome close_unopened(const Command& command, const Proofs& proofs);
  Outcome ask_code(const Command& command);
  Outcome close(const Command& command);
  Outcome reopen(const Command& command);
  Outcome enter_second_letter(const Command& command);
  Outcome ask_erasure(const Command& command);
  Outcome suspend(const Command& command);
  Outcome lift();
  Outcome object_to_suspension();
  Outcome die(const Command& command);
  Outcome revert_death();

  bool is_signed_in(Instant at) const { return is_minor(at) || entered_; }
  void close_on(Date day);
  void end_of_suspension();
  void erase();

  // Time
  void pass_time(Instant until);
  std::optional<Instant> opens_by_default_at() const;
  Date kept_until() const;  // in closed and archived
  Date kept_after_death_until() const;

  PersonFacts person_;
  kernel::Zone zone_;
  std::shared_ptr<const Parameters> parameters_;

  // The space, as if its holder were alive.
  State state_ = State::eligible;
  std::optional<Instant> notice_opens_at_;  // notified: the clock of the notice
  bool ever_opened_ = false;                // since this space exists, an `open` was done
  bool entered_ = false;                    // since this space exists, an `open` was done by an adult
  bool second_letter_awaited_ = false;
  Date closed_on_{};                 // closed, archived
  std::optional<Date> erasure_day_;  // closed, archived: erasure asked for, erased at 00:00 of that day
  State before_suspension_ = State::opened_by_holder;
  std::optional<Date> suspension_closes_on_;  // suspended and not objected to: closed at 00:00 of that day

  // Death, laid over the space.
  bool dead_ = false;
  Date death_day_{};
  bool shown_as_archived_ = false;  // it was opened or suspended when the death was recorded

  // The person's codes and tries; the end of a space does not touch them.
  std::array<std::optional<Code>, kinds> codes_;
  std::optional<Instant> last_posted_;  // the last code asked for by letter
  std::string campaign_ = "before any notice";
  std::map<std::string, Counters> counters_;  // by campaign
  bool acted_while_minor_ = false;
  bool majority_told_ = false;
};

}  // namespace carnet::proof
