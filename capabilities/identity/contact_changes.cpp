// Asking for another contact, proving it, stopping it, telling of it.
#include <algorithm>

#include "identity/contacts.hpp"
#include "identity/counters.hpp"
#include "identity/one_time_codes.hpp"
#include "identity/register_line.hpp"
#include "identity/sessions.hpp"
#include "identity/telling.hpp"
#include "identity/text.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr int draws_most = 8;

std::string ask_counter(PersonId person) { return fmt::format("contact-change/{}", person.value); }
std::string proof_subject(const ContactChange& change) { return fmt::format("contact:{}", change.number); }

kernel::Status traced(store::Tx& tx, Shared& shared, PersonId person, audit::ActorKind actor, std::string_view reason,
                      std::string_view request_id) {
  return leave_trace(tx, shared, {person, audit::Action::contact_changed, actor, reason, request_id});
}

kernel::Result<Contact> wanted(const Shared& shared, const ContactAsked& asked) {
  const auto wrong = kernel::invalid("identity.contact", {{"value", "/address", "not an address of this channel"}});
  if (!shared.notices.reaches(asked.channel))
    return kernel::invalid("identity.channel", {{"value", "/channel", "not a channel that is served here"}});
  if (asked.channel == notices::Channel::email) {
    const std::string address(trimmed(asked.address));
    if (!is_email(address)) return wrong;
    return Contact{asked.channel, address};
  }
  const auto phone = phone_of(asked.address);
  if (!phone) return wrong;
  return Contact{asked.channel, *phone};
}

kernel::Status mark_cancelled(store::Tx& tx, PersonId person, std::int64_t number, std::int64_t now) {
  CARNET_CHECK(tx.execute("UPDATE contact_change SET cancelled_at = $3, told_at = $3 WHERE person_id = $1 AND number = $2 AND cancelled_at = 0",
                          {person.value, number, now}));
  return {};
}

// One at a time: a proved one stands until it takes over or is stopped; one that was not proved gives way.
kernel::Result<std::int64_t> make_room(store::Tx& tx, const Shared& shared, PersonId person) {
  const auto now = shared.clock.now();
  CARNET_TRY(changes, contact_changes(tx, shared, person));
  for (const ContactChange& change : changes) {
    if (state_of(change, now) != ChangeState::awaited) continue;
    if (change.confirmed.ms != 0)
      return kernel::refuse(kernel::ErrorKind::conflict, "identity.contact_change_pending", "one change waits already: stop it first");
    CARNET_CHECK(mark_cancelled(tx, person, change.number, now.ms));
  }
  return changes.empty() ? 1 : changes.back().number + 1;
}

kernel::Status insert_change(store::Tx& tx, const Shared& shared, PersonId person, const ContactChange& change) {
  const json::object body{{"channel", static_cast<int>(change.to.contact.channel)},
                          {"address", change.to.contact.address},
                          {"replaces", change.replaces}};
  const auto sealed = shared.seal.seal(kernel::as_bytes(json::serialize(body)), kernel::as_bytes(place("contact_change", person, change.number)));
  CARNET_CHECK(tx.execute("INSERT INTO contact_change (person_id, number, asked_at, effective_at, confirmed_at, cancelled_at, told_at, body) "
                          "VALUES ($1, $2, $3, $4, 0, 0, 0, $5)",
                          {person.value, change.number, change.asked.ms, change.effective.ms, sealed}));
  return {};
}

kernel::Bytes cancel_index(const Shared& shared, std::string_view code) { return shared.subjects.of("contact-cancel/" + std::string(code)); }

