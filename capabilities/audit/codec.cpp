#include "audit/codec.hpp"

#include <algorithm>

#include "foundation/kernel/json.hpp"

namespace carnet::audit {

namespace {

namespace json = kernel::json;

constexpr std::string_view header_magic = "CTR1";
constexpr std::string_view pending_magic = "CTP1";

void put(kernel::Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

void put(kernel::Bytes& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(bits >> shift));
}

kernel::Bytes place_bytes(std::string_view magic, const Header& header) {
  kernel::Bytes out;
  out.reserve(80);
  put(out, magic);
  put(out, header.space.value);
  out.push_back(static_cast<std::uint8_t>(header.lane));
  put(out, header.sequence);
  put(out, header.at.ms);
  out.insert(out.end(), header.id.begin(), header.id.end());
  return out;
}

// One member of the body: read and written by the same list, so that the two cannot differ.
template <class Visit>
bool each_member(auto& entry, Visit&& visit) {
  return visit("action", entry.action) && visit("actor", entry.actor) && visit("actor_id", entry.actor_id) &&
         visit("actor_name", entry.actor_name) && visit("profession", entry.profession) &&
         visit("structure_id", entry.structure_id) && visit("structure_name", entry.structure_name) &&
         visit("mode", entry.mode) && visit("reason", entry.reason) && visit("item", entry.item) &&
         visit("item_title", entry.item_title) && visit("count", entry.count) && visit("request_id", entry.request_id);
}

struct Write {
  json::object& out;
  bool operator()(std::string_view name, const std::string& text) const {
    if (!text.empty()) out[name] = text;
    return true;
  }
  template <class Number>
  bool operator()(std::string_view name, Number number) const {
    if (const auto value = static_cast<std::int64_t>(number); value != 0) out[name] = value;
    return true;
  }
};

struct Read {
  const json::object& in;
  bool operator()(std::string_view name, std::string& text) const {
    const auto* value = in.if_contains(name);
    if (value == nullptr) return true;
    if (!value->is_string()) return false;
    text.assign(value->get_string().begin(), value->get_string().end());
    return true;
  }
  template <class Number>
  bool operator()(std::string_view name, Number& number) const {
    const auto* value = in.if_contains(name);
    if (value == nullptr) {
      number = Number{};
      return true;
    }
    if (!value->is_int64()) return false;
    number = static_cast<Number>(value->get_int64());
    return true;
  }
};

}  // namespace

std::string encode_body(const Entry& entry) {
  json::object out;
  each_member(entry, Write{out});
  return json::serialize(out);
}

std::optional<Entry> decode_body(std::string_view text, SpaceId space, Lane lane) {
  const auto object = kernel::parse_object(text);
  if (!object) return std::nullopt;
  Entry entry;
  if (!each_member(entry, Read{*object})) return std::nullopt;
  entry.space = space;
  entry.lane = lane;
  return entry;
}

kernel::Bytes header_bytes(const Header& header) {
  return place_bytes(header_magic, header);
}

kernel::Bytes body_binding(const Header& header, const Hash& previous) {
  auto out = place_bytes(header_magic, header);
  out.insert(out.end(), previous.begin(), previous.end());
  return out;
}

kernel::Bytes pending_binding(const Header& header) {
  return place_bytes(pending_magic, header);
}

Hash chain_hash(const Hash& previous, kernel::ByteView sealed_body, const Header& header) {
  kernel::Bytes all(previous.begin(), previous.end());
  all.reserve(all.size() + sealed_body.size() + 64);
  all.insert(all.end(), sealed_body.begin(), sealed_body.end());
  const auto head = header_bytes(header);
  all.insert(all.end(), head.begin(), head.end());
  return crypto::sha256(all);
}

EntryId EntryIds::next(kernel::Instant now) {
  EntryId id{};
  entropy_->fill("audit.entry", std::span(id).subspan(8));
  std::lock_guard lock(mutex_);
  const std::int64_t ms = std::max(now.ms, std::int64_t{0});
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ = 0;
  } else if (++counter_ > 0xffff) {
    ++last_ms_;
    counter_ = 0;
  }
  for (std::size_t i = 0; i < 6; ++i) id[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
  id[6] = static_cast<std::uint8_t>(counter_ >> 8);
  id[7] = static_cast<std::uint8_t>(counter_);
  return id;
}

}  // namespace carnet::audit
