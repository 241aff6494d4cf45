// vigilance: is this message a scam? Judges an SMS, an e-mail, a host name or a telephone number by dated official facts and
// by what the message says and where it leads. Nothing is fetched or resolved for a message; the same input, facts and
// campaigns give the same judgement. Never "safe" on content alone: `official` needs a cryptographic proof.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"
#include "standards/mail/authentication.hpp"

namespace carnet::vigilance {

using kernel::Date;
using kernel::Instant;

// The first that holds, in this order: official, scam, suspicious, unknown.
enum class Verdict : std::uint8_t { unknown, suspicious, scam, official };
std::string_view code_of(Verdict verdict);  // "unknown" "suspicious" "scam" "official"

// Why. The first group is hard evidence of identity, the second weaker signs, the third explains without deciding.
enum class Sign : std::uint8_t {
  signature_verified,   // aligned DKIM of a listed sender
  reference_bound,      // a notice reference bound to this recipient, under the words that were sent
  look_alike_host,      // a protected name on another registrable domain
  look_alike_sender,    // the same, in the sender's address
  speaks_as_elsewhere,  // speaks as a protected name, leads to a host that is not theirs
  speaks_as_premium,    // speaks as a protected name, has a premium number called
  never_asked,          // speaks as a protected name, asks what is never asked
  refund_form,          // a health refund that waits for a form on a host that is not official
  confirmed_campaign, listed_host, listed_number,
  other_look_alike,     // imitates another known organisation
  other_elsewhere,      // speaks as another organisation, leads to a host that is not theirs
  sender_mismatch,      // the displayed sender claims a name its address does not have
  link_text_differs, shortener, free_hosting, address_literal, user_part, mixed_scripts, name_in_path, obscured_link,
  premium_number, call_back_number, messaging_number,
  asks_payment, asks_card, asks_credentials, asks_identity, lure, threat, password_form, risky_attachment, two_senders,
  reply_elsewhere, picture_only, unknown_host, learned, ticked,
  quoted,               // the signs stand in a quotation, a report or a question: capped
  they_call_only,       // a number that calls people, given to be called back
  official_host,        // the address is an official one; it proves nothing of the sender
  true_notice_like,     // resembles the true notice: the sentence on the deadline is added
  reference_printed,    // bears what looks like a reference of ours: anyone copies one, only its addressee can have it checked
  reference_unconfirmed // its reader asked: not theirs, or not the words that were sent
};
std::string_view code_of(Sign sign);  // "look_alike_host"

struct Span {
  std::size_t begin = 0, end = 0;  // bytes of Judgement::shown
};
struct Reason {
  Sign sign;
  std::string subject;  // a host, a name, a number; "" when none. Text of a stranger: never shown live
  std::string name;     // the name it imitates or speaks as, as displayed: "Assurance Maladie"
  std::vector<Span> spans;
};

struct Message {
  enum class Form : std::uint8_t { text, email, host, number };  // email: raw RFC 5322 bytes
  Form form = Form::text;
  std::string content;
  std::string sender{};                 // displayed with an SMS: number, short code or letters; may be empty
  std::string subject{};                // of an e-mail whose text alone was copied
  std::optional<Date> received{};       // facts of that day; absent: of `now`
  std::vector<std::string> codes{};     // of an e-mail: what the QR codes of its pictures say (add_codes)
  // The caller has asked notices whether its reference, its recipient and its words are those of one that was sent.
  bool reference_asked = false;
  std::optional<Date> reference_bound{};  // they are: the day it was sent
  // For who cannot copy.
  struct Ticks {
    bool health_card = false, payment = false, link = false;
  } ticks{};
};
// Reads what someone pasted without saying what it is: headers -> email, one host or URL -> host, one number -> number.
Message message_of(std::string content);
// What may be references of notices in a text ("Référence de ce message : C7QM-2W9F"), at most four. They prove nothing.
std::vector<std::string> references_in(std::string_view text);
inline constexpr std::size_t max_message_bytes = 25u << 20;
inline constexpr std::size_t max_text_bytes = 1u << 20;  // of a text: an SMS, a page pasted whole

// What carnet-picture sees on a PNG or JPEG, read in a jail, as a message: the words, then where each QR code leads, line by
// line. Always a text: what a picture shows proves nothing of who sent it. Refused: invalid "vigilance.picture" with an issue
// "picture.kind", "picture.size", "picture.unreadable", "picture.no_words" or "too-costly" at /image; unavailable
// "vigilance.no_reader" where the program or its model is not installed. Blocking, seconds: call on a Pool.
inline constexpr std::size_t max_picture_bytes = 10u << 20;
kernel::Result<Message> read_picture(const std::filesystem::path& program, kernel::ByteView picture);
// The QR codes of the first pictures of an e-mail, so that where they lead is judged too; a picture that cannot be read adds
// nothing, nor does another form of message. Blocking, seconds at worst.
void add_codes(const std::filesystem::path& program, Message& message);

struct Judgement {
  Verdict verdict = Verdict::unknown;
  std::vector<Reason> reasons;   // the decisive one first
  bool like_true_notice = false;
  std::string shown;             // the visible text that was judged; equals the content of a text
  int weight = 0;                // of the weaker signs, for the operator's queue; never shown to a stranger
  std::uint64_t print = 0;       // SimHash of the text, 0 when too short to have one
};
// What a stranger who asks too often is told: the verdict and the family of its first reason, without span or subject.
Judgement coarse(const Judgement& judgement);

// One verdict, one action, one reason: at most 60 words in all, in French. Text only, no mark-up, no live link.
struct Answer {
  std::string verdict, action, reason;
  std::string deadline;                 // the sentence of rules 11, outside the 60 words; "" when not like the notice
  std::string text() const;
};

struct HostJudgement {
  enum class Kind : std::uint8_t { unlisted, official, state, known, shortener, hosting, messaging, look_alike, imitation, address };
  Kind kind = Kind::unlisted;
  std::string registrable;  // by the public suffix list with its private section; "" for an address
  std::string imitates;     // name imitated, as displayed
  bool mixed_scripts = false;
  bool of_trade = false;    // made of words such as "compte", "suivi", "verification" alone: nobody's name
};
std::string_view code_of(HostJudgement::Kind kind);

// Confirmed campaigns: an immutable set that the caller swaps.
class Campaigns {
 public:
  struct Entry {
    std::uint64_t print = 0;
    std::string name;  // "carte-vitale-2026-11"
  };
  explicit Campaigns(std::vector<Entry> prints = {}, std::vector<std::string> hosts = {}, std::vector<std::string> numbers = {});
  const Entry* near(std::uint64_t print) const;        // within max_distance bits
  bool holds_host(std::string_view registrable) const;  // or a whole host
  bool holds_number(std::string_view e164) const;
  static constexpr int max_distance = 6;

