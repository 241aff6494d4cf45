#include "notices/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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
    Template::password_recovery, Template::erased,          Template::suspended};

constexpr std::array languages{std::string_view("fr"), std::string_view("en")};

// What a pattern may name beside `common`: README.md says it to who enqueues.
std::string_view own_parameters(Template what) {
  switch (what) {
    case Template::space_announced: return "last_day opens_day";
    case Template::code_sent: return "valid_at";
    case Template::second_letter: return "last_day";
    case Template::space_closed: return "kept_day";
    case Template::suspended: return "object_day";
    default: return "";
  }
}

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
  }
  return "space_announced";
}

std::string grouped(std::string_view code) {
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

Result<Written> Words::write(const Notice& notice, const std::string& reference, const Settings& settings) const {
  auto catalogue = by_language_.find(notice.to.language);
  if (catalogue == by_language_.end()) catalogue = by_language_.find("fr");
  Parameters all{{"name", notice.to.name},
                 {"code", grouped(notice.code.reveal_text())},
                 {"reference", reference},
                 {"service", settings.service_name},
                 {"site", settings.site},
                 {"phone", "3422"}};
  for (const auto& [name, value] : notice.parameters) {
    all[name] = in_words(name, value, catalogue->first);
  }
  const auto part = [&](std::string_view which) -> Result<std::string> {
    return kernel::format_message(catalogue->second.at(fmt::format("{}.{}", key_of(notice.what), which)), catalogue->first, all);
  };
  auto subject = part("subject"), text = part("text"), short_text = part("short");
  zeroise(all["code"]);
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

void zeroise(std::string& text) { kernel::zeroise(text.data(), text.size()); }

Notice cleaned(const Notice& notice) {
  Notice out{notice.what, notice.channel, notice.to, notice.code.copy(), notice.parameters};
  auto& to = out.to;
  to.name = one_line(to.name, most_name_bytes);
  if (std::ranges::find(languages, to.language) == languages.end()) to.language = languages.front();
  if (to.postal.lines.size() > most_address_lines) to.postal.lines.resize(most_address_lines);
  for (auto& line : to.postal.lines) line = one_line(line, most_address_bytes);
  for (std::string* text : {&to.address, &to.postal.country, &to.scheme}) *text = one_line(*text, text->size());
  for (auto& [name, value] : out.parameters) value = one_line(value, value.size());
  return out;
}

}  // namespace carnet::notices
