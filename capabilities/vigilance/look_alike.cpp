// Reads the labels of a host as words (the cheapest cut into known words and unknown letters), then says whom they imitate.
#include <algorithm>
#include <array>

#include "foundation/kernel/result.hpp"
#include "vigilance/host_reading.hpp"
#include "vigilance/hosts.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {
namespace {

constexpr std::array<std::pair<std::string_view, HostWord>, 26> kinds{{
    {"ameli", HostWord::ameli}, {"amelie", HostWord::amelie}, {"vitale", HostWord::vitale}, {"vital", HostWord::vital},
    {"cpam", HostWord::cpam}, {"small_name", HostWord::small_name}, {"dmp", HostWord::dmp}, {"assurance", HostWord::assurance},
    {"maladie", HostWord::maladie}, {"secu", HostWord::secu}, {"security", HostWord::security}, {"social", HostWord::social},
    {"health", HostWord::health}, {"card", HostWord::card}, {"space", HostWord::space}, {"connect", HostWord::connect},
    {"fund", HostWord::fund}, {"primary", HostWord::primary}, {"france_connect", HostWord::france_connect},
    {"state", HostWord::state}, {"strong", HostWord::strong}, {"weak", HostWord::weak}, {"glue", HostWord::glue},
    {"town", HostWord::town}, {"benign", HostWord::benign}, {"organisation", HostWord::organisation}}};

constexpr int unknown_cost = 10;

int cost_of(HostWord kind, std::size_t length, char first) {
  if (kind == HostWord::benign || kind == HostWord::town) return 4;
  if (length == 1) return first == 's' || first == 'e' ? unknown_cost - 1 : unknown_cost;  // endings; another letter alone is none
  if (length == 2) return 12;
  if (length == 3) return 8;
  return kind == HostWord::ameli || kind == HostWord::amelie || kind == HostWord::vitale ? 5 : 6;
}

// Two texts are one slip apart (letter added, dropped, changed, or two swapped), or `most` of them; short texts only.
bool within(std::string_view a, std::string_view b, int most) {
  constexpr std::size_t longest = 24;
  if (a.size() > longest || b.size() > longest) return false;
  std::array<std::array<int, longest + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[1][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[(i + 1) % 3];
    const auto& above = rows[i % 3];
    const auto& before = rows[(i + 2) % 3];
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > most) return false;
  }
  return rows[(a.size() + 1) % 3][b.size()] <= most;
}

char letter_like(char c) {
  switch (c) {
    case '0': return 'o';
    case '1': case 'l': return 'i';
    case '3': return 'e';
    case '4': return 'a';
    case '5': return 's';
    case '7': return 't';
    case '8': return 'b';
    default: return c;
  }
}

// Among three figures or more: those of a year pass for no letters.
bool in_number(std::string_view text, std::size_t at) {
  if (!is_digit(text[at])) return false;
  std::size_t begin = at, end = at;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - begin >= 3;
}

// "a-m-e-l-i-connect" -> "ameli-connect": three letters or more, each a part.
std::string spelt_together(std::string_view labels) {
  std::string out;
  const auto is_alone = [&](std::size_t i) {
    return is_letter(labels[i]) && (i == 0 || !is_word(labels[i - 1])) && (i + 1 == labels.size() || !is_word(labels[i + 1]));
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool joins = labels[i] == '-' && i > 0 && i + 1 < labels.size() && is_alone(i - 1) && is_alone(i + 1);
    if (!joins) out += labels[i];
  }
  return out;
}

// A figure beside a letter.
bool mixes_figures(std::string_view labels) {
  for (std::size_t i = 0; i + 1 < labels.size(); ++i)
    if ((is_digit(labels[i]) && is_letter(labels[i + 1])) || (is_letter(labels[i]) && is_digit(labels[i + 1]))) return true;
  return false;
}

