// Examples worked out by hand: a question made word by word, and what a sentence of the rules answers to it.
#pragma once
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "proof/access/oracle_grid.hpp"

namespace carnet::proof::access_oracle::examples {

// Holidays of the winter and spring of 2025: 1 January, Easter Monday, 1, 8 and 29 May.
inline const Oracle& oracle() {
  static const Oracle one = [] {
    auto matrix = Matrix::load(ACCESS_ORACLE_DATA);
    if (!matrix) throw std::runtime_error(matrix.error());
    Terms terms;
    terms.holidays = {day_of(2025, 1, 1), day_of(2025, 4, 21), day_of(2025, 5, 1), day_of(2025, 5, 8),
                      day_of(2025, 5, 29)};
    return Oracle::make(*std::move(matrix), terms).value();
  }();
  return one;
}

class Ask {
 public:
  Ask(Who who, Deed deed) {
    q_ = neutral();
    q_.actor = usual(who, oracle().matrix());
    q_.deed = deed;
    q_.item.type = oracle().matrix().type("SYNTH");
  }
  template <class Part, class Value>
  Ask&& with(Part part, Value value) && {
    if constexpr (requires { q_.actor.*part = value; })
      q_.actor.*part = value;
    else if constexpr (requires { q_.space.*part = value; })
      q_.space.*part = value;
    else if constexpr (requires { q_.item.*part = value; })
      q_.item.*part = value;
    else
      q_.*part = value;
    return std::move(*this);
  }
  Ask&& type(std::string_view code) && {
    q_.item.type = oracle().matrix().type(code);
    if (q_.item.type < 0) throw std::runtime_error("no such type");
    return std::move(*this);
  }
  Ask&& in(State state) && {
    q_.space.state = state;
    if (state == State::closed || state == State::archived) q_.space.archived_on = day_of(2024, 6, 1);
    return std::move(*this);
  }
  Ask&& in(Mode mode) && { return std::move(*this).with(&Question::mode, mode); }
  Ask&& stranger() && { return std::move(*this).with(&Actor::in_care_team, false); }
  Ask&& born(int year, unsigned month, unsigned day) && {
    q_.space.birth = {year, month, day};
    return std::move(*this);
  }
  Ask&& child() && { return std::move(*this).born(2015, 1, 1); }
  Ask&& on(int year, unsigned month, unsigned day, int hour = 10, int minute = 0) && {
    q_.now = at(day_of(year, month, day), hour, minute);
    return std::move(*this);
  }
  Ask&& masked() && { return std::move(*this).with(&Item::masked, true); }
  Ask&& unannounced() && { return std::move(*this).with(&Item::invisible_to_patient, true); }
  Ask&& secret() && { return std::move(*this).with(&Item::invisible_to_representatives, true); }
  const Question& question() const { return q_; }

 private:
  Question q_;
};

// A professional of a row of the matrix, in the care team.
inline Ask professional(std::string_view code, Deed deed = Deed::read_item) {
  return Ask(Who::professional, deed).with(&Actor::profession, oracle().matrix().profession(code));
}
inline Ask holder(Deed deed = Deed::read_item) {
  return {Who::holder, deed};
}
inline Ask parent(Deed deed = Deed::read_item) {
  return Ask(Who::parent, deed).child();
}
inline Ask guardian(Deed deed = Deed::read_item) {
  return {Who::guardian, deed};
}
inline Ask carer(Deed deed = Deed::read_item) {
  return {Who::carer, deed};
}
inline Ask app(Deed deed = Deed::read_item) {
  return {Who::app, deed};
}

inline Verdict judged(std::string_view sentence, const Ask& ask, bool permit, std::string_view reason) {
  const auto verdict = oracle().judge(ask.question());
  EXPECT_EQ(verdict.permit, permit) << sentence << "\n" << in_words(ask.question(), oracle().matrix());
  EXPECT_EQ(verdict.reason, reason) << sentence << "\n" << in_words(ask.question(), oracle().matrix());
  return verdict;
}
inline Verdict permits(std::string_view sentence, const Ask& ask, std::string_view reason) {
  return judged(sentence, ask, true, reason);
}
inline Verdict refuses(std::string_view sentence, const Ask& ask, std::string_view reason) {
  return judged(sentence, ask, false, reason);
}

}  // namespace carnet::proof::access_oracle::examples
