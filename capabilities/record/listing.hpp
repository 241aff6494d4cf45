// The list that a person sees: filters, facets, pages. Pure but for the seal of its cursors. Inside record only.
#pragma once
#include "record/opening.hpp"

namespace carnet::record {

struct ListQuery {
  std::vector<std::string> classes, years, authors;  // any of them, in each
  std::size_t limit = 25;                            // at most 100
  std::string cursor;
};
ListQuery read_list_query(const http::Request& request);

// Whom documents are shown to.
struct Reader {
  kernel::Instant seen{};                    // when they last listed them
  std::optional<access::AccessGrant> masks;  // when they may mask documents of this space
  bool discreet = false;                     // neither author, structure nor place is for them (rules.md 6), but of ...
  std::string own_id;                        // ... what they filed themselves
  bool may_mask(const access::ItemFacts& facts) const { return masks && masks->permits(facts); }
  bool is_kept_from(const Document& document) const { return discreet && document.filed_by != own_id; }
};

kernel::json::object view_of(const Shared& shared, kernel::SpaceId space, const OpenedDocument& one,
                             const Reader& reader);
// What one author is called in a filter: says nothing to a stranger.
std::string author_key(const Shared& shared, kernel::SpaceId space, const Document& document);

struct Listing {
  kernel::json::object body;
  bool first_page = false, has_new = false;
};
// Of what the grant permitted: current documents, newest act first. A cursor carries on when the reader last listed
// them, so that a list keeps its marks over its pages. invalid "record.cursor".
kernel::Result<Listing> list(const Shared& shared, kernel::SpaceId space, std::vector<OpenedDocument> documents,
                             const ListQuery& query, Reader reader);

}  // namespace carnet::record
