// ITI-67: DocumentReferences of one person, among those that the caller may see.
#include <fmt/format.h>

#include <algorithm>

#include "record/fhir.hpp"
#include "record/opening.hpp"
#include "record/rules.hpp"

namespace carnet::record {

using fhir::DocumentSearch;
using kernel::ErrorKind;
using kernel::Result;

namespace {

struct Asked {
  DocumentSearch search;
  std::string first_date;  // the date of a professional's first search, when it was applied
};

fhir::Period period(const Span& span) {
  return {span.from, span.end};
}

bool matches(const fhir::Token& token, std::string_view system, std::string_view code) {
  return token.code == code && (token.system.empty() || token.system == system);
}
bool among(const std::vector<fhir::Tokens>& asked, std::string_view system, std::string_view code) {
  return std::ranges::all_of(asked, [&](const fhir::Tokens& tokens) {
    return std::ranges::any_of(tokens, [&](const fhir::Token& token) { return matches(token, system, code); });
  });
}

bool wanted(const Asked& asked, const Document& document, kernel::Instant now) {
  const auto& search = asked.search;
  const auto has = [](const auto& list, const std::string& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  if (!has(search.statuses, std::string(code_of(document.status)))) return false;
  if (!has(search.unique_ids, document.unique_id)) return false;
  if (!among(search.types, document.type_system, document.facts.doc_type)) return false;
  if (!among(search.categories, fhir::oid::document_class, document.facts.doc_class)) return false;
  const auto all_hold = [now](const auto& tests, const Span& value) {
    return std::ranges::all_of(tests, [&](const auto& test) { return test.second.holds(period(value), now); });
  };
  const bool exempt = !asked.first_date.empty() && is_vaccination(document.facts.doc_type);
  return (exempt || all_hold(search.dates, document.reference)) && all_hold(search.creations, document.creation);
}

// A professional's first search: two years back, current documents only (rules.md 6), unless they say otherwise.
void apply_first_search(const Shared& shared, const identity::Caller& caller, Asked& asked) {
  auto& search = asked.search;
  if (!search.unique_ids.empty()) return;
  if (search.statuses.empty()) search.statuses.emplace_back(code_of(DocumentStatus::current));
  if (caller.rpps.empty() || !search.dates.empty() || !search.creations.empty()) return;
  const auto years = static_cast<int>(shared.parameter("record.first_search_years"));
  asked.first_date = "ge" + kernel::to_text(shared.today().plus_years(-years));
  search.dates.emplace_back(asked.first_date, *fhir::parse_date_test(asked.first_date));
}

// The search as it was carried out, without any identity: what was asked, and what was added.
std::string link_of(const Shared& shared, const fhir::Pairs& pairs, const Asked& asked, PersonId person) {
  std::string url = fmt::format("{}/DocumentReference?patient=Patient%2F{}", shared.settings.base_url,
                                shared.identity.people().opaque(person));
  const auto add = [&url](std::string_view name, std::string_view value) {
    url.append("&").append(name).append("=").append(http::percent_encode(value));
  };
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(pairs, [&](const auto& pair) { return pair.first == name && !pair.second.empty(); });
  };
  if (!has("status") && !asked.search.statuses.empty()) add("status", asked.search.statuses.front());
  if (!asked.first_date.empty()) add("date", asked.first_date);
  for (const auto& [name, value] : pairs) {
    const bool names_person = name.starts_with("patient") || name.starts_with("subject");
    const bool unknown = std::ranges::find(asked.search.unknown, name) != asked.search.unknown.end();
    if (!names_person && !unknown && name != "_cursor" && !value.empty()) add(name, value);
  }
  return url;
}

struct Place {  // in the order of the answer
  std::int64_t key = 0, deposited = 0, local = 0;
  auto operator<=>(const Place&) const = default;
};

Place place_of(DocumentSearch::Sort sort, const OpenedDocument& one) {
  using Sort = DocumentSearch::Sort;
  const bool by_creation = sort == Sort::creation_newest || sort == Sort::creation_oldest;
  const auto key = (by_creation ? one.document.creation : one.document.reference).from.ms;
  return {key, one.document.facts.deposited_at.ms, one.row.local};
}
bool is_newest_first(DocumentSearch::Sort sort) {
  return sort == DocumentSearch::Sort::date_newest || sort == DocumentSearch::Sort::creation_newest;
}

// Of one length, whatever the numbers are.
std::string seal_cursor(const Shared& shared, kernel::SpaceId space, const Place& place) {
  return kernel::to_base64url(shared.cursors.seal(
      kernel::as_bytes(fmt::format("{:020} {:020} {:020}", place.key, place.deposited, place.local)),
      kernel::as_bytes(fmt::format("fhir/{}", space.value))));
}
Result<std::optional<Place>> open_cursor(const Shared& shared, kernel::SpaceId space, const std::string& cursor) {
  if (cursor.empty()) return std::nullopt;
  const auto sealed = kernel::from_base64url(cursor);
  const auto plain =
      sealed ? shared.cursors.open(*sealed, kernel::as_bytes(fmt::format("fhir/{}", space.value))) : std::nullopt;
  Place place;
  if (!plain || std::sscanf(std::string(kernel::as_text(*plain)).c_str(), "%ld %ld %ld", &place.key, &place.deposited,
                            &place.local) != 3)
    return kernel::invalid("fhir.search", {{"value", "_cursor", "is not one that this search gave"}});
  return place;
}

// Which person: by numbers, by our reference, or by both when they agree. Anything else is a person nobody knows.
Result<PersonId> person_asked(const Shared& shared, store::Snapshot& at, const DocumentSearch& search) {
  std::optional<PersonId> person;
  if (!search.patient.empty()) {
    person = shared.identity.people().from_opaque(search.patient);
    if (!person) return not_found();
  }
  for (const auto& token : search.patient_identifiers) {
    const auto number = identity::parse_number(token.code);
    if (!number || (!token.system.empty() && !is_ins(token.system))) return not_found();
    CARNET_TRY(found, shared.identity.people().find(at, number->value));
    if (!found || (person && *person != *found)) return not_found();
    person = found;
  }
  if (!person)
    return kernel::invalid("fhir.search",
                           {{"required", "patient", "a patient is required: patient, or patient.identifier by POST"}});
  return *person;
}

Result<Asked> read_search(const Shared& shared, const http::Request& request, const identity::Caller& caller,
                          const fhir::Pairs& pairs, bool by_address) {
  CARNET_CHECK(accepts_json(request));
  if (!has_scope(caller, "documents.read"))
    return kernel::refuse(ErrorKind::forbidden, "record.scope", "the token does not have the scope documents.read");
  if (fhir::carries_identity(by_address ? pairs : request.query_pairs()))
    return kernel::invalid("fhir.identity_in_address", {{"not-supported", "patient.identifier",
                                                         "an INS never stands in an address: POST it to _search"}});
  CARNET_TRY(search, fhir::read_document_search(pairs));
  const bool strict = request.header("prefer").find("handling=strict") != std::string_view::npos;
  if (strict && !search.unknown.empty()) {
    std::vector<kernel::Issue> issues;
    for (const auto& name : search.unknown)
      issues.push_back({"not-supported", name, "is not a parameter of this search"});
    return kernel::invalid("fhir.search", std::move(issues));
  }
  Asked asked{std::move(search), {}};
  apply_first_search(shared, caller, asked);
  return asked;
}

struct Page {
  std::vector<OpenedDocument> documents;
  std::int64_t total = 0;
  std::optional<Place> last;  // when more follow
};

Page page_of(std::vector<OpenedDocument> documents, const Asked& asked, const std::optional<Place>& after,
             kernel::Instant now) {
  std::erase_if(documents, [&](const OpenedDocument& one) { return !wanted(asked, one.document, now); });
  const auto sort = asked.search.sort;
  const bool newest = is_newest_first(sort);
  const auto before = [newest](const Place& a, const Place& b) { return newest ? b < a : a < b; };
  std::ranges::sort(documents, before, [sort](const OpenedDocument& one) { return place_of(sort, one); });
  Page page;
  page.total = static_cast<std::int64_t>(documents.size());
  if (after) std::erase_if(documents, [&](const OpenedDocument& one) { return !before(*after, place_of(sort, one)); });
  if (documents.size() > asked.search.count) {
    documents.erase(documents.begin() + static_cast<std::ptrdiff_t>(asked.search.count), documents.end());
    if (!documents.empty()) page.last = place_of(sort, documents.back());
  }
  page.documents = std::move(documents);
  return page;
}

}  // namespace

Answer search_documents(Shared& shared, http::Exchange& exchange, bool by_address) {
  const auto caller = caller_of(exchange);
  fhir::Pairs pairs = exchange.request.query_pairs();
  if (!by_address)
    for (auto& pair : exchange.request.form_pairs()) pairs.push_back(std::move(pair));
  CARNET_CO_TRY(asked, read_search(shared, exchange.request, *caller, pairs, by_address));
  const auto search = std::make_shared<const DocumentSearch>(asked.search);
  const Door door = [&shared, caller, search](store::Snapshot& at) -> Result<access::AccessGrant> {
    CARNET_TRY(person, person_asked(shared, at, *search));
    return shared.access.authorise(at, *caller, person, access::Act::list);
  };
  CARNET_CO_TRY(opened, co_await open_space_with_key(shared, door,
                                                     {audit::Action::documents_listed, keyring::Purpose::read_record,
                                                      exchange.request.request_id}));
  auto& [space, key] = opened;
  CARNET_CO_TRY(after, open_cursor(shared, space.grant.space(), asked.search.cursor));
  Page page = page_of(std::move(space.documents), asked, after, shared.clock.now());
  std::vector<ItemRow> rows;
  for (const auto& one : page.documents) rows.push_back(one.row);
  CARNET_CO_TRY(resources, co_await read_parts(shared, key, std::move(rows), Part::resource));
  CARNET_CO_TRY(person, co_await person_shown(shared, space.grant.person()));
  fhir::Searchset answer;
  answer.self = link_of(shared, pairs, asked, person.id);
  if (page.last) answer.next = answer.self + "&_cursor=" + seal_cursor(shared, space.grant.space(), *page.last);
  answer.total = page.total;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const auto& one = page.documents[i];
    answer.entries.push_back({fmt::format("{}/DocumentReference/{}", shared.settings.base_url,
                                          shared.id_of(space.grant.space(), one.row.local)),
                              present(shared, space.grant.space(), person, one, resources[i])});
  }
  for (const auto& name : asked.search.unknown)
    answer.entries.push_back(
        {{},
         fhir::outcome_note("warning", "not-supported", fmt::format("the parameter {} was not applied", name)),
         fhir::FoundEntry::Mode::outcome});
  co_return fhir_response(fhir::searchset(answer));
}

}  // namespace carnet::record
