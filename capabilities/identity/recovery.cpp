// A forgotten name or password: number and card lead to a code sent to a contact on file, never typed now. Whether the
// number exists, has an account, or fits the card is told by no answer, and by no work.
#include <algorithm>

#include "identity/code_sheet.hpp"
#include "identity/contacts.hpp"
#include "identity/counters.hpp"
#include "identity/one_time_codes.hpp"
#include "identity/passwords.hpp"
#include "identity/register_line.hpp"
#include "identity/sessions.hpp"
#include "identity/sign_in.hpp"
#include "identity/telling.hpp"

namespace carnet::identity {

namespace {

constexpr std::string_view real_subject = "recovery", real_paper_subject = "recovery:paper";
constexpr std::int64_t hour_ms = 3'600'000, day_ms = 24 * hour_ms;

// However it was spaced: another way of typing a number must not be another counter.
std::string number_key(const Shared& shared, const std::string& typed) {
  const auto parsed = parse_number(typed);
  return kernel::to_hex(shared.numbers.of(parsed ? parsed->value : typed.substr(0, 64)));
}

// Whom number and card name together, and by what name the code is kept: the person's, or a decoy's.
struct Named {
  std::optional<Account> account;  // nothing: nobody
  PersonId person;                 // 0 then
  std::string subject, paper_subject;  // of the code that is sent, and of the one that is posted or handed over
};
kernel::Result<Named> name_person(store::Snapshot& at, const Shared& shared, const std::string& number, const std::string& serial) {
  const std::string decoy = "recovery:" + number_key(shared, number);
  CARNET_TRY(found, shared.people.find(at, number));
  const PersonId person = found.value_or(PersonId(0));
  CARNET_TRY(fits, shared.people.card_matches(at, person, serial));
  CARNET_TRY(account, account_of(at, shared, person));
  if (!fits || !account) return Named{std::nullopt, PersonId(0), decoy, decoy + "/paper"};
  return Named{std::move(account), person, std::string(real_subject), std::string(real_paper_subject)};
}

// Asking is counted by what was typed, number and serial, so that what exists and what does not wait alike, and a stranger with a
// number makes nobody wait.
std::string typed_pair(const Shared& shared, const RecoveryAsked& asked) {
  return number_key(shared, asked.number) + "/" + kernel::to_hex(shared.cards.of("typed/" + comparable_serial(asked.serial.substr(0, 64))));
}

// A code to the address on file, six weeks and the post's days long, once in ten days. Whose number is nobody's gets the same
// rows, and no letter.
kernel::Result<bool> post_code(store::Tx& tx, Shared& shared, const Named& named, const RecoveryAsked& asked) {
  const auto may = once_in_days(tx, shared, "recovery-post/" + typed_pair(shared, asked), shared.parameter("enrollment.posted_code_interval_days"));
  if (!may && may.error().code == "identity.wait") return false;
  CARNET_CHECK(may);
  const kernel::Instant until{shared.clock.now().ms +
                              (shared.parameter("enrollment.code_valid_days") + shared.parameter("enrollment.post_grace_days")) * day_ms};
  const kernel::SecretBytes code = draw_long_code(shared.entropy, "identity.recovery_code");
  CARNET_CHECK(keep_code(tx, shared, named.person, named.paper_subject, code.reveal_text(), until));
  if (!named.account) return false;
  CARNET_TRY(who, shared.people.person(tx, named.person));
  if (who.postal.lines.empty()) return false;
  const notices::Notice letter{notices::Template::code_sent, notices::Channel::letter, recipient_of(who), grouped_long(code),
                               {{"valid_at", kernel::to_rfc3339(until)}}};
  const auto queued = shared.notices.enqueue(tx, letter);
  if (!queued && queued.error().code != "notices.no_channel") return std::unexpected(queued.error());
  return queued.has_value();
}

kernel::Result<bool> send_code_on_file(store::Tx& tx, Shared& shared, const Named& named) {
  if (!named.account) {
    const auto pretended = pretend_to_send(tx, shared, named.subject);
    if (!pretended && pretended.error().code != "identity.wait") return std::unexpected(pretended.error());
    return false;
  }
  CARNET_TRY(contacts, recovery_contacts(tx, shared, *named.account));
  const auto sent = send_code(tx, shared, named.person, named.subject, contacts);
  if (!sent && sent.error().kind == kernel::ErrorKind::fault) return std::unexpected(sent.error());
  return sent.has_value();
}

kernel::Result<bool> ask(store::Tx& tx, Shared& shared, const RecoveryAsked& asked) {
  const auto counted = count_attempt(tx, shared, "recovery/" + typed_pair(shared, asked));
  if (!counted && counted.error().code == "identity.wait") return false;
  CARNET_CHECK(counted);
  CARNET_TRY(named, name_person(tx, shared, asked.number, asked.serial));
  // The kind that was not asked for has a code too, which nobody knows: what is answered to a guess tells nothing.
  const std::string& other = asked.by_post ? named.subject : named.paper_subject;
  CARNET_CHECK(keep_decoy(tx, shared, named.person, other, {shared.clock.now().ms + shared.parameter("identity.otp_valid_minutes") * 60'000}));
  CARNET_TRY(sent, asked.by_post ? post_code(tx, shared, named, asked) : send_code_on_file(tx, shared, named));
  if (named.account) {
    CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::code_requested, audit::ActorKind::person_unknown,
                                          "identity.recovery", asked.request_id}));
  }
  return sent;
}

// On every channel but the one the code went to, and by post: a thief of one channel does not go unseen.
kernel::Status tell_elsewhere(store::Tx& tx, Shared& shared, const Account& account, bool on_paper) {
  CARNET_TRY(person, shared.people.person(tx, account.person));
  CARNET_TRY(used, recovery_contacts(tx, shared, account));
  CARNET_TRY(all, contacts_for(tx, shared, account));
  if (!on_paper && !used.empty()) {
    const auto took_it = [&](const Contact& contact) { return contact.address == used.front().address; };
    if (!std::all_of(all.begin(), all.end(), took_it)) std::erase_if(all, took_it);
  }
  notices::Notice notice{notices::Template::password_recovery, notices::Channel::email, recipient_of(person), {}, {}};
  CARNET_TRY(told, tell_everywhere(tx, shared, std::move(notice), all, true));
  (void)told;
  return {};
}

// What was typed, and from where.
struct Claimed {
  std::string typed;
  bool paper = false;
  std::string source, request_id;
};
struct Recovered {
  CodeJudgement judgement = CodeJudgement::wrong;
  std::string identifier;
};
kernel::Result<Recovered> recover(store::Tx& tx, Shared& shared, const Named& named, const Claimed& by,
                                  const std::shared_ptr<const kernel::SecretBytes>& password, const std::string& hash) {
  CARNET_TRY(judgement, spend_code(tx, shared, named.person, by.paper ? named.paper_subject : named.subject, by.typed));
  if (!named.account) return Recovered{judgement == CodeJudgement::right ? CodeJudgement::wrong : judgement, {}};
  if (judgement != CodeJudgement::right) {
    CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::sign_in_refused, audit::ActorKind::person_unknown,
                                          "identity.recovery", by.request_id}));
    return Recovered{judgement, {}};
  }
  // Refused here, the transaction goes back, and the code may be used with another password.
  const std::int64_t min_length = shared.parameter("identity.password_min_length");
  CARNET_CHECK(accept_password(password->reveal_text(), named.account->identifier, min_length));
  CARNET_CHECK(change_password(tx, shared, *named.account, hash));
  CARNET_CHECK(end_all_sessions(tx, named.person));
  CARNET_CHECK(cancel_awaited(tx, shared, named.person));  // whoever asked for it may have had the password
  CARNET_TRY(folded, accept_identifier(named.account->identifier));
  for (const std::string& source : {std::string(), by.source}) {
    CARNET_TRY(counter, password_counter(tx, shared, folded, source));
    CARNET_CHECK(forgive(tx, shared, counter));
  }
  CARNET_CHECK(tell_elsewhere(tx, shared, *named.account, by.paper));
  CARNET_CHECK(leave_trace(tx, shared, {named.person, audit::Action::account_recovered, audit::ActorKind::holder,
                                        "identity.recovery", by.request_id}));
  return Recovered{judgement, named.account->identifier};
}

}  // namespace

