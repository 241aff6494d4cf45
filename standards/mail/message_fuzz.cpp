// Whatever a stranger sends as a message: refused or read, never a crash; what is read is valid text, within its
// limits.
#include <algorithm>

#include "standards/mail/message.hpp"
#include "standards/mail/text.hpp"

namespace {

using namespace carnet;

void check_text(std::string_view text) {
  CARNET_INVARIANT(mail::is_utf8(text), "a text that is read is not UTF-8");
}

void check(const mail::Message& message, const mail::Limits& limits, std::size_t depth) {
  CARNET_INVARIANT(depth <= limits.depth + 1, "messages nest beyond the limit");
  CARNET_INVARIANT(message.images.size() <= limits.images, "more images than the limit");
  check_text(message.subject);
  check_text(message.message_id);
  for (const auto* list : {&message.from, &message.reply_to, &message.to, &message.cc, &message.sender}) {
    for (const auto& address : *list) {
      check_text(address.display_name);
      check_text(address.mailbox);
      CARNET_INVARIANT(address.mailbox.empty() || !address.domain.empty(), "an address without domain");
    }
  }
  for (const auto& body : message.bodies) {
    check_text(body.visible);
    for (const auto& hidden : body.hidden) {
      check_text(hidden.text);
      CARNET_INVARIANT(hidden.at <= body.visible.size(), "a hidden text stands outside the text");
    }
    for (const auto& link : body.links) {
      CARNET_INVARIANT(!link.text_is_visible || body.visible.substr(link.at, link.text.size()) == link.text,
                       "a link's text is not where it says");
    }
  }
  for (const auto& attachment : message.attachments) {
    check_text(attachment.name);
    CARNET_INVARIANT(!attachment.nested || *attachment.nested < message.nested.size(),
                     "an attachment names no message");
  }
  for (const auto& field : message.headers) check_text(field.decoded());
  check_text(message.visible_text());
  for (const auto& inner : message.nested) check(inner, limits, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const mail::Limits limits;
  if (const auto message = mail::parse({data, size}, limits)) check(*message, limits, 0);
  return 0;
}
