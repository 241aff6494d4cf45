#include "standards/fhir/search_query.hpp"

#include <algorithm>
#include <charconv>

#include "standards/fhir/search_operand.hpp"

namespace carnet::fhir {

namespace {

using kernel::Issue;

constexpr std::size_t max_parameters = 100;
constexpr std::size_t max_operands = 1'000;
constexpr int max_links = 4;
constexpr std::size_t max_filters = 1'000;  // a chain whose types are not named has one for each that it may pass

struct ModifierInfo {
  std::string_view word;
  Modifier modifier;
};
constexpr ModifierInfo modifiers[] = {{"missing", Modifier::missing},   {"exact", Modifier::exact},
                                      {"contains", Modifier::contains}, {"text", Modifier::text},
                                      {"not", Modifier::negated},       {"of-type", Modifier::of_type},
                                      {"ofType", Modifier::of_type},    {"identifier", Modifier::identifier},
                                      {"above", Modifier::above},       {"below", Modifier::below}};

bool allows(SearchKind kind, Modifier modifier) {
  switch (modifier) {
    case Modifier::none:
    case Modifier::missing:
      return true;
    case Modifier::exact:
    case Modifier::contains:
      return kind == SearchKind::string;
    case Modifier::text:
    case Modifier::negated:
    case Modifier::of_type:
      return kind == SearchKind::token;
    case Modifier::identifier:
      return kind == SearchKind::reference;
    case Modifier::above:
    case Modifier::below:
      return kind == SearchKind::uri;
  }
  return false;
}

template <class T>
struct Word {
  std::string_view word;
  T meaning;
};
template <class T, std::size_t n>
const T* meaning_of(const Word<T> (&words)[n], std::string_view word) {
  const auto* found = std::ranges::find(words, word, &Word<T>::word);
  return found == std::end(words) ? nullptr : &found->meaning;
}

class QueryReader {
 public:
  QueryReader(std::string_view type, const SearchOptions& options) : options_(options) {
    const auto* info = find_resource_type(type);
    query_.type = info == nullptr ? std::string_view{} : info->name;
  }

  kernel::Result<SearchQuery> run(std::span<const std::pair<std::string, std::string>> parameters) {
    if (parameters.size() > max_parameters) issue("_", "too-costly", "there are too many parameters");
    for (const auto& [name, value] : parameters) {
      if (!issues_.empty() && issues_.size() >= max_parameters) break;
      if (value.empty() || name == "_format" || name == "_pretty") continue;
      if (std::ranges::find(options_.also_known, name) != options_.also_known.end()) continue;
      name_ = name;
      bool known = true;
      if (!control(name, value, known)) {
        Filter filter;
        known = read_filter(query_.type, name, value, 0, filter);
        if (known) query_.filters.push_back(std::move(filter));
      }
      if (known)
        query_.applied.emplace_back(name, value);
      else
        unknown();
    }
    if (!issues_.empty()) return kernel::invalid("fhir.search", std::move(issues_));
    return std::move(query_);
  }

 private:
  void issue(std::string_view name, std::string_view code, std::string_view says) {
    issues_.push_back({std::string(code), std::string(name.empty() ? "parameter" : name), std::string(says)});
  }
  void wrong(std::string_view says) { issue(name_, "value", says); }
  void unknown() {
    if (options_.strict) return issue(name_, "not-supported", "is not a search parameter of this type here");
    if (std::ranges::find(query_.unknown, name_) == query_.unknown.end()) query_.unknown.emplace_back(name_);
  }

  // What says how to answer, not what to find. False when it is not one of these.
  bool control(std::string_view name, std::string_view value, bool& known) {
    static constexpr Word<Summary> summaries[] = {{"true", Summary::all},
                                                  {"text", Summary::text},
                                                  {"data", Summary::data},
                                                  {"count", Summary::count},
                                                  {"false", Summary::none}};
    static constexpr Word<Total> totals[] = {
        {"none", Total::none}, {"estimate", Total::estimate}, {"accurate", Total::accurate}};
    if (name == "_sort") {
      known = sort(value);
    } else if (name == "_count") {
      count(value);
    } else if (name == "_summary") {
      const auto* found = meaning_of(summaries, value);
      if (found == nullptr) wrong("is true, text, data, count or false");
      if (found != nullptr) query_.summary = *found;
    } else if (name == "_total") {
      const auto* found = meaning_of(totals, value);
      if (found == nullptr) wrong("is none, estimate or accurate");
      if (found != nullptr) query_.total = *found;
    } else if (name == "_elements") {
      for (const auto element : split_unescaped(value, ','))
        if (!element.empty()) query_.elements.emplace_back(element);
    } else if (name == "_include" || name.starts_with("_include:")) {
      known = include(name.substr(8), value, false);
    } else if (name == "_revinclude" || name.starts_with("_revinclude:")) {
      known = include(name.substr(11), value, true);
    } else {
      return false;
    }
    return true;
  }

