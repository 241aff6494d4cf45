// Routes of docs/formats/web-api.md (signing in, session, recovery, reauthentication) and /oauth/token. No rule here.
#include "identity/clients.hpp"
#include "identity/http_parts.hpp"
#include "identity/one_time_codes.hpp"
#include "identity/sessions.hpp"
#include "identity/sign_in.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::size_t max_token_body = 64 * 1024;

// Out of the body, and out of its memory.
kernel::SecretBytes take_secret(json::object& body, std::string_view name) {
  json::value* member = body.if_contains(name);
  if (member == nullptr || !member->is_string()) return {};
  auto& text = member->get_string();
  kernel::SecretBytes secret{std::string_view(text.data(), text.size())};
  kernel::zeroise(text.data(), text.size());
  return secret;
}

From from_of(const http::Exchange& exchange) {
  return {exchange.request.peer, std::string(exchange.request.header("user-agent")), exchange.request.request_id};
}

// What the page offers for the second step.
json::object to_json(const Ways& ways, const std::optional<SentCode>& sent) {
  json::array channels;
  for (const auto& contact : ways.contacts)
    channels.push_back(json::object{{"channel", notices::code_of(contact.channel)}, {"hint", hint_of(contact)}});
  if (ways.letter) channels.push_back(json::object{{"channel", "letter"}, {"hint", ""}});
  json::object said{{"channels", std::move(channels)}};
  if (ways.sheet_left > 0) said["sheet_codes_left"] = ways.sheet_left;
  if (sent) said["sent"] = sent_to(*sent);
  return said;
}

Answer sign_in_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"identifier", "password"});
  std::string identifier = in.text("identifier", max_typed);
  (void)in.text("password", max_typed);
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(half, co_await sign_in(shared, std::move(identifier), take_secret(body, "password"), from_of(exchange)));
  co_return answer(to_json(half.ways, half.sent)).with("Set-Cookie", set_cookie(signin_cookie_name, half.cookie, -1));
}

Answer resend_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"channel"});
  const std::string name = in.text("channel", 16);
  if (!in.ok()) co_return in.error();
  const auto channel = name == "letter" ? std::optional(notices::Channel::letter) : channel_named(name);
  if (!channel) co_return kernel::invalid("identity.channel", {{"value", "/channel", "email, sms, voice or letter"}});
  CARNET_CO_TRY(sent, co_await resend_code(shared, std::string(exchange.request.cookie(signin_cookie_name)), *channel,
                                           exchange.request.request_id));
  co_return answer(sent_to(sent), 202);
}

Answer code_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"one_time_code", "channel"});
  std::string typed = in.text("one_time_code", 64);
  const std::string channel = in.optional_text("channel", 16);
  if (!in.ok()) co_return in.error();
  // The digits tell a sheet's code from one that was sent; a page may say which it asked for.
  if (!channel.empty() && channel != sheet_channel && !channel_named(channel))
    co_return kernel::invalid("identity.channel", {{"value", "/channel", "email, sms, voice or sheet"}});
  CARNET_CO_TRY(cookie, co_await finish_sign_in(shared, std::string(exchange.request.cookie(signin_cookie_name)), std::move(typed), from_of(exchange)));
  co_return answer({{"home", "/espace/moi"}})
      .with("Set-Cookie", set_cookie(session_cookie_name, cookie, -1))
      .with("Set-Cookie", set_cookie(signin_cookie_name, "", 0));
}

Answer sign_out_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_CHECK(co_await sign_out(shared, std::string(exchange.request.cookie(session_cookie_name)), exchange.request.request_id));
  co_return nothing().with("Set-Cookie", set_cookie(session_cookie_name, "", 0));
}

// What a page needs to know about its session.
struct Status {
  kernel::Instant ends{};
  json::array spaces;
};
kernel::Result<std::optional<Status>> session_status(store::Snapshot& at, const Shared& shared, PersonId person, const std::string& cookie) {
  CARNET_TRY(session, live_session(at, shared, cookie));
  if (!session) return std::nullopt;
  Status status{end_of(*session, shared), {}};
  if (shared.spaces) {
    CARNET_TRY(spaces, shared.spaces(at, person));
    status.spaces = std::move(spaces);
  }
  return std::optional<Status>(std::move(status));
}

