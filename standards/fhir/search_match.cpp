#include "standards/fhir/search_match.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "standards/fhir/search_terms.hpp"

namespace carnet::fhir {

namespace {

using Form = SearchValue::Form;
using Prefix = DateTest::Prefix;
using Index = SearchSpace::Index;

bool matches_token(const Operand& asked, const SearchValue& value) {
  if (!asked.any_code && value.code != asked.code) return false;
  // A plain code has no system of its own: whichever is asked for is the one that its element implies.
  return asked.any_system || value.system == asked.system || (value.implied && !asked.any_code);
}

bool starts_a_word(std::string_view text, std::string_view with) {
  for (auto at = text.find(with); at != std::string_view::npos; at = text.find(with, at + 1))
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\'' || text[at - 1] == '(') return true;
  return false;
}

bool matches_string(Modifier modifier, const Operand& asked, const SearchValue& value) {
  if (modifier == Modifier::exact) return value.text == asked.text;
  if (modifier == Modifier::contains) return value.code.find(asked.text) != std::string_view::npos;
  return value.code.starts_with(asked.text);
}

bool matches_date(const Operand& asked, const Period& value) {
  if (asked.prefix == Prefix::ap) return value.end > asked.period.earliest && value.earliest < asked.period.end;
  return DateTest{asked.prefix, asked.period}.holds(value, {});
}

// What two doubles that were written as the same decimal, or converted, may differ by.
double slack(double value) {
  return std::isfinite(value) ? std::abs(value) * 1e-12 : 0;
}

bool matches_range(Prefix prefix, double low, double high, double exact, double from, double to) {
  const double tolerance = slack(exact);
  switch (prefix) {
    case Prefix::eq:
    case Prefix::ne: {
      const bool within = from >= low - tolerance && (to < high - tolerance || std::abs(to - exact) <= tolerance);
      return within == (prefix == Prefix::eq);
    }
    case Prefix::gt:
      return to > exact + tolerance;
    case Prefix::lt:
      return from < exact - tolerance;
    case Prefix::ge:
      return to >= exact - tolerance;
    case Prefix::le:
      return from <= exact + tolerance;
    case Prefix::sa:
      return from > exact + tolerance;
    case Prefix::eb:
      return to < exact - tolerance;
    case Prefix::ap:
      return to >= low - tolerance && from <= high + tolerance;
  }
  return false;
}

bool matches_quantity(const Operand& asked, const SearchValue& value) {
  const auto plainly = [&] {
    return matches_range(asked.prefix, asked.low, asked.high, asked.value, value.low, value.high);
  };
  if (asked.any_system) return plainly();
  const bool same_unit =
      (asked.system.empty() || asked.system == value.system) &&
      (asked.code.empty() || asked.code == value.code || (asked.system.empty() && asked.code == value.text));
  if (same_unit) return plainly();
  return asked.dimension != 0 && asked.dimension == value.dimension &&
         matches_range(asked.prefix, asked.canonical_low, asked.canonical_high, asked.canonical_value,
                       value.canonical_low, value.canonical_high);
}

bool matches_reference(const Operand& asked, const SearchValue& value) {
  if (!value.code.empty()) return value.code == asked.code && (asked.system.empty() || asked.system == value.system);
  return !asked.text.empty() && asked.text == value.text;
}

// "http://x/y|2" of a canonical asks for that version, "http://x/y" for any.
bool matches_uri(Modifier modifier, const std::string& asked, const SearchValue& value) {
  if (modifier == Modifier::below)
    return value.code.starts_with(asked) &&
           (value.code.size() == asked.size() || asked.ends_with('/') || value.code[asked.size()] == '/' ||
            value.code[asked.size()] == ':' || value.code[asked.size()] == '.');
  if (modifier == Modifier::above)
    return std::string_view(asked).starts_with(value.code) &&
           (value.code.size() == asked.size() || value.code.ends_with('/') || asked[value.code.size()] == '/' ||
            asked[value.code.size()] == ':' || asked[value.code.size()] == '.');
  if (value.code == asked) return true;
  return !value.text.empty() && asked.size() == value.code.size() + 1 + value.text.size() &&
         asked.starts_with(value.code) && asked[value.code.size()] == '|' && asked.ends_with(value.text);
}

bool matches_one(Modifier modifier, const Operand& asked, const SearchValue& value) {
  switch (modifier) {
    case Modifier::text:
      return value.form == Form::text && starts_a_word(value.text, asked.text);
    case Modifier::of_type:
      return value.form == Form::of_type && value.system == asked.system && value.code == asked.code &&
             value.text == asked.text;
    case Modifier::identifier:
      return value.form == Form::identifier && matches_token(asked, value);
    default:
      break;
  }
  switch (value.form) {
    case Form::token:
      return matches_token(asked, value);
    case Form::string:
      return matches_string(modifier, asked, value);
    case Form::date:
      return matches_date(asked, value.period);
    case Form::reference:
      return matches_reference(asked, value);
    case Form::number:
      return matches_range(asked.prefix, asked.low, asked.high, asked.value, value.low, value.high);
    case Form::quantity:
      return matches_quantity(asked, value);
    case Form::uri:
      return matches_uri(modifier, asked.text.empty() ? asked.code : asked.text, value);
    default:
      return false;
  }
}

bool matches_any(Modifier modifier, const std::vector<Operand>& any_of, const std::vector<SearchValue>& values) {
  for (const auto& value : values)
    for (const auto& asked : any_of)
      if (matches_one(modifier, asked, value)) return true;
  return false;
}

bool matches_rows(const std::vector<Operand>& any_of, const SearchValues& values) {
  for (const auto& row : values.rows)
    for (const auto& asked : any_of) {
      bool all = asked.parts.size() == row.size();
      for (std::size_t i = 0; all && i < row.size(); ++i)
        all = std::ranges::any_of(row[i].values, [&](const SearchValue& value) {
          return matches_one(Modifier::none, asked.parts[i], value);
        });
      if (all) return true;
    }
  return false;
}

// The filters of one search over one space. What a chain passes is worked out once, for all candidates: the work is
// that of reading the space once for each link.
class Matcher {
 public:
  explicit Matcher(const SearchSpace& space) : space_(space) {}

