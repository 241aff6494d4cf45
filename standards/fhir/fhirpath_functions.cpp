#include <algorithm>

#include "standards/fhir/fhirpath_evaluation.hpp"
#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

bool is_true(const Item& item) {
  const Item value = computed(item);
  return value.form == Item::Form::boolean && value.boolean;
}
bool is_false(const Item& item) {
  const Item value = computed(item);
  return value.form == Item::Form::boolean && !value.boolean;
}

std::size_t clamped(std::int64_t value, std::size_t most) {
  return value < 0 ? 0 : std::min(static_cast<std::size_t>(value), most);
}

char upper_of(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower_of(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Characters are code points: where the n-th begins.
std::size_t place_of(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  while (at < text.size() && characters > 0) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    --characters;
  }
  return at;
}
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  if (from.empty()) return std::string(text);
  while (true) {
    const auto at = text.find(from);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    out.append(to);
    text.remove_prefix(at + from.size());
  }
}

}  // namespace

void PathEvaluation::call(const PathNode& one, const Scope& scope, Collection& out) {
  Collection input;
  target_of(one, scope, input);
  spend(input.size());
  if (failed_) return;
  if (filtering(one, scope, input, out) || subsetting(one, scope, input, out) || combining(one, scope, input, out) ||
      counting(one, scope, input, out) || converting(one, scope, input, out) || texts(one, scope, input, out) ||
      tree(one, scope, input, out))
    return;
  fail();
}

bool PathEvaluation::filtering(const PathNode& one, const Scope& scope, const Collection& input, Collection& out) {
  const auto holds_for = [&](std::size_t i) {
    return truth(one.arguments[0], Scope{std::span(input).subspan(i, 1), i});
  };
  switch (one.function) {
    case PathFunction::where:
      for (std::size_t i = 0; i < input.size() && !failed_; ++i)
        if (holds_for(i) == true) out.push_back(input[i]);
      return true;
    case PathFunction::exists: {
      bool found = one.argument_count == 0 && !input.empty();
      if (one.argument_count > 0)
        for (std::size_t i = 0; i < input.size() && !found && !failed_; ++i) found = holds_for(i) == true;
      append_boolean(found, out);
      return true;
    }
    case PathFunction::all: {
      bool all = true;
      for (std::size_t i = 0; i < input.size() && all && !failed_; ++i) all = holds_for(i) == true;
      append_boolean(all, out);
      return true;
    }
    case PathFunction::select:
      for (std::size_t i = 0; i < input.size() && !failed_; ++i)
        evaluate(one.arguments[0], Scope{std::span(input).subspan(i, 1), i}, out);
      return true;
    case PathFunction::repeat:
      repeat(one, input, out);
      return true;
    case PathFunction::iif: {
      const auto decided = truth(one.arguments[0], Scope{input, scope.position});
      if (failed_) return true;
      if (decided == true)
        evaluate(one.arguments[1], Scope{input, scope.position}, out);
      else if (one.argument_count > 2)
        evaluate(one.arguments[2], Scope{input, scope.position}, out);
      return true;
    }
    case PathFunction::trace:
      out.insert(out.end(), input.begin(), input.end());
      return true;
    default:
      return false;
  }
}

