// Where codes go, and how that is changed: told to the contacts on file at once, in force days later, stopped by a word from
// any of them. Who holds in force is a function of stored facts and now. Inside identity only.
#pragma once
#include <span>

#include "identity/accounts.hpp"

namespace carnet::identity {

struct NamedContact {
  std::string id;  // opaque; the same address of the same person has the same
  Contact contact;
};
std::string contact_id(const Shared& shared, PersonId person, const Contact& contact);

struct ContactChange {
  std::int64_t number = 0;  // 1, 2, ... of a person
  NamedContact to;
  std::string replaces;     // the id of a contact; empty: added beside the others
  kernel::Instant asked{}, effective{}, confirmed{}, cancelled{};  // 0: not yet
};
enum class ChangeState { awaited, in_force, lapsed, cancelled };
// Awaited until it takes effect, whether or not its one-time code was typed; lapsed when it was not by then. Pure.
ChangeState state_of(const ContactChange& change, kernel::Instant now);
// The contacts `base` after what took effect until now, oldest first: each takes the place of the one it replaces. Pure.
std::vector<NamedContact> in_force(std::vector<NamedContact> base, std::span<const ContactChange> changes, kernel::Instant now);

kernel::Result<std::vector<ContactChange>> contact_changes(store::Snapshot& at, const Shared& shared, PersonId person);

// Where sign-in codes may go now: the account's own contact, then the insurer's, changed by what took effect; no address twice
// on one channel. A contact that the insurer's register holds for less than identity.contact_change_hours is not yet among them:
// those it held before are.
kernel::Result<std::vector<Contact>> contacts_for(store::Snapshot& at, const Shared& shared, const Account& account);
// The same for a forgotten password: the account's own contact counts only where the insurer has none.
kernel::Result<std::vector<Contact>> recovery_contacts(store::Snapshot& at, const Shared& shared, const Account& account);
std::vector<Contact> reachable(const Shared& shared, std::vector<Contact> contacts);  // those whose channel is configured

struct Contacts {
  std::vector<NamedContact> now;
  std::vector<ContactChange> awaited;
};
kernel::Result<Contacts> contacts_of(store::Snapshot& at, const Shared& shared, PersonId person);

struct ContactAsked {
  notices::Channel channel = notices::Channel::email;
  std::string address, replaces;  // replaces: an id, or empty
};
struct ContactPending {
  std::string id;
  kernel::Instant effective{};
};
// forbidden "identity.reauthentication_needed"; invalid "identity.contact" (address, or what it replaces), "identity.channel";
// conflict "identity.contact_known", "identity.contact_change_pending"; too_many "identity.wait"; unavailable
// "identity.nobody_to_tell" when no contact on file, nor the post, can be told of it.
kernel::Result<ContactPending> ask_contact(store::Tx& tx, Shared& shared, const Caller& caller, const ContactAsked& asked,
                                           std::string_view request_id);
// The code that went to the new contact, counted, then judged. not_found "not_found" when no such change is awaited.
io::Task<kernel::Status> confirm_contact(Shared& shared, Caller caller, std::string id, std::string typed, std::string request_id);
kernel::Status cancel_contact(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view id, std::string_view request_id);
// By whoever holds the short code that was told to the contacts on file: counted against the network, then looked up. A right
// one stops the change and ends every session. Nothing tells right from wrong. too_many "identity.wait".
io::Task<kernel::Status> cancel_by_code(Shared& shared, std::string typed, std::string source, std::string request_id);
// What a recovery does: who could ask for a change may have been a thief.
kernel::Status cancel_awaited(store::Tx& tx, const Shared& shared, PersonId person);
// Tells of one change that took over. Value: false when none is left.
kernel::Result<bool> tell_one_change(store::Tx& tx, Shared& shared);

}  // namespace carnet::identity
