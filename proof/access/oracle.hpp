// What the rules say of who may see or do what in a space, written from their text alone (who the people are, the life
// of a space, who may see what, traces) and from what is known of the role matrix. Nothing here is shared with the
// engine it is compared with: a question is a bundle of plain facts at one instant, and the answer is looked up in the
// sentences. Where a sentence can be read in two ways, README.md says which reading was taken.
#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::proof::access_oracle {

// Dates and instants of the holder's territory, as a calendar and a clock on a wall there show them.
using Day = std::int32_t;     // days since 1970-01-01
using Minute = std::int64_t;  // minutes since 1970-01-01 00:00
inline constexpr Minute minutes_per_day = 1440;

Day day_of(int year, unsigned month, unsigned day);
Minute at(Day day, int hour = 0, int minute = 0);

// ---- the words ----

enum class Who : std::uint8_t {
  holder,
  parent,    // holder of parental authority, or guardian of a minor
  guardian,  // of a protected adult
  carer,
  app,
  professional,
  occupational_physician,  // a physician acting as such
  producer,                // software that deposits
  agent,
  mediator,
  operator_of_service,
  insurer,  // as a payer
  complementary_insurer,
  employer,
  heir,
  court_expert,
  anyone_else,
};
inline constexpr std::size_t whos = 17;

enum class Deed : std::uint8_t {
  // about one item
  read_item,
  list_item,           // its row, its count, its metadata
  export_item,         // whether an export made by this actor holds it
  read_trace_of_item,  // an entry of the traces that names it
  contest_item,        // « Ce document n'est pas à moi »
  mask_item,           // « Masquer aux professionnels », and back
  delete_item,
  deposit,  // by a professional or a producer: `item` is what is deposited
  add_own,  // « Ajouter un document »: `item` is what is added
  // about the space
  read_traces,  // an entry that names no item
  change_settings,
  change_delegations,
  close,
  erase,
  export_space,
};
inline constexpr std::size_t deeds = 15;

enum class State : std::uint8_t {
  eligible,
  notified,
  objected,
  opened_by_default,
  opened_by_holder,
  suspended,  // by the operator
  closed,
  archived,
  erased,
};
inline constexpr std::size_t states = 9;

enum class Mode : std::uint8_t { normal, bris_de_glace, centre_15 };
enum class Consent : std::uint8_t { none, code_on_phone, card, declaration };  // at that consultation
enum class Gp : std::uint8_t { no, declared_by_insurer, named_by_holder_only };
enum class Protection : std::uint8_t { none, property_only, assistance, representation };
enum class Agreement : std::uint8_t { nobody, one_parent, both_parents, in_conflict };
enum class Delegator : std::uint8_t { holder, representative };
enum class Discretion : std::uint8_t { none, asked_by_this_side, asked_against_this_side };

// What a carer's delegation may name.
struct Scope {
  bool read = false;
  bool traces = false;
  bool contest = false;
  bool add = false;
  bool settings = false;
  bool take_copy = false;
};

// ---- the facts ----

struct Birth {
  int year = 1980;
  unsigned month = 1;  // 0: unknown
  unsigned day = 1;    // 0: unknown
};

// Each group of facts is read for the actors it names only.
struct Actor {
  Who who = Who::holder;
  // professionals
  int profession = -1;  // row of the matrix; -1: not one of the nomenclature. An occupational physician reads row 10
  bool in_care_team = false;
  bool refused_by_holder = false;  // the holder refused that this one be of the team, without blocking
  Consent consent = Consent::none;
  Minute consent_ends = 0;  // excluded
  Gp gp = Gp::no;
  bool blocked = false;
  bool personal_grant = false;  // to an occupational physician, explicit, by the holder
  bool secret_connection = false;
  // about the item or the entry
  bool is_author = false;
  bool own_structure_filed_it = false;
  bool own_act = false;
  // parents, and those who were given their part by a parent
  std::optional<Minute> authority_ended_by_judge;  // when the decision was recorded
  Discretion discretion = Discretion::none;
  // guardians
  Protection protection = Protection::none;
  bool with_the_person = false;  // the protected person takes part in this very act
  // carers, guardians, apps: last day of the delegation, of the measure, of the convention; none: no end
  std::optional<Day> last_day;
  // carers, apps
  Delegator given_by = Delegator::holder;
  bool is_adult = true;      // the carer
  bool is_a_parent = false;  // a carer or an heir who is, or was, a holder of parental authority
  Scope scope;
  // apps
  bool paired = false;
  bool person_bound = false;
  bool category_in_scope = false;
  bool may_write = false;
  // heirs
  bool reason_written = false;  // one of: causes of death, memory, rights
  // the operator
  bool written_decision = false;
};

struct Item {
  int type = 0;            // column of the matrix
  bool by_holder = false;  // author the holder
  Minute deposited = 0;
  bool masked = false;
  bool visible_in_emergency = false;
  bool invisible_to_patient = false;
  std::optional<Minute> announced;  // the announcement visit
  bool invisible_to_representatives = false;
  bool contested = false;
  bool deleted = false;
};

