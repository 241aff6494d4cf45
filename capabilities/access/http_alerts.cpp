// What the holder, or a minor's parent, is told of accesses: /api/spaces/{who}/access/alerts (docs/formats/web-api.md).
#include <algorithm>

#include "access/alerts.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::access {

namespace json = kernel::json;
using identity::Caller;
using kernel::Result;

namespace {

// For whom this caller chooses: themselves when they hear of this space, else the holder.
struct Chooser {
  identity::Person hearer;
  bool letters = true;
};
Result<Chooser> chooser_of(State& state, store::Snapshot& at, PersonId person, PersonId caller) {
  CARNET_TRY(hearers, hearers_of(state, at, person));
  for (auto& one : hearers.people)
    if (one.person.id == caller) return Chooser{std::move(one.person), hearers.letters};
  return Chooser{std::move(hearers.holder), hearers.letters};
}

Answer get_alerts(Access& access, State& state, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  std::function<Result<json::object>(store::Snapshot&)> look = [&access, &state, caller, who](store::Snapshot& at) -> Result<json::object> {
    CARNET_TRY(grant, access.authorise_who(at, caller, who, Act::read_traces));
    CARNET_TRY(chooser, chooser_of(state, at, grant.person(), caller.person));
    CARNET_TRY(versions, rows::of_space(at, grant.person()));
    const auto choice = alert_choice(versions, chooser.hearer, chooser.letters);
    json::array there;
    for (const auto channel : alert_channels(chooser.hearer, chooser.letters)) there.push_back(json::string(notices::code_of(channel)));
    return json::object{{"choice", code_of(choice.when)}, {"channel", notices::code_of(choice.channel)}, {"channels", std::move(there)}};
  };
  CARNET_CO_TRY(body, co_await state.main.read<json::object>(look));
  co_return http::Response::json(json::serialize(body)).with("Cache-Control", "no-store");
}

Answer put_alerts(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  const auto when = in.text("choice", 16);
  const auto channel = in.text("channel", 16);
  in.only({"choice", "channel"});
  if (!in.ok()) co_return in.error();
  const auto choice = alert_choice_of(when, channel);
  if (!choice) co_return kernel::invalid("access.alerts", {{"unknown", "/choice", "is not a choice of alerts"}});
  const Caller caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  std::function<Result<bool>(store::Tx&)> work = [&access, &state, caller, who, choice](store::Tx& tx) -> Result<bool> {
    CARNET_TRY(grant, access.authorise_who(tx, caller, who, Act::change_delegations));
    CARNET_TRY(chooser, chooser_of(state, tx, grant.person(), caller.person));
    const auto there = alert_channels(chooser.hearer, chooser.letters);
    if (choice->when != AlertChoice::When::none && std::ranges::find(there, choice->channel) == there.end())
      return kernel::invalid("access.channel", {{"unknown", "/channel", "is not on file"}});
    CARNET_CHECK(choose_alerts(state, tx, grant, chooser.hearer.id, text_of(*choice)));
    return true;
  };
  CARNET_CO_TRY(done, co_await state.main.write<bool>(work));
  (void)done;
  co_return http::Response::empty(204);
}

}  // namespace

std::vector<http::Route> alert_routes(Access& access, State& state) {
  return {route(access, state, http::Method::get, "/api/spaces/{who}/access/alerts", get_alerts),
          route(access, state, http::Method::put, "/api/spaces/{who}/access/alerts", put_alerts)};
}

}  // namespace carnet::access