void PathEvaluation::repeat(const PathNode& one, const Collection& input, Collection& out) {
  std::unordered_set<std::string> seen;
  Collection next = input;
  while (!next.empty() && !failed_) {
    Collection found;
    for (std::size_t i = 0; i < next.size() && !failed_; ++i)
      evaluate(one.arguments[0], Scope{std::span(next).subspan(i, 1), i}, found);
    const auto before = out.size();
    add_distinct(found, seen, out);
    next.assign(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
  }
}

bool PathEvaluation::subsetting(const PathNode& one, const Scope& scope, const Collection& input, Collection& out) {
  const auto size = static_cast<std::ptrdiff_t>(input.size());
  std::ptrdiff_t from = 0, to = size;
  switch (one.function) {
    case PathFunction::single:
      if (input.size() > 1) fail();
      break;
    case PathFunction::first:
      to = std::min<std::ptrdiff_t>(size, 1);
      break;
    case PathFunction::last:
      from = std::max<std::ptrdiff_t>(size - 1, 0);
      break;
    case PathFunction::tail:
      from = std::min<std::ptrdiff_t>(size, 1);
      break;
    case PathFunction::skip:
    case PathFunction::take: {
      const auto count = integer_argument(one, 0, scope);
      if (!count) {
        fail();
        return true;
      }
      const auto whole = static_cast<std::ptrdiff_t>(clamped(*count, input.size()));
      (one.function == PathFunction::skip ? from : to) = whole;
      break;
    }
    default:
      return false;
  }
  if (!failed_) out.insert(out.end(), input.begin() + from, input.begin() + to);
  return true;
}

bool PathEvaluation::combining(const PathNode& one, const Scope& scope, const Collection& input, Collection& out) {
  std::unordered_set<std::string> seen;
  switch (one.function) {
    case PathFunction::distinct:
      add_distinct(input, seen, out);
      return true;
    case PathFunction::is_distinct: {
      Collection once;
      add_distinct(input, seen, once);
      append_boolean(once.size() == input.size(), out);
      return true;
    }
    case PathFunction::unite:
    case PathFunction::combine:
    case PathFunction::intersect:
    case PathFunction::exclude:
    case PathFunction::subset_of:
    case PathFunction::superset_of:
      break;
    default:
      return false;
  }
  // An argument that is a path starts where the call stands, not at the items: %resource.code.coding is the usual one.
  const Collection other = collect(one.arguments[0], scope);
  if (failed_) return true;
  if (one.function == PathFunction::combine) {
    out.insert(out.end(), input.begin(), input.end());
    out.insert(out.end(), other.begin(), other.end());
    return true;
  }
  if (one.function == PathFunction::unite) {
    add_distinct(input, seen, out);
    add_distinct(other, seen, out);
    return true;
  }
  std::unordered_set<std::string> keys;
  const bool superset = one.function == PathFunction::superset_of;
  for (const auto& item : superset ? input : other) keys.insert(key(item));
  if (one.function == PathFunction::subset_of || superset) {
    append_boolean(std::ranges::all_of(superset ? other : input, [&](const auto& i) { return keys.contains(key(i)); }),
                   out);
    return true;
  }
  const bool wanted = one.function == PathFunction::intersect;
  for (const auto& item : input) {
    const std::string its = key(item);
    if (keys.contains(its) == wanted && (!wanted || seen.insert(its).second)) out.push_back(item);
  }
  return true;
}

bool PathEvaluation::counting(const PathNode& one, const Scope&, const Collection& input, Collection& out) {
  switch (one.function) {
    case PathFunction::empty:
      append_boolean(input.empty(), out);
      return true;
    case PathFunction::count:
      append_integer(static_cast<std::int64_t>(input.size()), out);
      return true;
    case PathFunction::negation: {
      const auto value = truth(input);
      if (value) append_boolean(!*value, out);
      return true;
    }
    case PathFunction::all_true:
      append_boolean(std::ranges::all_of(input, is_true), out);
      return true;
    case PathFunction::any_true:
      append_boolean(std::ranges::any_of(input, is_true), out);
      return true;
    case PathFunction::all_false:
      // tim-9: select($this in (...)) gives a boolean for each.
      append_boolean(std::ranges::all_of(input, is_false), out);
      return true;
    case PathFunction::any_false:
      append_boolean(std::ranges::any_of(input, is_false), out);
      return true;
    case PathFunction::has_value:
      append_boolean(input.size() == 1 && has_value(input.front()), out);
      return true;
    case PathFunction::get_value:
      if (input.size() == 1 && has_value(input.front())) out.push_back(computed(input.front()));
      return true;
    default:
      return false;
  }
}

bool PathEvaluation::converting(const PathNode& one, const Scope&, const Collection& input, Collection& out) {
  if (one.function != PathFunction::to_boolean && one.function != PathFunction::to_integer &&
      one.function != PathFunction::to_decimal && one.function != PathFunction::to_string)
    return false;
  if (input.size() > 1) fail();
  if (failed_ || input.empty()) return true;
  const Item& item = input.front();
  if (one.function == PathFunction::to_string) {
    if (auto text = string_of(item)) append_string(std::move(*text), out);
  } else if (one.function == PathFunction::to_integer) {
    if (const auto number = integer_of(item)) append_integer(*number, out);
  } else if (one.function == PathFunction::to_decimal) {
    if (const auto number = number_of(item)) {
      Item& made = out.emplace_back();
      made.form = Item::Form::decimal;
      made.number = *number;
    }
  } else {
    const auto text = string_of(item).value_or("");
    if (text == "true" || text == "1") append_boolean(true, out);
    if (text == "false" || text == "0") append_boolean(false, out);
  }
  return true;
}

std::optional<std::string> PathEvaluation::text_argument(const PathNode& one, std::size_t which, const Scope& scope) {
  if (which >= one.argument_count) return std::nullopt;
  const Collection items = collect(one.arguments[which], scope);
  if (items.size() != 1 || failed_) return std::nullopt;
  return string_of(items.front());
}

std::optional<std::int64_t> PathEvaluation::integer_argument(const PathNode& one, std::size_t which,
                                                             const Scope& scope) {
  if (which >= one.argument_count) return std::nullopt;
  const Collection items = collect(one.arguments[which], scope);
  if (items.size() != 1 || failed_) return std::nullopt;
  return integer_of(items.front());
}

void PathEvaluation::substring(const PathNode& one, const Scope& scope, const std::string& text, Collection& out) {
  const auto start = integer_argument(one, 0, scope);
  const auto count = integer_argument(one, 1, scope);
  const std::size_t length = characters_in(text);
  if (!start || *start < 0 || static_cast<std::size_t>(*start) >= length) return;
  const auto from = place_of(text, static_cast<std::size_t>(*start));
  const auto rest = std::string_view(text).substr(from);
  append_string(
      std::string(one.argument_count > 1 ? rest.substr(0, place_of(rest, clamped(count.value_or(0), length))) : rest),
      out);
}

bool PathEvaluation::texts(const PathNode& one, const Scope& scope, const Collection& input, Collection& out) {
  switch (one.function) {
    case PathFunction::index_of:
    case PathFunction::substring:
    case PathFunction::starts_with:
    case PathFunction::ends_with:
    case PathFunction::contains:
    case PathFunction::upper:
    case PathFunction::lower:
    case PathFunction::replace:
    case PathFunction::matches:
    case PathFunction::length:
      break;
    default:
      return false;
  }
  if (input.size() > 1) fail();
  if (failed_ || input.empty()) return true;
  const auto text = string_of(input.front());
  if (!text) return true;
  spend(text->size() / 16);
  if (one.function == PathFunction::length) {
    append_integer(static_cast<std::int64_t>(characters_in(*text)), out);
    return true;
  }
  if (one.function == PathFunction::upper || one.function == PathFunction::lower) {
    std::string made = *text;
    std::ranges::transform(made, made.begin(), one.function == PathFunction::upper ? upper_of : lower_of);
    append_string(std::move(made), out);
    return true;
  }
  if (one.function == PathFunction::substring) {
    substring(one, scope, *text, out);
    return true;
  }
  const auto argument = text_argument(one, 0, scope);
  if (!argument || failed_) return true;
  switch (one.function) {
    case PathFunction::index_of: {
      const auto at = text->find(*argument);
      append_integer(at == std::string::npos ? -1 : static_cast<std::int64_t>(characters_in(text->substr(0, at))), out);
      break;
    }
    case PathFunction::starts_with:
      append_boolean(text->starts_with(*argument), out);
      break;
    case PathFunction::ends_with:
      append_boolean(text->ends_with(*argument), out);
      break;
    case PathFunction::contains:
      append_boolean(text->find(*argument) != std::string::npos, out);
      break;
    case PathFunction::replace:
      if (const auto with = text_argument(one, 1, scope)) {
        spend(text->size() / std::max<std::size_t>(argument->size(), 1) * with->size() / 4);
        if (!failed_) append_string(replaced(*text, *argument, *with), out);
      }
      break;
    default:
      if (const auto found = matches_pattern(*text, *argument))
        append_boolean(*found, out);
      else
        fail();
  }
  return true;
}

void PathEvaluation::descendants(const Collection& input, Collection& out) {
  Collection level = input;
  while (!level.empty() && !failed_) {
    Collection below;
    for (const auto& item : level) append_children(item, below);
    spend(below.size());
    out.insert(out.end(), below.begin(), below.end());
    level = std::move(below);
  }
}

bool PathEvaluation::tree(const PathNode& one, const Scope& scope, const Collection& input, Collection& out) {
  switch (one.function) {
    case PathFunction::children:
      for (const auto& item : input) append_children(item, out);
      spend(out.size());
      return true;
    case PathFunction::descendants:
      descendants(input, out);
      return true;
    case PathFunction::extension: {
      const auto url = text_argument(one, 0, scope);
      if (!url) return true;
      Collection all;
      for (const auto& item : input) append_member(item, "extension", all);
      spend(all.size());
      for (auto& item : all)
        if (item.value["url"].has_text(*url)) out.push_back(std::move(item));
      return true;
    }
    case PathFunction::resolve:
      for (const auto& item : input)
        if (auto found = resolved(item, focus_.root)) out.push_back(std::move(*found));
      return true;
    case PathFunction::html_checks:
      if (input.size() == 1) append_boolean(fault_of_narrative(input.front().value.text()).empty(), out);
      return true;
    default:
      return false;
  }
}

}  // namespace carnet::fhir
