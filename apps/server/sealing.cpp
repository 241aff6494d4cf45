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
constexpr auto ask_again_after = std::chrono::minutes(10);
constexpr int told_size = 409;

// A witness says which size it saw last; what it is asked then begins there.
Status ask_witness(House& house, const wiring::Witness& witness, const std::atomic<bool>& stopping) {
  CARNET_TRY(key, tlog::read_verifier_key(witness.key));
  std::uint64_t seen = 0;
  for (int asked = 0; asked < 2; ++asked) {
    CARNET_TRY(request, house.seals().witness_request(seen));
    CARNET_TRY(answer, courier::post_text(witness.url, request, witness.ca_file, witness_timeout_ms, &stopping));
    if (answer.status == 200) return house.seals().add_cosignature(answer.body, key);
    const auto* end = answer.body.data() + answer.body.size();
    if (answer.status != told_size || std::from_chars(answer.body.data(), end, seen).ec != std::errc{})
      return kernel::fault("sealing.witness", fmt::format("answered {}", answer.status));
  }
  return kernel::fault("sealing.witness", "it saw another history of this log");
}

Result<std::vector<const wiring::Witness*>> not_yet_heard(House& house) {
  CARNET_TRY(text, house.seals().checkpoint());
  CARNET_TRY(note, tlog::read_note(text));
  std::vector<const wiring::Witness*> lacking;
  for (const auto& witness : house.config().witnesses) {
    CARNET_TRY(key, tlog::read_verifier_key(witness.key));
    if (!tlog::cosigned_at(note, key)) lacking.push_back(&witness);
  }
  return lacking;
}

Result<bool> seal_and_ask(House& house, When when, Sealing& sealing) {
  const auto now = house.clock().now();
  CARNET_TRY(last, house.seals().last_seal_at());
  const bool due = !last || now >= last->plus(std::chrono::hours(house.config().seal_every_hours)) || when == When::now;
  if (due) CARNET_CHECK(house.seals().seal_now());
  const bool asked_lately = sealing.asked_at && now >= *sealing.asked_at && now < sealing.asked_at->plus(ask_again_after);
  if (house.config().witnesses.empty() || (!due && asked_lately)) return due;
  CARNET_TRY(lacking, not_yet_heard(house));
  sealing.asked_at = now;
  for (const auto* witness : lacking) {
    if (sealing.stopping.load()) break;
    if (const auto asked = ask_witness(house, *witness, sealing.stopping); !asked)
      house.log().write(observe::Log::Level::error, "sealing.witness_failed", {{"code", Word::of_ours(asked.error().code)}});
  }
  return due;
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

io::Task<Result<bool>> seal_log(House& house, When when, Sealing& sealing) {
  Result<bool> sealed = false;
  if (!co_await io::on_pool(house.pool(), [&] { sealed = seal_and_ask(house, when, sealing); }))
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
