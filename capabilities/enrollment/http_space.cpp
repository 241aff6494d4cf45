// What someone signed in does with a space, and with their children's (docs/formats/web-api.md). No rule here.
#include "enrollment/acts.hpp"

namespace carnet::enrollment {

namespace json = kernel::json;
using Answer = io::Task<Result<http::Response>>;

namespace {

constexpr std::size_t max_body = 8192;

Result<std::string> one_text(const http::Exchange& exchange, std::string_view name, std::size_t max_length) {
  CARNET_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  auto value = in.text(name, max_length);
  in.only({name});
  if (!in.ok()) return in.error();
  return value;
}

io::Task<Result<PersonId>> owner_of(const Engine& engine, Caller caller, std::string who) {
  std::function<Result<PersonId>(store::Snapshot&)> look = [&engine, caller, who](store::Snapshot& at) {
    return space_owner(engine, at, caller, who);
  };
  co_return co_await engine.main.read<PersonId>(look);
}

// A sensitive act: whose space, and the one-time code that the reauthentication sent.
io::Task<Result<PersonId>> confirmed_owner(const Engine& engine, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(code, one_text(exchange, "one_time_code", 20));
  CARNET_CO_TRY(person, co_await owner_of(engine, caller, std::string(exchange.parameter("who"))));
  CARNET_CO_CHECK(co_await engine.identity.judge_one_time_code(caller.person, "reauthentication:" + caller.session, code));
  co_return person;
}

Answer post_second_letter(const Engine& engine, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(text, one_text(exchange, "code", 64));
  CARNET_CO_TRY(code, checked_code(text));
  CARNET_CO_TRY(person, co_await owner_of(engine, caller, std::string(exchange.parameter("who"))));
  Typed typed;
  typed.code = code;
  typed.source = exchange.request.peer;
  CARNET_CO_CHECK(co_await enter_second_letter(engine, caller, person, typed, exchange.request.request_id));
  co_return http::Response::empty(204);
}

http::Response left(const Closed& closed) {
  json::object body{{"receipt", to_json(closed.receipt)}};
  if (closed.kept_until) body["kept_until"] = kernel::to_text(*closed.kept_until);
  return answer(body, 201);
}

Answer post_closure(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(person, co_await confirmed_owner(engine, exchange));
  CARNET_CO_TRY(closed, co_await close_space(engine, identity::caller(exchange), person, exchange.request.request_id));
  co_return left(closed);
}

Answer post_erasure(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(person, co_await confirmed_owner(engine, exchange));
  CARNET_CO_TRY(asked, co_await ask_erasure(engine, identity::caller(exchange), person, exchange.request.request_id));
  co_return left(asked);
}

Answer post_reopening(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(person, co_await confirmed_owner(engine, exchange));
  CARNET_CO_TRY(receipt, co_await reopen_space(engine, identity::caller(exchange), person, exchange.request.request_id));
  co_return answer({{"receipt", to_json(receipt)}}, 201);
}

Result<json::array> children_of(const Engine& engine, store::Snapshot& at, const Caller& caller) {
  const auto now = engine.clock.now();
  json::array out;
  if (caller.kind != Caller::Kind::person) return out;
  CARNET_TRY(children, engine.minors_of(at, caller.person));
  for (const auto child : children) {
    CARNET_TRY(person, engine.people().person(at, child));
    CARNET_TRY(facts, rows::facts_of(at, child));
    const auto life = fold(facts, facts.empty() ? now : std::max(now, facts.back().at));
    json::object one{{"who", engine.people().opaque(child)},
                     {"name", person.display_name()},
                     {"birth_date", person.traits.birth_date},
                     {"state", code_of(life.state())}};
    if (life.state() == State::notified && life.notice_last_day)
      one["deadline"] = kernel::to_text(*life.notice_last_day);
    const auto& refusable = life.refusable;
    if (refusable && now < refusable->until && refusable->by != caller.person.value)
      one["refusable_until"] = kernel::to_rfc3339(refusable->until);
    out.push_back(std::move(one));
  }
  return out;
}

Answer get_children(const Engine& engine, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  std::function<Result<json::array>(store::Snapshot&)> look = [&engine, caller](store::Snapshot& at) {
    return children_of(engine, at, caller);
  };
  CARNET_CO_TRY(children, co_await engine.main.read<json::array>(look));
  co_return answer({{"children", std::move(children)}}, 200);
}

Answer post_for_child(const Engine& engine, http::Exchange& exchange, Act act) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(text, one_text(exchange, "code", 64));
  CARNET_CO_TRY(code, checked_code(text));
  Typed typed;
  typed.code = code;
  typed.source = exchange.request.peer;
  CARNET_CO_TRY(receipt, co_await decide_for_child(engine, caller, std::string(exchange.parameter("who")), typed, act,
                                                   exchange.request.request_id));
  co_return answer({{"receipt", to_json(receipt)}}, 201);
}

Answer post_child_activation(const Engine& engine, http::Exchange& exchange) {
  return post_for_child(engine, exchange, Act::open);
}
Answer post_child_objection(const Engine& engine, http::Exchange& exchange) {
  return post_for_child(engine, exchange, Act::object);
}

Answer post_child_code(const Engine& engine, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(left, co_await ask_code_for_child(engine, caller, std::string(exchange.parameter("who")), exchange.request.request_id));
  json::object body{{"channel", notices::code_of(left.channel)}};
  if (!left.hint.empty()) body["hint"] = left.hint;
  if (left.last_day)
    body["last_day"] = kernel::to_text(*left.last_day);
  else
    body["until"] = kernel::to_rfc3339(left.until);
  co_return answer(body, 202);
}

Answer post_child_refusal(const Engine& engine, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(receipt, co_await refuse_for_child(engine, caller, std::string(exchange.parameter("who")), exchange.request.request_id));
  co_return answer({{"receipt", to_json(receipt)}}, 201);
}

using Handler = Answer (*)(const Engine&, http::Exchange&);

http::Route own_route(const Engine& engine, http::Method method, std::string path, Handler handler, std::string limit) {
  return {method, std::move(path), [&engine, handler](http::Exchange& e) { return handler(engine, e); },
          http::Access::signed_in, max_body, std::move(limit)};
}

}  // namespace

