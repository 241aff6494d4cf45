// What the parts of access have in common. Private to this capability.
#pragma once
#include <condition_variable>
#include <mutex>

#include "access/access.hpp"
#include "access/versions.hpp"
#include "access/watch.hpp"

namespace carnet::access {

std::vector<store::Migration> schema_files(std::string_view folder);

struct Access::State : std::enable_shared_from_this<Access::State> {
  store::Store& main;
  const parameters::Parameters& parameters;
  audit::Journal& journal;
  identity::Identity& identity;
  enrollment::Enrollment& enrollment;
  const io::Clock& clock;
  RoleMatrix matrix;
  Stations stations;
  Means means;
  kernel::SecretBytes code_key{};  // of consultation codes and invitations; empty without means
  ReaderWatch watch{};
  // Notes of emergencies being written; Access waits for them before it goes.
  std::mutex writing_mutex{};
  std::condition_variable written{};
  int writing = 0;
  std::function<io::Task<kernel::Result<std::int64_t>>(const identity::Caller&, PersonId)> new_documents{};
  std::function<io::Task<kernel::Result<std::string>>(SpaceId, audit::Lane)> extract{};
  std::function<io::Task<kernel::Result<ItemFacts>>(const identity::Caller&, PersonId, std::string)> item_facts{};

  State(store::Store& given_main, const parameters::Parameters& given_parameters, audit::Journal& given_journal,
        identity::Identity& given_identity, enrollment::Enrollment& given_enrollment, const io::Clock& given_clock,
        RoleMatrix given_matrix, Stations given_stations, Means given_means)
      : main(given_main), parameters(given_parameters), journal(given_journal), identity(given_identity),
        enrollment(given_enrollment), clock(given_clock), matrix(std::move(given_matrix)),
        stations(std::move(given_stations)), means(std::move(given_means)) {}
  std::int64_t parameter(std::string_view name) const {
    return parameters.integer(name, kernel::date_in(clock.now(), kernel::Zone::paris()));
  }
};
using State = Access::State;

// Everything is known: judge now.
inline constexpr Instant all_known{std::numeric_limits<std::int64_t>::max()};

// ---- facts.cpp: who asks, as the decision needs it
struct Asker {
  Actor actor;
  Settings settings;
  std::shared_ptr<const identity::Person> holder{};  // whose space it is; never none
  bool refused = false;     // by the holder, of the care team
};
// At `at`, of what was known at `known`. `structure`: that of the caller, when it is a professional.
kernel::Zone zone_of(const identity::Person& person);
kernel::Result<Asker> asker_of(State& state, store::Snapshot& db, const Question& question, Instant at, Instant known);

// ---- store.cpp: the rows of this capability
namespace rows {
// Of the space itself and of one subject, in order.
kernel::Result<std::vector<Version>> of_subject(store::Snapshot& at, PersonId person, std::string_view subject);
kernel::Result<std::vector<Version>> of_space(store::Snapshot& at, PersonId person);  // all of them
// The next version of its (subject, kind, place).
kernel::Status add(store::Tx& tx, PersonId person, const Version& version);
// Persons in whose space this one is guardian or carer, by any version.
kernel::Result<std::vector<PersonId>> delegating_to(store::Snapshot& at, PersonId person);

struct Emergency {
  std::int64_t number = 0;
  std::string rpps, structure;
  audit::Mode mode = audit::Mode::normal;
  Instant opened_at{};
  std::optional<Instant> contested_at{};
};
kernel::Result<std::vector<Emergency>> emergencies(store::Snapshot& at, PersonId person);  // newest first
kernel::Result<bool> told_since(store::Snapshot& at, PersonId person, const Emergency& event, Instant since);
kernel::Status add_emergency(store::Tx& tx, PersonId person, const Emergency& event);
kernel::Result<bool> contest_emergency(store::Tx& tx, PersonId person, std::int64_t number, Instant now);

kernel::Status put_code(store::Tx& tx, PersonId person, kernel::ByteView hash, Instant expires);
struct LiveCode {
  kernel::Bytes hash;
  std::int64_t tries = 0;
};
kernel::Result<std::optional<LiveCode>> live_code(store::Snapshot& at, PersonId person, Instant now);
kernel::Status count_try(store::Tx& tx, PersonId person);
kernel::Result<bool> spend_code(store::Tx& tx, PersonId person, kernel::ByteView hash);

struct WaitingCarer {
  PersonId person;
  std::uint32_t classes = 0;
  Instant until{};
  PersonId giver;
};
kernel::Status put_invitation(store::Tx& tx, kernel::ByteView hash, const WaitingCarer& waiting, Instant expires, Instant now);
kernel::Result<std::optional<WaitingCarer>> take_invitation(store::Tx& tx, kernel::ByteView hash, Instant now);
}  // namespace rows

// ---- relations.cpp: a change of who may see is a trace of the space itself, in the same transaction
// `by`: who changed it, when a person did it in a session; none: `desk`.
struct Change {
  audit::Action action = audit::Action::setting_changed;
  std::string_view reason;
  std::string_view rpps{};
  const AccessGrant* by = nullptr;
  audit::Lane lane = audit::Lane::ordinary;
  audit::ActorKind desk = audit::ActorKind::machine;
  std::string_view motive{};  // as the desk wrote it
};
// The version of what `hearer` is told of this space ("each/email"), and its trace.
kernel::Status choose_alerts(State& state, store::Tx& tx, const AccessGrant& by, PersonId hearer, std::string choice);
kernel::Status trace_change(State& state, store::Tx& tx, PersonId person, const Change& change);

// ---- tell.cpp
// Who hears of a space: the holder; of a minor, the parents, or who represents them. Nobody of a dead holder's.
struct Hearer {
  identity::Person person;
  bool discreet = false;  // hears neither who treats the child nor where
};
struct Hearers {
  identity::Person holder;
  std::vector<Hearer> people{};
  bool letters = true;  // false where somebody asked for discretion
};
kernel::Result<Hearers> hearers_of(State& state, store::Snapshot& at, PersonId person);
kernel::Status tell(State& state, store::Tx& tx, PersonId person, Told what, const std::map<std::string, std::string>& said,
                    identity::Letter letter = identity::Letter::if_unreached);
// Notes an access in emergency and tells the holder and the declared GP, once per event.
kernel::Status note_emergency(State& state, store::Tx& tx, PersonId person, const rows::Emergency& event);

// ---- alerts.cpp: what was written before anybody could be told is not news
kernel::Status begin_alerts(State& state);

// ---- http.cpp, http_holder.cpp, http_explain.cpp
// One page of a space's traces, the latest instant first. A page is cut by sequence, so that no trace is on two pages or on
// none; but a deposit's trace joins its chain a moment after the deposit, behind a reading of that moment.
struct TracePage {
  std::vector<audit::Trace> traces;
  std::int64_t next_before = 0;  // of the next page; 0: there is none
};
io::Task<kernel::Result<TracePage>> trace_page(State& state, kernel::SpaceId space, std::int64_t before, std::size_t limit,
                                               std::function<bool(const audit::Trace&)> wanted);
using Answer = io::Task<kernel::Result<http::Response>>;
using Tell = Answer (*)(Access&, State&, http::Exchange&);
http::Route route(Access& access, State& state, http::Method method, std::string_view path, Tell tell);
std::vector<http::Route> trace_routes(Access& access, State& state);
std::vector<http::Route> holder_routes(Access& access, State& state);
std::vector<http::Route> explain_routes(Access& access, State& state);
std::vector<http::Route> alert_routes(Access& access, State& state);

}  // namespace carnet::access
