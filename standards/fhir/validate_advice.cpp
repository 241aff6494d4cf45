#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

// Names longer than any of R4 have no neighbour; the bound keeps the work of a hostile name small.
constexpr std::size_t longest_name = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Letters to add, drop or change, whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// The nearest of `names`, or empty when none is near enough to be meant.
template <class Names>
std::string_view nearest(const Names& names, std::string_view name) {
  if (name.size() > longest_name) return {};
  std::string_view best;
  std::size_t least = name.size() <= 4 ? 2 : 3;  // this many differences are too many
  for (const std::string_view each : names) {
    const auto far = distance(name, each);
    if (far >= least) continue;
    least = far;
    best = each;
  }
  return best;
}

// "valueMoney" of an element value[x] that may be no Money.
const ElementInfo* choice_begun_by(const TypeInfo& type, std::string_view name) {
  for (const auto& element : type.elements) {
    const bool begun = element.choice && name.size() > element.name.size() && name.starts_with(element.name);
    if (begun && name[element.name.size()] >= 'A' && name[element.name.size()] <= 'Z') return &element;
  }
  return nullptr;
}

std::vector<std::string_view> names_of(std::span<const MemberInfo> members) {
  std::vector<std::string_view> names;
  for (const auto& each : members) names.push_back(each.json_name);
  return names;
}

}  // namespace

std::string list_of(std::span<const std::string_view> names, std::size_t most) {
  std::string list;
  const auto shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 == names.size() ? " or " : ", ";
    list += names[i];
  }
  if (shown < names.size()) list += fmt::format(" or {} others", names.size() - shown);
  return list;
}

std::string nearest_resource_type(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& type : all_types())
    if (find_resource_type(type.name) != nullptr) names.push_back(type.name);
  const auto best = nearest(names, name);
  return best.empty() ? "" : fmt::format(", perhaps \"{}\"", best);
}

std::string advice_for_unknown(const TypeInfo& type, std::string_view json_name) {
  const bool beside = json_name.starts_with('_');
  const auto name = beside ? json_name.substr(1) : json_name;
  if (const auto* found = find_member(type, name); found != nullptr && beside)
    return fmt::format("must not begin with \"_\": {} is no primitive type", found->type->name);
  if (const auto* choice = find_element(type, name); choice != nullptr)
    return "must say its type: one of " + list_of(names_of(choice->members), 12);
  const auto best = nearest(names_of(type.members), name);
  if (!best.empty())
    return fmt::format("is not an element of {}: perhaps \"{}{}\"", type.name, beside ? "_" : "", best);
  if (const auto* choice = choice_begun_by(type, name); choice != nullptr)
    return fmt::format("is not an element of {}: {}[x] may be {}", type.name, choice->name,
                       list_of(names_of(choice->members), 12));
  return fmt::format("is not an element of {}", type.name);
}

}  // namespace carnet::fhir