io::Task<kernel::Status> ask_recovery(Shared& shared, RecoveryAsked asked) {
  const std::function<kernel::Result<bool>(store::Tx&)> send = [&shared, asked](store::Tx& tx) { return ask(tx, shared, asked); };
  CARNET_CO_TRY(sent, co_await shared.store.write<bool>(send));
  (void)sent;
  co_return kernel::Status{};
}

io::Task<kernel::Result<std::string>> confirm_recovery(Shared& shared, Recovery recovery) {
  auto password = std::make_shared<const kernel::SecretBytes>(std::move(recovery.password));
  CARNET_CO_CHECK(accept_password(password->reveal_text(), {}, shared.parameter("identity.password_min_length")));
  const auto long_code = read_long_code(recovery.typed);
  const bool paper = long_code.has_value();
  if (!paper && !could_be_code(recovery.typed)) co_return pass<void>(status_of(CodeJudgement::wrong));
  CARNET_CO_TRY(hash, co_await hash_on_pool(shared, password));
  const std::function<kernel::Result<Named>(store::Tx&)> count = [&shared, number = recovery.number, paper,
                                                                  serial = recovery.serial](store::Tx& tx) -> kernel::Result<Named> {
    CARNET_TRY(named, name_person(tx, shared, number, serial));
    CARNET_CHECK(count_try(tx, shared, named.person, paper ? named.paper_subject : named.subject));
    return std::move(named);
  };
  CARNET_CO_TRY(named, co_await shared.store.write<Named>(count));
  const std::function<kernel::Result<Recovered>(store::Tx&)> judge = [&shared, named = Named(named), typed = long_code.value_or(recovery.typed),
                                                                      paper, password, hash = std::string(hash), source = recovery.source,
                                                                      request_id = recovery.request_id](store::Tx& tx) {
    return recover(tx, shared, named, {typed, paper, source, request_id}, password, hash);
  };
  CARNET_CO_TRY(recovered, co_await shared.store.write<Recovered>(judge));
  CARNET_CO_CHECK(status_of(recovered.judgement));
  co_return std::move(recovered.identifier);
}

