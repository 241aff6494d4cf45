// identity: who this person is. The register (INS, traits, contacts, cards, families), sign-in and sessions, the directory
// of professionals, structures and their software. Matricules are sealed, found by a keyed blind index; never in logs or URLs.
// Tables owned: person, person_before, matricule, card, parentage, parent_awaited, import_run, account, account_identifier,
// session, signin_flow, one_time_code, counter, contact_change, contact_cancel, code_sheet, sign_in_place, professional, structure,
// client, client_key, access_token, assertion_seen.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/http/http.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/task.hpp"
#include "foundation/kernel/id.hpp"
#include "foundation/kernel/json.hpp"
#include "foundation/parameters/parameters.hpp"
#include "foundation/store/store.hpp"
#include "notices/notices.hpp"

namespace carnet::identity {

using kernel::Date;
using kernel::PersonId;

// ---- INS (pure, ins.cpp) -------------------------------------------------------------------------------------------
// A matricule: 13 characters + 2-digit key, and the OID that says what number it is (rules.md 2).
inline constexpr std::string_view oid_nir = "1.2.250.1.213.1.4.8", oid_nia = "1.2.250.1.213.1.4.9",
                                  oid_test = "1.2.250.1.213.1.4.10", oid_demonstration = "1.2.250.1.213.1.4.11";
struct Matricule {
  std::string system;  // OID
  std::string value;   // 15 characters: digits, "2A"/"2B" possible at 6-7
  auto operator<=>(const Matricule&) const = default;
};
// Spaces and dots dropped, lower-case a/b raised. Issues: length, character, key. A wrong key is refused for a real
// identity (NIR, NIA), `warning` for test and demonstration.
struct ParsedNumber {
  std::string value;
  bool key_is_right = true;
};
kernel::Result<ParsedNumber> parse_number(std::string_view typed);
int key_of(std::string_view thirteen);  // 97 - n mod 97

// ---- the register --------------------------------------------------------------------------------------------------
enum class Sex { male, female, unknown };
struct Traits {
  std::string birth_name;
  std::vector<std::string> given_names;
  std::string used_name;    // empty: the birth name
  std::string birth_date;   // "1984-02-13", or "1984-02", "1984" when day or month is unknown
  Sex sex = Sex::unknown;
  std::string birthplace;   // INSEE code, "99xxx" abroad; may be empty
  bool operator==(const Traits&) const = default;
};
struct Contact {
  notices::Channel channel;  // email, sms, voice
  std::string address;
};
struct Person {
  PersonId id;
  Matricule matricule;        // the current one
  Traits traits;
  std::string scheme;         // "general", "msa", ... (rules/senders)
  std::string zone;           // IANA zone of the holder's territory, "Europe/Paris"
  std::vector<Contact> contacts;  // on file at the insurer, confirmed
  notices::PostalAddress postal;
  std::string language = "fr";
  bool large_print = false;
  std::optional<Date> died;
  std::string declared_gp;    // RPPS, empty when none
  // What the register said before. Deposits and mail to them arrive; shown to nobody.
  std::vector<Matricule> former_matricules;
  std::vector<Traits> former_traits;
  std::string display_name() const;  // "Nadia Martin"
  Date earliest_birth() const, latest_birth() const;  // unknown parts resolved to the bounds
};

struct ImportProgress {
  std::int64_t bytes_done = 0, bytes_total = 0, lines = 0, added = 0, changed = 0, unchanged = 0, set_aside = 0;
};

struct Shared;  // what the parts of identity have in common; defined inside

// ---- telling somebody: identity knows the contacts, notices only what a message is
// Everything of a notice's recipient; `about`: whose space it is, a child's for a parent.
notices::Recipient recipient_of(const Person& to, PersonId about, std::string address);
// False when this channel is not configured: others may still tell.
kernel::Result<bool> enqueue_if_there(notices::Notices& outbox, store::Tx& tx, const notices::Notice& notice);
// Beside every e-mail and text message on file, a letter: where nothing else left, where no e-mail did, always, or never
// (who asked for discretion).
enum class Letter { never, if_unreached, without_email, always };
struct Telling {
  const Person& to;
  PersonId about;
  notices::Template what;
  const std::map<std::string, std::string>& said;
  Letter letter = Letter::if_unreached;
};
// In the caller's transaction. True when at least one message was queued.
kernel::Result<bool> tell(notices::Notices& outbox, store::Tx& tx, const Telling& telling);

class Register {
 public:
  // By current or former matricule, whatever its OID (the 15 characters decide). Same work whether or not it exists.
  kernel::Result<std::optional<PersonId>> find(store::Snapshot& at, std::string_view number15) const;
  kernel::Result<Person> person(store::Snapshot& at, PersonId id) const;  // not_found
  // The same for who only looks: not a copy of their own.
  kernel::Result<std::shared_ptr<const Person>> shared_person(store::Snapshot& at, PersonId id) const;
  // Serial of a card of that person not reported lost. Same work for a person that does not exist (id 0).
  kernel::Result<bool> card_matches(store::Snapshot& at, PersonId id, std::string_view serial) const;
  // Minors only: until the day they are surely of age, where the day of birth is not known (README, "A choice or two").
  kernel::Result<std::vector<PersonId>> children(store::Snapshot& at, PersonId parent, Date on) const;
  kernel::Result<std::vector<PersonId>> representatives(store::Snapshot& at, PersonId child, Date on) const;
  // The representative who declared the child: receives the child's notice.
  kernel::Result<std::optional<PersonId>> declarant(store::Snapshot& at, PersonId child, Date on) const;
  // Ids in ascending order after `after`, at most `limit`.
  kernel::Result<std::vector<PersonId>> page(store::Snapshot& at, PersonId after, std::size_t limit) const;
  // Name, first given name, birth date and sex as given by other software against the register: names of the traits that
  // differ ("birth-name", "given-name", "birth-date", "sex"); folding of case, accents, hyphens and apostrophes. Traits as
  // they were before a correction do as well, taken together. A trait that is not given, or unknown, differs from nothing.
  static std::vector<std::string> differing_traits(const Person& person, const Traits& given);
  // Opaque id of a person in URLs and API ("ch1ld..."), reversible by the server only.
  std::string opaque(PersonId id) const;
  std::optional<PersonId> from_opaque(std::string_view text) const;

