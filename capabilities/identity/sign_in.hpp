// Signing in: password, then a one-time code. Each attempt is counted durably before it is judged; an unknown name costs
// the same work and gets the same answer. Inside identity only.
#pragma once
#include "identity/accounts.hpp"

namespace carnet::identity {

// Where a request came from, for counting, for the list of sessions and for its traces.
struct From {
  std::string source, user_agent, request_id;
};

// How the second step can be made now.
struct Ways {
  std::vector<Contact> contacts;  // whose channel is configured
  std::int64_t sheet_left = 0;    // codes of the posted sheet
  bool letter = false;            // neither: a sheet may be asked for by post
};
struct HalfSignedIn {
  std::string cookie;  // of the flow
  Ways ways;
  std::optional<SentCode> sent;  // nothing when no contact can be reached
};
// unauthenticated "identity.sign_in_refused"; too_many "identity.wait".
io::Task<kernel::Result<HalfSignedIn>> sign_in(Shared& shared, std::string identifier, kernel::SecretBytes password, From from);
// Another code for the flow, to the contact of that channel; by letter, a sheet of codes to the address on file.
// unauthenticated "identity.sign_in_refused" without a live flow.
io::Task<kernel::Result<SentCode>> resend_code(Shared& shared, std::string flow_cookie, notices::Channel channel, std::string request_id);
// The code that was sent, or one of the sheet: its eight digits tell. Value: the session's cookie.
io::Task<kernel::Result<std::string>> finish_sign_in(Shared& shared, std::string flow_cookie, std::string typed, From from);
io::Task<kernel::Status> sign_out(Shared& shared, std::string session_cookie, std::string request_id);

// The password again, in a session; the code it sends is judged as "reauthentication:<session>".
struct Reauthenticating {
  Ways ways;
  std::optional<SentCode> sent;
};
io::Task<kernel::Result<Reauthenticating>> reauthenticate(Shared& shared, Caller who, kernel::SecretBytes password, From from);

// A number and a card's serial lead to a code on file, or in a letter to the address on file. No answer tells whether it left.
struct RecoveryAsked {
  std::string number, serial;
  bool by_post = false;
  std::string request_id;
};
io::Task<kernel::Status> ask_recovery(Shared& shared, RecoveryAsked asked);
// Value: the sign-in name. A new password; every session ends; the other contacts are told.
struct Recovery {
  std::string number, serial, typed;
  kernel::SecretBytes password;
  std::string source, request_id;
};
io::Task<kernel::Result<std::string>> confirm_recovery(Shared& shared, Recovery recovery);

// What a password attempt counts against: the name and the network when that account was signed in to from there lately; else
// the name, for all strangers together. A stranger makes the owner wait nowhere the owner is known, and no guesser has more
// tries for it. The same work whether or not the name exists.
kernel::Result<std::string> password_counter(store::Snapshot& at, const Shared& shared, std::string_view folded_identifier,
                                             std::string_view source);

}  // namespace carnet::identity
