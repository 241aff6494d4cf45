#include "foundation/http/client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>

#include "foundation/http/listen.hpp"
#include "foundation/http/transport.hpp"
#include "foundation/http/uri.hpp"

namespace carnet::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::string_body>;
constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};
constexpr std::size_t input_bytes = 16 * 1024;
constexpr std::uint32_t max_answer_head_bytes = 64 * 1024;

kernel::Error error_of(std::string_view code, std::string_view detail) {
  return {kernel::ErrorKind::fault, std::string(code), std::string(detail)};
}

Response response_of(Parser& parser) {
  auto& message = parser.get();
  Response response{static_cast<int>(message.result_int()), {}, std::move(message.body())};
  for (const auto& field : message) response.with(std::string(field.name_string()), std::string(field.value()));
  return response;
}

}  // namespace

struct Client::State {
  explicit State(ClientOptions o) : options(std::move(o)) {}

  io::Task<void> exchange_once(std::string_view message, bool head_only);
  io::Task<bool> connect();
  io::Task<bool> send(std::string_view message);
  io::Task<bool> receive(Parser& parser);
  bool run_one(std::string_view message, bool head_only);
  bool kept_connection_is_closed() const;

  ClientOptions options;
  std::unique_ptr<asio::io_context> context = std::make_unique<asio::io_context>(1);
  std::optional<TlsClient> tls;
  std::unique_ptr<Transport> transport;
  // Of the request under way.
  std::optional<Response> answer;
  kernel::Error error;
  bool has_answer_begun = false;
};

io::Task<bool> Client::State::connect() {
  asio::generic::stream_protocol::endpoint endpoint;
  IoError failed;
  if (options.kind == ClientOptions::Kind::unix_socket) {
    endpoint = unix_endpoint(options.socket_path);
  } else {
    const auto address = asio::ip::make_address(options.address, failed);
    endpoint = asio::ip::tcp::endpoint(address, options.port);
  }
  Socket socket(context->get_executor());
  if (!failed) {
    const auto [error_code] = co_await socket.async_connect(endpoint, as_outcome);
    failed = error_code;
  }
  if (failed) {
    error = error_of("http.client_connect", failed.message());
    co_return false;
  }
  send_at_once(socket);
  if (options.kind != ClientOptions::Kind::tls) {
    transport = plain_transport(std::move(socket));
    co_return true;
  }
  transport = tls->transport(std::move(socket), options.host);
  if (const IoError refused = co_await transport->handshake()) {
    transport.reset();
    error = error_of("http.client_certificate", refused.message());
    co_return false;
  }
  co_return true;
}

io::Task<bool> Client::State::send(std::string_view message) {
  while (!message.empty()) {
    const auto [failed, count] =
        co_await transport->write_some({asio::const_buffer(message.data(), message.size()), asio::const_buffer()});
    if (failed) co_return false;
    message.remove_prefix(count);
  }
  co_return true;
}

io::Task<bool> Client::State::receive(Parser& parser) {
  std::string input;
  for (;;) {
    const auto before = input.size();
    input.resize(before + input_bytes);
    const auto [failed, count] = co_await transport->read_some(asio::buffer(input.data() + before, input_bytes));
    input.resize(before + (failed ? 0 : count));
    beast::error_code wrong;
    if (failed) {
      if (!parser.got_some() || !parser.need_eof()) co_return false;
      parser.put_eof(wrong);
      co_return !wrong;
    }
    has_answer_begun = true;
    while (!input.empty() && !parser.is_done()) {
      const auto used = parser.put(asio::const_buffer(input.data(), input.size()), wrong);
      input.erase(0, used);
      if (wrong == beast::http::error::need_more) break;
      if (wrong) co_return false;
    }
    if (parser.is_done()) co_return true;
  }
}

io::Task<void> Client::State::exchange_once(std::string_view message, bool head_only) {
  if (!transport && !co_await connect()) co_return;
  error = error_of("http.client_broken", "the connection ended before the answer did");
  // An answer may come, and end the matter, before all of the request was taken: refusals of large bodies do.
  const bool was_sent = co_await send(message);
  for (;;) {
    Parser parser;
    parser.header_limit(max_answer_head_bytes);
    parser.body_limit(options.max_body);
    parser.skip(head_only);
    parser.eager(true);
    if (!co_await receive(parser)) break;
    if (parser.get().result_int() == 100) continue;
    const bool keeps = was_sent && parser.keep_alive();
    answer = response_of(parser);
    if (!keeps) transport.reset();
    co_return;
  }
  transport.reset();
}

// False when the time was over first.
bool Client::State::run_one(std::string_view message, bool head_only) {
  answer.reset();
  has_answer_begun = false;
  context->restart();
  asio::co_spawn(*context, exchange_once(message, head_only), asio::detached);
  context->run_for(std::chrono::milliseconds(options.timeout_ms));
  if (context->stopped()) return true;
  // What is still suspended refers to the message: it goes with its context.
  transport.reset();
  context = std::make_unique<asio::io_context>(1);
  error = error_of("http.client_timeout", "no whole answer in time");
  return false;
}

bool Client::State::kept_connection_is_closed() const {
  char byte = 0;
  const auto seen = ::recv(transport->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen == 0 || (seen < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::close() {
  state_->transport.reset();
}

bool Client::is_connected() const {
  return state_->transport != nullptr;
}

kernel::Result<Response> Client::request(std::string_view method, std::string_view target,
                                         const std::vector<Header>& headers, std::string_view body) {
  State& s = *state_;
  if (s.options.kind == ClientOptions::Kind::tls && !s.tls) {
    CARNET_TRY(tls, TlsClient::make(s.options.authority_pem, s.options.exact_certificate_pem));
    s.tls.emplace(std::move(tls));
  }
  std::string message;
  message.reserve(512 + body.size());
  message.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(headers, [&](const Header& h) { return equal_case_blind(h.first, name); });
  };
  if (!has("host")) {
    message.append("Host: ").append(s.options.host);
    if (s.options.port != 0) message.append(":").append(std::to_string(s.options.port));
    message.append("\r\n");
  }
  for (const auto& [name, value] : headers) message.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    message.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  message.append("\r\n").append(body);

  const bool may_repeat = method == "GET" || method == "HEAD";
  if (s.transport && s.kept_connection_is_closed()) s.transport.reset();
  const bool was_kept = s.transport != nullptr;
  const bool in_time = s.run_one(message, method == "HEAD");
  if (in_time && !s.answer && was_kept && may_repeat && !s.has_answer_begun) s.run_one(message, method == "HEAD");
  if (!s.answer) return std::unexpected(s.error);
  return std::move(*s.answer);
}

std::string_view header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equal_case_blind(key, name)) return value;
  }
  return {};
}

}  // namespace carnet::http