// The short code by which any contact on file stops the change.
kernel::Result<kernel::SecretBytes> new_cancel_code(store::Tx& tx, Shared& shared, PersonId person, const ContactChange& change) {
  CARNET_CHECK(drop_some(tx, "contact_cancel", "code_index", "expires_at", shared.clock.now().ms));
  for (int draw = 0; draw < draws_most; ++draw) {
    kernel::SecretBytes code = draw_long_code(shared.entropy, "identity.cancel_code");
    CARNET_TRY(kept, tx.execute("INSERT INTO contact_cancel (code_index, person_id, number, expires_at) VALUES ($1, $2, $3, $4) "
                                "ON CONFLICT (code_index) DO NOTHING",
                                {cancel_index(shared, code.reveal_text()), person.value, change.number, change.effective.ms}));
    if (kept == 1) return code;
  }
  return kernel::fault("identity.cancel_code", "no free code was drawn");
}

// Each contact on file, and the post: a thief of one of them does not go unseen.
kernel::Status tell_asked(store::Tx& tx, Shared& shared, PersonId person, const ContactChange& change,
                          const std::vector<NamedContact>& on_file) {
  CARNET_TRY(who, shared.people.person(tx, person));
  CARNET_TRY(code, new_cancel_code(tx, shared, person, change));
  std::vector<Contact> contacts;
  for (const NamedContact& one : on_file) contacts.push_back(one.contact);
  notices::Notice notice{notices::Template::contact_change_asked, notices::Channel::email, recipient_of(who), grouped_long(code),
                         {{"hint", hint_of(change.to.contact)}, {"effective_at", kernel::to_rfc3339(change.effective)}}};
  CARNET_TRY(told, tell_everywhere(tx, shared, std::move(notice), contacts, true));
  if (!told) return kernel::refuse(kernel::ErrorKind::unavailable, "identity.nobody_to_tell", "no contact on file can be told of it");
  return {};
}

const ContactChange* awaited_named(const std::vector<ContactChange>& changes, std::string_view id, kernel::Instant now) {
  const auto found = std::find_if(changes.begin(), changes.end(), [&](const ContactChange& change) {
    return change.to.id == id && state_of(change, now) == ChangeState::awaited;
  });
  return found == changes.end() ? nullptr : &*found;
}

std::unexpected<kernel::Error> unknown() { return kernel::refuse(kernel::ErrorKind::not_found, "not_found"); }

}  // namespace

kernel::Result<ContactPending> ask_contact(store::Tx& tx, Shared& shared, const Caller& caller, const ContactAsked& asked,
                                           std::string_view request_id) {
  const PersonId person = caller.person;
  CARNET_TRY(recent, reauthenticated_lately(tx, shared, caller));
  if (!recent) return kernel::refuse(kernel::ErrorKind::forbidden, "identity.reauthentication_needed", "password and code again, please");
  CARNET_TRY(contact, wanted(shared, asked));
  CARNET_CHECK(count_attempt(tx, shared, ask_counter(person)));
  CARNET_TRY(present, contacts_of(tx, shared, person));
  const auto now = shared.clock.now();
  ContactChange change;
  change.to = {contact_id(shared, person, contact), contact};
  change.replaces = asked.replaces;
  change.asked = now;
  change.effective = {now.ms + shared.parameter("identity.contact_change_hours") * hour_ms};
  const auto is_present = [&](std::string_view id) {
    return std::any_of(present.now.begin(), present.now.end(), [&](const NamedContact& one) { return one.id == id; });
  };
  if (is_present(change.to.id)) return kernel::refuse(kernel::ErrorKind::conflict, "identity.contact_known", "codes go there already");
  if (!asked.replaces.empty() && !is_present(asked.replaces))
    return kernel::invalid("identity.contact", {{"value", "/replaces", "no contact of this account"}});
  CARNET_TRY(number, make_room(tx, shared, person));
  change.number = number;
  CARNET_CHECK(insert_change(tx, shared, person, change));
  CARNET_CHECK(tell_asked(tx, shared, person, change, present.now));
  CARNET_TRY(sent, send_code(tx, shared, person, proof_subject(change), std::span(&change.to.contact, 1)));
  (void)sent;
  CARNET_CHECK(traced(tx, shared, person, audit::ActorKind::holder, "identity.contact_change_asked", request_id));
  return ContactPending{change.to.id, change.effective};
}

