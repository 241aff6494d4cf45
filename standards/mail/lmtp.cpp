#include "standards/mail/lmtp.hpp"

#include <algorithm>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t longest_line = 4096, longest_address = 254;

// "<anne@example.fr> SIZE=12": the address, and the rest. nullopt: no brackets, or signs no address has.
std::optional<std::string_view> address_in(std::string_view& rest) {
  rest = trimmed(rest);
  if (!rest.starts_with('<')) return std::nullopt;
  const auto end = rest.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  auto address = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  // An old source route is read past.
  if (address.starts_with('@'))
    if (const auto colon = address.find(':'); colon != std::string_view::npos) address.remove_prefix(colon + 1);
  const bool plain = address.size() <= longest_address &&
                     std::all_of(address.begin(), address.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != ','; });
  if (!plain) return std::nullopt;
  return address;
}

bool declares_more(std::string_view parameters, std::size_t most) {
  const auto text = lowered(parameters);
  const auto at = text.find("size=");
  if (at == std::string::npos) return false;
  std::size_t size = 0;
  for (std::size_t i = at + 5; i < text.size() && is_digit(text[i]) && size <= most; ++i) size = size * 10 + static_cast<std::size_t>(text[i] - '0');
  return size > most;
}

}  // namespace

std::string LmtpSession::greeting() const { return "220 " + settings_.host + " LMTP\r\n"; }

std::string LmtpSession::hear(std::string_view bytes) {
  heard_ += bytes;
  std::string said;
  std::size_t at = 0;
  while (!whole_ && !ended_) {
    const auto end = heard_.find('\n', at);
    if (end == std::string::npos) {
      if (heard_.size() - at <= longest_line) break;
      if (!in_data_) {
        said += "500 5.5.2 line too long\r\n";
        ended_ = true;
        break;
      }
      // Of a letter, a line without end is taken in pieces; its last sign may be the return of its end.
      data_piece(std::string_view(heard_).substr(at, heard_.size() - at - 1));
      at = heard_.size() - 1;
      break;
    }
    auto line = std::string_view(heard_).substr(at, end - at);
    const bool whole_end = line.ends_with('\r');
    if (whole_end) line.remove_suffix(1);
    at = end + 1;
    if (!in_data_) {
      said += command(line);
    } else if (line == "." && whole_end && !mid_line_) {
      said += end_data();
    } else {
      data_piece(line);
      data_piece("\r\n");
      mid_line_ = false;
    }
  }
  heard_.erase(0, at);
  return said;
}

std::string LmtpSession::command(std::string_view line) {
  const auto space = std::min(line.find(' '), line.size());
  const auto verb = lowered(line.substr(0, space));
  const auto rest = line.substr(std::min(space + 1, line.size()));
  if (verb == "lhlo") {
    greeted_ = true;
    forget();
    return "250-" + settings_.host + "\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SIZE " + std::to_string(settings_.most_bytes) + "\r\n";
  }
  if (verb == "helo" || verb == "ehlo") return "500 5.5.1 this is LMTP: LHLO\r\n";
  if (verb == "quit") {
    ended_ = true;
    return "221 2.0.0 bye\r\n";
  }
  if (verb == "noop") return "250 2.0.0 here\r\n";
  if (verb == "vrfy") return "252 2.5.0 send and see\r\n";
  if (verb == "rset") {
    forget();
    return "250 2.0.0 forgotten\r\n";
  }
  if (!greeted_) return "503 5.5.1 LHLO first\r\n";
  if (verb == "mail") return mail_from(rest);
  if (verb == "rcpt") return recipient(rest);
  if (verb == "data") return start_data();
  return "500 5.5.1 no such command\r\n";
}

std::string LmtpSession::mail_from(std::string_view rest) {
  if (from_) return "503 5.5.1 a letter is being given already\r\n";
  if (lowered(rest.substr(0, 5)) != "from:") return "501 5.5.4 MAIL FROM:<address>\r\n";
  rest.remove_prefix(5);
  const auto address = address_in(rest);
  if (!address) return "501 5.1.7 no address\r\n";
  if (declares_more(rest, settings_.most_bytes)) return "552 5.3.4 too large\r\n";
  from_ = std::string(*address);
  return "250 2.1.0 sender noted\r\n";
}

std::string LmtpSession::recipient(std::string_view rest) {
  if (!from_) return "503 5.5.1 MAIL first\r\n";
  if (lowered(rest.substr(0, 3)) != "to:") return "501 5.5.4 RCPT TO:<address>\r\n";
  rest.remove_prefix(3);
  const auto address = address_in(rest);
  if (!address || address->empty()) return "501 5.1.3 no address\r\n";
  if (letter_.to.size() >= settings_.most_recipients) return "452 4.5.3 too many recipients\r\n";
  if (!settings_.takes || !settings_.takes(*address)) return "550 5.1.1 nobody here\r\n";
  letter_.to.emplace_back(*address);
  return "250 2.1.5 recipient noted\r\n";
}

std::string LmtpSession::start_data() {
  if (!from_ || letter_.to.empty()) return "503 5.5.1 no recipient\r\n";
  in_data_ = true;
  mid_line_ = false;
  return "354 go on, end with a dot\r\n";
}

void LmtpSession::data_piece(std::string_view piece) {
  if (!mid_line_ && piece.starts_with('.')) piece.remove_prefix(1);
  mid_line_ = true;
  if (too_large_) return;
  if (letter_.bytes.size() + piece.size() > settings_.most_bytes) {
    too_large_ = true;
    letter_.bytes = std::string();
    return;
  }
  letter_.bytes += piece;
}

std::string LmtpSession::end_data() {
  in_data_ = false;
  letter_.from = *from_;
  if (!too_large_) {
    whole_ = std::move(letter_);
    letter_ = Letter();
    return {};
  }
  std::string said;
  for (std::size_t i = 0; i < letter_.to.size(); ++i) said += "552 5.3.4 too large\r\n";
  forget();
  return said;
}

std::string LmtpSession::settle(Fate fate) {
  const std::string_view line = fate == Fate::taken ? "250 2.0.0 taken\r\n" : fate == Fate::later ? "451 4.3.0 later\r\n" : "554 5.6.0 cannot be read\r\n";
  std::string said;
  for (std::size_t i = 0; whole_ && i < whole_->to.size(); ++i) said += line;
  whole_.reset();
  forget();
  return said;
}

void LmtpSession::forget() {
  from_.reset();
  letter_ = Letter();
  in_data_ = too_large_ = mid_line_ = false;
}

}  // namespace carnet::mail
