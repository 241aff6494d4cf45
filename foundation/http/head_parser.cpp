#include "foundation/http/head_parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

#include "foundation/http/uri.hpp"

namespace carnet::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using beast::http::verb;
using BeastError = beast::error_code;
using kernel::ErrorKind;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Method method_of(verb v) {
  switch (v) {
    case verb::get:
      return Method::get;
    case verb::head:
      return Method::head;
    case verb::post:
      return Method::post;
    case verb::put:
      return Method::put;
    case verb::patch:
      return Method::patch;
    case verb::delete_:
      return Method::del;
    default:
      return Method::other;
  }
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Whether a request line that Beast refused for its version is well made but for another version of HTTP.
bool asks_other_version(std::string_view bytes) {
  const auto line = bytes.substr(0, bytes.find("\r\n"));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return line.size() < bytes.size() && line.size() > 9 && line.substr(line.size() - 9, 6) == " HTTP/" &&
         is_digit(line[line.size() - 3]) && line[line.size() - 2] == '.' && is_digit(line.back());
}

}  // namespace

struct HeadParser::Grammar {
  // Beast's parser is for one message; this one is made anew in place for each.
  struct OneMessage final : beast::http::basic_parser<true> {
    explicit OneMessage(Grammar& owner) : to(owner) {
      body_limit(boost::none);  // the route's limit is applied by whoever receives the body
      header_limit(max_head_bytes);
    }
    void on_request_impl(verb v, beast::string_view, beast::string_view target, int version, BeastError&) override {
      to.request->method = method_of(v);
      to.head->target.assign(target.data(), target.size());
      to.head->http_1_0 = version == 10;
    }
    void on_field_impl(field name, beast::string_view text, beast::string_view value, BeastError& error) override {
      if (!to.keep(name, view(text), view(value))) error = beast::http::error::bad_field;
    }
    void on_header_impl(BeastError&) override {}
    void on_response_impl(int, beast::string_view, int, BeastError&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, BeastError&) override {}
    std::size_t on_body_impl(beast::string_view, BeastError&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, BeastError&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, BeastError&) override { return 0; }
    void on_finish_impl(BeastError&) override {}
    Grammar& to;
  };

  bool keep(field name, std::string_view text, std::string_view value);
  bool keep_framing(field name, std::string_view value);
  void store(std::string_view name, std::string_view value);
  kernel::Status finish();

  Request* request = nullptr;
  Head* head = nullptr;
  std::optional<OneMessage> message;
  std::string_view input;     // of the put() under way
  std::size_t taken = 0;      // bytes of this head so far
  std::vector<Header> spare;  // emptied header strings, kept for their memory
  bool has_transfer_encoding = false, has_host = false, has_unknown_expectation = false, has_too_many = false;
};

bool HeadParser::Grammar::keep(field name, std::string_view text, std::string_view value) {
  // Beast unfolds a folded line, elsewhere or by skipping to its second line: then the value does not start right after
  // the colon and its blanks.
  if (!value.empty()) {
    const char* colon = text.data() + text.size();
    if (value.data() <= colon || value.data() + value.size() > input.data() + input.size()) return false;
    if (!std::all_of(colon + 1, value.data(), is_blank)) return false;
  }
  if (request->headers.size() >= max_header_count) {
    has_too_many = true;
    return false;
  }
  if (!keep_framing(name, value)) return false;
  store(text, value);
  return true;
}

bool HeadParser::Grammar::keep_framing(field name, std::string_view value) {
  switch (name) {
    case field::content_length: {
      if (head->content_length || has_transfer_encoding) return false;
      const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
      if (value.empty() || value.size() > 18 || !std::ranges::all_of(value, is_digit)) return false;
      std::uint64_t length = 0;
      for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
      head->content_length = length;
      return true;
    }
    case field::transfer_encoding:
      if (has_transfer_encoding || head->content_length || head->http_1_0) return false;
      has_transfer_encoding = true;
      head->is_chunked = equal_case_blind(value, "chunked");
      return head->is_chunked;
    case field::host:
      return !std::exchange(has_host, true);
    case field::expect:
      head->expects_continue = equal_case_blind(value, "100-continue");
      has_unknown_expectation = !head->expects_continue;
      return true;
    default:
      return true;
  }
}

void HeadParser::Grammar::store(std::string_view name, std::string_view value) {
  if (spare.empty()) {
    request->headers.emplace_back();
  } else {
    request->headers.push_back(std::move(spare.back()));
    spare.pop_back();
  }
  auto& [key, kept] = request->headers.back();
  key.assign(name);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  kept.assign(value);
}

