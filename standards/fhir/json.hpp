// FHIR JSON as received: strict, bounded, and nothing of it changed. Every value knows its place in the text (so that a
// resource can be given back byte for byte, or spliced) and its element path (so that an issue can say where). Numbers
// stay text: a decimal of FHIR keeps its digits.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::fhir {

inline constexpr std::size_t max_json_bytes = 40u << 20;
inline constexpr std::size_t max_json_depth = 64;
inline constexpr std::size_t max_json_values = 200'000;

enum class Kind : std::uint8_t { object, array, string, number, boolean, null };

class Json;

// A value of a parsed text, or none (when a member is absent): every question to "none" has an empty answer. Lives no
// longer than its Json, which must not be moved meanwhile.
class Value {
 public:
  Value() = default;
  explicit operator bool() const { return json_ != nullptr; }
  bool is(Kind kind) const;

  Value operator[](std::string_view name) const;  // member of an object
  Value first() const;                            // of an array or object, in the order of the text
  Value next() const;
  std::size_t size() const;
  std::string_view name() const;  // of a member

  // Strings without their escapes, numbers and booleans as written; empty for the others.
  std::string text() const;
  std::string_view plain_text() const;             // of a string without escapes, not copied; empty for all else
  bool has_text(std::string_view expected) const;  // a string, equal
  std::string_view raw() const;                    // the bytes of the text
  std::size_t begin() const;                       // of raw(), in the text
  std::size_t end() const;

  // "Bundle.entry[1].resource.type": the root is called by its resourceType.
  std::string path() const;
  std::string path_of(std::string_view member) const;  // of a member that may be absent

 private:
  friend class Json;
  friend class Parser;
  Value(const Json* json, std::uint32_t node) : json_(json), node_(node) {}
  const Json* json_ = nullptr;
  std::uint32_t node_ = 0;
};

class Json {
 public:
  // One object, UTF-8. `text` must outlive the result. Error `invalid` "fhir.json", with one issue that says where:
  // syntax, a member that stands twice, a name with escapes, a lone surrogate, or too much of depth or values;
  // `too_large` above max_json_bytes.
  static kernel::Result<Json> parse(std::string_view text);
  Value root() const { return Value(this, 0); }
  std::string_view source() const { return text_; }

  Json(Json&&) noexcept = default;
  Json& operator=(Json&&) noexcept = default;
  Json(const Json&) = delete;

 private:
  friend class Value;
  friend class Parser;
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  struct Node {
    std::uint32_t begin = 0, end = 0;            // of the value
    std::uint32_t name_begin = 0, name_end = 0;  // inside the quotes; equal when it has no name
    std::uint32_t parent = none, next = none, first = none;
    std::uint32_t index = 0;  // among its siblings
    std::uint32_t children = 0;
    Kind kind = Kind::null;
    bool escaped = false;
  };
  explicit Json(std::string_view text) : text_(text) {}
  std::string_view slice(std::uint32_t begin, std::uint32_t end) const { return text_.substr(begin, end - begin); }

  std::string_view text_;
  std::vector<Node> nodes_;
};

// Members of `object` that are not among `known` are issues "structure"; "_name" goes with name, and "id", "extension"
// are always known. What is misspelt must not be dropped: a label that hides could be in it.
void refuse_unknown_members(Value object, std::initializer_list<std::string_view> known,
                            std::vector<kernel::Issue>& issues);

// base64Binary: padded, white space allowed; nothing else.
std::optional<kernel::Bytes> decode_base64(std::string_view text);

}  // namespace carnet::fhir
