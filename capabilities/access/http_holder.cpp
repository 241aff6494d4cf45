// Who has access, and what the holder changes: /api/spaces/{who}/access... (docs/formats/web-api.md). No rule here.
#include <algorithm>
#include <array>
#include <charconv>

#include "access/state.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::access {

namespace json = kernel::json;
using identity::Caller;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

constexpr auto all_classes =
    std::to_array<std::string_view>({"10", "11", "31", "42", "43", "44", "45", "52", "60", "90", "95"});

constexpr auto powers = std::to_array<std::pair<std::string_view, std::uint32_t>>({{"traces", carer_traces},
                                                                                   {"contest", carer_contest},
                                                                                   {"add", carer_add},
                                                                                   {"settings", carer_settings},
                                                                                   {"copy", carer_copy}});

http::Response answer(const json::object& body, int status = 200) {
  return http::Response::json(json::serialize(body), status).with("Cache-Control", "no-store");
}

Result<json::object> body_of(const http::Exchange& exchange) {
  if (exchange.request.body.empty()) return json::object{};
  return kernel::parse_object(exchange.request.body_text());
}

// One change, judged and made in one transaction: what is refused leaves nothing.
struct Asked {
  Caller caller;
  std::string who;
  Act act = Act::change_settings;
};
Asked asked_of(const http::Exchange& exchange, Act act = Act::change_settings) {
  return {identity::caller(exchange), std::string(exchange.parameter("who")), act};
}
template <class T>
io::Task<Result<T>> in_space(Access& access, State& state, Asked asked,
                             std::function<Result<T>(store::Tx&, const AccessGrant&)> work) {
  std::function<Result<T>(store::Tx&)> all = [&access, asked, work](store::Tx& tx) -> Result<T> {
    CARNET_TRY(grant, access.authorise_who(tx, asked.caller, asked.who, asked.act));
    return work(tx, grant);
  };
  co_return co_await state.main.write<T>(std::move(all));
}
using Work = std::function<Result<bool>(store::Tx&, const AccessGrant&)>;
Answer changed(Access& access, State& state, Asked asked, Work work) {
  CARNET_CO_TRY(done, co_await in_space<bool>(access, state, std::move(asked), std::move(work)));
  (void)done;
  co_return http::Response::empty(204);
}
Result<bool> done_if(Status status) {
  if (!status) return std::unexpected(std::move(status).error());
  return true;
}

// ---- the list

json::array classes_in(std::uint32_t bits) {
  json::array out;
  for (const auto code : all_classes)
    if ((bits & class_bit(code)) != 0) out.push_back(json::string(code));
  return out;
}

// Adds what one version says of a professional to their entry.
Status add_professional(State& state, store::Snapshot& at, const Version& version, json::object& entry) {
  auto& relations = entry["relations"].as_array();
  const auto relate = [&](std::string_view word) {
    if (std::ranges::none_of(relations, [&](const json::value& one) { return one.as_string() == word; }))
      relations.push_back(json::string(word));
  };
  switch (version.kind) {
    case Kind::care_team: {
      relate("care_team");
      CARNET_TRY(structure, state.identity.structure(at, version.place));
      if (structure) entry["structure"] = structure->name;
      entry["since"] = kernel::to_rfc3339(version.valid_from);
      if (version.valid_to) entry["until"] = kernel::to_rfc3339(*version.valid_to);
      return {};
    }
    case Kind::consented:
      relate("consented");
      if (version.valid_to) entry["until"] = kernel::to_rfc3339(*version.valid_to);
      return {};
    case Kind::occupational: relate("occupational"); return {};
    case Kind::blocked: entry["blocked"] = true; return {};
    case Kind::refused: entry["refused"] = true; return {};
    default: return {};
  }
}

Result<json::object> empty_professional(State& state, store::Snapshot& at, std::string_view rpps) {
  json::object entry{{"rpps", rpps}, {"relations", json::array{}}, {"blocked", false}, {"refused", false}};
  CARNET_TRY(professional, state.identity.professional(at, rpps));
  if (professional) {
    entry["name"] = professional->name;
    entry["profession"] = professional->profession;
  }
  return entry;
}