Result<json::array> list_spaces(const Engine& engine, store::Snapshot& at, PersonId person) {
  const auto now = engine.clock.now();
  json::array spaces;
  const auto add = [&](PersonId one, std::string who, std::string_view relation) -> Status {
    CARNET_TRY(found, engine.people().person(at, one));
    CARNET_TRY(facts, rows::facts_of(at, one));
    const auto standing = standing_of(fold(facts, facts.empty() ? now : std::max(now, facts.back().at)), one);
    spaces.push_back(json::object{{"who", std::move(who)},
                                  {"name", found.display_name()},
                                  {"relation", relation},
                                  {"state", code_of(standing.state)},
                                  {"second_letter_awaited", standing.second_letter_awaited}});
    return {};
  };
  CARNET_CHECK(add(person, "moi", "self"));
  CARNET_TRY(children, engine.minors_of(at, person));
  for (const auto child : children) CARNET_CHECK(add(child, engine.people().opaque(child), "child"));
  return spaces;
}

std::vector<http::Route> space_routes(const Engine& engine) {
  using M = http::Method;
  return {
      own_route(engine, M::post, "/api/spaces/{who}/second-letter", post_second_letter, "code"),
      own_route(engine, M::post, "/api/spaces/{who}/closure", post_closure, "code"),
      own_route(engine, M::post, "/api/spaces/{who}/erasure", post_erasure, "code"),
      own_route(engine, M::post, "/api/spaces/{who}/reopening", post_reopening, "code"),
      own_route(engine, M::get, "/api/children", get_children, {}),
      own_route(engine, M::post, "/api/children/{who}/activation", post_child_activation, "code"),
      own_route(engine, M::post, "/api/children/{who}/objection", post_child_objection, "code"),
      own_route(engine, M::post, "/api/children/{who}/code", post_child_code, "code"),
      own_route(engine, M::post, "/api/children/{who}/refusal", post_child_refusal, {}),
  };
}

}  // namespace carnet::enrollment
