#include "foundation/kernel/json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>

namespace carnet::kernel {

namespace {

constexpr std::size_t max_depth = 32;

enum class Refused { nothing, duplicate_key, number_out_of_range };

// Builds the value as it is read, and keeps the keys of the objects still open, because the library would silently let
// the last of two equal keys win.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  Refused refused() const { return refused_; }
  json::value release() { return stack_.release(); }

  bool on_document_begin(error_code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    starts_.push_back(keys_.size());
    return true;
  }
  bool on_object_end(std::size_t count, error_code& error) {
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(starts_.back());
    std::sort(first, keys_.end());
    if (std::adjacent_find(first, keys_.end()) != keys_.end()) return refuse_as(Refused::duplicate_key, error);
    keys_.erase(first, keys_.end());
    starts_.pop_back();
    stack_.push_object(count);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t count, error_code&) {
    stack_.push_array(count);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(string_view last, std::size_t, error_code&) {
    key_.append(last.data(), last.size());
    keys_.push_back(std::exchange(key_, {}));
    stack_.push_key(last);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(string_view last, std::size_t, error_code&) {
    stack_.push_string(last);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, string_view, error_code&) {
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, string_view, error_code&) {
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double value, string_view, error_code& error) {
    if (!std::isfinite(value)) return refuse_as(Refused::number_out_of_range, error);
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool refuse_as(Refused why, error_code& error) {
    refused_ = why;
    error = boost::json::make_error_code(boost::json::error::syntax);
    return false;
  }

  boost::json::value_stack stack_;
  std::string key_;
  std::vector<std::string> keys_;    // of all open objects, outermost first
  std::vector<std::size_t> starts_;  // where the keys of each open object begin
  Refused refused_ = Refused::nothing;
};

std::unexpected<Error> not_accepted(std::string code, std::string says) {
  return invalid("body", {Issue{std::move(code), "", std::move(says)}});
}

std::string escaped_pointer(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<StrictHandler> parser(options);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  switch (parser.handler().refused()) {
    case Refused::duplicate_key:
      return not_accepted("duplicate", fmt::format("an object that ends before byte {} has a key twice", read));
    case Refused::number_out_of_range:
      return not_accepted("value", fmt::format("a number before byte {} is out of range", read));
    case Refused::nothing:
      break;
  }
  if (error) return not_accepted("syntax", fmt::format("not JSON at byte {}: {}", read, error.message()));
  if (read != text.size()) return not_accepted("syntax", fmt::format("more bytes after the end, at byte {}", read));
  json::value value = parser.handler().release();
  if (!value.is_object()) return not_accepted("structure", "the body must be a JSON object");
  return std::move(value.as_object());
}

std::string Reader::text(std::string_view name, std::size_t max_length) {
  const std::size_t issues_before = issues_.size();
  std::string value = optional_text(name, max_length);
  if (value.empty() && issues_.size() == issues_before) {
    issues_.push_back({"required", path_ + "/" + escaped_pointer(name), "a text that is not empty is needed"});
  }
  return value;
}

std::string Reader::optional_text(std::string_view name, std::size_t max_length) {
  const json::value* member = object_.if_contains(name);
  if (member == nullptr || member->is_null()) return {};
  const std::string path = path_ + "/" + escaped_pointer(name);
  if (!member->is_string()) {
    issues_.push_back({"type", path, "must be a text"});
    return {};
  }
  const auto& text = member->get_string();
  if (text.size() > max_length) {
    issues_.push_back({"too-long", path, fmt::format("at most {} bytes", max_length)});
    return {};
  }
  if (text.find('\0') != json::string::npos) {
    issues_.push_back({"value", path, "must not hold the character U+0000"});
    return {};
  }
  return std::string(text.data(), text.size());
}

std::int64_t Reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* member = object_.if_contains(name);
  const std::string path = path_ + "/" + escaped_pointer(name);
  if (member == nullptr || member->is_null()) {
    issues_.push_back({"required", path, "a whole number is needed"});
    return min;
  }
  if (!member->is_int64() && !member->is_uint64()) {
    issues_.push_back({"type", path, "must be a whole number"});
    return min;
  }
  // A uint64 is held only for what is above the largest int64.
  if (!member->is_int64() || member->get_int64() < min || member->get_int64() > max) {
    issues_.push_back({"value", path, fmt::format("must be from {} to {}", min, max)});
    return min;
  }
  return member->get_int64();
}

bool Reader::boolean(std::string_view name) {
  const json::value* member = object_.if_contains(name);
  const std::string path = path_ + "/" + escaped_pointer(name);
  if (member == nullptr || member->is_null()) {
    issues_.push_back({"required", path, "true or false is needed"});
    return false;
  }
  if (!member->is_bool()) {
    issues_.push_back({"type", path, "must be true or false"});
    return false;
  }
  return member->get_bool();
}

void Reader::only(std::initializer_list<std::string_view> names) {
  for (const auto& member : object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      issues_.push_back({"unknown", path_ + "/" + escaped_pointer(key), "no such member"});
    }
  }
}

}  // namespace carnet::kernel
