// What a search of DocumentReferences means beyond the resource's own text (ITI-67, rules.md 6): codes by their OIDs,
// uniqueIds in one form, dates that the deposit gave, and the first search of a professional. Inside record only.
#pragma once
#include <functional>

#include "record/fhir_space.hpp"

namespace carnet::record {

class DocumentFilter {
 public:
  // Takes out of `pairs` what it judges itself. `invalid` "fhir.search" as the reader of these parameters says.
  static kernel::Result<DocumentFilter> take(const Shared& shared, const identity::Caller& caller, fhir::Pairs& pairs);

  bool holds(const RecordSpace& space, RecordSpace::Index index, kernel::Instant now) const;
  bool sorts() const { return sorts_; }  // no other order was asked for
  bool before(const OpenedItem& a, const OpenedItem& b) const;
  // What was added to what was asked: for the link `self`.
  const fhir::Pairs& added() const { return added_; }

 private:
  bool holds(const Document& document, kernel::Instant now) const;
  bool is_named(const RecordSpace& space, RecordSpace::Index index) const;
  fhir::DocumentSearch search_;
  std::vector<fhir::Filter> identifiers_;  // as R4 says, beside search_.unique_ids: either names a document
  fhir::Pairs added_;
  bool exempts_vaccination_ = false;
  bool sorts_ = true;
};

}  // namespace carnet::record
