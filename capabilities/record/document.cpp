#include "record/document.hpp"

#include <array>
#include <span>

namespace carnet::record {

namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t tags = 48;

// Every member with its number, read and written by the same list. Numbers are durable: none is ever reused.
template <class Visit>
bool each_member(auto& d, Visit&& visit) {
  auto& f = d.facts;
  return visit(1, d.unique_id) && visit(2, d.title) && visit(3, f.doc_type) && visit(4, d.type_system) &&
         visit(5, f.doc_class) && visit(6, d.confidentiality) && visit(7, d.status) && visit(8, d.act_date) &&
         visit(9, d.act) && visit(10, d.reference) && visit(11, d.creation) && visit(12, d.author_name) &&
         visit(13, f.author_rpps) && visit(14, d.profession) && visit(15, d.author_structure) &&
         visit(16, d.structure_name) && visit(17, d.media) && visit(18, d.media_type) && visit(19, d.size) &&
         visit(20, d.replaces) && visit(21, d.filed_by) && visit(22, d.updated_at) && visit(23, f.structure) &&
         visit(24, f.by_holder) && visit(25, f.masque_ps) && visit(26, f.invisible_patient) &&
         visit(27, f.invisible_representants) && visit(28, f.visible_in_emergency) && visit(29, f.contested) &&
         visit(30, f.deposited_at) && visit(31, f.patient_visible_from) && visit(32, d.embedded) &&
         visit(33, d.archived) && visit(34, d.deleted) && visit(35, d.masked_by_holder);
}

void put_varint(kernel::Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

struct Write {
  kernel::Bytes& out;

  bool text(int tag, std::string_view value) const {
    if (value.empty()) return true;
    out.push_back(static_cast<std::uint8_t>(tag));
    put_varint(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
    return true;
  }
  bool numbers(int tag, std::span<const std::int64_t> values) const {
    kernel::Bytes inside;
    for (const auto value : values) put_varint(inside, zigzag(value));
    return text(tag, kernel::as_text(inside));
  }
  bool number(int tag, std::int64_t value) const { return value == 0 || numbers(tag, std::array{value}); }

  bool operator()(int tag, const std::string& value) const { return text(tag, value); }
  bool operator()(int tag, bool value) const { return number(tag, value ? 1 : 0); }
  bool operator()(int tag, std::int64_t value) const { return number(tag, value); }
  bool operator()(int tag, DocumentStatus value) const { return number(tag, static_cast<std::int64_t>(value)); }
  bool operator()(int tag, Media value) const { return number(tag, static_cast<std::int64_t>(value)); }
  bool operator()(int tag, const kernel::Instant& value) const { return number(tag, value.ms); }
  bool operator()(int tag, const std::optional<kernel::Instant>& value) const {
    return !value || numbers(tag, std::array{value->ms});
  }
  bool operator()(int tag, const Span& value) const {
    return value == Span{} || numbers(tag, std::array{value.from.ms, value.end.ms});
  }
};

std::optional<std::uint64_t> take_varint(kernel::ByteView& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (in.empty()) return std::nullopt;
    const std::uint8_t byte = in.front();
    in = in.subspan(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

struct Read {
  const std::array<kernel::ByteView, tags>& fields;

  // Exactly `count` numbers, or none at all.
  bool numbers(int tag, std::span<std::int64_t> values) const {
    auto in = fields[static_cast<std::size_t>(tag)];
    if (in.empty()) return true;
    for (auto& value : values) {
      const auto read = take_varint(in);
      if (!read) return false;
      value = unzigzag(*read);
    }
    return in.empty();
  }
  template <class Enum>
  bool code(int tag, Enum& value, std::int64_t last) const {
    std::int64_t number = 0;
    if (!numbers(tag, {&number, 1}) || number < 0 || number > last) return false;
    value = static_cast<Enum>(number);
    return true;
  }

  bool operator()(int tag, std::string& value) const {
    value = kernel::as_text(fields[static_cast<std::size_t>(tag)]);
    return true;
  }
  bool operator()(int tag, bool& value) const { return code(tag, value, 1); }
  bool operator()(int tag, std::int64_t& value) const { return numbers(tag, {&value, 1}); }
  bool operator()(int tag, DocumentStatus& value) const { return code(tag, value, 2); }
  bool operator()(int tag, Media& value) const { return code(tag, value, 3); }
  bool operator()(int tag, kernel::Instant& value) const { return numbers(tag, {&value.ms, 1}); }
  bool operator()(int tag, std::optional<kernel::Instant>& value) const {
    if (fields[static_cast<std::size_t>(tag)].empty()) return true;
    value.emplace();
    return numbers(tag, {&value->ms, 1});
  }
  bool operator()(int tag, Span& value) const {
    std::array<std::int64_t, 2> both{};
    if (!numbers(tag, both)) return false;
    value = {{both[0]}, {both[1]}};
    return true;
  }
};

}  // namespace

std::string_view code_of(DocumentStatus status) {
  switch (status) {
    case DocumentStatus::current:
      return "current";
    case DocumentStatus::superseded:
      return "superseded";
    case DocumentStatus::entered_in_error:
      return "entered-in-error";
  }
  return "current";
}

std::string_view code_of(Media media) {
  switch (media) {
    case Media::pdf:
      return "pdf";
    case Media::png:
      return "png";
    case Media::jpeg:
      return "jpeg";
    case Media::cda:
      return "cda";
  }
  return "pdf";
}

std::string_view media_type_of(Media media) {
  switch (media) {
    case Media::pdf:
      return "application/pdf";
    case Media::png:
      return "image/png";
    case Media::jpeg:
      return "image/jpeg";
    case Media::cda:
      return "text/xml";
  }
  return "application/octet-stream";
}

std::string_view extension_of(Media media) {
  switch (media) {
    case Media::pdf:
      return ".pdf";
    case Media::png:
      return ".png";
    case Media::jpeg:
      return ".jpg";
    case Media::cda:
      return ".xml";
  }
  return ".bin";
}

kernel::Bytes encode(const Document& document) {
  kernel::Bytes out;
  out.reserve(512);
  out.push_back(format);
  each_member(document, Write{out});
  return out;
}

std::optional<Document> decode(kernel::ByteView bytes) {
  if (bytes.empty() || bytes.front() != format) return std::nullopt;
  bytes = bytes.subspan(1);
  std::array<kernel::ByteView, tags> fields{};
  while (!bytes.empty()) {
    const std::uint8_t tag = bytes.front();
    bytes = bytes.subspan(1);
    const auto length = take_varint(bytes);
    if (!length || *length == 0 || *length > bytes.size() || tag >= tags || !fields[tag].empty()) return std::nullopt;
    fields[tag] = bytes.first(*length);
    bytes = bytes.subspan(*length);
  }
  Document document;
  document.confidentiality.clear();
  if (!each_member(document, Read{fields})) return std::nullopt;
  return document;
}

}  // namespace carnet::record
