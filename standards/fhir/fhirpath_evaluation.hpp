// One evaluation of a compiled expression; inside fhirpath*.cpp only.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <unordered_set>

#include "standards/fhir/fhirpath_tree.hpp"

namespace carnet::fhir {

class PathEvaluation {
 public:
  using Collection = std::vector<Item>;
  // Steps of one evaluation. The largest text has 200,000 values: each may be met some twenty times.
  static constexpr std::size_t work_allowed = 4'000'000;
  PathEvaluation(const FhirPath::Program& program, const Focus& focus, std::size_t work = work_allowed);
  std::size_t work_left() const { return budget_; }

  bool run(Collection& out);  // false: an error of evaluation
  // FHIRPath N1, 4.5: a boolean where one is expected. Empty, or (also failed()) several: neither.
  std::optional<bool> truth(const Collection& items);

 private:
  using Place = std::uint16_t;
  struct Scope {
    std::span<const Item> items;  // what the arguments of a function see as $this
    std::size_t position = 0;
  };
  struct Kept {
    Collection items;
    std::optional<std::unordered_set<std::string>> keys;
  };

  void fail() { failed_ = true; }
  void spend(std::size_t work) {
    if (work > budget_) failed_ = true;
    budget_ -= std::min(work, budget_);
  }
  const PathNode& node(Place place) const { return program_.nodes[place]; }
  Collection collect(Place place, const Scope& scope);
  std::optional<bool> truth(Place place, const Scope& scope) { return truth(collect(place, scope)); }

  void evaluate(Place place, const Scope& scope, Collection& out);
  void evaluate_once(Place place, const Scope& scope, Collection& out);
  Kept& kept(Place place, const Scope& scope);
  void target_of(const PathNode& node, const Scope& scope, Collection& out);
  void member(const PathNode& node, const Scope& scope, Collection& out);
  void types(const PathNode& node, const Scope& scope, Collection& out);
  void two_sided(const PathNode& node, const Scope& scope, Collection& out);
  void logic(const PathNode& node, const Scope& scope, Collection& out);
  void comparison(const PathNode& node, const Scope& scope, Collection& out);
  void arithmetic(const PathNode& node, const Collection& left, const Collection& right, Collection& out);
  void membership(const PathNode& node, const Scope& scope, Collection& out);
  std::optional<bool> equal(const Collection& left, const Collection& right);

  // Functions, by what they do.
  void call(const PathNode& node, const Scope& scope, Collection& out);
  bool filtering(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  bool subsetting(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  bool combining(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  bool counting(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  bool converting(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  bool texts(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  void substring(const PathNode& node, const Scope& scope, const std::string& text, Collection& out);
  bool tree(const PathNode& node, const Scope& scope, const Collection& input, Collection& out);
  void repeat(const PathNode& node, const Collection& input, Collection& out);
  void descendants(const Collection& input, Collection& out);
  std::optional<std::string> text_argument(const PathNode& node, std::size_t which, const Scope& scope);
  std::optional<std::int64_t> integer_argument(const PathNode& node, std::size_t which, const Scope& scope);
  std::string key(const Item& item);
  void add_distinct(const Collection& from, std::unordered_set<std::string>& seen, Collection& out);

  const FhirPath::Program& program_;
  const Focus& focus_;
  Collection start_;
  std::map<Place, Kept> kept_;
  std::size_t budget_;
  bool failed_ = false;
};

void append_boolean(bool value, std::vector<Item>& out);
void append_integer(std::int64_t value, std::vector<Item>& out);
void append_string(std::string value, std::vector<Item>& out);

}  // namespace carnet::fhir
