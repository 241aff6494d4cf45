#include "apps/server/sealing.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/courier/courier.hpp"

namespace carnet::server {
namespace {

using kernel::Result;
using kernel::Status;
using observe::Word;
using wiring::House;
using Answer = io::Task<Result<http::Response>>;

constexpr long witness_timeout_ms = 10'000;
constexpr int told_size = 409;

// A witness says which size it saw last; what it is asked then begins there.
Status ask_witness(House& house, const wiring::Witness& witness) {
  CARNET_TRY(key, tlog::read_verifier_key(witness.key));
  std::uint64_t seen = 0;
  for (int asked = 0; asked < 2; ++asked) {
    CARNET_TRY(request, house.seals().witness_request(seen));
    CARNET_TRY(answer, courier::post_text(witness.url, request, witness.ca_file, witness_timeout_ms));
    if (answer.status == 200) return house.seals().add_cosignature(answer.body, key);
    const auto* end = answer.body.data() + answer.body.size();
    if (answer.status != told_size || std::from_chars(answer.body.data(), end, seen).ec != std::errc{})
      return kernel::fault("sealing.witness", fmt::format("answered {}", answer.status));
  }
  return kernel::fault("sealing.witness", "it saw another history of this log");
}

Result<bool> seal_and_ask(House& house, When when) {
  CARNET_TRY(last, house.seals().last_seal_at());
  const bool due = !last || house.clock().now() >= last->plus(std::chrono::hours(house.config().seal_every_hours));
  if (!due && when == When::due) return false;
  CARNET_TRY(number, house.seals().seal_now());
  (void)number;
  for (const auto& witness : house.config().witnesses)
    if (const auto asked = ask_witness(house, witness); !asked)
      house.log().write(observe::Log::Level::error, "sealing.witness_failed", {{"code", Word::of_ours(asked.error().code)}});
  return true;
}

Answer tell_file(House& house, std::string path) {
  Result<std::string> file = kernel::fault("sealing.file", "not read");
  if (!co_await io::on_pool(house.pool(), [&] { file = house.seals().file(path); }))
    co_return kernel::refuse(kernel::ErrorKind::unavailable, "house.busy");
  if (!file) co_return std::unexpected(std::move(file).error());
  const bool is_text = path == "checkpoint";
  auto response = http::Response::text(is_text ? "text/plain; charset=utf-8" : "application/octet-stream", std::move(*file));
  response.with("Cache-Control", is_text ? "no-cache" : "public, max-age=3600");
  co_return response;
}

}  // namespace

io::Task<Result<bool>> seal_log(House& house, When when) {
  Result<bool> sealed = false;
  if (!co_await io::on_pool(house.pool(), [&] { sealed = seal_and_ask(house, when); }))
    co_return kernel::refuse(kernel::ErrorKind::unavailable, "house.busy");
  co_return sealed;
}

std::vector<http::Route> log_routes(House& house) {
  std::vector<http::Route> routes;
  const auto open = [&](std::string path, http::Handler handler) {
    routes.push_back({http::Method::get, std::move(path), std::move(handler), http::Access::anonymous});
  };
  open("/log/key", [&house](http::Exchange&) -> Answer {
    co_return http::Response::text("text/plain; charset=utf-8", tlog::write_verifier_key(house.seals().log_key()) + "\n");
  });
  open("/log/checkpoint", [&house](http::Exchange&) { return tell_file(house, "checkpoint"); });
  open("/log/tile/{rest...}", [&house](http::Exchange& e) { return tell_file(house, "tile/" + std::string(e.parameter("rest"))); });
  return routes;
}

}  // namespace carnet::server
