// Where the parts of a message stand in its bytes, found in linear time whatever they hold. Internal to standards/mail.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "standards/mail/message.hpp"

namespace carnet::mail {

void start_gmime();  // before any call of the library; cheap when done

struct HeaderBlock {
  std::vector<HeaderField> fields;
  std::string_view body;  // after the blank line
  bool line_without_colon = false;
  bool bare_cr = false;  // a carriage return alone inside a field: some readers see a new field there
  bool too_large = false;
  std::size_t smuggled_from = 0;  // From fields that only such readers see
};
// From fields that a reader sees which takes a carriage return alone for the end of a line.
std::size_t smuggled_from(std::string_view field_value);
HeaderBlock split_headers(std::string_view entity, const Limits& limits);
const HeaderField* find_field(const std::vector<HeaderField>& fields, std::string_view name);

// Content-Type and Content-Disposition with their parameters decoded (RFC 2231, RFC 2047, and what mailers write).
struct ContentType {
  std::string type;  // "text/html"
  std::string charset, boundary, name, format, delsp, protocol, smime_type;
};
ContentType read_content_type(const HeaderField* field, std::string_view by_default);
struct Disposition {
  std::string kind;  // "attachment", "inline", ""
  std::string file_name;
};
Disposition read_disposition(const HeaderField* field);

// The bodies of a multipart: between its boundary lines, without preamble and epilogue; at most `limit`, `cut` beyond.
// nullopt: the boundary never comes.
std::optional<std::vector<std::string_view>> split_multipart(std::string_view body, std::string_view boundary,
                                                             std::size_t limit, bool& cut);

}  // namespace carnet::mail
