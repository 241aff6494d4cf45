#include "foundation/courier/courier.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "foundation/courier/library.hpp"

namespace carnet::courier {

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

namespace {

constexpr int final_ok = 250;
constexpr long longest_connect_ms = 30'000;

struct Upload {
  std::string_view left;
  bool was_read_whole() const { return left.empty(); }
};

std::size_t read_upload(char* into, std::size_t size, std::size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  const auto taken = std::min(upload.left.size(), size * count);
  std::memcpy(into, upload.left.data(), taken);
  upload.left.remove_prefix(taken);
  return taken;
}

// What would let an address say more to the server than an address.
bool is_plain_address(std::string_view address) {
  const auto at = address.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == address.size() || address.size() > 254) return false;
  return std::ranges::all_of(address, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != ','; });
}

// A lone CR or LF ends a line for some servers and not for others: a message could hide a second one.
bool has_whole_line_ends(std::string_view message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '\n') return false;
    if (message[i] != '\r') continue;
    if (++i == message.size() || message[i] != '\n') return false;
  }
  return message.ends_with("\r\n");
}

// What was said last: the library keeps the code of the last reply, not which command it answers, nor its words.
struct Conversation {
  enum class Command { other, mail, recipient } command = Command::other;  // the account's words are not kept
  std::string reply;     // "550 5.7.1 ..."
  bool is_over = false;  // the goodbye says nothing about the mail

  void say(std::string_view line) {
    is_over |= line.starts_with("QUIT");
    if (is_over) return;
    command = line.starts_with("MAIL FROM:") ? Command::mail
              : line.starts_with("RCPT TO:") ? Command::recipient
                                             : Command::other;
  }
  void hear(std::string_view line) {
    if (!is_over) reply = line.substr(0, line.find_first_of("\r\n"));
  }
  // RFC 3463: permission or policy (x.7), or our own address (x.1.7, x.1.8), which a server may say of the recipient only.
  bool is_about_us() const {
    if (reply.size() < 9) return false;
    const auto status = std::string_view(reply).substr(4, 5);
    return status.starts_with("5.7.") || status == "5.1.7" || status == "5.1.8";
  }
};

int follow(CURL*, curl_infotype kind, char* data, std::size_t size, void* context) {
  auto& conversation = *static_cast<Conversation*>(context);
  if (kind == CURLINFO_HEADER_OUT) conversation.say({data, size});
  if (kind == CURLINFO_HEADER_IN) conversation.hear({data, size});
  return 0;
}

int is_given_up(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(context)->load() ? 1 : 0;
}

void set_server(CURL* curl, const SmtpServer& server, long timeout_ms) {
  curl_easy_setopt(curl, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // the environment does not decide where mail goes
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout_ms, longest_connect_ms));
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, timeout_ms / 1000 + 1);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // Without the requirement, TLS is used when offered and proves nothing: better than clear text, as between relays.
  const bool verifies = server.require_tls;
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(verifies ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verifies ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verifies ? 2L : 0L);
  if (server.ca_file.empty()) return;
  curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // instead of the system's authorities, not beside them
}

// libcurl keeps a copy of its own while the handle lives.
void set_account(CURL* curl, const SmtpServer& server) {
  if (server.user.empty()) return;
  curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
  std::string password(server.password.reveal_text());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
  kernel::zeroise(password.data(), password.size());
}

// A 5xx is the last word about this mail when it was said of its recipient or its content. Said of our account, our sender
// or our permission, or before any mail was spoken of, it is about us: the mail can be sent once that is mended.
bool is_about_the_mail(CURLcode code, int reply, const Upload& upload, const Conversation& conversation) {
  if (reply < 500 || reply > 599) return false;
  if (reply == 530 || reply == 534 || reply == 535 || reply == 538) return false;
  using Command = Conversation::Command;
  if (conversation.command == Command::mail) return false;
  if (conversation.command == Command::recipient && conversation.is_about_us()) return false;
  return code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && upload.was_read_whole());
}

}  // namespace

void give_up_when(CURL* curl, const std::atomic<bool>* given_up) {
  if (given_up == nullptr) return;
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_given_up);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(given_up));
}

Sent send_mail(const SmtpServer& server, const Mail& mail, long timeout_ms, const std::atomic<bool>* given_up) {
  // An automatic answer has the null sender: nothing answers it in turn (RFC 3834).
  if (!(mail.envelope_from.empty() || is_plain_address(mail.envelope_from)) || !is_plain_address(mail.envelope_to) ||
      !has_whole_line_ends(mail.message)) {
    return {Outcome::refused_for_ever, 0};
  }
  start_library();
  Upload upload{mail.message};
  Conversation conversation;  // outlives the handle, which says goodbye as it goes
  const Easy curl(curl_easy_init());
  CARNET_INVARIANT(curl != nullptr, "libcurl makes a handle");
  set_server(curl.get(), server, timeout_ms);
  set_account(curl.get(), server);
  const List recipients(curl_slist_append(nullptr, mail.envelope_to.c_str()));
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, mail.envelope_from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.message.size()));
  curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L);  // to our function only
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, follow);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &conversation);
  give_up_when(curl.get(), given_up);
  const CURLcode code = curl_easy_perform(curl.get());
  long reply_code = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply_code);
  const int reply = static_cast<int>(reply_code);
  // The reply alone is not enough: it is that of the last command answered, and a connection may end after any of them.
  if (code == CURLE_OK && reply == final_ok && upload.was_read_whole()) return {Outcome::taken, reply};
  if (is_about_the_mail(code, reply, upload, conversation)) return {Outcome::refused_for_ever, reply};
  return {Outcome::try_later, reply};
}

}  // namespace carnet::courier
