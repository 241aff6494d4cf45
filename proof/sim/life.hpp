// The words in which two programs tell the life of one person's space, so that they can be compared step by step: the
// engine (capabilities/enrollment) and an oracle written from the rules alone (oracle.hpp). Plain values only.
//
// Rules: the life of a space, its evidence table and its state table. Where they leave a choice open, this file says it:
// each choice is marked (choice) and holds for both.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "foundation/kernel/time.hpp"

namespace carnet::proof {

using kernel::Date;
using kernel::Instant;

enum class Channel { email, sms, letter };

// ---- who lives -------------------------------------------------------------------------------------------------------
struct PersonFacts {
  std::string zone = "Europe/Paris";  // IANA; every "day" and "00:00" below is in this zone
  Date birth{1980, 1, 1};
  // What the insurer has on file; does not change during a life. A code asked for goes to the e-mail if there is one,
  // else to the phone, else by letter.
  bool email_on_file = false;
  bool phone_on_file = false;
  bool contact_on_file() const { return email_on_file || phone_on_file; }
};

// ---- parameters ------------------------------------------------------------------------------------------------------
struct Parameters {
  int code_valid_days = 42;          // six weeks: announced codes, codes asked to object or to close, second letters
  int post_grace_days = 8;           // added to that for every code that leaves by letter
  int opening_code_email_hours = 24; // a code asked to OPEN, by e-mail: good until (excluded) sending + 24 h
  int opening_code_phone_minutes = 10;  // the same by SMS; by letter it lives code_valid_days + post_grace_days
  int posted_every_days = 10;        // one code asked for by post per 10 x 24 h, all purposes together
  int tries_per_campaign = 20;
  int archive_years = 10;
  int closed_days_before_archive = 30;  // (choice) closed on day d: archived from 00:00 of day d + 30
  int erasure_regret_days = 30;         // (choice) erasure asked on day d: erased at 00:00 of day d + 30
  int suspension_days = 42;
  int majority_age = 18;
  std::set<Date> public_holidays;  // the phone line is closed on them, and on Saturdays and Sundays
};

// The last day of a code that lives in days (choice: for every such code, not only the announced one): day 0 is the local
// day of sending; last day = day 0 + code_valid_days (+ post_grace_days by letter); if the phone line is closed on that
// day, the next day on which it is open. The code is good until (excluded) 00:00 of the day after its last day.

// ---- what may be done ------------------------------------------------------------------------------------------------
// Which code the person types. "The last": of that kind among those this person was ever sent; when there was none, or it
// is no longer good (past, spent, void), it is a wrong code.
enum class TypedCode { none, announced, asked_to_open, asked_to_object, asked_to_close, wrong };

struct Evidence {
  TypedCode code = TypedCode::none;  // C: true when the code typed is good now
  bool number = false;               // N: for a minor, the representative's
  bool serial = false;               // S: for a minor, the representative's
  bool contact = false;              // F: ignored (false) when nothing is on file. A good code that was ASKED FOR and went to
                                     //    a contact on file (not by letter) proves F as well
  bool in_person = false;            // P: serves everyone, minors included (choice); never together with by_phone
  bool representative_session = false;  // minors only; ignored for adults
  bool typed_contact = false;           // a contact typed now (opening with nothing on file)
};

enum class Act {
  notify,          // `channel` email or letter, `campaign`
  returned,        // the last notice came back
  majority_notice, // the notice to a new adult; `channel` letter
  open,            // `evidence`
  object,          // `evidence`; by phone C+N+S is needed instead of C+N (`by_phone`)
  ask_code,        // `asked`; `evidence.number` and `.serial` only
  close_unopened,  // `evidence`; `by_phone` as for objecting
  close,           // by the holder (or a minor's representative), signed in
  reopen,          // the same, signed in
  enter_second_letter,  // signed in; `right_code`: types the last second letter's code, else a wrong one
  ask_erasure,     // the same, signed in
  suspend, lift, object_to_suspension,  // operator; the last one is the holder, through the desk
  die,             // death recorded now, on local day today - `days_ago` (0..5)
  revert_death,
  sweep,           // makes due transitions durable: never changes what is observed
  restart,         // the same
};

struct Command {
  Act act = Act::sweep;
  Instant at{};  // never before the previous command's
  Channel channel = Channel::email;
  int campaign = 1;
  Evidence evidence{};
  bool by_phone = false;
  enum class Asked { open, object, close } asked = Asked::open;
  bool right_code = false;
  int days_ago = 0;
};

// done: it took effect now, or had already and repeating it changes nothing.
// refused: asked by someone entitled to ask, and the state forbids it.
// nothing: the evidence does not suffice (or, for ask_code, no code leaves): no effect.
// wait: too many misses lately; not judged, not counted.
// Order of judgement for open, object, close_unopened: wait, then nothing (evidence), then refused (state), then done.
enum class Outcome { done, refused, nothing, wait };

// ---- what is seen at an instant --------------------------------------------------------------------------------------
enum class State { eligible, notified, objected, opened_by_default, opened_by_holder, suspended, closed, archived, erased };

struct Observed {
  State state = State::eligible;
  // The state's row of the table; "copy of the archive only" is holder_signs_in false and archive_copy true. "-" is false.
  bool deposit = false, team_reads = false, holder_signs_in = false, archive_copy = false, open = false, object = false,
       close = false;
  std::optional<Instant> opens_by_default_at;  // in state notified, when it will if nothing more happens
  std::optional<Date> kept_until;              // in closed and archived: the archive's last day
  bool second_letter_awaited = false;          // in opened_by_holder
  bool operator==(const Observed&) const = default;
};

// ---- choices: what the rules leave open, settled the same for both ---------------------------------------------------
// MINORS. A minor until the local day of their majority_age-th birthday (kernel::age_on). Evidence for a minor: to open, C and
//   (representative_session or N+S), or P; to object or close_unopened, C and (representative_session or N), or P; by phone
//   C+N+S and nothing else. No second letter, no counter (the driver types no wrong code for them).
// ADULTS. Open: N+S+F, or P, or (nothing on file) C+N+S and typed_contact: then the second letter leaves at once and is awaited.
//   Object, close_unopened: C+N, or N+S+F, or P; by phone C+N+S and nothing else. The line's hours are not judged here.
//
// notify: done in eligible, for the living; also in notified once the announced code is past and a counter of the current
//   campaign is at its limit, when `campaign` differs from the current one. Else refused (told already, decided, dead).
// returned: done in notified (back to eligible; clock and announced code void), else refused; for the dead refused.
// majority_notice: done once per life, for a living adult for whom any act other than die, revert_death, sweep, restart was
//   done while a minor, in any state but erased; else refused. It sends a new announced code. In eligible and notified it is a notice
//   like notify's (notified, a new clock); in the others only the code is new. Its campaign is one of its own and becomes current.
// CAMPAIGN, current: that of the last notice, returned or not; before any, one of its own.
//
// CODES. A new code of a kind voids the last of that kind. Spent by the act it was typed for when that is done; not when refused.
//   Death voids every code, and the clock of a notice (notified becomes eligible; if declared by error, they stay so until told anew).
//   Any announced or asked code serves opening, objecting, and closing a space its holder never opened.
// TRIES. Counted when a code is typed (not `none`) with N and S, by an adult. Two counters per campaign: one for open, one shared
//   by object and close_unopened. At tries_per_campaign the road is closed for that counter: a code typed is not looked at (C is
//   false, and no F from it), not counted, no wait. Before that: wait if misses ask for it (not judged, not counted); else counted
//   and judged: a code that is not good adds a miss, a good one, whatever follows, sets misses to 0. A miss that makes 3 or 4 in a row:
//   wait until (excluded) 30 s after it; 5 to 9: 15 min; 10 or more: 24 h. Nothing refills a counter; another campaign has its own.
//   While a counter of the current campaign is at its limit, nothing opens by default.
// ask_code: with N and S, for a living adult; else nothing. A code leaves in eligible, notified, objected, opened_by_default,
//   closed, archived, erased, whatever the purpose; in suspended when the holder had never opened; in opened_by_holder for
//   an adult who has not entered; there also when a second letter is awaited, and then it is a new second letter (by letter, whatever
//   the purpose). Else nothing. By letter: nothing when
//   the last code asked for by letter (a new second letter included) left less than posted_every_days x 24 h ago.
// DEFAULT OPENING waits for the last code asked to object (in whatever state it was asked), when neither spent nor void: it is at
//   the later of the notice's own date and 00:00 of the day after that code's last day.
//
// NEVER OPENED: since this space exists (first default opening or opening, or anew after erasure), no `open` was done. ENTERED: an
//   `open` was done by an adult since this space exists. SIGNED IN, wanted by close, reopen, ask_erasure, enter_second_letter: an
//   adult must have entered; for a minor the representative always is. Not signed in: refused.
// open: done in eligible, notified, objected, opened_by_default, closed, archived (restored), erased (a new space): opened_by_holder.
//   In opened_by_holder: done by an adult who has not entered (the space stays as it is; they enter); done with P when a second
//   letter is awaited; else refused. In suspended refused. An open that is done ends the wait for a second letter, unless it rested on
//   C+N+S and a typed contact alone (neither N+S+F nor P): that one begins it anew. It cancels an erasure asked for.
// object: done in eligible, notified, erased; in objected (nothing changes, a code typed is spent); else refused.
// close_unopened: done in opened_by_default, and in suspended when never opened; with P also in opened_by_holder and suspended; else
//   refused.
// close: done in opened_by_holder; in closed and archived (nothing changes); else refused.
// reopen: done in closed and archived (opened_by_holder; a second letter awaited before is awaited again; cancels an erasure asked
//   for); in opened_by_holder (nothing changes); else refused.
// enter_second_letter: in opened_by_holder with one awaited: done with its good code (no longer awaited), else nothing. Elsewhere
//   refused. Not signed in comes first.
// ask_erasure: done in opened_by_holder (closes it now, as close), closed, archived; asked again, nothing changes. Else refused.
//   Erased at 00:00 of day asked + erasure_regret_days, or at the archive's end if that is sooner; kept_until is the day before.
// ARCHIVE. Closed on local day d: kept until d + archive_years (Date::plus_years), erased at 00:00 of the next day.
// suspend: done in opened_by_default, opened_by_holder; in suspended (nothing changes); else refused. Not objected to by 24:00 of day
//   suspension_days (day 0: today; no phone-line rule): closed at 00:00 of the next day, which is the day of closing.
// lift: done in suspended (back to what it was), else refused. object_to_suspension: done in suspended (it no longer closes by
//   itself; again: nothing changes), else refused.
// ERASED, in whatever way: everything of the former space is over (second letter and its code, suspension, erasure asked, entered);
//   announced and asked codes are not touched.
// die: done for the living in every state, refused for the dead. What is opened or suspended at that instant shows as archived, kept
//   until day of death + archive_years, then erased at 00:00 of the next day, for as long as they are dead; closed and archived keep
//   their own dates; eligible, objected, erased stay. While dead: open, object, close_unopened are judged for wait and evidence as ever,
//   then refused; ask_code nothing; everything else but revert_death, sweep, restart refused. Under a death the suspension's six
//   weeks run on. revert_death: done for the dead (as if there had been no death, but for codes and clock above; what was erased
//   stays erased), refused for the living.
// sweep, restart: done, always.

}  // namespace carnet::proof
