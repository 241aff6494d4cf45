#include "notices/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "foundation/kernel/message.hpp"

namespace carnet::notices {
namespace {

using kernel::Result;
using Parameters = std::map<std::string, std::string>;

constexpr std::array templates{
    Template::space_announced, Template::code_sent,         Template::one_time_code,  Template::space_opened,
    Template::space_opened_by_default, Template::objection_recorded, Template::space_closed, Template::space_reopened,
    Template::second_letter,   Template::tries_exhausted,   Template::opening_impossible, Template::document_contested,
    Template::password_recovery, Template::erased,          Template::suspended,      Template::emergency_holder,
    Template::emergency_gp,    Template::consent_declared,  Template::care_team_joined, Template::carer_added,
    Template::carer_ended,     Template::frozen,            Template::access_alert,   Template::record_updated,
    Template::contact_change_asked, Template::contact_changed, Template::code_sheet,  Template::sessions_ended,
    Template::unfrozen};

constexpr std::size_t most_value_bytes = 160;  // of a parameter: a page stays one

constexpr std::array languages{std::string_view("fr"), std::string_view("en")};

// What a pattern may name beside `common`: README.md says it to who enqueues.
std::string_view own_parameters(Template what) {
  switch (what) {
    case Template::space_announced: return "last_day opens_day";
    case Template::code_sent: return "valid_at";
    case Template::second_letter: return "last_day";
    case Template::space_closed: return "kept_day";
    case Template::suspended: return "object_day";
    case Template::emergency_holder:
    case Template::emergency_gp: return "holder by mode opened_at";
    case Template::consent_declared:
    case Template::care_team_joined: return "holder by";
    case Template::carer_added: return "holder carer until_day";
    case Template::carer_ended: return "holder carer";
    case Template::frozen:
    case Template::unfrozen: return "holder";
    case Template::access_alert: return "holder lines";
    case Template::contact_change_asked: return "hint effective_at";
    case Template::contact_changed: return "hint";
    default: return "";
  }
}

constexpr std::array modes{std::string_view("bris_de_glace"), std::string_view("centre_15")};
constexpr std::array line_patterns{std::string_view("read"),  std::string_view("reads"), std::string_view("emergency"),
                                   std::string_view("first"), std::string_view("many"),  std::string_view("more")};

Parameters any_parameters(Template what) {
  Parameters all;
  for (const std::string_view name : {"name", "code", "reference", "service", "site", "phone"}) all.emplace(name, "x");
  auto own = own_parameters(what);
  while (!own.empty()) {
    const auto end = std::min(own.find(' '), own.size());
    all.emplace(own.substr(0, end), "x");
    own.remove_prefix(std::min(end + 1, own.size()));
  }
  return all;
}

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<std::string> paragraphs_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  for (auto gap = text.find("\n\n"); gap != std::string::npos; gap = text.find("\n\n", gap + 2)) ++at;
  out.reserve(at + 1);  // growing would leave a copy of the code behind
  at = 0;
  while (at < text.size()) {
    const auto end = text.find("\n\n", at);
    out.push_back(text.substr(at, end == std::string::npos ? std::string::npos : end - at));
    if (end == std::string::npos) break;
    at = end + 2;
  }
  return out;
}

// Where the code goes in a message: the library that writes messages does not forget what it was given, so the code is put
// in after it, into room made before.
constexpr std::string_view place_of_code = "\uE000";

std::string with_code(std::string_view around, std::string_view code) {
  std::size_t places = 0;
  for (auto at = around.find(place_of_code); at != std::string_view::npos; at = around.find(place_of_code, at + 1)) ++places;
  std::string out;
  out.reserve(around.size() + places * code.size());
  for (auto at = around.find(place_of_code); at != std::string_view::npos; at = around.find(place_of_code)) {
    out += around.substr(0, at);
    out += code;
    around.remove_prefix(at + place_of_code.size());
  }
  out += around;
  return out;
}

// "..._day" is an ISO date, "..._at" an RFC 3339 instant, said in Paris time; anything else stands as it is.
std::string in_words(std::string_view name, const std::string& value, std::string_view language) {
  if (name.ends_with("_day"))
    if (const auto date = kernel::parse_date(value)) return kernel::long_date_with_day(*date, language);
  if (name.ends_with("_at"))
    if (const auto instant = kernel::parse_rfc3339(value)) {
      const auto& paris = kernel::Zone::paris();
      return kernel::long_date_with_day(kernel::date_in(*instant, paris), language) + ", " +
             kernel::clock_time(kernel::minute_of_day(*instant, paris), language);
    }
  return value;
}

}  // namespace

