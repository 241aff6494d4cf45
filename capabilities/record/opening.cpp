#include "record/opening.hpp"

#include <algorithm>

#include "record/rules.hpp"

namespace carnet::record {

using access::AccessGrant;
using kernel::Result;
using kernel::SpaceId;

namespace {

struct Rows {
  AccessGrant grant;
  std::vector<ItemRow> rows;
};

struct Look {
  AccessGrant grant;
  std::optional<ItemRow> row;
  std::optional<Known> known;
  bool unknown_space = false;  // its facts must be loaded before anything is said
  bool permitted = false;
  kernel::Bytes part;  // sealed
};

std::unexpected<kernel::Error> unreadable() {
  return kernel::fault("record.unreadable", "a sealed document does not open under its space's key");
}

Result<kernel::Bytes> open_part(const keyring::SpaceKey& key, std::int64_t local, Part part,
                                const kernel::Bytes& sealed) {
  auto plain = key.open(sealed, place_of_part(local, part));
  if (!plain) return unreadable();
  return std::move(*plain);
}

audit::Entry entry_of(const AccessGrant& grant, const Reason& reason) {
  audit::Entry entry = grant.trace(action_in(grant, reason.action));
  entry.request_id = reason.request_id;
  return entry;
}

// All inside one read: may this caller, what row is in force, what is known of it, and its bytes when it is permitted.
Result<Look> look_at(Shared& shared, store::Snapshot& at, const Door& door, std::int64_t local,
                     std::optional<Part> part) {
  CARNET_TRY(grant, door(at));
  const SpaceId space = grant.space();
  Look look{std::move(grant), {}, {}, false, false, {}};
  if (!shared.known.has(space)) {
    look.unknown_space = true;
    return look;
  }
  CARNET_TRY(row, rows::current_one(at, space, local));
  if (!row) return look;
  look.row = std::move(row);
  look.known = shared.known.find(space, local);
  look.unknown_space = !look.known || look.known->version != look.row->version;
  if (look.unknown_space) return look;
  look.permitted = look.grant.permits(look.known->facts);
  if (look.permitted && part) {
    CARNET_TRY(sealed, at.object(part_of(*look.row, *part)));
    look.part = std::move(sealed);
  }
  return look;
}

io::Task<Result<Look>> look_twice(Shared& shared, Door door, std::int64_t local, std::optional<Part> part,
                                  std::string request_id) {
  constexpr int most_loads = 3;  // a space may change while its facts are loaded
  for (int loads = 0;; ++loads) {
    std::function<Result<Look>(store::Snapshot&)> look = [&shared, door, local, part](store::Snapshot& at) {
      return look_at(shared, at, door, local, part);
    };
    CARNET_CO_TRY(found, co_await shared.store.read<Look>(look));
    if (!found.unknown_space) {
      if (!found.permitted) co_return not_found();
      co_return std::move(found);
    }
    if (loads == most_loads) co_return busy();
    CARNET_CO_TRY(loaded,
                  co_await open_space(shared, door,
                                      {audit::Action::documents_listed, keyring::Purpose::read_record, request_id}));
    (void)loaded;
  }
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
  const bool reads = action == audit::Action::documents_listed || action == audit::Action::document_read;
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
  std::function<Result<Rows>(store::Snapshot&)> look = [door](store::Snapshot& at) -> Result<Rows> {
    CARNET_TRY(grant, door(at));
    CARNET_TRY(found, rows::current(at, grant.space()));
    return Rows{std::move(grant), std::move(found)};
  };
  CARNET_CO_TRY(found, co_await shared.store.read<Rows>(look));
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(entry_of(found.grant, reason)));
  CARNET_CO_TRY(key, co_await shared.keyring.open(receipt, reason.purpose));
  OpenedSpace opened{std::move(found.grant), {}};
  KnownItems known;
  for (auto& row : found.rows) {
    CARNET_CO_TRY(document, open_row(key, row));
    known.emplace_hint(known.end(), row.local, Known{row.version, document.facts, document.title, document.status});
    if (!opened.grant.permits(document.facts)) continue;
    row.sealed = {};
    opened.documents.push_back({std::move(document), std::move(row)});
  }
  shared.known.keep(opened.grant.space(), std::move(known));
  co_return OpenedWithKey{std::move(opened), std::move(key)};
}

io::Task<Result<OpenedSpace>> open_space(Shared& shared, Door door, Reason reason) {
  CARNET_CO_TRY(opened, co_await open_space_with_key(shared, std::move(door), std::move(reason)));
  co_return std::move(opened.space);
}

io::Task<Result<Known>> facts_of(Shared& shared, Door door, std::int64_t local, std::string request_id) {
  CARNET_CO_TRY(found, co_await look_twice(shared, std::move(door), local, std::nullopt, std::move(request_id)));
  co_return std::move(*found.known);
}

io::Task<Result<OpenedPart>> open_document(Shared& shared, Door door, std::int64_t local, std::optional<Part> part,
                                           Reason reason) {
  CARNET_CO_TRY(found, co_await look_twice(shared, std::move(door), local, part, reason.request_id));
  audit::Entry entry = entry_of(found.grant, reason);
  entry.lane = lane_of(found.known->facts, shared.clock.now());
  entry.item = shared.id_of(found.grant.space(), local);
  entry.item_title = found.known->title;
  if (reason.action == audit::Action::documents_listed) entry.count = 1;
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(std::move(entry)));
  CARNET_CO_TRY(key, co_await shared.keyring.open(receipt, reason.purpose));
  CARNET_CO_TRY(document, open_row(key, *found.row));
  kernel::Bytes bytes;
  if (part) {
    CARNET_CO_TRY(plain, open_part(key, local, *part, found.part));
    bytes = std::move(plain);
  }
  co_return OpenedPart{
      std::move(found.grant), {std::move(document), std::move(*found.row)}, std::move(bytes), std::move(receipt)};
}

