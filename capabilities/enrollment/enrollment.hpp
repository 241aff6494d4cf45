// enrollment: the life of a space - notice, code, opening, objection, default opening, closing, archive, erasure. Owns the
// state. Rules: rules.md 3 and 4; pure functions in rules.hpp; invariants in README.md.
// Tables owned: space, life_fact, code, code_counter, source_counter, activation_flow, receipt, receipt_key, due,
// key_to_destroy.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/crypto/crypto.hpp"
#include "foundation/http/http.hpp"
#include "foundation/parameters/parameters.hpp"
#include "foundation/store/store.hpp"
#include "identity/identity.hpp"
#include "keyring/keyring.hpp"
#include "notices/notices.hpp"

namespace carnet::enrollment {

using kernel::Date;
using kernel::Instant;
using kernel::PersonId;
using kernel::SpaceId;

enum class State {
  eligible = 1, notified, objected, opened_by_default, opened_by_holder, suspended, closed, archived, erased,
};
std::string_view code_of(State state);

// What a state allows: the table of rules.md 3, row by row.
struct Allowed {
  bool deposit = false;
  bool team_reads = false;   // each by access' own rules
  bool holder_signs_in = false;
  bool archive_copy = false; // the holder, signed in again, gets a traced copy of the archive
  bool open = false, object = false, close = false;
};
Allowed allowed_in(State state);

// Where a person's space stands now; a function of stored facts and now, whatever the sweeper did.
struct Standing {
  PersonId person;
  SpaceId space;          // 0 while nothing was ever opened
  State state = State::eligible;
  Instant since{};
  std::optional<Instant> opens_by_default_at;  // notified: 00:00 of the day after the last day
  std::optional<Date> last_day;                // the code's last day, printed on the letter
  std::optional<Date> kept_until;              // closed, archived
  bool second_letter_awaited = false;          // opened with a typed contact: earlier documents are not shown
  std::optional<Instant> shown_from;           // with second_letter_awaited: only what arrived from then on
};

// ---- activation codes (pure, code.cpp): rules.md 4 ------------------------------------------------------------------
// 12 symbols: 10 random Crockford base 32 + 2 check symbols (sum of v[i] * 37^(11-i), i = 1..10, modulo 1021, as two symbols).
class ProvisionalCode {
 public:
  static ProvisionalCode draw(io::Entropy& entropy);
  // Case-blind, spaces and hyphens dropped, O as 0, I and L as 1. nullopt: not 12 symbols, or the check symbols fail.
  static std::optional<ProvisionalCode> read(std::string_view typed);
  std::string symbols() const;  // 12, upper case, no hyphen
  std::string grouped() const;  // XXXX-XXXX-XXXX
 private:
  explicit ProvisionalCode(std::string symbols) : symbols_(std::move(symbols)) {}
  std::string symbols_;
};

// What each code is for: a code spends itself on any of them, but one made for opening on request lives less.
enum class CodeKind { campaign = 1, opening_on_request = 2, objecting_on_request = 3, closing_on_request = 4, second_letter = 5 };

struct Receipt {
  std::string number;  // printed; opaque
  Instant at{};
  std::string kind;    // "opened" "objected" "closed" "reopened"; on paper also "opened_by_default" "suspended" "erased" ...
  std::string pdf_path;
};

struct Evidence {  // rules.md 3 "Evidence"
  bool code = false;          // C
  bool number = false;        // N
  bool serial = false;        // S
  bool contact = false;       // F: one-time code (or code asked for) to a contact already on file
  bool in_person = false;     // P
  bool representative_session = false;
};

struct NoticeOutcome {
  bool sent = false;  // false: not eligible to a notice now (already told, objected, open, dead, ...): nothing was written
  std::string reference;
  notices::Channel channel = notices::Channel::letter;
};

struct Swept {
  std::int64_t opened_by_default = 0, archived = 0, erased = 0, expired = 0;
  bool more = false;  // others are due, left for the next call
};

class Enrollment {
 public:
  static kernel::Result<std::unique_ptr<Enrollment>> open(store::Store& main, const kernel::SecretBytes& master,
                                                          const parameters::Parameters& parameters, audit::Journal& journal,
                                                          keyring::Keyring& keyring, notices::Notices& notices,
                                                          identity::Identity& identity, const io::Clock& clock,
                                                          io::Entropy& entropy);
  ~Enrollment();
  static std::vector<store::Migration> migrations();