  void count(std::string_view value) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc() || end != value.data() + value.size()) return wrong("is not a whole number");
    query_.count = number;
    if (number == 0) query_.summary = Summary::count;
  }

  bool sort(std::string_view value) {
    bool known = true;
    for (auto key : split_unescaped(value, ',')) {
      SortKey made;
      made.descending = key.starts_with('-');
      if (made.descending) key.remove_prefix(1);
      if (key == "_id") {
        made.by = SortKey::By::id;
      } else if (key == "_lastUpdated") {
        made.by = SortKey::By::last_updated;
      } else {
        made.parameter = find_search_parameter(query_.type, key);
        const bool sortable = made.parameter != nullptr && !made.parameter->expression.empty() &&
                              made.parameter->kind != SearchKind::composite &&
                              made.parameter->kind != SearchKind::special;
        if (!sortable) {
          known = false;
          continue;
        }
      }
      query_.sort.push_back(made);
    }
    return known;
  }

  // "Observation:subject:Patient", "Observation:*", "*".
  bool include(std::string_view modifier, std::string_view value, bool reverse) {
    Include made;
    made.reverse = reverse;
    made.iterate = modifier == ":iterate" || modifier == ":recurse";
    if (!modifier.empty() && !made.iterate) return wrong("has only the modifier :iterate"), true;
    const auto parts = split_unescaped(value, ':');
    if (value == "*") {
      if (reverse) return wrong("names the type that refers"), true;
      made.source = query_.type;
    } else {
      const auto* source = find_resource_type(parts[0]);
      if (source == nullptr || parts.size() < 2 || parts.size() > 3)
        return wrong("is Type:parameter or Type:parameter:Target"), true;
      made.source = source->name;
      if (parts[1] != "*") {
        made.parameter = find_search_parameter(source->name, parts[1]);
        if (made.parameter == nullptr || made.parameter->kind != SearchKind::reference) return false;
      }
      if (parts.size() == 3) {
        const auto* target = find_resource_type(parts[2]);
        if (target == nullptr) return wrong("has a target that is no resource type"), true;
        made.target = target->name;
      }
    }
    query_.includes.push_back(made);
    return true;
  }

  // True when the parameter is known; what is wrong with it is then among the issues.
  bool read_filter(std::string_view type, std::string_view name, std::string_view value, int links, Filter& out) {
    out.name = name;
    if (links > max_links) return wrong("has too many links"), true;
    if (++filters_ > max_filters) return issue(name_, "too-costly", "may pass too many types: name them"), true;
    if (name.starts_with("_has:")) return read_reverse(name.substr(5), value, links, out);
    const auto dot = name.find('.');
    const auto head = name.substr(0, dot);
    const auto colon = head.find(':');
    const auto code = head.substr(0, colon);
    const auto modifier = colon == std::string_view::npos ? std::string_view{} : head.substr(colon + 1);
    if (code == "_id" || code == "_lastUpdated")
      return dot == std::string_view::npos && read_own(code, modifier, value, out);
    out.parameter = find_search_parameter(type, code);
    if (out.parameter == nullptr || out.parameter->kind == SearchKind::special || out.parameter->expression.empty())
      return false;
    if (dot != std::string_view::npos) return read_chain(modifier, name.substr(dot + 1), value, links, out);
    if (!read_modifier(modifier, out)) return true;
    read_operands(type, value, out);
    return true;
  }

