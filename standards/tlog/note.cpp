// Signed notes and cosignatures. A note is its text, an empty line, and signature lines "— name base64(id | bytes)".
#include <fmt/format.h>

#include <algorithm>

#include "standards/tlog/tlog.hpp"

namespace carnet::tlog {

using kernel::Bytes;
using kernel::Result;

namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // em dash and space
constexpr std::size_t most_bytes = 1u << 20, most_signatures = 100;
constexpr auto eddsa = crypto::PublicKey::Algorithm::eddsa;

std::unexpected<kernel::Error> bad(std::string_view code, std::string_view why) {
  return kernel::refuse(kernel::ErrorKind::invalid, code, why);
}

bool is_name(std::string_view name) {
  const auto odd = [](char c) { return c == '+' || static_cast<unsigned char>(c) <= 0x20; };
  return !name.empty() && std::ranges::none_of(name, odd);
}

std::uint32_t key_id(std::string_view name, SignatureType type, kernel::ByteView key) {
  Bytes all = kernel::to_bytes(name);
  all.push_back('\n');
  all.push_back(static_cast<std::uint8_t>(type));
  all.insert(all.end(), key.begin(), key.end());
  const auto digest = crypto::sha256(all);
  return (std::uint32_t{digest[0]} << 24) | (std::uint32_t{digest[1]} << 16) | (std::uint32_t{digest[2]} << 8) | digest[3];
}

Bytes id_bytes(std::uint32_t id) {
  return {static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16), static_cast<std::uint8_t>(id >> 8),
          static_cast<std::uint8_t>(id)};
}

std::uint32_t read_id(kernel::ByteView bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) | bytes[3];
}

bool verify(const VerifierKey& key, std::string_view message, kernel::ByteView signature) {
  const auto loaded = crypto::PublicKey::from_jwk("Ed25519", kernel::to_base64url(key.key), "");
  return loaded && signature.size() == 64 && loaded->verify(eddsa, kernel::as_bytes(message), signature);
}

std::string cosigned_message(std::string_view text, std::int64_t seconds) {
  return fmt::format("cosignature/v1\ntime {}\n{}", seconds, text);
}

std::optional<std::uint32_t> hex_id(std::string_view text) {
  const auto bytes = text.size() == 8 ? kernel::from_hex(text) : std::nullopt;
  if (!bytes) return std::nullopt;
  return read_id(*bytes);
}

}  // namespace

Result<VerifierKey> read_verifier_key(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad("tlog.key", "a key is written name+id+key");
  VerifierKey key;
  key.name = std::string(text.substr(0, first));
  const auto id = hex_id(text.substr(first + 1, second - first - 1));
  const auto bytes = kernel::from_base64(text.substr(second + 1));
  if (!is_name(key.name) || !id || !bytes || bytes->size() != 33) return bad("tlog.key", "a key is written name+id+key");
  const auto type = bytes->front();
  if (type != static_cast<std::uint8_t>(SignatureType::ed25519) && type != static_cast<std::uint8_t>(SignatureType::cosignature_v1))
    return bad("tlog.key", "a signature type that is not spoken here");
  key.type = static_cast<SignatureType>(type);
  key.key.assign(bytes->begin() + 1, bytes->end());
  key.id = *id;
  if (key_id(key.name, key.type, key.key) != key.id) return bad("tlog.key", "the id is not that of the key");
  return key;
}

std::string write_verifier_key(const VerifierKey& key) {
  Bytes bytes{static_cast<std::uint8_t>(key.type)};
  bytes.insert(bytes.end(), key.key.begin(), key.key.end());
  return fmt::format("{}+{}+{}", key.name, kernel::to_hex(id_bytes(key.id)), kernel::to_base64(bytes));
}

VerifierKey verifier_of(std::string_view name, SignatureType type, const crypto::SigningKey& key) {
  // SubjectPublicKeyInfo of Ed25519 (RFC 8410) ends with the 32 bytes of the key.
  const std::string pem = key.public_pem();
  const auto begin = pem.find('\n'), end = pem.rfind("-----END");
  const auto der = kernel::from_base64(std::string_view(pem).substr(begin, end - begin), kernel::WhiteSpace::skip);
  CARNET_INVARIANT(der && der->size() == 44, "a log is signed with an Ed25519 key");
  VerifierKey out{std::string(name), type, 0, Bytes(der->end() - 32, der->end())};
  out.id = key_id(out.name, out.type, out.key);
  return out;
}

Result<Note> read_note(std::string_view text) {
  if (text.size() > most_bytes) return bad("tlog.note", "a note is at most 1 MiB");
  const auto split = text.rfind("\n\n");
  if (split == std::string_view::npos || !text.ends_with('\n')) return bad("tlog.note", "a note has a text, an empty line and signatures");
  Note note{std::string(text.substr(0, split + 1)), {}};
  auto rest = text.substr(split + 2);
  if (rest.empty()) return bad("tlog.note", "a note without a signature");
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto space = line.rfind(' ');
    if (!line.starts_with(dash) || space < dash.size() || space == std::string_view::npos) return bad("tlog.note", "a signature line is malformed");
    const auto name = line.substr(dash.size(), space - dash.size());
    const auto bytes = kernel::from_base64(line.substr(space + 1));
    if (!is_name(name) || !bytes || bytes->size() < 5 || note.signatures.size() == most_signatures)
      return bad("tlog.note", "a signature line is malformed");
    note.signatures.push_back({std::string(name), read_id(*bytes), Bytes(bytes->begin() + 4, bytes->end())});
  }
  return note;
}

std::string write_note(const Note& note) {
  std::string out = note.text + "\n";
  for (const auto& one : note.signatures) {
    Bytes bytes = id_bytes(one.id);
    bytes.insert(bytes.end(), one.bytes.begin(), one.bytes.end());
    out += fmt::format("{}{} {}\n", dash, one.name, kernel::to_base64(bytes));
  }
  return out;
}

NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key) {
  return {std::string(name), verifier_of(name, SignatureType::ed25519, key).id, key.sign(eddsa, kernel::as_bytes(text))};
}

bool is_signed_by(const Note& note, const VerifierKey& key) {
  bool found = false;
  for (const auto& one : note.signatures) {
    if (one.name != key.name || one.id != key.id) continue;
    if (key.type != SignatureType::ed25519 || !verify(key, note.text, one.bytes)) return false;
    found = true;
  }
  return found;
}

NoteSignature cosign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key, std::int64_t seconds) {
  const auto message = cosigned_message(text, seconds);
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(seconds) >> shift));
  const auto signature = key.sign(eddsa, kernel::as_bytes(message));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return {std::string(name), verifier_of(name, SignatureType::cosignature_v1, key).id, std::move(bytes)};
}

std::optional<std::int64_t> cosigned_at(const Note& note, const VerifierKey& key) {
  std::optional<std::int64_t> latest;
  for (const auto& one : note.signatures) {
    if (one.name != key.name || one.id != key.id) continue;
    if (key.type != SignatureType::cosignature_v1 || one.bytes.size() != 72) return std::nullopt;
    std::uint64_t seconds = 0;
    for (std::size_t i = 0; i < 8; ++i) seconds = (seconds << 8) | one.bytes[i];
    const auto when = static_cast<std::int64_t>(seconds);
    if (when < 0 || !verify(key, cosigned_message(note.text, when), kernel::ByteView(one.bytes).subspan(8))) return std::nullopt;
    latest = std::max(latest.value_or(0), when);
  }
  return latest;
}

}  // namespace carnet::tlog
