// access: who may see what, why, until when. One decision, in one place, explained. Rules: rules.md 1, 6 and 7.
// Tables owned: access_version, emergency_access, consultation_code, carer_invitation, alert_*. Invariants: README.md.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enrollment/enrollment.hpp"
#include "foundation/http/http.hpp"
#include "identity/identity.hpp"

namespace carnet::access {

using kernel::Date;
using kernel::Instant;
using kernel::PersonId;
using kernel::SpaceId;

// ---- the facts a decision needs (pure) ------------------------------------------------------------------------------
enum class Relation {
  none = 0, self, representative, care_team, declared_gp, author, producer,  // the strongest that holds
  consented,  // authorised at a consultation, for its hours
  guardian,   // of a protected adult, or of a minor
  carer,      // delegated to by the holder, with scope and end
  heir,       // of a dead holder, with the reason written: a copy of the archive
  court_expert,
};
// What somebody is, beside their relation: some never read, whatever is granted (rules.md 1).
enum class Station {
  ordinary = 0, occupational_physician, payer, complementary_insurer, employer, agent, mediator, operator_, app,
};
std::string_view code_of(Station station);
std::string_view code_of(Relation relation);
enum class Act {
  list = 1, read, deposit, add_own, contest, read_traces, change_settings, close, export_copy,
  mask,                // « Masquer aux professionnels », and back
  erase,
  change_delegations,  // carers, own access of a minor, discretion, freeze
};

// Facts of one item; record fills it.
struct ItemFacts {
  std::string doc_class;    // "10"
  std::string doc_type;     // LOINC or national code
  std::string author_rpps;  // empty when the holder or a machine
  std::string structure;    // FINESS that filed it
  bool by_holder = false;
  bool masque_ps = false, invisible_patient = false, invisible_representants = false;
  bool visible_in_emergency = false;
  bool contested = false;
  bool deleted = false;  // by its author; record leaves out tombstones before it asks
  Instant deposited_at{};
  std::optional<Instant> patient_visible_from;  // invisible_patient: one calendar month from deposit
};
struct Actor {
  identity::Caller::Kind kind = identity::Caller::Kind::person;
  Relation relation = Relation::none;
  std::string profession;  // G15
  std::string rpps, structure;
  audit::Mode mode = audit::Mode::normal;
  bool blocked = false;
  bool is_author_of_item = false;
  Station station = Station::ordinary;
  bool personally_granted = false;  // the holder's explicit grant to this occupational physician
  bool reason_given = false;        // bris_de_glace asks for one
  bool assists_only = false;        // guardian by mere assistance ...
  bool with_the_person = false;     // ... who takes part in this very act
  bool ended_by_judge = false;      // a judge ended this parent's or guardian's access, or that of who sent this carer
  bool discreet = false;            // the other parent asked for discretion
  bool by_representative = false;   // carer or app: given their part by a parent
  bool is_a_parent = false;         // carer or heir who is, or was, a holder of parental authority
  bool own_act = false;             // of the trace in question: their own
  bool secret_connection = false;   // only what is hidden from representatives can be filed
  std::uint32_t classes = 0;        // carer: bit of each class shared (class_bit), and of each power
  bool paired = false, in_scope = false, may_write = false;  // app
};
// What a delegation may hold beside classes: powers that are not reading.
inline constexpr std::uint32_t carer_traces = 1U << 16, carer_contest = 1U << 17, carer_add = 1U << 18,
                               carer_settings = 1U << 19, carer_copy = 1U << 20;
// Of 11 classes; 0 for what is none of them.
std::uint32_t class_bit(std::string_view doc_class);

enum class Age { adult = 0, of_own_access, child };  // of_own_access: a minor from minor_own_access_age
struct Settings {  // of the holder, at the date of the decision
  bool allows_bris_de_glace = true, allows_centre_15 = true;
  bool frozen = false;             // asked by the holder: no session, app or carer; the care team reads on
  bool own_access_agreed = false;  // a parent agreed that the minor has an access of their own
  bool dead = false;               // who is a minor then stays one
  bool opposed_to_heirs = false;   // in life
  // Of the deposit in question: the holder objects, for a legitimate motive or not; a minor asked that nothing be recorded.
  bool objects_to_deposit = false, legitimate_motive = false, not_recorded = false;
  Age age = Age::adult;
};
// Yes with the rules that allow it, or no with the rule that refuses. Rules are stable codes, "access.care_team": the
// catalogue turns them into words.
struct Decision {
  bool permit = false;
  std::array<std::string_view, 4> rules{};
  std::size_t rule_count = 0;
  static Decision yes(std::initializer_list<std::string_view> because);
  static Decision no(std::string_view because);
  std::string_view rule() const { return rules[0]; }
};

// The role matrix: rules/role-matrix.tsv, every cell (profession x type) present with its source, and from which day to
// which day (columns `from`, `to`, both may be left out: always). Loading refuses holes, duplicates and overlaps, unknown
// codes, an end before its start, saying where. A cell `unknown` is strict: only what the reader's own structure filed.
class RoleMatrix {
 public:
  enum class Cell { yes, no, unknown };
  static kernel::Result<RoleMatrix> load(const std::filesystem::path& rules);
  static kernel::Result<RoleMatrix> parse(std::string_view professions, std::string_view types, std::string_view matrix);
  Cell cell(std::string_view profession, std::string_view type) const;  // the last; unknown profession or type: `no`
  Cell cell(std::string_view profession, std::string_view type, Instant at) const;  // `no` where no period covers it
  std::vector<std::string> professions() const;                                    // every code, aliases included