Result<json::array> professionals_of(State& state, store::Snapshot& at, const std::vector<Version>& held,
                                     const std::string& declared_gp) {
  std::map<std::string, json::object> found;
  const auto of = [&](const std::string& rpps) -> Result<json::object*> {
    const auto known = found.find(rpps);
    if (known != found.end()) return &known->second;
    CARNET_TRY(entry, empty_professional(state, at, rpps));
    return &found.emplace(rpps, std::move(entry)).first->second;
  };
  if (!declared_gp.empty()) {
    CARNET_TRY(entry, of(declared_gp));
    entry->at("relations").as_array().push_back("declared_gp");
  }
  for (const auto& version : held) {
    if (version.subject.empty() || version.kind >= Kind::carer) continue;
    if (version.kind == Kind::author) continue;  // of what, the reader may not see: it would tell that something is there
    CARNET_TRY(entry, of(version.subject));
    CARNET_CHECK(add_professional(state, at, version, *entry));
  }
  json::array out;
  for (auto& [rpps, entry] : found) out.push_back(std::move(entry));
  return out;
}

Status add_people(State& state, store::Snapshot& at, const std::vector<Version>& held, json::object& body) {
  json::array carers;
  json::array guardians;
  for (const auto& version : held) {
    const auto person = person_of(version.subject);
    if (!person || (version.kind != Kind::carer && version.kind != Kind::guardian)) continue;
    CARNET_TRY(facts, state.identity.people().person(at, *person));
    json::object entry{{"person", state.identity.people().opaque(*person)}, {"name", facts.display_name()}};
    if (version.valid_to) entry["until"] = kernel::to_rfc3339(*version.valid_to);
    if (version.kind == Kind::guardian) {
      entry["kind"] = version.detail;
      guardians.push_back(std::move(entry));
    } else {
      std::uint32_t bits = 0;
      std::from_chars(version.detail.data(), version.detail.data() + version.detail.size(), bits);
      entry["classes"] = classes_in(bits);
      json::array more;
      for (const auto& [word, bit] : powers)
        if ((bits & bit) != 0) more.push_back(json::string(word));
      entry["powers"] = std::move(more);
      carers.push_back(std::move(entry));
    }
  }
  body["carers"] = std::move(carers);
  body["guardians"] = std::move(guardians);
  return {};
}

Status add_parents(State& state, store::Snapshot& at, const AccessGrant& grant, const std::vector<Version>& held,
                   json::object& body) {
  json::array parents;
  const Date today = kernel::date_in(state.clock.now(), kernel::Zone::paris());
  CARNET_TRY(ids, state.identity.people().representatives(at, grant.person(), today));
  for (const auto id : ids) {
    CARNET_TRY(facts, state.identity.people().person(at, id));
    const bool ended = std::ranges::any_of(held, [&](const Version& one) {
      return one.kind == Kind::judge_ended && one.subject == subject_of(id);
    });
    parents.push_back(json::object{
        {"person", state.identity.people().opaque(id)}, {"name", facts.display_name()}, {"ended_by_judge", ended}});
  }
  body["parents"] = std::move(parents);
  return {};
}

Result<json::object> list_of(State& state, store::Snapshot& at, const AccessGrant& grant, PersonId reader) {
  CARNET_TRY(versions, rows::of_space(at, grant.person()));
  const Instant now = state.clock.now();
  auto held = last_known(versions, all_known);
  std::erase_if(held, [&](const Version& one) { return !one.holds_at(now); });
  const Settings settings = hold(versions, {}, {}, now, all_known).settings;
  json::object body{{"emergency", json::object{{"bris_de_glace", settings.allows_bris_de_glace},
                                               {"centre_15", settings.allows_centre_15}}},
                    {"frozen", settings.frozen},
                    {"own_access_agreed", settings.own_access_agreed}};
  const auto mine = subject_of(reader);
  body["discretion"] = std::ranges::any_of(
      held, [&](const Version& one) { return one.kind == Kind::discretion && one.place == mine; });
  body["professionals"] = json::array{};
  if (!grant.discreet()) {
    CARNET_TRY(professionals, professionals_of(state, at, held, grant.holder().declared_gp));
    body["professionals"] = std::move(professionals);
  }
  CARNET_CHECK(add_people(state, at, held, body));
  CARNET_CHECK(add_parents(state, at, grant, held, body));
  return body;
}