io::Task<kernel::Status> confirm_contact(Shared& shared, Caller caller, std::string id, std::string typed, std::string request_id) {
  const bool possible = could_be_code(typed);
  const std::function<kernel::Result<ContactChange>(store::Tx&)> count = [&shared, caller, id, possible](store::Tx& tx) -> kernel::Result<ContactChange> {
    CARNET_TRY(changes, contact_changes(tx, shared, caller.person));
    const auto* change = awaited_named(changes, id, shared.clock.now());
    if (change == nullptr) return unknown();
    if (possible) CARNET_CHECK(count_try(tx, shared, caller.person, proof_subject(*change)));
    return *change;
  };
  CARNET_CO_TRY(change, co_await shared.store.write<ContactChange>(count));
  if (!possible) co_return status_of(CodeJudgement::wrong);
  const std::function<kernel::Result<CodeJudgement>(store::Tx&)> judge = [&shared, caller, change = ContactChange(change), typed,
                                                                          request_id](store::Tx& tx) -> kernel::Result<CodeJudgement> {
    CARNET_TRY(judgement, spend_code(tx, shared, caller.person, proof_subject(change), typed));
    if (judgement != CodeJudgement::right) return judgement;
    const std::int64_t now = shared.clock.now().ms;
    CARNET_TRY(proved, tx.execute("UPDATE contact_change SET confirmed_at = $3 WHERE person_id = $1 AND number = $2 AND confirmed_at = 0 "
                                  "AND cancelled_at = 0 AND effective_at > $3",
                                  {caller.person.value, change.number, now}));
    if (proved != 1) return unknown();
    CARNET_CHECK(forgive(tx, shared, ask_counter(caller.person)));
    CARNET_CHECK(traced(tx, shared, caller.person, audit::ActorKind::holder, "identity.contact_confirmed", request_id));
    return judgement;
  };
  CARNET_CO_TRY(judgement, co_await shared.store.write<CodeJudgement>(judge));
  co_return status_of(judgement);
}

kernel::Status cancel_contact(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view id, std::string_view request_id) {
  CARNET_TRY(changes, contact_changes(tx, shared, caller.person));
  const auto* change = awaited_named(changes, id, shared.clock.now());
  if (change == nullptr) return unknown();
  CARNET_CHECK(mark_cancelled(tx, caller.person, change->number, shared.clock.now().ms));
  return traced(tx, shared, caller.person, audit::ActorKind::holder, "identity.contact_change_cancelled", request_id);
}

io::Task<kernel::Status> cancel_by_code(Shared& shared, std::string typed, std::string source, std::string request_id) {
  const std::string counter = source_counter(shared, "contact-cancel", source);
  const std::function<kernel::Result<bool>(store::Tx&)> count = [&shared, counter](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(count_source_attempt(tx, shared, counter));
    return true;
  };
  CARNET_CO_TRY(counted, co_await shared.store.write<bool>(count));
  (void)counted;
  // What cannot be a code is looked for all the same.
  const std::string code = read_long_code(typed).value_or("\n" + typed.substr(0, 64));
  const std::function<kernel::Result<bool>(store::Tx&)> judge = [&shared, code, counter, request_id](store::Tx& tx) -> kernel::Result<bool> {
    PersonId person;
    std::int64_t number = 0;
    const std::int64_t now = shared.clock.now().ms;
    CARNET_CHECK(tx.query("SELECT person_id, number FROM contact_cancel WHERE code_index = $1 AND expires_at > $2",
                          {cancel_index(shared, code), now}, [&](const store::Row& row) {
                            person = PersonId(row.integer(0));
                            number = row.integer(1);
                            return false;
                          }));
    CARNET_CHECK(touch_counter(tx, shared, counter));
    CARNET_TRY(stopped, tx.execute("UPDATE contact_change SET cancelled_at = $3, told_at = $3 "
                                   "WHERE person_id = $1 AND number = $2 AND cancelled_at = 0 AND effective_at > $3",
                                   {person.value, number, now}));
    if (stopped != 1) return false;
    CARNET_CHECK(take_back_attempt(tx, shared, counter));
    CARNET_CHECK(tx.execute("DELETE FROM contact_cancel WHERE code_index = $1", {cancel_index(shared, code)}));
    CARNET_CHECK(end_all_sessions(tx, person));
    CARNET_CHECK(traced(tx, shared, person, audit::ActorKind::person_unknown, "identity.contact_change_cancelled", request_id));
    CARNET_CHECK(tell_sessions_ended(tx, shared, person));
    return true;
  };
  CARNET_CO_TRY(judged, co_await shared.store.write<bool>(judge));
  (void)judged;
  co_return kernel::Status{};
}

