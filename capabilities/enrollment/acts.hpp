// What people and operators do, as coroutines over the engine: each loads, decides, commits. The routes and the public
// class are thin over them. Private to this capability.
#pragma once
#include "enrollment/engine.hpp"

namespace carnet::enrollment {

using identity::Caller;

// The 15 characters; a wrong key is refused, unless the register holds that very number.
Result<std::string> checked_number(const Engine& engine, store::Snapshot& at, std::string_view typed);
Result<ProvisionalCode> checked_code(std::string_view typed);  // invalid "enrollment.code_misspelt"

// The caller's own space, or that of a minor they represent; not_found otherwise.
Result<PersonId> space_owner(const Engine& engine, store::Snapshot& at, const Caller& caller, std::string_view who);
Actor actor_of(const Engine& engine, const Caller& caller, PersonId about, std::string_view request_id);

// ---- service_notify.cpp
Result<NoticeOutcome> notify(const Engine& engine, store::Tx& tx, PersonId person, std::string_view campaign);
Status delivered(const Engine& engine, store::Tx& tx, const notices::Delivery& delivery);
// The notice to a new adult, with what time did; the channel is the post, which no parent's contact can be.
Status tell_new_adult(const Engine& engine, store::Tx& tx, Case& about);

// ---- service_object.cpp
io::Task<Result<Receipt>> object_by_code(const Engine& engine, Typed typed, std::string request_id);
struct Closed {
  Receipt receipt;
  std::optional<Date> kept_until;
};
io::Task<Result<Closed>> close_by_code(const Engine& engine, Typed typed, std::string request_id);
// The same answer and work, right or wrong.
io::Task<Status> request_code(const Engine& engine, Typed typed, CodeKind purpose);

// ---- flow.cpp: an opening or objection under way, kept 30 idle minutes under a cookie. It holds the evidence judged so far,
// never the code.
struct Flow {
  PersonId person;  // whose space
  PersonId by;      // the adult whose number and serial matched: the same, or the representative
  bool child = false;
  std::int64_t code = 0;  // seq of the fact that sent the code
  bool contact_on_file = false, contact_confirmed = false;
  std::optional<identity::Contact> contact{};
  std::optional<identity::SentCode> sent{};
};
struct FlowKey {
  PersonId person;
  kernel::Bytes hash;
};
std::optional<FlowKey> key_of_flow(const Engine& engine, std::string_view cookie);
std::string new_flow_cookie(const Engine& engine, PersonId person);
Result<Flow> load_flow(const Engine& engine, store::Snapshot& at, const FlowKey& key);  // not_found "activation.none"
Status save_flow(const Engine& engine, store::Tx& tx, const FlowKey& key, const Flow& flow);
// What the flow proves, for the rules; whether the code is still good is judged by them.
Presented presented_by(const Flow& flow);

// ---- service_open.cpp
struct FlowView {
  std::string given_name;
  bool child = false;
  Date deadline{};
  std::vector<std::pair<notices::Channel, std::string>> contacts{};  // channel, hint
  bool contact_confirmed = false, needs_second_letter = false, needs_account = false;
  std::optional<identity::SentCode> sent{};
};
struct Begun {
  std::string cookie;
  FlowView view;
};
io::Task<Result<Begun>> begin_activation(const Engine& engine, Typed typed, bool child);
io::Task<Result<FlowView>> see_activation(const Engine& engine, std::string cookie);
struct ContactAsked {
  notices::Channel channel = notices::Channel::email;
  std::string address{};  // typed, when nothing is on file
};
io::Task<Result<identity::SentCode>> send_contact_code(const Engine& engine, std::string cookie, ContactAsked asked);
io::Task<Result<FlowView>> confirm_contact(const Engine& engine, std::string cookie, std::string one_time_code);
io::Task<Status> forget_activation(const Engine& engine, std::string cookie);
struct Chosen {
  std::string identifier{}, password{};  // empty when no account is needed
  std::string user_agent{};              // for the list of sessions
};
struct Opened {
  Receipt receipt;
  std::string who;
  std::string session;  // cookie value; empty: none was started
};
io::Task<Result<Opened>> finish_opening(const Engine& engine, std::string cookie, Chosen chosen, std::string request_id);
io::Task<Result<Receipt>> finish_objecting(const Engine& engine, std::string cookie, std::string request_id);
io::Task<Result<SpaceId>> open_in_person(const Engine& engine, PersonId person);

// ---- service_child.cpp: a representative, signed in, with the child's code
io::Task<Result<Receipt>> decide_for_child(const Engine& engine, Caller caller, std::string who, Typed typed, Act act,
                                           std::string request_id);

// A new code of the child's, to the representative who asks. Refuses: not_found as if the child did not exist, conflict
// "enrollment.already_open", "enrollment.suspended", "enrollment.not_now", "enrollment.posted_lately".
struct CodeLeft {
  notices::Channel channel = notices::Channel::letter;
  std::string hint{};            // of the contact; empty for a letter
  Instant until{};
  std::optional<Date> last_day{};  // of a letter's
};
io::Task<Result<CodeLeft>> ask_code_for_child(const Engine& engine, Caller caller, std::string who, std::string request_id);

// One parent says no to what the other decided; not_found as if the child did not exist, conflict "enrollment.not_now".
io::Task<Result<Receipt>> refuse_for_child(const Engine& engine, Caller caller, std::string who, std::string request_id);

// ---- service_close.cpp: the holder signed in, or a minor's representative
io::Task<Result<Closed>> close_space(const Engine& engine, Caller by, PersonId person, std::string request_id);
io::Task<Result<Receipt>> reopen_space(const Engine& engine, Caller by, PersonId person, std::string request_id);
// Closes what is open, and sets the day after which the data is destroyed; reopening until then undoes it. kept_until: the last day.
io::Task<Result<Closed>> ask_erasure(const Engine& engine, Caller by, PersonId person, std::string request_id);
io::Task<Status> enter_second_letter(const Engine& engine, Caller by, PersonId person, Typed typed, std::string request_id);

// ---- service_operator.cpp
io::Task<Status> operate(const Engine& engine, PersonId person, Actor actor,
                         std::function<Decision(const Case&)> decide);

// ---- service_sweep.cpp
io::Task<Result<Swept>> sweep(const Engine& engine);

// ---- routes
std::vector<http::Route> activation_routes(const Engine& engine);  // http_activation.cpp
std::vector<http::Route> space_routes(const Engine& engine);       // http_space.cpp
Result<kernel::json::array> list_spaces(const Engine& engine, store::Snapshot& at, PersonId person);
kernel::json::object to_json(const Receipt& receipt);
http::Response answer(const kernel::json::object& body, int status);

}  // namespace carnet::enrollment
