#include "record/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "record/rules.hpp"

namespace carnet::record {

namespace json = kernel::json;
using kernel::Result;

namespace {

constexpr std::size_t most_per_page = 100;

std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    if (comma > 0) values.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return values;
}

std::string year_of(const Document& document) {
  return document.act_date.substr(0, 4);
}

std::string author_name(const Document& document) {
  return document.author_name.empty() ? document.structure_name : document.author_name;
}

bool among(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() || std::ranges::find(values, value) != values.end();
}

// Where a page ended, in the order of before_in_list.
struct Place {
  std::int64_t act = 0, deposited = 0, local = 0, seen = 0;
};

kernel::Bytes cursor_place(kernel::SpaceId space) {
  return kernel::to_bytes(fmt::format("list/{}", space.value));
}

std::string seal_place(const Shared& shared, kernel::SpaceId space, const Place& place) {
  const std::string text =
      fmt::format("{:020} {:020} {:020} {:020}", place.act, place.deposited, place.local, place.seen);
  return kernel::to_base64url(shared.cursors.seal(kernel::as_bytes(text), cursor_place(space)));
}

Result<Place> open_place(const Shared& shared, kernel::SpaceId space, const std::string& cursor) {
  Place place;
  const auto sealed = kernel::from_base64url(cursor);
  const auto plain = sealed ? shared.cursors.open(*sealed, cursor_place(space)) : std::nullopt;
  if (!plain || std::sscanf(std::string(kernel::as_text(*plain)).c_str(), "%ld %ld %ld %ld", &place.act,
                            &place.deposited, &place.local, &place.seen) != 4)
    return kernel::invalid("record.cursor", {{"value", "cursor", "is not one that this list gave"}});
  return place;
}

bool is_after(const OpenedDocument& one, const Place& place) {
  Document last;
  last.act.from = {place.act};
  last.facts.deposited_at = {place.deposited};
  return before_in_list(last, place.local, one.document, one.row.local);
}

struct Count {
  std::string key, name;
  std::int64_t count = 0;
};
void add(std::vector<Count>& counts, std::string key, std::string name) {
  const auto found = std::ranges::find(counts, key, &Count::key);
  if (found != counts.end())
    ++found->count;
  else
    counts.push_back({std::move(key), std::move(name), 1});
}

// Counted over everything the reader may see, whatever the filters: each says what choosing it would give alone.
json::object facets_of(const Shared& shared, kernel::SpaceId space, const std::vector<OpenedDocument>& documents,
                       const Reader& reader) {
  std::vector<Count> classes, years, authors;
  for (const auto& one : documents) {
    add(classes, one.document.facts.doc_class, {});
    add(years, year_of(one.document), {});
    if (!reader.is_kept_from(one.document))
      add(authors, author_key(shared, space, one.document), author_name(one.document));
  }
  std::ranges::sort(classes, {}, &Count::key);
  std::ranges::sort(years, std::greater<>(), &Count::key);
  std::ranges::sort(authors, [](const Count& a, const Count& b) {
    return std::tie(b.count, a.name, a.key) < std::tie(a.count, b.name, b.key);
  });
  json::array class_list, year_list, author_list;
  for (const auto& one : classes) class_list.push_back({{"code", one.key}, {"count", one.count}});
  for (const auto& one : years) {
    int year = 0;
    std::from_chars(one.key.data(), one.key.data() + one.key.size(), year);
    year_list.push_back({{"year", year}, {"count", one.count}});
  }
  for (const auto& one : authors) author_list.push_back({{"key", one.key}, {"name", one.name}, {"count", one.count}});
  return {{"classes", std::move(class_list)}, {"years", std::move(year_list)}, {"authors", std::move(author_list)}};
}

}  // namespace

ListQuery read_list_query(const http::Request& request) {
  ListQuery query;
  for (const auto& [name, value] : request.query_pairs()) {
    if (name == "class") query.classes = values_of(value);
    if (name == "year") query.years = values_of(value);
    if (name == "by") query.authors = values_of(value);
    if (name == "cursor") query.cursor = value;
    std::size_t number = 0;
    if (name == "limit" && std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc() &&
        number > 0)
      query.limit = std::min(number, most_per_page);
  }
  return query;
}

