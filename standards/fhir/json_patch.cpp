#include "standards/fhir/json_patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "standards/fhir/json_text.hpp"

namespace carnet::fhir {

using kernel::Issue;
using kernel::Result;
using kernel::Status;

// A value that can change. Scalars, and the names of members, are views of what was parsed.
struct PatchedDocument::Node {
  Kind kind = Kind::null;
  std::string_view name;  // of a member; names of FHIR JSON have no escapes
  std::string_view raw;   // of a scalar
  std::vector<Node> children;
};

namespace {

using Node = PatchedDocument::Node;
using Operation = PatchOperation;

Node node_of(Value value) {
  Node node;
  node.name = value.name();
  if (value.is(Kind::object) || value.is(Kind::array)) {
    node.kind = value.is(Kind::object) ? Kind::object : Kind::array;
    node.children.reserve(value.size());
    for (Value child = value.first(); child; child = child.next()) node.children.push_back(node_of(child));
    return node;
  }
  node.raw = value.raw();
  for (const auto kind : {Kind::string, Kind::number, Kind::boolean, Kind::null})
    if (value.is(kind)) node.kind = kind;
  return node;
}

void write(const Node& node, std::string& out) {
  if (node.kind != Kind::object && node.kind != Kind::array) {
    out.append(node.raw);
    return;
  }
  out.push_back(node.kind == Kind::object ? '{' : '[');
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (node.kind == Kind::object) out.append("\"").append(node.children[i].name).append("\":");
    write(node.children[i], out);
  }
  out.push_back(node.kind == Kind::object ? '}' : ']');
}

std::size_t depth_of(const Node& node) {
  std::size_t deepest = 0;
  for (const auto& child : node.children) deepest = std::max(deepest, depth_of(child));
  return deepest + 1;
}

std::size_t bytes_of(const Node& node) {
  std::size_t bytes = node.raw.size() + node.name.size() + 4;
  for (const auto& child : node.children) bytes += bytes_of(child);
  return bytes;
}

// A number as digits and a power of ten, so that 1.0, 1.00 and 10e-1 are one.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t power = 0;
  bool operator==(const Decimal&) const = default;
};

Decimal decimal_of(std::string_view text) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.remove_prefix(1);
  }
  const auto exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    auto power = text.substr(exponent + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    constexpr std::int64_t beyond = 1'000'000'000;  // such numbers are equal when they are written alike
    if (std::from_chars(power.data(), power.data() + power.size(), out.power).ec != std::errc()) out.power = beyond;
    text = text.substr(0, exponent);
  }
  const auto point = text.find('.');
  out.digits = std::string(text.substr(0, point));
  if (point != std::string_view::npos) {
    out.digits.append(text.substr(point + 1));
    out.power -= static_cast<std::int64_t>(text.size() - point - 1);
  }
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  while (out.digits.ends_with('0')) {
    out.digits.pop_back();
    ++out.power;
  }
  return out.digits.empty() ? Decimal{} : out;
}

bool equal_scalars(Kind kind, std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (kind == Kind::number) return decimal_of(a) == decimal_of(b);
  if (kind != Kind::string) return false;
  const auto inside = [](std::string_view raw) { return without_escapes(raw.substr(1, raw.size() - 2)); };
  return inside(a) == inside(b);
}

bool equal(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.children.size() != b.children.size()) return false;
  if (a.kind == Kind::array) return std::ranges::equal(a.children, b.children, equal);
  if (a.kind != Kind::object) return equal_scalars(a.kind, a.raw, b.raw);
  return std::ranges::all_of(a.children, [&](const Node& child) {
    const auto other = std::ranges::find(b.children, child.name, &Node::name);
    return other != b.children.end() && equal(child, *other);
  });
}

std::unexpected<kernel::Error> refused(const Operation& operation, std::string_view member, std::string says) {
  return kernel::invalid("fhir.patch_refused",
                         {{"processing", fmt::format("{}.{}", operation.where, member), std::move(says)}});
}

