// The text of a patch -> operations.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "standards/fhir/json_patch.hpp"

namespace carnet::fhir {

using kernel::Issue;
using kernel::Result;

namespace {

using Operation = PatchOperation;

constexpr std::array<std::string_view, 6> names{"add", "remove", "replace", "move", "copy", "test"};

struct Reading {
  std::vector<Issue> issues;
  void add(const Operation& operation, std::string_view member, std::string_view code, std::string_view says) {
    issues.push_back({std::string(code), fmt::format("{}.{}", operation.where, member), std::string(says)});
  }
};

Pointer read_pointer(Value entry, std::string_view member, const Operation& operation, Reading& reading) {
  const Value said = entry[member];
  if (!said) {
    reading.add(operation, member, "required", "is required");
    return {};
  }
  const auto pointer = said.is(Kind::string) ? parse_pointer(said.text()) : std::nullopt;
  if (!pointer) reading.add(operation, member, "value", "is not a JSON Pointer");
  return pointer.value_or(Pointer{});
}

Operation read_operation(Value entry, std::size_t index, Reading& reading) {
  using enum Operation::Kind;
  Operation operation;
  operation.where = fmt::format("[{}]", index);
  if (!entry.is(Kind::object)) {
    reading.issues.push_back({"structure", operation.where, "is not an object"});
    return operation;
  }
  const auto name = std::ranges::find(names, entry["op"].text());
  if (name == names.end()) {
    reading.add(operation, "op", entry["op"] ? "value" : "required", "is one of add, remove, replace, move, copy, test");
    return operation;
  }
  operation.kind = static_cast<Operation::Kind>(name - names.begin());
  operation.path = read_pointer(entry, "path", operation, reading);
  if (operation.kind == move || operation.kind == copy) operation.from = read_pointer(entry, "from", operation, reading);
  if (operation.kind == add || operation.kind == replace || operation.kind == test) {
    const Value value = entry["value"];
    if (!value) reading.add(operation, "value", "required", "is required");
    // A text of its own, an object as every Json is.
    operation.value = fmt::format("{{\"v\":{}}}", value ? value.raw() : std::string_view("null"));
  }
  return operation;
}

}  // namespace

std::optional<Pointer> parse_pointer(std::string_view text) {
  Pointer pointer;
  if (text.empty()) return pointer;
  if (text.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      pointer.emplace_back();
      if (pointer.size() > max_json_depth) return std::nullopt;
      continue;
    }
    if (text[i] != '~') {
      pointer.back().push_back(text[i]);
      continue;
    }
    const char next = i + 1 < text.size() ? text[++i] : ' ';
    if (next != '0' && next != '1') return std::nullopt;
    pointer.back().push_back(next == '0' ? '~' : '/');
  }
  return pointer;
}

bool is_at_or_below(const Pointer& place, const Pointer& root) {
  return place.size() >= root.size() && std::equal(root.begin(), root.end(), place.begin());
}

Result<std::vector<PatchOperation>> read_json_patch(std::string_view text) {
  // Json reads objects; one member that is the whole of the body makes it one.
  const std::string wrapped = fmt::format("{{\"patch\":{}}}", text);
  CARNET_TRY(json, Json::parse(wrapped));
  const Value patch = json.root()["patch"];
  if (json.root().size() != 1 || !patch.is(Kind::array))
    return kernel::invalid("fhir.patch", {{"structure", "", "a JSON Patch is an array of operations"}});
  if (patch.size() > max_patch_operations)
    return kernel::invalid("fhir.patch", {{"too-long", "", "too many operations"}});
  Reading reading;
  std::vector<Operation> operations;
  operations.reserve(patch.size());
  for (Value entry = patch.first(); entry; entry = entry.next())
    operations.push_back(read_operation(entry, operations.size(), reading));
  if (!reading.issues.empty()) return kernel::invalid("fhir.patch", std::move(reading.issues));
  return operations;
}

}  // namespace carnet::fhir
