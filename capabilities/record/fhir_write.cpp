// create, update, JSON Patch, delete: of one structured resource.
#include <fmt/format.h>

#include "record/fhir_incoming.hpp"
#include "standards/fhir/json_patch.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;
using kernel::SpaceId;

namespace {

constexpr int most_tries = 5;  // of a write whose record changed while it was looked at

bool may_try_again(const kernel::Error& error) {
  return error.code == "record.changed" || error.code == "record.version";
}

// What the address said must be what the body says.
kernel::Status check_id(const Asked& asked, const Incoming& incoming) {
  if (incoming.id == asked.url.id) return {};
  return kernel::invalid("fhir.request", {{incoming.id.empty() ? "required" : "value", asked.url.type + ".id",
                                           "must be that of the address"}});
}

WriteOp op_of(WriteOp::Kind kind, const Asked& asked, std::string text, std::int64_t local = 0) {
  WriteOp op;
  op.kind = kind;
  op.type = asked.url.type;
  op.local = local;
  op.text = std::move(text);
  return op;
}

// `If-None-Match: *`: only what is not there yet. Ids are given here, so that a resource which is found is always too
// many, and one that is not stays not found.
bool only_if_absent(const Asked& asked) {
  const auto tags = fhir::read_entity_tags(asked.if_none_match);
  return tags && tags->any;
}
constexpr std::int64_t no_version = 0;

// A reference that leads to what nobody knows is a fault of the resource, at its path.
kernel::Error as_reference(kernel::Error error, const ReferenceAim& aim) {
  if (error.kind != ErrorKind::not_found || aim.aim.person) return error;
  return {ErrorKind::invalid, "record.reference", {},
          {{"not-found", aim.aim.space_path, "refers to nothing that this service knows"}}};
}

Answer create_unconditionally(Shared& shared, const Asked& asked, const Incoming& incoming) {
  auto written = co_await write_one(shared, asked, door_to_aim(shared, asked.caller, incoming.aim, access::Act::deposit),
                                    op_of(WriteOp::Kind::create, asked, incoming.text));
  if (!written) co_return std::unexpected(as_reference(std::move(written).error(), incoming.aim));
  co_return written_response(shared, asked, *written);
}

}  // namespace

kernel::Status still_matched(const Asked& asked, std::int64_t version) {
  if (!asked.matched_version || *asked.matched_version == version) return {};
  return kernel::refuse(ErrorKind::conflict, "record.changed", "what the condition matched has changed meanwhile");
}

std::unexpected<kernel::Error> no_person(std::string_view type, std::string path) {
  const auto links = fhir::patient_links_of(type);
  const auto* info = fhir::find_resource_type(type);
  for (const std::string_view code : {std::string_view("subject"), std::string_view("patient"), links.empty() ? "" : links.front()})
    if (info != nullptr && !code.empty() && fhir::find_member(*info, code) != nullptr) {
      path.append(".").append(code);
      break;
    }
  return kernel::invalid("record.reference", {{"required", std::move(path), "a reference to Patient/<id> must say whose this is"}});
}

kernel::Status still_says_whose(std::string_view type, const ReferenceAim& aim, std::string path) {
  if (aim.aim.person || aim.aim.space || fhir::patient_links_of(type).empty()) return {};
  return no_person(type, std::move(path));
}

Answer create_one(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(incoming, co_await read_incoming(shared, asked.url.type, asked.body));
  if (!incoming.aim.aim.person && !incoming.aim.aim.space) co_return no_person(asked.url.type, asked.url.type);
  if (asked.if_none_exist.empty()) co_return co_await create_unconditionally(shared, asked, incoming);
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(found, co_await look_up(shared, asked, door_to_aim(shared, asked.caller, incoming.aim, access::Act::list),
                                          asked.url.type, asked.if_none_exist));
    if (found.matches.size() > 1) co_return several_match(asked.path);
    if (found.matches.size() == 1) {
      co_return existing_response(shared, asked, *found.matches.front());
    }
    auto written =
        co_await write_one(shared, asked, door_to_aim(shared, asked.caller, incoming.aim, access::Act::deposit),
                           op_of(WriteOp::Kind::create, asked, incoming.text), found.change);
    if (written) co_return written_response(shared, asked, *written);
    if (!may_try_again(written.error()) || tries == most_tries) co_return std::unexpected(std::move(written).error());
  }
}

