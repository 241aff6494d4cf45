// A notice as an Internet message. Text only: nothing to click, no picture, no link that carries a code or an identity.
#include <fmt/format.h>

#include "notices/words.hpp"

namespace carnet::notices {
namespace {

// RFC 2047: at most 76 characters in a line that holds an encoded word, "Subject: " and the word's own frame of 12 included.
constexpr std::size_t base64_line = 76, bytes_per_word = 39;

// Subject and names hold accents: encoded words of whole UTF-8 characters.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t take = std::min(text.size(), bytes_per_word);
    while (take < text.size() && take > 0 && (static_cast<unsigned char>(text[take]) & 0xC0) == 0x80) --take;
    if (take == 0) take = std::min(text.size(), bytes_per_word);  // not UTF-8: any cut will do
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("=?UTF-8?B?{}?=", kernel::to_base64(kernel::as_bytes(text.substr(0, take))));
    text.remove_prefix(take);
  }
  return out;
}

std::string folded_base64(std::string_view text) {
  std::string encoded = kernel::to_base64(kernel::as_bytes(text));
  std::string out;
  out.reserve(encoded.size() + 2 * (encoded.size() / base64_line + 1));
  for (std::size_t at = 0; at < encoded.size(); at += base64_line) {
    out.append(encoded, at, base64_line);
    out += "\r\n";
  }
  zeroise(encoded);
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

// The body with the line ends of mail. Reserved whole: growing would leave copies of the code behind.
std::string text_of(const Written& written) {
  std::size_t size = 0;
  for (const auto& paragraph : written.paragraphs) size += 2 * paragraph.size() + 4;
  std::string body;
  body.reserve(size);
  for (const auto& paragraph : written.paragraphs) {
    for (const char c : paragraph) {
      if (c == '\n') body += '\r';
      body += c;
    }
    body += "\r\n\r\n";
  }
  return body;
}

}  // namespace

std::string sender_of(const Settings& settings, const std::string& scheme) {
  const auto found = settings.senders.find(scheme);
  return found != settings.senders.end() ? found->second : settings.mail_from_default;
}

std::string mail_message(const Notice& notice, const Written& written, const std::string& reference, const Settings& settings,
                         kernel::Instant at) {
  const std::string from = sender_of(settings, notice.to.scheme);
  const std::string domain = from.substr(from.find('@') + 1);
  const auto& to = notice.to;
  std::string body = text_of(written), folded = folded_base64(body);
  // Addresses stand on lines of their own: one may be 254 characters long, and the names before them are encoded.
  std::string message = fmt::format(
      "From: {}\r\n <{}>\r\nTo: {}\r\n <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-Language: {}\r\n\r\n",
      encoded_words(settings.service_name), from, encoded_words(one_line(to.name, most_name_bytes)),
      one_line(to.address, to.address.size()), encoded_words(one_line(written.subject, written.subject.size())),
      mail_date(at), reference, domain, one_line(to.language, to.language.size()));
  message.reserve(message.size() + folded.size());
  message += folded;
  zeroise(body);
  zeroise(folded);
  return message;
}

}  // namespace carnet::notices
