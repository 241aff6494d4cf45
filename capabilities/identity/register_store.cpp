// The register's questions: rows by person, found through keyed indexes.
#include <algorithm>

#include "identity/person_body.hpp"
#include "identity/register_line.hpp"
#include "identity/shared.hpp"
#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr int child_side = 1, parent_side = 2;
// Marks an opaque id as a person's: one of another kind, or forged, does not show it.
constexpr std::int64_t person_mark = 0x70;

kernel::Result<std::vector<PersonId>> others(store::Snapshot& at, PersonId person, int side) {
  std::vector<PersonId> found;
  CARNET_CHECK(at.query("SELECT other_id FROM parentage WHERE person_id = $1 AND side = $2 AND other_id <> 0 ORDER BY rank, other_id",
                        {person.value, side}, [&](const store::Row& row) {
                          found.emplace_back(row.integer(0));
                          return true;
                        }));
  return found;
}

// Until surely of age: where the day of birth is unknown, nobody is left without who acts for them (README, "A choice or two").
bool is_minor(const Person& person, Date on, int majority_age) { return kernel::age_on(person.latest_birth(), on) < majority_age; }

int majority_age(const Shared& shared, Date on) {
  return static_cast<int>(shared.parameters.integer("enrollment.majority_age", on));
}

}  // namespace

kernel::Result<std::optional<PersonId>> Register::find(store::Snapshot& at, std::string_view number15) const {
  // What cannot be a number is looked for all the same: an answer must not be quicker for it.
  const auto parsed = parse_number(number15);
  const auto index = shared_->numbers.of(parsed ? std::string_view(parsed->value) : number15.substr(0, 64));
  std::optional<PersonId> found;
  CARNET_CHECK(at.query("SELECT person_id FROM matricule WHERE number_index = $1", {index}, [&](const store::Row& row) {
    found = PersonId(row.integer(0));
    return false;
  }));
  return found;
}

PersonCache::Tag PersonCache::tag_of(kernel::ByteView sealed) {
  Tag tag{};
  if (sealed.size() >= tag.size()) std::copy_n(sealed.end() - tag.size(), tag.size(), tag.begin());
  return tag;
}

std::shared_ptr<const Person> PersonCache::find(PersonId id, kernel::ByteView sealed) const {
  const Shelf& shelf = shelves_[static_cast<std::size_t>(id.value) % shelves];
  const std::scoped_lock lock(shelf.mutex);
  const auto found = shelf.persons.find(id.value);
  if (found == shelf.persons.end() || found->second.tag != tag_of(sealed)) return nullptr;
  return found->second.person;
}

void PersonCache::keep(PersonId id, kernel::ByteView sealed, std::shared_ptr<const Person> person) {
  Shelf& shelf = shelves_[static_cast<std::size_t>(id.value) % shelves];
  const std::scoped_lock lock(shelf.mutex);
  if (shelf.persons.size() >= most / shelves) shelf.persons.erase(shelf.persons.begin());
  shelf.persons.insert_or_assign(id.value, Kept{tag_of(sealed), std::move(person)});
}

kernel::Result<std::shared_ptr<const Person>> Register::shared_person(store::Snapshot& at, PersonId id) const {
  std::int64_t version = 0;
  kernel::Bytes sealed;
  std::shared_ptr<const Person> known;
  CARNET_CHECK(at.query("SELECT version, body FROM person WHERE person_id = $1", {id.value}, [&](const store::Row& row) {
    version = row.integer(0);
    const auto body = row.blob(1);
    known = shared_->persons.find(id, body);
    if (known) return false;
    sealed.assign(body.begin(), body.end());
    return false;
  }));
  if (known) return known;
  if (version == 0) return kernel::refuse(kernel::ErrorKind::not_found, "identity.unknown", "no such person in the register");
  CARNET_TRY(body, open_body(*shared_, sealed, place("person", id, version)));
  CARNET_TRY(person, person_from(id, body));
  known = std::make_shared<const Person>(std::move(person));
  shared_->persons.keep(id, sealed, known);
  return known;
}

kernel::Result<Person> Register::person(store::Snapshot& at, PersonId id) const {
  CARNET_TRY(known, shared_person(at, id));
  return *known;
}

kernel::Result<bool> Register::card_matches(store::Snapshot& at, PersonId id, std::string_view serial) const {
  const auto index = shared_->cards.of(fmt::format("{}/{}", id.value, comparable_serial(serial.substr(0, 64))));
  bool matches = false;
  CARNET_CHECK(at.query("SELECT lost FROM card WHERE person_id = $1 AND serial_index = $2", {id.value, index},
                        [&](const store::Row& row) {
                          matches = row.integer(0) == 0;
                          return false;
                        }));
  return matches;
}

kernel::Result<std::vector<PersonId>> Register::children(store::Snapshot& at, PersonId parent, Date on) const {
  CARNET_TRY(known, others(at, parent, parent_side));
  std::vector<PersonId> minors;
  for (const PersonId child : known) {
    CARNET_TRY(facts, shared_person(at, child));
    if (is_minor(*facts, on, majority_age(*shared_, on))) minors.push_back(child);
  }
  return minors;
}

kernel::Result<std::vector<PersonId>> Register::representatives(store::Snapshot& at, PersonId child, Date on) const {
  CARNET_TRY(facts, shared_person(at, child));
  if (!is_minor(*facts, on, majority_age(*shared_, on))) return std::vector<PersonId>{};
  CARNET_TRY(known, others(at, child, child_side));
  std::vector<PersonId> alive;
  for (const PersonId parent : known) {
    CARNET_TRY(who, shared_person(at, parent));
    if (!who->died || *who->died > on) alive.push_back(parent);
  }
  return alive;
}

kernel::Result<std::optional<PersonId>> Register::declarant(store::Snapshot& at, PersonId child, Date on) const {
  CARNET_TRY(known, representatives(at, child, on));
  if (known.empty()) return std::nullopt;
  return known.front();
}

kernel::Result<std::vector<PersonId>> Register::page(store::Snapshot& at, PersonId after, std::size_t limit) const {
  std::vector<PersonId> ids;
  CARNET_CHECK(at.query("SELECT person_id FROM person WHERE person_id > $1 ORDER BY person_id LIMIT $2",
                        {after.value, static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
                          ids.emplace_back(row.integer(0));
                          return true;
                        }));
  return ids;
}

std::string Register::opaque(PersonId id) const { return shared_->person_ids.seal({id.value, person_mark}); }

std::optional<PersonId> Register::from_opaque(std::string_view text) const {
  const auto parts = shared_->person_ids.open(text);
  if (!parts || parts->local != person_mark || parts->space <= 0) return std::nullopt;
  return PersonId(parts->space);
}

}  // namespace carnet::identity