kernel::Status cancel_awaited(store::Tx& tx, const Shared& shared, PersonId person) {
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(tx.execute("UPDATE contact_change SET cancelled_at = $2, told_at = $2 WHERE person_id = $1 AND cancelled_at = 0 AND effective_at > $2",
                          {person.value, now}));
  return {};
}

kernel::Result<bool> tell_one_change(store::Tx& tx, Shared& shared) {
  const std::int64_t now = shared.clock.now().ms;
  PersonId person;
  std::int64_t number = 0;
  CARNET_CHECK(tx.query("SELECT person_id, number FROM contact_change WHERE told_at = 0 AND effective_at <= $1 "
                        "ORDER BY effective_at, person_id, number LIMIT 1",
                        {now}, [&](const store::Row& row) {
                          person = PersonId(row.integer(0));
                          number = row.integer(1);
                          return false;
                        }));
  if (number == 0) return false;
  CARNET_CHECK(tx.execute("UPDATE contact_change SET told_at = $3 WHERE person_id = $1 AND number = $2", {person.value, number, now}));
  CARNET_TRY(changes, contact_changes(tx, shared, person));
  const auto change = std::find_if(changes.begin(), changes.end(), [&](const ContactChange& one) { return one.number == number; });
  if (change == changes.end() || state_of(*change, shared.clock.now()) != ChangeState::in_force) return true;  // lapsed
  CARNET_CHECK(traced(tx, shared, person, audit::ActorKind::machine, "identity.contact_change", {}));
  if (change->replaces.empty()) return true;  // nothing ended: what was asked was told, with its hour
  CARNET_TRY(account, account_of(tx, shared, person));
  if (!account) return true;
  CARNET_TRY(who, shared.people.person(tx, person));
  CARNET_TRY(contacts, contacts_for(tx, shared, *account));
  // The one that no longer serves hears it too.
  std::vector<Contact> known = who.contacts, all = contacts;
  known.push_back(account->contact);
  for (const ContactChange& before : changes) known.push_back(before.to.contact);
  const auto replaced = std::find_if(known.begin(), known.end(), [&](const Contact& one) { return contact_id(shared, person, one) == change->replaces; });
  if (replaced != known.end()) all.push_back(*replaced);
  notices::Notice notice{notices::Template::contact_changed, notices::Channel::email, recipient_of(who), {}, {{"hint", hint_of(change->to.contact)}}};
  CARNET_TRY(told, tell_everywhere(tx, shared, std::move(notice), all, false));
  (void)told;
  return true;
}

// ---- Identity's part

io::Task<kernel::Result<std::int64_t>> Identity::sweep() {
  Shared& shared = *shared_;
  constexpr int most = 200;
  std::int64_t told = 0;
  for (int turn = 0; turn < most; ++turn) {
    const std::function<kernel::Result<bool>(store::Tx&)> one = [&shared](store::Tx& tx) { return tell_one_change(tx, shared); };
    CARNET_CO_TRY(more, co_await shared.store.write<bool>(one));
    if (!more) break;
    ++told;
  }
  co_return told;
}

}  // namespace carnet::identity
