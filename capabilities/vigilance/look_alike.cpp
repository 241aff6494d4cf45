// Reads the labels of a host as words (the cheapest cut into known words and unknown letters), then says whom they imitate.
#include <algorithm>
#include <array>

#include "foundation/kernel/result.hpp"
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

constexpr std::size_t max_pieces = 96;
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
    for (const char c : segment) {
      if (c == 'n' && out.size() > begin && out.back() == 'r') {
        out.back() = 'm';
      } else {
        const char like = has_letter ? letter_like(c) : c;
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

namespace {
constexpr std::uint32_t bit(HostWord kind) { return 1U << static_cast<unsigned>(kind); }
}  // namespace

HostWord host_word_of(std::string_view name) {
  for (const auto& [text, kind] : kinds)
    if (text == name) return kind;
  return HostWord::none;
}

struct HostJudge::Reading {
  std::array<Piece, max_pieces> pieces{};
  std::size_t count = 0;
  std::array<char, 256> text{};
  std::size_t size = 0;
  std::string_view of(const Piece& piece) const { return {text.data() + piece.begin, piece.length}; }
  void add(Piece piece) {
    if (count < max_pieces) pieces[count++] = piece;
  }
  std::span<const Piece> all() const { return {pieces.data(), count}; }
  bool has(HostWord kind) const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return p.kind == kind; });
  }
  // Letters of no known word, in one segment.
  int unknown_in(std::uint8_t segment) const {
    int sum = 0;
    for (const auto& piece : all()) sum += piece.segment == segment && piece.kind == HostWord::none ? piece.length : 0;
    return sum;
  }
  // A word that stands for itself, and is not a few letters found inside another.
  bool firm(const Piece& piece) const { return piece.whole || piece.length >= 6 || unknown_in(piece.segment) <= (piece.length >= 4 ? 3 : 0); }
  int number(HostWord kind) const {
    return static_cast<int>(std::count_if(all().begin(), all().end(), [&](const Piece& p) { return p.kind == kind && firm(p); }));
  }
  bool firmly(HostWord kind) const { return number(kind) > 0; }
  // A word of one kind directly followed by one of another, small words between them allowed.
  bool pair(HostWord first, HostWord second) const {
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (pieces[i].kind != first) continue;
      std::size_t next = i + 1;
      while (next + 1 < count && pieces[next].kind == HostWord::glue && pieces[next].length <= 3) ++next;
      if (pieces[next].kind == second) return true;
    }
    return false;
  }
  bool says(std::string_view word) const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return of(p) == word && firm(p); });
  }
  // Without one of these nothing of what follows holds: most hosts of the world are done with here.
  bool may_name_us() const {
    constexpr auto others = bit(HostWord::none) | bit(HostWord::state) | bit(HostWord::strong) | bit(HostWord::weak) | bit(HostWord::glue) | bit(HostWord::town) |
                            bit(HostWord::benign) | bit(HostWord::organisation) | bit(HostWord::digits);
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      const bool is_misspelt = p.length >= 4 && p.length <= 7 && (text[p.begin] == 'c' || text[p.begin] == 'p');
      return (bit(p.kind) & others) == 0 || is_misspelt || of(p) == "medical";
    });
  }
  // One word directly after another.
  bool run(std::string_view first, std::string_view second) const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if (of(pieces[i]) == first && of(pieces[i + 1]) == second) return true;
    return false;
  }
  // "assure-maladie", "assur-mal", "assurancemal".
  bool names_insurer() const {
    if (says("assurmal") || says("assurancemal")) return true;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      const auto next = of(pieces[i + 1]);
      const bool insures = of(pieces[i]) == "assure" || of(pieces[i]) == "assures" || pieces[i].kind == HostWord::assurance;
      if (insures && (pieces[i + 1].kind == HostWord::maladie || (next == "mal" && of(pieces[i]).size() >= 4))) return true;
    }
    return false;
  }
  // "e-vitale", "c-vitale", "mvitale": what the card is called on a telephone, and what resembles it.
  bool is_lettered_card() const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if (pieces[i].length == 1 && pieces[i + 1].kind == HostWord::vitale && std::string_view("ecmx").find(of(pieces[i])) != std::string_view::npos &&
          (i == 0 || pieces[i].whole || pieces[i - 1].segment != pieces[i].segment))
        return true;
    return false;
  }
  // Words that a member of an insurance is written to with, and nobody else is.
  bool of_members() const {
    constexpr std::array<std::string_view, 29> words{"verification", "attestation", "attestations", "miseajour", "prestation", "prestations", "beneficiaire", "cotisations",
                                                     "adherent", "regularisation", "remboursement", "remboursements", "declaration", "authentification", "indemnites", "reclamation",
                                                     "reclamations", "rib", "iban", "justificatif", "justificatifs", "assure", "assures", "maj", "decompte", "decomptes", "dossierfr", "indemnite", "beneficiaires"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(word); });
  }
  bool france_then_connect() const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if ((of(pieces[i]) == "france" || of(pieces[i]) == "lafrance") && pieces[i + 1].kind == HostWord::connect && unknown_in(pieces[i + 1].segment) <= 3) return true;
    return false;
  }
  // "vitale-v3", "vitale2025".
  bool only_versions() const {
    return std::all_of(all().begin(), all().end(), [&](const Piece& p) {
      return p.kind == HostWord::vitale || p.kind == HostWord::glue || (p.kind == HostWord::digits && of(p).starts_with("202"));
    });
  }
  bool of_animals() const {
    constexpr std::array<std::string_view, 8> words{"animaux", "animal", "chien", "chiens", "chat", "chats", "pets", "veto"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(word); });
  }
  bool is_place() const {
    constexpr std::array<std::string_view, 12> places{"chateau", "villa", "hotel", "ferme", "domaine", "gite", "gites", "camping", "mairie", "restaurant", "moulin", "boulangerie"};
    return std::any_of(places.begin(), places.end(), [&](std::string_view word) { return says(word); });
  }
  // A first name or a trade, which the one who bears the name has; not a word that any service may call itself by.
  bool has_owner() const {
    constexpr std::array<std::string_view, 15> anyones{"centre", "web", "direct", "soin", "soins", "bureau", "publics", "publiques", "medical", "departement", "inviter", "tous", "agence", "systems", "section"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return p.kind == HostWord::benign && firm(p) && p.length >= 3 && std::find(anyones.begin(), anyones.end(), of(p)) == anyones.end();
    });
  }
  bool opens_something() const {
    constexpr std::array<std::string_view, 7> stems{"activ", "compte", "moncompte", "conne", "login", "authent", "ident"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return p.kind == HostWord::strong && firm(p) && std::any_of(stems.begin(), stems.end(), [&](std::string_view stem) { return of(p).starts_with(stem); });
    });
  }
  bool has_renewal() const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return p.kind == HostWord::strong && of(p).starts_with("renouv") && firm(p); });
  }
  // "ma-sante", "monespace": told to someone.
  bool is_possessive() const {
    constexpr std::array<std::string_view, 6> words{"ma", "mon", "mes", "votre", "vos", "my"};
    constexpr std::array<std::string_view, 7> joined{"monespace", "moncompte", "macarte", "masante", "moncarte", "mesdroits", "masecu"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return (p.kind == HostWord::space && of(p).starts_with("mon")) || (firm(p) && std::find(words.begin(), words.end(), of(p)) != words.end()) || std::find(joined.begin(), joined.end(), of(p)) != joined.end();
    });
  }
  int letters() const {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += pieces[i].kind == HostWord::digits ? 0 : pieces[i].length;
    return sum;
  }
  int unknown() const {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += pieces[i].word < 0 && pieces[i].kind == HostWord::none ? pieces[i].length : 0;
    return sum;
  }
};

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
  // A slip is looked for only where something else speaks of the trade.
  constexpr std::array<HostWord, 12> telling{HostWord::ameli, HostWord::amelie, HostWord::vitale, HostWord::card, HostWord::strong, HostWord::assurance,
                                             HostWord::maladie, HostWord::health, HostWord::state, HostWord::connect, HostWord::security, HostWord::social};
  const bool tells = std::any_of(telling.begin(), telling.end(), [&](HostWord kind) { return reading.has(kind); }) || reading.says("france") ||
                     reading.says("mon") || reading.number(HostWord::weak) > 0;
  if (tells && reading.has(HostWord::none)) mend(tree, reading);
  return reading;
}

