#include "foundation/store/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace carnet::store {

namespace {

enum class Piece { word, quoted, comment, other };

// The length of the piece that starts at `at`.
std::size_t length_of(std::string_view sql, std::size_t at, Piece& piece) {
  const auto rest = sql.substr(at);
  if (rest.starts_with("--")) {
    piece = Piece::comment;
    return std::min(rest.find('\n'), rest.size());
  }
  if (rest.starts_with("/*")) {
    piece = Piece::comment;
    const auto end = rest.find("*/", 2);
    return end == std::string_view::npos ? rest.size() : end + 2;
  }
  if (rest[0] == '\'' || rest[0] == '"') {
    piece = Piece::quoted;  // a doubled quote reads as two quoted pieces, side by side: no harm
    const auto end = rest.find(rest[0], 1);
    return end == std::string_view::npos ? rest.size() : end + 1;
  }
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  if (!in_word(rest[0])) {
    piece = Piece::other;
    return 1;
  }
  piece = Piece::word;
  std::size_t length = 1;
  while (length < rest.size() && in_word(rest[length])) ++length;
  return length;
}

bool same_word(std::string_view a, std::string_view upper) {
  if (a.size() != upper.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(a[i])) != upper[i]) return false;
  }
  return true;
}

// If `WITHOUT ROWID` starts at `at`, its whole length, else 0.
std::size_t without_rowid(std::string_view sql, std::size_t at) {
  if (!same_word(sql.substr(at, 7), "WITHOUT")) return 0;
  std::size_t next = at + 7;
  while (next < sql.size() && std::isspace(static_cast<unsigned char>(sql[next])) != 0) ++next;
  return same_word(sql.substr(next, 5), "ROWID") ? next + 5 - at : 0;
}

}  // namespace

bool meant_for(std::string_view file_name, Engine engine) {
  if (file_name.ends_with(".sqlite.sql")) return engine == Engine::sqlite;
  if (file_name.ends_with(".postgres.sql")) return engine == Engine::postgres;
  return true;
}

std::string translate(std::string_view sql, Engine engine) {
  if (engine == Engine::sqlite) return std::string(sql);
  std::string out;
  out.reserve(sql.size());
  for (std::size_t at = 0; at < sql.size();) {
    Piece piece{};
    const std::size_t length = length_of(sql, at, piece);
    const auto text = sql.substr(at, length);
    if (piece == Piece::word) {
      if (const auto whole = without_rowid(sql, at); whole > 0) {
        at += whole;
        continue;
      }
      out += same_word(text, "BLOB") ? "BYTEA" : same_word(text, "INTEGER") ? std::string_view("BIGINT") : text;
    } else {
      out += text;
    }
    at += length;
  }
  return out;
}

std::string without_comments(std::string_view sql) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    Piece piece{};
    const std::size_t length = length_of(sql, at, piece);
    if (piece == Piece::comment) {
      out += ' ';
    } else {
      out += sql.substr(at, length);
    }
    at += length;
  }
  return out;
}

std::size_t highest_parameter(std::string_view sql) {
  std::size_t highest = 0;
  for (std::size_t at = 0; at < sql.size();) {
    Piece piece{};
    const std::size_t length = length_of(sql, at, piece);
    if (sql[at] == '$') {
      std::size_t number = 0;
      std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
      highest = std::max(highest, number);
    }
    at += length;
  }
  return highest;
}

std::string first_word(std::string_view sql) {
  for (std::size_t at = 0; at < sql.size();) {
    Piece piece{};
    const std::size_t length = length_of(sql, at, piece);
    if (piece == Piece::word) {
      std::string word(sql.substr(at, length));
      for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      return word;
    }
    at += length;
  }
  return {};
}

// FNV-1a with the published 128-bit parameters.
std::string text_fingerprint(std::string_view text) {
  using Wide = unsigned __int128;
  constexpr Wide prime = (static_cast<Wide>(1) << 88) | 0x13b;
  Wide hash = (static_cast<Wide>(0x6c62272e07bb0142ULL) << 64) | 0x62b821756295c58dULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= prime;
  }
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(hash >> 64), static_cast<std::uint64_t>(hash));
}

}  // namespace carnet::store
