// Checks an extract with nothing but public keys: nothing changed, nothing missing. Pure, and written to distrust every
// member of the file.
#include <fmt/format.h>

#include "audit/seal_forms.hpp"
#include "audit/seals.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::audit {
namespace {

namespace json = kernel::json;

// Reads members; the first that is absent or of another type is remembered, and what it reads as is harmless.
class Reading {
 public:
  const std::string& malformed() const { return malformed_; }

  std::int64_t number(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (value != nullptr && value->is_int64() && value->get_int64() >= 0) return value->get_int64();
    fail(name);
    return 0;
  }
  std::string_view text(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (value != nullptr && value->is_string()) return value->get_string();
    fail(name);
    return {};
  }
  const json::array& list(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (value != nullptr && value->is_array()) return value->get_array();
    fail(name);
    return no_list_;
  }
  const json::object& object_of(const json::value& value, std::string_view name) {
    if (value.is_object()) return value.get_object();
    fail(name);
    return no_object_;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> exactly(const std::optional<kernel::Bytes>& bytes, std::string_view name) {
    std::array<std::uint8_t, N> out{};
    if (bytes && bytes->size() == N)
      std::copy(bytes->begin(), bytes->end(), out.begin());
    else
      fail(name);
    return out;
  }
  Hash hash(const json::object& in, std::string_view name) { return exactly<32>(kernel::from_base64(text(in, name)), name); }
  tlog::Proof path(const json::object& in, std::string_view name) {
    tlog::Proof out;
    for (const auto& one : list(in, name)) {
      const bool is_text = one.is_string() && out.size() < 64;
      if (!is_text) fail(name);
      if (is_text) out.push_back(exactly<32>(kernel::from_base64(std::string_view(one.get_string())), name));
    }
    return out;
  }
  void fail(std::string_view name) {
    if (malformed_.empty()) malformed_ = name;
  }

 private:
  std::string malformed_;
  const json::array no_list_{};
  const json::object no_object_{};
};

class Check {
 public:
  Check(const json::object& extract, const ExtractKeys& keys) : extract_(extract), keys_(keys) {}

  ExtractVerdict run(kernel::Instant now, std::chrono::milliseconds oldest) {
    if (in_.text(extract_, "format") != "carnet-extract/1") in_.fail("format");
    space_ = SpaceId(in_.number(extract_, "space_id"));
    const auto lane = in_.text(extract_, "lane");
    if (lane != "ordinary" && lane != "reserved") in_.fail("lane");
    lane_ = lane == "ordinary" ? Lane::ordinary : Lane::reserved;
    if (!keys_.space.empty() && in_.text(extract_, "space") != keys_.space) find("space", "this extract is of another space");
    check_checkpoint(now, oldest);
    check_chain();
    check_seals();
    if (!in_.malformed().empty()) verdict_.findings = {"file: it is not an extract (" + in_.malformed() + ")"};
    return std::move(verdict_);
  }

 private:
  void find(std::string_view what, std::string_view says) { verdict_.findings.push_back(fmt::format("{}: {}", what, says)); }

  void check_checkpoint(kernel::Instant now, std::chrono::milliseconds oldest) {
    const auto note = tlog::read_note(in_.text(extract_, "checkpoint"));
    if (!note) return find("checkpoint", "it cannot be read");
    const auto read = tlog::read_checkpoint(note->text);
    if (!read) return find("checkpoint", "it cannot be read");
    if (read->origin != keys_.log.name) find("checkpoint", "it is another log's");
    if (!tlog::is_signed_by(*note, keys_.log)) find("checkpoint", "it is not signed by the log");
    for (const auto& witness : keys_.witnesses) {
      const auto at = tlog::cosigned_at(*note, witness);
      if (!at) find("checkpoint", fmt::format("{} did not cosign it", witness.name));
      else if (kernel::Instant{*at * 1000} < now.plus(-oldest)) find("checkpoint", fmt::format("{} cosigned it long ago: an old one shown again", witness.name));
    }
    size_ = read->size;
    root_ = read->root;
    oldest_seal_ = now.plus(-oldest);
  }

  void check_chain() {
    Hash previous{};
    for (const auto& value : in_.list(extract_, "entries")) {
      const auto& entry = in_.object_of(value, "entries");
      Header header;
      header.space = space_;
      header.lane = lane_;
      header.sequence = in_.number(entry, "sequence");
      header.at = kernel::Instant{in_.number(entry, "at_ms")};
      header.id = in_.exactly<16>(kernel::from_hex(in_.text(entry, "id")), "id");
      const auto salt = in_.exactly<16>(kernel::from_base64(in_.text(entry, "salt")), "salt");
      if (header.sequence != static_cast<std::int64_t>(hashes_.size()) + 1)
        find("chain", fmt::format("entry {} stands where entry {} is due", header.sequence, hashes_.size() + 1));
      if (!decode_body(in_.text(entry, "body"), space_, lane_)) find("chain", fmt::format("entry {} says nothing that can be read", header.sequence));
      previous = chain_hash(previous, commitment_of(salt, in_.text(entry, "body")), in_.hash(entry, "sealed_hash"), header);
      hashes_.push_back(previous);
      times_.push_back(header.at);
    }
    verdict_.entries = static_cast<std::int64_t>(hashes_.size());
  }