  // ---- questions other capabilities ask, inside their own read or write
  kernel::Result<Standing> standing(store::Snapshot& at, PersonId person) const;
  kernel::Result<Standing> standing_of_space(store::Snapshot& at, SpaceId space) const;

  // Where a space stood at an instant, of what was recorded by then. Nothing is made or written.
  kernel::Result<Standing> standing_as_of(store::Snapshot& at, SpaceId space, Instant instant) const;

  // ---- the campaign's command: mints the code, starts the clock, enqueues the notice (e-mail, or letter when there is no
  // address), all in `tx`; idempotent per (person, campaign).
  kernel::Result<NoticeOutcome> notify(store::Tx& tx, PersonId person, std::string_view campaign);

  // ---- commands by people (also the routes); each durable on return, each leaves a receipt and tells every channel
  io::Task<kernel::Result<Receipt>> object(std::string code, std::string number15);
  io::Task<kernel::Result<Receipt>> close_never_opened(std::string code, std::string number15);
  io::Task<kernel::Status> request_code(std::string number15, std::string serial, CodeKind kind);
  io::Task<kernel::Result<Receipt>> close(const identity::Caller& by, PersonId person);
  io::Task<kernel::Result<Receipt>> reopen(const identity::Caller& by, PersonId person);
  io::Task<kernel::Status> request_erasure(const identity::Caller& by, PersonId person);

  // ---- commands by agents and operators, with the evidence they checked; used by the command line and by simulation
  io::Task<kernel::Status> declare_death(PersonId person, Date on);
  io::Task<kernel::Status> revert_death(PersonId person);
  io::Task<kernel::Status> suspend(PersonId person, std::string reason);
  io::Task<kernel::Status> lift_suspension(PersonId person);
  io::Task<kernel::Status> object_to_suspension(PersonId person);

  // Makes due transitions durable and sends what must be sent. Correctness never depends on it. Bounded work per call.
  io::Task<kernel::Result<Swept>> sweep();

  // Opens a space without a flow: demonstration country, in-person opening by a mediator (evidence P).
  io::Task<kernel::Result<SpaceId>> open_in_person(PersonId person);

  // /api/activation..., /api/objection, /api/closure, /api/code-requests, /api/receipts/..., /api/spaces/{who}/closure,
  // /reopening, /second-letter, /api/children...  (docs/formats/web-api.md)
  std::vector<http::Route> routes();
  // Spaces for GET /api/session: the caller's own and their minor children's.
  kernel::Result<kernel::json::array> spaces_of(store::Snapshot& at, PersonId person) const;
  // `moi` or a child's opaque id -> the person whose space it is, if the caller is that person or a representative of that
  // minor; not_found otherwise (same bytes as unknown).
  kernel::Result<PersonId> resolve_who(store::Snapshot& at, const identity::Caller& caller, std::string_view who) const;

  // Offline: is this a receipt's text as signed by the holder of that key? (docs/formats/receipt.md)
  static bool verify_receipt(std::string_view text, std::string_view public_pem);
  const std::string& receipt_public_key() const;  // PEM; published

  // Told inside the transaction that changes a state (record purges at erasure, access ends grants at closing).
  void on_change(std::function<kernel::Status(store::Tx&, const Standing& before, const Standing& after)> handler);
  // Asked inside whatever a session does to a space, its own or a child's, before anything is decided; an error is its
  // answer. Access refuses here while a space is frozen; apps wires it.
  void on_session_act(std::function<kernel::Status(store::Snapshot&, const identity::Caller&, PersonId)> judge);

 private:
  Enrollment();
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace carnet::enrollment
