#include "apps/ctl/console_client.hpp"

#include <fmt/format.h>

#include "apps/wiring/terminal.hpp"
#include "foundation/http/client.hpp"

namespace carnet::ctl {
namespace {

namespace json = kernel::json;
using kernel::Result;

constexpr std::int64_t look_every_ms = 150;

http::Client socket_client(const wiring::Config& config) {
  http::ClientOptions options;
  options.kind = http::ClientOptions::Kind::unix_socket;
  options.socket_path = (config.data / "carnet.sock").string();
  return http::Client(std::move(options));
}

kernel::Error error_of(const json::object& body) {
  kernel::Error error{kernel::ErrorKind::fault, "console.failed", {}};
  const auto text = [](const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  if (auto code = text(body, "code"); !code.empty()) error.code = std::move(code);
  error.detail = text(body, "detail");
  if (const auto* issues = body.if_contains("issues"); issues != nullptr && issues->is_array())
    for (const auto& issue : issues->get_array())
      if (issue.is_object())
        error.issues.push_back({text(issue.get_object(), "code"), text(issue.get_object(), "path"), text(issue.get_object(), "says")});
  return error;
}

std::int64_t number_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

Result<json::object> through_server(http::Client client, const std::string& operation, const json::object& arguments,
                                    wiring::ProgressBar& bar) {
  CARNET_TRY(started, client.request("POST", "/operations/" + operation, {{"Content-Type", "application/json"}},
                                     json::serialize(arguments)));
  CARNET_TRY(first, kernel::parse_object(started.body));
  if (started.status != 202) return std::unexpected(error_of(first));
  const std::string run(first.at("run").as_string());
  for (;;) {
    CARNET_TRY(response, client.request("GET", "/runs/" + run));
    CARNET_TRY(view, kernel::parse_object(response.body));
    if (response.status != 200) return std::unexpected(error_of(view));
    const auto total = number_in(view, "total");
    if (total > 0) bar.show(number_in(view, "done"), total, view.at("words").as_string());
    if (view.at("ended").as_bool()) {
      bar.finish();
      if (const auto* error = view.if_contains("error")) return std::unexpected(error_of(error->as_object()));
      return view.at("result").as_object();
    }
    io::run(io::sleep_ms(look_every_ms));
  }
}

// Shows the progress of an operation that runs on the same context, until it has ended.
io::Task<void> follow(std::shared_ptr<wiring::Progress> progress, std::shared_ptr<bool> ended, wiring::ProgressBar* bar) {
  while (!*ended) {
    if (const auto view = progress->view(); view.total > 0) bar->show(view.done, view.total, view.words);
    co_await io::sleep_ms(look_every_ms);
  }
}

io::Task<Result<json::object>> followed(wiring::Operation operation, wiring::House* house, json::object arguments,
                                        wiring::ProgressBar* bar) {
  auto progress = std::make_shared<wiring::Progress>();
  auto ended = std::make_shared<bool>(false);
  io::spawn(co_await io::current_executor(), follow(progress, ended, bar));
  auto result = co_await operation(*house, std::move(arguments), progress);
  *ended = true;
  co_return result;
}

Result<json::object> in_this_process(const wiring::Config& config, const std::string& operation, json::object arguments,
                                     wiring::ProgressBar& bar) {
  CARNET_TRY(house, wiring::House::open(config, {}));
  const auto found = wiring::operations().find(operation);
  CARNET_INVARIANT(found != wiring::operations().end(), "carnet asks only for operations that exist");
  auto result = io::run(followed(found->second, house.get(), std::move(arguments), &bar));
  bar.finish();
  return result;
}

}  // namespace

bool server_is_running(const wiring::Config& config) {
  if (!std::filesystem::exists(config.data / "carnet.sock")) return false;
  auto client = socket_client(config);
  return client.request("GET", "/runs/none").has_value();
}

Result<json::object> carry_out(const wiring::Config& config, const std::string& operation, json::object arguments,
                               const std::string& title) {
  wiring::ProgressBar bar(title);
  if (server_is_running(config)) return through_server(socket_client(config), operation, arguments, bar);
  return in_this_process(config, operation, std::move(arguments), bar);
}

}  // namespace carnet::ctl
