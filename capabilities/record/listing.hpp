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

kernel::json::object view_of(const Shared& shared, kernel::SpaceId space, const OpenedDocument& one,
                             kernel::Instant seen);
// What one author is called in a filter: says nothing to a stranger.
std::string author_key(const Shared& shared, kernel::SpaceId space, const Document& document);

struct Listing {
  kernel::json::object body;
  bool first_page = false, has_new = false;
};
// Of what the grant permitted: current documents, newest act first. `seen` is when the reader last listed them; a
// cursor carries it on, so that a list keeps its marks over its pages. invalid "record.cursor".
kernel::Result<Listing> list(const Shared& shared, kernel::SpaceId space, std::vector<OpenedDocument> documents,
                             const ListQuery& query, kernel::Instant seen);

}  // namespace carnet::record
