#include "record/zip.hpp"

#include <array>

#include "foundation/kernel/result.hpp"

namespace carnet::record {

namespace {

constexpr std::uint16_t version = 20, utf8_names = 0x0800;

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xEDB88320U ^ value >> 1 : value >> 1;
    table[i] = value;
  }
  return table;
}();

void put16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value & 0xFF));
  out.push_back(static_cast<char>(value >> 8));
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value & 0xFFFF));
  put16(out, static_cast<std::uint16_t>(value >> 16));
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) crc = crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xFF] ^ crc >> 8;
  return ~crc;
}

Zip::Zip(kernel::Instant written, std::size_t expected_bytes) {
  out_.reserve(expected_bytes);
  const auto day = kernel::date_in(written, kernel::Zone::paris());
  const int minute = kernel::minute_of_day(written, kernel::Zone::paris());
  date_ =
      static_cast<std::uint16_t>((day.year - 1980) << 9 | static_cast<int>(day.month) << 5 | static_cast<int>(day.day));
  time_ = static_cast<std::uint16_t>((minute / 60) << 11 | (minute % 60) << 5);
}

void Zip::add(std::string_view name, std::string_view content) {
  CARNET_INVARIANT(out_.size() + content.size() < 0xFFFF0000U && entries_.size() < 0xFFFF,
                   "an archive stays below 4 GiB");
  const Entry entry{std::string(name), crc32(content), static_cast<std::uint32_t>(content.size()),
                    static_cast<std::uint32_t>(out_.size())};
  put32(out_, 0x04034B50);
  put16(out_, version);
  put16(out_, utf8_names);
  put16(out_, 0);  // stored
  put16(out_, time_);
  put16(out_, date_);
  put32(out_, entry.crc);
  put32(out_, entry.size);
  put32(out_, entry.size);
  put16(out_, static_cast<std::uint16_t>(entry.name.size()));
  put16(out_, 0);
  out_.append(entry.name).append(content);
  entries_.push_back(entry);
}

std::string Zip::finish() {
  const auto start = static_cast<std::uint32_t>(out_.size());
  for (const auto& entry : entries_) {
    put32(out_, 0x02014B50);
    put16(out_, version);
    put16(out_, version);
    put16(out_, utf8_names);
    put16(out_, 0);
    put16(out_, time_);
    put16(out_, date_);
    put32(out_, entry.crc);
    put32(out_, entry.size);
    put32(out_, entry.size);
    put16(out_, static_cast<std::uint16_t>(entry.name.size()));
    for (int i = 0; i < 4; ++i) put16(out_, 0);  // extra, comment, disk, internal attributes
    put32(out_, 0);
    put32(out_, entry.offset);
    out_.append(entry.name);
  }
  const auto size = static_cast<std::uint32_t>(out_.size()) - start;
  put32(out_, 0x06054B50);
  put16(out_, 0);
  put16(out_, 0);
  put16(out_, static_cast<std::uint16_t>(entries_.size()));
  put16(out_, static_cast<std::uint16_t>(entries_.size()));
  put32(out_, size);
  put32(out_, start);
  put16(out_, 0);
  return std::move(out_);
}

}  // namespace carnet::record
