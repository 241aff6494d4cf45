#include "identity/contacts.hpp"

#include <algorithm>

#include "identity/person_body.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::size_t id_symbols = 26;
constexpr std::int64_t hour_ms = 3'600'000;

bool same(const Contact& a, const Contact& b) { return a.channel == b.channel && a.address == b.address; }

// What the register held when the delay began: whoever may change it there cannot receive a code at once.
kernel::Result<std::vector<Contact>> settled(store::Snapshot& at, const Shared& shared, PersonId person) {
  const std::int64_t since = shared.clock.now().ms - shared.parameter("identity.contact_change_hours") * hour_ms;
  std::int64_t recorded = 0;
  CARNET_CHECK(at.query("SELECT recorded_at FROM person WHERE person_id = $1", {person.value}, [&](const store::Row& row) {
    recorded = row.integer(0);
    return false;
  }));
  std::int64_t version = 0;
  kernel::Bytes sealed;
  const auto take = [&](const store::Row& row) {
    version = row.integer(0);
    const auto body = row.blob(1);
    sealed.assign(body.begin(), body.end());
    return row.integer(2) > since;  // the newest that is old enough; else the oldest there is
  };
  if (recorded > since) {
    CARNET_CHECK(at.query("SELECT version, body, recorded_at FROM person_before WHERE person_id = $1 ORDER BY version DESC",
                          {person.value}, take));
  }
  if (version == 0) {
    CARNET_TRY(present, shared.people.person(at, person));
    return present.contacts;
  }
  CARNET_TRY(body, open_body(shared, sealed, place("person", person, version)));
  CARNET_TRY(before, person_from(person, body));
  return before.contacts;
}

kernel::Result<ContactChange> change_from(const Shared& shared, PersonId person, const store::Row& row) {
  ContactChange change;
  change.number = row.integer(0);
  change.asked = {row.integer(1)};
  change.effective = {row.integer(2)};
  change.confirmed = {row.integer(3)};
  change.cancelled = {row.integer(4)};
  CARNET_TRY(body, open_body(shared, row.blob(5), place("contact_change", person, change.number)));
  try {
    const json::value parsed = json::parse(body);
    const json::object& object = parsed.as_object();
    const auto text = [&](std::string_view name) { return std::string(std::string_view(object.at(name).as_string())); };
    change.to.contact = {static_cast<notices::Channel>(object.at("channel").as_int64()), text("address")};
    change.replaces = text("replaces");
  } catch (const std::exception&) {
    return kernel::fault("identity.contact_body", "a contact's row has a shape this program does not know");
  }
  change.to.id = contact_id(shared, person, change.to.contact);
  return change;
}

std::vector<NamedContact> named(const Shared& shared, PersonId person, const std::vector<Contact>& contacts) {
  std::vector<NamedContact> out;
  for (const Contact& contact : contacts) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const NamedContact& other) { return same(other.contact, contact); });
    if (!known) out.push_back({contact_id(shared, person, contact), contact});
  }
  return out;
}

std::vector<Contact> without_names(std::vector<NamedContact> contacts) {
  std::vector<Contact> out;
  for (NamedContact& one : contacts) out.push_back(std::move(one.contact));
  return out;
}

kernel::Result<std::vector<NamedContact>> after_changes(store::Snapshot& at, const Shared& shared, PersonId person,
                                                        const std::vector<Contact>& base) {
  CARNET_TRY(changes, contact_changes(at, shared, person));
  return in_force(named(shared, person, base), changes, shared.clock.now());
}

kernel::Result<std::vector<NamedContact>> all_in_force(store::Snapshot& at, const Shared& shared, const Account& account) {
  CARNET_TRY(insurers, settled(at, shared, account.person));
  std::vector<Contact> base{account.contact};
  base.insert(base.end(), insurers.begin(), insurers.end());
  return after_changes(at, shared, account.person, base);
}

}  // namespace

std::string contact_id(const Shared& shared, PersonId person, const Contact& contact) {
  const auto index = shared.subjects.of(fmt::format("contact/{}/{}/{}", person.value, static_cast<int>(contact.channel), contact.address));
  return kernel::to_base32(index).substr(0, id_symbols);
}

ChangeState state_of(const ContactChange& change, kernel::Instant now) {
  if (change.cancelled.ms != 0) return ChangeState::cancelled;
  if (now < change.effective) return ChangeState::awaited;
  return change.confirmed.ms == 0 ? ChangeState::lapsed : ChangeState::in_force;
}

std::vector<NamedContact> in_force(std::vector<NamedContact> base, std::span<const ContactChange> changes, kernel::Instant now) {
  std::vector<const ContactChange*> done;
  for (const ContactChange& change : changes)
    if (state_of(change, now) == ChangeState::in_force) done.push_back(&change);
  std::sort(done.begin(), done.end(), [](const ContactChange* a, const ContactChange* b) {
    return std::pair(a->effective.ms, a->number) < std::pair(b->effective.ms, b->number);
  });
  for (const ContactChange* change : done) {
    auto place = std::find_if(base.begin(), base.end(), [&](const NamedContact& one) { return one.id == change->replaces; });
    if (place != base.end()) place = base.erase(place);
    const bool known = std::any_of(base.begin(), base.end(), [&](const NamedContact& one) { return one.id == change->to.id; });
    if (!known) base.insert(place, change->to);
  }
  return base;
}

kernel::Result<std::vector<ContactChange>> contact_changes(store::Snapshot& at, const Shared& shared, PersonId person) {
  std::vector<ContactChange> changes;
  kernel::Status read;
  CARNET_CHECK(at.query("SELECT number, asked_at, effective_at, confirmed_at, cancelled_at, body FROM contact_change "
                        "WHERE person_id = $1 ORDER BY number",
                        {person.value}, [&](const store::Row& row) {
                          auto change = change_from(shared, person, row);
                          if (!change) {
                            read = std::unexpected(change.error());
                            return false;
                          }
                          changes.push_back(std::move(*change));
                          return true;
                        }));
  CARNET_CHECK(read);
  return changes;
}

kernel::Result<std::vector<Contact>> contacts_for(store::Snapshot& at, const Shared& shared, const Account& account) {
  CARNET_TRY(contacts, all_in_force(at, shared, account));
  return without_names(std::move(contacts));
}

kernel::Result<std::vector<Contact>> recovery_contacts(store::Snapshot& at, const Shared& shared, const Account& account) {
  CARNET_TRY(insurers, settled(at, shared, account.person));
  if (insurers.empty()) insurers.push_back(account.contact);
  CARNET_TRY(contacts, after_changes(at, shared, account.person, insurers));
  return without_names(std::move(contacts));
}

std::vector<Contact> reachable(const Shared& shared, std::vector<Contact> contacts) {
  std::erase_if(contacts, [&](const Contact& contact) { return !shared.notices.reaches(contact.channel); });
  return contacts;
}

kernel::Result<Contacts> contacts_of(store::Snapshot& at, const Shared& shared, PersonId person) {
  CARNET_TRY(account, account_of(at, shared, person));
  if (!account) return Contacts{};
  CARNET_TRY(contacts, all_in_force(at, shared, *account));
  CARNET_TRY(changes, contact_changes(at, shared, person));
  std::erase_if(changes, [&](const ContactChange& change) { return state_of(change, shared.clock.now()) != ChangeState::awaited; });
  return Contacts{std::move(contacts), std::move(changes)};
}

}  // namespace carnet::identity
