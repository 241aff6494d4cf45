#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "standards/fhir/json.hpp"
#include "standards/fhir/json_text.hpp"

namespace carnet::fhir {

namespace {

constexpr std::uint32_t max_name = 128;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// True when none of eight bytes is '"', '\\' or below ' ': a document of megabytes is one string.
bool all_plain(const char* eight) {
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t v) { return (v - ones) & ~v & highs; };
  const std::uint64_t below_space = (word - ones * 0x20) & ~word & highs;
  return (has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\') | below_space) == 0;
}

}  // namespace

class Parser {
 public:
  explicit Parser(std::string_view text) : json_(text), text_(text) {}

  kernel::Result<Json> run() {
    skip_space();
    const auto root = add(Json::none, Json::none, {});
    if (peek() != '{') fail(root, "structure", "one JSON object is expected");
    read(root, 0);
    skip_space();
    if (at_ != text_.size()) fail(root, "structure", "something stands after the object");
    if (failed_) return kernel::invalid("fhir.json", {std::move(issue_)});
    return std::move(json_);
  }

 private:
  struct Name {
    std::uint32_t begin = 0, end = 0;
  };

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (failed_ || peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  void fail(std::uint32_t node, std::string_view code, std::string_view says) {
    if (failed_) return;
    failed_ = true;
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
    issue_ = {std::string(code), Value(&json_, node).path(),
              fmt::format("{} (line {})", says, 1 + std::count(text_.begin(), end, '\n'))};
  }

  std::uint32_t add(std::uint32_t parent, std::uint32_t previous, Name name) {
    const auto node = static_cast<std::uint32_t>(json_.nodes_.size());
    Json::Node made;
    made.begin = made.end = static_cast<std::uint32_t>(at_);
    made.name_begin = name.begin;
    made.name_end = name.end;
    made.parent = parent;
    if (parent != Json::none) {
      auto& up = json_.nodes_[parent];
      made.index = up.children++;
      (previous == Json::none ? up.first : json_.nodes_[previous].next) = node;
    }
    json_.nodes_.push_back(made);
    if (json_.nodes_.size() > max_json_values) fail(node, "too-costly", "there are too many values");
    return node;
  }

  void read(std::uint32_t node, std::size_t depth) {
    if (failed_) return;
    switch (peek()) {
      case '{':
        object(node, depth);
        break;
      case '[':
        array(node, depth);
        break;
      case '"':
        json_.nodes_[node].kind = Kind::string;
        json_.nodes_[node].escaped = string(node);
        break;
      case 't':
        literal(node, "true", Kind::boolean);
        break;
      case 'f':
        literal(node, "false", Kind::boolean);
        break;
      case 'n':
        literal(node, "null", Kind::null);
        break;
      default:
        number(node);
    }
    json_.nodes_[node].end = static_cast<std::uint32_t>(at_);
  }

  void object(std::uint32_t node, std::size_t depth) {
    json_.nodes_[node].kind = Kind::object;
    if (depth >= max_json_depth) return fail(node, "too-costly", "values lie too deep in each other");
    ++at_;
    skip_space();
    if (accept('}')) return;
    std::uint32_t previous = Json::none;
    do {
      skip_space();
      if (peek() != '"') return fail(node, "structure", "the name of a member is expected");
      Name name{static_cast<std::uint32_t>(at_ + 1), 0};
      if (string(node)) return fail(node, "structure", "the name of a member has an escape");
      if (failed_) return;
      name.end = static_cast<std::uint32_t>(at_ - 1);
      if (name.end - name.begin > max_name) return fail(node, "structure", "the name of a member is too long");
      skip_space();
      if (!accept(':')) return fail(node, "structure", "':' is expected after the name of a member");
      skip_space();
      previous = add(node, previous, name);
      read(previous, depth + 1);
      skip_space();
    } while (accept(','));
    if (!accept('}')) return fail(node, "structure", "',' or '}' is expected");
    refuse_twins(node);
  }

  void array(std::uint32_t node, std::size_t depth) {
    json_.nodes_[node].kind = Kind::array;
    if (depth >= max_json_depth) return fail(node, "too-costly", "values lie too deep in each other");
    ++at_;
    skip_space();
    if (accept(']')) return;
    std::uint32_t previous = Json::none;
    do {
      skip_space();
      previous = add(node, previous, {});
      read(previous, depth + 1);
      skip_space();
    } while (accept(','));
    if (!accept(']')) fail(node, "structure", "',' or ']' is expected");
  }

  // Two members of one name: readers disagree on which counts.
  void refuse_twins(std::uint32_t node) {
    names_.clear();
    for (auto child = json_.nodes_[node].first; child != Json::none; child = json_.nodes_[child].next)
      names_.emplace_back(json_.slice(json_.nodes_[child].name_begin, json_.nodes_[child].name_end), child);
    std::sort(names_.begin(), names_.end());
    for (std::size_t i = 1; i < names_.size(); ++i)
      if (names_[i].first == names_[i - 1].first)
        return fail(names_[i].second, "structure", "this member stands twice");
  }

  // At a quote; true when the string holds an escape.
  bool string(std::uint32_t node) {
    bool escaped = false;
    ++at_;
    while (true) {
      while (at_ + 8 <= text_.size() && all_plain(text_.data() + at_)) at_ += 8;
      if (at_ >= text_.size()) {
        fail(node, "structure", "the text ends inside a string");
        return escaped;
      }
      const char c = text_[at_++];
      if (c == '"') return escaped;
      if (static_cast<unsigned char>(c) < 0x20) {
        fail(node, "structure", "a control character stands in a string");
        return escaped;
      }
      if (c != '\\') continue;
      escaped = true;
      if (!escape()) {
        fail(node, "structure", "an escape in a string is not well formed");
        return escaped;
      }
    }
  }

  bool escape() {
    const char c = peek();
    if (at_ >= text_.size()) return false;
    ++at_;
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    const int unit = code_unit(text_.substr(at_, 4));
    at_ = std::min(at_ + 4, text_.size());
    if (unit <= 0 || is_low_surrogate(unit)) return false;
    if (!is_high_surrogate(unit)) return true;
    const bool paired = text_.substr(at_, 2) == "\\u" && is_low_surrogate(code_unit(text_.substr(at_ + 2, 4)));
    if (paired) at_ += 6;
    return paired;
  }

  void literal(std::uint32_t node, std::string_view word, Kind kind) {
    json_.nodes_[node].kind = kind;
    if (text_.substr(at_, word.size()) != word) return fail(node, "structure", "a value is expected");
    at_ += word.size();
  }

  bool digits() {
    const auto from = at_;
    while (is_digit(peek())) ++at_;
    return at_ > from;
  }

  void number(std::uint32_t node) {
    json_.nodes_[node].kind = Kind::number;
    accept('-');
    bool good = accept('0') || digits();
    if (good && accept('.')) good = digits();
    if (good && (peek() == 'e' || peek() == 'E')) {
      ++at_;
      if (!accept('+')) accept('-');
      good = digits();
    }
    if (!good) return fail(node, "structure", "a value is expected");
    // 007, 0x1, 1_000, 1.2.3: what goes on is no part of a number.
    if (is_digit(peek()) || std::string_view(".+-_xXeE").find(peek()) != std::string_view::npos)
      fail(node, "structure", "a number of JSON is expected");
  }

  Json json_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  kernel::Issue issue_;
  std::vector<std::pair<std::string_view, std::uint32_t>> names_;
};

kernel::Result<Json> Json::parse(std::string_view text) {
  if (text.size() > max_json_bytes)
    return std::unexpected(kernel::Error{
        kernel::ErrorKind::too_large, "fhir.json", {}, {{"too-long", "Resource", "the resource is too large"}}});
  if (text.starts_with("\xEF\xBB\xBF"))
    return kernel::invalid("fhir.json", {{"structure", "Resource", "a byte order mark stands before the resource"}});
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return kernel::invalid("fhir.json", {{"structure", "Resource", "the resource is not UTF-8"}});
  return Parser(text).run();
}

}  // namespace carnet::fhir
