// The desk: what people ask and report, and what the operator makes of it. Anyone may ask, signed in or not; nobody is
// asked who they are. A message that is checked is judged in memory and forgotten; one that is reported loses what names
// its reporter, is kept sealed for some hours, and joins its like. A group that the operator confirms is known at once to
// every check. Interface: docs/formats/vigilance-api.md. Part of vigilance's public face; included by vigilance.hpp.
//
// Tables owned: report, report_group, report_week, mail_answer (main store).
#pragma once
#include <atomic>
#include <functional>

#include "foundation/courier/courier.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/http/http.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/listener.hpp"
#include "foundation/io/task.hpp"
#include "foundation/store/store.hpp"
#include "notices/notices.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

enum class Circumstance : std::uint8_t { sms, email, call, link };

// What someone is to do, in its order (docs/formats/vigilance-api.md: Step).
struct Step {
  struct Send {
    std::string to, text;
  };
  std::string_view code;
  std::vector<Send> send{};
  std::string call{}, open{};
};

// Pure. Removes what names who reports: names after a greeting, numbers of people, cards and accounts, addresses of the
// recipient. Links, hosts and the sender's number stay: they are what is reported.
std::string redacted(std::string_view text);
// Where a report is acted on (rules 11): `judgement` and the facts decide.
std::vector<Step> report_steps(const Engine& engine, Date on, Circumstance kind, const Judgement& judgement,
                               std::string_view text, std::string_view sender, bool lost_money);
// What a victim does, bank first (rules 11). `gave`: codes of the interface; unknown ones are left out.
std::vector<Step> victim_steps(const Engine& engine, Date on, const std::vector<std::string>& gave);

struct Group {
  std::int64_t id = 0;
  std::uint64_t print = 0;
  std::string kind;
  kernel::Instant first{}, last{};
  std::int64_t reports = 0;
  enum class State : std::uint8_t { waits = 0, confirmed = 1, dismissed = 2 } state = State::waits;
  std::string name;
  std::vector<std::string> hosts, numbers;
};

// Messages that people forward to an address: a mail server hands them over by LMTP, and whoever sent one is answered by
// mail, once, in the words of the page (docs/formats/vigilance-api.md). Never a null sender, a list or a program (RFC 3834).
struct Forwarding {
  std::vector<std::string> addresses;  // mail for these is taken
  std::string from;                    // who answers
  courier::SmtpServer smtp;            // through whom
  mutable std::atomic<bool> ends{false};  // set when the service stops: an answer under way is given up, and tried again later
};

class Desk {
 public:
  // Loads the facts (refused as Engine::load) and the confirmed groups.
  static kernel::Result<std::unique_ptr<Desk>> open(store::Store& main, const kernel::SecretBytes& master,
                                                    const std::filesystem::path& facts, Trust trust,
                                                    const io::Clock& clock, io::Entropy& entropy, io::Pool& pool);
  ~Desk();
  static std::vector<store::Migration> migrations();

  // /api/vigilance/...
  std::vector<http::Route> routes();

  // Screenshots are read by this program, one at a time; without it they are refused.
  void read_pictures_with(std::filesystem::path program);

  // Notices know what they sent to whom, `holder` who is signed in (none for software). Without both, check-notice judges
  // as check does.
  void check_notices_with(notices::Notices& notices, std::function<std::optional<kernel::PersonId>(const http::Principal&)> holder);

  // What a Listener answers with. A letter is said to be taken once its answer has left, or none is due; the server of mail
  // keeps it until then. `forwarding` and this desk outlive every conversation.
  std::function<std::unique_ptr<io::Conversation>()> mail_room(std::shared_ptr<const Forwarding> forwarding);

  // The operator's. Waiting groups, most reported first. not_found "vigilance.no_group".
  kernel::Result<std::vector<Group>> queue(std::size_t limit);
  kernel::Result<std::vector<std::string>> texts_of(std::int64_t group);  // redacted, those not expired, at most 20
  // Durable on return, and in force for every check of this process; other processes read it within a minute.
  kernel::Status confirm(std::int64_t group, std::string_view name);
  kernel::Status dismiss(std::int64_t group);

  // Expired texts are deleted, confirmed groups read again. Called every minute.
  kernel::Status sweep();

 private:
  friend struct DeskRoutes;
  friend struct MailRoom;
  Desk();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::vigilance