io::Task<Result<OpenedPart>> open_again(Shared& shared, const Ticket& ticket, Part part) {
  const auto door = door_to(shared, ticket.caller, ticket.person, access::Act::read);
  std::function<Result<Look>(store::Snapshot&)> look = [door, space = ticket.space, local = ticket.local,
                                                        part](store::Snapshot& at) -> Result<Look> {
    CARNET_TRY(grant, door(at));
    if (grant.space() != space) return not_found();
    CARNET_TRY(row, rows::current_one(at, space, local));
    if (!row) return not_found();
    CARNET_TRY(sealed, at.object(part_of(*row, part)));
    return Look{std::move(grant), std::move(row), {}, false, true, std::move(sealed)};
  };
  CARNET_CO_TRY(found, co_await shared.store.read<Look>(look));
  CARNET_CO_TRY(key, co_await shared.keyring.open(ticket.receipt, keyring::Purpose::read_record));
  CARNET_CO_TRY(document, open_row(key, *found.row));
  if (!found.grant.permits(document.facts)) co_return not_found();
  CARNET_CO_TRY(bytes, open_part(key, ticket.local, part, found.part));
  co_return OpenedPart{
      std::move(found.grant), {std::move(document), std::move(*found.row)}, std::move(bytes), std::nullopt};
}

io::Task<Result<SpaceFacts>> all_facts(Shared& shared, Door door, std::string request_id) {
  struct Seen {
    AccessGrant grant;
    std::optional<KnownItems> known;
  };
  std::function<Result<Seen>(store::Snapshot&)> look = [&shared, door](store::Snapshot& at) -> Result<Seen> {
    CARNET_TRY(grant, door(at));
    auto known = shared.known.all(grant.space());
    CARNET_TRY(versions, rows::versions(at, grant.space()));
    const auto is_current = [](const auto& item, const auto& version) {
      return item.first == version.first && item.second.version == version.second;
    };
    if (known && !std::ranges::equal(*known, versions, is_current)) known.reset();
    return Seen{std::move(grant), std::move(known)};
  };
  CARNET_CO_TRY(seen, co_await shared.store.read<Seen>(look));
  SpaceFacts facts{seen.grant.space(), {}};
  if (seen.known) {
    for (auto& [local, known] : *seen.known)
      if (seen.grant.permits(known.facts)) facts.permitted.push_back(std::move(known));
    co_return facts;
  }
  CARNET_CO_TRY(opened,
                co_await open_space(shared, std::move(door),
                                    {audit::Action::documents_listed, keyring::Purpose::read_record, request_id}));
  facts.space = opened.grant.space();
  for (auto& one : opened.documents)
    facts.permitted.push_back(
        {one.row.version, std::move(one.document.facts), std::move(one.document.title), one.document.status});
  co_return facts;
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