// ---- Identity's part: at the desk

io::Task<kernel::Result<std::string>> Identity::recover_in_person(PersonId person, Desk desk) {
  Shared& shared = *shared_;
  if (desk.agent.empty() || desk.second_agent.empty() || desk.agent == desk.second_agent)
    co_return kernel::refuse(kernel::ErrorKind::conflict, "identity.second_agent", "two agents see the person and the document");
  const std::function<kernel::Result<std::string>(store::Tx&)> make = [&shared, person, desk](store::Tx& tx) -> kernel::Result<std::string> {
    CARNET_TRY(account, account_of(tx, shared, person));
    if (!account) return kernel::refuse(kernel::ErrorKind::not_found, "identity.no_account", "this person has no account");
    const kernel::SecretBytes code = draw_long_code(shared.entropy, "identity.recovery_code");
    CARNET_CHECK(keep_code(tx, shared, person, real_paper_subject, code.reveal_text(),
                           {shared.clock.now().ms + shared.parameter("identity.desk_code_hours") * hour_ms}));
    SignTrace trace{person, audit::Action::code_requested, audit::ActorKind::agent, "identity.recovery_in_person", {}};
    const std::string agents = fmt::format("{}, {} ({})", desk.agent, desk.second_agent, desk.document);
    trace.actor_name = agents;
    CARNET_CHECK(leave_trace(tx, shared, trace));
    return std::string(grouped_long(code).reveal_text());
  };
  co_return co_await shared.store.write<std::string>(make);
}

io::Task<kernel::Result<Date>> Identity::post_code_sheet(PersonId person, std::string agent) {
  Shared& shared = *shared_;
  const std::function<kernel::Result<Date>(store::Tx&)> post = [&shared, person, agent](store::Tx& tx) -> kernel::Result<Date> {
    CARNET_TRY(day, post_sheet(tx, shared, person));
    SignTrace trace{person, audit::Action::code_requested, audit::ActorKind::agent, "identity.code_sheet", {}};
    trace.actor_name = agent;
    CARNET_CHECK(leave_trace(tx, shared, trace));
    return day;
  };
  co_return co_await shared.store.write<Date>(post);
}

}  // namespace carnet::identity
