// A message that someone forwards to the address of vigilance, and the mail that answers it. Pure. Inside vigilance only.
#pragma once
#include <functional>
#include <span>

#include "standards/mail/message.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

// RFC 3834: who may be sent an automatic answer. Never a null sender, a list, a program, ourselves.
bool may_be_answered(const mail::Message& letter, std::string_view envelope_from, std::span<const std::string> own_addresses);

// What someone who pasted it would have pasted: the text below the mark of a forward, with the sender and the subject that
// stand there; where a link leads is written after what it shows. Without a mark, all of the text.
Message forwarded_text(const mail::Message& letter);

// Judges the message that is carried whole, else the forward as a text. Where several are carried inside one another the
// worst is told (`complete` adds what its pictures say), and `official` is only said of one that stands alone: a lure may carry a true message.
kernel::Result<Judgement> judge_forwarded(const Engine& engine, kernel::ByteView letter, Instant now, const Campaigns& campaigns,
                                          const std::function<void(Message&)>& complete, const mail::Resolver* keys = nullptr);

// The answer in the words of the page, as a mail. Hosts are written so that no mail program makes them live.
struct MailAnswer {
  std::string from, to, in_reply_to, reference;
  Instant at;
};
std::string answer_mail(const Engine& engine, const Judgement& judgement, const MailAnswer& how);

}  // namespace carnet::vigilance
