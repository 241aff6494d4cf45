// Random lives, told step by step to the engine and to the oracle, and compared. A life is a function of its seed.
#pragma once
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "proof/sim/life.hpp"

namespace carnet::proof {

// What is compared with the oracle: the pure rules, or the whole service on a store.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Outcome apply(const Command& command) = 0;
  virtual Observed observe(Instant now) = 0;
  // What the last command came to, in order, for the oracle: a service chooses the channel itself, writes again by itself
  // when a notice came back, tells new adults when it sweeps, and asks for a contact once the facts are right. Empty: it could
  // not be done here.
  virtual std::vector<Command> came_to(const Command& command) { return {command}; }
};

struct Person {
  PersonFacts facts;
  Parameters parameters;
  Instant start{};
};

// The rules alone (lives_rules.cpp): any evidence, any parameters.
std::unique_ptr<Subject> rules_subject(const Person& person);
// The service with its stores (lives_service.cpp): what its interfaces let people do, under the parameters of rules/.
std::unique_ptr<Subject> service_subject(const Person& person);
Parameters parameters_of_rules();  // as rules/*.toml say

// Draws persons and commands. Times lean to the instants at which something changes, and to a millisecond on either side.
class Storyteller {
 public:
  enum class Level { rules, service };
  Storyteller(std::uint64_t seed, Level level);
  Person person();
  int steps();
  // The next command, given what is seen now; `seen` is the oracle's.
  Command next(const Person& person, const Observed& seen, Instant now);

 private:
  std::int64_t between(std::int64_t low, std::int64_t high);
  bool chance(int percent);
  Instant later(const Person& person, const Observed& seen, Instant now);
  Command act_of_rules(const Person& person, const Observed& seen);
  Command act_of_service(const Person& person, const Observed& seen, bool minor);
  Evidence evidence(bool minor);
  std::vector<Instant> boundaries(const Person& person, const Observed& seen, Instant now) const;

  std::mt19937_64 random_;
  Level level_;
  bool hammers_ = false;  // a life in which someone guesses codes
  std::optional<Instant> last_act_{};
};

struct Tally {
  std::int64_t lives = 0, steps = 0, mismatches = 0;
  std::set<std::tuple<State, Act, Outcome>> reached;  // state before, act, outcome: what was put to the proof at all
  std::string first;  // the first mismatch, told from the start of that life
};
Tally compare_lives(std::uint64_t seed, std::int64_t lives, Storyteller::Level level, std::int64_t first_life = 0);

std::string told(const Command& command);
std::string told(const Observed& seen);
std::string_view told(Outcome outcome);

}  // namespace carnet::proof
