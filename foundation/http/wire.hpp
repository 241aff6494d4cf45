// Internal to foundation/http: a response as bytes.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/http.hpp"

namespace carnet::http {

std::string_view reason_of(int status);

// What the connection adds to a response.
struct Envelope {
  std::string_view request_id;
  std::string_view date;  // "Date: ...\r\n", whole line
  std::span<const Header> site_headers;
  bool head_only = false;  // the request was HEAD: announce the body, do not send it
  bool keep_alive = true;
  bool http_1_0 = false;
};

// False when a header would break the message (line break, NUL, a name that is not a token): nothing may be sent as is.
bool is_sendable(const Response& response);

// Appends status line, headers and empty line to `out`; the body follows, unless wants_body is false.
void write_head(const Response& response, const Envelope& envelope, std::string& out);
bool wants_body(const Response& response, const Envelope& envelope);
// The same for HTTP/2: ":status" first, names in lower case.
std::vector<Header> header_fields(const Response& response, const Envelope& envelope);

// "Date: Tue, 04 Mar 2025 14:07:00 GMT\r\n"
std::string date_line(kernel::Instant instant);

}  // namespace carnet::http