// An index of an array of `size`: digits without a leading zero; size itself only where one may stand behind.
std::optional<std::size_t> index_of(std::string_view token, std::size_t size, bool may_be_end) {
  if (token == "-" && may_be_end) return size;
  if (token.empty() || token.size() > 9 || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  if (!std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::size_t index = 0;
  std::from_chars(token.data(), token.data() + token.size(), index);
  if (index > size || (index == size && !may_be_end)) return std::nullopt;
  return index;
}

template <class AnyNode>
AnyNode* child_of(AnyNode& parent, const std::string& token) {
  if (parent.kind == Kind::array) {
    const auto index = index_of(token, parent.children.size(), false);
    return index ? &parent.children[*index] : nullptr;
  }
  if (parent.kind != Kind::object) return nullptr;
  const auto member = std::ranges::find(parent.children, token, &Node::name);
  return member == parent.children.end() ? nullptr : &*member;
}

template <class AnyNode>
AnyNode* find(AnyNode& root, std::span<const std::string> place) {
  AnyNode* node = &root;
  for (const auto& token : place) {
    node = child_of(*node, token);
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool is_name(std::string_view name) {
  constexpr std::size_t longest = 128;  // as json_parser.cpp takes them
  return name.size() <= longest && std::ranges::none_of(name, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

// Puts `value` at `path`; `where_from` is the member that names the path in the operation.
Status put(Node& root, const Operation& operation, Node value) {
  const auto& path = operation.path;
  if (path.empty()) {
    if (value.kind != Kind::object) return refused(operation, "value", "a resource is an object");
    value.name = {};
    root = std::move(value);
    return {};
  }
  Node* parent = find(root, std::span(path).first(path.size() - 1));
  if (parent == nullptr) return refused(operation, "path", "there is nothing to put this into");
  const std::string& token = path.back();
  if (parent->kind == Kind::array) {
    const auto index = index_of(token, parent->children.size(), true);
    if (!index) return refused(operation, "path", "is no index of this array");
    value.name = {};
    parent->children.insert(parent->children.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }
  if (parent->kind != Kind::object) return refused(operation, "path", "there is nothing to put this into");
  if (!is_name(token)) return refused(operation, "path", "cannot be the name of an element");
  value.name = token;
  if (Node* there = child_of(*parent, token))
    *there = std::move(value);
  else
    parent->children.push_back(std::move(value));
  return {};
}

// Takes away what is at `path`, which is not the whole document.
Result<Node> take(Node& root, const Operation& operation, const Pointer& path, std::string_view member) {
  if (path.empty()) return refused(operation, member, "the whole resource cannot go");
  Node* parent = find(root, std::span(path).first(path.size() - 1));
  Node* there = parent == nullptr ? nullptr : child_of(*parent, path.back());
  if (there == nullptr) return refused(operation, member, "there is nothing at this place");
  Node taken = std::move(*there);
  parent->children.erase(parent->children.begin() + (there - parent->children.data()));
  return taken;
}

}  // namespace

PatchedDocument::PatchedDocument(const Json& document) : root_(std::make_unique<Node>(node_of(document.root()))) {
  bytes_ = bytes_of(*root_);
}
PatchedDocument::~PatchedDocument() = default;
PatchedDocument::PatchedDocument(PatchedDocument&&) noexcept = default;

namespace {

// The value of an operation, as a member of an object that a Json can hold.
Result<std::unique_ptr<Json>> parse_value(const std::string& wrapped) {
  CARNET_TRY(json, Json::parse(wrapped));
  return std::make_unique<Json>(std::move(json));
}

Status replace(Node& root, const Operation& operation, Node value) {
  if (operation.path.empty()) return put(root, operation, std::move(value));
  Node* there = find(root, operation.path);
  if (there == nullptr) return refused(operation, "path", "there is nothing at this place");
  value.name = there->name;
  *there = std::move(value);
  return {};
}

}  // namespace

Status PatchedDocument::apply(const PatchOperation& operation) {
  using enum PatchOperation::Kind;
  Node value;
  if (operation.kind == add || operation.kind == replace || operation.kind == test) {
    CARNET_TRY(json, parse_value(operation.value));
    value = node_of(json->root().first());
    parsed_.push_back(std::move(json));
  } else if (operation.kind != remove) {
    const Node* from = find(static_cast<const Node&>(*root_), operation.from);
    if (from == nullptr) return refused(operation, "from", "there is nothing at this place");
    value = *from;
  }
  switch (operation.kind) {
    case test: {
      const Node* there = find(static_cast<const Node&>(*root_), operation.path);
      if (there == nullptr) return refused(operation, "path", "there is nothing at this place");
      if (!equal(*there, value)) return refused(operation, "value", "is not what stands there");
      return {};
    }
    case remove: {
      CARNET_TRY(taken, take(*root_, operation, operation.path, "path"));
      bytes_ -= std::min(bytes_, bytes_of(taken));
      return {};
    }
    case move: {
      if (operation.path.size() > operation.from.size() && is_at_or_below(operation.path, operation.from))
        return refused(operation, "path", "a value cannot move into itself");
      if (operation.path == operation.from) return {};
      CARNET_TRY(taken, take(*root_, operation, operation.from, "from"));
      bytes_ -= std::min(bytes_, bytes_of(taken));
      break;
    }
    default:
      break;
  }
  bytes_ += bytes_of(value);
  const std::size_t depth = depth_of(value) + operation.path.size();
  if (bytes_ > max_patched_bytes || depth > max_json_depth)
    return refused(operation, "path", "the resource would grow beyond what is taken here");
  return operation.kind == replace ? fhir::replace(*root_, operation, std::move(value))
                                   : put(*root_, operation, std::move(value));
}

std::optional<std::string> PatchedDocument::text_at(const Pointer& place) const {
  const Node* node = find(static_cast<const Node&>(*root_), place);
  if (node == nullptr) return std::nullopt;
  std::string out;
  write(*node, out);
  return out;
}

std::string PatchedDocument::text() const {
  std::string out;
  out.reserve(bytes_);
  write(*root_, out);
  return out;
}

Result<std::string> apply_json_patch(const Json& document, std::span<const PatchOperation> operations) {
  PatchedDocument patched(document);
  for (const auto& operation : operations) CARNET_CHECK(patched.apply(operation));
  return patched.text();
}

bool equal_json(Value a, Value b) { return equal(node_of(a), node_of(b)); }

}  // namespace carnet::fhir