// Listing who has access is itself traced, before anything is answered.
Answer get_access(Access& access, State& state, http::Exchange& exchange) {
  const Caller& caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  struct Found {
    audit::Entry trace;
    json::object body;
  };
  std::function<Result<Found>(store::Snapshot&)> look = [&access, &state, caller, who](store::Snapshot& at) -> Result<Found> {
    CARNET_TRY(grant, access.authorise_who(at, caller, who, Act::read_traces));
    CARNET_TRY(body, list_of(state, at, grant, caller.person));
    return Found{grant.trace(audit::Action::traces_read), std::move(body)};
  };
  CARNET_CO_TRY(found, co_await state.main.read<Found>(look));
  found.trace.request_id = exchange.request.request_id;
  found.trace.item_title = "access";
  CARNET_CO_TRY(receipt, co_await state.journal.durable(std::move(found.trace)));
  (void)receipt;
  co_return answer(found.body);
}

// ---- professionals

Result<std::string> rpps_in(const http::Exchange& exchange) {
  CARNET_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  auto rpps = in.text("rpps", 11);
  in.only({"rpps"});
  if (!in.ok()) return in.error();
  return rpps;
}

// Only a professional of the directory can be blocked or refused.
Result<bool> known(State& state, store::Snapshot& at, const std::string& rpps) {
  CARNET_TRY(professional, state.identity.professional(at, rpps));
  if (!professional) return kernel::invalid("access.professional", {{"unknown", "/rpps", "is not in the directory"}});
  return true;
}

using OnProfessional = Status (*)(Access&, store::Tx&, const AccessGrant&, const std::string&);
Answer on_professional(Access& access, State& state, http::Exchange& exchange, OnProfessional act) {
  CARNET_CO_TRY(rpps, rpps_in(exchange));
  co_return co_await changed(access, state, asked_of(exchange),
                             [&access, &state, rpps, act](store::Tx& tx, const AccessGrant& grant) -> Result<bool> {
                               CARNET_TRY(there, known(state, tx, rpps));
                               (void)there;
                               return done_if(act(access, tx, grant, rpps));
                             });
}

Answer post_block(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.block(tx, g.person(), r, &g);
  });
}
Answer post_unblock(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.unblock(tx, g.person(), r, &g);
  });
}
Answer post_refuse(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.refuse_professional(tx, g.person(), r, true, &g);
  });
}
Answer post_restore(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.refuse_professional(tx, g.person(), r, false, &g);
  });
}
Answer post_occupational(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.grant_occupational(tx, g.person(), r, true, &g);
  });
}
Answer post_occupational_end(Access& access, State& state, http::Exchange& exchange) {
  return on_professional(access, state, exchange, [](Access& a, store::Tx& tx, const AccessGrant& g, const std::string& r) {
    return a.grant_occupational(tx, g.person(), r, false, &g);
  });
}

// ---- settings

// Two refusals, apart: each member is left as it is when absent.
Answer put_emergency(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  std::optional<bool> bris;
  std::optional<bool> centre;
  if (body.contains("bris_de_glace")) bris = in.boolean("bris_de_glace");
  if (body.contains("centre_15")) centre = in.boolean("centre_15");
  in.only({"bris_de_glace", "centre_15"});
  if (!in.ok()) co_return in.error();
  co_return co_await changed(access, state, asked_of(exchange),
                             [&access, bris, centre](store::Tx& tx, const AccessGrant& grant) -> Result<bool> {
                               using enum audit::Mode;
                               if (bris) CARNET_CHECK(access.refuse_emergency(tx, grant.person(), bris_de_glace, !*bris, &grant));
                               if (centre) CARNET_CHECK(access.refuse_emergency(tx, grant.person(), centre_15, !*centre, &grant));
                               return true;
                             });
}

Result<bool> flag_in(const http::Exchange& exchange, std::string_view name) {
  CARNET_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const bool flag = in.boolean(name);
  in.only({name});
  if (!in.ok()) return in.error();
  return flag;
}

Answer put_own_access(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(agreed, flag_in(exchange, "agreed"));
  const auto asked = asked_of(exchange, Act::change_delegations);
  co_return co_await changed(access, state, asked,
                             [&access, agreed, parent = asked.caller.person](store::Tx& tx, const AccessGrant& grant) {
                               return done_if(access.agree_to_own_access(tx, grant.person(), parent, agreed, &grant));
                             });
}

