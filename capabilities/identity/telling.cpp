#include "identity/telling.hpp"

#include <set>

#include "identity/contacts.hpp"

namespace carnet::identity {

kernel::Result<bool> tell_everywhere(store::Tx& tx, Shared& shared, notices::Notice notice, std::span<const Contact> contacts, bool post) {
  bool reached = false;
  const auto tell = [&]() -> kernel::Result<bool> {
    const auto queued = shared.notices.enqueue(tx, notice);
    if (!queued && queued.error().code != "notices.no_channel") return std::unexpected(queued.error());
    reached = reached || queued.has_value();
    return queued.has_value();
  };
  std::set<std::string> told;
  for (const Contact& contact : contacts) {
    if (told.contains(contact.address)) continue;
    notice.channel = contact.channel;
    notice.to.address = contact.address;
    CARNET_TRY(left, tell());
    if (left) told.insert(contact.address);
  }
  if (post && !notice.to.postal.lines.empty()) {
    notice.channel = notices::Channel::letter;
    notice.to.address.clear();
    CARNET_TRY(left, tell());
    (void)left;
  }
  return reached;
}

kernel::Status tell_sessions_ended(store::Tx& tx, Shared& shared, PersonId person) {
  CARNET_TRY(account, account_of(tx, shared, person));
  if (!account) return {};
  CARNET_TRY(who, shared.people.person(tx, person));
  CARNET_TRY(contacts, contacts_for(tx, shared, *account));
  notices::Notice notice{notices::Template::sessions_ended, notices::Channel::email, recipient_of(who), {}, {}};
  CARNET_TRY(told, tell_everywhere(tx, shared, std::move(notice), contacts, false));
  (void)told;
  return {};
}

}  // namespace carnet::identity
