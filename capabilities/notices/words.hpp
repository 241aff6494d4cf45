// The words of each message, from the catalogue of its language: web/messages/<lang>/notices.json. Private to notices.
// Keys: "<template>.subject", "<template>.text" (paragraphs parted by a blank line), "<template>.short" (SMS and spoken call),
// "letter.*" (what frames a letter). Patterns are ICU MessageFormat; parameters that end in _day are ISO dates and are
// written in full words of the language.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "notices/notices.hpp"

namespace carnet::notices {

struct Written {
  std::string subject;
  std::vector<std::string> paragraphs;
  std::string short_text;  // one message of an SMS or a spoken call
};

class Words {
 public:
  // Both languages whole, every template present, every pattern well formed with the parameters it may name; or refused.
  static kernel::Result<Words> load(const std::filesystem::path& messages);
  // `parameters` of the notice, plus name, code (grouped), reference, service, site, phone.
  kernel::Result<Written> write(const Notice& notice, const std::string& reference, const Settings& settings) const;
  std::string phrase(std::string_view key, std::string_view language, const std::map<std::string, std::string>& parameters) const;

 private:
  using Catalogue = std::map<std::string, std::string, std::less<>>;
  std::map<std::string, Catalogue, std::less<>> by_language_;
};

std::string_view key_of(Template what);            // "space_announced"
std::string grouped(std::string_view code);        // XXXX-XXXX-XXXX; digits in threes are left as they are

// RFC 5322 message, UTF-8, CRLF, ready for SMTP.
std::string mail_message(const Notice& notice, const Written& written, const std::string& reference, const Settings& settings,
                         kernel::Instant at);
std::string sender_of(const Settings& settings, const std::string& scheme);

// What is sealed in a row.
std::string encode(const Notice& notice, const Written& written);
struct Sealed {
  Notice notice;
  Written written;
};
kernel::Result<Sealed> decode(std::string_view json);

// letter.cpp
kernel::Result<kernel::Bytes> draw_letter(const Notice& notice, const Written& written, const std::string& reference,
                                          kernel::Date posted, const Settings& settings, const Words& words);
kernel::Result<kernel::Bytes> draw_text(std::string_view title, const std::vector<std::string>& paragraphs, const Settings& settings);

}  // namespace carnet::notices