// Enrollment may say of each space whether a second letter is awaited; the page wants it of the person's own.
bool second_letter_awaited(json::array& spaces) {
  bool awaited = false;
  for (auto& item : spaces) {
    json::object* space = item.if_object();
    if (space == nullptr) continue;
    const json::value* own = space->if_contains("second_letter_awaited");
    const json::value* relation = space->if_contains("relation");
    const bool is_self = relation != nullptr && relation->is_string() && relation->get_string() == "self";
    if (is_self && own != nullptr && own->is_bool()) awaited = own->get_bool();
    space->erase("second_letter_awaited");
  }
  return awaited;
}

Answer session_route(Shared& shared, http::Exchange& exchange) {
  if (!exchange.principal) co_return answer({{"signed_in", false}});
  const Caller& who = caller(exchange);
  const std::string cookie(exchange.request.cookie(session_cookie_name));
  const std::function<kernel::Result<std::optional<Status>>(store::Snapshot&)> ask = [&shared, person = who.person, cookie](store::Snapshot& at) {
    return session_status(at, shared, person, cookie);
  };
  CARNET_CO_TRY(status, co_await shared.store.read<std::optional<Status>>(ask));
  if (!status) co_return answer({{"signed_in", false}});
  const bool awaited = second_letter_awaited(status->spaces);
  co_return answer({{"signed_in", true},
                    {"name", who.name},
                    {"idle_minutes", shared.parameter("identity.session_idle_minutes")},
                    {"expires_at", kernel::to_rfc3339(status->ends)},
                    {"spaces", std::move(status->spaces)},
                    {"second_letter_awaited", awaited}});
}

Answer extend_route(Shared& shared, http::Exchange& exchange) {
  const auto key = key_of_cookie(shared, exchange.request.cookie(session_cookie_name));
  if (!key) co_return kernel::refuse(kernel::ErrorKind::unauthenticated, "identity.session", "no session");
  const std::function<kernel::Result<bool>(store::Tx&)> extend = [&shared, key = *key](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(touch_session(tx, key, shared.clock.now()));
    return true;
  };
  CARNET_CO_TRY(extended, co_await shared.store.write<bool>(extend));
  (void)extended;
  co_return nothing();
}

Answer recovery_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"number", "serial", "by_post"});
  RecoveryAsked asked;
  asked.number = in.text("number", max_typed);
  asked.serial = in.text("serial", max_typed);
  if (body.contains("by_post")) asked.by_post = in.boolean("by_post");
  if (!in.ok()) co_return in.error();
  asked.request_id = exchange.request.request_id;
  CARNET_CO_CHECK(co_await ask_recovery(shared, std::move(asked)));
  co_return answer({{"requested_on", kernel::to_text(shared.today())}}, 202);
}

Answer recovery_confirm_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"number", "serial", "one_time_code", "password"});
  Recovery recovery;
  recovery.number = in.text("number", max_typed);
  recovery.serial = in.text("serial", max_typed);
  recovery.typed = in.text("one_time_code", 64);
  (void)in.text("password", max_typed);
  if (!in.ok()) co_return in.error();
  recovery.password = take_secret(body, "password");
  recovery.source = exchange.request.peer;
  recovery.request_id = exchange.request.request_id;
  CARNET_CO_TRY(identifier, co_await confirm_recovery(shared, std::move(recovery)));
  co_return answer({{"identifier", identifier}});
}

Answer reauthentication_route(Shared& shared, http::Exchange& exchange) {
  const Caller who = caller(exchange);
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"password"});
  (void)in.text("password", max_typed);
  if (!in.ok()) co_return in.error();
  CARNET_CO_TRY(asked, co_await reauthenticate(shared, who, take_secret(body, "password"), from_of(exchange)));
  co_return answer(to_json(asked.ways, asked.sent));
}

Answer reauthentication_code_route(Identity& identity, http::Exchange& exchange) {
  const Caller& who = caller(exchange);
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"one_time_code"});
  std::string typed = in.text("one_time_code", 64);
  if (!in.ok()) co_return in.error();
  CARNET_CO_CHECK(co_await identity.judge_one_time_code(who.person, "reauthentication:" + who.session, std::move(typed)));
  co_return nothing();
}