  bool matches(const Filter& filter, Index index) {
    switch (filter.kind) {
      case Filter::Kind::value: {
        const auto& values = space_.values(index, *filter.parameter);
        compared_ += filter.any_of.size() * (values.values.size() + values.rows.size() + looked_through(filter, values));
        return !is_too_costly() && fhir::matches(filter, values);
      }
      case Filter::Kind::id:
        if (filter.modifier == Modifier::missing) return !filter.missing;
        return std::ranges::any_of(filter.any_of,
                                   [&](const Operand& asked) { return asked.code == space_.id_of(index); });
      case Filter::Kind::last_updated: {
        if (filter.modifier == Modifier::missing) return !filter.missing;
        const auto at = space_.last_updated_of(index);
        const Period moment{at, at.plus(std::chrono::milliseconds(1))};
        return std::ranges::any_of(filter.any_of, [&](const Operand& asked) { return matches_date(asked, moment); });
      }
      case Filter::Kind::chain: {
        const auto& targets = reached(filter);
        return refers_to_any(index, *filter.parameter, targets) || contains_one(index, filter);
      }
      case Filter::Kind::reverse_chain:
        return reached(filter).contains(index);
    }
    return false;
  }

  bool is_too_costly() const { return compared_ > most_comparisons; }

 private:
  using Set = std::unordered_set<Index>;

  // Texts that are looked through from end to end cost what their length says.
  static std::size_t looked_through(const Filter& filter, const SearchValues& values) {
    constexpr std::size_t bytes_of_one = 64;
    if (filter.modifier != Modifier::text && filter.modifier != Modifier::contains) return 0;
    std::size_t bytes = 0;
    for (const auto& value : values.values) bytes += value.text.size() + value.code.size();
    return bytes / bytes_of_one;
  }

  bool refers_to_any(Index index, const SearchParameterInfo& parameter, const Set& targets) {
    if (targets.empty()) return false;
    return std::ranges::any_of(space_.values(index, parameter).values, [&](const SearchValue& value) {
      if (value.form != Form::reference || value.code.empty()) return false;
      const auto found = space_.find(value.system, value.code);
      return found && targets.contains(*found);
    });
  }

  // R4, 3.1.1.5.5: a chain is followed into what the resource contains.
  bool contains_one(Index index, const Filter& filter) {
    return std::ranges::any_of(space_.values(index, *filter.parameter).values, [&](const SearchValue& value) {
      if (value.form != Form::reference || !value.text.starts_with('#')) return false;
      const auto inside = space_.contained(index, value.text.substr(1));
      if (!inside) return false;
      for (std::size_t i = 0; i < filter.next.size(); ++i)
        if (filter.next_types[i] == space_.type_of(*inside) && matches(filter.next[i], *inside)) return true;
      return false;
    });
  }

  // Of a chain: the resources that may be referred to. Of a reverse chain: those that are referred to.
  const Set& reached(const Filter& filter) {
    auto& made = reached_[&filter];  // stays where it is when deeper filters are added
    if (made) return *made;
    auto set = std::make_unique<Set>();
    if (filter.kind == Filter::Kind::chain) {
      for (std::size_t i = 0; i < filter.next.size(); ++i)
        for (const Index index : space_.of_type(filter.next_types[i]))
          if (matches(filter.next[i], index)) set->insert(index);
    } else {
      for (const Index index : space_.of_type(filter.type)) {
        if (!matches(filter.next.front(), index)) continue;
        for (const auto& value : space_.values(index, *filter.parameter).values) {
          if (value.form != Form::reference || value.code.empty()) continue;
          if (const auto found = space_.find(value.system, value.code)) set->insert(*found);
        }
      }
    }
    made = std::move(set);
    return *made;
  }

