#include "audit/codec.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

#include "foundation/kernel/json.hpp"

namespace carnet::audit {

namespace {

namespace json = kernel::json;

constexpr std::string_view header_magic = "CTR1";
constexpr std::string_view pending_magic = "CTP1";
constexpr std::uint8_t committed_format = 2;  // a sealed value of crypto begins with 1
constexpr std::size_t committed_prefix = 1 + std::tuple_size_v<Hash>;

bool is_committed(kernel::ByteView body) { return body.size() > committed_prefix && body[0] == committed_format; }

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

// Every read writes one: text by text, without an object in between.
struct Write {
  std::string& out;
  void begin(std::string_view name) const {
    if (out.size() > 1) out += ',';
    out.append(1, '"').append(name).append("\":");
  }
  bool operator()(std::string_view name, const std::string& text) const {
    if (text.empty()) return true;
    begin(name);
    const bool is_plain = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; });
    if (is_plain) {
      out.append(1, '"').append(text).append(1, '"');
    } else {
      out += json::serialize(json::string(text));
    }
    return true;
  }
  template <class Number>
  bool operator()(std::string_view name, Number number) const {
    const auto value = static_cast<std::int64_t>(number);
    if (value == 0) return true;
    begin(name);
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
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
  std::string out = "{";
  out.reserve(256);
  each_member(entry, Write{out});
  out += '}';
  return out;
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

Hash commitment_of(const Salt& salt, std::string_view body) {
  crypto::Sha256Stream stream;
  stream.add(salt);
  stream.add(kernel::as_bytes(body));
  return stream.finish();
}

kernel::Bytes seal_body(const crypto::Sealer& sealer, const Salt& salt, std::string_view body, const Header& header,
                        const Hash& previous) {
  kernel::Bytes plain;
  plain.reserve(salt.size() + body.size());
  plain.assign(salt.begin(), salt.end());
  put(plain, body);
  const auto sealed = sealer.seal(plain, body_binding(header, previous));
  const auto commitment = commitment_of(salt, body);
  kernel::Bytes out;
  out.reserve(committed_prefix + sealed.size());
  out.push_back(committed_format);
  out.insert(out.end(), commitment.begin(), commitment.end());
  out.insert(out.end(), sealed.begin(), sealed.end());
  return out;
}

std::optional<OpenedBody> open_body(const crypto::Sealer& sealer, kernel::ByteView body, const Header& header,
                                    const Hash& previous) {
  const bool committed = is_committed(body);
  const auto plain = sealer.open(committed ? body.subspan(committed_prefix) : body, body_binding(header, previous));
  if (!plain) return std::nullopt;
  if (!committed) return OpenedBody{std::string(kernel::as_text(*plain)), std::nullopt};
  Salt salt{};
  if (plain->size() < salt.size()) return std::nullopt;
  std::copy_n(plain->begin(), salt.size(), salt.begin());
  OpenedBody opened{std::string(kernel::as_text(*plain).substr(salt.size())), salt};
  if (!std::ranges::equal(commitment_of(salt, opened.text), body.subspan(1, std::tuple_size_v<Hash>))) return std::nullopt;
  return opened;
}

std::optional<BodySeen> seen_of(kernel::ByteView body) {
  if (!is_committed(body)) return std::nullopt;
  BodySeen seen;
  std::ranges::copy(body.subspan(1, seen.commitment.size()), seen.commitment.begin());
  seen.sealed_hash = crypto::sha256(body.subspan(committed_prefix));
  return seen;
}

Hash chain_hash(const Hash& previous, kernel::ByteView body, const Header& header) {
  if (const auto seen = seen_of(body)) return chain_hash(previous, seen->commitment, seen->sealed_hash, header);
  crypto::Sha256Stream stream;
  stream.add(previous);
  stream.add(body);
  stream.add(header_bytes(header));
  return stream.finish();
}

Hash chain_hash(const Hash& previous, const Hash& commitment, const Hash& sealed_hash, const Header& header) {
  kernel::Bytes all(previous.begin(), previous.end());
  all.reserve(160);
  all.push_back(committed_format);
  all.insert(all.end(), commitment.begin(), commitment.end());
  all.insert(all.end(), sealed_hash.begin(), sealed_hash.end());
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
