#include "proof/house/promises.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace carnet::house {
namespace {

constexpr std::string_view capabilities_folder = "capabilities/";

std::set<std::string> capability_names(const Tree& tree) {
  std::set<std::string> names;
  for (const auto& file : tree.files) {
    if (!file.path.starts_with(capabilities_folder)) continue;
    const auto rest = std::string_view(file.path).substr(capabilities_folder.size());
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) names.emplace(rest.substr(0, slash));
  }
  return names;
}

}  // namespace

Findings check_capabilities(const Tree& tree) {
  Findings found;
  for (const auto& name : capability_names(tree)) {
    for (const auto& needed :
         {fmt::format("capabilities/{}/README.md", name), fmt::format("capabilities/{0}/{0}.hpp", name)}) {
      if (!tree.has(needed)) found.push_back({needed, 0, "is missing"});
    }
  }
  return found;
}

namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "ENR-1" when the line declares an invariant: two to five capitals, a dash, a number, after list or table marks only.
std::string declared_on(std::string_view line) {
  const auto start = line.find_first_not_of(" -*|#`");
  if (start == std::string_view::npos) return {};
  auto i = start;
  while (i < line.size() && is_upper(line[i])) ++i;
  const auto letters = i - start;
  if (letters < 2 || letters > 5 || i >= line.size() || line[i] != '-') return {};
  const auto digits = ++i;
  while (i < line.size() && is_digit(line[i])) ++i;
  if (i == digits || (i < line.size() && (is_word(line[i]) || line[i] == '-'))) return {};
  return std::string(line.substr(start, i - start));
}

// Tests name an invariant as written, or with '_' where an identifier allows no dash.
bool is_named_in_a_test(const Tree& tree, const std::string& id) {
  auto as_word = id;
  std::replace(as_word.begin(), as_word.end(), '-', '_');
  return std::any_of(tree.files.begin(), tree.files.end(), [&](const File& file) {
    if (!file.is_test() || file.extension() == "md" || file.path.starts_with("proof/house/")) return false;
    for (const auto& form : {id, as_word}) {
      for (auto at = file.text.find(form); at != std::string::npos; at = file.text.find(form, at + 1)) {
        const auto end = at + form.size();
        const bool whole = end == file.text.size() || !is_digit(file.text[end]);
        if (whole && (at == 0 || !is_upper(file.text[at - 1]))) return true;
      }
    }
    return false;
  });
}

}  // namespace

Findings check_invariants(const Tree& tree) {
  Findings found;
  for (const auto& name : capability_names(tree)) {
    const auto* readme = tree.find(fmt::format("capabilities/{}/README.md", name));
    if (!readme) continue;
    std::size_t number = 0, declared = 0;
    for (const auto line : lines_of(readme->text)) {
      ++number;
      const auto id = declared_on(line);
      if (id.empty()) continue;
      ++declared;
      if (!is_named_in_a_test(tree, id)) found.push_back({readme->path, number, id + " is named in no test"});
    }
    if (declared == 0) found.push_back({readme->path, 0, "declares no invariant"});
  }
  return found;
}

namespace {

// Resolves "." and ".." of a path inside the tree.
std::string normal(std::string_view folder, std::string_view path) {
  const std::filesystem::path joined =
      path.starts_with('/') ? std::filesystem::path(path.substr(1)) : std::filesystem::path(folder) / path;
  return joined.lexically_normal().generic_string();
}

bool exists(const Tree& tree, const File& from, std::string_view target) {
  return tree.has(normal(from.folder(), target)) || tree.has(normal("", target));
}

// Calls `each` with the target of every [words](target) of the line.
template <class Each>
void links_of(std::string_view line, Each each) {
  for (auto at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 2)) {
    const auto end = line.find(')', at);
    if (end == std::string_view::npos) return;
    auto target = line.substr(at + 2, end - at - 2);
    target = target.substr(0, target.find('#'));
    if (!target.empty() && target.find("://") == std::string_view::npos && !target.starts_with("mailto:")) each(target);
  }
}

bool is_path(char c) {
  return is_word(c) || c == '.' || c == '/' || c == '-';
}

// `setup/install.sh` between backticks, when its first folder is one of ours.
template <class Each>
void paths_of(const Tree& tree, std::string_view line, Each each) {
  bool open = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '`') continue;
    const auto span = line.substr(start, i - start);
    const auto slash = span.find('/');
    if (open && slash != std::string_view::npos && slash > 0 && std::all_of(span.begin(), span.end(), is_path) &&
        span.find("..") == std::string_view::npos && tree.has(std::string(span.substr(0, slash)) + "/")) {
      each(span);
    }
    open = !open;
    start = i + 1;
  }
}

