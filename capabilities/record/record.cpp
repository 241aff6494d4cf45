// The public class.
#include <algorithm>
#include <array>

#include "record/opening.hpp"
#include "record/rules.hpp"
#include "record/web.hpp"

namespace carnet::record {

using kernel::Result;

std::vector<store::Migration> schema_files(std::string_view folder);

Record::Record() = default;
Record::~Record() = default;

std::vector<store::Migration> Record::migrations() {
  return schema_files("");
}

Result<std::unique_ptr<Record>> Record::open(store::Store& main, const kernel::SecretBytes& master, Settings settings,
                                             const parameters::Parameters& parameters, audit::Journal& journal,
                                             keyring::Keyring& keyring, notices::Notices& notices,
                                             identity::Identity& identity, enrollment::Enrollment& enrollment,
                                             access::Access& access, const io::Clock& clock, io::Entropy& entropy,
                                             io::Pool& pool) {
  constexpr auto needed = std::to_array<std::string_view>({"record.invisible_patient_visible_months",
                                                           "record.invisible_patient_notice_days",
                                                           "record.first_search_years", "record.document_max_bytes",
                                                           "support.phone_open_minute", "calendar.public_holidays"});
  CARNET_CHECK(parameters.require(needed, kernel::date_in(clock.now(), kernel::Zone::paris())));
  CARNET_TRY(types, DocumentTypes::load(settings.rules));
  CARNET_TRY(resource_types, ResourceTypes::load(settings.rules, types));
  std::unique_ptr<Record> made(new Record);
  made->shared_ =
      std::make_unique<Shared>(main, master, std::move(settings), parameters, journal, keyring, notices, identity,
                               enrollment, access, clock, entropy, pool, std::move(types), std::move(resource_types));
  // The key goes with the space; so do the rows, which nothing can read any more.
  enrollment.on_change([shared = made->shared_.get()](store::Tx& tx, const enrollment::Standing& before,
                                                      const enrollment::Standing& after) -> kernel::Status {
    if (after.state != enrollment::State::erased || before.space.value <= 0) return {};
    CARNET_CHECK(rows::erase(tx, before.space));
    tx.after_commit([shared, space = before.space] { shared->records.forget(space); });
    return {};
  });
  return made;
}

io::Task<Result<std::int64_t>> Record::new_documents(const identity::Caller& caller, PersonId person) {
  const auto who = std::make_shared<const identity::Caller>(caller);
  CARNET_CO_TRY(facts, co_await facts_of(*shared_, door_to(*shared_, who, person, access::Act::list), {}));
  CARNET_CO_TRY(seen, co_await seen_by(*shared_, facts.space(), who->person));
  co_return std::ranges::count_if(facts.of_type("DocumentReference"), [&](const OpenedItem* one) {
    return one->of_document && one->of_document->document.status == DocumentStatus::current &&
           shown_since(one->facts) > seen;
  });
}

io::Task<Result<access::ItemFacts>> Record::item_facts(const identity::Caller& caller, PersonId person, std::string id) {
  const auto who = std::make_shared<const identity::Caller>(caller);
  const auto parts = shared_->ids.open(id);
  if (!parts || parts->space <= 0 || parts->local <= 0) co_return not_found();
  CARNET_CO_TRY(record, co_await facts_of(*shared_, door_to(*shared_, who, person, access::Act::read), {}));
  const auto item = record.space() == kernel::SpaceId(parts->space) ? record.find(parts->local) : nullptr;
  if (!item || item->deleted) co_return not_found();
  co_return item->facts;
}

}  // namespace carnet::record
