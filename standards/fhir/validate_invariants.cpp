#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "standards/fhir/fhirpath.hpp"
#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

// Judged by the walk itself, faster and with better paths.
constexpr std::array judged_elsewhere =
    std::to_array<std::string_view>({"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"});

bool among(std::span<const std::string_view> keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

// Each distinct expression once, by its id; none where the invariant is judged elsewhere, or cannot be.
class Compiled {
 public:
  Compiled() : paths_(distinct_expressions().size()) {
    for (const auto& type : all_types()) {
      compile(type.invariants);
      for (const auto& element : type.elements) compile(element.invariants);
    }
  }
  const FhirPath* operator[](std::uint16_t expression_id) const {
    const auto& path = paths_[expression_id];
    return path ? &*path : nullptr;
  }

 private:
  void compile(std::span<const InvariantInfo> invariants) {
    for (const auto& each : invariants) {
      if (!each.error || paths_[each.expression_id]) continue;
      if (among(judged_elsewhere, each.key)) continue;
      if (auto path = FhirPath::compile(each.expression)) paths_[each.expression_id] = std::move(*path);
    }
  }
  std::vector<std::optional<FhirPath>> paths_;
};

const Compiled& compiled() {
  static const Compiled all;
  return all;
}

}  // namespace

void Walk::type_invariants(Value place, const TypeInfo& type, const Home& home) {
  for (const TypeInfo* each = &type; each != nullptr; each = each->base)
    if (!each->invariants.empty()) judge(each->invariants, place, type, home);
}

void Walk::judge(std::span<const InvariantInfo> invariants, Value place, const TypeInfo& type, const Home& home) {
  for (const auto& each : invariants) {
    if (!each.error || work_ == 0) continue;
    const FhirPath* path = compiled()[each.expression_id];
    if (path == nullptr) continue;
    Focus focus;
    focus.root = home.resource;
    focus.resource = resource_;
    focus.node = place;
    focus.type = &type;
    const auto holds = path->holds(focus, work_);
    if (work_ == 0) issue("too-costly", place.path(), "takes too much work to be judged: send it in smaller resources");
    if (holds == false) issue("invariant", place.path(), fmt::format("{} ({})", each.human, each.key));
  }
}

}  // namespace carnet::fhir
