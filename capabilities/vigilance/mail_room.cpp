// Where forwarded messages arrive (LMTP) and are answered. The mail server keeps what it has handed over until it hears
// that the answer has left: nothing of a message is kept here.
#include <algorithm>

#include "standards/mail/lmtp.hpp"
#include "vigilance/desk_state.hpp"
#include "vigilance/forwarded.hpp"

namespace carnet::vigilance {

using Fate = mail::LmtpSession::Fate;
using kernel::Result;

namespace {

constexpr std::size_t most_letter_bytes = 25u << 20;
constexpr std::int64_t most_an_hour = 10, most_a_day = 30;
constexpr auto hour = std::chrono::hours(1), day = std::chrono::hours(24);
constexpr long send_within_ms = 120'000;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

struct MailRoom {
  Desk::State& state;
  std::shared_ptr<const Forwarding> forwarding;

  // True: this answer is ours to send, and nobody else's. False: it has been sent, or this sender has had enough.
  Result<bool> claim(const std::string& print, const std::string& sender) {
    const auto now = state.clock.now();
    return state.store.write_now<bool>([&](store::Tx& tx) -> Result<bool> {
      CARNET_TRY(of_hour, rows::answers_since(tx, sender, now.plus(-hour)));
      CARNET_TRY(of_day, rows::answers_since(tx, sender, now.plus(-day)));
      if (of_hour >= most_an_hour || of_day >= most_a_day) return false;
      return rows::claim_answer(tx, print, sender, now);
    });
  }

  Fate answer(const mail::LmtpSession::Letter& letter) {
    const auto raw = kernel::as_bytes(letter.bytes);
    mail::Limits limits;
    limits.bytes = max_message_bytes;
    const auto read = mail::parse(raw, limits);
    const auto& own = forwarding->addresses;
    if (!read || !may_be_answered(*read, letter.from, own) || lowered(letter.from) == lowered(forwarding->from)) return Fate::taken;
    const auto id = read->message_id.empty() ? kernel::to_hex(crypto::sha256(raw)) : read->message_id;
    const auto sender = kernel::to_hex(state.mail_prints.of(lowered(letter.from)));
    const auto print = kernel::to_hex(state.mail_prints.of(lowered(letter.from) + "\n" + id));
    const auto ours = claim(print, sender);
    if (!ours) return Fate::later;
    if (!*ours) return Fate::taken;
    const auto with = state.known();
    auto judgement = judge_forwarded(state.engine, raw, state.clock.now(), *with, [this](Message& message) { add_codes(state.picture_reader, message); });
    if (!judgement) judgement = Judgement();  // what cannot be read is not assured
    const auto told = state.askers.is_frequent("mail:" + sender, state.clock.now()) ? coarse(*judgement) : *judgement;
    const MailAnswer how{forwarding->from, letter.from, read->message_id, print, state.clock.now()};
    const auto sent = courier::send_mail(forwarding->smtp, {"", letter.from, answer_mail(state.engine, told, how)}, send_within_ms, &forwarding->ends);
    if (sent.outcome != courier::Outcome::try_later) return Fate::taken;
    const auto released = state.store.write_now<void>([&](store::Tx& tx) { return rows::release_answer(tx, print); });
    return released ? Fate::later : Fate::taken;  // claimed for ever: an answer is lost rather than sent twice
  }
};

namespace {

class LmtpConversation final : public io::Conversation {
 public:
  LmtpConversation(MailRoom room, io::Pool& pool) : room_(std::move(room)), pool_(pool), session_(settings(*room_.forwarding)) {}

  Said begin() override { return {session_.greeting()}; }

  io::Task<Said> hear(std::string_view bytes) override {
    Said said{session_.hear(bytes)};
    while (session_.letter()) {
      auto fate = Fate::later;
      const bool ran = co_await io::on_pool(pool_, [&] { fate = room_.answer(*session_.letter()); });
      said.bytes += session_.settle(ran ? fate : Fate::later);
      said.bytes += session_.hear("");
    }
    said.ends = session_.ended();
    co_return said;
  }

 private:
  static mail::LmtpSession::Settings settings(const Forwarding& forwarding) {
    mail::LmtpSession::Settings out;
    out.host = forwarding.from.substr(forwarding.from.find('@') + 1);
    out.most_bytes = most_letter_bytes;
    out.most_recipients = 1;  // one copy, one answer
    out.takes = [own = forwarding.addresses](std::string_view address) {
      return std::ranges::any_of(own, [&](const std::string& one) { return lowered(one) == lowered(address); });
    };
    return out;
  }

  MailRoom room_;
  io::Pool& pool_;
  mail::LmtpSession session_;
};

}  // namespace

std::function<std::unique_ptr<io::Conversation>()> Desk::mail_room(std::shared_ptr<const Forwarding> forwarding) {
  return [state = state_.get(), forwarding = std::move(forwarding)]() -> std::unique_ptr<io::Conversation> {
    return std::make_unique<LmtpConversation>(MailRoom{*state, forwarding}, state->pool);
  };
}

}  // namespace carnet::vigilance
