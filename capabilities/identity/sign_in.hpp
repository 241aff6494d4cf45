// Signing in: password, then a one-time code. Each attempt is counted durably before it is judged; an unknown name costs
// the same work and gets the same answer. Inside identity only.
#pragma once
#include "identity/accounts.hpp"

namespace carnet::identity {

struct HalfSignedIn {
  std::string cookie;  // of the flow
  std::vector<Contact> contacts;
  SentCode sent;
};
// unauthenticated "identity.sign_in_refused"; too_many "identity.wait".
io::Task<kernel::Result<HalfSignedIn>> sign_in(Shared& shared, std::string identifier, kernel::SecretBytes password,
                                               std::string request_id);
// Another code for the flow, to the contact of that channel. unauthenticated "identity.sign_in_refused" without a live flow.
io::Task<kernel::Result<SentCode>> resend_code(Shared& shared, std::string flow_cookie, notices::Channel channel);
// Value: the session's cookie.
io::Task<kernel::Result<std::string>> finish_sign_in(Shared& shared, std::string flow_cookie, std::string typed, std::string request_id);
io::Task<kernel::Status> sign_out(Shared& shared, std::string session_cookie, std::string request_id);

// The password again, in a session; the code it sends is judged as "reauthentication:<session>".
io::Task<kernel::Result<SentCode>> reauthenticate(Shared& shared, Caller who, kernel::SecretBytes password, std::string request_id);

// A number and a card's serial lead to a code on file. No answer tells whether it left.
io::Task<kernel::Status> ask_recovery(Shared& shared, std::string number, std::string serial, std::string request_id);
// Value: the sign-in name. A new password; every session ends; the other contacts are told.
struct Recovery {
  std::string number, serial, typed;
  kernel::SecretBytes password;
  std::string request_id;
};
io::Task<kernel::Result<std::string>> confirm_recovery(Shared& shared, Recovery recovery);

std::string password_counter(const Shared& shared, std::string_view folded_identifier);

}  // namespace carnet::identity