Answer put_discretion(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(on, flag_in(exchange, "on"));
  const auto asked = asked_of(exchange, Act::change_delegations);
  co_return co_await changed(access, state, asked,
                             [&access, on, by = asked.caller.person](store::Tx& tx, const AccessGrant& grant) {
                               return done_if(access.ask_discretion(tx, grant.person(), by, on));
                             });
}

Answer post_freeze(Access& access, State& state, http::Exchange& exchange) {
  co_return co_await changed(access, state, asked_of(exchange, Act::change_delegations), [&access](store::Tx& tx, const AccessGrant& grant) {
    return done_if(access.freeze(tx, grant.person(), true, &grant));
  });
}

Answer post_consultation_code(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(made, co_await in_space<Invitation>(access, state, asked_of(exchange),
                                                    [&access](store::Tx& tx, const AccessGrant& grant) {
                                                      return access.consultation_code(tx, grant.person());
                                                    }));
  co_return answer({{"code", made.code}, {"valid_until", kernel::to_rfc3339(made.valid_until)}}, 201);
}

// ---- carers

struct Delegation {
  std::uint32_t classes = 0;
  Instant until{};
};
Result<Delegation> delegation_in(const http::Exchange& exchange) {
  CARNET_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto until = kernel::parse_date(in.text("until", 10));
  in.only({"classes", "until", "powers"});
  if (!in.ok()) return in.error();
  Delegation found;
  if (!until) return kernel::invalid("access.until", {{"value", "/until", "must be a day"}});
  found.until = kernel::start_of_day(until->plus_days(1), kernel::Zone::paris());  // that day included
  const auto* const classes = body.if_contains("classes");
  if (classes == nullptr || !classes->is_array())
    return kernel::invalid("access.scope", {{"required", "/classes", "a list of classes"}});
  for (const auto& one : classes->as_array()) {
    const auto bit = one.is_string() ? class_bit(one.as_string()) : 0U;
    if (bit == 0) return kernel::invalid("access.scope", {{"unknown", "/classes", "is not a class of documents"}});
    found.classes |= bit;
  }
  const auto* const more = body.if_contains("powers");
  if (more == nullptr) return found;
  if (!more->is_array()) return kernel::invalid("access.scope", {{"structure", "/powers", "a list"}});
  for (const auto& one : more->as_array()) {
    const auto known = std::ranges::find_if(powers, [&](const auto& p) { return one.is_string() && p.first == one.as_string(); });
    if (known == powers.end()) return kernel::invalid("access.scope", {{"unknown", "/powers", "is not a power"}});
    found.classes |= known->second;
  }
  return found;
}

Answer post_carer(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(asked, delegation_in(exchange));
  const PersonId caller = identity::caller(exchange).person;
  CARNET_CO_TRY(made, co_await in_space<Invitation>(access, state, asked_of(exchange, Act::change_delegations),
                                                    [&access, asked, caller](store::Tx& tx, const AccessGrant& grant) {
                                                      const bool parent = grant.actor().relation == Relation::representative;
                                                      return access.invite_carer(tx, grant.person(), asked.classes,
                                                                                 asked.until, parent ? caller : grant.person());
                                                    }));
  co_return answer({{"code", made.code}, {"valid_until", kernel::to_rfc3339(made.valid_until)}}, 201);
}

Answer post_carer_end(Access& access, State& state, http::Exchange& exchange) {
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto text = in.text("person", 64);
  in.only({"person"});
  if (!in.ok()) co_return in.error();
  const auto carer = state.identity.people().from_opaque(text);
  co_return co_await changed(
      access, state, asked_of(exchange, Act::change_delegations), [&access, &state, carer](store::Tx& tx, const AccessGrant& grant) -> Result<bool> {
        const auto refused = kernel::invalid("access.carer", {{"unknown", "/person", "is not a carer"}});
        if (!carer) return refused;
        CARNET_TRY(versions, rows::of_subject(tx, grant.person(), subject_of(*carer)));
        if (!hold(versions, subject_of(*carer), {}, state.clock.now(), all_known).carer_classes) return refused;
        return done_if(access.end_carer(tx, grant.person(), *carer, &grant));
      });
}

