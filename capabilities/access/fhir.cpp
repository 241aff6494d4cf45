// GET /fhir/R4/AuditEvent?patient=...: the traces of a space as FHIR, for the declared GP's software (docs/formats/fhir.md
// says what else is served), and for other professionals those of their own acts. Newest first; the entries of the reserved
// lane are not among them.
#include <algorithm>
#include <array>
#include <charconv>

#include "access/state.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::access {

namespace json = kernel::json;
using identity::Caller;
using kernel::Result;

namespace {

constexpr std::size_t default_count = 50, most = 200, id_length = 26;

struct Search {
  std::string patient;
  std::size_t count = default_count;
  std::int64_t before = 0;    // where the page before ended, of all the traces ...
  std::string before_own{};   // ... or of one's own: by its id, for a number would tell how many others there are
  std::vector<std::string> unknown;  // told in the answer, unless handling is strict
};

bool is_strict(const http::Request& request) {
  return request.header("prefer").find("handling=strict") != std::string_view::npos;
}

Result<Search> search_in(const http::Request& request) {
  Search search;
  for (const auto& [name, value] : request.query_pairs()) {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (name == "patient")
      search.patient = value.substr(value.rfind('/') + 1);
    else if (name == "_count" && number > 0)
      search.count = std::min(static_cast<std::size_t>(number), most);
    else if (name == "before" && value.size() < id_length && number > 0)
      search.before = number;
    else if (name == "before" && value.size() == id_length)
      search.before_own = value;
    else if (name == "_count" || name == "before")
      return kernel::invalid("access.search", {{"value", name, "is a whole number above zero"}});
    else if (name != "_format" && name != "_pretty")
      search.unknown.push_back(name);
  }
  if (is_strict(request) && !search.unknown.empty()) {
    std::vector<kernel::Issue> issues;
    for (const auto& name : search.unknown)
      issues.push_back({"not-supported", name, "patient, _count and before are known here"});
    return kernel::invalid("access.search", std::move(issues));
  }
  if (search.patient.empty()) return kernel::invalid("access.search", {{"required", "patient", "is needed"}});
  return search;
}

// AuditEvent.action: create, read, update, delete, execute.
std::string_view letter_of(audit::Action action) {
  using enum audit::Action;
  switch (action) {
    case document_deposited:
    case document_added_by_holder:
    case resource_written:
    case relation_declared: return "C";
    case document_replaced:
    case setting_changed:
    case contact_changed:
    case document_contested: return "U";
    case resource_deleted:
    case relation_ended: return "D";
    case documents_listed:
    case document_read:
    case resource_read:
    case history_read:
    case record_searched:
    case traces_read:
    case space_archived_read:
    case exported: return "R";
    default: return "E";
  }
}

json::object coding(std::string_view system, std::string_view code) { return {{"system", system}, {"code", code}}; }

json::object agent_of(const audit::Entry& entry) {
  json::object agent{{"requestor", true},
                     {"role", json::array{json::object{
                                  {"coding", json::array{coding("https://carnet.example/actor", audit::code_of(entry.actor))}}}}}};
  json::object who;
  if (entry.actor == audit::ActorKind::professional)
    who["identifier"] = json::object{{"system", "https://rpps.esante.gouv.fr"}, {"value", entry.actor_id}};
  if (!entry.actor_name.empty()) who["display"] = entry.actor_name;
  if (!who.empty()) agent["who"] = std::move(who);
  if (entry.mode != audit::Mode::normal)
    agent["purposeOfUse"] = json::array{json::object{
        {"coding", json::array{coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "ETREAT")}}, {"text", entry.reason}}};
  return agent;
}