  bool is_in_log(const json::object& seal, const SealEntry& entry) {
    return entry.seal != 0 && tlog::verify_inclusion(tlog::leaf_hash(log_entry(entry)), entry.seal - 1, size_, in_.path(seal, "log_path"), root_);
  }
  SealEntry entry_of(const json::object& seal) {
    return {static_cast<std::uint64_t>(in_.number(seal, "seal")), kernel::Instant{in_.number(seal, "at_ms")},
            static_cast<std::uint64_t>(in_.number(seal, "spaces")), in_.hash(seal, "root")};
  }

  // Seals left out at the beginning would let the lane be written anew before them: the seal before the first had no
  // place for this space yet, and nothing here is older than it.
  void check_beginning(std::int64_t first, std::int64_t slot) {
    if (first <= 1) return;
    const auto* given = extract_.if_contains("before");
    if (given == nullptr || !given->is_object()) return find("seals", fmt::format("those before seal {} are missing", first));
    const auto& before = given->get_object();
    const auto entry = entry_of(before);
    if (entry.seal != static_cast<std::uint64_t>(first - 1) || !is_in_log(before, entry)) find("seals", fmt::format("seal {} is not the one of the log", first - 1));
    if (entry.spaces > static_cast<std::uint64_t>(slot)) find("seals", fmt::format("seal {} held this space already, and is missing", first - 1));
    if (!times_.empty() && times_[0] < entry.at.plus(-late_entry)) find("seals", fmt::format("entry 1 is older than seal {}, which does not hold it", first - 1));
  }

  void check_seals() {
    std::int64_t last_seal = 0, last_sequence = 0, first_slot = 0;
    for (const auto& value : in_.list(extract_, "seals")) {
      const auto& seal = in_.object_of(value, "seals");
      const auto no = in_.number(seal, "seal"), sequence = in_.number(seal, "sequence");
      const auto slot = in_.number(seal, "slot");
      if (last_seal == 0) check_beginning(no, first_slot = slot);
      if (slot != first_slot) find("seals", fmt::format("the space has another place at seal {}", no));
      if (last_seal != 0 && no != last_seal + 1) find("seals", fmt::format("seal {} comes after seal {}", no, last_seal));
      if (sequence < last_sequence) find("seals", fmt::format("the lane is shorter at seal {} than before", no));
      check_seal(seal, no, sequence);
      last_seal = no;
      last_sequence = sequence;
      verdict_.sealed_at = kernel::Instant{in_.number(seal, "at_ms")};
      ++verdict_.seals;
    }
    if (last_seal == 0) return find("seals", "there is none");
    if (static_cast<std::uint64_t>(last_seal) != size_) find("seals", "they do not go on to the checkpoint");
    if (verdict_.sealed_at < oldest_seal_) find("seals", "the last is long ago: an old checkpoint shown again");
    verdict_.unsealed = std::max<std::int64_t>(0, verdict_.entries - last_sequence);
    for (auto i = static_cast<std::size_t>(last_sequence); i < times_.size(); ++i)
      if (times_[i] < verdict_.sealed_at.plus(-late_entry)) find("seals", fmt::format("entry {} is older than the last seal, which does not hold it", i + 1));
  }

  void check_seal(const json::object& seal, std::int64_t no, std::int64_t sequence) {
    const auto index = static_cast<std::uint64_t>(no);
    if (sequence > static_cast<std::int64_t>(hashes_.size())) return find("seals", fmt::format("seal {} holds {} entries: some are missing here", no, sequence));
    const Hash head = sequence == 0 ? Hash{} : hashes_[static_cast<std::size_t>(sequence - 1)];
    const auto own = lane_commitment(in_.hash(seal, "salt"), sequence, head), other = in_.hash(seal, "other");
    const auto leaf = lane_ == Lane::ordinary ? space_leaf(in_.text(extract_, "space"), space_, index, own, other)
                                              : space_leaf(in_.text(extract_, "space"), space_, index, other, own);
    const auto entry = entry_of(seal);
    if (!tlog::verify_inclusion(tlog::leaf_hash(leaf), static_cast<std::uint64_t>(in_.number(seal, "slot")), entry.spaces, in_.path(seal, "path"), entry.root))
      find("seals", fmt::format("seal {} holds something else for this space", no));
    if (!is_in_log(seal, entry)) find("seals", fmt::format("seal {} is not the one of the log", no));
  }

  // A trace asked for just before a seal may be written just after it.
  static constexpr std::chrono::milliseconds late_entry = std::chrono::minutes(10);

  const json::object& extract_;
  const ExtractKeys& keys_;
  Reading in_;
  SpaceId space_;
  Lane lane_ = Lane::ordinary;
  std::vector<Hash> hashes_;
  std::vector<kernel::Instant> times_;
  std::uint64_t size_ = 0;
  Hash root_{};
  kernel::Instant oldest_seal_{};
  ExtractVerdict verdict_;
};

}  // namespace

ExtractVerdict verify_extract(std::string_view extract, const ExtractKeys& keys, kernel::Instant now,
                              std::chrono::milliseconds oldest) {
  ExtractVerdict verdict;
  const auto object = kernel::parse_object(extract);
  if (!object) {
    verdict.findings.emplace_back("file: it is not an extract");
    return verdict;
  }
  return Check(*object, keys).run(now, oldest);
}

}  // namespace carnet::audit
