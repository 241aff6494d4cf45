// /api/activation..., /api/objection, /api/closure, /api/code-requests, /api/receipts/... (docs/formats/web-api.md): parsing and
// rendering, no rule.
#include <fmt/format.h>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {

namespace json = kernel::json;
using Answer = io::Task<Result<http::Response>>;

namespace {

constexpr std::string_view cookie_name = "__Host-flow";
constexpr std::size_t max_body = 8192;

std::string flow_cookie(std::string_view value, std::int64_t max_age_s) {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", cookie_name, value, max_age_s);
}

std::string cookie_of(const http::Exchange& exchange) { return std::string(exchange.request.cookie(cookie_name)); }

Result<json::object> body_of(const http::Exchange& exchange) {
  if (exchange.request.body.empty()) return json::object{};
  return kernel::parse_object(exchange.request.body_text());
}

json::object sent_to_json(const identity::SentCode& sent) {
  return {{"channel", notices::code_of(sent.channel)}, {"hint", sent.hint}, {"sent_at", kernel::to_rfc3339(sent.at)}};
}

json::object flow_to_json(const FlowView& view) {
  json::array contacts;
  for (const auto& [channel, hint] : view.contacts)
    contacts.push_back(json::object{{"channel", notices::code_of(channel)}, {"hint", hint}});
  json::object out{{"name", view.given_name},
                   {"child", view.child},
                   {"deadline", kernel::to_text(view.deadline)},
                   {"contacts", std::move(contacts)},
                   {"contact_confirmed", view.contact_confirmed},
                   {"needs_second_letter", view.needs_second_letter},
                   {"needs_account", view.needs_account}};
  if (view.sent) out["sent"] = sent_to_json(*view.sent);
  return out;
}

// Code and number as typed, checked for form only: what is wrong here is not a try.
struct Form {
  std::string code, number, serial, source;
};
io::Task<Result<Typed>> typed_of(const Engine& engine, Form form) {
  Typed typed;
  typed.serial = std::move(form.serial);
  typed.source = std::move(form.source);
  if (!form.code.empty()) {
    auto code = checked_code(form.code);
    if (!code) co_return kernel::pass(std::move(code));
    typed.code = *code;
  }
  std::function<Result<std::string>(store::Snapshot&)> look = [&engine, number = form.number](store::Snapshot& at) {
    return checked_number(engine, at, number);
  };
  CARNET_CO_TRY(number, co_await engine.main.read<std::string>(look));
  typed.number = number;
  co_return typed;
}

// ---- activation

Answer post_facts(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  Form form{in.text("code", 64), in.text("number", 40), in.text("serial", 40), exchange.request.peer};
  const bool child = body.contains("child") && in.boolean("child");
  in.only({"code", "number", "serial", "child"});
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(typed, co_await typed_of(engine, std::move(form)));
  CARNET_CO_TRY(begun, co_await begin_activation(engine, typed, child));
  const auto idle_s = std::int64_t{60} * engine.terms(engine.clock.now())->flow_idle_minutes;
  auto response = answer(flow_to_json(begun.view), 201);
  response.with("Set-Cookie", flow_cookie(begun.cookie, idle_s));
  co_return response;
}

Answer get_activation(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(view, co_await see_activation(engine, cookie_of(exchange)));
  co_return answer(flow_to_json(view), 200);
}

Result<notices::Channel> channel_of(std::string_view word) {
  for (const auto channel : {notices::Channel::sms, notices::Channel::voice, notices::Channel::email})
    if (notices::code_of(channel) == word) return channel;
  return kernel::invalid("body", {{"value", "/channel", "sms, voice or email"}});
}

Answer post_contact(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto word = in.text("channel", 10);
  ContactAsked asked;
  asked.address = in.optional_text("address", 300);
  in.only({"channel", "address"});
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(channel, channel_of(word));
  asked.channel = channel;
  CARNET_CO_TRY(sent, co_await send_contact_code(engine, cookie_of(exchange), asked));
  co_return answer(sent_to_json(sent), 202);
}

Answer post_confirm(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto code = in.text("one_time_code", 20);
  in.only({"one_time_code"});
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(view, co_await confirm_contact(engine, cookie_of(exchange), code));
  co_return answer(flow_to_json(view), 200);
}

// Only whoever is opening may ask whether a name is taken.
Answer post_identifier(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto identifier = in.text("identifier", 254);
  in.only({"identifier"});
  if (!in.ok()) co_return in.error();
  const auto key = key_of_flow(engine, cookie_of(exchange));
  if (!key) co_return kernel::refuse(kernel::ErrorKind::not_found, "activation.none");
  std::function<Result<bool>(store::Snapshot&)> look = [&engine, key, identifier](store::Snapshot& at) -> Result<bool> {
    CARNET_TRY(flow, load_flow(engine, at, *key));
    (void)flow;
    return engine.identity.identifier_free(at, identifier);
  };
  CARNET_CO_TRY(is_free, co_await engine.main.read<bool>(look));
  if (!is_free) co_return kernel::refuse(kernel::ErrorKind::conflict, "identity.identifier_taken", "another name is needed");
  co_return http::Response::empty(204);
}

Answer post_open(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  Chosen chosen;
  chosen.identifier = in.optional_text("identifier", 254);
  chosen.password = in.optional_text("password", 1024);
  in.only({"identifier", "password"});
  if (!in.ok()) co_return in.error();
  chosen.user_agent = exchange.request.header("user-agent");
  CARNET_CO_TRY(opened, co_await finish_opening(engine, cookie_of(exchange), chosen, exchange.request.request_id));
  auto response = answer({{"receipt", to_json(opened.receipt)}, {"who", opened.who}}, 201);
  response.with("Set-Cookie", flow_cookie("", 0));
  if (!opened.session.empty()) {
    const auto today = kernel::date_in(engine.clock.now(), kernel::Zone::paris());
    const auto hours = engine.parameters.integer("identity.session_max_hours", today);
    response.with("Set-Cookie", identity::Identity::session_cookie(opened.session, hours * 3600));
  }
  co_return response;
}

Answer post_object(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(receipt, co_await finish_objecting(engine, cookie_of(exchange), exchange.request.request_id));
  auto response = answer({{"receipt", to_json(receipt)}}, 201);
  response.with("Set-Cookie", flow_cookie("", 0));
  co_return response;
}

Answer delete_activation(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_CHECK(co_await forget_activation(engine, cookie_of(exchange)));
  auto response = http::Response::empty(204);
  response.with("Set-Cookie", flow_cookie("", 0));
  co_return response;
}

// ---- objecting, closing without having opened, asking for a code

io::Task<Result<Typed>> code_and_number(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  Form form{in.text("code", 64), in.text("number", 40), {}, exchange.request.peer};
  in.only({"code", "number"});
  if (!in.ok()) co_return in.error();
  co_return co_await typed_of(engine, std::move(form));
}

Answer post_objection(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(typed, co_await code_and_number(engine, exchange));
  CARNET_CO_TRY(receipt, co_await object_by_code(engine, typed, exchange.request.request_id));
  co_return answer({{"receipt", to_json(receipt)}}, 201);
}

Answer post_closure(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(typed, co_await code_and_number(engine, exchange));
  CARNET_CO_TRY(closed, co_await close_by_code(engine, typed, exchange.request.request_id));
  json::object body{{"receipt", to_json(closed.receipt)}};
  if (closed.kept_until) body["kept_until"] = kernel::to_text(*closed.kept_until);
  co_return answer(body, 201);
}

Result<CodeKind> purpose_of(std::string_view word) {
  if (word == "open") return CodeKind::opening_on_request;
  if (word == "object") return CodeKind::objecting_on_request;
  if (word == "close") return CodeKind::closing_on_request;
  return kernel::invalid("body", {{"value", "/purpose", "open, object or close"}});
}

Answer post_code_request(const Engine& engine, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  Form form{{}, in.text("number", 40), in.text("serial", 40), exchange.request.peer};
  const auto word = in.text("purpose", 10);
  in.only({"number", "serial", "purpose"});
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(purpose, purpose_of(word));
  CARNET_CO_TRY(typed, co_await typed_of(engine, std::move(form)));
  CARNET_CO_CHECK(co_await request_code(engine, typed, purpose));
  const auto today = kernel::date_in(engine.clock.now(), kernel::Zone::paris());
  co_return answer({{"requested_on", kernel::to_text(today)}, {"purpose", word}}, 202);
}

// Whoever has the address has the receipt: it is no more guessable than a key, and says no name.
// As a PDF, or as the text that was signed; key.pem is what verifies it.
Answer get_receipt(const Engine& engine, http::Exchange& exchange) {
  const std::string file(exchange.parameter("file"));
  if (file == "key.pem") co_return http::Response::text("application/x-pem-file", engine.receipt_public_pem);
  const auto dot = file.find('.');
  const auto opaque = file.substr(0, dot);
  const std::string_view form = dot == std::string::npos ? std::string_view() : std::string_view(file).substr(dot);
  if (form != ".pdf" && form != ".txt") co_return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  const bool as_text = form == ".txt";
  std::function<Result<std::string>(store::Snapshot&)> draw = [&](store::Snapshot& at) -> Result<std::string> {
    if (as_text) return engine.receipt_text(at, opaque);
    CARNET_TRY(pdf, engine.receipt_pdf(at, opaque));
    return std::string(kernel::as_text(pdf));
  };
  CARNET_CO_TRY(body, co_await engine.main.read<std::string>(draw));
  auto response = http::Response::text(as_text ? "text/plain; charset=utf-8" : "application/pdf", std::move(body));
  response.with("Content-Disposition", as_text ? "attachment; filename=\"recu.txt\"" : "attachment; filename=\"recu.pdf\"");
  co_return response;
}

using Handler = Answer (*)(const Engine&, http::Exchange&);

http::Route open_route(const Engine& engine, http::Method method, std::string path, Handler handler,
                       std::string limit = "code") {
  return {method, std::move(path), [&engine, handler](http::Exchange& e) { return handler(engine, e); },
          http::Access::anyone, max_body, std::move(limit)};
}

}  // namespace