  const SearchSpace& space_;
  std::size_t compared_ = 0;
  std::unordered_map<const Filter*, std::unique_ptr<Set>> reached_;
};

// What a match is ordered by, fetched once.
struct Ranked {
  Index index = 0;
  std::size_t position = 0;  // among the candidates: decides between equals
  std::vector<const SearchValues*> values;
};

std::weak_ordering by_key(const SortKey& key, std::size_t which, const Ranked& a, const Ranked& b,
                          const SearchSpace& space) {
  if (key.by == SortKey::By::parameter) return compare(*a.values[which], *b.values[which], key.descending);
  const auto order = key.by == SortKey::By::id
                         ? std::weak_ordering(space.id_of(a.index) <=> space.id_of(b.index))
                         : std::weak_ordering(space.last_updated_of(a.index) <=> space.last_updated_of(b.index));
  return key.descending ? 0 <=> order : order;
}

void sort(std::vector<Index>& found, const std::vector<SortKey>& keys, const SearchSpace& space) {
  std::vector<Ranked> ranked(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ranked[i].index = found[i];
    ranked[i].position = i;
    for (const auto& key : keys)
      ranked[i].values.push_back(key.parameter == nullptr ? nullptr : &space.values(found[i], *key.parameter));
  }
  std::ranges::sort(ranked, [&](const Ranked& a, const Ranked& b) {
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (const auto order = by_key(keys[i], i, a, b, space); order != 0) return order < 0;
    return a.position < b.position;
  });
  std::ranges::transform(ranked, found.begin(), &Ranked::index);
}

// _include and _revinclude from one set of resources to the next.
class Includer {
 public:
  Includer(const SearchSpace& space, std::span<const Index> page, std::size_t limit) : space_(space), limit_(limit) {
    known_.insert(page.begin(), page.end());
  }

  void round(const std::vector<Include>& includes, bool only_iterating, std::span<const Index> from) {
    for (const auto& one : includes) {
      if (only_iterating && !one.iterate) continue;
      if (one.reverse)
        backward(one, from);
      else
        forward(one, from);
    }
  }
  std::vector<Index> added;

 private:
  template <class Take>
  void each_reference(const Include& include, Index from, Take&& take) {
    const auto of = [&](const SearchParameterInfo& parameter) {
      for (const auto& value : space_.values(from, parameter).values) {
        if (value.form != Form::reference || value.code.empty()) continue;
        if (!include.target.empty() && include.target != value.system) continue;
        if (const auto found = space_.find(value.system, value.code)) take(*found);
      }
    };
    if (include.parameter != nullptr) return of(*include.parameter);
    for (const auto& parameter : search_parameters_of(include.source))
      if (parameter.kind == SearchKind::reference) of(parameter);
  }

  void add(Index index) {
    if (added.size() < limit_ && known_.insert(index).second) added.push_back(index);
  }

  void forward(const Include& include, std::span<const Index> from) {
    for (const Index index : from)
      if (space_.type_of(index) == include.source) each_reference(include, index, [&](Index found) { add(found); });
  }

  void backward(const Include& include, std::span<const Index> from) {
    const std::unordered_set<Index> targets(from.begin(), from.end());
    for (const Index index : space_.of_type(include.source))
      each_reference(include, index, [&](Index found) {
        if (targets.contains(found)) add(index);
      });
  }

  const SearchSpace& space_;
  std::size_t limit_;
  std::unordered_set<Index> known_;
};

}  // namespace

bool matches(const Filter& filter, const SearchValues& values) {
  if (filter.modifier == Modifier::missing) return values.empty() == filter.missing;
  if (filter.parameter != nullptr && filter.parameter->kind == SearchKind::composite)
    return matches_rows(filter.any_of, values);
  if (filter.modifier == Modifier::negated) return !matches_any(Modifier::none, filter.any_of, values.values);
  return matches_any(filter.modifier, filter.any_of, values.values);
}

bool matches(const Filter& filter, Index index, const SearchSpace& space) {
  return Matcher(space).matches(filter, index);
}

kernel::Result<std::vector<Index>> search(const SearchQuery& query, const SearchSpace& space) {
  std::vector<Index> found;
  Matcher matcher(space);
  for (const Index index : space.of_type(query.type)) {
    if (matcher.is_too_costly()) break;
    const bool all = std::ranges::all_of(query.filters, [&](const Filter& one) { return matcher.matches(one, index); });
    if (all) found.push_back(index);
  }
  if (matcher.is_too_costly())
    return kernel::invalid("fhir.search", {{"too-costly", "_", "asks for too many values among too many: ask for fewer"}});
  if (!query.sort.empty()) sort(found, query.sort, space);
  return found;
}

std::vector<Index> included(const SearchQuery& query, std::span<const Index> page, const SearchSpace& space,
                            std::size_t limit) {
  if (query.includes.empty()) return {};
  constexpr int most_rounds = 8;
  Includer includer(space, page, limit);
  includer.round(query.includes, false, page);
  std::size_t done = 0;
  for (int i = 1; i < most_rounds && done < includer.added.size(); ++i) {
    const std::vector<Index> latest(includer.added.begin() + static_cast<std::ptrdiff_t>(done), includer.added.end());
    done = includer.added.size();
    includer.round(query.includes, true, latest);
  }
  return std::move(includer.added);
}

}  // namespace carnet::fhir