// Names of documents anywhere: "docs/formats/trace.md", "README.md".
template <class Each>
void documents_of(std::string_view line, Each each) {
  for (auto at = line.find(".md"); at != std::string_view::npos; at = line.find(".md", at + 3)) {
    if (at + 3 < line.size() && is_word(line[at + 3])) continue;
    auto start = at;
    while (start > 0 && is_path(line[start - 1])) --start;
    if (start < at && line[start] != '.' && !line.substr(0, start).ends_with(':'))
      each(line.substr(start, at + 3 - start));
  }
}

bool is_known_document(const Tree& tree, const File& from, std::string_view name) {
  if (exists(tree, from, name)) return true;
  const std::string end = "/" + std::string(name);
  return std::any_of(tree.files.begin(), tree.files.end(), [&](const File& f) { return f.path.ends_with(end); });
}

}  // namespace

Findings check_mentions(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (file.is_binary() || file.name() == "package-lock.json" || file.path == "LICENSE" ||
        file.path.starts_with("proof/house/"))
      continue;
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      const auto missing = [&](std::string_view target) {
        found.push_back({file.path, number, fmt::format("{} does not exist", target)});
      };
      if (file.extension() == "md") {
        links_of(line, [&](std::string_view target) {
          if (!exists(tree, file, target)) missing(target);
        });
        paths_of(tree, line, [&](std::string_view target) {
          if (!exists(tree, file, target)) missing(target);
        });
      }
      documents_of(line, [&](std::string_view target) {
        if (!is_known_document(tree, file, target)) missing(target);
      });
    }
  }
  return found;
}

namespace {

using Keys = std::map<std::string, std::size_t>;  // how many times each key stands, from the root: "home.title"

void flatten(const simdjson::dom::element& value, const std::string& prefix, Keys& keys,
             std::vector<std::string>& empty) {
  if (simdjson::dom::object object; value.get(object) == simdjson::SUCCESS) {
    for (const auto& [key, inner] : object)
      flatten(inner, prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key), keys, empty);
    return;
  }
  ++keys[prefix];
  if (std::string_view text; value.get(text) == simdjson::SUCCESS && trim(text).empty()) empty.push_back(prefix);
}

Keys keys_of(const File& file, Findings& found) {
  Keys keys;
  std::vector<std::string> empty;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(file.text).get(root); error != simdjson::SUCCESS) {
    found.push_back({file.path, 0, std::string("is not JSON: ") + simdjson::error_message(error)});
    return keys;
  }
  flatten(root, "", keys, empty);
  for (const auto& [key, times] : keys) {
    if (times > 1) found.push_back({file.path, 0, key + " stands more than once"});
  }
  for (const auto& key : empty) found.push_back({file.path, 0, key + " is empty"});
  return keys;
}

// ".../fr/home.json" -> ".../en/home.json", ".../fr.json" -> ".../en.json", and back; empty when not a catalogue.
std::string other_language(std::string_view path) {
  for (const auto& [here, there] : {std::pair<std::string_view, std::string_view>{"/fr/", "/en/"},
                                    {"/en/", "/fr/"},
                                    {"/fr.json", "/en.json"},
                                    {"/en.json", "/fr.json"}}) {
    const auto at = path.rfind(here);
    if (at != std::string_view::npos && path.ends_with(".json"))
      return fmt::format("{}{}{}", path.substr(0, at), there, path.substr(at + here.size()));
  }
  return {};
}

}  // namespace

Findings check_catalogues(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    const auto other_path = other_language(file.path);
    if (other_path.empty()) continue;
    const auto* other = tree.find(other_path);
    if (!other) {
      found.push_back({file.path, 0, fmt::format("has no {} beside it", other_path)});
      continue;
    }
    Findings twice;
    const auto there = keys_of(*other, twice);
    for (const auto& [key, times] : keys_of(file, found)) {
      if (!there.contains(key)) found.push_back({other_path, 0, key + " is missing"});
    }
  }
  return found;
}

Findings check_hosts(const Tree& tree) {
  // In two halves, so that this file does not hold them.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> hosts{{{"registry.npm", "js.org"},
                                                                                {"deb.debian", ".org"},
                                                                                {"security.debian", ".org"},
                                                                                {"nodejs", ".org"},
                                                                                {"registry.yarn", "pkg.com"},
                                                                                {"crates", ".io"}}};
  Findings found;
  for (const auto& file : tree.files) {
    if (file.is_binary()) continue;
    for (const auto& [first, second] : hosts) {
      const auto host = fmt::format("{}{}", first, second);
      const auto at = file.text.find(host);
      if (at != std::string::npos) found.push_back({file.path, line_at(file.text, at), "names the host " + host});
    }
  }
  return found;
}

}  // namespace carnet::house
