// A message as signatures see it: its header fields and body byte for byte, line ends made CRLF. Internal to
// standards/mail.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/kernel/bytes.hpp"

namespace carnet::mail {

struct RawField {
  std::string name;        // lower-case, white space before the colon gone; "" for a line that is no field
  std::string_view whole;  // with its name and folds, without its last CRLF
  std::string_view value;  // after the colon
};

// A message saved with bare line feeds is the message that was sent: they become CRLF. A carriage return alone stays.
class RawMessage {
 public:
  explicit RawMessage(std::string_view raw);
  RawMessage(const RawMessage&) = delete;
  RawMessage& operator=(const RawMessage&) = delete;
  const std::vector<RawField>& fields() const { return fields_; }
  std::string_view body() const { return body_; }
  std::size_t from_fields() const { return from_fields_; }

 private:
  std::string made_crlf_;
  std::vector<RawField> fields_;
  std::string_view body_;
  std::size_t from_fields_ = 0;
};

enum class Canonical { simple, relaxed };
std::string canonical_field(const RawField& field, Canonical how);  // with its CRLF
std::string canonical_body(std::string_view body, Canonical how);

// "a=b; c=d" of RFC 6376 section 3.2, names in order. nullopt: not a tag list, or a name stands twice.
using Tags = std::vector<std::pair<std::string, std::string>>;
std::optional<Tags> read_tags(std::string_view text);
const std::string* tag(const Tags& tags, std::string_view name);
std::string without_space(std::string_view text);
// The field with the value of its b= tag gone, as the signature of itself takes it.
std::string without_signature(std::string_view whole);

}  // namespace carnet::mail
