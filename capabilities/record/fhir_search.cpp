// Search of one type in one person's record: GET, POST _search, and in the compartment of a Patient. Candidates are
// what the grant permits, before anything is matched or counted.
#include <fmt/format.h>

#include <algorithm>

#include "record/fhir_aim.hpp"
#include "record/fhir_page.hpp"
#include "record/fhir_search_documents.hpp"
#include "record/fhir_space.hpp"
#include "standards/fhir/search_projection.hpp"

namespace carnet::record {

using fhir::SearchQuery;
using kernel::Result;

namespace {

using Index = fhir::SearchSpace::Index;
constexpr std::size_t usual_page = 50, largest_page = 500, most_included = 1000;
constexpr std::string_view own_names[] = {"_cursor"};

// What IHE MHD asks of a SubmissionSet (ITI-66) and R4 does not know: codes that stand in its extensions.
struct SetFilter {
  struct One {
    std::string_view extension, member;
    std::vector<fhir::Token> any_of;
  };
  static constexpr std::pair<std::string_view, std::pair<std::string_view, std::string_view>> parameters[] = {
      {"designationType", {"https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType", "valueCodeableConcept"}},
      {"sourceId", {"https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId", "valueIdentifier"}}};
  std::vector<One> all;

  void take(fhir::Pairs& pairs) {
    for (const auto& [name, where] : parameters)
      for (const auto& pair : pairs) {
        if (pair.first != name || pair.second.empty()) continue;
        One one{where.first, where.second, {}};
        for (std::string_view rest = pair.second;;) {
          const auto end = std::min(rest.find(','), rest.size());
          one.any_of.push_back(fhir::read_token(rest.substr(0, end)));
          if (end == rest.size()) break;
          rest.remove_prefix(end + 1);
        }
        all.push_back(std::move(one));
      }
    std::erase_if(pairs, [](const auto& pair) {
      return std::ranges::any_of(parameters, [&](const auto& known) { return known.first == pair.first; });
    });
  }
  bool holds(const OpenedItem& item) const {
    return std::ranges::all_of(all, [&](const One& one) {
      for (auto extension = item.root()["extension"].first(); extension; extension = extension.next())
        if (extension["url"].has_text(one.extension) && says(one, extension[one.member])) return true;
      return false;
    });
  }

 private:
  static bool says(const One& one, fhir::Value value) {
    const auto is = [&](fhir::Value coded, std::string_view member) {
      const std::string system = coded["system"].text(), code = coded[member].text(), oid = fhir::oid_of(system);
      return std::ranges::any_of(one.any_of, [&](const fhir::Token& asked) {
        return (asked.code.empty() || asked.code == code) &&
               (asked.system.empty() || asked.system == system || asked.system == oid);
      });
    };
    if (one.member == "valueIdentifier") return is(value, "value");
    for (auto coding = value["coding"].first(); coding; coding = coding.next())
      if (is(coding, "code")) return true;
    return false;
  }
};

struct Plan {
  std::string_view type;
  std::string address;        // of the search: ".../Observation", ".../Patient/<id>/Observation"
  fhir::Pairs pairs;          // as asked, numbers of persons taken out
  fhir::Pairs added;          // what was applied without being asked
  SearchQuery query;
  std::optional<DocumentFilter> documents;
  SetFilter sets;
  bool of_patient = false;  // of List: `patient` filters those that are no submission sets, as R4 says
  std::string cursor;
  std::size_t count = usual_page;

