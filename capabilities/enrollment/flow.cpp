// The cookie of an opening under way, and what is kept under it.
#include <fmt/format.h>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

namespace json = kernel::json;

kernel::Bytes hash_of_secret(std::string_view secret) {
  const auto digest = crypto::sha256(kernel::as_bytes(secret));
  return {digest.begin(), digest.end()};
}

std::string place_of(const FlowKey& key) {
  return fmt::format("activation_flow/{}/{}", key.person.value, kernel::to_hex(key.hash));
}

json::object contact_to_json(const identity::Contact& contact) {
  return {{"channel", static_cast<std::int64_t>(contact.channel)}, {"address", contact.address}};
}

std::string encode(const Flow& flow) {
  json::object body{{"person", flow.person.value}, {"by", flow.by.value}, {"child", flow.child},
                    {"code", flow.code}, {"on_file", flow.contact_on_file}, {"confirmed", flow.contact_confirmed}};
  if (flow.contact) body["contact"] = contact_to_json(*flow.contact);
  if (flow.sent)
    body["sent"] = json::object{{"channel", static_cast<std::int64_t>(flow.sent->channel)},
                                {"hint", flow.sent->hint}, {"at", flow.sent->at.ms}};
  return json::serialize(body);
}

// Written and sealed by us: another shape is a fault, which `at` makes an exception inside and a Result outside.
Flow decode(const json::object& body) {
  Flow flow;
  flow.person = PersonId(body.at("person").as_int64());
  flow.by = PersonId(body.at("by").as_int64());
  flow.child = body.at("child").as_bool();
  flow.code = body.at("code").as_int64();
  flow.contact_on_file = body.at("on_file").as_bool();
  flow.contact_confirmed = body.at("confirmed").as_bool();
  if (const auto* contact = body.if_contains("contact")) {
    const auto& object = contact->as_object();
    flow.contact = identity::Contact{static_cast<notices::Channel>(object.at("channel").as_int64()),
                                     std::string(object.at("address").as_string())};
  }
  if (const auto* sent = body.if_contains("sent")) {
    const auto& object = sent->as_object();
    flow.sent = identity::SentCode{static_cast<notices::Channel>(object.at("channel").as_int64()),
                                   std::string(object.at("hint").as_string()), Instant{object.at("at").as_int64()}};
  }
  return flow;
}

}  // namespace

std::string new_flow_cookie(const Engine& engine, PersonId person) {
  const auto secret = kernel::to_base32(engine.entropy.bytes("enrollment.flow", 16));
  return engine.flow_ids.seal({person.value, 1}) + "." + secret;
}

std::optional<FlowKey> key_of_flow(const Engine& engine, std::string_view cookie) {
  const auto dot = cookie.find('.');
  if (dot == std::string_view::npos || cookie.size() > 80) return std::nullopt;
  const auto parts = engine.flow_ids.open(cookie.substr(0, dot));
  if (!parts || parts->local != 1) return std::nullopt;
  return FlowKey{PersonId(parts->space), hash_of_secret(cookie.substr(dot + 1))};
}

Result<Flow> load_flow(const Engine& engine, store::Snapshot& at, const FlowKey& key) {
  const auto none = kernel::refuse(kernel::ErrorKind::not_found, "activation.none");
  CARNET_TRY(row, rows::flow_of(at, key.person, key.hash));
  if (!row || row->expires_at <= engine.clock.now()) return none;
  const auto plain = engine.flow_seal.open(row->body, kernel::as_bytes(place_of(key)));
  if (!plain) return none;
  CARNET_TRY(body, kernel::parse_object(kernel::as_text(*plain)));
  try {
    return decode(body);
  } catch (const std::exception& problem) {
    return kernel::fault("enrollment.flow", problem.what());
  }
}

Status save_flow(const Engine& engine, store::Tx& tx, const FlowKey& key, const Flow& flow) {
  const auto now = engine.clock.now();
  const auto body = encode(flow);
  rows::FlowRow row{now.plus(std::chrono::minutes(engine.terms(now)->flow_idle_minutes)),
                    engine.flow_seal.seal(kernel::as_bytes(body), kernel::as_bytes(place_of(key)))};
  return rows::put_flow(tx, key.person, key.hash, row);
}

Presented presented_by(const Flow& flow) {
  Presented presented;
  presented.code = flow.code;
  presented.number = presented.serial = true;  // there is no flow without them
  presented.admitted = true;
  presented.contact = flow.contact_on_file && flow.contact_confirmed;
  presented.typed_contact = !flow.contact_on_file && flow.contact_confirmed && flow.contact.has_value();
  return presented;
}

}  // namespace carnet::enrollment