std::string author_key(const Shared& shared, kernel::SpaceId space, const Document& document) {
  const std::string who = document.facts.by_holder ? "holder"
                          : document.facts.author_rpps.empty()
                              ? fmt::format("{}|{}", author_name(document), document.author_structure)
                              : document.facts.author_rpps;
  constexpr std::size_t length = 10;
  return kernel::to_base32(kernel::ByteView(shared.authors.of(fmt::format("{}|{}", space.value, who))).first(length));
}

json::object view_of(const Shared& shared, kernel::SpaceId space, const OpenedDocument& one, const Reader& reader) {
  const auto& document = one.document;
  const bool kept = reader.is_kept_from(document);
  json::object author{{"name", kept ? std::string() : author_name(document)}};
  if (!kept && !document.profession.empty()) author["profession"] = document.profession;
  if (!kept && !document.structure_name.empty()) author["structure"] = document.structure_name;
  const std::string_view label = shared.types.label(document.facts.doc_type);
  const bool image = document.media == Media::png || document.media == Media::jpeg;
  json::object out{{"id", shared.id_of(space, one.row.local)},
          {"title", kept ? label : std::string_view(document.title)},  // a title may name the place
          {"class", document.facts.doc_class},
          {"type", document.facts.doc_type},
          {"type_label", label},
          {"date", document.act_date},
          {"author", std::move(author)},
          {"source", document.facts.by_holder ? "holder" : "professional"},
          {"media", image ? std::string_view("image") : code_of(document.media)},
          {"size", document.size},
          {"deposited_at", kernel::to_rfc3339(document.facts.deposited_at)},
          {"is_new", shown_since(document.facts) > reader.seen},
          {"version", one.row.version},
          {"masked", document.facts.masque_ps},
          {"visible_in_emergency", document.facts.visible_in_emergency},
          {"may_mask", reader.may_mask(document.facts)}};
  if (document.facts.masque_ps) out["masked_by"] = document.masked_by_holder ? "holder" : "author";
  return out;
}

Result<Listing> list(const Shared& shared, kernel::SpaceId space, std::vector<OpenedDocument> documents,
                     const ListQuery& query, Reader reader) {
  Place after;
  if (!query.cursor.empty()) {
    CARNET_TRY(place, open_place(shared, space, query.cursor));
    after = place;
    reader.seen = {place.seen};
  }
  std::erase_if(documents, [](const OpenedDocument& one) { return one.document.status != DocumentStatus::current; });
  Listing listing;
  listing.first_page = query.cursor.empty();
  listing.has_new =
      std::ranges::any_of(documents, [&](const OpenedDocument& one) { return shown_since(one.document.facts) > reader.seen; });
  listing.body["total"] = documents.size();
  listing.body["facets"] = facets_of(shared, space, documents, reader);
  std::erase_if(documents, [&](const OpenedDocument& one) {
    return !among(query.classes, one.document.facts.doc_class) || !among(query.years, year_of(one.document)) ||
           !(query.authors.empty() || (one.document.facts.by_holder && among(query.authors, "holder")) ||
             (!reader.is_kept_from(one.document) && among(query.authors, author_key(shared, space, one.document))));
  });
  listing.body["filtered_total"] = documents.size();
  std::ranges::sort(documents, [](const OpenedDocument& a, const OpenedDocument& b) {
    return before_in_list(a.document, a.row.local, b.document, b.row.local);
  });
  if (!listing.first_page) std::erase_if(documents, [&](const OpenedDocument& one) { return !is_after(one, after); });
  if (documents.size() > query.limit) {
    documents.erase(documents.begin() + static_cast<std::ptrdiff_t>(query.limit), documents.end());
    const auto& last = documents.back();
    listing.body["next_cursor"] = seal_place(
        shared, space, {last.document.act.from.ms, last.document.facts.deposited_at.ms, last.row.local, reader.seen.ms});
  }
  json::array views;
  for (const auto& one : documents) views.push_back(view_of(shared, space, one, reader));
  listing.body["documents"] = std::move(views);
  return listing;
}

}  // namespace carnet::record
