// Alerts: what a hearer chose to be told of the accesses to a space. Rules pure; rows of this capability. Private to access.
//
// The ordinary traces are read on from where they were (alert_feed); what each says to each hearer becomes a line, in the
// transaction that moves the place. Lines leave in the transaction that queues their message. So nothing is lost and nothing
// told twice, whatever stops between; and what stands in the reserved lane is never looked at.
#pragma once
#include "access/state.hpp"

namespace carnet::access {

// Numbers are durable: never reuse one. How a line is said: "line.*" of the notices' catalogue.
enum class LineKind { read = 1, emergency = 2, first = 3, many = 4 };

struct AlertChoice {
  enum class When { unusual = 0, each, daily, weekly, none } when = When::unusual;
  notices::Channel channel = notices::Channel::email;
};
std::string_view code_of(AlertChoice::When when);
std::optional<AlertChoice> alert_choice_of(std::string_view when, std::string_view channel);
// "each/email", as a version keeps it; and the reverse.
std::string text_of(const AlertChoice& choice);

// Channels by which this hearer can be reached: contacts on file, and letters unless discretion was asked for.
std::vector<notices::Channel> alert_channels(const identity::Person& hearer, bool letters);
// What holds: the last version, or by default what is unusual, by the first channel there is.
AlertChoice alert_choice(const std::vector<Version>& versions, const identity::Person& hearer, bool letters);

// One access by somebody else than the holder.
struct Seen {
  std::string reader;  // RPPS or p<person>
  audit::ActorKind by = audit::ActorKind::professional;
  audit::Mode mode = audit::Mode::normal;
  bool first_ever = false;    // never seen before in this space
  bool just_too_many = false;  // with this one, more than usual in a day
};
// The line it makes for a hearer who chose so; none: they are not told.
std::optional<LineKind> line_of(const Seen& seen, AlertChoice::When when);

struct AlertTimes {
  std::int64_t minutes = 10;  // "each" and "unusual": gathered so long
  kernel::Zone zone;
};
// When it is told: in minutes, the next morning, or the next Monday morning.
Instant alert_due(AlertChoice::When when, Instant at, const AlertTimes& times);

namespace rows {
struct AlertLine {
  std::string day, reader;
  LineKind kind = LineKind::read;
  std::int64_t times = 0;
  bool whole_day = false;  // `times` is the day's, not what is added to it
};
struct HearerKey {
  PersonId person, hearer;
};
kernel::Result<std::optional<std::int64_t>> feed_position(store::Snapshot& at);
kernel::Status begin_feed(store::Tx& tx, std::int64_t position);
// False when another moved it since `from`.
kernel::Result<bool> move_feed(store::Tx& tx, std::int64_t from, std::int64_t to);
struct Reader {
  bool known = false;
  std::int64_t times = 0;  // that day, this one included
};
kernel::Result<bool> has_read(store::Snapshot& at, PersonId person, const std::string& reader);  // ever, among the ordinary traces
kernel::Result<Reader> count_reader(store::Tx& tx, PersonId person, const std::string& reader, const std::string& day);
// Adds to the line of that day and reader. False when it was told already that day: it counts, and waits for nothing.
kernel::Result<bool> add_line(store::Tx& tx, const HearerKey& key, const AlertLine& line);
kernel::Status due_by(store::Tx& tx, const HearerKey& key, Instant due);  // or earlier, if it was
kernel::Status set_due(store::Tx& tx, const HearerKey& key, std::optional<Instant> due);
kernel::Status letter_left(store::Tx& tx, const HearerKey& key, Instant at);
kernel::Result<std::optional<Instant>> last_letter(store::Snapshot& at, const HearerKey& key);
kernel::Result<std::vector<HearerKey>> due_hearers(store::Snapshot& at, Instant now, std::int64_t most);
kernel::Result<bool> is_due(store::Snapshot& at, const HearerKey& key, Instant now);
kernel::Result<std::vector<AlertLine>> untold_lines(store::Snapshot& at, const HearerKey& key);  // by day and reader
// What was told stays until its day is over, so that the same day does not tell it again.
kernel::Status lines_told(store::Tx& tx, const HearerKey& key, const std::string& today);
}  // namespace rows

// What new traces say becomes lines; called with the place moved in the same transaction.
kernel::Status absorb(State& state, store::Tx& tx, const std::vector<audit::Trace>& traces);
// Queues the message of one hearer, if it is due.
kernel::Status tell_hearer(State& state, store::Tx& tx, const rows::HearerKey& key);

}  // namespace carnet::access
