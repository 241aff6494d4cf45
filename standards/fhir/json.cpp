#include "standards/fhir/json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/kernel/bytes.hpp"
#include "standards/fhir/json_text.hpp"

namespace carnet::fhir {

namespace {

// Nothing, of a string that is still being read: an issue in it asks for its path.
std::string_view inside_quotes(std::string_view raw) {
  return raw.size() < 2 ? std::string_view{} : raw.substr(1, raw.size() - 2);
}

}  // namespace

bool Value::is(Kind kind) const {
  return json_ != nullptr && json_->nodes_[node_].kind == kind;
}

Value Value::first() const {
  if (json_ == nullptr || json_->nodes_[node_].first == Json::none) return {};
  return {json_, json_->nodes_[node_].first};
}

Value Value::next() const {
  if (json_ == nullptr || json_->nodes_[node_].next == Json::none) return {};
  return {json_, json_->nodes_[node_].next};
}

std::size_t Value::size() const {
  return json_ == nullptr ? 0 : json_->nodes_[node_].children;
}

Value Value::operator[](std::string_view name) const {
  if (!is(Kind::object)) return {};
  for (Value member = first(); member; member = member.next())
    if (member.name() == name) return member;
  return {};
}

std::string_view Value::name() const {
  if (json_ == nullptr) return {};
  const auto& node = json_->nodes_[node_];
  return json_->slice(node.name_begin, node.name_end);
}

std::string_view Value::raw() const {
  if (json_ == nullptr) return {};
  const auto& node = json_->nodes_[node_];
  return json_->slice(node.begin, node.end);
}

std::size_t Value::begin() const {
  return json_ == nullptr ? 0 : json_->nodes_[node_].begin;
}
std::size_t Value::end() const {
  return json_ == nullptr ? 0 : json_->nodes_[node_].end;
}

std::string_view Value::plain_text() const {
  if (!is(Kind::string) || json_->nodes_[node_].escaped) return {};
  return inside_quotes(raw());
}

std::string Value::text() const {
  if (is(Kind::number) || is(Kind::boolean)) return std::string(raw());
  if (!is(Kind::string)) return {};
  const auto inside = inside_quotes(raw());
  return json_->nodes_[node_].escaped ? without_escapes(inside) : std::string(inside);
}

bool Value::has_text(std::string_view expected) const {
  if (!is(Kind::string)) return false;
  if (json_->nodes_[node_].escaped) return text() == expected;
  return plain_text() == expected;
}

std::string Value::path() const {
  if (json_ == nullptr) return {};
  std::vector<std::uint32_t> way;  // from the value up to the root
  for (auto node = node_; node != Json::none; node = json_->nodes_[node].parent) way.push_back(node);
  const std::string type = json_->root()["resourceType"].text();
  const bool is_name = !type.empty() && type.size() <= 64 && std::ranges::all_of(type, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
  std::string path = is_name ? type : "Resource";
  for (auto step = way.rbegin() + 1; step != way.rend(); ++step) {
    const auto& node = json_->nodes_[*step];
    if (json_->nodes_[node.parent].kind == Kind::array)
      path += fmt::format("[{}]", node.index);
    else
      path.append(".").append(json_->slice(node.name_begin, node.name_end));
  }
  return path;
}

std::string Value::path_of(std::string_view member) const {
  return path().append(".").append(member);
}

void refuse_unknown_members(Value object, std::initializer_list<std::string_view> known,
                            std::vector<kernel::Issue>& issues) {
  constexpr std::string_view always[] = {"id", "extension", "fhir_comments"};
  for (Value member = object.first(); member; member = member.next()) {
    auto name = member.name();
    if (name.starts_with('_')) name.remove_prefix(1);
    if (std::ranges::find(known, name) != known.end() || std::ranges::find(always, name) != std::end(always)) continue;
    issues.push_back({"structure", member.path(), "is not an element that this service knows here"});
  }
}

std::optional<kernel::Bytes> decode_base64(std::string_view text) {
  // Four symbols at a time; whatever is not of the alphabet is left to the exact decoder.
  static const auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(0xFF);
    constexpr std::string_view symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < symbols.size(); ++i)
      table[static_cast<unsigned char>(symbols[i])] = static_cast<std::uint8_t>(i);
    return table;
  }();
  const std::size_t whole =
      text.size() < 4 || text.size() % 4 != 0 ? 0 : text.size() - 4;  // the last four may be padded
  kernel::Bytes out(whole / 4 * 3);
  for (std::size_t in = 0, to = 0; in < whole; in += 4, to += 3) {
    const auto at = [&](std::size_t i) { return values[static_cast<unsigned char>(text[in + i])]; };
    const std::uint8_t a = at(0), b = at(1), c = at(2), d = at(3);
    if ((a | b | c | d) & 0xC0) return kernel::from_base64(text, kernel::WhiteSpace::skip);
    out[to] = static_cast<std::uint8_t>(a << 2 | b >> 4);
    out[to + 1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
    out[to + 2] = static_cast<std::uint8_t>(c << 6 | d);
  }
  const auto rest = kernel::from_base64(text.substr(whole), kernel::WhiteSpace::skip);
  if (!rest) return whole == 0 ? std::nullopt : kernel::from_base64(text, kernel::WhiteSpace::skip);
  out.insert(out.end(), rest->begin(), rest->end());
  return out;
}

}  // namespace carnet::fhir
