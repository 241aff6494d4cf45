#include "record/opening.hpp"

#include <algorithm>
#include <array>

#include "record/resources.hpp"

namespace carnet::record {

using access::AccessGrant;
using kernel::Result;
using kernel::SpaceId;

namespace {

constexpr std::string_view document_type = "DocumentReference";

std::unexpected<kernel::Error> unreadable() {
  return kernel::fault("record.unreadable", "a sealed document does not open under its space's key");
}

Result<kernel::Bytes> open_part(const keyring::SpaceKey& key, std::int64_t local, Part part,
                                const kernel::Bytes& sealed) {
  auto plain = key.open(sealed, place_of_part(local, part));
  if (!plain) return unreadable();
  return std::move(*plain);
}

}  // namespace

Door door_to(const Shared& shared, CallerPtr caller, PersonId person, access::Act act) {
  return [&shared, caller = std::move(caller), person, act](store::Snapshot& at) {
    return shared.access.authorise(at, *caller, person, act);
  };
}

Door door_to_who(const Shared& shared, CallerPtr caller, std::string who, access::Act act) {
  return [&shared, caller = std::move(caller), who = std::move(who), act](store::Snapshot& at) {
    return shared.access.authorise_who(at, *caller, who, act);
  };
}

Door door_to_space(const Shared& shared, CallerPtr caller, SpaceId space, access::Act act) {
  return [&shared, caller = std::move(caller), space, act](store::Snapshot& at) -> Result<AccessGrant> {
    const auto standing = shared.enrollment.standing_of_space(at, space);
    if (!standing) {
      if (standing.error().kind == kernel::ErrorKind::fault) return std::unexpected(standing.error());
      return not_found();
    }
    auto grant = shared.access.authorise(at, *caller, standing->person, act);
    if (grant && grant->space() != space) return not_found();
    return grant;
  };
}

// After closing, what is read is the archive's copy.
audit::Action action_in(const AccessGrant& grant, audit::Action action) {
  using enrollment::State;
  const auto state = grant.standing().state;
  const bool archive = state == State::closed || state == State::archived;
  using enum audit::Action;
  constexpr auto readings =
      std::to_array({documents_listed, document_read, resource_read, history_read, record_searched});
  const bool reads = std::ranges::find(readings, action) != readings.end();
  return archive && reads ? audit::Action::space_archived_read : action;
}

Result<Document> open_row(const keyring::SpaceKey& key, const ItemRow& row) {
  const auto plain = key.open(row.sealed, place_of_document(row.local, row.version));
  if (!plain) return unreadable();
  auto document = decode(*plain);
  if (!document) return unreadable();
  return std::move(*document);
}

io::Task<Result<OpenedWithKey>> open_space_with_key(Shared& shared, Door door, Reason reason) {
  CARNET_CO_TRY(opened, co_await open_record(shared, std::move(door), std::move(reason)));
  std::vector<OpenedDocument> documents;
  for (const auto* item : opened.record.of_type(document_type))
    if (item->of_document) documents.push_back(*item->of_document);
  co_return OpenedWithKey{{std::move(opened.record).release_grant(), std::move(documents)}, std::move(opened.key)};
}

io::Task<Result<OpenedSpace>> open_space(Shared& shared, Door door, Reason reason) {
  CARNET_CO_TRY(opened, co_await open_space_with_key(shared, std::move(door), std::move(reason)));
  co_return std::move(opened.space);
}

io::Task<Result<OpenedPart>> open_document(Shared& shared, Door door, std::int64_t local, std::optional<Part> part,
                                           Reason reason) {
  CARNET_CO_TRY(read, co_await read_item(shared, std::move(door), document_type, local, std::move(reason)));
  if (!read.item->of_document) co_return not_found();
  const auto& opened = *read.item->of_document;
  kernel::Bytes bytes;
  if (part) {
    CARNET_CO_TRY(plain, co_await read_parts(shared, read.key, {opened.row}, *part));
    bytes = std::move(plain.front());
  }
  co_return OpenedPart{std::move(read.grant), opened, std::move(bytes), std::move(read.receipt)};
}

io::Task<Result<OpenedPart>> open_again(Shared& shared, const Ticket& ticket, Part part) {
  const auto door = door_to(shared, ticket.caller, ticket.person, access::Act::read);
  struct Look {
    AccessGrant grant;
    ItemRow row;
    kernel::Bytes part;  // sealed
  };
  std::function<Result<Look>(store::Snapshot&)> look = [door, space = ticket.space, local = ticket.local,
                                                        part](store::Snapshot& at) -> Result<Look> {
    CARNET_TRY(grant, door(at));
    if (grant.space() != space) return not_found();
    CARNET_TRY(row, rows::current_one(at, space, local));
    if (!row || row->kind != ItemKind::document) return not_found();
    CARNET_TRY(sealed, at.object(part_of(*row, part)));
    return Look{std::move(grant), std::move(*row), std::move(sealed)};
  };
  CARNET_CO_TRY(found, co_await shared.store.read<Look>(look));
  CARNET_CO_TRY(key, co_await shared.keyring.open(ticket.receipt, keyring::Purpose::read_record));
  CARNET_CO_TRY(document, open_row(key, found.row));
  if (document.deleted || !found.grant.permits(document.facts)) co_return not_found();
  CARNET_CO_TRY(bytes, open_part(key, ticket.local, part, found.part));
  co_return OpenedPart{
      std::move(found.grant), {std::move(document), std::move(found.row)}, std::move(bytes), std::nullopt};
}

io::Task<Result<std::vector<kernel::Bytes>>> read_parts(Shared& shared, const keyring::SpaceKey& key,
                                                        std::vector<ItemRow> rows, Part part) {
  using Sealed = std::vector<kernel::Bytes>;
  std::function<Result<Sealed>(store::Snapshot&)> fetch = [&rows, part](store::Snapshot& at) -> Result<Sealed> {
    Sealed found;
    found.reserve(rows.size());
    for (const auto& row : rows) {
      CARNET_TRY(sealed, at.object(part_of(row, part)));
      found.push_back(std::move(sealed));
    }
    return found;
  };
  CARNET_CO_TRY(sealed, co_await shared.store.read<Sealed>(fetch));
  std::vector<kernel::Bytes> plain;
  plain.reserve(sealed.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CARNET_CO_TRY(one, open_part(key, rows[i].local, part, sealed[i]));
    plain.push_back(std::move(one));
  }
  co_return plain;
}

}  // namespace carnet::record
