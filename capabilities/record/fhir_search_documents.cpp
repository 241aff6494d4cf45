#include "record/fhir_search_documents.hpp"

#include <algorithm>
#include <array>

#include "record/rules.hpp"

namespace carnet::record {

using fhir::DocumentSearch;
using kernel::Result;

namespace {

fhir::Period period(const Span& span) { return {span.from, span.end}; }

bool among(const std::vector<fhir::Tokens>& asked, std::string_view system, std::string_view code) {
  const auto is_it = [&](const fhir::Token& token) {
    return token.code == code && (token.system.empty() || token.system == system);
  };
  return std::ranges::all_of(asked,
                             [&](const fhir::Tokens& tokens) { return std::ranges::any_of(tokens, is_it); });
}

bool listed(const std::vector<std::string>& list, std::string_view value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

constexpr auto own_parameters =
    std::to_array<std::string_view>({"type", "category", "identifier", "status", "date", "creation"});
constexpr auto own_orders = std::to_array<std::string_view>({"date", "-date", "creation", "-creation"});

bool is_own(const std::pair<std::string, std::string>& pair) {
  if (pair.first == "_sort") return std::ranges::find(own_orders, pair.second) != own_orders.end();
  return std::ranges::find(own_parameters, pair.first) != own_parameters.end();
}

struct Place {  // in the order of the answer
  std::int64_t key = 0, deposited = 0, local = 0;
  auto operator<=>(const Place&) const = default;
};
Place place_of(DocumentSearch::Sort sort, const OpenedItem& item) {
  using Sort = DocumentSearch::Sort;
  const auto& document = item.of_document->document;
  const bool by_creation = sort == Sort::creation_newest || sort == Sort::creation_oldest;
  return {(by_creation ? document.creation : document.reference).from.ms, document.facts.deposited_at.ms, item.local};
}

}  // namespace

Result<DocumentFilter> DocumentFilter::take(const Shared& shared, const identity::Caller& caller, fhir::Pairs& pairs) {
  DocumentFilter out;
  fhir::Pairs own;
  const auto mentions = [&](std::string_view name) {
    return std::ranges::any_of(pairs, [&](const auto& pair) {
      return pair.first == name || pair.first.starts_with(std::string(name) + ":");
    });
  };
  const bool says_status = mentions("status"), says_date = mentions("date") || mentions("creation"),
             says_which = mentions("identifier") || mentions("_id");
  for (const auto& pair : pairs)
    if (is_own(pair)) own.push_back(pair);
  std::erase_if(pairs, [](const auto& pair) { return is_own(pair); });
  out.sorts_ = std::ranges::find(pairs, "_sort", &fhir::Pairs::value_type::first) == pairs.end();
  CARNET_TRY(search, fhir::read_document_search(own));
  out.search_ = std::move(search);
  for (const auto& pair : own) {
    if (pair.first != "identifier" || pair.second.empty()) continue;
    CARNET_TRY(query, fhir::read_search("DocumentReference", {&pair, 1}, {true, shared.clock.now(), shared.settings.base_url, {}}));
    out.identifiers_.insert(out.identifiers_.end(), query.filters.begin(), query.filters.end());
  }
  if (says_which) return out;
  // A professional's first search: two years back, current documents only (rules.md 6), unless they say otherwise.
  if (!says_status) {
    out.search_.statuses.emplace_back(code_of(DocumentStatus::current));
    out.added_.emplace_back("status", code_of(DocumentStatus::current));
  }
  if (caller.rpps.empty() || says_date) return out;
  const auto years = static_cast<int>(shared.parameter("record.first_search_years"));
  const std::string first = "ge" + kernel::to_text(shared.today().plus_years(-years));
  out.search_.dates.emplace_back(first, *fhir::parse_date_test(first));
  out.added_.emplace_back("date", first);
  out.exempts_vaccination_ = true;
  return out;
}

bool DocumentFilter::holds(const Document& document, kernel::Instant now) const {
  if (!listed(search_.statuses, code_of(document.status))) return false;
  if (!among(search_.types, document.type_system, document.facts.doc_type)) return false;
  if (!among(search_.categories, fhir::oid::document_class, document.facts.doc_class)) return false;
  const auto all_hold = [now](const auto& tests, const Span& value) {
    return std::ranges::all_of(tests, [&](const auto& test) { return test.second.holds(period(value), now); });
  };
  const bool exempt = exempts_vaccination_ && is_vaccination(document.facts.doc_type);
  return (exempt || all_hold(search_.dates, document.reference)) && all_hold(search_.creations, document.creation);
}

// By the uniqueId in whatever form, or by any identifier that the resource says (its entryUUID).
bool DocumentFilter::is_named(const RecordSpace& space, RecordSpace::Index index) const {
  const auto& own = space.item(index).of_document->document.unique_id;
  for (std::size_t i = 0; i < identifiers_.size(); ++i) {
    const bool by_unique_id = std::ranges::find(search_.unique_ids[i], own) != search_.unique_ids[i].end();
    if (!by_unique_id && !fhir::matches(identifiers_[i], space.values(index, *identifiers_[i].parameter))) return false;
  }
  return true;
}

bool DocumentFilter::holds(const RecordSpace& space, RecordSpace::Index index, kernel::Instant now) const {
  return holds(space.item(index).of_document->document, now) && is_named(space, index);
}

bool DocumentFilter::before(const OpenedItem& a, const OpenedItem& b) const {
  using Sort = DocumentSearch::Sort;
  const bool newest = search_.sort == Sort::date_newest || search_.sort == Sort::creation_newest;
  const Place pa = place_of(search_.sort, a), pb = place_of(search_.sort, b);
  return newest ? pb < pa : pa < pb;
}

}  // namespace carnet::record