namespace {

// The door of the space that an id names, which all references of the resource must lead to.
Door door_to_own(const Shared& shared, const Asked& asked, SpaceId space, ReferenceAim aim, access::Act act) {
  aim.aim.space = space;
  const auto person = aim.aim.person;
  const std::string path = aim.aim.person_path;
  aim.aim.person.reset();
  return [door = door_to_aim(shared, asked.caller, std::move(aim), act), person,
          path](store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = door(at);
    if (grant && person && grant->person() != *person)
      return kernel::invalid("record.reference", {{"business-rule", path, "refers to another person"}});
    return grant;
  };
}

Answer update_conditionally(Shared& shared, const Asked& asked) {
  CARNET_CO_TRY(incoming, co_await read_incoming(shared, asked.url.type, asked.body));
  if (!incoming.aim.aim.person && !incoming.aim.aim.space) co_return no_person(asked.url.type, asked.url.type);
  for (int tries = 1;; ++tries) {
    const auto door = [&](access::Act act) { return door_to_aim(shared, asked.caller, incoming.aim, act); };
    CARNET_CO_TRY(found, co_await look_up(shared, asked, door(access::Act::list), asked.url.type, asked.url.query));
    if (found.matches.size() > 1) co_return several_match(asked.path);
    WriteOp op = op_of(WriteOp::Kind::create, asked, incoming.text);
    if (found.matches.empty() && !incoming.id.empty())
      co_return kernel::invalid("fhir.request", {{"value", asked.url.type + ".id",
                                                  "nothing matches, and ids are given by the server"}});
    if (!found.matches.empty()) {
      const auto& item = *found.matches.front();
      if (!incoming.id.empty() && incoming.id != item.root()["id"].plain_text())
        co_return kernel::invalid("fhir.request",
                                  {{"value", asked.url.type + ".id", "is not that of the resource that matches"}});
      CARNET_CO_TRY(version, version_asked(asked.if_match));
      op.kind = WriteOp::Kind::update;
      op.local = item.local;
      op.if_version = only_if_absent(asked) ? no_version : version.value_or(item.version);
    }
    auto written = co_await write_one(shared, asked, door(access::Act::deposit), std::move(op), found.change);
    if (written) co_return written_response(shared, asked, *written);
    const bool again = may_try_again(written.error()) && asked.if_match.empty() && !only_if_absent(asked);
    if (!again || tries == most_tries) co_return std::unexpected(std::move(written).error());
  }
}

}  // namespace

Answer update_one(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  if (asked.url.id.empty()) co_return co_await update_conditionally(shared, asked);
  CARNET_CO_TRY(version, version_asked(asked.if_match));
  CARNET_CO_TRY(incoming, co_await read_incoming(shared, asked.url.type, asked.body));
  CARNET_CO_CHECK(check_id(asked, incoming));
  CARNET_CO_CHECK(still_says_whose(asked.url.type, incoming.aim, asked.url.type));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  WriteOp op = op_of(WriteOp::Kind::update, asked, incoming.text, parts.local);
  op.if_version = only_if_absent(asked) ? no_version : version;
  CARNET_CO_TRY(written, co_await write_one(shared, asked,
                                            door_to_own(shared, asked, SpaceId(parts.space), incoming.aim, access::Act::deposit),
                                            std::move(op)));
  co_return written_response(shared, asked, written);
}

namespace {

// The resource as the patch leaves it; its id, its type and its labels are not a matter of indexes.
Result<std::string> patched(const OpenedItem& item, std::span<const fhir::PatchOperation> operations, bool guarded) {
  const fhir::Labels labels{{"meta", "security"}, guarded};
  CARNET_TRY(text, fhir::apply_json_patch(item.json(), operations, labels));
  CARNET_TRY(json, fhir::Json::parse(text));
  for (const std::string_view member : {"resourceType", "id"})
    if (json.root()[member].text() != item.root()[member].text())
      return kernel::invalid("fhir.patch_refused", {{"business-rule", item.root().path_of(member), "does not change"}});
  return text;
}

}  // namespace

Answer patch_one(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type));
  CARNET_CO_TRY(operations, fhir::read_json_patch(asked.body));
  CARNET_CO_TRY(version, version_asked(asked.if_match));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  const SpaceId space(parts.space);
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(found, co_await read_item(shared, door_to_space(shared, asked.caller, space, access::Act::read),
                                            asked.url.type, parts.local,
                                            {audit::Action::resource_read, keyring::Purpose::read_record, asked.request_id}));
    if (version && *version != found.item->version)
      co_return kernel::refuse(ErrorKind::precondition, "record.version", "another version is in force");
    CARNET_CO_CHECK(still_matched(asked, found.item->version));
    CARNET_CO_TRY(text, patched(*found.item, operations, version.has_value()));
    CARNET_CO_TRY(incoming, co_await read_incoming(shared, asked.url.type, text));
    CARNET_CO_CHECK(still_says_whose(asked.url.type, incoming.aim, asked.url.type));
    WriteOp op = op_of(WriteOp::Kind::update, asked, incoming.text, parts.local);
    op.if_version = found.item->version;
    auto written = co_await write_one(
        shared, asked, door_to_own(shared, asked, space, incoming.aim, access::Act::deposit), std::move(op));
    if (written) co_return written_response(shared, asked, *written);
    const bool again = may_try_again(written.error()) && !version;
    if (!again || tries == most_tries) co_return std::unexpected(std::move(written).error());
  }
}

Answer delete_one(Shared& shared, const Asked& asked) {
  constexpr int no_content = 204;
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(version, version_asked(asked.if_match));
  CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
  WriteOp op = op_of(WriteOp::Kind::remove, asked, {}, parts.local);
  op.if_version = version ? version : asked.matched_version;
  CARNET_CO_TRY(written,
                co_await write_one(shared, asked,
                                   door_to_space(shared, asked.caller, SpaceId(parts.space), access::Act::deposit),
                                   std::move(op)));
  const auto& removed = written.written.front();
  co_return versioned_response({}, removed.version, removed.updated, no_content);
}

}  // namespace carnet::record