http::Response token_error(const TokenRefusal& refusal) {
  auto response = answer({{"error", refusal.error}, {"error_description", refusal.description}}, refusal.status);
  if (refusal.status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

Answer token_route(Identity& identity, Shared& shared, const std::string& audience, http::Exchange& exchange) {
  const std::string_view type = exchange.request.header("content-type");
  if (!type.starts_with("application/x-www-form-urlencoded")) {
    co_return token_error({"invalid_request", "the body is application/x-www-form-urlencoded", 400});
  }
  TokenRequest request;
  const std::array<std::pair<std::string_view, std::string*>, 5> members{{{"grant_type", &request.grant_type},
                                                                         {"client_assertion_type", &request.assertion_type},
                                                                         {"client_assertion", &request.assertion},
                                                                         {"client_id", &request.client_id},
                                                                         {"scope", &request.scope}}};
  for (auto& [name, value] : exchange.request.form_pairs()) {
    const auto member = std::find_if(members.begin(), members.end(), [&](const auto& known) { return known.first == name; });
    if (member == members.end()) continue;  // RFC 6749 3.2: unknown parameters are ignored
    if (!member->second->empty()) co_return token_error({"invalid_request", "a parameter stands twice", 400});
    *member->second = value;
  }
  CARNET_CO_TRY(issued, co_await issue_token(identity, shared, std::move(request), audience));
  if (issued.refused) co_return token_error(*issued.refused);
  std::string scope;
  for (const auto& word : issued.scopes) scope += (scope.empty() ? "" : " ") + word;
  co_return answer({{"access_token", issued.token}, {"token_type", "Bearer"}, {"expires_in", issued.expires_in_s}, {"scope", scope}});
}

}  // namespace

std::vector<http::Route> Identity::web_routes() {
  Shared& shared = *shared_;
  const auto route = [](http::Method method, std::string path, http::Handler handler, http::Access access, std::string limit = {}) {
    http::Route made;
    made.method = method;
    made.path_template = std::move(path);
    made.handler = std::move(handler);
    made.access = access;
    made.max_body = max_small_body;
    made.limit = std::move(limit);
    return made;
  };
  const auto with = [&shared](Answer (*handle)(Shared&, http::Exchange&)) -> http::Handler {
    return [&shared, handle](http::Exchange& exchange) { return handle(shared, exchange); };
  };
  using http::Access;
  using http::Method;
  std::vector<http::Route> routes{
      route(Method::get, "/api/session", with(session_route), Access::anyone),
      route(Method::post, "/api/session/extend", with(extend_route), Access::signed_in),
      route(Method::post, "/api/sign-in", with(sign_in_route), Access::anyone, "sign-in"),
      route(Method::post, "/api/sign-in/resend", with(resend_route), Access::anyone, "sign-in"),
      route(Method::post, "/api/sign-in/code", with(code_route), Access::anyone, "sign-in"),
      route(Method::post, "/api/sign-out", with(sign_out_route), Access::anyone),
      route(Method::post, "/api/recovery", with(recovery_route), Access::anyone, "sign-in"),
      route(Method::post, "/api/recovery/confirm", with(recovery_confirm_route), Access::anyone, "sign-in"),
      route(Method::post, "/api/reauthentication", with(reauthentication_route), Access::signed_in, "sign-in"),
      route(Method::post, "/api/reauthentication/code",
            [this](http::Exchange& exchange) { return reauthentication_code_route(*this, exchange); }, Access::signed_in,
            "sign-in"),
  };
  for (auto& own : account_routes(shared)) routes.push_back(std::move(own));
  return routes;
}

std::vector<http::Route> Identity::oauth_routes(std::string audience) {
  http::Route token;
  token.method = http::Method::post;
  token.path_template = "/oauth/token";
  token.handler = [this, audience = std::make_shared<const std::string>(std::move(audience))](http::Exchange& exchange) {
    return token_route(*this, *shared_, *audience, exchange);
  };
  token.access = http::Access::anonymous;
  token.max_body = max_token_body;
  token.limit = "token";
  token.checks_origin = false;
  return {std::move(token)};
}

}  // namespace carnet::identity