  bool is_strange(std::string_view name) const {
    return std::ranges::find(query.unknown, name) != query.unknown.end();
  }
  bool needs_patient() const {
    const auto reaches = [](const fhir::Filter& filter) {
      return filter.kind == fhir::Filter::Kind::chain || filter.kind == fhir::Filter::Kind::reverse_chain;
    };
    return !query.includes.empty() || std::ranges::any_of(query.filters, reaches);
  }
};

Result<Plan> plan_of(const Shared& shared, const Asked& asked, fhir::Pairs pairs) {
  Plan plan;
  const bool in_compartment = !asked.url.id.empty();
  plan.type = in_compartment ? asked.url.operation : asked.url.type;
  plan.address = in_compartment ? full_url(shared, "Patient", asked.url.id) + "/" + asked.url.operation
                                : fmt::format("{}/{}", shared.settings.base_url, plan.type);
  for (const auto& [name, value] : pairs)
    if (name == "_cursor") plan.cursor = value;
  plan.pairs = pairs;
  const bool is_document = plan.type == "DocumentReference";
  if (is_document) {
    CARNET_TRY(filter, DocumentFilter::take(shared, *asked.caller, pairs));
    plan.documents.emplace(std::move(filter));
    plan.added = plan.documents->added();
  }
  if (plan.type == "List") plan.sets.take(pairs);
  // Whose documents these are was judged when they came; some name their subject by a number only. And every type says
  // by `patient` whose record is searched, whether R4 gives it that parameter or not.
  const bool says_nothing_more =
      is_document || plan.type == "List" || fhir::find_search_parameter(plan.type, "patient") == nullptr;
  const auto names_patient = [](const auto& pair) { return pair.first == "patient"; };
  plan.of_patient = plan.type == "List" && std::ranges::any_of(pairs, names_patient);
  std::erase_if(pairs, [&](const auto& pair) {
    return (names_patient(pair) && says_nothing_more) || (pair.first == "subject" && is_document);
  });
  std::erase_if(pairs, [](const auto& pair) { return pair.second.empty(); });
  CARNET_TRY(query, fhir::read_search(plan.type, pairs,
                                      {asked.prefer.is_strict(), shared.clock.now(), shared.settings.base_url, own_names}));
  plan.query = std::move(query);
  plan.count = std::min(plan.query.count.value_or(usual_page), largest_page);
  return plan;
}

// The search as it was carried out, without any identity.
std::string self_of(const Plan& plan) {
  std::string url = plan.address;
  char mark = '?';
  const auto add = [&](const auto& pair) {
    const auto& [name, value] = pair;
    if (value.empty() || name == "_cursor" || name == "_pretty" || name == "_format" || plan.is_strange(name)) return;
    url.append(1, mark).append(http::percent_encode(name)).append("=").append(http::percent_encode(value));
    mark = '&';
  };
  for (const auto& pair : plan.pairs) add(pair);
  for (const auto& pair : plan.added) add(pair);
  return url;
}

bool before_in(const Plan& plan, const RecordSpace& space, Index a, Index b) {
  if (plan.documents && plan.documents->sorts()) return plan.documents->before(space.item(a), space.item(b));
  for (const auto& key : plan.query.sort) {
    std::weak_ordering order = std::weak_ordering::equivalent;
    if (key.by == fhir::SortKey::By::id)
      order = space.id_of(a) <=> space.id_of(b);
    else if (key.by == fhir::SortKey::By::last_updated)
      order = space.last_updated_of(a) <=> space.last_updated_of(b);
    else
      order = fhir::compare(space.values(a, *key.parameter), space.values(b, *key.parameter), key.descending);
    if (key.by != fhir::SortKey::By::parameter && key.descending) order = 0 <=> order;
    if (order != 0) return order < 0;
  }
  return space.item(a).local < space.item(b).local;
}

Result<std::vector<Index>> matches_of(const Shared& shared, const Plan& plan, const RecordSpace& space) {
  CARNET_TRY(found, fhir::search(plan.query, space));
  if (plan.of_patient)
    std::erase_if(found, [&](Index index) {
      return !space.is_submission_set(index) &&
             !patient_id_of(shared, space.item(index).root()["subject"]["reference"].text());
    });
  if (!plan.sets.all.empty()) std::erase_if(found, [&](Index index) { return !plan.sets.holds(space.item(index)); });
  if (!plan.documents) return found;
  std::erase_if(found, [&](Index index) { return !plan.documents->holds(space, index, shared.clock.now()); });
  if (plan.documents->sorts())
    std::ranges::sort(found, [&](Index a, Index b) { return plan.documents->before(space.item(a), space.item(b)); });
  return found;
}

// Where the page begins: behind the last of the marks that still stands as it stood.
Result<std::size_t> start_of(const Shared& shared, const Plan& plan, const RecordSpace& space,
                             kernel::SpaceId id, std::span<const Index> found) {
  if (plan.cursor.empty()) return 0;
  CARNET_TRY(marks, open_marks(shared, id, plan.type, plan.cursor));
  const auto behind = [&](Index pivot) {
    const auto first = std::ranges::partition_point(
        found, [&](Index one) { return one == pivot || before_in(plan, space, one, pivot); });
    return static_cast<std::size_t>(first - found.begin());
  };
  const bool by_local = plan.query.sort.empty() && !plan.documents;
  if (by_local) {
    const auto first = std::ranges::partition_point(
        found, [&](Index one) { return space.item(one).local <= marks.front().local; });
    return static_cast<std::size_t>(first - found.begin());
  }
  std::optional<Index> changed;
  for (const auto& mark : marks) {
    const auto index = space.find(plan.type, shared.id_of(id, mark.local));
    if (!index) continue;
    if (space.item(*index).version == mark.version) return behind(*index);
    if (!changed) changed = index;
  }
  if (changed) return behind(*changed);
  return bad_request("value", "_cursor", "everything it pointed to has gone: search again");
}

void add_found(fhir::BundleWriter& out, const Shared& shared, const SearchQuery& query, const OpenedItem& item,
               std::string_view id, std::string_view mode) {
  const auto url = full_url(shared, item.type, id);
  if (fhir::is_projected(query))
    out.found(url, fhir::project(item.json(), query), mode);
  else
    out.found(url, item.text, mode);
}

struct Page {
  std::size_t total = 0;
  std::vector<Index> matches, included;
  std::vector<OfDirectory> people;  // included too, though no record holds them
  std::string next;
};

Result<Page> page_of(const Shared& shared, const Plan& plan, const RecordSpace& space, kernel::SpaceId id) {
  CARNET_TRY(found, matches_of(shared, plan, space));
  Page page;
  page.total = found.size();
  if (plan.query.summary == fhir::Summary::count || plan.count == 0) return page;
  CARNET_TRY(start, start_of(shared, plan, space, id, found));
  const auto bytes_of = [&](Index index) { return space.item(index).text.size(); };
  auto end = start + how_many_fit(std::min(found.size() - start, plan.count),
                                  [&](std::size_t i) { return bytes_of(found[start + i]); });
  page.matches.assign(found.begin() + static_cast<std::ptrdiff_t>(start), found.begin() + static_cast<std::ptrdiff_t>(end));
  // Fewer matches, where they lead to more than an answer holds; and of one match, what fits.
  while (!plan.query.includes.empty()) {
    page.included = fhir::included(plan.query, page.matches, space, most_included);
    const auto fit = how_many_fit(page.included.size(), [&](std::size_t i) { return bytes_of(page.included[i]); });
    if (fit == page.included.size()) break;
    if (page.matches.size() > 1) {
      page.matches.resize((page.matches.size() + 1) / 2);
      end = start + page.matches.size();
      continue;
    }
    page.included.resize(fit);
    break;
  }
  if (end == found.size()) return page;
  std::vector<Mark> marks;
  for (auto at = end; at > start && marks.size() < most_marks; --at)
    marks.push_back({space.item(found[at - 1]).local, space.item(found[at - 1]).version});
  page.next = seal_marks(shared, id, plan.type, marks);
  return page;
}

// What the inclusions lead to outside of the record.
DirectoryKeys led_to_directory(const Plan& plan, const RecordSpace& space, const Page& page) {
  DirectoryKeys keys;
  const auto follow = [&](const fhir::Include& include, const fhir::SearchParameterInfo& parameter, Index from) {
    for (const auto& value : space.values(from, parameter).values) {
      const bool leads = value.form == fhir::SearchValue::Form::reference && !value.code.empty() &&
                         is_of_directory(value.system) && (include.target.empty() || include.target == value.system);
      if (!leads || keys.size() >= most_included) continue;
      const std::pair key(std::string(value.system), std::string(value.code));
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  };
  const auto of_one = [&](const fhir::Include& include, Index from) {
    if (space.type_of(from) != include.source) return;
    if (include.parameter != nullptr) return follow(include, *include.parameter, from);
    for (const auto& parameter : fhir::search_parameters_of(include.source))
      if (parameter.kind == fhir::SearchKind::reference) follow(include, parameter, from);
  };
  for (const auto& include : plan.query.includes) {
    if (include.reverse) continue;
    for (const auto index : page.matches) of_one(include, index);
    if (include.iterate)
      for (const auto index : page.included) of_one(include, index);
  }
  return keys;
}

void add_unknown(fhir::BundleWriter& out, const SearchQuery& query) {
  for (const auto& name : query.unknown)
    out.found({}, fhir::outcome_note("warning", "not-supported", fmt::format("the parameter {} was not applied", name)),
              "outcome");
}

std::string write_page(const Shared& shared, const identity::Caller& caller, const Plan& plan, const RecordSpace& space, const Page& page) {
  std::size_t bytes = 1024;
  for (const auto* part : {&page.matches, &page.included})
    for (const auto index : *part) bytes += space.item(index).text.size() + 200;
  fhir::BundleWriter out("searchset", bytes);
  say_may_be_masked(out, caller);
  if (plan.query.total != fhir::Total::none) out.total(static_cast<std::int64_t>(page.total));
  const std::string self = self_of(plan);
  out.link("self", self);
  if (!page.next.empty())
    out.link("next", self + (self.find('?') == std::string::npos ? "?" : "&") + "_cursor=" + page.next);
  for (const auto index : page.matches)
    add_found(out, shared, plan.query, space.item(index), space.id_of(index), "match");
  for (const auto index : page.included)
    add_found(out, shared, plan.query, space.item(index), space.id_of(index), "include");
  for (const auto& one : page.people) {
    const auto url = full_url(shared, one.type, one.id);
    if (!fhir::is_projected(plan.query)) {
      out.found(url, one.text, "include");
    } else if (const auto json = fhir::Json::parse(one.text)) {
      out.found(url, fhir::project(*json, plan.query), "include");
    }
  }
  add_unknown(out, plan.query);
  return out.take();
}

}  // namespace

namespace {

// By `_id` alone: what is not there, and what the caller may not know of, is an empty answer to both.
Answer found_nothing(const Shared& shared, const Asked& asked) {
  CARNET_CO_TRY(plan, plan_of(shared, asked, asked.pairs));
  fhir::BundleWriter out("searchset", 512);
  say_may_be_masked(out, *asked.caller);
  if (plan.query.total != fhir::Total::none) out.total(0);
  out.link("self", self_of(plan));
  add_unknown(out, plan.query);
  co_return fhir_response(out.take());
}

}  // namespace

Answer search_type(Shared& shared, const Asked& asked) {
  const bool in_compartment = !asked.url.id.empty();
  const std::string_view type = in_compartment ? asked.url.operation : asked.url.type;
  CARNET_CO_CHECK(may_read(*asked.caller, type));
  fhir::Pairs pairs = asked.pairs;
  fhir::Pairs whose = pairs;
  const auto id = std::ranges::find(pairs, "_id", &fhir::Pairs::value_type::first);
  const bool by_id = id != pairs.end(), of_person = type == "Patient";
  if (in_compartment) whose = {{"patient", "Patient/" + asked.url.id}};
  if (of_person && by_id) whose = {{"patient", "Patient/" + id->second}};
  auto named = co_await aim_of(shared, type, in_compartment || of_person ? whose : pairs);
  if (of_person && !named && named.error().kind == kernel::ErrorKind::not_found) co_return co_await found_nothing(shared, asked);
  const bool names_nobody = !named && named.error().kind == kernel::ErrorKind::invalid &&
                            named.error().issues.size() == 1 && named.error().issues.front().code == "required";
  if (by_id && names_nobody) co_return co_await found_nothing(shared, asked);
  CARNET_CO_TRY(aim, std::move(named));
  CARNET_CO_TRY(plan, plan_of(shared, asked, std::move(pairs)));
  const auto action = plan.documents || type == "List" ? audit::Action::documents_listed : audit::Action::record_searched;
  auto found = co_await open_record(shared, door_to_aim(shared, asked.caller, aim, access::Act::list),
                                    {action, keyring::Purpose::read_record, asked.request_id});
  if (!found && (!aim.person || of_person) && found.error().kind == kernel::ErrorKind::not_found)
    co_return co_await found_nothing(shared, asked);
  CARNET_CO_TRY(opened, std::move(found));
  ItemPtr patient;
  if ((of_person || plan.needs_patient()) && may_know_who(opened.record.grant())) {
    CARNET_CO_TRY(person, co_await person_shown(shared, opened.record.grant().person()));
    patient = make_item("Patient", 0, 1, kernel::Instant{}, present_patient(shared, person));
  }
  std::vector<ItemPtr> lists;
  if (type == "List") {
    CARNET_CO_TRY(sets, co_await submission_sets(shared, opened));
    lists = std::move(sets);
  }
  const auto reach = reads_whole_record(*asked.caller) ? RecordSpace::Reach::whole : RecordSpace::Reach::documents;
  const RecordSpace space(shared, opened.record, reach, std::move(patient), std::move(lists));
  CARNET_CO_TRY(page, page_of(shared, plan, space, opened.record.space()));
  if (!plan.query.includes.empty()) {
    CARNET_CO_TRY(people, co_await find_in_directory(shared, led_to_directory(plan, space, page)));
    page.people = std::move(people);
  }
  co_return fhir_response(write_page(shared, *asked.caller, plan, space, page));
}

}  // namespace carnet::record