namespace {
constexpr Likeness named(std::string_view name) { return {Likeness::Of::protected_name, false, name}; }
// Tops sold for pennies and lodgings given away, where doctors and their clubs do not live.
bool is_cheap(std::string_view suffix) {
  constexpr std::array<std::string_view, 34> tops{"info", "online", "site", "xyz", "click", "live", "top", "shop", "icu", "link", "support", "website", "space", "cfd", "sbs", "help", "store", "digital",
                                                  "life", "fun", "lol", "vip", "cc", "ru", "today", "world", "email", "biz", "mobi", "center", "cloud", "buzz", "cyou", "services"};
  return suffix.find('.') != std::string_view::npos ? !suffix.ends_with(".fr") : std::find(tops.begin(), tops.end(), suffix) != tops.end();
}
// Where "assurance-maladie" is the common word for any health insurance.
bool is_other_french_speaking(std::string_view suffix) {
  constexpr std::array<std::string_view, 6> tops{"ch", "lu", "be", "ca", "li", "qc.ca"};
  return std::find(tops.begin(), tops.end(), suffix) != tops.end();
}

}  // namespace

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
  if (const auto slip = slip_in(labels, shaped); !slip.empty() && !(slip == "assurance_maladie" && is_other_french_speaking(suffix))) return named(slip);
  const bool has_unknown = reading.has(HostWord::none);
  if (has_unknown || mixes_figures(labels)) {
    const auto likeness = decide(read(shaped_, shaped), suffix);
    if (likeness.of == Likeness::Of::protected_name) return likeness;
  }
  return has_unknown && is_cut_name(labels, suffix) ? named("ameli") : found;
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