 private:
  struct Tables;
  std::shared_ptr<const Tables> tables_;
};

// Who is what by the directory: rules/access-stations.tsv, where a specialty or a kind of structure makes a station.
// Loading refuses duplicates and unknown codes, saying where.
struct Stations {
  struct Entry {
    std::string of, code;  // "specialty" | "structure", and its code
    Station station;
  };
  std::vector<Entry> entries;
  static kernel::Result<Stations> load(const std::filesystem::path& rules);
  static kernel::Result<Stations> parse(std::string_view stations);
  Station station_of(std::string_view specialty, std::string_view structure_kind) const;
};

// Level of the space: may this actor do this act at all, in this state? Pure.
Decision decide_space(const Actor& actor, Act act, const enrollment::Standing& standing, const Settings& settings, Instant now);
// Level of the item, after the space: pure, under 2 microseconds.
Decision decide_item(const Actor& actor, Act act, const ItemFacts& item, const enrollment::Standing& standing,
                     const Settings& settings, const RoleMatrix& matrix, Instant now);

// A parent whose other parent asked for discretion, and those they send, in a child's space: neither structure, author nor
// place of what they see.
bool keeps_place_from(const Actor& actor, const Settings& settings);

// ---- the grant ------------------------------------------------------------------------------------------------------
// One request's permission on one space. Unforgeable: made only by Access; move-only; filters every item.
class AccessGrant {
 public:
  AccessGrant(AccessGrant&&) noexcept = default;
  AccessGrant& operator=(AccessGrant&&) noexcept = default;
  AccessGrant(const AccessGrant&) = delete;
  PersonId person() const { return person_; }
  SpaceId space() const { return standing_.space; }
  // Whose space it is, as the register had it when this was granted.
  const identity::Person& holder() const { return *holder_; }
  Act act() const { return act_; }
  const Actor& actor() const { return actor_; }
  const enrollment::Standing& standing() const { return standing_; }
  bool permits(const ItemFacts& item) const;  // decide_item with what was found at authorisation
  // No: items that differ by the hour of their deposit alone get the same answer. Only persons are asked for it (rules.md
  // 3, Open with no contact on file).
  bool heeds_deposit_hour() const { return actor_.kind != identity::Caller::Kind::software; }
  // This reader sees neither structure, author nor place of what is shown (discretion, rules.md 6).
  bool discreet() const { return keeps_place_from(actor_, settings_); }
  Decision explain(const ItemFacts& item) const;
  // The trace that this access must leave before a key opens: actor, mode and reason filled; caller adds action and item.
  audit::Entry trace(audit::Action action) const;

 private:
  friend class Access;
  AccessGrant() = default;
  PersonId person_;
  std::shared_ptr<const identity::Person> holder_;
  Act act_ = Act::list;
  Actor actor_;
  enrollment::Standing standing_;
  Settings settings_;
  Instant now_{};
  const RoleMatrix* matrix_ = nullptr;
  std::string_view reason_;
  std::string actor_name_, structure_name_, actor_id_, emergency_reason_;
};

// What access tells people, as wired: a template for each message that has one, with the parameters that it names. What has
// none is not sent.
enum class Told {
  emergency_holder = 1,  // somebody read in emergency
  emergency_gp,          // the same, to the declared GP
  consent_declared,      // a professional declared the holder's consent, the same day
  care_team_joined,      // a structure declared a professional
  carer_added, carer_ended, frozen, thawed,
  access_alert,          // accesses the holder, or a minor's parent, chose to be told of: lines
  record_updated,        // something awaits an announcement: no parameter, no word more
};
// What telling, codes and invitations need. Without it they are refused as unavailable, and nobody is told.
struct Means {
  notices::Notices* notices = nullptr;
  io::Entropy* entropy = nullptr;
  kernel::SecretBytes master{};
  std::map<Told, notices::Template> templates{};
};

// A question about an instant: who asked (as a caller), of whom, what.
struct Question {
  identity::Caller caller;
  PersonId person;
  Act act = Act::read;
  std::optional<ItemFacts> item{};  // none: the space only
  std::string_view specialty{};     // of the professional, when the directory is not to be asked
  bool own_act = false;             // of traces: only of their own acts
};

struct Invitation {
  std::string code;  // said to the carer, in groups of four; lives nowhere in clear
  Instant valid_until{};
};

class Access {
 public:
  // `rules` as deployed; every parameter "access.*" must be in force.
  static kernel::Result<std::unique_ptr<Access>> open(store::Store& main, std::filesystem::path rules,
                                                      const parameters::Parameters& parameters, audit::Journal& journal,
                                                      identity::Identity& identity, enrollment::Enrollment& enrollment,
                                                      const io::Clock& clock, Means means = {});
  ~Access();
  static std::vector<store::Migration> migrations();

