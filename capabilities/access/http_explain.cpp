// « Qui peut voir ce document ? »: POST /api/spaces/{who}/explain (docs/formats/web-api.md). The same decision, asked for
// somebody else, and for settings that are not yet saved.
#include <algorithm>

#include "access/state.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::access {

namespace json = kernel::json;
using identity::Caller;
using kernel::Result;

namespace {

// Who is asked about.
struct Viewer {
  std::string kind;        // see the format
  std::string profession;  // of a professional who is not named
  std::string rpps;        // of one who is
  std::string person;      // opaque id
};

// As if these were saved.
struct Supposed {
  std::optional<bool> masked, visible_in_emergency, bris_de_glace, centre_15, blocked, refused, frozen;
};

struct Explain {
  std::string document;  // empty: the space
  Viewer viewer;
  Supposed supposed;
};

std::optional<bool> flag(kernel::Reader& in, const json::object& body, std::string_view name) {
  return body.contains(name) ? std::optional(in.boolean(name)) : std::nullopt;
}

Result<Explain> explain_in(const http::Exchange& exchange) {
  CARNET_TRY(body, kernel::parse_object(exchange.request.body_text()));
  kernel::Reader in(body);
  Explain asked;
  asked.document = in.optional_text("document", 64);
  for (const auto& [name, value] : body)
    if (name != "document" && name != "viewer" && name != "settings")
      return kernel::invalid("body", {{"unknown", "/" + std::string(name), "is not known here"}});
  const auto* const viewer = body.if_contains("viewer");
  if (viewer == nullptr || !viewer->is_object())
    return kernel::invalid("body", {{"required", "/viewer", "who is asked about"}});
  kernel::Reader who(viewer->as_object(), "/viewer");
  asked.viewer = {who.text("kind", 32), who.optional_text("profession", 8), who.optional_text("rpps", 11),
                  who.optional_text("person", 64)};
  who.only({"kind", "profession", "rpps", "person"});
  if (!who.ok()) return who.error();
  if (!in.ok()) return in.error();
  const auto* const settings = body.if_contains("settings");
  if (settings == nullptr) return asked;
  if (!settings->is_object()) return kernel::invalid("body", {{"structure", "/settings", "an object"}});
  const auto& given = settings->as_object();
  kernel::Reader set(given, "/settings");
  asked.supposed = {flag(set, given, "masked"),    flag(set, given, "visible_in_emergency"),
                    flag(set, given, "bris_de_glace"), flag(set, given, "centre_15"),
                    flag(set, given, "blocked"),   flag(set, given, "refused"),
                    flag(set, given, "frozen")};
  set.only({"masked", "visible_in_emergency", "bris_de_glace", "centre_15", "blocked", "refused", "frozen"});
  if (!set.ok()) return set.error();
  return asked;
}

std::unexpected<kernel::Error> unknown_viewer(std::string_view path) {
  return kernel::invalid("access.viewer", {{"unknown", std::string(path), "nobody this could mean"}});
}

// A professional nobody knows: some profession, no relation, of no structure of ours.
Actor stranger(const Viewer& viewer, Relation relation) {
  Actor actor;
  actor.kind = Caller::Kind::software;
  actor.relation = relation;
  actor.profession = viewer.profession.empty() ? "10" : viewer.profession;
  actor.rpps = "?";
  return actor;
}

Result<Asker> professional_asker(State& state, store::Snapshot& at, PersonId person, const std::string& rpps) {
  CARNET_TRY(professional, state.identity.professional(at, rpps));
  if (!professional) return unknown_viewer("/viewer/rpps");
  Caller caller;
  caller.kind = Caller::Kind::software;
  caller.rpps = rpps;
  caller.profession = professional->profession;
  // Where they treat this person is where they would read from.
  CARNET_TRY(versions, rows::of_subject(at, person, rpps));
  for (const auto& version : last_known(versions, all_known))
    if (version.kind == Kind::care_team && version.holds_at(state.clock.now())) caller.structure_id = version.place;
  return asker_of(state, at, Question{caller, person}, state.clock.now(), all_known);
}

Result<Asker> person_asker(State& state, store::Snapshot& at, PersonId person, const std::string& opaque) {
  const auto id = state.identity.people().from_opaque(opaque);
  if (!id) return unknown_viewer("/viewer/person");
  Caller caller;
  caller.person = *id;
  CARNET_TRY(asker, asker_of(state, at, Question{caller, person}, state.clock.now(), all_known));
  // Of somebody who has no relation here, nothing is said: not even that they exist.
  if (asker.actor.relation == Relation::none) return unknown_viewer("/viewer/person");
  return asker;
}

std::optional<Station> station_named(std::string_view word) {
  for (int i = 1; i <= static_cast<int>(Station::app); ++i)
    if (code_of(static_cast<Station>(i)) == word) return static_cast<Station>(i);
  return std::nullopt;
}

// One of those who are not named: what they are says it all.
Result<Actor> unnamed(const Viewer& viewer) {
  const std::string& kind = viewer.kind;
  if (kind == "care_team") return stranger(viewer, Relation::care_team);
  if (kind == "consented") return stranger(viewer, Relation::consented);
  if (kind == "stranger") return stranger(viewer, Relation::none);
  if (kind == "bris_de_glace" || kind == "centre_15") {
    Actor actor = stranger(viewer, Relation::none);
    actor.mode = kind == "centre_15" ? audit::Mode::centre_15 : audit::Mode::bris_de_glace;
    actor.reason_given = true;
    return actor;
  }
  if (kind == "parent") {
    Actor actor;
    actor.relation = Relation::representative;
    return actor;
  }
  const auto station = station_named(kind);
  if (!station) return unknown_viewer("/viewer/kind");
  Actor actor = stranger(viewer, Relation::none);
  actor.station = *station;
  return actor;
}

Result<Asker> asker_for(State& state, store::Snapshot& at, PersonId person, const Viewer& viewer) {
  if (viewer.kind == "professional") return professional_asker(state, at, person, viewer.rpps);
  if (viewer.kind == "person") return person_asker(state, at, person, viewer.person);
  Caller self;
  self.person = person;
  CARNET_TRY(asker, asker_of(state, at, Question{self, person}, state.clock.now(), all_known));
  if (viewer.kind == "self") return asker;
  if (viewer.kind == "declared_gp") {
    if (asker.holder->declared_gp.empty()) return unknown_viewer("/viewer/kind");
    return professional_asker(state, at, person, asker.holder->declared_gp);
  }
  CARNET_TRY(actor, unnamed(viewer));
  asker.actor = std::move(actor);
  return asker;
}

void suppose(const Supposed& supposed, Asker& asker, ItemFacts* item) {
  const auto set = [](bool& to, const std::optional<bool>& from) { to = from.value_or(to); };
  set(asker.settings.allows_bris_de_glace, supposed.bris_de_glace);
  set(asker.settings.allows_centre_15, supposed.centre_15);
  set(asker.settings.frozen, supposed.frozen);
  set(asker.actor.blocked, supposed.blocked);
  if (supposed.refused == true &&
      (asker.actor.relation == Relation::care_team || asker.actor.relation == Relation::consented))
    asker.actor.relation = Relation::none;
  if (item == nullptr) return;
  set(item->masque_ps, supposed.masked);
  set(item->visible_in_emergency, supposed.visible_in_emergency);
}

json::object to_json(const Decision& decision) {
  json::array rules;
  for (std::size_t i = 0; i < decision.rule_count; ++i) rules.push_back(json::string(decision.rules[i]));
  return {{"answer", decision.permit ? "yes" : "no"}, {"rules", std::move(rules)}};
}

// The document is one that the asker may see, so that the answer tells of nothing hidden from them.
Answer post_explain(Access& access, State& state, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  CARNET_CO_TRY(asked, explain_in(exchange));
  std::function<Result<PersonId>(store::Snapshot&)> door = [&access, caller, who](store::Snapshot& at) -> Result<PersonId> {
    CARNET_TRY(grant, access.authorise_who(at, caller, who, Act::change_settings));
    return grant.person();
  };
  CARNET_CO_TRY(person, co_await state.main.read<PersonId>(door));
  std::optional<ItemFacts> item;
  if (!asked.document.empty()) {
    if (!state.item_facts) co_return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
    CARNET_CO_TRY(facts, co_await state.item_facts(caller, person, asked.document));
    item = std::move(facts);
  }
  std::function<Result<Decision>(store::Snapshot&)> judge = [&access, &state, caller, who, asked,
                                                             item](store::Snapshot& at) mutable -> Result<Decision> {
    CARNET_TRY(grant, access.authorise_who(at, caller, who, Act::change_settings));
    // Whether this very professional treats the child is not for a reader who learns neither who nor where (rules.md 6).
    if (grant.discreet() && asked.viewer.kind == "professional") return unknown_viewer("/viewer/rpps");
    CARNET_TRY(asker, asker_for(state, at, grant.person(), asked.viewer));
    // That somebody is an author is told of what the reader may see, and of nothing else.
    const bool wrote_it = item && item->author_rpps == asker.actor.rpps;
    if (asker.actor.relation == Relation::author && !wrote_it) asker.actor.relation = Relation::none;
    suppose(asked.supposed, asker, item ? &*item : nullptr);
    const Instant now = state.clock.now();
    return item ? decide_item(asker.actor, Act::read, *item, grant.standing(), asker.settings, state.matrix, now)
                : decide_space(asker.actor, Act::read, grant.standing(), asker.settings, now);
  };
  CARNET_CO_TRY(decision, co_await state.main.read<Decision>(judge));
  co_return http::Response::json(json::serialize(to_json(decision))).with("Cache-Control", "no-store");
}

}  // namespace

std::vector<http::Route> explain_routes(Access& access, State& state) {
  return {route(access, state, http::Method::post, "/api/spaces/{who}/explain", post_explain)};
}

}  // namespace carnet::access
