// The words of each message, from the catalogue of its language: web/messages/<lang>/notices.json. Private to notices.
// Keys: "<template>.subject", "<template>.text" (paragraphs parted by a blank line), "<template>.short" (SMS and spoken call),
// "letter.*" (what frames a letter), "mode.*", "line.*" and "unnamed" (words that parameters become). Patterns are ICU
// MessageFormat; parameters that end in _day are ISO dates and are written in full words of the language.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "notices/notices.hpp"

namespace carnet::notices {

// May hold a code in clear: zeroised when destroyed.
struct Written {
  Written() = default;
  Written(Written&&) noexcept = default;
  Written& operator=(Written&&) noexcept = default;
  ~Written();
  std::string subject;
  std::vector<std::string> paragraphs;
  std::string short_text;  // one message of an SMS or a spoken call
};

class Words {
 public:
  // Both languages whole, every template present, every pattern well formed with the parameters it may name; or refused.
  static kernel::Result<Words> load(const std::filesystem::path& messages);
  // `parameters` of the notice, plus name, code (grouped), reference, service, site, phone; and `by`, made of professional
  // and structure: a structure's name may tell what somebody is treated for, and stands in letters only. The notice is a
  // cleaned one.
  kernel::Result<Written> write(const Notice& notice, const std::string& reference, const Settings& settings) const;
  std::string phrase(std::string_view key, std::string_view language, const std::map<std::string, std::string>& parameters) const;

 private:
  using Catalogue = std::map<std::string, std::string, std::less<>>;
  std::string said(std::string_view name, const std::string& value, const std::string& language) const;
  std::string lines_said(std::string_view lines, const std::string& language) const;
  std::map<std::string, Catalogue, std::less<>> by_language_;
};

std::string_view key_of(Template what);      // "space_announced"
std::string grouped(std::string_view code);  // XXXX-XXXX-XXXX; digits in threes are left as they are; line by line
// `lines` of an access_alert: at most `most_lines`, parted by line ends; each the name of a "line.*" pattern and then
// name=value, parted by tabs.
inline constexpr std::size_t most_lines = 8;
void zeroise(std::string& text);

// clean.cpp: names and addresses come from elsewhere. Well-formed UTF-8 without control characters, line ends or marks that
// turn the direction of what follows; cut at a whole character.
std::string one_line(std::string_view text, std::size_t most_bytes);
inline constexpr std::size_t most_name_bytes = 160, most_address_bytes = 120, most_address_lines = 5;
// A copy whose recipient may stand in a header, a sentence and an envelope, in a language that has a catalogue.
Notice cleaned(const Notice& notice);

// mail.cpp: RFC 5322 message, UTF-8, CRLF, ready for SMTP. Holds the code: the caller zeroises it.
std::string mail_message(const Notice& notice, const Written& written, const std::string& reference, const Settings& settings,
                         kernel::Instant at);
std::string sender_of(const Settings& settings, const std::string& scheme);

// sealed.cpp: what is sealed in a row. The text holds the code: the caller zeroises it.
std::string encode(const Notice& notice, const Written& written);
struct Sealed {
  Notice notice;
  Written written;
};
kernel::Result<Sealed> decode(std::string_view json);

// print.cpp: what stays of a notice once its channel has taken it, and serves to know it again. 40 bytes without a word of it:
// who was written to, then the heads of two digests, of what was said without its subject and with it.
inline constexpr std::size_t print_bytes = 40;
kernel::Bytes print_of(const Sealed& sealed);
bool is_print(kernel::ByteView bytes);
bool is_of(kernel::ByteView print, PersonId reader, std::string_view text);

// letter.cpp. A name or an address that is too long is drawn smaller, then cut: the page stays one.
kernel::Result<kernel::Bytes> draw_letter(const Notice& notice, const Written& written, const std::string& reference,
                                          kernel::Date posted, const Settings& settings, const Words& words);
// The size in points at which that letter's words fit on its page.
kernel::Result<double> size_of_letter(const Notice& notice, const Written& written, const Words& words);
kernel::Result<kernel::Bytes> draw_text(std::string_view title, const std::vector<std::string>& paragraphs, const Settings& settings);

}  // namespace carnet::notices