std::string_view key_of(Template what) {
  switch (what) {
    case Template::space_announced: return "space_announced";
    case Template::code_sent: return "code_sent";
    case Template::one_time_code: return "one_time_code";
    case Template::space_opened: return "space_opened";
    case Template::space_opened_by_default: return "space_opened_by_default";
    case Template::objection_recorded: return "objection_recorded";
    case Template::space_closed: return "space_closed";
    case Template::space_reopened: return "space_reopened";
    case Template::second_letter: return "second_letter";
    case Template::tries_exhausted: return "tries_exhausted";
    case Template::opening_impossible: return "opening_impossible";
    case Template::document_contested: return "document_contested";
    case Template::password_recovery: return "password_recovery";
    case Template::erased: return "erased";
    case Template::suspended: return "suspended";
    case Template::emergency_holder: return "emergency_holder";
    case Template::emergency_gp: return "emergency_gp";
    case Template::consent_declared: return "consent_declared";
    case Template::care_team_joined: return "care_team_joined";
    case Template::carer_added: return "carer_added";
    case Template::carer_ended: return "carer_ended";
    case Template::frozen: return "frozen";
    case Template::access_alert: return "access_alert";
    case Template::record_updated: return "record_updated";
    case Template::contact_change_asked: return "contact_change_asked";
    case Template::contact_changed: return "contact_changed";
    case Template::code_sheet: return "code_sheet";
    case Template::sessions_ended: return "sessions_ended";
    case Template::unfrozen: return "unfrozen";
  }
  return "space_announced";
}

std::string grouped(std::string_view code) {
  if (code.find('\n') != std::string_view::npos) {
    std::string lines;
    lines.reserve(code.size() + code.size() / 4);  // growing would leave a copy of the codes behind
    for (const auto line : parts_of(code, '\n')) {
      if (!lines.empty()) lines += '\n';
      std::string one = grouped(line);
      lines += one;
      zeroise(one);
    }
    return lines;
  }
  if (code.size() != 12) return std::string(code);
  return fmt::format("{}-{}-{}", code.substr(0, 4), code.substr(4, 4), code.substr(8, 4));
}

Result<Words> Words::load(const std::filesystem::path& messages) {
  Words words;
  std::vector<kernel::Issue> issues;
  for (const auto language : languages) {
    const auto file = messages / language / "notices.json";
    CARNET_TRY(bytes, io::read_file(file, 1 << 20));
    CARNET_TRY(object, kernel::parse_object(kernel::as_text(bytes)));
    auto& catalogue = words.by_language_[std::string(language)];
    for (const auto& [key, value] : object)
      if (value.is_string()) catalogue.emplace(std::string(key), std::string(value.get_string()));
    const auto check = [&](const std::string& key, const Parameters& may_name) {
      const auto pattern = catalogue.find(key);
      const std::string place = fmt::format("{}/notices.json, {}", language, key);
      if (pattern == catalogue.end()) {
        issues.push_back({"required", place, "is missing"});
      } else if (!kernel::format_message(pattern->second, language, may_name)) {
        issues.push_back({"value", place, "is malformed, or names a parameter that this message does not have"});
      }
    };
    for (const auto what : templates)
      for (const std::string_view part : {"subject", "text", "short"})
        check(fmt::format("{}.{}", key_of(what), part), any_parameters(what));
    check("letter.head", {{"reference", "x"}, {"posted", "x"}, {"site", "x"}});
    check("letter.languages", {{"phone", "x"}});
    for (const auto mode : modes) check(fmt::format("mode.{}", mode), {});
    for (const auto line : line_patterns) check(fmt::format("line.{}", line), {{"on_day", "x"}, {"who", "x"}, {"times", "x"}});
    check("unnamed", {});
  }
  if (!issues.empty()) return kernel::invalid("notices.catalogue", std::move(issues));
  return words;
}

std::string Words::phrase(std::string_view key, std::string_view language, const Parameters& parameters) const {
  auto catalogue = by_language_.find(language);
  if (catalogue == by_language_.end()) catalogue = by_language_.find("fr");
  const auto pattern = catalogue->second.find(key);
  if (pattern == catalogue->second.end()) return {};
  auto text = kernel::format_message(pattern->second, catalogue->first, parameters);
  return text ? std::move(*text) : std::string();
}

