// A notice as an Internet message. Text only: nothing to click, no picture, no link that carries a code or an identity.
#include <fmt/format.h>

#include "notices/words.hpp"

namespace carnet::notices {
namespace {

constexpr std::size_t base64_line = 76, words_per_encoded = 42;  // RFC 2047: 75 characters with its frame

// Subject and names hold accents: encoded words of whole UTF-8 characters.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t take = std::min(text.size(), words_per_encoded);
    while (take < text.size() && take > 0 && (static_cast<unsigned char>(text[take]) & 0xC0) == 0x80) --take;
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("=?UTF-8?B?{}?=", kernel::to_base64(kernel::as_bytes(text.substr(0, take))));
    text.remove_prefix(take);
  }
  return out;
}

std::string folded_base64(std::string_view text) {
  const std::string encoded = kernel::to_base64(kernel::as_bytes(text));
  std::string out;
  for (std::size_t at = 0; at < encoded.size(); at += base64_line) out += encoded.substr(at, base64_line) + "\r\n";
  return out;
}

// RFC 5322 date in UTC.
std::string mail_date(kernel::Instant at) {
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::string_view days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const std::string text = kernel::to_rfc3339(at);
  const auto date = kernel::parse_date(text.substr(0, 10)).value_or(kernel::Date{});
  return fmt::format("{}, {} {} {} {} +0000", days[date.iso_weekday() - 1], date.day, months[date.month - 1], date.year,
                     text.substr(11, 8));
}

std::string one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

}  // namespace

std::string sender_of(const Settings& settings, const std::string& scheme) {
  const auto found = settings.senders.find(scheme);
  return found != settings.senders.end() ? found->second : settings.mail_from_default;
}

std::string mail_message(const Notice& notice, const Written& written, const std::string& reference, const Settings& settings,
                         kernel::Instant at) {
  std::string body;
  for (const auto& paragraph : written.paragraphs) {
    for (const char c : paragraph) body += c == '\n' ? std::string("\r\n") : std::string(1, c);
    body += "\r\n\r\n";
  }
  const std::string from = sender_of(settings, notice.to.scheme);
  const std::string domain = from.substr(from.find('@') + 1);
  return fmt::format(
      "From: {} <{}>\r\nTo: {} <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\nAuto-Submitted: auto-generated\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Language: {}\r\n\r\n{}",
      encoded_words(settings.service_name), from, encoded_words(one_line(notice.to.name)), one_line(notice.to.address),
      encoded_words(one_line(written.subject)), mail_date(at), reference, domain, notice.to.language, folded_base64(body));
}

}  // namespace carnet::notices