  // The one door. Inside the caller's read or write. forbidden with the rule's code when the caller may know the space
  // exists (own space in a state that refuses; a professional with a relation; a producer that deposits), not_found
  // otherwise; too_many "access.many_people" for a professional who reads an unusual number of people. An access in
  // emergency is noted and told: in the caller's transaction, or in one of its own that is under way on return.
  kernel::Result<AccessGrant> authorise(store::Snapshot& at, const identity::Caller& caller, PersonId person, Act act) const;
  // For routes with {who}: `moi`, a minor child, or somebody the caller is guardian or carer of.
  kernel::Result<AccessGrant> authorise_who(store::Snapshot& at, const identity::Caller& caller, std::string_view who,
                                            Act act) const;
  kernel::Result<PersonId> resolve_who(store::Snapshot& at, const identity::Caller& caller, std::string_view who) const;
  // For GET /api/session: enrollment's, and those of whom the person is guardian or carer.
  kernel::Result<kernel::json::array> spaces_of(store::Snapshot& at, PersonId person) const;

  // The holder, or a minor's representatives, are told that the record was updated, as the other messages of access are:
  // in the caller's transaction. Whoever calls knows that it is nothing hidden from representatives.
  kernel::Status tell_record_updated(store::Tx& tx, PersonId person);

  // The past, judged as it was: relations and settings known at that instant, in the state given (`then`). Parents and the
  // declared GP are those of the register now.
  kernel::Result<Decision> judge_as_of(store::Snapshot& at, const Question& question, const enrollment::Standing& then,
                                       Instant instant) const;

  // ---- relations and settings: append-only versions, each traced in its transaction. `by`: whose session asked for it,
  // so that the trace names them; none: an agent or a machine.
  // Care team as declared by a structure that deposits or treats; listed to the holder, who is told and may refuse.
  // invalid "access.end_before_start".
  kernel::Status declare_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure,
                                   Instant from, std::optional<Instant> to);
  // A professional in whose name a document was filed may find that document again, and no other by this relation.
  kernel::Status note_author(store::Tx& tx, PersonId person, std::string_view rpps);
  kernel::Status refuse_emergency(store::Tx& tx, PersonId person, audit::Mode mode, bool refused, const AccessGrant* by = nullptr);
  kernel::Status block(store::Tx& tx, PersonId person, std::string_view rpps, const AccessGrant* by = nullptr);
  kernel::Status unblock(store::Tx& tx, PersonId person, std::string_view rpps, const AccessGrant* by = nullptr);
  // The holder refuses somebody of the care team, without a reason; a later declaration does not bring them back.
  kernel::Status refuse_professional(store::Tx& tx, PersonId person, std::string_view rpps, bool refused, const AccessGrant* by = nullptr);
  // The holder's explicit, personal grant to an occupational physician, or its end.
  kernel::Status grant_occupational(store::Tx& tx, PersonId person, std::string_view rpps, bool granted, const AccessGrant* by = nullptr);
  // Until the end of the consultation's hours; `means`: "code", "card", "declaration" (told the same day).
  kernel::Status consent(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure,
                         std::string_view means);
  // `classes`: bits of class_bit. invalid "access.end_before_start", "access.scope", "access.carer_minor".
  // `giver`: the holder, or a minor's parent, with whose authority the delegation ends.
  kernel::Status add_carer(store::Tx& tx, PersonId person, PersonId carer, std::uint32_t classes, Instant until,
                           PersonId giver);
  kernel::Status end_carer(store::Tx& tx, PersonId person, PersonId carer, const AccessGrant* by = nullptr);
  enum class Guardianship { none = 0, assistance, representation };
  kernel::Status record_guardian(store::Tx& tx, PersonId person, PersonId guardian, Guardianship kind,
                                 std::optional<Instant> until);
  // A judge's decision recorded by an agent: that parent's or guardian's access ends at once; `ended` false: restored.
  kernel::Status record_judge(store::Tx& tx, PersonId person, PersonId representative, bool ended);
  kernel::Status agree_to_own_access(store::Tx& tx, PersonId minor, PersonId parent, bool agreed,
                                     const AccessGrant* by = nullptr);
  kernel::Status ask_discretion(store::Tx& tx, PersonId person, PersonId asked_by, bool on);
  // Sessions, apps and carers stop; lifting takes an agent or a proof in person, never a session.
  kernel::Status freeze(store::Tx& tx, PersonId person, bool frozen, const AccessGrant* by = nullptr);
  // The same by whoever answers the phone or runs the service, who checked who asks: traced as theirs, and told.
  // conflict "access.not_frozen", "access.frozen" when there is nothing to change.
  struct Desk {
    audit::ActorKind kind = audit::ActorKind::agent;
    std::string_view motive{};
  };
  kernel::Status freeze_by(store::Tx& tx, PersonId person, bool frozen, const Desk& desk);
  // May this session act here at all? forbidden "access.frozen" when this space is frozen, or the caller's own:
  // enrollment asks before a session closes, reopens or opens, as apps wires it.
  kernel::Status may_act(store::Snapshot& at, const identity::Caller& caller, PersonId person) const;

