// « Récupérer tous mes documents »: an archive of what the person may see, as it was deposited, with a page to find
// one's way. In parts when it is large: what is held in memory stays bounded.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "record/opening.hpp"
#include "record/rules.hpp"
#include "record/web.hpp"
#include "record/zip.hpp"

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;

namespace {

constexpr std::int64_t most_part_bytes = 128LL << 20;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

struct File {
  std::size_t document = 0;
  std::size_t part = 0;
  std::string name;  // empty: in no part, because its bytes are not for this reader
};

// What names who or where of documents whose bytes are not for this reader (discretion, rules.md 6).
std::vector<bool> leave_out_places(const Shared& shared, const identity::Caller& caller, const access::AccessGrant& grant,
                                   std::vector<OpenedDocument>& documents) {
  std::vector<bool> left_out;
  for (auto& one : documents) {
    left_out.push_back(!may_show_bytes(shared, caller, grant, one.document));
    if (!left_out.back()) continue;
    one.document.title = shared.types.label(one.document.facts.doc_type);
    one.document.author_name.clear();
    one.document.structure_name.clear();
  }
  return left_out;
}

// Which part holds which document: in the order of the list, each part up to its size.
std::vector<File> plan(const std::vector<OpenedDocument>& documents, const std::vector<bool>& left_out) {
  std::vector<File> files;
  std::int64_t bytes = 0;
  std::size_t part = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto& document = documents[i].document;
    if (left_out[i]) {
      files.push_back({i, part, {}});
      continue;
    }
    if (bytes > 0 && bytes + document.size > most_part_bytes) {
      ++part;
      bytes = 0;
    }
    bytes += document.size;
    files.push_back({i, part,
                     fmt::format("documents/{:04} {} {}{}", i + 1, document.act_date, file_name_of(document.title),
                                 extension_of(document.media))});
  }
  return files;
}

std::string index_page(const Shared& shared, const std::vector<OpenedDocument>& documents,
                       const std::vector<File>& files, std::size_t parts, std::string_view day) {
  std::string page =
      "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Mes documents de santé</title>\n"
      "<style>body{font:1rem/1.5 sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse}"
      "th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left}</style></head><body>\n"
      "<h1>Mes documents de santé</h1>\n";
  page += fmt::format("<p>Copie du {}. {} documents, tels qu’ils ont été déposés.</p>\n", day, documents.size());
  page +=
      "<p><strong>Personne ne peut exiger l’accès à ce dossier, même avec votre accord : ni assureur, ni mutuelle, ni "
      "employeur (code de la santé publique, article L1111-18).</strong></p>\n";
  page +=
      "<table><thead><tr><th>Date</th><th>Titre</th><th>Nature</th><th>Auteur</th><th>Structure</th><th>Fichier</th></"
      "tr></thead><tbody>\n";
  for (const auto& file : files) {
    const auto& document = documents[file.document].document;
    const bool superseded = document.status == DocumentStatus::superseded;
    const std::string where = parts > 1 ? fmt::format(" (partie {})", file.part + 1) : std::string();
    const std::string link = file.name.empty() ? std::string()
                                               : fmt::format("<a href=\"{}\">{}</a>{}",
                                                             escaped(http::percent_encode(file.name)), escaped(file.name), where);
    page += fmt::format("<tr><td>{}</td><td>{}{}</td><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td></tr>\n",
                        escaped(document.act_date), escaped(document.title), superseded ? " (remplacé)" : "",
                        escaped(shared.types.label(document.facts.doc_type)), escaped(document.author_name),
                        document.facts.by_holder ? " (ajouté par vous)" : "", escaped(document.structure_name), link);
  }
  return page + "</tbody></table></body></html>\n";
}

std::size_t part_asked(const http::Request& request) {
  std::size_t part = 0;
  for (const auto& [name, value] : request.query_pairs())
    if (name == "part") std::from_chars(value.data(), value.data() + value.size(), part);
  return part;
}

Door guarded(Shared& shared, const http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  const Door door = door_to_who(shared, caller, std::string(exchange.parameter("who")), access::Act::export_copy);
  return [&shared, caller, door](store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = door(at);
    if (!grant) return grant;
    CARNET_TRY(recent, shared.identity.recently_reauthenticated(at, *caller));
    if (!recent)
      return kernel::refuse(ErrorKind::forbidden, "record.reauthentication_needed", "sign in again for this act");
    return grant;
  };
}

}  // namespace

Answer export_space(Shared& shared, http::Exchange& exchange) {
  CARNET_CO_TRY(opened, co_await open_space_with_key(
                            shared, guarded(shared, exchange),
                            {audit::Action::exported, keyring::Purpose::export_record, exchange.request.request_id}));
  auto& documents = opened.space.documents;
  std::ranges::sort(documents, [](const OpenedDocument& a, const OpenedDocument& b) {
    return before_in_list(a.document, a.row.local, b.document, b.row.local);
  });
  const auto left_out = leave_out_places(shared, *caller_of(exchange), opened.space.grant, documents);
  const auto files = plan(documents, left_out);
  const std::size_t parts = files.empty() ? 1 : files.back().part + 1;
  std::size_t part = part_asked(exchange.request);
  if (part > parts) co_return not_found();
  if (part == 0 && parts > 1)
    co_return std::unexpected(kernel::Error{ErrorKind::too_large,
                                            "record.export_parts",
                                            "ask for each part: ?part=1 and on",
                                            {{"too-long", "/part", std::to_string(parts)}}});
  part = std::max<std::size_t>(part, 1);
  std::vector<ItemRow> rows;
  std::vector<const File*> chosen;
  std::size_t bytes = 1u << 16;
  for (const auto& file : files) {
    if (file.part + 1 != part || file.name.empty()) continue;
    chosen.push_back(&file);
    rows.push_back(documents[file.document].row);
    bytes += static_cast<std::size_t>(documents[file.document].document.size) + 512;
  }
  CARNET_CO_TRY(contents, co_await read_parts(shared, opened.key, std::move(rows), Part::content));
  const std::string day = kernel::to_text(shared.today());
  std::string archive;
  const bool ran = co_await io::on_pool(shared.pool, [&] {
    Zip zip(shared.clock.now(), bytes);
    zip.add("index.html", index_page(shared, documents, files, parts, day));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      zip.add(chosen[i]->name, kernel::as_text(contents[i]));
      contents[i] = {};
    }
    archive = zip.finish();
  });
  if (!ran) co_return busy();
  const std::string name = parts > 1 ? fmt::format("mes-documents-{}-partie-{}-sur-{}.zip", day, part, parts)
                                     : fmt::format("mes-documents-{}.zip", day);
  co_return http::Response::text("application/zip", std::move(archive))
      .with("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name))
      .with("X-Content-Type-Options", "nosniff")
      .with("Cache-Control", "no-store");
}

}  // namespace carnet::record
