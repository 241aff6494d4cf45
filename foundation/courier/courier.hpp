// Bytes that leave the house. The only place that opens an outgoing connection; every endpoint must be declared.
#pragma once
#include <atomic>
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
// with CRLF; the sender of an automatic answer is "" (RFC 3834). Anything else is refused_for_ever with reply_code 0, unsent.
struct Mail {
  std::string envelope_from;
  std::string envelope_to;
  std::string message;  // RFC 5322, CRLF
};
// taken: 250 after the data.
// try_later: 4xx; no connection, or a broken one; a 5xx about us: before any mail was named, of our account, of our sender,
// or of our right to write to this recipient (enhanced status 5.7.x, 5.1.7, 5.1.8). Nobody is told that their address is wrong because ours is.
// refused_for_ever: any other 5xx.
enum class Outcome { taken, try_later, refused_for_ever };

// Blocking; call on a Pool. `taken` only when the server answered 250 to the end of data.
struct Sent {
  Outcome outcome;
  int reply_code;  // the last one heard; 0: none
};
// `timeout_ms` bounds it whole; connecting, up to the first command about a mail, takes at most 30 s of it. A server may need
// minutes to answer the end of the data (RFC 5321: 10), and a client that gives up before sends the mail twice.
// When `given_up` becomes true the call ends within seconds, with try_later unless the answer was heard.
Sent send_mail(const SmtpServer& server, const Mail& mail, long timeout_ms, const std::atomic<bool>* given_up = nullptr);

// One short text to a declared server over HTTP, and its answer; "https://", or "http://" to this machine's own loopback.
// Redirections are not followed. Blocking; call on a Pool. `unavailable` "courier.no_answer" when there was none,
// within seconds of `given_up` becoming true.
struct Posted {
  int status = 0;
  std::string body{};  // at most 64 KiB
};
kernel::Result<Posted> post_text(const std::string& url, std::string_view body, const std::string& ca_file, long timeout_ms,
                                 const std::atomic<bool>* given_up = nullptr);

}  // namespace carnet::courier
