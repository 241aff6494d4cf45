#include "foundation/http/static_files.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "foundation/crypto/crypto.hpp"
#include "foundation/http/uri.hpp"
#include "foundation/io/files.hpp"

namespace carnet::http {
namespace {

namespace fs = std::filesystem;
using kernel::ErrorKind;

struct Variant {
  std::string bytes;
  std::string etag;
};

struct File {
  Variant plain;
  std::optional<Variant> gzip;
  std::string_view media_type;
  bool is_immutable = false;
};

using Files = std::map<std::string, File, std::less<>>;  // by path: "/assets/app.js"

std::string_view media_type_of(std::string_view path) {
  struct Known {
    std::string_view ending, media_type;
  };
  static constexpr std::array known{
      Known{".html", "text/html; charset=utf-8"},
      Known{".js", "text/javascript; charset=utf-8"},
      Known{".mjs", "text/javascript; charset=utf-8"},
      Known{".css", "text/css; charset=utf-8"},
      Known{".json", "application/json"},
      Known{".map", "application/json"},
      Known{".webmanifest", "application/manifest+json"},
      Known{".svg", "image/svg+xml"},
      Known{".png", "image/png"},
      Known{".jpg", "image/jpeg"},
      Known{".webp", "image/webp"},
      Known{".ico", "image/x-icon"},
      Known{".woff2", "font/woff2"},
      Known{".wasm", "application/wasm"},
      Known{".txt", "text/plain; charset=utf-8"},
      Known{".xml", "application/xml"},
      Known{".pdf", "application/pdf"},
      Known{".bcmap", "application/octet-stream"},
  };
  for (const auto& [ending, media_type] : known) {
    if (path.ends_with(ending)) return media_type;
  }
  return "application/octet-stream";
}

Variant variant_of(const kernel::Bytes& bytes) {
  const auto digest = crypto::sha256(bytes);
  return {std::string(kernel::as_text(bytes)), '"' + kernel::to_hex(kernel::ByteView(digest).first(16)) + '"'};
}

std::unexpected<kernel::Error> refuse(std::string_view what, std::string_view why) {
  return kernel::refuse(ErrorKind::invalid, "http.static", std::string(what) + ": " + std::string(why));
}

kernel::Result<Files> load(const StaticSite& site) {
  std::error_code failed;
  const auto root = fs::canonical(site.folder, failed);
  if (failed || !fs::is_directory(root)) return refuse(site.folder.string(), "not a folder");
  std::map<std::string, kernel::Bytes> contents;
  std::size_t left = site.max_total_bytes;
  for (fs::recursive_directory_iterator entry(root, failed), end; !failed && entry != end; entry.increment(failed)) {
    const auto& path = entry->path();
    if (entry->is_symlink()) return refuse(path.string(), "links are not followed");
    if (!entry->is_regular_file()) continue;
    auto bytes = io::read_file(path, left);
    if (!bytes) return refuse(path.string(), "cannot be read, or the folder is too large");
    left -= bytes->size();
    contents.emplace("/" + path.lexically_relative(root).generic_string(), std::move(*bytes));
  }
  if (failed) return refuse(site.folder.string(), failed.message());
  Files files;
  for (const auto& [path, bytes] : contents) {
    if (path.ends_with(".gz") && contents.contains(path.substr(0, path.size() - 3))) continue;
    File file{variant_of(bytes), std::nullopt, media_type_of(path), path.starts_with("/assets/")};
    if (const auto packed = contents.find(path + ".gz"); packed != contents.end())
      file.gzip = variant_of(packed->second);
    files.emplace(path, std::move(file));
  }
  if (!files.contains("/index.html")) return refuse(site.folder.string(), "there is no index.html");
  return files;
}

// "gzip", "gzip;q=0.5" or "*" without q=0, among the comma-separated codings.
bool accepts_gzip(std::string_view accepted) {
  while (!accepted.empty()) {
    const auto end = std::min(accepted.find(','), accepted.size());
    std::string coding = lower_case(accepted.substr(0, end));
    accepted.remove_prefix(std::min(end + 1, accepted.size()));
    std::erase(coding, ' ');
    const bool names_it = coding == "gzip" || coding.starts_with("gzip;") || coding == "*" || coding.starts_with("*;");
    if (!names_it) continue;
    const auto weight = coding.find(";q=");
    return weight == std::string::npos || coding.find_first_of("123456789", weight) != std::string::npos;
  }
  return false;
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

Response answer(const File& file, const Request& request) {
  const bool packed = file.gzip && accepts_gzip(request.header("accept-encoding"));
  const Variant& variant = packed ? *file.gzip : file.plain;
  Response response;
  response.with("ETag", variant.etag);
  response.with("Cache-Control", file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.gzip) response.with("Vary", "Accept-Encoding");
  if (matches(request.header("if-none-match"), variant.etag)) {
    response.status = 304;
    return response;
  }
  response.with("Content-Type", file.media_type);
  if (packed) response.with("Content-Encoding", "gzip");
  response.body = variant.bytes;
  return response;
}

io::Task<kernel::Result<Response>> serve(std::shared_ptr<const Files> files, std::string path, const Request& request) {
  const auto found = files->find(path);
  if (found == files->end()) co_return kernel::refuse(ErrorKind::not_found, "http.not_found");
  co_return answer(found->second, request);
}

// Plain functions that make the task: the closure may be gone before the task ends.
Handler exactly(std::shared_ptr<const Files> files, std::string path) {
  return [files = std::move(files), path = std::move(path)](Exchange& exchange) {
    return serve(files, path, exchange.request);
  };
}

Handler by_path(std::shared_ptr<const Files> files) {
  return
      [files = std::move(files)](Exchange& exchange) { return serve(files, exchange.request.path, exchange.request); };
}

Route route(std::string path_template, Handler handler) {
  return {.method = Method::get,
          .path_template = std::move(path_template),
          .handler = std::move(handler),
          .access = Access::anonymous,
          .max_body = 0,
          .limit = {}};
}

}  // namespace

kernel::Result<std::vector<Route>> static_routes(const StaticSite& site) {
  CARNET_TRY(loaded, load(site));
  const auto files = std::make_shared<const Files>(std::move(loaded));
  std::vector<Route> routes;
  std::set<std::string> taken;
  const auto add = [&](std::string path_template, Handler handler) {
    if (taken.insert(path_template).second) routes.push_back(route(std::move(path_template), std::move(handler)));
  };
  for (const auto& [path, file] : *files) {
    const auto slash = path.find('/', 1);
    if (slash == std::string::npos) {
      add(path, exactly(files, path));
    } else {
      add(path.substr(0, slash) + "/{file...}", by_path(files));
    }
  }
  add("/", exactly(files, "/index.html"));
  for (const auto& prefix : site.page_prefixes) {
    const auto page = exactly(files, "/index.html");
    if (prefix != "/") add(prefix, page);
    add(prefix == "/" ? "/{page...}" : prefix + "/{page...}", page);
  }
  return routes;
}

}  // namespace carnet::http