kernel::Status HeadParser::Grammar::finish() {
  head->keep_alive = message->keep_alive();
  if (!has_host && !head->http_1_0) return kernel::refuse(ErrorKind::invalid, "http.malformed", "no Host header");
  if (has_unknown_expectation) return kernel::refuse(ErrorKind::invalid, "http.expectation", "only 100-continue");
  if (head->http_1_0) head->expects_continue = false;
  return {};
}

HeadParser::HeadParser() : grammar_(std::make_unique<Grammar>()) {}
HeadParser::~HeadParser() = default;
HeadParser::HeadParser(HeadParser&&) noexcept = default;

void HeadParser::reset(Request& request, Head& head) {
  Grammar& g = *grammar_;
  g.request = &request;
  g.head = &head;
  for (auto& header : request.headers) g.spare.push_back(std::move(header));
  request.headers.clear();
  request.method = Method::get;
  head.target.clear();
  head.http_1_0 = head.is_chunked = head.expects_continue = false;
  head.keep_alive = true;
  head.content_length.reset();
  g.taken = 0;
  g.has_transfer_encoding = g.has_host = g.has_unknown_expectation = g.has_too_many = false;
  g.message.emplace(g);
}

bool HeadParser::has_started() const {
  return grammar_->message->got_some();
}

kernel::Result<HeadParser::State> HeadParser::put(std::string_view bytes, std::size_t& consumed) {
  Grammar& g = *grammar_;
  g.input = bytes;
  const bool had_target = !g.head->target.empty();
  BeastError error;
  consumed = g.message->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  g.taken += consumed;
  const auto too_large = [&] {
    return kernel::refuse(ErrorKind::too_large, "http.head_too_large", "the head is larger than 16 KiB or 100 headers");
  };
  const auto too_long = [&] {
    return kernel::refuse(ErrorKind::too_large, "http.uri_too_long", "the address is longer than 8 KiB");
  };
  if (g.head->target.size() > max_uri_bytes) return too_long();
  if (g.has_too_many || error == beast::http::error::header_limit || g.taken > max_head_bytes) {
    return had_target || !g.head->target.empty() ? too_large() : too_long();
  }
  if (error == beast::http::error::need_more) {
    const auto waiting = bytes.size() - consumed;
    if (g.head->target.empty() && waiting > max_uri_bytes + 32) return too_long();
    if (g.taken + waiting > max_head_bytes) return too_large();
    return State::needs_more;
  }
  if (error == beast::http::error::bad_version && asks_other_version(bytes)) {
    return kernel::refuse(ErrorKind::invalid, "http.version", "this service speaks HTTP/1.1");
  }
  if (error) return kernel::refuse(ErrorKind::invalid, "http.malformed", "the head of the request cannot be read");
  if (!g.message->is_header_done()) return State::needs_more;
  CARNET_CHECK(g.finish());
  return State::done;
}

ChunkDecoder::Step ChunkDecoder::next(std::string_view bytes) {
  Step step;
  const auto malformed = [] {
    Step refused;
    refused.is_malformed = true;
    return refused;
  };
  if (expect_ == Expect::data) {
    step.data = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    step.consumed = step.data.size();
    left_ -= step.consumed;
    if (left_ == 0) expect_ = Expect::data_end;
    return step;
  }
  const auto line_end = bytes.substr(0, max_line_bytes + 2).find('\n');
  if (line_end == std::string_view::npos) return bytes.size() > max_line_bytes ? malformed() : step;
  if (line_end == 0 || bytes[line_end - 1] != '\r') return malformed();
  auto line = bytes.substr(0, line_end - 1);
  step.consumed = line_end + 1;
  if (expect_ == Expect::data_end || expect_ == Expect::last_line) {
    if (!line.empty()) return malformed();
    step.is_done = expect_ == Expect::last_line;
    expect_ = Expect::size_line;
    return step;
  }
  const auto extension = line.find_first_of("; \t");
  const auto digits = line.substr(0, extension);
  if (digits.empty() || digits.size() > 8) return malformed();
  left_ = 0;
  for (const char c : digits) {
    const auto value = std::string_view("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (value == std::string_view::npos) return malformed();
    left_ = left_ * 16 + value;
  }
  if (extension != std::string_view::npos) {
    const auto rest = line.substr(extension);
    if (rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size())).substr(0, 1) != ";") return malformed();
    if (std::ranges::any_of(rest, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; })) {
      return malformed();
    }
  }
  expect_ = left_ == 0 ? Expect::last_line : Expect::data;
  return step;
}

}  // namespace carnet::http
