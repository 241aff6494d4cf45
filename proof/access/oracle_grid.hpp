// The questions put to both sides: the whole grid, in chapters. A chapter is the full product of its axes; what is not
// an axis of it stays at a value that forbids nothing. README.md says what is left out as equal by construction.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "proof/access/oracle.hpp"

namespace carnet::proof::access_oracle {

struct Axis {
  std::string_view name;
  std::size_t size = 0;
  std::function<void(Question&, std::size_t)> set;  // writes all the facts of the axis, whatever stood there
  bool replaces_actor = false;
};

struct Chapter {
  std::string_view name;
  std::vector<Axis> axes;  // the last one turns fastest; a later one has the last word

  std::uint64_t cells() const;
  Question cell(std::uint64_t index) const;
};

using Visitor = std::function<void(const Question&)>;

class Grid {
 public:
  explicit Grid(const Oracle& oracle);

  const std::vector<Chapter>& chapters() const { return chapters_; }
  std::uint64_t cells() const;

  // Always in the same order; how many were visited.
  std::uint64_t for_each_question(const Visitor& visitor) const;
  std::uint64_t for_each_question(const Chapter& chapter, const Visitor& visitor) const;

  // `count` questions of a seed. One in two is a cell of the grid; the other draws every fact of every chapter at
  // random at once, with nothing left out but what no text gives a meaning to.
  void sampled(std::uint64_t seed, std::uint64_t count, const Visitor& visitor) const;

 private:
  void add_professionals();
  void add_everyone();
  void add_clocks();
  Question drawn_freely(std::uint64_t& state) const;

  const Oracle* oracle_;
  std::vector<Chapter> chapters_;
  std::vector<Axis> actor_axes_;
  std::vector<Axis> other_axes_;
};

// The same, in one word.
std::uint64_t for_each_question(const Oracle& oracle, const Visitor& visitor);

// Nothing forbids: an adult reads their own document, Tuesday 4 March 2025 at 10:00. For the other actors too, once
// `usual(who)` takes the holder's place.
Question neutral();
Actor usual(Who who, const Matrix& matrix);

// Every fact, one a line: what a mismatch is reported with.
std::string in_words(const Question& question, const Matrix& matrix);

std::string_view word(Who who);
std::string_view word(Deed deed);
std::string_view word(State state);
std::string_view word(Mode mode);

}  // namespace carnet::proof::access_oracle
