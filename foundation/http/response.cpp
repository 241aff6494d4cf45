#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "foundation/http/http.hpp"
#include "foundation/http/uri.hpp"
#include "foundation/http/wire.hpp"

namespace carnet::http {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Framing and identification are the connection's: what a handler says of them is not sent.
bool is_ours(std::string_view name) {
  static constexpr std::array ours{"content-length", "transfer-encoding", "connection", "keep-alive",
                                   "date",           "x-request-id"};
  return std::ranges::any_of(ours, [&](std::string_view own) { return equal_case_blind(own, name); });
}

bool has(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const Header& h) { return equal_case_blind(h.first, name); });
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Sent with every response unless it, or its site, says otherwise.
struct Default {
  std::string_view name, value;
};
constexpr std::array defaults{Default{"X-Content-Type-Options", "nosniff"}, Default{"Referrer-Policy", "no-referrer"},
                              Default{"Cache-Control", "no-store"}};

struct Reason {
  int status;
  std::string_view text;
};
constexpr std::array reasons{
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{422, "Unprocessable Content"},
    Reason{428, "Precondition Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{503, "Service Unavailable"},
    Reason{505, "HTTP Version Not Supported"},
};

void two_digits(std::string& out, unsigned value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

Response Response::json(std::string body, int status) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response Response::text(std::string_view media_type, std::string body, int status) {
  return {status, {{"Content-Type", std::string(media_type)}}, std::move(body)};
}

Response& Response::with(std::string_view name, std::string_view value) {
  headers.emplace_back(name, value);
  return *this;
}

std::string_view reason_of(int status) {
  const auto* found = std::ranges::find(reasons, status, &Reason::status);
  return found == reasons.end() ? "Status" : found->text;
}

bool is_sendable(const Response& response) {
  if (response.status < 200 || response.status > 599) return false;
  return std::ranges::all_of(response.headers, [](const Header& header) {
    return is_token(header.first) && header.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  });
}

bool wants_body(const Response& response, const Envelope& envelope) {
  return !envelope.head_only && may_have_body(response.status) && !response.body.empty();
}

namespace {

// Every header of the answer but those that belong to HTTP/1.1 alone: emit(name, value), in order.
template <class Emit>
void each_header(const Response& response, const Envelope& envelope, Emit emit) {
  emit("X-Request-Id", envelope.request_id);
  for (const auto& [name, value] : response.headers) {
    if (!is_ours(name)) emit(name, value);
  }
  const auto in_site = [&](std::string_view name) {
    return std::ranges::any_of(envelope.site_headers, [&](const Header& h) { return equal_case_blind(h.first, name); });
  };
  for (const auto& [name, value] : envelope.site_headers) {
    if (!has(response, name)) emit(name, value);
  }
  for (const auto& [name, value] : defaults) {
    if (!has(response, name) && !in_site(name)) emit(name, value);
  }
  if (!may_have_body(response.status)) return;
  if (!response.body.empty() && !has(response, "Content-Type")) emit("Content-Type", "application/octet-stream");
  std::array<char, 24> digits;
  const auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), response.body.size()).ptr;
  emit("Content-Length", std::string_view(digits.data(), end));
}

}  // namespace

void write_head(const Response& response, const Envelope& envelope, std::string& out) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_of(response.status)).append("\r\n");
  out.append(envelope.date);
  each_header(response, envelope, [&out](std::string_view name, std::string_view value) { add(out, name, value); });
  if (!envelope.keep_alive) {
    add(out, "Connection", "close");
  } else if (envelope.http_1_0) {
    add(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
}

std::vector<Header> header_fields(const Response& response, const Envelope& envelope) {
  std::vector<Header> fields;
  fields.reserve(response.headers.size() + envelope.site_headers.size() + 8);
  fields.emplace_back(":status", std::to_string(response.status));
  constexpr std::string_view before = "Date: ", after = "\r\n";
  fields.emplace_back("date", envelope.date.substr(before.size(), envelope.date.size() - before.size() - after.size()));
  each_header(response, envelope, [&fields](std::string_view name, std::string_view value) {
    // Blanks around a value, which HTTP/1.1 reads over, make the message malformed here (RFC 9113 section 8.2.1).
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    fields.emplace_back(lower_case(name), std::string(value));
  });
  return fields;
}

std::string date_line(kernel::Instant instant) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(instant.ms)};
  const auto day = floor<std::chrono::days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<seconds>(time - day)};
  std::string out = "Date: ";
  out.append(days[weekday(day).c_encoding()]).append(", ");
  two_digits(out, static_cast<unsigned>(date.day()));
  out.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  out.append(std::to_string(static_cast<int>(date.year()))).append(" ");
  two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  return out.append(" GMT\r\n");
}

}  // namespace carnet::http