// "ameli" alone between hyphens or dots, or beside known words; never inside a longer word nobody knows.
bool HostJudge::speaks_of_ameli(const Reading& reading) const {
  const int trade = reading.number(HostWord::strong) + reading.number(HostWord::state) + reading.number(HostWord::card) +
                    reading.number(HostWord::vitale) + reading.number(HostWord::vital) + reading.number(HostWord::assurance) +
                    reading.number(HostWord::maladie) + reading.number(HostWord::health) + reading.number(HostWord::weak) +
                    reading.number(HostWord::secu) + reading.number(HostWord::space) + reading.number(HostWord::connect);
  if (reading.has(HostWord::town) && trade == 0) return false;
  for (const auto& piece : reading.all()) {
    if (piece.kind != HostWord::ameli) continue;
    if (piece.whole) return trade > 0 || !reading.is_place();
    int others = 0, loose = 0;
    for (const auto& other : reading.all()) {
      if (other.segment != piece.segment || &other == &piece) continue;
      if (other.kind == HostWord::none) continue;
      (other.length >= 2 || other.kind == HostWord::digits ? others : loose) += 1;
    }
    const int unknown = reading.unknown_in(piece.segment);
    // "ameliregistre": no word goes on so after these letters.
    const auto* next = &piece + 1;
    const bool goes_on = &piece != &reading.all().back() && next->segment == piece.segment && next->kind == HostWord::none && next->length >= 5 &&
                         std::string_view("rpvfgbhjqwz").find(reading.of(*next).front()) != std::string_view::npos;
    const bool begins = &piece == &reading.all().front() || (&piece - 1)->segment != piece.segment;
    if (goes_on && begins && !reading.has(HostWord::benign)) return true;
    if (unknown == 0 && loose == 0 && others > 0) return true;
    if (unknown <= 4 && trade > 0) return true;
    // "rediaameli": the name whole at the end of something.
    const bool ends = &piece == &reading.all().back() || (&piece + 1)->segment != piece.segment;
    if (ends && unknown >= 4 && unknown <= 12) return true;
  }
  return false;
}

