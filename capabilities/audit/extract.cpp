// One lane of one space with its proofs, as a file for who holds it (docs/formats/seal.md).
#include "audit/seal_state.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::audit {
namespace {

namespace json = kernel::json;
using kernel::Result;

json::array paths_of(const tlog::Proof& proof) {
  json::array out;
  for (const auto& hash : proof) out.emplace_back(kernel::to_base64(hash));
  return out;
}

Result<json::array> entries_of(const crypto::Sealer& traces, const std::vector<Link>& links) {
  json::array out;
  for (const auto& link : links) {
    const auto seen = seen_of(link.body);
    const auto opened = open_body(traces, link.body, link.header, link.previous);
    if (!opened) return std::unexpected(chain_broken({link.header.space, link.header.lane}, link.header.sequence, "its body does not open"));
    if (!seen || !opened->salt)
      return kernel::refuse(kernel::ErrorKind::conflict, "audit.before_commitments", "this lane begins before texts were committed to");
    out.push_back(json::object{{"sequence", link.header.sequence},
                               {"at_ms", link.header.at.ms},
                               {"id", kernel::to_hex(link.header.id)},
                               {"salt", kernel::to_base64(*opened->salt)},
                               {"body", opened->text},
                               {"sealed_hash", kernel::to_base64(seen->sealed_hash)}});
  }
  return out;
}

// The seal before the space's first: the log's word that the space was not there yet. Null when the first seal is the log's.
Result<json::value> seal_before(store::Snapshot& at, std::int64_t first, std::int64_t size, const tlog::Subtrees& log) {
  if (first <= 1) return json::value(nullptr);
  CARNET_TRY(row, seal_row(at, first - 1));
  if (!row || !row->root) return kernel::fault("audit.seal", "a seal of the log is missing");
  CARNET_TRY(log_path, tlog::inclusion_proof(static_cast<std::uint64_t>(first - 2), static_cast<std::uint64_t>(size), log));
  return json::value(json::object{{"seal", first - 1},
                                  {"at_ms", row->at.ms},
                                  {"spaces", row->spaces},
                                  {"root", kernel::to_base64(*row->root)},
                                  {"log_path", paths_of(log_path)}});
}

// Where the lane asked for, and the other one, stood at a seal.
struct Stood {
  std::int64_t own = 0, other = 0;
};

}  // namespace

Result<std::string> Seals::extract(SpaceId space, Lane lane) {
  CARNET_TRY(own, state_->journal.links(space, lane));
  const Lane other_lane = lane == Lane::ordinary ? Lane::reserved : Lane::ordinary;
  CARNET_TRY(other, state_->journal.links(space, other_lane));
  CARNET_TRY(entries, entries_of(state_->journal.sealer(), own));
  const auto hash_at = [](const std::vector<Link>& links, std::int64_t sequence) {
    return sequence > 0 && sequence <= static_cast<std::int64_t>(links.size()) ? links[static_cast<std::size_t>(sequence - 1)].hash : Hash{};
  };
  return state_->store.read_now<std::string>([&](store::Snapshot& at) -> Result<std::string> {
    CARNET_TRY(newest, last_checkpoint(at));
    CARNET_TRY(heads, heads_of(at, space));
    if (!newest || !heads) return kernel::refuse(kernel::ErrorKind::not_found, "audit.not_sealed", "this space has not been sealed yet");
    CARNET_TRY(changes, changes_of(at, space));
    const auto log = subtrees_of(at, the_log);
    const std::int64_t first = changes.empty() ? newest->size + 1 : changes.front().seal;
    CARNET_TRY(before, seal_before(at, first, newest->size, log));
    json::array seals;
    std::size_t next = 0;
    Stood stood;
    for (std::int64_t number = first; number <= newest->size; ++number) {
      for (; next < changes.size() && changes[next].seal <= number; ++next)
        stood = lane == Lane::ordinary ? Stood{changes[next].ordinary_sequence, changes[next].reserved_sequence}
                                       : Stood{changes[next].reserved_sequence, changes[next].ordinary_sequence};
      CARNET_TRY(row, seal_row(at, number));
      if (!row || !row->root) return kernel::fault("audit.seal", "a seal of the log is missing");
      const auto index = static_cast<std::uint64_t>(number);
      CARNET_TRY(path, tlog::inclusion_proof(static_cast<std::uint64_t>(heads->slot), static_cast<std::uint64_t>(row->spaces),
                                             subtrees_of(at, number)));
      CARNET_TRY(log_path, tlog::inclusion_proof(index - 1, static_cast<std::uint64_t>(newest->size), log));
      seals.push_back(json::object{
          {"seal", number},
          {"at_ms", row->at.ms},
          {"spaces", row->spaces},
          {"root", kernel::to_base64(*row->root)},
          {"slot", heads->slot},
          {"sequence", stood.own},
          {"salt", kernel::to_base64(state_->salt(space, lane, index))},
          {"other", kernel::to_base64(lane_commitment(state_->salt(space, other_lane, index), stood.other, hash_at(other, stood.other)))},
          {"path", paths_of(path)},
          {"log_path", paths_of(log_path)}});
    }
    return json::serialize(json::object{{"format", "carnet-extract/1"},
                                        {"log", state_->origin},
                                        {"space", state_->name_of(space)},
                                        {"space_id", space.value},
                                        {"lane", lane == Lane::ordinary ? "ordinary" : "reserved"},
                                        {"made_at", kernel::to_rfc3339(state_->clock.now())},
                                        {"entries", std::move(entries)},
                                        {"before", std::move(before)},
                                        {"seals", std::move(seals)},
                                        {"checkpoint", newest->note}});
  });
}

}  // namespace carnet::audit
