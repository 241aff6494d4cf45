#include "standards/tlog/witness.hpp"

#include <fmt/format.h>

#include <charconv>

namespace carnet::tlog {
namespace {

constexpr std::size_t most_hashes = 63;

struct Request {
  std::uint64_t old_size = 0;
  Proof proof;
  std::string_view note;
};

std::optional<Hash> hash_of(std::string_view line) {
  const auto bytes = kernel::from_base64(line);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || at != end || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return number;
}

std::optional<Request> read_request(std::string_view text) {
  constexpr std::string_view old_word = "old ";
  Request request;
  for (bool first = true;; first = false) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first) {
      const auto size = line.starts_with(old_word) ? number_of(line.substr(old_word.size())) : std::nullopt;
      if (!size) return std::nullopt;
      request.old_size = *size;
    } else if (line.empty()) {
      request.note = text;
      return request;
    } else {
      const auto hash = hash_of(line);
      if (!hash || request.proof.size() == most_hashes) return std::nullopt;
      request.proof.push_back(*hash);
    }
  }
}

}  // namespace

std::string write_seen(const Seen& seen) { return fmt::format("{}\n{}\n", seen.size, kernel::to_base64(seen.root)); }

kernel::Result<Seen> read_seen(std::string_view text) {
  const auto end = text.find('\n');
  const auto size = end == std::string_view::npos ? std::nullopt : number_of(text.substr(0, end));
  const auto root = size && text.ends_with('\n') ? hash_of(text.substr(end + 1, text.size() - end - 2)) : std::nullopt;
  if (!root) return kernel::refuse(kernel::ErrorKind::invalid, "tlog.seen", "not a size and a root");
  return Seen{*size, *root};
}

WitnessAnswer judge_checkpoint(std::string_view text, const Seen& seen, const VerifierKey& log, std::string_view name,
                               const crypto::SigningKey& key, std::int64_t now_seconds) {
  const auto refuse = [&](int status, std::string body) { return WitnessAnswer{status, "text/plain", std::move(body), seen}; };
  const auto request = read_request(text);
  if (!request) return refuse(400, "the request cannot be read\n");
  const auto note = read_note(request->note);
  const auto checkpoint = note ? read_checkpoint(note->text) : pass(kernel::Result<Note>(note));
  if (!checkpoint) return refuse(400, "the checkpoint cannot be read\n");
  if (checkpoint->origin != log.name) return refuse(404, "another log\n");
  if (!is_signed_by(*note, log)) return refuse(403, "not signed by the log\n");
  if (request->old_size > checkpoint->size) return refuse(400, "the old size is larger than the checkpoint's\n");
  if (request->old_size != seen.size) {
    auto answer = refuse(409, fmt::format("{}\n", seen.size));
    answer.media_type = "text/x.tlog.size";
    return answer;
  }
  // Of the same size, the same root: anything else is a fork.
  if (checkpoint->size == seen.size && checkpoint->root != seen.root) return refuse(409, fmt::format("{}\n", seen.size));
  if (!verify_consistency(seen.size, seen.root, checkpoint->size, checkpoint->root, request->proof))
    return refuse(422, "the proof does not lead from the checkpoint last seen to this one\n");
  const auto line = cosign_note(note->text, name, key, now_seconds);
  return {200, "text/plain", write_note({"", {line}}).substr(1), {checkpoint->size, checkpoint->root}};
}

}  // namespace carnet::tlog
