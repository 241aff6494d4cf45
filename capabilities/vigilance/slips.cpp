// Protected names written with a slip: a letter added, dropped, changed or swapped, a hyphen where none belongs.
#include <algorithm>
#include <array>

#include "vigilance/hosts.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {
namespace {

// Long names whose slips nobody writes by chance, in shape; how many slips, and what is another word within them.
struct LongName {
  std::string_view shape, written, code;
  int most;
  std::string_view unless{};
};
constexpr std::array<LongName, 5> long_names{{{"monespacesante", "monespacesante", "mon_espace_sante", 2},
                                              {"asurancemaiadie", "assurancemaladie", "assurance_maladie", 2, "maiades"},
                                              {"franceconect", "franceconnect", "france_connect", 1},
                                              {"securitesociaie", "securitesociale", "assurance_maladie", 1, "sociabie"},
                                              {"cartevitaie", "cartevitale", "vitale", 1, "vitaiit"}}};

// Where a hyphen may part them.
struct WholeName {
  const LongName& name;
  std::array<std::size_t, 2> parts;
};
constexpr std::array<WholeName, 5> whole_names{{{long_names[0], {3, 9}}, {long_names[1], {9, 9}}, {long_names[2], {6, 6}}, {long_names[3], {8, 8}}, {long_names[4], {5, 5}}}};

// The fewest slips (a letter added, dropped, changed, or two swapped) between `name` and any part of `text`, at most `most` + 1.
int slips_within(std::string_view name, std::string_view text, int most) {
  constexpr std::size_t longest = 24;
  std::array<std::array<int, longest + 1>, 3> columns{};
  for (std::size_t i = 0; i <= name.size(); ++i) columns[0][i] = columns[1][i] = static_cast<int>(i);
  int least = most + 1;
  for (std::size_t j = 1; j <= text.size(); ++j) {
    auto& now = columns[(j + 1) % 3];
    const auto& last = columns[j % 3];
    const auto& before = columns[(j + 2) % 3];
    now[0] = 0;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      now[i] = std::min({last[i] + 1, now[i - 1] + 1, last[i - 1] + (name[i - 1] == text[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && name[i - 1] == text[j - 2] && name[i - 2] == text[j - 1]) now[i] = std::min(now[i], before[i - 2] + 1);
    }
    least = std::min(least, now[name.size()]);
  }
  return least;
}

// Labels in shape without their hyphens and dots, at most 64 signs.
std::string run_together(std::string_view shaped) {
  std::string out;
  for (const char c : shaped.substr(0, 64))
    if (is_word(c) && (out.empty() || out.back() != c || c == 'i')) out += c;
  return out;
}

std::string joined(std::string_view labels) {
  std::string out;
  for (const char c : labels)
    if (is_word(c)) out += c;
  return out;
}

// "assur-ancemaladie", "fra-nceconnect": a long name with a hyphen where none belongs.
std::string_view cut_name(std::string_view labels) {
  labels.remove_prefix(std::min(labels.rfind('.') + 1, labels.size()));
  if (labels.size() > 63 || labels.find('-') == std::string_view::npos) return {};
  std::array<char, 64> signs{};
  std::size_t size = 0;
  std::uint64_t hyphens = 0;
  for (const char c : labels) {
    if (c == '-') {
      hyphens |= std::uint64_t{1} << size;
    } else {
      signs[size++] = c;
    }
  }
  const std::string_view whole(signs.data(), size);
  constexpr std::size_t shortest = 11;
  if (size < shortest) return {};
  for (const auto& [name, parts] : whole_names) {
    const auto at = whole.find(name.written);
    if (at == std::string_view::npos) continue;
    for (std::size_t i = 1; i < name.written.size(); ++i)
      if ((hyphens >> (at + i) & 1) != 0 && std::find(parts.begin(), parts.end(), i) == parts.end()) return name.code;
  }
  return {};
}

}  // namespace

// A long protected name with a slip or two, wherever it stands; the short one in the label bought, cut by hyphens or doubled.
std::string_view slip_in(std::string_view labels, std::string_view shaped) {
  const auto run = run_together(shaped), plain = joined(labels);
  if (const auto cut = cut_name(labels); !cut.empty()) return cut;
  for (const auto& [name, written, code, most, unless] : long_names) {
    // Two slips leave a third of the name whole.
    const auto third = name.size() / 3;
    const bool is_near = run.size() + static_cast<std::size_t>(most) >= name.size() &&
                         (run.find(name.substr(0, third)) != std::string_view::npos || run.find(name.substr(third, third)) != std::string_view::npos ||
                          run.find(name.substr(2 * third)) != std::string_view::npos);
    const bool stands = plain.find(written) != std::string_view::npos;
    if (!is_near || (!unless.empty() && run.find(unless) != std::string_view::npos)) continue;
    // As it stands it is read with the words around it; with a letter doubled, or figures for letters, it is not.
    const int slips = slips_within(name, run, most);
    if (slips <= most && (slips > 0 || !stands)) return code;
    // "frnce-connect": an m only to who has not read the rest.
    if (plain.find("rn") != std::string_view::npos && !stands && slips_within(written, plain, most) <= most) return code;
  }
  labels.remove_prefix(std::min(labels.rfind('.') + 1, labels.size()));
  std::array<char, 8> letters{};
  std::size_t size = 0;
  for (const char c : labels) {
    if (c == '-') continue;
    if (size == letters.size()) return {};
    letters[size++] = c;
  }
  const std::string_view label(letters.data(), size);
  if (label == "amlei" || label == "aemli") return "ameli";
  std::string once;
  for (const char c : label)
    if (once.empty() || once.back() != c) once += c;
  return once == "ameli" && labels != "ameli" ? "ameli" : std::string_view();
}

}  // namespace carnet::vigilance