  // _id, _lastUpdated: of every resource, whatever its text.
  bool read_own(std::string_view code, std::string_view modifier, std::string_view value, Filter& out) {
    out.kind = code == "_id" ? Filter::Kind::id : Filter::Kind::last_updated;
    if (!modifier.empty()) {
      if (modifier == "missing") {
        out.modifier = Modifier::missing;
        return read_missing(value, out), true;
      }
      return wrong("does not have this modifier"), true;
    }
    for (const auto one : split_unescaped(value, ',')) {
      if (one.empty()) continue;
      Operand operand;
      if (code == "_id") {
        operand.code = unescaped(one);
      } else {
        auto read = read_date_operand(one, options_);
        if (!read) return wrong("is a date, with or without a prefix"), true;
        operand = std::move(*read);
      }
      out.any_of.push_back(std::move(operand));
    }
    return true;
  }

  // False when there is an issue.
  bool read_modifier(std::string_view word, Filter& out) {
    if (word.empty()) return true;
    if (const auto* found = std::ranges::find(modifiers, word, &ModifierInfo::word); found != std::end(modifiers)) {
      out.modifier = found->modifier;
      if (allows(out.parameter->kind, out.modifier)) return true;
    } else if (out.parameter->kind == SearchKind::reference) {
      if (const auto* type = find_resource_type(word)) {
        out.type = type->name;
        return true;
      }
    }
    issue(name_, "not-supported", "does not have this modifier");
    return false;
  }

  void read_missing(std::string_view value, Filter& out) {
    if (value != "true" && value != "false") return wrong("is true or false");
    out.missing = value == "true";
  }

  void read_operands(std::string_view type, std::string_view value, Filter& out) {
    if (out.modifier == Modifier::missing) return read_missing(value, out);
    for (const auto one : split_unescaped(value, ',')) {
      if (one.empty()) continue;
      if (++operands_ > max_operands) return wrong("has too many values");
      std::string_view why;
      auto operand = read_operand(type, *out.parameter, out.modifier, one, options_, why);
      if (!operand) return wrong(why);
      if (!out.type.empty() && operand->system.empty() && !operand->code.empty()) operand->system = out.type;
      out.any_of.push_back(std::move(*operand));
    }
    if (out.any_of.empty()) wrong("has no value");
  }

  // "subject.name", "subject:Patient.name": for each type that the reference may have and that knows the rest.
  bool read_chain(std::string_view type_word, std::string_view rest, std::string_view value, int links, Filter& out) {
    if (out.parameter->kind != SearchKind::reference) return wrong("is not a reference: no chain starts from it"), true;
    out.kind = Filter::Kind::chain;
    const auto try_type = [&](std::string_view target) {
      const auto* info = find_resource_type(target);
      if (info == nullptr) return false;
      Filter next;
      const auto before = issues_.size();
      if (!read_filter(info->name, rest, value, links + 1, next)) return false;
      if (issues_.size() > before) return true;
      out.next.push_back(std::move(next));
      out.next_types.push_back(info->name);
      return true;
    };
    if (!type_word.empty()) {
      if (find_resource_type(type_word) == nullptr)
        return issue(name_, "not-supported", "does not have this modifier"), true;
      return try_type(type_word);
    }
    bool known = false;
    const auto before = issues_.size();
    for (const auto target : out.parameter->targets) {
      known |= try_type(target);
      if (issues_.size() > before) break;
    }
    return known;
  }

  // "Observation:patient:code".
  bool read_reverse(std::string_view rest, std::string_view value, int links, Filter& out) {
    out.kind = Filter::Kind::reverse_chain;
    const auto first = rest.find(':');
    const auto second = first == std::string_view::npos ? first : rest.find(':', first + 1);
    if (second == std::string_view::npos) return wrong("is _has:Type:reference:parameter"), true;
    const auto* source = find_resource_type(rest.substr(0, first));
    if (source == nullptr) return wrong("names a type that is no resource type"), true;
    out.type = source->name;
    out.parameter = find_search_parameter(source->name, rest.substr(first + 1, second - first - 1));
    if (out.parameter == nullptr || out.parameter->kind != SearchKind::reference) return false;
    Filter next;
    if (!read_filter(source->name, rest.substr(second + 1), value, links + 1, next)) return false;
    out.next.push_back(std::move(next));
    return true;
  }

  const SearchOptions& options_;
  SearchQuery query_;
  std::vector<Issue> issues_;
  std::string_view name_;
  std::size_t operands_ = 0, filters_ = 0;
};

}  // namespace

kernel::Result<SearchQuery> read_search(std::string_view resource_type,
                                        std::span<const std::pair<std::string, std::string>> parameters,
                                        const SearchOptions& options) {
  return QueryReader(resource_type, options).run(parameters);
}

}  // namespace carnet::fhir