  // ---- codes. unavailable "access.no_means" when they were not wired
  // For a professional at a consultation: 8 digits, single use, minutes; a new one replaces the one before.
  kernel::Result<Invitation> consultation_code(store::Tx& tx, PersonId person);
  // The try is counted durably, then judged; right: consent is recorded. invalid "access.consultation_refused", the same
  // whether the person, the code or the card is wrong.
  io::Task<kernel::Status> redeem_consultation(const identity::Caller& professional, std::string number15,
                                               std::string means, std::string proof);
  kernel::Result<Invitation> invite_carer(store::Tx& tx, PersonId person, std::uint32_t classes, Instant until,
                                          PersonId giver);
  // By the carer, signed in to their own space: that is the proof of who they are. invalid "access.invitation_refused".
  kernel::Result<PersonId> accept_invitation(store::Tx& tx, const identity::Caller& carer, std::string_view code);

  // Alerts (rules.md 12: by e-mail, text message or a monthly letter): tells those who chose so of the accesses to a space
  // by somebody else than its holder, from the ordinary traces alone. Durable: what is told is told once, whatever stops in
  // between. A few thousand traces and a few hundred messages a call, so that whoever calls may be asked to stop, or serve
  // others, before the next. The server's worker calls it; several callers do no harm.
  struct Alerted {
    bool more = false;  // left for the next call
    std::optional<kernel::Error> trouble{};  // of a message that could not be made: it comes back in an hour
  };
  io::Task<kernel::Result<Alerted>> tell_alerts();

  const RoleMatrix& matrix() const;

  // Professionals who read an unusual number of distinct people, with that number, for the operator; since `from`.
  struct Unusual {
    std::string rpps;
    Instant at{};
    std::int64_t people = 0;
  };
  std::vector<Unusual> unusual_readers() const;

  // GET /api/spaces/{who}, .../traces, .../traces/extract; .../access..., .../explain (docs/formats/web-api.md)
  std::vector<http::Route> routes();
  // POST /api/professional/consultations: with a bearer token.
  std::vector<http::Route> software_routes();
  // GET /fhir/R4/AuditEvent?patient=...: the traces, for the declared GP; with a bearer token, beside record's.
  // `base_url`: that of the interface ("https://.../fhir/R4"), before the addresses of a Bundle.
  std::vector<http::Route> fhir_routes(std::string base_url);
  // Number of new documents for GET /api/spaces/{who} is record's to know: apps wires it (filtered by the grant).
  void on_new_documents(std::function<io::Task<kernel::Result<std::int64_t>>(const identity::Caller&, PersonId)> count);
  // One lane of a space's log with its proofs, for GET .../traces/extract: audit's, which apps wires.
  void on_extract(std::function<io::Task<kernel::Result<std::string>>(SpaceId, audit::Lane)> make);
  // Facts of one document that the caller may see, for `explain`: record's, which apps wires. not_found otherwise.
  void on_item_facts(
      std::function<io::Task<kernel::Result<ItemFacts>>(const identity::Caller&, PersonId, std::string id)> find);

  struct State;

 private:
  Access();
  std::shared_ptr<State> state_;
};

}  // namespace carnet::access
