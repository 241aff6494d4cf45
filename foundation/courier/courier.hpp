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
struct Mail {
  std::string envelope_from;
  std::string envelope_to;
  std::string message;  // RFC 5322, CRLF
};
enum class Outcome { taken, try_later, refused_for_ever };  // 2xx | 4xx or no connection | 5xx

// Blocking; call on a Pool. `taken` only when the server answered 250 to the end of data.
struct Sent {
  Outcome outcome;
  int reply_code;  // 0: no connection
};
Sent send_mail(const SmtpServer& server, const Mail& mail, long timeout_ms);

}  // namespace carnet::courier