json::object to_json(const Receipt& receipt) {
  return {{"number", receipt.number}, {"at", kernel::to_rfc3339(receipt.at)}, {"kind", receipt.kind}, {"pdf", receipt.pdf_path}};
}

http::Response answer(const json::object& body, int status) { return http::Response::json(json::serialize(body), status); }

std::vector<http::Route> activation_routes(const Engine& engine) {
  using M = http::Method;
  return {
      open_route(engine, M::post, "/api/activation/facts", post_facts),
      open_route(engine, M::get, "/api/activation", get_activation, {}),
      open_route(engine, M::post, "/api/activation/contact", post_contact),
      open_route(engine, M::post, "/api/activation/contact/confirm", post_confirm),
      open_route(engine, M::post, "/api/activation/identifier", post_identifier, {}),
      open_route(engine, M::post, "/api/activation/open", post_open),
      open_route(engine, M::post, "/api/activation/object", post_object),
      open_route(engine, M::del, "/api/activation", delete_activation, {}),
      open_route(engine, M::post, "/api/objection", post_objection),
      open_route(engine, M::post, "/api/closure", post_closure),
      open_route(engine, M::post, "/api/code-requests", post_code_request),
      open_route(engine, M::get, "/api/receipts/{file}", get_receipt, {}),
  };
}

}  // namespace carnet::enrollment