// Labels, or a word, in shape; figures stay figures in a segment of figures alone.
std::string in_shape(std::string_view labels) {
  std::string out;
  out.reserve(labels.size());
  while (true) {
    const auto end = std::min(labels.find_first_of(".-_"), labels.size());
    const auto segment = labels.substr(0, end);
    const bool has_letter = std::any_of(segment.begin(), segment.end(), is_letter);
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const char c = segment[i];
      if (c == 'n' && out.size() > begin && out.back() == 'r') {
        out.back() = 'm';
      } else {
        const char like = has_letter && !in_number(segment, i) ? letter_like(c) : c;
        // A doubled letter is one, but for those that pass for one another: "ameii" is not "amei".
        if (out.size() == begin || out.back() != like || !is_letter(like) || like == 'i') out += like;
      }
    }
    if (end == labels.size()) return out;
    out += labels[end];
    labels.remove_prefix(end + 1);
  }
}

}  // namespace

HostWord host_word_of(std::string_view name) {
  for (const auto& [text, kind] : kinds)
    if (text == name) return kind;
  return HostWord::none;
}

HostJudge::HostJudge(std::vector<WordOfHost> words) : words_(std::move(words)) {
  grow(written_, false);
  grow(shaped_, true);
}

void HostJudge::grow(Tree& tree, bool shaped) const {
  auto& nodes = tree.nodes;
  nodes.emplace_back();
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const auto kind = words_[i].kind;
    const auto word = shaped ? in_shape(words_[i].word) : words_[i].word;
    constexpr std::size_t most_nodes = 65'000, most_words = 32'000;
    if (nodes.size() + word.size() > most_nodes || i > most_words) return;
    if (!std::all_of(word.begin(), word.end(), is_letter)) continue;
    std::size_t node = 0;
    for (const char c : word) {
      const auto slot = static_cast<std::size_t>(c - 'a');
      if (nodes[node].next[slot] == 0) {
        const auto made = static_cast<std::uint16_t>(nodes.size());
        nodes.emplace_back();
        nodes[node].next[slot] = made;
      }
      node = nodes[node].next[slot];
    }
    if (nodes[node].word < 0) nodes[node].word = static_cast<std::int16_t>(i);
    constexpr std::array<HostWord, 10> names{HostWord::ameli, HostWord::amelie, HostWord::vitale, HostWord::assurance, HostWord::maladie,
                                             HostWord::card, HostWord::connect, HostWord::security, HostWord::social, HostWord::space};
    const bool is_name = std::find(names.begin(), names.end(), kind) != names.end();
    if ((is_name && word.size() >= 5) || (kind == HostWord::strong && word.size() >= 6) || (kind == HostWord::france_connect && word.size() >= 12))
      tree.mendable[static_cast<std::size_t>(word.front() - 'a')].emplace_back(word, static_cast<std::int32_t>(i));
  }
}

void HostJudge::read_segment(const Tree& tree, Reading& reading, std::string_view segment, std::uint8_t number) const {
  struct Step {
    int cost = 0;
    std::int32_t word = -1;
    std::uint8_t length = 0;
  };
  std::array<Step, 65> best{};
  const std::size_t size = std::min<std::size_t>(segment.size(), 64);
  // best[i]: cheapest reading of what follows i.
  for (std::size_t i = size; i-- > 0;) {
    best[i] = {best[i + 1].cost + (is_letter(segment[i]) ? unknown_cost : 1), -1, 1};
    std::size_t node = 0;
    for (std::size_t j = i; j < size && is_letter(segment[j]); ++j) {
      node = tree.nodes[node].next[static_cast<std::size_t>(segment[j] - 'a')];
      if (node == 0) break;
      const auto word = tree.nodes[node].word;
      if (word < 0) continue;
      const int cost = best[j + 1].cost + cost_of(words_[static_cast<std::size_t>(word)].kind, j + 1 - i, segment[i]);
      if (cost < best[i].cost) best[i] = {cost, word, static_cast<std::uint8_t>(j + 1 - i)};
    }
  }
  const auto base = reading.size;
  if (base + size > reading.text.size()) return;
  segment.copy(reading.text.data() + base, size);
  reading.size += size;
  for (std::size_t i = 0; i < size; i += best[i].length) {
    Piece piece;
    piece.word = best[i].word;
    piece.segment = number;
    piece.begin = static_cast<std::uint8_t>(base + i);
    piece.length = best[i].length;
    piece.kind = piece.word >= 0 ? words_[static_cast<std::size_t>(piece.word)].kind : is_digit(segment[i]) ? HostWord::digits : HostWord::none;
    piece.whole = piece.length == size;
    auto& last = reading.pieces[reading.count == 0 ? 0 : reading.count - 1];
    const bool continues = reading.count > 0 && last.segment == number && last.word < 0 && piece.word < 0 && last.kind == piece.kind;
    if (continues) {
      last.length = static_cast<std::uint8_t>(last.length + 1);
      last.whole = last.length == size;
    } else {
      reading.add(piece);
    }
  }
}