Answer post_invitation(Access& access, State& state, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  const auto code = in.text("code", 64);
  in.only({"code"});
  if (!in.ok()) co_return in.error();
  std::function<Result<PersonId>(store::Tx&)> work = [&access, caller, code](store::Tx& tx) -> Result<PersonId> {
    // The carer's own space is open and theirs: that is the proof of who they are.
    CARNET_TRY(own, access.authorise(tx, caller, caller.person, Act::change_settings));
    (void)own;
    return access.accept_invitation(tx, caller, code);
  };
  CARNET_CO_TRY(person, co_await state.main.write<PersonId>(work));
  co_return answer({{"who", state.identity.people().opaque(person)}}, 201);
}

// ---- emergencies

Answer get_emergencies(Access& access, State& state, http::Exchange& exchange) {
  const Caller& caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  std::function<Result<json::array>(store::Snapshot&)> look = [&access, &state, caller, who](store::Snapshot& at) -> Result<json::array> {
    CARNET_TRY(grant, access.authorise_who(at, caller, who, Act::read_traces));
    json::array out;
    if (grant.discreet()) return out;
    CARNET_TRY(events, rows::emergencies(at, grant.person()));
    constexpr std::array<std::string_view, 3> modes{"normal", "bris_de_glace", "centre_15"};
    for (const auto& event : events) {
      CARNET_TRY(professional, state.identity.professional(at, event.rpps));
      CARNET_TRY(structure, state.identity.structure(at, event.structure));
      json::object one{{"number", event.number},
                       {"at", kernel::to_rfc3339(event.opened_at)},
                       {"mode", modes.at(static_cast<std::size_t>(event.mode))},
                       {"rpps", event.rpps}};
      if (professional) one["name"] = professional->name;
      if (structure) one["structure"] = structure->name;
      if (event.contested_at) one["contested_at"] = kernel::to_rfc3339(*event.contested_at);
      out.push_back(std::move(one));
    }
    return out;
  };
  CARNET_CO_TRY(events, co_await state.main.read<json::array>(look));
  co_return answer({{"emergencies", std::move(events)}});
}

Answer post_contest(Access& access, State& state, http::Exchange& exchange) {
  const std::string text(exchange.parameter("number"));
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  co_return co_await changed(
      access, state, asked_of(exchange, Act::contest), [&state, number](store::Tx& tx, const AccessGrant& grant) -> Result<bool> {
        CARNET_TRY(done, rows::contest_emergency(tx, grant.person(), number, state.clock.now()));
        if (!done) return kernel::refuse(ErrorKind::not_found, "not_found");
        return done_if(trace_change(state, tx, grant.person(),
                                    {audit::Action::setting_changed, "access.emergency_contested", {}, &grant}));
      });
}

// With a bearer token: the professional's software, at the consultation.
Answer post_consultation(Access& access, State&, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(body, body_of(exchange));
  kernel::Reader in(body);
  auto number = in.text("number", 32);
  auto means = in.text("means", 16);
  auto proof = in.optional_text("proof", 64);
  in.only({"number", "means", "proof"});
  if (!in.ok()) co_return in.error();
  CARNET_CO_CHECK(co_await access.redeem_consultation(caller, std::move(number), std::move(means), std::move(proof)));
  co_return http::Response::empty(204);
}

}  // namespace

std::vector<http::Route> holder_routes(Access& access, State& state) {
  using enum http::Method;
  const auto at = [&](http::Method method, const char* path, Tell tell) {
    return route(access, state, method, std::string("/api/spaces/{who}/access") + path, tell);
  };
  return {at(get, "", get_access),
          at(post, "/block", post_block),
          at(post, "/unblock", post_unblock),
          at(post, "/refuse", post_refuse),
          at(post, "/restore", post_restore),
          at(post, "/occupational", post_occupational),
          at(post, "/occupational/end", post_occupational_end),
          at(put, "/emergency", put_emergency),
          at(put, "/own-access", put_own_access),
          at(put, "/discretion", put_discretion),
          at(post, "/freeze", post_freeze),
          at(post, "/consultation-code", post_consultation_code),
          at(post, "/carers", post_carer),
          at(post, "/carers/end", post_carer_end),
          at(get, "/emergencies", get_emergencies),
          at(post, "/emergencies/{number}/contest", post_contest),
          route(access, state, post, "/api/carer-invitations", post_invitation)};
}

std::vector<http::Route> Access::software_routes() {
  auto consultation = route(*this, *state_, http::Method::post, "/api/professional/consultations", post_consultation);
  consultation.checks_origin = false;
  return {std::move(consultation)};
}

}  // namespace carnet::access