// Somebody without a name here is one whom the reader may not know (discretion, rules.md 6).
std::string Words::said(std::string_view name, const std::string& value, const std::string& language) const {
  if (name == "mode") return phrase(fmt::format("mode.{}", value), language, {});
  if (name == "lines") return lines_said(value, language);
  if ((name == "professional" || name == "who") && value.empty()) return phrase("unnamed", language, {});
  return in_words(name, value, language);
}

std::string Words::lines_said(std::string_view lines, const std::string& language) const {
  std::string out;
  for (const auto line : parts_of(lines, '\n')) {
    const auto fields = parts_of(line, '\t');
    Parameters given{{"who", said("who", "", language)}};
    for (const auto field : fields)
      if (const auto equals = field.find('='); equals != std::string_view::npos && equals + 1 < field.size()) {
        const auto name = field.substr(0, equals);
        given[std::string(name)] = said(name, std::string(field.substr(equals + 1)), language);
      }
    const auto text = phrase(fmt::format("line.{}", fields.empty() ? std::string_view() : fields.front()), language, given);
    if (text.empty()) continue;
    if (!out.empty()) out += '\n';
    out += text;
  }
  return out;
}

Result<Written> Words::write(const Notice& notice, const std::string& reference, const Settings& settings) const {
  auto catalogue = by_language_.find(notice.to.language);
  if (catalogue == by_language_.end()) catalogue = by_language_.find("fr");
  Parameters all{{"name", notice.to.name},
                 {"code", std::string(place_of_code)},
                 {"reference", reference},
                 {"service", settings.service_name},
                 {"site", settings.site},
                 {"phone", "3422"}};
  for (const auto& [name, value] : notice.parameters) all[name] = said(name, value, catalogue->first);
  if (const auto professional = all.find("professional"); professional != all.end()) {
    std::string by = professional->second;
    if (const auto place = notice.parameters.find("structure");
        notice.channel == Channel::letter && place != notice.parameters.end() && !place->second.empty())
      by += ", " + place->second;
    all["by"] = std::move(by);
  }
  auto code = grouped(notice.code.reveal_text());
  const auto part = [&](std::string_view which) -> Result<std::string> {
    CARNET_TRY(around, kernel::format_message(catalogue->second.at(fmt::format("{}.{}", key_of(notice.what), which)), catalogue->first, all));
    return with_code(around, code);
  };
  auto subject = part("subject"), text = part("text"), short_text = part("short");
  zeroise(code);
  Written written;
  if (text) {
    written.paragraphs = paragraphs_of(*text);
    zeroise(*text);
  }
  if (short_text) written.short_text = std::move(*short_text);
  if (!subject) return kernel::pass(std::move(subject));
  if (!text) return kernel::pass(std::move(text));
  if (!short_text) return kernel::pass(std::move(short_text));
  written.subject = std::move(*subject);
  return written;
}

Written::~Written() {
  for (auto& paragraph : paragraphs) zeroise(paragraph);
  zeroise(short_text);
  zeroise(subject);
}

namespace {

// The ends of lines and of fields are the service's; what stands between them comes from elsewhere.
std::string cleaned_lines(std::string_view lines) {
  std::string out;
  std::size_t count = 0;
  for (const auto line : parts_of(lines, '\n')) {
    if (++count > most_lines) break;
    if (!out.empty()) out += '\n';
    bool first = true;
    for (const auto field : parts_of(line, '\t')) {
      if (!std::exchange(first, false)) out += '\t';
      out += one_line(field, most_value_bytes);
    }
  }
  return out;
}

}  // namespace

void zeroise(std::string& text) { kernel::zeroise(text.data(), text.size()); }

Notice cleaned(const Notice& notice) {
  Notice out{notice.what, notice.channel, notice.to, notice.code.copy(), notice.parameters};
  auto& to = out.to;
  to.name = one_line(to.name, most_name_bytes);
  if (std::ranges::find(languages, to.language) == languages.end()) to.language = languages.front();
  if (to.postal.lines.size() > most_address_lines) to.postal.lines.resize(most_address_lines);
  for (auto& line : to.postal.lines) line = one_line(line, most_address_bytes);
  for (std::string* text : {&to.address, &to.postal.country, &to.scheme}) *text = one_line(*text, text->size());
  for (auto& [name, value] : out.parameters) value = name == "lines" ? cleaned_lines(value) : one_line(value, most_value_bytes);
  return out;
}

}  // namespace carnet::notices
