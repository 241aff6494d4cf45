// notices: official messages - e-mail, letter, SMS, spoken call - each with a reference that can be checked. Gets a resolved
// recipient; looks nobody up. A row is sealed until its channel has taken it (the code in clear lives nowhere else).
// Tables owned: notice.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "foundation/courier/courier.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/http/http.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/task.hpp"
#include "foundation/store/store.hpp"

namespace carnet::notices {

using kernel::PersonId;

enum class Channel { email = 1, letter = 2, sms = 3, voice = 4 };
std::string_view code_of(Channel channel);  // "email" "letter" "sms" "voice"

struct PostalAddress {
  std::vector<std::string> lines;  // 1..5, without the name
  std::string country;             // ISO 3166, "FR"
};
struct Recipient {
  PersonId person;        // whom the notice is about: one person, one order of delivery
  std::string name;       // as written on the envelope or in "Bonjour ..."
  std::string address;    // e-mail or E.164 phone; empty for a letter
  PostalAddress postal;   // letter
  std::string language = "fr";
  std::string scheme;     // insurance scheme: decides the sender (rules.md 11)
  bool large_print = false;
  PersonId addressee{};   // who is written to, when that is a person of the register: may have it checked (sent_to)
};

// What is said: a template of messages/<lang>/notices.json and its parameters. Codes travel in `code`, never elsewhere.
enum class Template {
  space_announced = 1,       // the notice of rules.md 3: service, how to open, object, close, who may read, last day
  code_sent = 2,             // a provisional code asked for
  one_time_code = 3,         // sign-in and contact confirmation
  space_opened = 4, space_opened_by_default = 5, objection_recorded = 6, space_closed = 7, space_reopened = 8,
  second_letter = 9,         // contact typed while opening: earlier documents wait for this code
  tries_exhausted = 10, opening_impossible = 11, document_contested = 12, password_recovery = 13, erased = 14, suspended = 15,
  emergency_holder = 16, emergency_gp = 17,  // somebody read in an emergency
  consent_declared = 18, care_team_joined = 19, carer_added = 20, carer_ended = 21, frozen = 22,
  access_alert = 23,         // the accesses that the holder chose to be told of
  record_updated = 24,       // rules.md 6: says so, and no more
  contact_change_asked = 25, contact_changed = 26,
  code_sheet = 27,           // ten single-use codes (rules.md 12): by letter only
  sessions_ended = 28, unfrozen = 29,
};
struct Notice {
  Template what;
  Channel channel;
  Recipient to;
  kernel::SecretBytes code{};                    // shown in groups of four; empty when none. A sheet's ten: one per line
  std::map<std::string, std::string> parameters{};  // "last_day" -> "2025-03-14"; dates ISO, formatted at rendering
};

// What the notice became; enrollment reacts to a bounce ("not informed: clock and code void").
struct Delivery {
  std::string reference;  // printed on the message: "C7QM-2W9F"
  PersonId person;
  Template what;
  Channel channel;
  enum class Fate { taken, returned } fate;
  kernel::Instant at;
};

struct Settings {
  std::optional<courier::SmtpServer> smtp;      // absent in demonstration: the outbox is the channel
  std::filesystem::path print_directory;        // sealed letters wait here for the printer in production; empty in demonstration
  std::string mail_from_default;
  std::map<std::string, std::string> senders;  // scheme -> address (rules.md 11); absent: mail_from_default
  std::filesystem::path messages;               // web/messages
  std::filesystem::path fonts;                  // directory with the letter's fonts, may be empty: system fonts
  std::string service_name = "Mon espace santé";
  std::string site = "monespacesante.fr";       // printed as text; never with a code or identity
  bool demonstration = false;
};

class Notices {
 public:
  static kernel::Result<std::unique_ptr<Notices>> open(store::Store& main, crypto::Sealer sealer, Settings settings,
                                                       const io::Clock& clock, io::Entropy& entropy, io::Pool& pool);
  ~Notices();
  static std::vector<store::Migration> migrations();

  // Part of the caller's transaction: leaves if and when it commits, at least once, and once where the channel allows.
  // Answers the notice's reference. In demonstration "taken" happens at commit (the outbox is the channel).
  // unavailable "notices.no_channel"; invalid "notices.letter_only" for a sheet of codes on another channel.
  kernel::Result<std::string> enqueue(store::Tx& tx, const Notice& notice);
  // False: this channel is not configured, and enqueue would refuse it.
  bool reaches(Channel channel) const;

  // Handler told once per delivery outcome, inside a transaction of the main store; idempotent by reference.
  void on_delivery(std::function<kernel::Status(store::Tx&, const Delivery&)> handler);

  // Sends what waits, until nothing is due; worker of the server calls it when woken and every minute. Calls take turns. A
  // notice that cannot be opened, drawn or told holds back no other; its error is answered once the others have left.
  io::Task<kernel::Status> deliver_due();
  // The program ends: deliver_due returns soon, now and later; what has not left stays queued. Any thread.
  void stop();
  void on_queued(std::function<void()> wake);  // called after a commit that queued something

  // Hands every waiting letter to `printer` (reference, PDF) and removes it once that answered well. Blocking.
  kernel::Result<std::int64_t> print(const std::function<kernel::Status(const std::string&, kernel::ByteView)>& printer);

  struct Sent {
    Template what;
    Channel channel;
    kernel::Instant at;  // asked for, by whoever caused it
  };
  // The notice that bears this reference, when its channel has taken it, it was written to `reader`, and `text` is what it
  // said, word for word: its subject before or not, white space apart, nothing added. Otherwise nothing, and no word of which
  // part fails: a reference is on every letter of whoever copies it.
  io::Task<kernel::Result<std::optional<Sent>>> sent_to(PersonId reader, std::string reference, std::string text);

  // One page PDF, A4, 16 pt, code in three groups of four (rules.md 12). Blocking: call on a Pool.
  kernel::Result<kernel::Bytes> letter_pdf(const Notice& notice, const std::string& reference, kernel::Date posted) const;
  // A receipt or any titled text as a one page PDF.
  kernel::Result<kernel::Bytes> plain_pdf(std::string_view title, const std::vector<std::string>& paragraphs) const;

  // Routes: /api/demonstration/outbox... (docs/formats/web-api.md); empty in production.
  std::vector<http::Route> routes();

  struct Waiting {
    std::int64_t queued = 0, oldest_ms = 0;
  };
  kernel::Result<Waiting> waiting();
  // A posted letter came back, or a mail bounced later (operator's command): void for enrollment.
  kernel::Status returned(std::string_view reference);

 private:
  Notices();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::notices
