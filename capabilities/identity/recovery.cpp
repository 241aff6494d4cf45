// A forgotten name or password: number and card lead to a code sent to a contact on file, never typed now. Whether the
// number exists, has an account, or fits the card is told by no answer, and by no work.
#include <set>

#include "identity/counters.hpp"
#include "identity/one_time_codes.hpp"
#include "identity/passwords.hpp"
#include "identity/sessions.hpp"
#include "identity/sign_in.hpp"

namespace carnet::identity {

namespace {

constexpr std::string_view real_subject = "recovery";

// However it was spaced: another way of typing a number must not be another counter.
std::string number_key(const Shared& shared, const std::string& typed) {
  const auto parsed = parse_number(typed);
  return kernel::to_hex(shared.numbers.of(parsed ? parsed->value : typed.substr(0, 64)));
}

// Whom number and card name together, and by what name the code is kept: the person's, or a decoy's.
struct Named {
  std::optional<Account> account;  // nothing: nobody
  PersonId person;                 // 0 then
  std::string subject;
};
kernel::Result<Named> name_person(store::Snapshot& at, const Shared& shared, const std::string& number, const std::string& serial) {
  const std::string decoy = "recovery:" + number_key(shared, number);
  CARNET_TRY(found, shared.people.find(at, number));
  const PersonId person = found.value_or(PersonId(0));
  CARNET_TRY(fits, shared.people.card_matches(at, person, serial));
  CARNET_TRY(account, account_of(at, shared, person));
  if (!fits || !account) return Named{std::nullopt, PersonId(0), decoy};
  return Named{std::move(account), person, std::string(real_subject)};
}

// What was on file before anyone asked: the insurer's contacts; the account's own when the insurer has none.
kernel::Result<std::vector<Contact>> recovery_contacts(store::Snapshot& at, const Shared& shared, const Account& account) {
  CARNET_TRY(person, shared.people.person(at, account.person));
  if (!person.contacts.empty()) return person.contacts;
  return std::vector<Contact>{account.contact};
}

// Attempts are counted by what was typed, so that a number that exists and one that does not wait alike.
std::string ask_counter(const Shared& shared, const std::string& number) {
  return "recovery/" + number_key(shared, number);
}

kernel::Result<bool> ask(store::Tx& tx, Shared& shared, const std::string& number, const std::string& serial, const std::string& request_id) {
  const auto waits = [](const kernel::Status& status) { return !status && status.error().code == "identity.wait"; };
  const auto counted = count_attempt(tx, shared, ask_counter(shared, number));
  if (waits(counted)) return false;
  if (!counted) return std::unexpected(counted.error());
  CARNET_TRY(named, name_person(tx, shared, number, serial));
  if (!named.account) {
    const auto pretended = pretend_to_send(tx, shared, named.subject);
    if (!pretended && !waits(pretended)) return std::unexpected(pretended.error());
    return false;
  }
  CARNET_TRY(contacts, recovery_contacts(tx, shared, *named.account));
  const auto sent = send_code(tx, shared, named.person, named.subject, contacts);
  if (!sent && sent.error().kind == kernel::ErrorKind::fault) return std::unexpected(sent.error());
  CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::code_requested, audit::ActorKind::person_unknown,
                                        "identity.recovery", request_id}));
  return sent.has_value();
}

// On every channel but the one the code went to, and by post: a thief of one channel does not go unseen.
kernel::Status tell_elsewhere(store::Tx& tx, Shared& shared, const Account& account) {
  CARNET_TRY(person, shared.people.person(tx, account.person));
  CARNET_TRY(used, recovery_contacts(tx, shared, account));
  CARNET_TRY(all, contacts_for(tx, shared, account));
  notices::Notice notice{notices::Template::password_recovery, notices::Channel::email, recipient_of(person), {}, {}};
  const auto tell = [&]() -> kernel::Status {
    const auto queued = shared.notices.enqueue(tx, notice);
    if (!queued && queued.error().code != "notices.no_channel") return std::unexpected(queued.error());
    return {};
  };
  std::set<std::string> addresses, told;
  for (const auto& contact : all) addresses.insert(contact.address);
  if (addresses.size() > 1) told.insert(used.front().address);
  for (const auto& contact : all) {
    if (!told.insert(contact.address).second) continue;
    notice.channel = contact.channel;
    notice.to.address = contact.address;
    CARNET_CHECK(tell());
  }
  if (person.postal.lines.empty()) return {};
  notice.channel = notices::Channel::letter;
  notice.to.address.clear();
  return tell();
}