  // CSV of docs/formats/register.md: streamed in batches, each durable with its resume mark; a file given again changes
  // nothing. Bad lines go to `set_aside` (file beside: line number, field, reason; no value). One import at a time:
  // conflict "identity.import_running". invalid "identity.register_header" when the first line is not that of the format.
  io::Task<kernel::Result<ImportProgress>> import(std::filesystem::path csv, std::filesystem::path set_aside,
                                                  std::function<void(const ImportProgress&)> progress);

 private:
  friend struct Shared;
  explicit Register(Shared& shared) : shared_(&shared) {}
  Shared* shared_;
};

// ---- who calls -----------------------------------------------------------------------------------------------------
// The principal of a request: a signed-in person on the web, or a client's software asserting a professional.
struct Caller final : http::Principal {
  enum class Kind { person, software } kind = Kind::person;
  // person
  PersonId person;
  std::string session;      // opaque handle, for end_session
  std::string name;
  // software (RFC 7523 client assertion with IHE IUA claims, docs/formats/client.md)
  std::string client_id;
  std::string rpps;           // asserted professional; empty: the structure's software alone (deposit only)
  std::string professional_name, profession;  // from the directory, not from the assertion
  std::string structure_id, structure_name;   // FINESS
  audit::Mode purpose = audit::Mode::normal;
  std::string emergency_reason;
  std::vector<std::string> scopes;            // "documents.deposit", "documents.read", "record.write", "record.read"
};
const Caller& caller(const http::Exchange& exchange);  // aborts when the route is public: routes that call it are signed_in

struct Professional {
  std::string rpps, name, profession /* G15 */, specialty;
};
struct Structure {
  std::string finess, name, kind;
};

struct DirectoryProgress {
  std::int64_t bytes_done = 0, bytes_total = 0, professionals = 0, structures = 0, set_aside = 0;
};

// The network of a peer's address, by which attempts are counted (ADR 10): an IPv4 address, or the first 64 bits of an IPv6 one.
std::string network_of(std::string_view address);

// ---- accounts, one-time codes --------------------------------------------------------------------------------------
struct SentCode {
  notices::Channel channel;
  std::string hint;  // "finit par 42" -> "42"; "n…@example.org"
  kernel::Instant at;
};
std::string hint_of(const Contact& contact);

class Identity {
 public:
  static kernel::Result<std::unique_ptr<Identity>> open(store::Store& main, const kernel::SecretBytes& master,
                                                        const parameters::Parameters& parameters, audit::Journal& journal,
                                                        notices::Notices& notices, const io::Clock& clock,
                                                        io::Entropy& entropy, io::Pool& pool, bool demonstration);
  ~Identity();
  static std::vector<store::Migration> migrations();

  Register& people();
  const Register& people() const;

