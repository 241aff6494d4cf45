#include "foundation/io/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>
#include <set>

namespace carnet::io {
namespace {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;
using Socket = asio::basic_stream_socket<Protocol, Executor>;
using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
constexpr auto as_values = asio::as_tuple(asio::use_awaitable_t<Executor>{});
constexpr std::string_view unix_prefix = "unix:";
constexpr std::size_t longest_path = 107, read_bytes = 64u << 10;
constexpr std::int64_t pause_when_full_ms = 20;

std::unexpected<kernel::Error> refused(std::string_view place, std::string_view why) {
  return kernel::refuse(kernel::ErrorKind::invalid, "listener.place", std::string(place) + ": " + std::string(why));
}

// Programs that this one starts do not hold it open.
void keep_to_ourselves(int fd) { (void)::fcntl(fd, F_SETFD, FD_CLOEXEC); }

std::optional<asio::ip::tcp::endpoint> loopback_of(std::string_view place) {
  const auto colon = place.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == place.size() || place.size() - colon > 6) return std::nullopt;
  unsigned port = 0;
  for (const char c : place.substr(colon + 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  auto host = place.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !address.is_loopback() || port > 65535) return std::nullopt;
  return asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

}  // namespace

bool is_local_place(std::string_view place) {
  if (place.starts_with(unix_prefix)) return place.size() > unix_prefix.size() + 1 && place[unix_prefix.size()] == '/' && place.size() - unix_prefix.size() <= longest_path;
  return loopback_of(place).has_value();
}

struct Listener::State : std::enable_shared_from_this<Listener::State> {
  State(Options given, Executor on, std::function<std::unique_ptr<Conversation>()> maker)
      : options(std::move(given)), executor(on), acceptor(on), answer(std::move(maker)) {}

  kernel::Status bind_unix(const std::string& path);
  kernel::Status bind();
  static Task<void> accept_all(std::shared_ptr<State> state);
  static Task<void> converse(std::shared_ptr<State> state, std::shared_ptr<Socket> socket);
  static Task<void> watch(std::shared_ptr<Socket> socket, std::shared_ptr<Timer> idle);
  void close();

  Options options;
  Executor executor;
  Acceptor acceptor;
  std::function<std::unique_ptr<Conversation>()> answer;
  std::uint16_t port = 0;
  std::string path;
  std::set<std::shared_ptr<Socket>> open_now;  // touched on the executor only
  bool stopping = false;                       // the same
  std::atomic<int> running{0};                 // coroutines that have not ended
};

kernel::Status Listener::State::bind_unix(const std::string& file) {
  struct stat info{};
  if (::lstat(file.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) return refused(file, "exists and is not a socket");
    ::unlink(file.c_str());  // what a killed program left; two servers do not share a data directory
  }
  boost::system::error_code error;
  acceptor.open(Protocol(AF_UNIX, 0), error);
  if (error) return refused(file, error.message());
  // Nobody else from its first instant (Linux gives the file the mode of the socket it is bound to), then the group.
  keep_to_ourselves(acceptor.native_handle());
  if (::fchmod(acceptor.native_handle(), 0600) != 0) return refused(file, "mode");
  acceptor.bind(Protocol::endpoint(asio::local::stream_protocol::endpoint(file)), error);
  if (!error && ::chmod(file.c_str(), 0660) != 0) return refused(file, "mode");
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refused(file, error.message());
  path = file;
  return {};
}

kernel::Status Listener::State::bind() {
  if (!is_local_place(options.place)) return refused(options.place, "neither unix:/path nor a port of the loopback");
  if (options.place.starts_with(unix_prefix)) return bind_unix(options.place.substr(unix_prefix.size()));
  const auto place = *loopback_of(options.place);
  boost::system::error_code error;
  acceptor.open(place.protocol(), error);
  if (!error) keep_to_ourselves(acceptor.native_handle());
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(Protocol::endpoint(place), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refused(options.place, error.message());
  asio::ip::tcp::endpoint bound(place);
  const auto local = acceptor.local_endpoint(error);
  if (error || local.size() > bound.capacity()) return refused(options.place, "no name of its own");
  std::memcpy(bound.data(), local.data(), local.size());
  port = bound.port();
  return {};
}

Task<void> Listener::State::accept_all(std::shared_ptr<State> state) {
  while (!state->stopping) {
    if (static_cast<int>(state->open_now.size()) >= state->options.most_connections) {
      co_await sleep_ms(pause_when_full_ms);
      continue;
    }
    auto socket = std::make_shared<Socket>(state->executor);
    const auto [error] = co_await state->acceptor.async_accept(*socket, as_values);
    if (state->stopping) break;
    if (error) {
      co_await sleep_ms(pause_when_full_ms);  // no descriptor left: others will be given back
      continue;
    }
    keep_to_ourselves(socket->native_handle());
    state->open_now.insert(socket);
    state->running.fetch_add(1);
    spawn(state->executor, converse(state, socket));
  }
  state->running.fetch_sub(1);
  state->running.notify_all();
}

Task<void> Listener::State::watch(std::shared_ptr<Socket> socket, std::shared_ptr<Timer> idle) {
  while (socket->is_open()) {
    const auto [error] = co_await idle->async_wait(as_values);
    boost::system::error_code ignored;
    if (!error && idle->expiry() <= std::chrono::steady_clock::now()) socket->close(ignored);
  }
}

Task<void> Listener::State::converse(std::shared_ptr<State> state, std::shared_ptr<Socket> socket) {
  const auto idle = std::make_shared<Timer>(state->executor);
  idle->expires_after(std::chrono::milliseconds(state->options.idle_ms));
  spawn(state->executor, watch(socket, idle));
  const auto conversation = state->answer();
  auto said = conversation->begin();
  std::vector<char> buffer(read_bytes);
  while (socket->is_open()) {
    idle->expires_after(std::chrono::milliseconds(state->options.idle_ms));
    const auto [write_error, written] = co_await asio::async_write(*socket, asio::buffer(said.bytes), as_values);
    if (write_error || said.ends) break;
    const auto [read_error, count] = co_await socket->async_read_some(asio::buffer(buffer), as_values);
    if (read_error) break;
    idle->expires_at(std::chrono::steady_clock::time_point::max());  // while we think, nobody is idle
    said = co_await conversation->hear({buffer.data(), count});
  }
  boost::system::error_code ignored;
  socket->close(ignored);
  idle->cancel();
  state->open_now.erase(socket);
  state->running.fetch_sub(1);
  state->running.notify_all();
}

void Listener::State::close() {
  stopping = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  for (const auto& socket : open_now) socket->close(ignored);
}

kernel::Result<std::unique_ptr<Listener>> Listener::open(Options options, Executor executor,
                                                         std::function<std::unique_ptr<Conversation>()> answer) {
  std::unique_ptr<Listener> made(new Listener);
  made->state_ = std::make_shared<State>(std::move(options), executor, std::move(answer));
  CARNET_CHECK(made->state_->bind());
  made->state_->running.store(1);
  spawn(executor, State::accept_all(made->state_));
  return made;
}

std::uint16_t Listener::port() const { return state_->port; }

void Listener::stop() {
  if (!state_) return;
  asio::post(state_->executor, [state = state_] { state->close(); });
  for (int left = state_->running.load(); left > 0; left = state_->running.load()) state_->running.wait(left);
  if (!state_->path.empty()) ::unlink(state_->path.c_str());
  state_.reset();
}

Listener::~Listener() { stop(); }

}  // namespace carnet::io