struct Recovered {
  CodeJudgement judgement = CodeJudgement::wrong;
  std::string identifier;
};
kernel::Result<Recovered> recover(store::Tx& tx, Shared& shared, const Named& named, const std::string& typed,
                                  const std::shared_ptr<const kernel::SecretBytes>& password, const std::string& hash,
                                  const std::string& request_id) {
  CARNET_TRY(judgement, spend_code(tx, shared, named.person, named.subject, typed));
  if (!named.account) return Recovered{judgement == CodeJudgement::right ? CodeJudgement::wrong : judgement, {}};
  if (judgement != CodeJudgement::right) {
    CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::sign_in_refused, audit::ActorKind::person_unknown,
                                          "identity.recovery", request_id}));
    return Recovered{judgement, {}};
  }
  // Refused here, the transaction goes back, and the code may be used with another password.
  const std::int64_t min_length = shared.parameter("identity.password_min_length");
  CARNET_CHECK(accept_password(password->reveal_text(), named.account->identifier, min_length));
  CARNET_CHECK(change_password(tx, shared, *named.account, hash));
  CARNET_CHECK(end_all_sessions(tx, named.person));
  CARNET_TRY(folded, accept_identifier(named.account->identifier));
  CARNET_CHECK(forgive(tx, shared, password_counter(shared, folded)));
  CARNET_CHECK(tell_elsewhere(tx, shared, *named.account));
  CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::account_recovered, audit::ActorKind::holder,
                                        "identity.recovery", request_id}));
  return Recovered{judgement, named.account->identifier};
}

}  // namespace

io::Task<kernel::Status> ask_recovery(Shared& shared, std::string number, std::string serial, std::string request_id) {
  const std::function<kernel::Result<bool>(store::Tx&)> send = [&shared, number, serial, request_id](store::Tx& tx) {
    return ask(tx, shared, number, serial, request_id);
  };
  CARNET_CO_TRY(sent, co_await shared.store.write<bool>(send));
  (void)sent;
  co_return kernel::Status{};
}

io::Task<kernel::Result<std::string>> confirm_recovery(Shared& shared, Recovery recovery) {
  auto password = std::make_shared<const kernel::SecretBytes>(std::move(recovery.password));
  CARNET_CO_CHECK(accept_password(password->reveal_text(), {}, shared.parameter("identity.password_min_length")));
  if (!could_be_code(recovery.typed)) co_return pass<void>(status_of(CodeJudgement::wrong));
  CARNET_CO_TRY(hash, co_await hash_on_pool(shared, password));
  const std::function<kernel::Result<Named>(store::Tx&)> count = [&shared, number = recovery.number,
                                                                  serial = recovery.serial](store::Tx& tx) -> kernel::Result<Named> {
    CARNET_TRY(named, name_person(tx, shared, number, serial));
    CARNET_CHECK(count_try(tx, shared, named.person, named.subject));
    return std::move(named);
  };
  CARNET_CO_TRY(named, co_await shared.store.write<Named>(count));
  const std::function<kernel::Result<Recovered>(store::Tx&)> judge = [&shared, named = Named(named), typed = recovery.typed, password,
                                                                      hash = std::string(hash),
                                                                      request_id = recovery.request_id](store::Tx& tx) {
    return recover(tx, shared, named, typed, password, hash, request_id);
  };
  CARNET_CO_TRY(recovered, co_await shared.store.write<Recovered>(judge));
  CARNET_CO_CHECK(status_of(recovered.judgement));
  co_return std::move(recovered.identifier);
}

}  // namespace carnet::identity
