// How a person is told something, by the channels on file.
#include "identity/identity.hpp"

namespace carnet::identity {

using notices::Channel;

notices::Recipient recipient_of(const Person& to, PersonId about, std::string address) {
  notices::Recipient out;
  out.person = about;
  out.name = to.display_name();
  out.address = std::move(address);
  out.postal = to.postal;
  out.language = to.language;
  out.scheme = to.scheme;
  out.large_print = to.large_print;
  out.addressee = to.id;
  return out;
}

kernel::Result<bool> enqueue_if_there(notices::Notices& outbox, store::Tx& tx, const notices::Notice& notice) {
  const auto reference = outbox.enqueue(tx, notice);
  if (!reference && reference.error().code != "notices.no_channel") return std::unexpected(reference.error());
  return reference.has_value();
}

kernel::Result<bool> tell(notices::Notices& outbox, store::Tx& tx, const Telling& telling) {
  bool reached = false;
  bool mailed = false;
  for (const auto& contact : telling.to.contacts) {
    if (contact.channel != Channel::email && contact.channel != Channel::sms) continue;
    CARNET_TRY(left, enqueue_if_there(outbox, tx, {telling.what, contact.channel,
                                                   recipient_of(telling.to, telling.about, contact.address), {}, telling.said}));
    reached = reached || left;
    mailed = mailed || (left && contact.channel == Channel::email);
  }
  const bool letter = telling.letter == Letter::always || (telling.letter == Letter::without_email && !mailed) ||
                      (telling.letter == Letter::if_unreached && !reached);
  if (!letter || telling.to.postal.lines.empty()) return reached;
  CARNET_TRY(posted, enqueue_if_there(outbox, tx, {telling.what, Channel::letter, recipient_of(telling.to, telling.about, {}), {},
                                                   telling.said}));
  return reached || posted;
}

}  // namespace carnet::identity