struct Space {
  State state = State::opened_by_holder;
  std::optional<Day> archived_on;  // the day of closing or of the death declared
  bool frozen = false;
  bool second_letter_awaited = false;
  Minute opened = 0;  // by the holder
  Birth birth;
  std::optional<Day> died;
  Agreement minor_access = Agreement::nobody;
  bool refuses_bris_de_glace = false;
  bool refuses_centre_15 = false;
  bool opposed_to_heirs = false;        // in life
  bool objects_to_deposit = false;      // to the one in question
  bool legitimate_motive = false;       // of that objection
  bool act_not_to_be_recorded = false;  // asked by a minor
  std::optional<Day> other_parent_told;
  std::optional<Day> other_parent_refused;
};

struct Question {
  Actor actor;
  Space space;
  Item item;
  Deed deed = Deed::read_item;
  Mode mode = Mode::normal;
  bool reason_given = false;  // for bris_de_glace
  Minute now = 0;
};

struct Verdict {
  bool permit = false;
  std::string_view reason;         // one word of ours: the rule that allows, or the first that refuses
  bool warned = false;             // the professional is told that the person does not know yet
  bool mode_shown = false;         // displayed during the whole access
  bool without_the_place = false;  // discretion: no structure, author, place
};

// Dated parameters of the rules.
struct Terms {
  int majority_age = 18;
  int minor_own_access_age = 16;
  int invisible_months = 1;
  int first_word_days = 14;  // the notice that something was added
  int parents_refusal_days = 42;
  int archive_years = 10;
  int morning_minute = 8 * 60;  // when a working-day morning begins
  std::vector<Day> holidays;    // sorted
};

// ---- the role matrix ----

enum class Cell : std::uint8_t { unknown, yes, no };  // unknown: what the reader's own structure filed, and no other

class Matrix {
 public:
  // Reads professions.tsv, type-class.tsv and known-cells.tsv of a folder. Wrong: what, in which file, at which line.
  static std::expected<Matrix, std::string> load(const std::string& folder);

  int professions() const { return static_cast<int>(profession_codes_.size()); }
  int types() const { return static_cast<int>(type_codes_.size()); }
  const std::string& profession_code(int row) const { return profession_codes_[static_cast<std::size_t>(row)]; }
  const std::string& type_code(int column) const { return type_codes_[static_cast<std::size_t>(column)]; }
  int profession(std::string_view code) const;  // -1: none. Codes that share a row give that row
  int type(std::string_view code) const;        // -1: none
  Cell cell(int row, int column) const;

 private:
  friend class MatrixReader;
  std::vector<std::string> profession_codes_;
  std::vector<std::string> type_codes_;
  std::map<std::string, int, std::less<>> profession_rows_;
  std::map<std::string, int, std::less<>> type_columns_;
  std::vector<Cell> cells_;
};

// ---- the judge ----

class Oracle {
 public:
  // Fails when the matrix lacks a type or a profession the rules name.
  static std::expected<Oracle, std::string> make(Matrix matrix, Terms terms);

  Verdict judge(const Question& question) const;

  const Matrix& matrix() const { return matrix_; }
  const Terms& terms() const { return terms_; }

  // The clocks of an item the person may not see yet: last day of the first word, and when it shows.
  Day first_word_due(Minute deposited) const;
  Minute shows_from(Minute deposited) const;

  // The day an age is reached, at 00:00.
  static Day birthday(const Birth& birth, int age);

 private:
  Oracle(Matrix matrix, Terms terms) : matrix_(std::move(matrix)), terms_(std::move(terms)) {}

  bool is_minor(const Question& question) const;
  bool is_old_enough_for_own_access(const Question& question) const;
  bool is_dead(const Question& question) const;
  State state_now(const Question& question) const;
  bool not_announced(const Question& question) const;

  Verdict judge_person_side(const Question& question) const;
  std::string_view why_no_standing(const Question& question) const;
  std::string_view why_minor_has_no_access(const Question& question) const;
  std::string_view why_carer_has_no_standing(const Question& question) const;
  std::string_view why_app_has_no_standing(const Question& question) const;
  std::string_view why_guardian_has_no_standing(const Question& question) const;
  std::string_view why_state_forbids(const Question& question) const;
  std::string_view why_no_power(const Question& question) const;
  std::string_view why_carer_has_no_power(const Question& question) const;
  std::string_view why_parents_disagree(const Question& question) const;
  std::string_view why_hidden_from_person_side(const Question& question) const;
  bool is_kept_from_the_place(const Question& question) const;

  Verdict judge_professional(const Question& question) const;
  Verdict judge_professional_reads(const Question& question) const;
  Verdict judge_professional_traces(const Question& question) const;
  Verdict judge_deposit(const Question& question) const;
  Verdict judge_deletion(const Question& question) const;
  Verdict judge_archive_reader(const Question& question) const;
  std::string_view why_mode_is_refused(const Question& question) const;
  bool consented(const Question& question) const;
  std::string_view what_authorises(const Question& question) const;
  std::string_view why_matrix_refuses(const Question& question) const;
  bool mask_hides(const Question& question) const;

  bool is_own_type(int column) const { return own_types_[static_cast<std::size_t>(column)]; }
  bool is_kept_from_carers(int column) const { return column == directives_ || column == wishes_; }

  Matrix matrix_;
  Terms terms_;
  std::vector<bool> own_types_;
  int physician_ = -1;
  int directives_ = -1;
  int wishes_ = -1;
  int appointment_ = -1;
};

}  // namespace carnet::proof::access_oracle
