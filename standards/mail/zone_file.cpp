#include <algorithm>

#include "standards/mail/authentication.hpp"
#include "standards/mail/ip.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

struct Token {
  std::string text;
  bool quoted = false;
};

// One entry of the file: what stands on its line, or on several between parentheses.
struct Entry {
  std::size_t line = 0;
  bool owner_blank = false;  // begins with white space: the owner is the one before
  std::vector<Token> tokens;
};

class ZoneLexer {
 public:
  explicit ZoneLexer(std::string_view text) : text_(text) {}

  // False at the end of the text, or when error() is set.
  bool next(Entry& entry) {
    entry = {};
    while (at_ < text_.size() && error_.empty()) {
      entry.line = line_;
      entry.owner_blank = is_blank(text_[at_]);
      read_line(entry);
      if (!entry.tokens.empty()) return error_.empty();
    }
    return false;
  }
  const std::string& error() const { return error_; }
  std::size_t line() const { return line_; }

 private:
  void read_line(Entry& entry) {
    int depth = 0;
    while (at_ < text_.size() && error_.empty()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++at_;
        ++line_;
        if (depth == 0) return;
      } else if (is_space(c)) {
        ++at_;
      } else if (c == ';') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '(') {
        ++depth;
        ++at_;
      } else if (c == ')') {
        if (--depth < 0) error_ = "a parenthesis closes that was not open";
        ++at_;
      } else {
        entry.tokens.push_back(token());
      }
    }
    if (depth > 0 && error_.empty()) error_ = "a parenthesis is not closed";
  }

  Token token() {
    Token out;
    out.quoted = text_[at_] == '"';
    if (out.quoted) ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (out.quoted ? c == '"' : is_space(c) || c == ';' || c == '(' || c == ')' || c == '"') break;
      if (c == '\n') ++line_;
      ++at_;
      out.text += c == '\\' ? escaped() : c;
    }
    if (!out.quoted) return out;
    if (at_ == text_.size()) error_ = "a quoted string is not closed";
    ++at_;
    return out;
  }

  char escaped() {
    if (at_ >= text_.size()) return '\\';
    const auto digits = text_.substr(at_, 3);
    const auto value = digits.size() == 3 ? to_number(digits) : std::nullopt;
    if (value && *value < 256) {
      at_ += 3;
      return static_cast<char>(static_cast<unsigned char>(*value));
    }
    return text_[at_++];
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::string error_;
};

std::string absolute(std::string_view name, std::string_view origin) {
  if (name == "@") return std::string(origin);
  if (name.ends_with('.') || origin.empty()) return host(name);
  return lowered(name) + "." + std::string(origin);
}

bool is_ttl(std::string_view text) {
  return is_digit(text.empty() ? ' ' : text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || std::string_view("smhdwSMHDW").find(c) != std::string_view::npos;
         });
}

bool is_class(std::string_view text) {
  return same(text, "in") || same(text, "ch") || same(text, "hs");
}

std::optional<RecordType> type_of(std::string_view name) {
  if (same(name, "a")) return RecordType::a;
  if (same(name, "aaaa")) return RecordType::aaaa;
  if (same(name, "mx")) return RecordType::mx;
  if (same(name, "ptr")) return RecordType::ptr;
  return same(name, "txt") ? std::optional(RecordType::txt) : std::nullopt;
}

// Presentation text of a record's data. nullopt: it is not of that type.
std::optional<std::string> value_of(RecordType type, const std::vector<Token>& data, std::string_view origin) {
  if (data.empty()) return std::nullopt;
  std::string joined;
  switch (type) {
    case RecordType::a:
    case RecordType::aaaa: {
      const auto ip = parse_ip(data[0].text);
      const bool colon = data[0].text.find(':') != std::string::npos;
      return data.size() == 1 && ip && colon == (type == RecordType::aaaa) ? std::optional(data[0].text) : std::nullopt;
    }
    case RecordType::mx:
      if (data.size() != 2 || !to_number(data[0].text)) return std::nullopt;
      return data[0].text + " " + absolute(data[1].text, origin);
    case RecordType::ptr:
      return data.size() == 1 ? std::optional(absolute(data[0].text, origin)) : std::nullopt;
    case RecordType::txt:
      for (const auto& part : data) joined += part.text;
      return joined;
  }
  return std::nullopt;
}

}  // namespace

kernel::Result<ZoneFile> ZoneFile::parse(std::string_view text, std::string_view origin_name) {
  ZoneFile zone;
  ZoneLexer lexer(text);
  std::string origin = host(origin_name);
  std::string owner = origin;
  const auto refused = [](std::size_t line, std::string says) {
    return kernel::invalid("mail.zone", {kernel::Issue{"syntax", "line " + std::to_string(line), std::move(says)}});
  };
  Entry entry;
  while (lexer.next(entry)) {
    auto& tokens = entry.tokens;
    if (tokens[0].text.starts_with('$') && !tokens[0].quoted) {
      if (same(tokens[0].text, "$origin") && tokens.size() == 2) origin = absolute(tokens[1].text, origin);
      if (same(tokens[0].text, "$include")) return refused(entry.line, "$INCLUDE is not followed");
      continue;
    }
    std::size_t at = 0;
    if (!entry.owner_blank) owner = absolute(tokens[at++].text, origin);
    while (at < tokens.size() && !tokens[at].quoted && (is_ttl(tokens[at].text) || is_class(tokens[at].text))) ++at;
    if (at == tokens.size()) return refused(entry.line, "an entry has no type");
    const auto type_name = tokens[at].text;
    const std::vector<Token> data(tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1, tokens.end());
    auto& records = zone.names_[owner];
    if (same(type_name, "cname")) {
      if (data.size() != 1) return refused(entry.line, "a CNAME has one name");
      records.alias = absolute(data[0].text, origin);
    } else if (const auto type = type_of(type_name)) {
      auto value = value_of(*type, data, origin);
      if (!value) return refused(entry.line, "the data is not of its type");
      records.values[*type].push_back(std::move(*value));
    }
  }
  if (!lexer.error().empty()) return refused(lexer.line(), lexer.error());
  return zone;
}

const ZoneFile::Records* ZoneFile::find(const std::string& name) const {
  if (const auto exact = names_.find(name); exact != names_.end()) return &exact->second;
  // RFC 4592: the closest name above that exists lends its wildcard.
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    const auto above = name.substr(dot + 1);
    const auto wildcard = names_.find("*." + above);
    if (wildcard != names_.end()) return &wildcard->second;
    if (names_.contains(above)) return nullptr;
  }
  return nullptr;
}

DnsAnswer ZoneFile::ask(std::string_view asked, RecordType type) const {
  constexpr int max_aliases = 8;
  DnsAnswer answer;
  auto name = host(asked);
  for (int i = 0; i <= max_aliases; ++i) {
    const auto* records = find(name);
    if (records == nullptr) return answer;
    answer.outcome = records->fails ? DnsAnswer::Outcome::failed : DnsAnswer::Outcome::no_data;
    const auto found = records->values.find(type);
    if (found != records->values.end()) {
      answer.outcome = DnsAnswer::Outcome::found;
      answer.values = found->second;
      return answer;
    }
    if (records->alias.empty()) return answer;
    name = records->alias;
  }
  answer.outcome = DnsAnswer::Outcome::failed;  // a circle
  return answer;
}

void ZoneFile::fail(std::string_view name) {
  names_[host(name)].fails = true;
}

}  // namespace carnet::mail
