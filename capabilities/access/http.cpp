// GET /api/spaces/{who}, .../traces, .../traces/extract (docs/formats/web-api.md). No rule here.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "access/state.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::access {

namespace json = kernel::json;
using kernel::Result;

namespace {

constexpr std::size_t default_page = 50, max_page = 200;

std::string_view code_of(audit::Mode mode) {
  constexpr std::array<std::string_view, 3> codes{"normal", "bris_de_glace", "centre_15"};
  return codes[static_cast<std::size_t>(mode)];
}

enum class Kind { all, professionals, self, emergency };
Kind kind_of(std::string_view word) {
  if (word == "professionals") return Kind::professionals;
  if (word == "self") return Kind::self;
  if (word == "emergency") return Kind::emergency;
  return Kind::all;
}

// The holder, and whoever acts for them.
bool is_family(audit::ActorKind actor) {
  using enum audit::ActorKind;
  return actor == holder || actor == representative || actor == carer || actor == guardian;
}

bool wanted(const audit::Entry& entry, Kind kind) {
  switch (kind) {
    case Kind::all: return true;
    case Kind::professionals:
      return entry.actor == audit::ActorKind::professional || entry.actor == audit::ActorKind::producer;
    case Kind::self:
      return is_family(entry.actor);
    case Kind::emergency: return entry.mode != audit::Mode::normal;
  }
  return true;
}

// `discreet`: the reader learns neither who nor where.
json::object to_json(const audit::Trace& trace, bool discreet) {
  const auto& entry = trace.entry;
  json::object actor{{"kind", audit::code_of(entry.actor)}};
  const auto put = [](json::object& object, std::string_view name, const std::string& value) {
    if (!value.empty()) object[name] = value;
  };
  const bool hidden = discreet && !is_family(entry.actor);
  if (!hidden) {
    put(actor, "name", entry.actor_name);
    put(actor, "profession", entry.profession);
    put(actor, "structure", entry.structure_name);
  }
  json::object out{{"sequence", trace.sequence},
                   {"at", kernel::to_rfc3339(trace.at)},
                   {"action", audit::code_of(entry.action)},
                   {"actor", std::move(actor)},
                   {"mode", code_of(entry.mode)},
                   // What is written in an emergency may say where.
                   {"reason", hidden && entry.mode != audit::Mode::normal ? "access." + std::string(code_of(entry.mode)) : entry.reason},
                   {"machine", entry.actor == audit::ActorKind::machine}};
  if (!entry.item.empty()) out["item"] = json::object{{"id", entry.item}, {"title", entry.item_title}};
  else if (!entry.item_title.empty() && !discreet) out["about"] = entry.item_title;
  if (entry.count > 0) out["count"] = entry.count;
  return out;
}

struct Query {
  Kind kind = Kind::all;
  std::int64_t before = 0;
  std::size_t limit = default_page;
};

Query query_of(const http::Request& request) {
  Query query;
  for (const auto& [name, value] : request.query_pairs()) {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (name == "kind") query.kind = kind_of(value);
    if (name == "before" && number > 0) query.before = number;
    if (name == "limit" && number > 0) query.limit = std::min(static_cast<std::size_t>(number), max_page);
  }
  return query;
}

// As the web knows it: a parent sees a child.
std::string_view relation_word(Relation relation) {
  return relation == Relation::representative ? "child" : code_of(relation);
}

json::object pending_of(std::string_view kind, const std::string& on) { return {{"kind", kind}, {"on", on}}; }

// The holder reads the traces at any time; reading them is itself a trace, durable before anything is answered.
Answer tell_traces(Access& access, State& state, http::Exchange& exchange) {
  const auto& caller = identity::caller(exchange);
  const Query query = query_of(exchange.request);
  const std::string who(exchange.parameter("who"));
  std::function<Result<AccessGrant>(store::Snapshot&)> door = [&access, caller, who](store::Snapshot& at) {
    return access.authorise_who(at, caller, who, Act::read_traces);
  };
  CARNET_CO_TRY(grant, co_await state.main.read<AccessGrant>(door));
  audit::Entry own = grant.trace(audit::Action::traces_read);
  own.request_id = exchange.request.request_id;
  CARNET_CO_TRY(receipt, co_await state.journal.durable(std::move(own)));
  (void)receipt;
  std::function<bool(const audit::Trace&)> chosen = [kind = query.kind](const audit::Trace& trace) { return wanted(trace.entry, kind); };
  CARNET_CO_TRY(page, co_await trace_page(state, grant.space(), query.before, query.limit, chosen));
  json::array traces;
  for (const auto& trace : page.traces) traces.push_back(to_json(trace, grant.discreet()));
  json::object answer{{"traces", std::move(traces)}};
  if (page.next_before > 0) answer["next_before"] = page.next_before;
  co_return http::Response::json(json::serialize(answer));
}

// The ordinary lane, whole, so that the holder can check it without us. Giving it is itself a trace. Whole it names who and
// where, so it is not for a reader who learns neither: forbidden "access.extract_withheld".
Answer give_extract(Access& access, State& state, http::Exchange& exchange) {
  const auto& caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  std::function<Result<AccessGrant>(store::Snapshot&)> door = [&access, caller, who](store::Snapshot& at) {
    return access.authorise_who(at, caller, who, Act::read_traces);
  };
  CARNET_CO_TRY(grant, co_await state.main.read<AccessGrant>(door));
  if (grant.discreet()) co_return kernel::refuse(kernel::ErrorKind::forbidden, "access.extract_withheld");
  audit::Entry own = grant.trace(audit::Action::traces_read);
  own.request_id = exchange.request.request_id;
  CARNET_CO_TRY(receipt, co_await state.journal.durable(std::move(own)));
  (void)receipt;
  if (!state.extract) co_return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  CARNET_CO_TRY(extract, co_await state.extract(grant.space(), audit::Lane::ordinary));
  auto response = http::Response::json(std::move(extract));
  response.with("Content-Disposition", "attachment; filename=\"consultations.json\"").with("Cache-Control", "no-store");
  co_return response;
}

Answer tell_space(Access& access, State& state, http::Exchange& exchange) {
  const auto& caller = identity::caller(exchange);
  const std::string who(exchange.parameter("who"));
  struct Found {
    enrollment::Standing standing;
    identity::Person person;
    Relation relation = Relation::none;
    bool readable = false;
    bool frozen = false;  // by its holder: whoever asks of it reads nothing
  };
  std::function<Result<Found>(store::Snapshot&)> look = [&access, &state, caller, who](store::Snapshot& at) -> Result<Found> {
    CARNET_TRY(person, access.resolve_who(at, caller, who));
    CARNET_TRY(standing, state.enrollment.standing(at, person));
    CARNET_TRY(facts, state.identity.people().person(at, person));
    const auto opened = access.authorise(at, caller, person, Act::list);
    const bool frozen = !opened && opened.error().code == "access.frozen";
    CARNET_TRY(asker, asker_of(state, at, Question{caller, person}, state.clock.now(), all_known));
    return Found{standing, std::move(facts), asker.actor.relation, opened.has_value(), frozen};
  };
  CARNET_CO_TRY(found, co_await state.main.read<Found>(look));
  json::array pending;
  const auto& standing = found.standing;
  if (standing.opens_by_default_at)
    pending.push_back(pending_of(
        "default_opening", kernel::to_text(kernel::date_in(*standing.opens_by_default_at, kernel::Zone::paris()))));
  if (standing.kept_until) pending.push_back(pending_of("archive_end", kernel::to_text(*standing.kept_until)));
  std::int64_t fresh = 0;
  if (found.readable && standing.state == enrollment::State::opened_by_holder && state.new_documents) {
    CARNET_CO_TRY(count, co_await state.new_documents(caller, standing.person));
    fresh = count;
  }
  json::object answer{{"who", who},
                      {"name", found.person.display_name()},
                      {"relation", relation_word(found.relation)},
                      {"state", enrollment::code_of(standing.state)},
                      {"second_letter_awaited", standing.second_letter_awaited},
                      {"pending", std::move(pending)},
                      {"new_documents", fresh}};
  if (found.frozen) answer["frozen"] = true;
  if (standing.state == enrollment::State::opened_by_holder)
    answer["opened_on"] = kernel::to_text(kernel::date_in(standing.since, kernel::Zone::paris()));
  if (standing.kept_until) answer["kept_until"] = kernel::to_text(*standing.kept_until);
  co_return http::Response::json(json::serialize(answer));
}

}  // namespace

