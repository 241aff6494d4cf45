#include "standards/fhir/fhirpath_evaluation.hpp"

#include <algorithm>
#include <cmath>

namespace carnet::fhir {

namespace {

std::optional<bool> both(std::optional<bool> a, std::optional<bool> b) {
  if (a == false || b == false) return false;
  if (!a || !b) return std::nullopt;
  return true;
}
std::optional<bool> denied(std::optional<bool> a) {
  if (!a) return std::nullopt;
  return !*a;
}
std::optional<bool> either(std::optional<bool> a, std::optional<bool> b) {
  return denied(both(denied(a), denied(b)));
}

}  // namespace

void append_boolean(bool value, std::vector<Item>& out) {
  Item& item = out.emplace_back();
  item.form = Item::Form::boolean;
  item.boolean = value;
}
void append_integer(std::int64_t value, std::vector<Item>& out) {
  Item& item = out.emplace_back();
  item.form = Item::Form::integer;
  item.integer = value;
}
void append_string(std::string value, std::vector<Item>& out) {
  Item& item = out.emplace_back();
  item.form = Item::Form::string;
  item.text = std::move(value);
}

PathEvaluation::PathEvaluation(const FhirPath::Program& program, const Focus& focus, std::size_t work)
    : program_(program), focus_(focus), budget_(work) {
  Item& item = start_.emplace_back();
  item.value = focus.node;
  item.companion = focus.companion;
  item.type = focus.type;
}

bool PathEvaluation::run(Collection& out) {
  evaluate(program_.root, Scope{start_, 0}, out);
  return !failed_;
}

std::optional<bool> PathEvaluation::truth(const Collection& items) {
  if (items.size() > 1) fail();
  if (items.size() != 1 || failed_) return std::nullopt;
  const Item one = computed(items.front());
  return one.form != Item::Form::boolean || one.boolean;
}

PathEvaluation::Collection PathEvaluation::collect(Place place, const Scope& scope) {
  Collection out;
  evaluate(place, scope, out);
  return out;
}

PathEvaluation::Kept& PathEvaluation::kept(Place place, const Scope& scope) {
  auto found = kept_.find(place);
  if (found == kept_.end()) {
    Kept made;
    evaluate_once(place, scope, made.items);
    found = kept_.emplace(place, std::move(made)).first;
  }
  return found->second;
}

void PathEvaluation::evaluate(Place place, const Scope& scope, Collection& out) {
  if (failed_) return;
  const auto& one = node(place);
  const bool worth_keeping = one.constant && one.op == PathOp::unite;  // of dom-3: for each contained resource
  if (!worth_keeping) return evaluate_once(place, scope, out);
  const auto& items = kept(place, scope).items;
  spend(items.size());
  out.insert(out.end(), items.begin(), items.end());
}

void PathEvaluation::evaluate_once(Place place, const Scope& scope, Collection& out) {
  spend(1);
  if (failed_) return;
  const auto& one = node(place);
  switch (one.op) {
    case PathOp::literal:
      if (!one.empty) out.push_back(one.item);
      return;
    case PathOp::self:
      out.insert(out.end(), scope.items.begin(), scope.items.end());
      return;
    case PathOp::position:
      return append_integer(static_cast<std::int64_t>(scope.position), out);
    case PathOp::resource:
    case PathOp::root: {
      const Focus whole = Focus::of(one.op == PathOp::root ? focus_.root : focus_.resource);
      Item& item = out.emplace_back();
      item.value = whole.node;
      item.type = whole.type;
      return;
    }
    case PathOp::context:
      out.insert(out.end(), start_.begin(), start_.end());
      return;
    case PathOp::member:
      return member(one, scope, out);
    case PathOp::call:
      return call(one, scope, out);
    case PathOp::refers_to:
    case PathOp::is_type:
    case PathOp::as_type:
      return types(one, scope, out);
    case PathOp::in:
    case PathOp::contains:
      return membership(one, scope, out);
    default:
      return two_sided(one, scope, out);
  }
}

void PathEvaluation::target_of(const PathNode& one, const Scope& scope, Collection& out) {
  if (one.target == PathNode::none)
    out.insert(out.end(), scope.items.begin(), scope.items.end());
  else
    evaluate(one.target, scope, out);
}

void PathEvaluation::member(const PathNode& one, const Scope& scope, Collection& out) {
  Collection from;
  std::span<const Item> items = scope.items;
  if (one.target != PathNode::none) {
    evaluate(one.target, scope, from);
    items = from;
  }
  if (failed_) return;
  // An expression may begin with the type it is for.
  const bool may_be_type = one.target == PathNode::none && one.text[0] >= 'A' && one.text[0] <= 'Z';
  const auto before = out.size();
  for (const auto& item : items) {
    if (may_be_type && is_of_type(item, one.text))
      out.push_back(item);
    else
      append_member(item, one.text, out);
  }
  spend(items.size() + out.size() - before);
}

void PathEvaluation::types(const PathNode& one, const Scope& scope, Collection& out) {
  Collection from;
  target_of(one, scope, from);
  spend(from.size());
  if (failed_) return;
  if (one.op == PathOp::is_type) {
    if (from.size() > 1) return fail();
    if (!from.empty()) append_boolean(is_of_type(from.front(), one.text), out);
    return;
  }
  for (auto& item : from)
    if (one.op == PathOp::as_type ? is_of_type(item, one.text) : refers_to(item, focus_.root, one.text))
      out.push_back(std::move(item));
}

void PathEvaluation::two_sided(const PathNode& one, const Scope& scope, Collection& out) {
  switch (one.op) {
    case PathOp::logical_and:
    case PathOp::logical_or:
    case PathOp::logical_xor:
    case PathOp::implies:
      return logic(one, scope, out);
    case PathOp::less:
    case PathOp::more:
    case PathOp::at_most:
    case PathOp::at_least:
    case PathOp::equal:
    case PathOp::unequal:
    case PathOp::equivalent:
    case PathOp::not_equivalent:
      return comparison(one, scope, out);
    default:
      break;
  }
  const Collection left = collect(one.target, scope);
  const Collection right = one.argument_count > 0 ? collect(one.arguments[0], scope) : Collection{};
  if (failed_) return;
  if (one.op == PathOp::unite) {
    std::unordered_set<std::string> seen;
    if (left.size() + right.size() <= 1) {
      out.insert(out.end(), left.begin(), left.end());
      out.insert(out.end(), right.begin(), right.end());
      return;
    }
    add_distinct(left, seen, out);
    return add_distinct(right, seen, out);
  }
  if (one.op == PathOp::element_at) {
    if (right.size() != 1) return right.empty() ? void() : fail();
    const auto position = integer_of(right.front());
    if (!position) return fail();
    if (*position >= 0 && static_cast<std::size_t>(*position) < left.size())
      out.push_back(left[static_cast<std::size_t>(*position)]);
    return;
  }
  arithmetic(one, left, right, out);
}

void PathEvaluation::logic(const PathNode& one, const Scope& scope, Collection& out) {
  const auto left = truth(one.target, scope);
  if (failed_) return;
  // What is decided by one side is not asked of the other.
  if (left == false && (one.op == PathOp::logical_and || one.op == PathOp::implies))
    return append_boolean(one.op == PathOp::implies, out);
  if (left == true && one.op == PathOp::logical_or) return append_boolean(true, out);
  const auto right = truth(one.arguments[0], scope);
  if (failed_) return;
  std::optional<bool> result;
  switch (one.op) {
    case PathOp::logical_and:
      result = both(left, right);
      break;
    case PathOp::logical_or:
      result = either(left, right);
      break;
    case PathOp::implies:
      result = either(denied(left), right);
      break;
    default:
      if (left && right) result = *left != *right;
  }
  if (result) append_boolean(*result, out);
}

std::optional<bool> PathEvaluation::equal(const Collection& left, const Collection& right) {
  if (left.empty() || right.empty()) return std::nullopt;
  if (left.size() != right.size()) return false;
  std::optional<bool> all = true;
  for (std::size_t i = 0; i < left.size() && all != false; ++i) {
    spend(1 + (left[i].value.raw().size() + right[i].value.raw().size()) / 64);
    if (failed_) return std::nullopt;
    all = both(all, equal_items(left[i], right[i]));
  }
  return all;
}

void PathEvaluation::comparison(const PathNode& one, const Scope& scope, Collection& out) {
  const Collection left = collect(one.target, scope), right = collect(one.arguments[0], scope);
  if (failed_) return;
  if (one.op == PathOp::equal || one.op == PathOp::unequal) {
    const auto same = equal(left, right);
    if (same) append_boolean(*same == (one.op == PathOp::equal), out);
    return;
  }
  if (one.op == PathOp::equivalent || one.op == PathOp::not_equivalent) {
    const bool same = (left.empty() && right.empty()) || equal(left, right) == true;
    return append_boolean(same == (one.op == PathOp::equivalent), out);
  }
  if (left.empty() || right.empty()) return;
  if (left.size() > 1 || right.size() > 1) return fail();
  const auto order = compare_items(left.front(), right.front());
  if (!order) return;
  append_boolean(one.op == PathOp::less      ? *order < 0
                 : one.op == PathOp::more    ? *order > 0
                 : one.op == PathOp::at_most ? *order <= 0
                                             : *order >= 0,
                 out);
}

void PathEvaluation::arithmetic(const PathNode& one, const Collection& left, const Collection& right, Collection& out) {
  if (left.size() > 1 || right.size() > 1) return fail();
  if (one.op == PathOp::concatenate) {
    const auto side = [](const Collection& items) {
      return items.empty() ? std::string() : string_of(items.front()).value_or("");
    };
    std::string joined = side(left) + side(right);
    spend(joined.size() / 4);
    return append_string(std::move(joined), out);
  }
  if (left.empty() || (right.empty() && one.op != PathOp::negate)) return;
  const Item a = computed(left.front()), b = right.empty() ? Item{} : computed(right.front());
  if (one.op == PathOp::add && a.form == Item::Form::string && b.form == Item::Form::string) {
    spend((a.text.size() + b.text.size()) / 4);
    return append_string(a.text + b.text, out);
  }
  const auto numeric = [](const Item& item) {
    return item.form == Item::Form::integer || item.form == Item::Form::decimal;
  };
  if (!numeric(a) || (one.op != PathOp::negate && !numeric(b))) return fail();
  const double x = *number_of(a), y = one.op == PathOp::negate ? 1 : *number_of(b);
  if (y == 0 && (one.op == PathOp::divide || one.op == PathOp::whole_divide || one.op == PathOp::remainder)) return;
  double result = 0;
  switch (one.op) {
    case PathOp::negate:
      result = -x;
      break;
    case PathOp::multiply:
      result = x * y;
      break;
    case PathOp::divide:
      result = x / y;
      break;
    case PathOp::whole_divide:
      result = std::trunc(x / y);
      break;
    case PathOp::remainder:
      result = std::fmod(x, y);
      break;
    case PathOp::add:
      result = x + y;
      break;
    default:
      result = x - y;
  }
  constexpr double exact = 9e15;  // a double counts by ones up to here
  const bool whole = one.op != PathOp::divide && a.form == Item::Form::integer &&
                     (right.empty() || b.form == Item::Form::integer || one.op == PathOp::whole_divide);
  if (whole && std::abs(result) < exact) return append_integer(static_cast<std::int64_t>(result), out);
  Item& item = out.emplace_back();
  item.form = Item::Form::decimal;
  item.number = result;
}

void PathEvaluation::membership(const PathNode& one, const Scope& scope, Collection& out) {
  const Place single = one.op == PathOp::in ? one.target : one.arguments[0];
  const Place several = one.op == PathOp::in ? one.arguments[0] : one.target;
  const Collection wanted = collect(single, scope);
  if (failed_ || wanted.empty()) return;
  if (wanted.size() > 1) return fail();
  if (node(several).constant) {
    auto& among = kept(several, scope);
    if (failed_) return;
    if (!among.keys) {
      among.keys.emplace();
      for (const auto& item : among.items) among.keys->insert(key(item));
    }
    return append_boolean(among.keys->contains(key(wanted.front())), out);
  }
  const Collection among = collect(several, scope);
  const std::string looked_for = key(wanted.front());
  append_boolean(std::ranges::any_of(among, [&](const Item& item) { return key(item) == looked_for; }), out);
}

std::string PathEvaluation::key(const Item& item) {
  spend(1 + item.value.raw().size() / 64);
  return failed_ ? std::string() : key_of(item);
}

void PathEvaluation::add_distinct(const Collection& from, std::unordered_set<std::string>& seen, Collection& out) {
  for (const auto& item : from) {
    if (failed_) return;
    if (seen.insert(key(item)).second) out.push_back(item);
  }
}

}  // namespace carnet::fhir
