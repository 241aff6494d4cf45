// What the holder, or who acts for them, changes of a document that others filed: « Ce document n'est pas à moi », and
// « Masquer aux professionnels » (docs/formats/web-api.md). Its bytes and what its author said of it stay.
#include <fmt/format.h>

#include "record/fhir_document_rules.hpp"
#include "record/listing.hpp"
#include "record/rules.hpp"
#include "record/web.hpp"

namespace carnet::record {

namespace json = kernel::json;
using kernel::Result;
using kernel::Status;

namespace {

// Those who filed it are told by letter, with no word of whom or what it is about.
Status alert(Shared& shared, store::Tx& tx, PersonId person, const Document& document) {
  for (const auto& name : {document.structure_name, document.author_name}) {
    if (name.empty() || document.facts.by_holder) continue;
    notices::Notice notice{notices::Template::document_contested, notices::Channel::letter, {}};
    notice.to.person = person;
    notice.to.name = name;
    notice.to.postal.lines = {document.structure_name};
    if (!document.author_structure.empty()) notice.to.postal.lines.push_back("FINESS " + document.author_structure);
    notice.to.postal.country = "FR";
    const auto queued = shared.notices.enqueue(tx, notice);
    if (!queued && queued.error().code != "notices.no_channel") return std::unexpected(queued.error());
  }
  return {};
}

// One change of one document: a new version, with its trace, in one transaction.
struct Change {
  Door door;
  ItemPtr item;  // as it was looked at; `conflict` "record.changed" when another version is in force
  std::string request_id;
  audit::Action action;
  std::string_view reason;  // empty: that of the grant
  std::function<Status(Document&)> make;
  std::function<Status(store::Tx&, PersonId, const Document&)> afterwards;
};

Result<OpenedDocument> carry_out(Shared& shared, store::Tx& tx, const Change& change) {
  CARNET_TRY(grant, change.door(tx));
  const auto& item = *change.item;
  CARNET_TRY(row, rows::current_one(tx, grant.space(), item.local));
  if (!row || !grant.permits(item.facts)) return not_found();
  if (row->version != item.version)
    return kernel::refuse(kernel::ErrorKind::conflict, "record.changed", "the document has changed meanwhile");
  audit::Entry entry = grant.trace(change.action);
  entry.lane = lane_of(item.facts, shared.clock.now());
  entry.item = shared.id_of(grant.space(), item.local);
  entry.item_title = item.title;
  entry.request_id = change.request_id;
  if (!change.reason.empty()) entry.reason = change.reason;
  CARNET_TRY(receipt, shared.journal.append(tx, std::move(entry)));
  CARNET_TRY(key, shared.keyring.open_now(receipt, keyring::Purpose::write_record));
  CARNET_TRY(document, open_row(key, *row));
  CARNET_CHECK(change.make(document));
  document.updated_at = shared.clock.now();
  ++row->version;
  row->sealed = key.seal(encode(document), place_of_document(row->local, row->version));
  CARNET_CHECK(rows::insert(tx, grant.space(), *row));
  CARNET_TRY(head, rows::head(tx, grant.space()));
  ++head.change;
  CARNET_CHECK(rows::put_head(tx, grant.space(), head));
  if (change.afterwards) CARNET_CHECK(change.afterwards(tx, grant.person(), document));
  row->sealed = {};
  return OpenedDocument{std::move(document), std::move(*row)};
}

io::Task<Result<OpenedDocument>> write(Shared& shared, Change change) {
  std::function<Result<OpenedDocument>(store::Tx&)> work = [&shared, change = std::move(change)](store::Tx& tx) {
    return carry_out(shared, tx, change);
  };
  co_return co_await shared.store.write<OpenedDocument>(std::move(work));
}

constexpr int most_tries = 5;  // when another change of the same document comes in between

struct Wish {
  bool masked = false;
  std::optional<bool> in_emergency;
};

Result<Wish> wish_in(const http::Exchange& exchange) {
  CARNET_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  Wish wish;
  wish.masked = in.boolean("masked");
  if (body.contains("visible_in_emergency")) wish.in_emergency = in.boolean("visible_in_emergency");
  in.only({"masked", "visible_in_emergency"});
  if (!in.ok()) return in.error();
  return wish;
}

bool is_so(const Wish& wish, const access::ItemFacts& facts) {
  return facts.masque_ps == wish.masked && facts.visible_in_emergency == wish.in_emergency.value_or(facts.visible_in_emergency);
}

}  // namespace

Answer contest_document(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(parts, parts_in_address(shared, exchange));
  const Door door = door_of(shared, exchange, kernel::SpaceId(parts.space), access::Act::contest);
  const std::string request_id = exchange.request.request_id;
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(facts, co_await facts_of(shared, door, request_id));
    auto item = facts.find(parts.local);
    if (!item || item->deleted || !item->of_document) co_return not_found();
    Change change{door, std::move(item), request_id, audit::Action::document_contested, {}, {}, {}};
    change.make = [](Document& document) -> Status {
      document.facts.contested = true;
      return {};
    };
    change.afterwards = [&shared](store::Tx& tx, PersonId person, const Document& document) {
      return alert(shared, tx, person, document);
    };
    const auto done = co_await write(shared, std::move(change));
    if (done) co_return json_answer({});
    if (done.error().code != "record.changed" || tries == most_tries) co_return std::unexpected(done.error());
  }
}

Answer hide_document(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(parts, parts_in_address(shared, exchange));
  CARNET_CO_TRY(wish, wish_in(exchange));
  const Door door = door_of(shared, exchange, kernel::SpaceId(parts.space), access::Act::mask);
  const std::string request_id = exchange.request.request_id;
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(facts, co_await facts_of(shared, door, request_id));
    auto item = facts.find(parts.local);
    if (!item || item->deleted || !item->of_document) co_return not_found();
    CARNET_CO_TRY(reader, co_await reader_of(shared, caller_of(exchange), facts.grant()));
    if (is_so(wish, item->facts))
      co_return json_answer(view_of(shared, facts.space(), *item->of_document, reader));
    Change change{door, std::move(item), request_id, audit::Action::setting_changed,
                  wish.masked ? "record.masked" : "record.unmasked", {}, {}};
    change.make = [&shared, wish](Document& document) {
      return mask(document, wish.masked, wish.in_emergency, shared.clock.now());
    };
    const auto done = co_await write(shared, std::move(change));
    if (done) co_return json_answer(view_of(shared, facts.space(), *done, reader));
    if (done.error().code != "record.changed" || tries == most_tries) co_return std::unexpected(done.error());
  }
}

}  // namespace carnet::record