json::object event_of(const audit::Trace& trace, const std::string& patient) {
  const auto& entry = trace.entry;
  json::object source{{"observer", json::object{{"display", entry.structure_name.empty() ? std::string("Carnet") : entry.structure_name}}}};
  return {{"resourceType", "AuditEvent"},
          {"id", trace.entry_id},
          {"type", coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")},
          {"subtype", json::array{coding("https://carnet.example/action", audit::code_of(entry.action))}},
          {"action", letter_of(entry.action)},
          {"recorded", kernel::to_rfc3339(trace.at)},
          {"outcome", "0"},
          {"agent", json::array{agent_of(entry)}},
          {"source", std::move(source)},
          {"entity", json::array{json::object{{"what", json::object{{"reference", "Patient/" + patient}}}}}}};
}

json::object link(std::string_view relation, std::string url) { return {{"relation", relation}, {"url", std::move(url)}}; }

json::object not_applied(const std::string& name) {
  const json::object issue{{"severity", "warning"}, {"code", "not-supported"}, {"diagnostics", "the parameter " + name + " was not applied"}};
  return {{"resource", json::object{{"resourceType", "OperationOutcome"}, {"issue", json::array{issue}}}},
          {"search", json::object{{"mode", "outcome"}}}};
}

// The last of the page by number, as it is cut.
std::string cursor_of(const TracePage& page, bool own) {
  if (page.next_before == 0 || !own) return page.next_before == 0 ? std::string() : std::to_string(page.next_before);
  const auto last = std::ranges::min_element(page.traces, {}, &audit::Trace::sequence);
  return last == page.traces.end() ? std::string() : last->entry_id;
}

std::string bundle_of(const Search& search, const TracePage& page, bool own, const std::string& base_url) {
  std::string self = base_url + "/AuditEvent?patient=Patient/" + search.patient + "&_count=" + std::to_string(search.count);
  const std::string from = search.before == 0 ? search.before_own : std::to_string(search.before);
  json::array links{link("self", from.empty() ? self : self + "&before=" + from)};
  if (const auto cursor = cursor_of(page, own); !cursor.empty()) links.push_back(link("next", self + "&before=" + cursor));
  json::array entries;
  for (const auto& trace : page.traces)
    entries.push_back(json::object{{"fullUrl", base_url + "/AuditEvent/" + trace.entry_id},
                                   {"resource", event_of(trace, search.patient)},
                                   {"search", json::object{{"mode", "match"}}}});
  for (const auto& name : search.unknown) entries.push_back(not_applied(name));
  json::object bundle{{"resourceType", "Bundle"}, {"type", "searchset"}, {"link", std::move(links)}};
  if (!entries.empty()) bundle["entry"] = std::move(entries);
  return json::serialize(bundle);
}

Answer search_events(Access& access, State& state, const std::string& base_url, http::Exchange& exchange) {
  const Caller caller = identity::caller(exchange);
  CARNET_CO_TRY(search, search_in(exchange.request));
  const auto person = state.identity.people().from_opaque(search.patient);
  if (!person) co_return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  std::function<Result<AccessGrant>(store::Snapshot&)> door = [&access, caller, person](store::Snapshot& at) {
    return access.authorise(at, caller, *person, Act::read_traces);
  };
  CARNET_CO_TRY(grant, co_await state.main.read<AccessGrant>(door));
  // Every event names who and where.
  if (grant.discreet()) co_return kernel::refuse(kernel::ErrorKind::forbidden, "access.extract_withheld");
  audit::Entry own = grant.trace(audit::Action::traces_read);
  own.request_id = exchange.request.request_id;
  CARNET_CO_TRY(receipt, co_await state.journal.durable(std::move(own)));
  (void)receipt;
  const bool only_own = grant.actor().own_act;
  bool reached = search.before_own.empty();
  std::function<bool(const audit::Trace&)> shown = [&reached, &search, only_own, rpps = grant.actor().rpps](const audit::Trace& trace) {
    if (!only_own) return true;
    if (!reached) {
      reached = trace.entry_id == search.before_own;
      return false;
    }
    return trace.entry.actor == audit::ActorKind::professional && trace.entry.actor_id == rpps;
  };
  CARNET_CO_TRY(page, co_await trace_page(state, grant.space(), only_own ? 0 : search.before, search.count, shown));
  auto response = http::Response::json(bundle_of(search, page, only_own, base_url));
  response.headers.clear();
  response.with("Content-Type", "application/fhir+json; charset=utf-8").with("Cache-Control", "no-store");
  co_return response;
}

}  // namespace

std::vector<http::Route> Access::fhir_routes(std::string base_url) {
  auto events = route(*this, *state_, http::Method::get, "/fhir/R4/AuditEvent", nullptr);
  events.handler = [this, base = std::move(base_url)](http::Exchange& exchange) {
    return search_events(*this, *state_, base, exchange);
  };
  events.checks_origin = false;
  return {std::move(events)};
}

}  // namespace carnet::access
