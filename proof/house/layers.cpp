#include "proof/house/layers.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

namespace carnet::house {
namespace {

std::string edges_from(const toml::table& table, std::string_view section, Layers::Edges& edges) {
  const auto* rows = table[section].as_table();
  if (!rows) return fmt::format("layers.toml has no [{}]", section);
  for (const auto& [key, value] : *rows) {
    const auto* list = value.as_array();
    if (!list) return fmt::format("[{}] {} is not a list", section, std::string_view(key.str()));
    auto& to = edges[std::string(key.str())];
    for (const auto& item : *list) {
      const auto text = item.value<std::string>();
      if (!text) return fmt::format("[{}] {} holds something else than text", section, std::string_view(key.str()));
      to.insert(*text);
    }
  }
  return {};
}

}  // namespace

std::expected<Layers, std::string> parse_layers(std::string_view text) {
  Layers layers;
  try {
    const auto table = toml::parse(text, std::string_view("layers.toml"));
    for (const auto& [section, edges] : {std::pair{"foundation", &layers.foundation},
                                         {"standards", &layers.standards},
                                         {"capabilities", &layers.capabilities},
                                         {"libraries", &layers.libraries}}) {
      if (auto wrong = edges_from(table, section, *edges); !wrong.empty()) return std::unexpected(wrong);
    }
  } catch (const toml::parse_error& error) {
    return std::unexpected(fmt::format("layers.toml: {}", error.description()));
  }
  return layers;
}

namespace {

// Depth first; the path in hand is the circle when a room on it is met again.
void walk(const Layers::Edges& edges, const std::string& room, std::vector<std::string>& path,
          std::set<std::string>& done, Findings& found) {
  if (const auto again = std::find(path.begin(), path.end(), room); again != path.end()) {
    std::string circle;
    for (auto it = again; it != path.end(); ++it) circle += *it + " -> ";
    found.push_back({"layers.toml", 0, "a circle: " + circle + room});
    return;
  }
  if (done.contains(room)) return;
  path.push_back(room);
  if (const auto it = edges.find(room); it != edges.end()) {
    for (const auto& next : it->second) walk(edges, next, path, done, found);
  }
  path.pop_back();
  done.insert(room);
}

}  // namespace

Findings check_circles(const Layers& layers) {
  Findings found;
  for (const auto* edges : {&layers.foundation, &layers.capabilities}) {
    std::set<std::string> done;
    std::vector<std::string> path;
    for (const auto& [room, to] : *edges) walk(*edges, room, path, done, found);
    for (const auto& [room, to] : *edges) {
      for (const auto& other : to) {
        if (!edges->contains(other))
          found.push_back({"layers.toml", 0, fmt::format("{} -> {}: no such room", room, other)});
      }
    }
  }
  for (const auto& [room, to] : layers.standards) {
    for (const auto& other : to) {
      if (other != "kernel" && other != "crypto") {
        found.push_back(
            {"layers.toml", 0, fmt::format("standards/{} may use foundation/kernel and foundation/crypto only", room)});
      }
    }
  }
  return found;
}

namespace {

struct Include {
  std::size_t line = 0;
  bool quoted = false;
  std::string target;
};

std::vector<Include> includes_of(const File& file) {
  std::vector<Include> out;
  std::size_t number = 0;
  for (auto line : lines_of(file.text)) {
    ++number;
    line = trim(line);
    if (!line.starts_with('#')) continue;
    line = trim(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trim(line.substr(7));
    if (line.empty() || (line[0] != '"' && line[0] != '<')) continue;
    const char close = line[0] == '"' ? '"' : '>';
    const auto end = line.find(close, 1);
    if (end != std::string_view::npos) out.push_back({number, close == '"', std::string(line.substr(1, end - 1))});
  }
  return out;
}

// A place in the tree: layer "capabilities", room "audit", rest "audit.hpp".
struct Place {
  std::string layer, room, rest;
};

std::optional<Place> place_of(std::string_view path) {
  const auto first = path.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = path.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Place{std::string(path.substr(0, first)), std::string(path.substr(first + 1, second - first - 1)),
               std::string(path.substr(second + 1))};
}

// Where a quoted include leads: from the root, from capabilities/, or beside the file itself.
std::optional<Place> resolve(const Layers& layers, const File& from, const std::string& target) {
  const auto head = target.substr(0, target.find('/'));
  if (head == "..")
    return place_of((std::filesystem::path(from.folder()) / target).lexically_normal().generic_string());
  for (const std::string_view layer : {"foundation", "standards", "capabilities", "apps", "proof"}) {
    if (head == layer) return place_of(target);
  }
  if (layers.capabilities.contains(head)) return place_of("capabilities/" + target);
  return place_of(fmt::format("{}/{}", from.folder(), target));
}

const std::set<std::string>* edges_of(const Layers::Edges& edges, const std::string& room) {
  const auto it = edges.find(room);
  return it == edges.end() ? nullptr : &it->second;
}

// Empty when `from` may include `to`, else why not.
std::string why_not(const Layers& layers, const Place& from, const Place& to, bool is_test) {
  if (from.layer == to.layer && from.room == to.room) return {};
  if (from.layer == "proof") return {};
  if (to.layer == "proof") return "only proof/ may include proof/";
  if (to.layer == "apps") return from.layer == "apps" ? "" : "apps/ is on top: nothing includes it";
  if (to.layer == "capabilities" && to.rest != to.room + ".hpp" && !to.rest.starts_with("testing/")) {
    return fmt::format("only {0}/{0}.hpp may be included from another room", to.room);
  }
  if (to.rest.starts_with("testing/")) {
    if (!is_test) return "testing/ is for tests";
  } else if (to.rest.find('/') != std::string::npos) {
    return "a folder inside another room is private to it";
  }
  if (from.layer == "apps") return {};
  if (from.layer == "capabilities") {
    if (to.layer != "capabilities") return {};
    const auto* edges = edges_of(layers.capabilities, from.room);
    return edges && edges->contains(to.room)
               ? ""
               : fmt::format("{} -> {} is not an edge of layers.toml", from.room, to.room);
  }
  if (to.layer != "foundation") return fmt::format("{}/ never looks up", from.layer);
  const auto* edges = edges_of(from.layer == "foundation" ? layers.foundation : layers.standards, from.room);
  return edges && edges->contains(to.room)
             ? ""
             : fmt::format("{}/{} -> foundation/{} is not an edge of layers.toml", from.layer, from.room, to.room);
}

}  // namespace

Findings check_includes(const Tree& tree, const Layers& layers) {
  Findings found;
  for (const auto& file : tree.files) {
    if (!file.is_cpp()) continue;
    const auto from = place_of(file.path);
    if (!from) continue;
    for (const auto& include : includes_of(file)) {
      if (!include.quoted) continue;
      const auto to = resolve(layers, file, include.target);
      if (!to) continue;
      if (const auto why = why_not(layers, *from, *to, file.is_test()); !why.empty()) {
        found.push_back({file.path, include.line, fmt::format("includes \"{}\": {}", include.target, why)});
      }
    }
  }
  return found;
}

Findings check_libraries(const Tree& tree, const Layers& layers) {
  Findings found;
  for (const auto& file : tree.files) {
    if (!file.is_cpp() || file.is_test()) continue;
    for (const auto& include : includes_of(file)) {
      for (const auto& [prefix, folders] : layers.libraries) {
        if (!include.target.starts_with(prefix)) continue;
        const bool allowed = std::any_of(folders.begin(), folders.end(),
                                         [&](const std::string& f) { return file.path.starts_with(f + "/"); });
        if (!allowed) {
          found.push_back({file.path, include.line,
                           fmt::format("<{}> belongs to {} only", include.target, fmt::join(folders, ", "))});
        }
      }
    }
  }
  return found;
}

namespace {

// carnet_room(<folder> DEPENDS a b c), as written in the root CMakeLists.txt.
struct Room {
  std::string folder;
  std::vector<std::string> depends;
  std::size_t line = 0;
};

std::vector<Room> rooms_of(std::string_view cmake) {
  std::vector<Room> rooms;
  constexpr std::string_view call = "carnet_room(";
  for (auto at = cmake.find(call); at != std::string_view::npos; at = cmake.find(call, at + 1)) {
    if (at != 0 && cmake[at - 1] != '\n') continue;
    const auto end = cmake.find(')', at);
    std::istringstream words{std::string(cmake.substr(at + call.size(), end - at - call.size()))};
    Room room;
    room.line = line_at(cmake, at);
    words >> room.folder;
    for (std::string word; words >> word;) {
      if (word != "DEPENDS") room.depends.push_back(word);
    }
    rooms.push_back(room);
  }
  return rooms;
}

}  // namespace

Findings check_rooms(const Tree& tree, const Layers& layers) {
  Findings found;
  const std::array<std::pair<std::string, const Layers::Edges*>, 3> all{
      {{"foundation", &layers.foundation}, {"standards", &layers.standards}, {"capabilities", &layers.capabilities}}};
  for (const auto& [layer, edges] : all) {
    std::set<std::string> seen;
    for (const auto& file : tree.files) {
      const auto place = place_of(file.path);
      if (!place || place->layer != layer || !seen.insert(place->room).second) continue;
      if (!edges->contains(place->room)) found.push_back({layer + "/" + place->room, 0, "is not in layers.toml"});
    }
  }
  const auto* cmake = tree.find("CMakeLists.txt");
  if (!cmake) return found;
  for (const auto& room : rooms_of(cmake->text)) {
    const auto place = place_of(room.folder + "/");
    if (!place) continue;
    for (const auto& [layer, edges] : all) {
      if (place->layer != layer) continue;
      const auto* own = edges_of(*edges, place->room);
      const auto& names = layer == "capabilities" ? layers.capabilities : layers.foundation;
      for (const auto& name : room.depends) {
        if (names.contains(name) && !(own && own->contains(name))) {
          found.push_back(
              {"CMakeLists.txt", room.line, fmt::format("{} -> {} is not an edge of layers.toml", room.folder, name)});
        }
      }
    }
  }
  return found;
}

namespace {

// Time, entropy, files, threads and network are reached in foundation/ (not in its kernel, which is pure) and in the
// sandbox, which is about little else. Elsewhere the same code must run on a simulated world.
bool is_behind_a_door(const File& file) {
  if (file.is_test()) return true;
  if (file.path.starts_with("foundation/kernel/")) return false;
  return file.path.starts_with("foundation/") || file.path.starts_with("apps/sandbox/");
}

constexpr std::array<std::string_view, 34> always{"system_clock",   "steady_clock",  "high_resolution_clock",
                                                  "gettimeofday",   "clock_gettime", "localtime",
                                                  "localtime_r",    "random_device", "getrandom",
                                                  "getentropy",     "RAND_bytes",    "arc4random",
                                                  "srand",          "jthread",       "this_thread",
                                                  "pthread_create", "usleep",        "nanosleep",
                                                  "fopen",          "fdopen",        "freopen",
                                                  "ifstream",       "ofstream",      "fstream",
                                                  "mkstemp",        "mkdtemp",       "getaddrinfo",
                                                  "O_RDONLY",       "O_WRONLY",      "O_RDWR",
                                                  "gethostbyname",  "posix_spawn",   "execve",
                                                  "io_uring"};
constexpr std::array<std::string_view, 3> after_std{"thread", "async", "time"};
constexpr std::array<std::string_view, 10> after_global{"open",   "openat", "socket", "connect", "bind",
                                                        "listen", "unlink", "rename", "fsync",   "time"};
constexpr std::array<std::string_view, 3> as_call{"rand", "sleep", "fork"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Programs make their folders themselves; what is in the files still goes through foundation/io.
bool may_see_folders(const File& file) {
  return file.path.starts_with("apps/");
}

bool is_door(std::string_view code, std::size_t at, std::string_view word) {
  const auto before = trim(code.substr(at > 40 ? at - 40 : 0, std::min<std::size_t>(at, 40)));
  const auto after = trim(code.substr(at + word.size(), 40));
  if (holds(always, word)) return true;
  if (before.ends_with("std::") && holds(after_std, word)) return true;
  if (word == "filesystem" && before.ends_with("std::")) {
    return !after.starts_with("::path") || (after.size() > 6 && is_word(after[6]));
  }
  if (!after.starts_with('(')) return false;
  if (before.ends_with("::")) {
    const auto owner = before.substr(0, before.size() - 2);
    const bool global = owner.empty() || (!is_word(owner.back()) && owner.back() != '>');
    return global && holds(after_global, word);
  }
  const bool member = before.ends_with('.') || before.ends_with("->");
  const bool declared = !before.empty() && is_word(before.back()) && !before.ends_with("return");
  if (member || declared) return false;
  if (word == "time") return after.starts_with("(nullptr)") || after.starts_with("(NULL)") || after.starts_with("(0)");
  return holds(as_call, word);
}

}  // namespace

Findings check_doors(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (!file.is_cpp() || is_behind_a_door(file)) continue;
    const auto code = code_only(file.text);
    for (std::size_t at = 0; at < code.size();) {
      if (!is_word(code[at])) {
        ++at;
        continue;
      }
      auto end = at;
      while (end < code.size() && is_word(code[end])) ++end;
      const auto word = std::string_view(code).substr(at, end - at);
      if (is_door(code, at, word) && !(word == "filesystem" && may_see_folders(file))) {
        found.push_back({file.path, line_at(code, at), fmt::format("{} is reached through foundation/ only", word)});
      }
      at = end;
    }
  }
  return found;
}

}  // namespace carnet::house
