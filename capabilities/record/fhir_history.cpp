// What became of a resource, of a type, of a whole space: newest first, deletions included.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "record/fhir_aim.hpp"
#include "record/fhir_page.hpp"
#include "record/resources.hpp"

namespace carnet::record {

using kernel::Instant;
using kernel::Result;

namespace {

constexpr std::size_t usual_page = 50, largest_page = 500;
constexpr std::string_view question = "_history";

struct Plan {
  std::optional<Instant> since;
  std::optional<fhir::Period> at;
  std::string cursor;
  std::size_t count = usual_page;
  std::vector<std::string> unknown;
};

bool names_person(std::string_view name) { return name.starts_with("patient") || name.starts_with("subject"); }

Result<Plan> plan_of(const Asked& asked) {
  Plan plan;
  for (const auto& [name, value] : asked.pairs) {
    if (name == "_cursor") {
      plan.cursor = value;
    } else if (name == "_since") {
      const auto period = fhir::parse_date_time(value);
      if (!period) return bad_request("value", "_since", "is no instant");
      plan.since = period->earliest;
    } else if (name == "_at") {
      plan.at = fhir::parse_date_time(value);
      if (!plan.at) return bad_request("value", "_at", "is no date");
    } else if (name == "_count") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), plan.count);
      if (error != std::errc() || end != value.data() + value.size())
        return bad_request("value", "_count", "is not a whole number");
    } else if (name != "_format" && name != "_pretty" && !names_person(name)) {
      plan.unknown.push_back(name);
    }
  }
  plan.count = std::min(plan.count, largest_page);
  if (!asked.prefer.is_strict() || plan.unknown.empty()) return plan;
  std::vector<kernel::Issue> issues;
  for (const auto& name : plan.unknown)
    issues.push_back({"not-supported", name, "is not a parameter of this history"});
  return kernel::invalid("fhir.search", std::move(issues));
}

std::string address_of(const Shared& shared, const Asked& asked, PersonId person) {
  std::string url = shared.settings.base_url;
  if (!asked.url.type.empty()) url.append("/").append(asked.url.type);
  if (!asked.url.id.empty()) return url.append("/").append(asked.url.id).append("/_history");
  return url.append("/_history?patient=").append(http::percent_encode("Patient/" + shared.identity.people().opaque(person)));
}


void write_version(fhir::BundleWriter& out, const Shared& shared, kernel::SpaceId space, const OpenedItem& item) {
  const std::string id = shared.id_of(space, item.local), url = full_url(shared, item.type, id);
  const std::string address = item.type + "/" + id, etag = fhir::etag_of(item.version);
  const std::string location = fmt::format("{}/_history/{}", address, item.version);
  const std::string updated = kernel::to_rfc3339(item.updated);
  if (item.deleted)
    out.version(url, {}, "DELETE", address, {"204 No Content", {}, etag, updated});
  else if (item.version == 1)
    out.version(url, item.text, "POST", item.type, {"201 Created", location, etag, updated});
  else
    out.version(url, item.text, "PUT", address, {"200 OK", location, etag, updated});
}

// Those that were in force at some time of the period: each is until the next of the same resource. Newest first.
void keep_those_of(const fhir::Period& at, std::vector<ItemPtr>& versions) {
  std::map<std::int64_t, Instant> until;
  std::erase_if(versions, [&](const ItemPtr& one) {
    const auto next = until.find(one->local);
    const bool is_over = next != until.end() && next->second <= at.earliest;
    until.insert_or_assign(one->local, one->updated);
    return is_over || one->updated >= at.end;
  });
}

}  // namespace

Answer tell_history(Shared& shared, const Asked& asked) {
  // Submission sets have no history of their own: that of other lists is the record's.
  CARNET_CO_CHECK(may_read(*asked.caller, asked.url.type == "List" ? "Observation" : asked.url.type));
  CARNET_CO_TRY(plan, plan_of(asked));
  HistoryOf what{asked.url.type, 0, 0};
  Aim aim;
  if (!asked.url.id.empty()) {
    CARNET_CO_TRY(parts, parts_of(shared, asked.url.id));
    what.local = parts.local;
    aim.space = kernel::SpaceId(parts.space);
  } else {
    fhir::Pairs pairs = asked.pairs;
    std::erase_if(pairs, [](const auto& pair) { return pair.first == "_id"; });
    CARNET_CO_TRY(named, co_await aim_of(shared, asked.url.type, pairs));
    aim = std::move(named);
  }
  CARNET_CO_TRY(history, co_await history_of(shared, door_to_aim(shared, asked.caller, aim, access::Act::list), what,
                                             {audit::Action::history_read, keyring::Purpose::read_record,
                                              asked.request_id}));
  auto& versions = history.versions;
  if (plan.at) keep_those_of(*plan.at, versions);
  if (plan.since) std::erase_if(versions, [&](const ItemPtr& one) { return one->updated < *plan.since; });
  const std::size_t total = versions.size();
  const auto space = history.grant.space();
  std::size_t start = 0;
  if (!plan.cursor.empty()) {
    CARNET_CO_TRY(marks, open_marks(shared, space, question, plan.cursor));
    // A version does not change: what came since stands before it, and the page goes on behind it.
    const auto last = std::ranges::find_if(versions, [&](const ItemPtr& one) {
      return one->local == marks.front().local && one->version == marks.front().version;
    });
    start = last == versions.end() ? total : static_cast<std::size_t>(last - versions.begin()) + 1;
  }
  const std::size_t end = start + how_many_fit(std::min(total - start, plan.count),
                                               [&](std::size_t i) { return versions[start + i]->text.size(); });
  std::size_t bytes = 1024;
  for (std::size_t i = start; i < end; ++i) bytes += versions[i]->text.size() + 400;
  fhir::BundleWriter out("history", bytes);
  say_may_be_masked(out, *asked.caller);
  out.total(static_cast<std::int64_t>(total));
  std::string self = address_of(shared, asked, history.grant.person());
  for (const auto& [name, value] : asked.pairs)
    if (name == "_since" || name == "_at" || name == "_count")
      self.append(self.find('?') == std::string::npos ? "?" : "&").append(name).append("=").append(
          http::percent_encode(value));
  out.link("self", self);
  if (end < total && end > start) {
    const Mark mark{versions[end - 1]->local, versions[end - 1]->version};
    out.link("next", self + (self.find('?') == std::string::npos ? "?" : "&") +
                         "_cursor=" + seal_marks(shared, space, question, {&mark, 1}));
  }
  for (std::size_t i = start; i < end; ++i) write_version(out, shared, space, *versions[i]);
  co_return fhir_response(out.take());
}

}  // namespace carnet::record
