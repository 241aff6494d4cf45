#include "record/resource_row.hpp"

#include <fmt/format.h>

#include <charconv>

namespace carnet::record {

namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t most_bytes = 64u << 20;  // of one resource, opened: above what a request may bring
enum Flag : std::uint8_t {
  masque_ps = 1,
  invisible_patient = 2,
  invisible_representants = 4,
  visible_in_emergency = 8,
  contested = 16,
  by_holder = 32,
  is_deleted = 64,
};

const kernel::Compressor& compressor() {
  static const kernel::Compressor with_dictionary(resource_dictionary());
  return with_dictionary;
}

template <class Out>
void put_number(Out& out, std::uint64_t value) {
  using Unit = typename Out::value_type;
  while (value >= 0x80) {
    out.push_back(static_cast<Unit>(static_cast<std::uint8_t>(value | 0x80)));
    value >>= 7;
  }
  out.push_back(static_cast<Unit>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

// An official number takes less room as a number: odd when it is one, else twice the length of a text.
void put_code(kernel::Bytes& out, std::string_view code) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(code.data(), code.data() + code.size(), number);
  constexpr std::size_t longest = 17;
  if (problem == std::errc() && end == code.data() + code.size() && code.front() != '0' && code.size() <= longest) {
    put_number(out, number << 1 | 1);
    return;
  }
  put_number(out, code.size() << 1);
  out.insert(out.end(), code.begin(), code.end());
}

class In {
 public:
  explicit In(std::string_view text) : text_(text) {}
  bool ok() const { return ok_; }
  std::string_view rest() const { return text_; }

  std::uint8_t byte() {
    if (text_.empty()) return fail();
    const auto value = static_cast<std::uint8_t>(text_.front());
    text_.remove_prefix(1);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t one = byte();
      value |= static_cast<std::uint64_t>(one & 0x7F) << shift;
      if ((one & 0x80) == 0) return value;
    }
    return fail();
  }
  std::string text(std::uint64_t length) {
    if (length > text_.size()) {
      (void)fail();
      return {};
    }
    std::string value(text_.substr(0, length));
    text_.remove_prefix(length);
    return value;
  }
  std::string text() { return text(number()); }
  std::string code() {
    const std::uint64_t head = number();
    return (head & 1) != 0 ? std::to_string(head >> 1) : text(head >> 1);
  }

 private:
  std::uint8_t fail() {
    ok_ = false;
    text_ = {};
    return 0;
  }
  std::string_view text_;
  bool ok_ = true;
};

std::uint8_t flags_of(const StoredResource& resource) {
  const auto& facts = resource.facts;
  const auto flag = [](bool on, Flag which) { return static_cast<std::uint8_t>(on ? which : 0); };
  return static_cast<std::uint8_t>(flag(facts.masque_ps, masque_ps) | flag(facts.invisible_patient, invisible_patient) |
                                   flag(facts.invisible_representants, invisible_representants) |
                                   flag(facts.visible_in_emergency, visible_in_emergency) |
                                   flag(facts.contested, contested) | flag(facts.by_holder, by_holder) |
                                   flag(resource.deleted, is_deleted));
}

}  // namespace

kernel::Bytes pack_text(const StoredResource& resource) {
  std::string out;
  out.reserve(resource.text.size() + 64);
  put_number(out, resource.categories.size());
  for (const auto& category : resource.categories) put_text(out, category);
  put_text(out, resource.type);
  out += resource.text;
  auto packed = compressor().compress(kernel::as_bytes(out));
  kernel::zeroise(out.data(), out.size());
  return packed;
}

kernel::Bytes pack(const StoredResource& resource, kernel::ByteView packed_text) {
  const auto& facts = resource.facts;
  kernel::Bytes out;
  out.reserve(packed_text.size() + 64);
  out.push_back(format);
  out.push_back(flags_of(resource));
  put_number(out, static_cast<std::uint64_t>(resource.updated.ms));
  put_number(out, static_cast<std::uint64_t>(resource.updated.ms - facts.deposited_at.ms));
  put_number(out, facts.patient_visible_from ? static_cast<std::uint64_t>(facts.patient_visible_from->ms) : 0);
  put_code(out, facts.structure);
  put_code(out, facts.author_rpps);
  out.insert(out.end(), packed_text.begin(), packed_text.end());
  return out;
}

std::optional<StoredResource> unpack(kernel::ByteView packed) {
  In head(kernel::as_text(packed));
  if (head.byte() != format) return std::nullopt;
  StoredResource resource;
  auto& facts = resource.facts;
  const std::uint8_t flags = head.byte();
  facts.masque_ps = (flags & masque_ps) != 0;
  facts.invisible_patient = (flags & invisible_patient) != 0;
  facts.invisible_representants = (flags & invisible_representants) != 0;
  facts.visible_in_emergency = (flags & visible_in_emergency) != 0;
  facts.contested = (flags & contested) != 0;
  facts.by_holder = (flags & by_holder) != 0;
  resource.deleted = (flags & is_deleted) != 0;
  resource.updated.ms = static_cast<std::int64_t>(head.number());
  facts.deposited_at.ms = resource.updated.ms - static_cast<std::int64_t>(head.number());
  if (const auto from = head.number(); from != 0) facts.patient_visible_from = {static_cast<std::int64_t>(from)};
  facts.structure = head.code();
  facts.author_rpps = head.code();
  auto plain = head.ok() ? compressor().expand(kernel::as_bytes(head.rest()), most_bytes) : std::nullopt;
  if (!plain) return std::nullopt;
  const kernel::SecretBytes wiped(std::move(*plain));
  In in(wiped.reveal_text());
  const auto categories = in.number();
  for (std::uint64_t i = 0; i < categories && in.ok(); ++i) resource.categories.push_back(in.text());
  resource.type = in.text();
  resource.text = in.rest();
  if (!in.ok() || resource.type.empty()) return std::nullopt;
  return resource;
}

std::string place_of_resource(std::int64_t local, std::int64_t version) {
  return fmt::format("resource/{}/{}", local, version);
}

kernel::Result<StoredResource> open_resource(const keyring::SpaceKey& key, const ItemRow& row) {
  const auto packed = key.open(row.sealed, place_of_resource(row.local, row.version));
  auto resource = packed ? unpack(*packed) : std::nullopt;
  if (!resource) return kernel::fault("record.unreadable", "a sealed resource does not open under its space's key");
  return std::move(*resource);
}

}  // namespace carnet::record