io::Task<Result<TracePage>> trace_page(State& state, kernel::SpaceId space, std::int64_t before, std::size_t limit,
                                       std::function<bool(const audit::Trace&)> wanted) {
  TracePage found;
  std::size_t size = limit;  // all that is needed, where all is wanted
  for (bool more = true; found.traces.size() < limit && more;) {
    audit::Filter filter;
    filter.before_sequence = before;
    filter.limit = std::exchange(size, max_page);
    CARNET_CO_TRY(page, co_await state.journal.read(space, filter));
    more = page.size() == filter.limit;
    for (auto& trace : page) {
      before = trace.sequence;
      if (wanted(trace)) found.traces.push_back(std::move(trace));
      if (found.traces.size() == limit) break;
    }
    found.next_before = before > 1 && (more || found.traces.size() == limit) ? before : 0;
  }
  std::ranges::sort(found.traces, [](const audit::Trace& a, const audit::Trace& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  });
  co_return found;
}

http::Route route(Access& access, State& state, http::Method method, std::string_view path, Tell tell) {
  constexpr std::size_t small = 16u << 10;
  return {method,
          std::string(path),
          [&access, &state, tell](http::Exchange& exchange) { return tell(access, state, exchange); },
          http::Access::signed_in,
          small};
}

std::vector<http::Route> trace_routes(Access& access, State& state) {
  return {route(access, state, http::Method::get, "/api/spaces/{who}", tell_space),
          route(access, state, http::Method::get, "/api/spaces/{who}/traces", tell_traces),
          route(access, state, http::Method::get, "/api/spaces/{who}/traces/extract", give_extract)};
}

std::vector<http::Route> Access::routes() {
  auto all = trace_routes(*this, *state_);
  for (auto more : {holder_routes(*this, *state_), explain_routes(*this, *state_), alert_routes(*this, *state_)})
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return all;
}

}  // namespace carnet::access
