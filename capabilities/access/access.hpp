// access: who may see what, why, until when. One decision, in one place, explained. Rules: rules.md 1 and 6.
// Tables owned: care_team, author, blocked, emergency_refusal. Invariants: README.md.
#pragma once
#include <array>
#include <filesystem>
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
};
enum class Act { list = 1, read, deposit, add_own, contest, read_traces, change_settings, close, export_copy };

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
};
struct Settings {  // of the holder, at the date of the decision
  bool allows_bris_de_glace = true, allows_centre_15 = true;
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

// The role matrix: rules/role-matrix.tsv, every cell (profession x type) present with its source; loading refuses holes,
// duplicates and unknown codes, saying where. A cell `unknown` is strict: only what the reader's own structure filed.
class RoleMatrix {
 public:
  enum class Cell { yes, no, unknown };
  static kernel::Result<RoleMatrix> load(const std::filesystem::path& rules);
  static kernel::Result<RoleMatrix> parse(std::string_view professions, std::string_view types, std::string_view matrix);
  Cell cell(std::string_view profession, std::string_view type) const;  // unknown profession or type: `no`

 private:
  struct Tables;
  std::shared_ptr<const Tables> tables_;
};

// Level of the space: may this actor do this act at all, in this state? Pure.
Decision decide_space(const Actor& actor, Act act, const enrollment::Standing& standing, const Settings& settings, Instant now);
// Level of the item, after the space: pure, under 2 microseconds.
Decision decide_item(const Actor& actor, Act act, const ItemFacts& item, const enrollment::Standing& standing,
                     const Settings& settings, const RoleMatrix& matrix, Instant now);

// ---- the grant ------------------------------------------------------------------------------------------------------
// One request's permission on one space. Unforgeable: made only by Access; move-only; filters every item.
class AccessGrant {
 public:
  AccessGrant(AccessGrant&&) noexcept = default;
  AccessGrant& operator=(AccessGrant&&) noexcept = default;
  AccessGrant(const AccessGrant&) = delete;
  PersonId person() const { return person_; }
  SpaceId space() const { return standing_.space; }
  Act act() const { return act_; }
  const Actor& actor() const { return actor_; }
  const enrollment::Standing& standing() const { return standing_; }
  bool permits(const ItemFacts& item) const;  // decide_item with what was found at authorisation
  Decision explain(const ItemFacts& item) const;
  // The trace that this access must leave before a key opens: actor, mode and reason filled; caller adds action and item.
  audit::Entry trace(audit::Action action) const;

 private:
  friend class Access;
  AccessGrant() = default;
  PersonId person_;
  Act act_ = Act::list;
  Actor actor_;
  enrollment::Standing standing_;
  Settings settings_;
  Instant now_{};
  const RoleMatrix* matrix_ = nullptr;
  std::string_view reason_;
  std::string actor_name_, structure_name_, actor_id_, emergency_reason_;
};

class Access {
 public:
  static kernel::Result<std::unique_ptr<Access>> open(store::Store& main, std::filesystem::path rules,
                                                      const parameters::Parameters& parameters, audit::Journal& journal,
                                                      identity::Identity& identity, enrollment::Enrollment& enrollment,
                                                      const io::Clock& clock);
  ~Access();
  static std::vector<store::Migration> migrations();

  // The one door. Inside the caller's read or write. forbidden with the rule's code when the caller may know the space
  // exists (own space in a state that refuses; a professional with a relation; a producer that deposits), not_found otherwise.
  kernel::Result<AccessGrant> authorise(store::Snapshot& at, const identity::Caller& caller, PersonId person, Act act) const;
  // For routes with {who}.
  kernel::Result<AccessGrant> authorise_who(store::Snapshot& at, const identity::Caller& caller, std::string_view who,
                                            Act act) const;

  // Care team as declared by a structure that deposits or treats; versioned; listed to the holder. Traced.
  kernel::Status declare_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure,
                                   Instant from, std::optional<Instant> to);
  // A professional in whose name a document was filed may find that document again, and no other by this relation.
  kernel::Status note_author(store::Tx& tx, PersonId person, std::string_view rpps);
  kernel::Status refuse_emergency(store::Tx& tx, PersonId person, audit::Mode mode, bool refused);
  kernel::Status block(store::Tx& tx, PersonId person, std::string_view rpps);
  kernel::Status unblock(store::Tx& tx, PersonId person, std::string_view rpps);

  const RoleMatrix& matrix() const;

  // GET /api/spaces/{who}, GET /api/spaces/{who}/traces, GET /api/spaces/{who}/traces/extract
  std::vector<http::Route> routes();
  // Number of new documents for GET /api/spaces/{who} is record's to know: apps wires it (filtered by the grant).
  void on_new_documents(std::function<io::Task<kernel::Result<std::int64_t>>(const identity::Caller&, PersonId)> count);
  // One lane of a space's log with its proofs, for GET .../traces/extract: audit's, which apps wires.
  void on_extract(std::function<io::Task<kernel::Result<std::string>>(SpaceId, audit::Lane)> make);

 private:
  Access();
  io::Task<kernel::Result<http::Response>> give_extract(http::Exchange& exchange);
  io::Task<kernel::Result<http::Response>> tell_space(http::Exchange& exchange);
  io::Task<kernel::Result<http::Response>> tell_traces(http::Exchange& exchange);
  kernel::Result<Actor> actor_of(store::Snapshot& at, const identity::Caller& caller, PersonId person) const;
  kernel::Status trace_change(store::Tx& tx, PersonId person, audit::Action action, std::string_view rpps) const;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::access
