// Bytes that leave the house. The only place that opens an outgoing connection; every endpoint must be declared.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "foundation/kernel/secret.hpp"

namespace carnet::courier {

struct SmtpServer {
  std::string url;  // "smtp://host:25" or "smtps://host:465"
  bool require_tls = true;
  std::string user;  // empty: no authentication
  kernel::SecretBytes password;
  std::string ca_file;  // empty: the system's
};
// Addresses are bare ("a@example.org", ASCII, no spaces or brackets); the message ends each line, the last included,
// with CRLF. Anything else is refused_for_ever with reply_code 0, unsent.
struct Mail {
  std::string envelope_from;
  std::string envelope_to;
  std::string message;  // RFC 5322, CRLF
};
// 250 after the data | 4xx, no connection, a broken one, or a 5xx about our account or before any mail was named | 5xx
enum class Outcome { taken, try_later, refused_for_ever };

// Blocking; call on a Pool. `taken` only when the server answered 250 to the end of data.
struct Sent {
  Outcome outcome;
  int reply_code;  // the last one heard; 0: none
};
Sent send_mail(const SmtpServer& server, const Mail& mail, long timeout_ms);

}  // namespace carnet::courier