// The letters of pieces [first, last] are a known word with a slip.
bool HostJudge::mend_between(const Tree& tree, Reading& reading, std::size_t first, std::size_t last) const {
  const std::size_t begin = reading.pieces[first].begin;
  const std::size_t length = static_cast<std::size_t>(reading.pieces[last].begin) + reading.pieces[last].length - begin;
  if (length < 4 || length > 20) return false;
  const std::string_view text(reading.text.data() + begin, length);
  if (!is_letter(text.front())) return false;
  for (const auto& [word, index] : tree.mendable[static_cast<std::size_t>(text.front() - 'a')]) {
    const auto difference = word.size() > length ? word.size() - length : length - word.size();
    const int most = word.size() >= 9 ? 2 : 1;
    if (static_cast<int>(difference) > most) continue;
    if (!within(text, word, most)) continue;
    Piece piece = reading.pieces[first];
    const auto kind = words_[static_cast<std::size_t>(index)].kind;
    piece.word = index;
    piece.kind = kind == HostWord::ameli ? HostWord::amelie : kind;
    piece.length = static_cast<std::uint8_t>(length);
    piece.mended = true;
    reading.pieces[first] = piece;
    std::move(reading.pieces.begin() + static_cast<std::ptrdiff_t>(last) + 1, reading.pieces.begin() + static_cast<std::ptrdiff_t>(reading.count),
              reading.pieces.begin() + static_cast<std::ptrdiff_t>(first) + 1);
    reading.count -= last - first;
    return true;
  }
  return false;
}

// Unknown letters, with the small words around them, or the word before or after that they spoil.
void HostJudge::mend(const Tree& tree, Reading& reading) const {
  for (std::size_t i = 0; i < reading.count; ++i) {
    if (reading.pieces[i].kind != HostWord::none) continue;
    std::size_t first = i, last = i;
    const auto same = [&](std::size_t k) { return reading.pieces[k].segment == reading.pieces[i].segment; };
    const auto small = [&](std::size_t k) {
      return same(k) && reading.pieces[k].length <= 3 && (reading.pieces[k].kind == HostWord::glue || reading.pieces[k].kind == HostWord::none);
    };
    while (first > 0 && small(first - 1)) --first;
    while (last + 1 < reading.count && small(last + 1)) ++last;
    if (mend_between(tree, reading, first, last)) continue;
    if (first > 0 && same(first - 1) && reading.pieces[first - 1].length <= 7 && mend_between(tree, reading, first - 1, last)) continue;
    if (last + 1 < reading.count && same(last + 1) && reading.pieces[last + 1].length <= 7) mend_between(tree, reading, first, last + 1);
  }
}

HostJudge::Reading HostJudge::read(const Tree& tree, std::string_view labels) const {
  Reading reading;
  std::uint8_t number = 0;
  while (!labels.empty() && number < 40) {
    const auto end = std::min(labels.find_first_of(".-_"), labels.size());
    const auto segment = labels.substr(0, std::min<std::size_t>(end, 64));
    if (!segment.empty()) read_segment(tree, reading, segment, number++);
    labels.remove_prefix(std::min(end + 1, labels.size()));
  }
  // A letter that is a part by itself, or the "v" of "v3", is no unknown word.
  for (std::size_t i = 0; i < reading.count; ++i) {
    auto& piece = reading.pieces[i];
    if (piece.kind == HostWord::none && piece.length == 1 && (piece.whole || reading.is_version_sign(i))) piece.kind = HostWord::glue;
  }
  // A slip is looked for only where something else speaks of the trade.
  constexpr std::array<HostWord, 12> telling{HostWord::ameli, HostWord::amelie, HostWord::vitale, HostWord::card, HostWord::strong, HostWord::assurance,
                                             HostWord::maladie, HostWord::health, HostWord::state, HostWord::connect, HostWord::security, HostWord::social};
  const bool tells = std::any_of(telling.begin(), telling.end(), [&](HostWord kind) { return reading.has(kind); }) || reading.says("france") ||
                     reading.says("mon") || reading.number(HostWord::weak) > 0;
  if (tells && reading.has(HostWord::none)) mend(tree, reading);
  return reading;
}