 private:
  std::vector<Entry> prints_;
  std::array<std::vector<std::pair<std::uint16_t, std::uint32_t>>, 8> bands_;
  std::vector<std::string> hosts_, numbers_;
};

enum class Trust : std::uint8_t { signed_only, any };  // any: facts being edited, before they are signed

// Facts, lexicon and weights of rules/vigilance, and the judge over them. Immutable and safe from any thread.
class Engine {
 public:
  // Refused: "vigilance.facts" with file and line of every fault, "vigilance.signature" when a file is not the signed one.
  static kernel::Result<Engine> load(const std::filesystem::path& directory, Trust trust = Trust::signed_only);
  Engine(Engine&&) noexcept;
  ~Engine();

  // Refused: "vigilance.too_large"; "vigilance.unreadable" for an e-mail that is none. `keys` answers for the DKIM keys of
  // senders, beside those of the facts; absent: the facts alone.
  kernel::Result<Judgement> judge(const Message& message, Instant now, const Campaigns& campaigns = Campaigns(),
                                  const mail::Resolver* keys = nullptr) const;
  HostJudgement judge_host(std::string_view host, Date on) const;
  Answer answer(const Judgement& judgement) const;

  std::string_view words(std::string_view code) const;  // of answers.tsv, "" when unknown
  // How a report is counted in public, by whom it speaks for: "health", "parcel"... (kinds.tsv), else "other".
  std::string kind_of(const Judgement& judgement) const;

  // For the reader and for what must be told of a victim or a report: lines of a facts file in force on a day.
  std::vector<std::vector<std::string>> facts(std::string_view file, Date on) const;

  struct State;

 private:
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Writes manifest.tsv, publisher.pem and signature of a facts directory. The private key never enters the directory.
kernel::Status sign_facts(const std::filesystem::path& directory, const crypto::SigningKey& key);

}  // namespace carnet::vigilance

#include "vigilance/desk.hpp"