  // Password and identifier rules, then argon2id on the pool; the hash is given to create_account in the transaction.
  // invalid "identity.identifier", "identity.password_too_short", "identity.password_is_identifier",
  // "identity.password_common".
  io::Task<kernel::Result<std::string>> prepare_password(std::string_view identifier, kernel::SecretBytes password);
  kernel::Result<bool> identifier_free(store::Snapshot& at, std::string_view identifier) const;
  // One account per person; `contact` is where one-time codes go. conflict "identity.identifier_taken".
  kernel::Status create_account(store::Tx& tx, PersonId person, std::string_view identifier, std::string_view password_hash,
                                const Contact& contact);
  kernel::Result<bool> has_account(store::Snapshot& at, PersonId person) const;
  // A new session inside the caller's transaction (opening): answers the cookie value.
  // `user_agent`: the header, of which two words are kept.
  kernel::Result<std::string> start_session(store::Tx& tx, PersonId person, std::string_view user_agent = {});
  kernel::Status end_sessions(store::Tx& tx, PersonId person);
  // Set-Cookie text; max_age_s 0 takes the cookie away, below 0 it lives as long as the browser.
  static std::string session_cookie(std::string_view value, std::int64_t max_age_s);

  // One-time codes (6 digits, identity.otp_valid_minutes, identity.otp_tries; the counter is durable and moves before the
  // judgement). `subject` separates uses: "activation", "sign-in", "reauthentication:<session>".
  kernel::Result<SentCode> send_one_time_code(store::Tx& tx, PersonId person, std::string_view subject, const Contact& to,
                                              const std::string& language);
  // Two transactions inside: the try is counted durably, then judged and spent. invalid "identity.one_time_code_wrong",
  // "identity.one_time_code_expired" (past, spent, tries used up, none sent), too_many "identity.wait". A right code for
  // "reauthentication:<session>" also makes that session recently reauthenticated; there, one of the ten codes of the posted
  // sheet serves as well.
  io::Task<kernel::Status> judge_one_time_code(PersonId person, std::string subject, std::string typed);

  // ---- at the desk, in person or on the phone; each act is traced on the person's space with the agents' names
  // Two agents saw the person and the identity document: a code to hand over, which with number and card sets a new password
  // (POST /api/recovery/confirm), and opens nothing by itself: signing in still takes a code of a contact on file, or of a
  // sheet posted to the address on file. conflict "identity.second_agent" when it is one agent twice; not_found
  // "identity.no_account".
  struct Desk {
    std::string agent, second_agent, document;
  };
  io::Task<kernel::Result<std::string>> recover_in_person(PersonId person, Desk desk);
  // Ten codes to the postal address on file; the sheet before is void. too_many "identity.wait" (one per ten days); not_found
  // "identity.no_account"; conflict "identity.no_postal_address".
  io::Task<kernel::Result<Date>> post_code_sheet(PersonId person, std::string agent);

  // Tells of the contact changes that took over. Nothing depends on it but the telling. Value: how many were told.
  io::Task<kernel::Result<std::int64_t>> sweep();

  kernel::Result<std::optional<Professional>> professional(store::Snapshot& at, std::string_view rpps) const;
  kernel::Result<std::optional<Structure>> structure(store::Snapshot& at, std::string_view finess) const;
  kernel::Status put_professional(store::Tx& tx, const Professional& professional);
  kernel::Status put_structure(store::Tx& tx, const Structure& structure);
  // CSV of docs/formats/directory.md, in batches, each durable; repeatable. Bad lines go to `set_aside` (line number, field,
  // reason). invalid "identity.directory_header".
  io::Task<kernel::Result<DirectoryProgress>> import_directory(std::filesystem::path csv, std::filesystem::path set_aside,
                                                               std::function<void(const DirectoryProgress&)> progress);

  // Registers a producer's software from its JSON file (docs/formats/client.md): client_id, name, structures, jwks, scopes.
  io::Task<kernel::Result<std::string>> add_client(std::string json);

  std::shared_ptr<http::Authenticator> web_authenticator();     // __Host-session
  std::shared_ptr<http::Authenticator> bearer_authenticator();  // Authorization: Bearer <opaque>
  // Routes: /api/session..., /api/sign-in..., /api/sign-out, /api/recovery..., /api/reauthentication, /api/sessions...,
  // /api/contacts..., /api/code-sheet (docs/formats/web-api.md); /oauth/token.
  std::vector<http::Route> web_routes();
  std::vector<http::Route> oauth_routes(std::string audience);
  // Spaces listed by GET /api/session are enrollment's to know: apps wires this.
  void on_spaces(std::function<kernel::Result<kernel::json::array>(store::Snapshot&, PersonId)> spaces);
  // The space in which a person's sign-ins are traced; enrollment knows it, apps wires it. Without it, or 0: no trace.
  void on_space_of(std::function<kernel::Result<kernel::SpaceId>(store::Snapshot&, PersonId)> space_of);
  // True during `minutes` after a successful reauthentication in that session (export, closing).
  kernel::Result<bool> recently_reauthenticated(store::Snapshot& at, const Caller& caller) const;

 private:
  Identity();
  std::unique_ptr<Shared> shared_;
};

}  // namespace carnet::identity