Likeness HostJudge::judge(std::string_view host, std::string_view suffix) const {
  if (host.size() > 253) host = host.substr(host.size() - 253);
  if (suffix.size() > host.size()) return {};
  auto labels = host.substr(0, host.size() - suffix.size());
  while (labels.ends_with('.')) labels.remove_suffix(1);
  if (labels.empty()) return {};
  const auto reading = read(written_, labels);
  const auto found = decide(reading, suffix);
  if (found.of == Likeness::Of::protected_name) return found;
  const auto shaped = in_shape(labels);
  // "mon-espace-danse": every letter has its own meaning.
  const bool is_plain = !reading.has(HostWord::none) && reading.has_owner();
  if (const auto slip = slip_in(labels, shaped); !slip.empty() && !is_plain && !(slip == "assurance_maladie" && is_other_french_speaking(suffix))) return named(slip);
  const bool has_unknown = reading.has(HostWord::none);
  if (has_unknown || mixes_figures(labels)) {
    const auto likeness = decide(read(shaped_, shaped), suffix);
    if (likeness.of == Likeness::Of::protected_name) return likeness;
  }
  const bool is_spelt = std::any_of(reading.all().begin(), reading.all().end(), [](const Piece& p) { return p.whole && p.length == 1; });
  if (is_spelt) {
    if (const auto likeness = decide(read(written_, spelt_together(labels)), suffix); likeness.of == Likeness::Of::protected_name) return likeness;
  }
  if ((has_unknown || is_spelt) && is_cut_name(labels, suffix)) return named("ameli");
  return found.of == Likeness::Of::nothing ? organisation_across(labels, found) : found;
}

// "mondial-relay-suivi", "crit-air-commande": another organisation's name with hyphens in it.
Likeness HostJudge::organisation_across(std::string_view labels, const Likeness& otherwise) const {
  labels.remove_prefix(std::min(labels.rfind('.') + 1, labels.size()));
  if (labels.find('-') == std::string_view::npos || labels.size() > 60) return otherwise;
  std::string joined;
  for (const char c : labels)
    if (c != '-') joined += c;
  const auto found = organisation_in(read(written_, joined));
  return found.of == Likeness::Of::organisation ? found : otherwise;
}

// "am-eli-droits", "vit-ale-maj": hyphens inside a name. With them gone nothing but known words stands there, a protected name
// among them across a hyphen, and one of the trade.
bool HostJudge::is_cut_name(std::string_view labels, std::string_view suffix) const {
  labels.remove_prefix(std::min(labels.rfind('.') + 1, labels.size()));
  if (labels.find('-') == std::string_view::npos || labels.size() > 60) return false;
  std::string joined;
  std::array<bool, 64> cut{};
  for (const char c : labels) {
    if (c == '-') {
      cut[joined.size()] = true;
    } else {
      joined += c;
    }
  }
  const auto reading = read(written_, joined);
  if (reading.unknown() > 0 || reading.number(HostWord::strong) + reading.number(HostWord::state) + reading.number(HostWord::weak) +
                                      reading.number(HostWord::card) + reading.number(HostWord::health) + reading.number(HostWord::space) == 0)
    return false;
  for (const auto& piece : reading.all()) {
    const bool is_name = piece.kind == HostWord::ameli || piece.kind == HostWord::vitale || piece.kind == HostWord::cpam ||
                         piece.kind == HostWord::assurance || piece.kind == HostWord::maladie;
    const bool is_across = std::any_of(cut.begin() + piece.begin + 1, cut.begin() + piece.begin + piece.length, [](bool at) { return at; });
    if (is_name && is_across) return decide(reading, suffix).of == Likeness::Of::protected_name || piece.kind == HostWord::ameli;
  }
  return false;
}

}  // namespace carnet::vigilance
