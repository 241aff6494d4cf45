// What somebody signed in sees and changes of their own account: sessions, contacts, the posted sheet of codes
// (docs/formats/web-api.md). No rule here.
#include "identity/code_sheet.hpp"
#include "identity/contacts.hpp"
#include "identity/http_parts.hpp"
#include "identity/sessions.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

Answer list_sessions(Shared& shared, http::Exchange& exchange) {
  const Caller who = caller(exchange);
  const std::function<kernel::Result<std::vector<OwnSession>>(store::Snapshot&)> look = [&shared, who](store::Snapshot& at) {
    return own_sessions(at, shared, who);
  };
  CARNET_CO_TRY(sessions, co_await shared.store.read<std::vector<OwnSession>>(look));
  json::array out;
  for (const auto& one : sessions) {
    out.push_back(json::object{{"id", one.id},
                               {"current", one.current},
                               {"began_at", kernel::to_rfc3339(one.began)},
                               {"last_used_at", kernel::to_rfc3339(one.last_used)},
                               {"device", one.device}});
  }
  co_return answer({{"sessions", std::move(out)}});
}

// One act in one transaction, with nothing to say about it.
Answer done_by(Shared& shared, std::function<kernel::Status(store::Tx&)> act) {
  const std::function<kernel::Result<bool>(store::Tx&)> write = [act = std::move(act)](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(act(tx));
    return true;
  };
  CARNET_CO_TRY(done, co_await shared.store.write<bool>(write));
  (void)done;
  co_return nothing();
}

Answer end_session_route(Shared& shared, http::Exchange& exchange) {
  return done_by(shared, [&shared, who = caller(exchange), id = std::string(exchange.parameter("id")),
                          request_id = exchange.request.request_id](store::Tx& tx) { return end_own_session(tx, shared, who, id, request_id); });
}

Answer end_others_route(Shared& shared, http::Exchange& exchange) {
  return done_by(shared, [&shared, who = caller(exchange), request_id = exchange.request.request_id](store::Tx& tx) {
    return end_other_sessions(tx, shared, who, request_id);
  });
}

json::object to_json(const NamedContact& contact) {
  return {{"id", contact.id}, {"channel", notices::code_of(contact.contact.channel)}, {"hint", hint_of(contact.contact)}};
}

Answer list_contacts(Shared& shared, http::Exchange& exchange) {
  const PersonId person = caller(exchange).person;
  const std::function<kernel::Result<Contacts>(store::Snapshot&)> look = [&shared, person](store::Snapshot& at) {
    return contacts_of(at, shared, person);
  };
  CARNET_CO_TRY(contacts, co_await shared.store.read<Contacts>(look));
  json::array out;
  for (const auto& one : contacts.now) {
    auto said = to_json(one);
    said["confirmed"] = true;
    out.push_back(std::move(said));
  }
  for (const auto& change : contacts.awaited) {
    auto said = to_json(change.to);
    said["confirmed"] = change.confirmed.ms != 0;
    said["pending_until"] = kernel::to_rfc3339(change.effective);
    if (!change.replaces.empty()) said["replaces"] = change.replaces;
    out.push_back(std::move(said));
  }
  co_return answer({{"contacts", std::move(out)}});
}

Answer ask_contact_route(Shared& shared, http::Exchange& exchange) {
  const Caller who = caller(exchange);
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"channel", "address", "replaces"});
  const auto channel = channel_named(in.text("channel", 16));
  ContactAsked asked;
  asked.address = in.text("address", 300);
  asked.replaces = in.optional_text("replaces", 64);
  if (!in.ok()) co_return in.error();
  if (!channel) co_return kernel::invalid("identity.channel", {{"value", "/channel", "email, sms or voice"}});
  asked.channel = *channel;
  const std::function<kernel::Result<ContactPending>(store::Tx&)> ask = [&shared, who, asked,
                                                                         request_id = exchange.request.request_id](store::Tx& tx) {
    return ask_contact(tx, shared, who, asked, request_id);
  };
  CARNET_CO_TRY(pending, co_await shared.store.write<ContactPending>(ask));
  co_return answer({{"id", pending.id}, {"effective_at", kernel::to_rfc3339(pending.effective)}}, 202);
}

Answer confirm_contact_route(Shared& shared, http::Exchange& exchange) {
  const Caller who = caller(exchange);
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"one_time_code"});
  std::string typed = in.text("one_time_code", 64);
  if (!in.ok()) co_return in.error();
  CARNET_CO_CHECK(co_await confirm_contact(shared, who, std::string(exchange.parameter("id")), std::move(typed), exchange.request.request_id));
  co_return nothing();
}

Answer cancel_contact_route(Shared& shared, http::Exchange& exchange) {
  return done_by(shared, [&shared, who = caller(exchange), id = std::string(exchange.parameter("id")),
                          request_id = exchange.request.request_id](store::Tx& tx) { return cancel_contact(tx, shared, who, id, request_id); });
}

Answer cancel_by_code_route(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  in.only({"code"});
  std::string typed = in.text("code", 64);
  if (!in.ok()) co_return in.error();
  CARNET_CO_CHECK(co_await cancel_by_code(shared, std::move(typed), exchange.request.peer, exchange.request.request_id));
  co_return answer({{"received_on", kernel::to_text(shared.today())}}, 202);
}

Answer post_sheet_route(Shared& shared, http::Exchange& exchange) {
  const Caller who = caller(exchange);
  const std::function<kernel::Result<Date>(store::Tx&)> post = [&shared, who,
                                                                request_id = exchange.request.request_id](store::Tx& tx) -> kernel::Result<Date> {
    CARNET_TRY(day, post_sheet(tx, shared, who.person));
    CARNET_CHECK(leave_trace(tx, shared, {who.person, audit::Action::code_requested, audit::ActorKind::holder, "identity.code_sheet", request_id}));
    return day;
  };
  CARNET_CO_TRY(day, co_await shared.store.write<Date>(post));
  co_return answer({{"posted_on", kernel::to_text(day)}}, 202);
}

}  // namespace

std::vector<http::Route> account_routes(Shared& shared) {
  const auto route = [&shared](http::Method method, std::string path, Answer (*handle)(Shared&, http::Exchange&), std::string limit = {},
                               http::Access access = http::Access::signed_in) {
    http::Route made;
    made.method = method;
    made.path_template = std::move(path);
    made.handler = [&shared, handle](http::Exchange& exchange) { return handle(shared, exchange); };
    made.access = access;
    made.max_body = max_small_body;
    made.limit = std::move(limit);
    return made;
  };
  using http::Method;
  return {
      route(Method::get, "/api/sessions", list_sessions),
      route(Method::post, "/api/sessions/{id}/end", end_session_route),
      route(Method::post, "/api/sessions/end-others", end_others_route),
      route(Method::get, "/api/contacts", list_contacts),
      route(Method::post, "/api/contacts", ask_contact_route, "sign-in"),
      route(Method::post, "/api/contacts/{id}/confirm", confirm_contact_route, "sign-in"),
      route(Method::post, "/api/contacts/{id}/cancel", cancel_contact_route),
      route(Method::post, "/api/contacts/cancel", cancel_by_code_route, "code", http::Access::anonymous),
      route(Method::post, "/api/code-sheet", post_sheet_route, "sign-in"),
  };
}

}  // namespace carnet::identity
