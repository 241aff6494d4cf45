// Patient/{id}/$everything: the holder's projection, then every item that the caller may see, and who of the directory
// they refer to.
#include <algorithm>
#include <array>
#include <charconv>

#include "record/fhir_aim.hpp"
#include "record/fhir_page.hpp"
#include "record/resources.hpp"
#include "standards/fhir/search_values.hpp"

namespace carnet::record {

using kernel::Result;

namespace {

constexpr std::string_view question = "$everything";

struct Plan {
  std::vector<std::string> types;
  std::optional<kernel::Instant> since;
  std::optional<fhir::Period> start, end;  // of the care, not of the record
  std::optional<std::size_t> count;  // none: all at once
  std::string cursor;
  std::vector<std::string> unknown;
};

// What was asked in the address or a form, then in a body of Parameters.
Result<fhir::Pairs> pairs_asked(const Asked& asked) {
  fhir::Pairs pairs = asked.pairs;
  if (asked.body.empty()) return pairs;
  CARNET_TRY(json, fhir::Json::parse(asked.body));
  if (!json.root()["resourceType"].has_text("Parameters"))
    return kernel::invalid("fhir.request", {{"invalid", json.root().path_of("resourceType"), "must be Parameters"}});
  for (auto one = json.root()["parameter"].first(); one; one = one.next())
    for (auto member = one.first(); member; member = member.next())
      if (member.name().starts_with("value")) pairs.emplace_back(one["name"].text(), member.text());
  return pairs;
}

kernel::Status take_types(Plan& plan, std::string_view value) {
  for (std::size_t at = 0; at <= value.size();) {
    const auto end = std::min(value.find(',', at), value.size());
    plan.types.emplace_back(value.substr(at, end - at));
    if (fhir::find_resource_type(plan.types.back()) == nullptr)
      return bad_request("value", "_type", "names a type that FHIR R4 does not have");
    at = end + 1;
  }
  return {};
}

Result<Plan> plan_of(const Asked& asked, const fhir::Pairs& pairs) {
  Plan plan;
  for (const auto& [name, value] : pairs) {
    if (name == "_type") {
      CARNET_CHECK(take_types(plan, value));
    } else if (name == "_since" || name == "start" || name == "end") {
      const auto period = fhir::parse_date_time(value);
      if (!period) return bad_request("value", name, name == "_since" ? "is no instant" : "is no date");
      if (name == "_since") plan.since = period->earliest;
      if (name == "start") plan.start = period;
      if (name == "end") plan.end = period;
    } else if (name == "_count") {
      std::size_t count = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
      if (error != std::errc() || end != value.data() + value.size() || count == 0)
        return bad_request("value", "_count", "is not a whole number above 0");
      plan.count = count;
    } else if (name == "_cursor") {
      plan.cursor = value;
    } else if (name != "_format" && name != "_pretty") {
      plan.unknown.push_back(name);
    }
  }
  if (!asked.prefer.is_strict() || plan.unknown.empty()) return plan;
  std::vector<kernel::Issue> issues;
  for (const auto& name : plan.unknown)
    issues.push_back({"not-supported", name, "is not a parameter of this operation"});
  return kernel::invalid("fhir.search", std::move(issues));
}

bool is_wanted(const Plan& plan, std::string_view type) {
  return plan.types.empty() || std::ranges::find(plan.types, type) != plan.types.end();
}

// By any date that its type is searched by; what says none is of no time, and stays.
bool is_of_time(const Shared& shared, const Plan& plan, const OpenedItem& item) {
  if (!plan.start && !plan.end) return true;
  bool is_dated = false;
  for (const auto& parameter : fhir::search_parameters_of(item.type)) {
    if (parameter.kind != fhir::SearchKind::date || parameter.code == "_lastUpdated") continue;
    const auto dates = fhir::extract(item.json(), parameter, shared.settings.base_url);
    for (const auto& date : dates.values) {
      is_dated = true;
      const bool too_early = plan.start && date.period.end <= plan.start->earliest;
      const bool too_late = plan.end && date.period.earliest >= plan.end->end;
      if (!too_early && !too_late) return true;
    }
  }
  return !is_dated;
}

bool is_wanted(const Shared& shared, const Plan& plan, const OpenedItem& item) {
  if (plan.since && item.updated < *plan.since) return false;
  return is_wanted(plan, item.type) && is_of_time(shared, plan, item);
}

// Whom of the directory these refer to.
DirectoryKeys led_to_directory(const Shared& shared, const Plan& plan, std::span<const OpenedItem* const> items) {
  constexpr std::size_t most = 1000;
  DirectoryKeys keys;
  for (const auto* item : items) {
    const bool may_lead = item->text.find("Practitioner/") != std::string::npos || item->text.find("Organization/") != std::string::npos;
    if (!may_lead || keys.size() >= most) continue;
    for (const auto& reference : fhir::references_in(item->root())) {
      const auto local = reference.is_reference ? local_part(shared, reference.text) : std::string_view();
      const auto slash = std::min(local.find('/'), local.size());
      const auto type = local.substr(0, slash);
      if (!is_of_directory(type) || slash + 1 >= local.size() || !is_wanted(plan, type)) continue;
      const auto id = local.substr(slash + 1, local.find('/', slash + 1) - slash - 1);
      const auto key = std::pair(std::string(type), std::string(id));
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

std::string self_of(const Shared& shared, const Asked& asked, const fhir::Pairs& pairs) {
  constexpr auto applied = std::to_array<std::string_view>({"_type", "_since", "_count", "start", "end"});
  std::string self = full_url(shared, "Patient", asked.url.id) + "/$everything";
  char mark = '?';
  for (const auto& [name, value] : pairs) {
    if (std::ranges::find(applied, name) == applied.end()) continue;
    self.append(1, mark).append(name).append("=").append(http::percent_encode(value));
    mark = '&';
  }
  return self;
}

}  // namespace

Answer tell_everything(Shared& shared, const Asked& asked) {
  const auto person_id = shared.identity.people().from_opaque(asked.url.id);
  CARNET_CO_CHECK(may_read(*asked.caller, {}));
  if (!person_id) co_return not_found();
  CARNET_CO_TRY(pairs, pairs_asked(asked));
  CARNET_CO_TRY(plan, plan_of(asked, pairs));
  const Door door = [by = door_to(shared, asked.caller, *person_id, access::Act::list)](
                        store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = by(at);
    if (grant && !may_know_who(*grant)) return not_found();
    return grant;
  };
  CARNET_CO_TRY(opened, co_await open_record(shared, door,
                                             {audit::Action::exported, keyring::Purpose::read_record, asked.request_id}));
  CARNET_CO_TRY(person, co_await person_shown(shared, *person_id));
  auto items = opened.record.all();
  std::erase_if(items, [&](const OpenedItem* item) { return !is_wanted(shared, plan, *item); });
  const std::size_t total = items.size() + 1;
  const bool is_first = plan.cursor.empty();
  if (!is_first) {
    CARNET_CO_TRY(marks, open_marks(shared, opened.record.space(), question, plan.cursor));
    std::erase_if(items, [&](const OpenedItem* item) { return item->local <= marks.front().local; });
  }
  const std::size_t wanted = plan.count.value_or(items.size() + 1) - (is_first ? 1 : 0);
  const std::size_t shown =
      how_many_fit(std::min(wanted, items.size()), [&](std::size_t i) { return items[i]->text.size(); });
  std::size_t bytes = 2048;
  for (std::size_t i = 0; i < shown; ++i) bytes += items[i]->text.size() + 200;
  fhir::BundleWriter out("searchset", bytes);
  say_may_be_masked(out, *asked.caller);
  out.total(static_cast<std::int64_t>(total));
  const std::string self = self_of(shared, asked, pairs);
  out.link("self", self);
  if (shown < items.size()) {
    const Mark mark{shown == 0 ? -1 : items[shown - 1]->local, 0};
    out.link("next", self + (self.find('?') == std::string::npos ? "?" : "&") +
                         "_cursor=" + seal_marks(shared, opened.record.space(), question, {&mark, 1}));
  }
  if (is_first) out.found(full_url(shared, "Patient", asked.url.id), present_patient(shared, person), "match");
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& item = *items[i];
    out.found(full_url(shared, item.type, shared.id_of(opened.record.space(), item.local)), item.text, "match");
  }
  CARNET_CO_TRY(people, co_await find_in_directory(shared, led_to_directory(shared, plan, std::span(items).first(shown))));
  for (const auto& one : people) out.found(full_url(shared, one.type, one.id), one.text, "include");
  for (const auto& name : plan.unknown)
    out.found({}, fhir::outcome_note("warning", "not-supported", "the parameter " + name + " was not applied"), "outcome");
  co_return fhir_response(out.take());
}

}  // namespace carnet::record