Likeness HostJudge::decide(const Reading& r, std::string_view suffix) const {
  using enum HostWord;
  if (!r.may_name_us()) return organisation_in(r);
  const int n_strong = r.number(strong), n_state = r.number(state), n_weak = r.number(weak);
  const int letters = std::max(1, r.letters()), unknown = r.unknown();
  const auto at_most = [&](int percent) { return unknown * 100 <= letters * percent; };
  if (speaks_of_ameli(r)) return named("ameli");
  // Beside a first name or a trade of its own, and nothing of ours, a name is somebody's.
  const bool of_others = r.has_owner() && n_state == 0 && n_strong < 2 && !r.firmly(cpam) && !r.firmly(secu) && !r.firmly(maladie);
  const bool is_whole_connect = std::any_of(r.all().begin(), r.all().end(), [&](const Piece& p) { return p.whole && r.of(p) == "franceconnect"; });
  if (is_whole_connect || ((r.has(france_connect) || r.france_then_connect()) && !of_others)) return named("france_connect");
  if (r.run("fr", "connect") && n_strong + n_weak > 1 && at_most(0) && !of_others) return named("france_connect");
  if (n_strong + n_state == 0 && (r.says("lecteur") || r.says("lecteurs") || r.says("postale") || r.says("postales"))) return organisation_in(r);
  if (r.pair(card, vitale) || r.pair(card, vital) || ((r.firmly(vitale) || r.firmly(vital)) && r.firmly(card))) return named("vitale");
  if (r.of_animals() && n_state == 0) return organisation_in(r);
  if ((r.pair(assurance, maladie) || r.names_insurer()) && !(is_other_french_speaking(suffix) && n_strong + n_state == 0)) return named("assurance_maladie");
  if (r.pair(maladie, assurance) && at_most(0) && !r.has(benign)) return named("assurance_maladie");
  if (r.pair(fund, primary) && (r.says("primaire") || at_most(0))) return named("cpam");
  for (const auto& piece : r.all())
    if (piece.kind == cpam && ((piece.whole && (!r.has(benign) || n_strong + n_state > 0)) || (r.firm(piece) && (!r.has_owner() || n_strong + n_state > 0) && (n_strong + n_state + n_weak > 0 || r.firmly(health) || r.firmly(assurance) || r.firmly(card) || r.unknown_in(piece.segment) == 0))))
      return named("cpam");
  const bool of_trade = n_strong + n_state > 0 || r.firmly(card) || r.firmly(assurance) || r.firmly(maladie) || r.firmly(health) || r.firmly(secu) || r.firmly(cpam);
  const bool of_card = r.firmly(vitale) || r.firmly(vital) || r.firmly(space) || r.firmly(security) || r.firmly(connect);
  // A slip that keeps the head of the name; "adels" is another.
  const bool by_slip = std::any_of(r.all().begin(), r.all().end(), [&](const Piece& p) { return p.kind == amelie && p.mended && !r.of(p).starts_with("am"); });
  const bool is_new = r.says("v2") || r.says("v3") || r.has(digits);
  if (r.has(amelie) && !of_others && !r.has(town) && (((of_trade || of_card) && at_most(20)) || ((by_slip ? is_new : n_weak > 0) && at_most(0)))) return named("ameli");
  const bool mine = r.is_possessive();
  if (r.is_lettered_card() && !of_others && at_most(25) && n_strong + n_state + n_weak + r.number(digits) + r.number(health) > 0) return named("vitale");
  if (r.firmly(vitale) && (r.firmly(social) || (r.number(organisation) > 0 && at_most(0))) && !of_others) return named("vitale");
  if (r.firmly(vitale) && (!of_others || r.firmly(card)) && (((of_trade || r.firmly(space) || r.firmly(security)) && at_most(25)) || ((n_weak > 0 || mine) && at_most(0)))) return named("vitale");
  const bool of_france = r.says("fr") && suffix != "fr";
  const bool of_country = of_france || r.says("france");
  const bool of_version = r.says("v3") || r.has(digits);
  // A word nobody has seen beside one of the trade; in Italy the name is a family's.
  if (r.firmly(vitale) && !of_others && suffix != "it" && n_weak + n_strong > 0 && at_most(30)) return named("vitale");
  if (r.firmly(vitale) && of_version && unknown == 0 && r.only_versions()) return named("vitale");
  if (r.firmly(vitale) && of_country && at_most(45)) return named("vitale");
  if (r.firmly(vital) && ((n_strong + n_state > 0 || r.firmly(assurance)) && at_most(5))) return named("vitale");
  if (r.pair(space, health) && (mine || n_state > 0 || of_country || r.says("fr") || (n_strong > 0 && at_most(0) && !r.has(benign)))) return named("mon_espace_sante");
  if (r.pair(security, social) && !is_other_french_speaking(suffix)) return named("assurance_maladie");
  if (r.firmly(maladie) && (n_state > 0 || r.firmly(secu)) && at_most(10)) return named("assurance_maladie");
  const bool of_insured = r.says("assure") || r.says("assures") || r.says("compte") || r.says("droits") || r.says("remboursement") ||
                          r.says("formulaire") || r.says("dossier") || r.has_renewal();
  if (r.firmly(secu) && (r.firmly(assurance) || r.firmly(card) || r.firmly(social) || r.firmly(health) || n_state > 0 || of_insured) && at_most(10))
    return named("assurance_maladie");
  if (r.firmly(health) && at_most(10) && ((r.firmly(card) && (mine || of_country || n_strong + n_state > 0)) || n_state > 0 || (mine && n_strong > 0) || r.has_renewal()))
    return named("assurance_maladie");
  // Short names that others bear too.
  const bool of_health = r.firmly(health) || r.firmly(assurance) || r.firmly(card) || r.firmly(secu) || r.firmly(social);
  if ((r.says("cgss") || r.says("cssm")) && (n_strong + n_state + n_weak > 0 || of_health || mine || of_france) && at_most(20)) return named("cpam");
  constexpr std::array<std::string_view, 7> misspelt{"cpaam", "ccpam", "cppam", "cpma", "cparn", "cpamm", "cpaamm"};
  const bool is_misspelt = std::any_of(misspelt.begin(), misspelt.end(), [&](std::string_view word) { return r.says(word); });
  if ((is_misspelt && (n_strong + n_weak > 0 || r.has(digits)) && at_most(10)) || ((r.says("capm") || r.says("pcam")) && n_strong > 0 && at_most(0))) return named("cpam");
  const bool is_member = r.of_members();
  const bool is_plain = at_most(0) && !r.has(benign);
  const bool asks_in = is_member || r.opens_something();
  if (is_plain && asks_in && (r.says("msa") || r.says("cnam"))) return named("cpam");
  if (is_plain && asks_in && (r.firmly(dmp) || r.firmly(secu))) return named(r.firmly(dmp) ? "dmp" : "assurance_maladie");
  // Where a name costs nothing, one of ours beside any word of the trade.
  const bool of_ours = r.firmly(dmp) || r.firmly(small_name) || r.firmly(secu) || r.pair(space, health) || r.pair(card, health);
  if (is_plain && of_ours && is_cheap(suffix) && n_strong + n_weak + n_state > 0) return named(r.pair(space, health) ? "mon_espace_sante" : r.firmly(dmp) ? "dmp" : "assurance_maladie");
  if ((r.firmly(dmp) || r.firmly(small_name)) && at_most(of_france ? 40 : 0) && !r.has(benign) && (n_state > 0 || of_france || of_health || of_insured || n_strong > 1 || ((mine || r.says("cnam")) && n_strong > 0) || (r.says("msa") && n_strong > 0 && n_strong + n_weak > 1)))
    return named(r.firmly(dmp) ? "dmp" : "cpam");
  if ((r.pair(space, health) && r.opens_something() && at_most(0) && !r.has(benign)) || (r.firmly(dmp) && mine && at_most(0) && !r.has(benign))) return named("mon_espace_sante");
  const bool of_files = r.says("medical") && (r.says("dossier") || r.says("mondossier"));
  if (of_files && (r.says("partage") || (of_france && mine)) && at_most(0)) return named("mon_espace_sante");
  if (of_france && at_most(0) && !r.has(benign) && ((r.firmly(secu) && mine) || (r.firmly(card) && r.firmly(health)))) return named("assurance_maladie");
  return organisation_in(r);
}

// Another organisation's name as a word of its own, beside words of the trade.
Likeness HostJudge::organisation_in(const Reading& reading) const {
  const int trade = reading.number(HostWord::strong) + reading.number(HostWord::state) + reading.number(HostWord::weak);
  for (const auto& piece : reading.all()) {
    if (piece.kind != HostWord::organisation) continue;
    const auto& word = words_[static_cast<std::size_t>(piece.word)];
    const bool stands = piece.whole || (piece.length >= 6 && reading.unknown_in(piece.segment) == 0);
    if (stands && trade > 0 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 25) return {Likeness::Of::organisation, reading.number(HostWord::strong) + reading.number(HostWord::state) > 0, word.organisation};
  }
  if (reading.firmly(HostWord::state) && trade > 1 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 25)
    return {Likeness::Of::organisation, true, "gouv"};
  const int words = trade + reading.number(HostWord::card) + reading.number(HostWord::space);
  return {Likeness::Of::nothing, words >= 2 && reading.number(HostWord::strong) > 0 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 15, {}};
}

}  // namespace carnet::vigilance
