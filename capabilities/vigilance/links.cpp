#include "vigilance/links.hpp"

#include <algorithm>
#include <array>

namespace carnet::vigilance {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool ends_link(char c) {
  return is_space(c) || c == '<' || c == '>' || c == '"' || c == '{' || c == '}' || c == '^' || c == '`';
}
bool is_host_sign(char c) { return is_word(c) || c == '-' || c == '_' || c == '.' || c == '%'; }

// The text with defanged signs mended, and where each byte stood.
struct View {
  std::string text;
  std::vector<std::uint32_t> at;
  std::vector<bool> mended;
};

struct Mend {
  std::string_view from, to;
};
constexpr std::array<Mend, 32> mends{{{" (dot) ", "."}, {" [dot] ", "."}, {" (.) ", "."}, {" [.] ", "."}, {" (point) ", "."},
                                     {"[.]", "."}, {"(.)", "."}, {"{.}", "."}, {"[dot]", "."}, {"(dot)", "."}, {"{dot}", "."},
                                     {"[point]", "."}, {"*.*", "."}, {"<.>", "."}, {"{point}", "."}, {"|.|", "."}, {"(point)", "."}, {"[:]", ":"}, {"[/]", "/"}, {"[://]", "://"}, {"hxxp", "http"},
                                     {"h**p", "http"}, {"hxxxp", "http"}, {"htxp", "http"}, {" dot com", ".com"}, {" dot fr", ".fr"},
                                     {" dot net", ".net"}, {" dot org", ".org"}, {" dot info", ".info"}, {" point com", ".com"},
                                     {" point fr", ".fr"}, {" point net", ".net"}}};

// Tops that French sentences end on by chance when the space after the full stop is missing.
bool is_word_top(std::string_view top) {
  constexpr std::array<std::string_view, 30> words{"la", "le", "de", "et", "me", "ma", "te", "tu", "se", "ne", "il", "au", "es", "in", "it",
                                                   "so", "is", "no", "to", "us", "as", "do", "my", "at", "pas", "an", "ni", "si", "va", "sa"};
  return std::find(words.begin(), words.end(), top) != words.end();
}
bool is_common_top(std::string_view top) {
  constexpr std::array<std::string_view, 14> tops{"com", "fr", "net", "org", "info", "eu", "xyz", "online", "site", "top", "shop", "app", "live", "click"};
  return std::find(tops.begin(), tops.end(), top) != tops.end();
}

// The word that ends at `at` is made like a name of a host: with a hyphen, a figure or a full stop inside.
bool is_named(const std::string& text, std::size_t at) {
  for (std::size_t i = at; i > 0 && (is_word(text[i - 1]) || text[i - 1] == '-' || text[i - 1] == '.'); --i)
    if (!is_letter(text[i - 1])) return true;
  return false;
}

// A full stop put apart, or said, or made a comma, before a top and a path: "site . top/x", "site,com/x", "site. ly/x". Answers
// how many bytes stand for it.
std::size_t broken_dot(const Plain& plain, std::size_t at) {
  const auto& text = plain.text;
  const char first = text[at];
  if ((first != ' ' && first != '.' && first != ',' && first != '\n') || at == 0 || !is_word(text[at - 1])) return 0;
  std::size_t next = at;
  const auto skip = [&] {
    for (int spaces = 0; next < text.size() && spaces < 3 && is_space(text[next]); ++spaces) ++next;
  };
  skip();
  const std::string_view rest(text.data() + next, std::min<std::size_t>(6, text.size() - next));
  const auto sign = rest.starts_with(".") || rest.starts_with(",") ? 1U : rest.starts_with("point ") ? 6U : rest.starts_with("dot ") ? 4U : 0U;
  if (sign == 0) return 0;
  const bool is_comma = rest.front() == ',', is_apart = next > at;
  next += sign;
  const auto after = next;
  skip();
  if (next == at + 1 && !is_comma) return 0;
  if (is_comma && next > after) return 0;
  std::size_t end = next;
  while (end < text.size() && end - next < 12 && is_letter(text[end])) ++end;
  const auto top = std::string_view(text).substr(next, end - next);
  if (top.size() < 2 || is_word_top(top) || (plain.marks[next] & Glyphs::upper) != 0) return 0;
  const bool has_path = end + 1 < text.size() && text[end] == '/' && is_word(text[end + 1]);
  const bool stands = end == text.size() || is_space(text[end]) || text[end] == '.';
  const bool is_said = is_apart && sign > 1 && is_named(text, at) && is_known_top(top);
  const bool is_both_apart = is_said || (is_apart && next > after && is_common_top(top));
  if (has_path ? !is_known_top(top) : !(stands && (is_both_apart || (is_comma && top != "fr" && is_common_top(top))))) return 0;
  return next - at;
}

// "site.c om/x": a top in two, with a path after it. Answers how many bytes part it.
std::size_t parted_top(const std::string& text, std::size_t at) {
  if (text[at] != ' ' || at < 3 || at + 2 >= text.size() || !is_letter(text[at - 1]) || !is_letter(text[at + 1])) return 0;
  std::size_t from = at, end = at + 1;
  while (from > 0 && at - from < 6 && is_letter(text[from - 1])) --from;
  while (end < text.size() && end - at < 8 && is_letter(text[end])) ++end;
  if (from < 2 || text[from - 1] != '.' || !is_word(text[from - 2]) || end + 1 >= text.size() || text[end] != '/' || !is_word(text[end + 1])) return 0;
  const std::string_view head(text.data() + from, at - from);
  return is_common_top(std::string(head) + text.substr(at + 1, end - at - 1)) && !is_common_top(head) ? 1 : 0;
}

// "a m e l i - x . f r": where a name written sign by sign ends.
std::size_t end_of_spaced(const std::string& text, std::size_t at) {
  constexpr std::size_t shortest = 8, longest = 200;
  if ((at > 0 && !is_space(text[at - 1])) || at + 2 * shortest >= text.size()) return at;
  std::size_t end = at;
  bool has_dot = false;
  while (end + 1 < text.size() && end < at + longest && is_host_sign(text[end]) && text[end + 1] == ' ') {
    has_dot = has_dot || text[end] == '.';
    end += 2;
  }
  return has_dot && end >= at + 2 * shortest ? end : at;
}

View view_of(const Plain& plain) {
  const auto& text = plain.text;
  View view;
  view.text.reserve(text.size() + 1);
  view.at.reserve(text.size() + 1);
  view.mended.assign(text.size() + 1, false);
  for (std::size_t i = 0; i < text.size();) {
    const Mend* found = nullptr;
    const char c = text[i];
    if (c == '[' || c == '(' || c == '{' || c == '*' || c == '<' || c == '|' || c == 'h' || (c == ' ' && i + 4 < text.size() && (text[i + 1] == 'd' || text[i + 1] == 'p' || text[i + 1] == '(' || text[i + 1] == '['))) {
      const std::string_view rest(text.data() + i, std::min<std::size_t>(12, text.size() - i));
      for (const auto& mend : mends) {
        if (!rest.starts_with(mend.from)) continue;
        const bool is_word_form = mend.from[0] == ' ' && is_letter(mend.from[1]);
        if (is_word_form && (i == 0 || !is_word(text[i - 1]) || (rest.size() > mend.from.size() && (is_word(rest[mend.from.size()]) || rest[mend.from.size()] == '-')))) continue;
        found = &mend;
        break;
      }
    }
    if (!found) {
      if (const auto length = broken_dot(plain, i); length > 0) {
        view.mended[view.text.size()] = true;
        view.text += '.';
        view.at.push_back(static_cast<std::uint32_t>(i));
        i += length;
        continue;
      }
      if (const auto length = parted_top(text, i); length > 0) {
        i += length;
        continue;
      }
      if (const auto end = end_of_spaced(text, i); end > i) {
        for (; i < end; i += 2) {
          view.mended[view.text.size()] = true;
          view.text += text[i];
          view.at.push_back(static_cast<std::uint32_t>(i));
        }
        // What follows in whole words is no part of it.
        if (end + 1 < text.size() && is_word(text[end]) && is_word(text[end + 1])) {
          view.text += ' ';
          view.at.push_back(static_cast<std::uint32_t>(end - 1));
        }
        continue;
      }
      view.text += c == '\\' ? '/' : c;
      view.at.push_back(static_cast<std::uint32_t>(i++));
      continue;
    }
    for (const char mended : found->to) {
      view.mended[view.text.size()] = true;
      view.text += mended;
      view.at.push_back(static_cast<std::uint32_t>(i));
    }
    i += found->from.size();
  }
  view.at.push_back(static_cast<std::uint32_t>(text.size()));
  return view;
}

class Finder {
 public:
  Finder(const Plain& plain, const Glyphs& glyphs) : plain_(plain), glyphs_(glyphs), view_(view_of(plain)), text_(view_.text) {}

  std::vector<FoundLink> find() {
    std::size_t at = 0;
    while (at < text_.size()) {
      while (at < text_.size() && ends_link(text_[at])) ++at;
      std::size_t end = at;
      bool promising = false;
      while (end < text_.size() && !ends_link(text_[end])) {
        promising = promising || text_[end] == '.' || text_[end] == '/' || text_[end] == '@';
        ++end;
      }
      if (promising) end = std::max(end, run(at, end));
      at = std::max(end, at + 1);
    }
    return std::move(found_);
  }

 private:
  std::string_view part(std::size_t begin, std::size_t end) const { return std::string_view(text_).substr(begin, end - begin); }

  // One run of signs without spaces. Answers where reading goes on.
  std::size_t run(std::size_t begin, std::size_t end) {
    const auto scheme = part(begin, end).find("://");
    const auto single = part(begin, end).find("http:/");
    if (scheme != std::string_view::npos || single != std::string_view::npos) {
      std::size_t after = scheme != std::string_view::npos ? begin + scheme + 3 : begin + single + 6;
      std::size_t from = begin + (scheme != std::string_view::npos ? scheme : single);
      while (scheme != std::string_view::npos && from > begin && is_letter(text_[from - 1])) --from;
      while (after < end && text_[after] == '/') ++after;
      return with_scheme(from, after, end);
    }
    return without_scheme(begin, end);
  }

  std::size_t with_scheme(std::size_t from, std::size_t after, std::size_t end) {
    obscured_ = false;
    // "http:// site.com"
    for (int spaces = 0; after == end && end < text_.size() && spaces < 2 && is_space(text_[end]); ++spaces) {
      ++end;
      after = end;
      while (end < text_.size() && !ends_link(text_[end])) ++end;
      obscured_ = true;
    }
    std::string joined(part(after, end));
    for (auto next = next_part(joined, end); next != std::string_view::npos; next = next_part(joined, end)) {
      std::size_t stop = next;
      while (stop < text_.size() && !ends_link(text_[stop])) ++stop;
      joined += part(next, stop);
      end = stop;
      obscured_ = true;
    }
    trim_tail(joined, end);
    if (joined.empty()) return end;
    emit(joined, from, end, true);
    return end;
  }
  // Where a URL that stopped at `end` goes on: after a line end and its indent, or after a space that parts its name.
  std::size_t next_part(std::string_view joined, std::size_t end) const {
    if (end + 1 >= text_.size()) return std::string_view::npos;
    std::size_t next = end;
    constexpr std::size_t longest_indent = 6;
    while (next < text_.size() && next < end + longest_indent && (is_space(text_[next]) || (text_[next] == '>' && next > end))) ++next;
    if (next == end || next >= text_.size() || !is_host_sign(text_[next])) return std::string_view::npos;
    const bool on_next_line = part(end, next).find('\n') != std::string_view::npos;
    // "https://ameli-ca rte.com/x": a scheme before what has no top yet.
    std::size_t stop = next;
    while (stop < text_.size() && !ends_link(text_[stop])) ++stop;
    const bool has_no_top = joined.find_first_of("./") == std::string_view::npos;
    const auto rest = part(next, std::min(text_.find('/', next), stop));
    const bool in_name = has_no_top && (text_[next] == '-' || text_[next] == '.' || (rest.find('.') != std::string_view::npos && is_common_top(rest.substr(rest.rfind('.') + 1))));
    if (!on_next_line && !(next == end + 1 && (stops_short(joined) || in_name))) return std::string_view::npos;
    return is_cut(joined) || completes_top(joined, next) || goes_on(joined, next) ? next : std::string_view::npos;
  }
  // A URL cut by the end of a line: its host has no top yet, or it stops on a sign that joins.
  static bool is_cut(std::string_view joined) {
    if (joined.empty()) return true;
    if (joined.ends_with('.')) return !has_top(joined);
    if (joined.ends_with('-') || joined.ends_with('/') || joined.ends_with('=') || joined.ends_with('&')) return !joined.ends_with('/') || joined.size() > 24;
    const auto host = joined.substr(0, std::min(joined.find_first_of("/?#:"), joined.size()));
    const auto dot = host.rfind('.');
    return host.size() == joined.size() && (dot == std::string_view::npos || !is_known_top(host.substr(dot + 1)));
  }
  // "https://ameli-" and "https://ameli-carte." before a space.
  static bool stops_short(std::string_view joined) {
    return joined.find('/') == std::string_view::npos && (joined.ends_with('-') || (joined.ends_with('.') && !has_top(joined)));
  }
  // "https://ameli.support." with "dossier.com/x" on the next line: no sentence begins in lower case and holds a path.
  bool goes_on(std::string_view joined, std::size_t next) const {
    if ((plain_.marks[view_.at[next]] & Glyphs::upper) != 0) return false;
    std::size_t stop = next;
    while (stop < text_.size() && !ends_link(text_[stop])) ++stop;
    const auto rest = part(next, stop);
    // "https://compte.am" with "eli-droits.info/x": a rare top by chance, and a whole one with a path below.
    if (!joined.ends_with('.')) {
      const auto slash = rest.find('/');
      if (slash == std::string_view::npos || joined.find('/') != std::string_view::npos || rest.starts_with("www.")) return false;
      const auto dot = rest.substr(0, slash).rfind('.');
      return dot != std::string_view::npos && !is_common_top(joined.substr(joined.rfind('.') + 1)) && is_common_top(rest.substr(dot + 1, slash - dot - 1));
    }
    const auto sign = rest.find_first_of("./");
    return sign != std::string_view::npos && sign + 1 < rest.size();
  }
  // Without its last full stop, the name is whole.
  static bool has_top(std::string_view name) {
    while (name.ends_with('.')) name.remove_suffix(1);
    const auto dot = name.rfind('.');
    return dot != std::string_view::npos && (name.find('/') != std::string_view::npos || is_known_top(name.substr(dot + 1)));
  }
  // "site.co" with "m/x" on the next line.
  bool completes_top(std::string_view joined, std::size_t next) const {
    const auto dot = joined.rfind('.');
    if (dot == std::string_view::npos || joined.find('/') != std::string_view::npos) return false;
    std::size_t stop = next;
    while (stop < text_.size() && is_letter(text_[stop])) ++stop;
    if (stop == next || (stop < text_.size() && !ends_link(text_[stop]) && text_[stop] != '/' && text_[stop] != '.')) return false;
    const auto top = std::string(joined.substr(dot + 1)) + std::string(part(next, stop));
    return is_common_top(top);
  }
  void trim_tail(std::string& text, std::size_t& end) const {
    while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';' || text.back() == '!' || text.back() == '?' || text.back() == ')' ||
                             text.back() == '\'' || text.back() == ']' || text.back() == ':' || text.back() == '*' || text.back() == '_')) {
      text.pop_back();
      --end;
    }
  }

  std::size_t without_scheme(std::size_t begin, std::size_t end) {
    obscured_ = false;
    const auto whole_end = end;
    while (begin < end && !is_word(text_[begin])) ++begin;
    // "site .com" and "site. com"
    const bool opens_top = begin > 1 && text_[begin - 1] == '.' && is_space(text_[begin - 2]);
    if (opens_top) return join_before(begin, end);
    begin = with_line_before(begin);
    std::string run(part(begin, end));
    std::erase_if(run, is_space);
    if (run.ends_with('.') && !has_top(run) && end + 1 < text_.size() && is_space(text_[end]) && (run.find('-') != std::string::npos || run.starts_with("www."))) {
      std::size_t next = end + 1;
      while (next < text_.size() && is_letter(text_[next])) ++next;
      if (is_top_of(run, part(end + 1, next))) {
        run += part(end + 1, next);
        end = next;
        obscured_ = true;
      }
    }
    trim_tail(run, end);
    split(run, begin);
    return std::max(end, whole_end);
  }
  // A top parted from its name: any common one, any at all after a name with a hyphen.
  static bool is_top_of(std::string_view name, std::string_view top) {
    return is_common_top(top) || (name.find('-') != std::string_view::npos && top.size() >= 2 && !is_word_top(top) && is_known_top(top));
  }
  // The word that ends a line has a hyphen and one of the names lures are made of.
  bool names_someone(std::size_t line_end) const {
    std::size_t from = line_end;
    while (from > 0 && (is_word(text_[from - 1]) || text_[from - 1] == '-')) --from;
    const auto word = part(from, line_end);
    if (word.find('-') == std::string_view::npos || word.size() > 40) return false;
    return names_lure(word);
  }
  // An official address is whole, whatever stands above it.
  static bool stands_alone(std::string_view word) { return word.starts_with("www.") || word.starts_with("ameli.fr") || word.starts_with("monespacesante.fr"); }
  // "ameli-" at the end of a line, the rest on the next.
  std::size_t with_line_before(std::size_t begin) {
    if (begin < 4 || stands_alone(part(begin, std::min(begin + 24, text_.size())))) return begin;
    std::size_t from = begin;
    if (text_[begin - 1] == '-' && is_space(text_[begin - 2]) && is_letter(text_[begin - 3])) {
      from = begin - 2;
    } else if (text_[begin - 1] == '\n' && (text_[begin - 2] == '-' ? is_letter(text_[begin - 3]) : names_someone(begin - 1))) {
      from = begin - 1;
    } else {
      return with_cut_before(begin);
    }
    while (from > 0 && (is_word(text_[from - 1]) || text_[from - 1] == '-')) --from;
    if (!found_.empty() && found_.back().plain.end > view_.at[from]) return begin;
    obscured_ = true;
    return from;
  }
  // "dossier-am" or "dossier.onli" at the end of a line: only both parts together have a name or a top, and a path follows.
  std::size_t with_cut_before(std::size_t begin) {
    constexpr std::size_t longest_indent = 6, longest = 60;
    std::size_t line = begin;
    while (line > 0 && begin - line < longest_indent && is_space(text_[line - 1])) --line;
    if (line == begin || part(line, begin).find('\n') == std::string_view::npos || (plain_.marks[view_.at[begin]] & Glyphs::upper) != 0) return begin;
    std::size_t from = line;
    while (from > 0 && line - from < longest && (is_word(text_[from - 1]) || text_[from - 1] == '-' || text_[from - 1] == '.')) --from;
    std::size_t stop = begin;
    while (stop < text_.size() && !ends_link(text_[stop]) && text_[stop] != '/') ++stop;
    const auto before = part(from, line), rest = part(begin, stop);
    const bool has_path = stop < text_.size() && text_[stop] == '/';
    if (!has_path || before.size() < 4 || !is_letter(before.front())) return begin;
    const auto joined = std::string(before) + std::string(rest);
    const auto dot = joined.rfind('.');
    const bool has_dot = before.find('.') != std::string_view::npos || rest.starts_with('.');
    const bool of_top = has_dot && dot != std::string::npos && !has_top(before) && is_common_top(std::string_view(joined).substr(dot + 1));
    const bool of_web = before.starts_with("www.") && !has_top(before) && is_known_top(std::string_view(joined).substr(dot + 1));
    const bool of_name = before.find('-') != std::string_view::npos && rest.find('.') != std::string_view::npos && !before.ends_with('.') && names_lure(joined);
    if (!of_top && !of_name && !of_web) return begin;
    if (!found_.empty() && found_.back().plain.end > view_.at[from]) return begin;
    obscured_ = true;
    return from;
  }
  static bool names_lure(std::string_view word) {
    constexpr std::array<std::string_view, 7> names{"ameli", "vital", "cpam", "assur", "sante", "carte", "franceconnect"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return word.find(name) != std::string_view::npos; });
  }
  std::size_t join_before(std::size_t begin, std::size_t end) {
    std::size_t stop = begin;
    while (stop < end && is_letter(text_[stop])) ++stop;
    std::size_t name_end = begin - 2;
    while (name_end > 0 && begin - name_end < 5 && is_space(text_[name_end - 1])) --name_end;
    std::size_t from = name_end;
    while (from > 0 && (is_word(text_[from - 1]) || text_[from - 1] == '-' || text_[from - 1] == '.')) --from;
    if (from == name_end || !is_top_of(part(from, name_end), part(begin, stop))) return end;
    std::string joined(part(from, name_end));
    joined += '.';
    joined += part(begin, end);
    obscured_ = true;
    trim_tail(joined, end);
    if (found_.empty() || found_.back().plain.end <= view_.at[from]) emit(joined, from, end, false);
    return end;
  }

  // "lien:site.com,autre.com" holds two.
  void split(const std::string& run, std::size_t begin) {
    std::size_t at = 0;
    while (at < run.size()) {
      std::size_t stop = at;
      while (stop < run.size() && (is_host_sign(run[stop]) || run[stop] == '@' || run[stop] == '+')) ++stop;
      const auto head = std::string_view(run).substr(at, stop - at);
      const bool has_dot = head.find('.') != std::string_view::npos;
      if (has_dot && looks_like_host(head, begin + at)) {
        std::size_t end = stop;
        if (stop < run.size() && (run[stop] == '/' || run[stop] == ':' || run[stop] == '?' || run[stop] == '#')) end = run.size();
        emit(run.substr(at, end - at), begin + at, begin + end, false);
        at = end;
      } else {
        at = stop;
      }
      while (at < run.size() && !is_word(run[at])) ++at;
    }
  }
  bool looks_like_host(std::string_view head, std::size_t begin) const {
    auto host = head.substr(head.rfind('@') == std::string_view::npos ? 0 : head.rfind('@') + 1);
    while (host.ends_with('.') || host.ends_with('-')) host.remove_suffix(1);
    const auto dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const auto top = host.substr(dot + 1);
    if (is_digit(top.back())) return is_dotted_address(host);
    if (top.size() < 2 || !is_known_top(top)) return false;
    if (host.find("..") != std::string_view::npos) return false;
    const auto label = host.substr(host.rfind('.', dot - 1) == std::string_view::npos ? 0 : host.rfind('.', dot - 1) + 1);
    if (label.size() < 4) return true;
    const bool bare = head.size() == host.size() && host.find('-') == std::string_view::npos && host.find('.') == dot && !std::any_of(host.begin(), host.end(), is_digit);
    if (!bare) return true;
    const auto follows = begin + head.size() < text_.size() ? text_[begin + head.size()] : ' ';
    if (follows == '/') return true;
    if (dot == 1) return false;  // "M.Dupont"
    const auto at = view_.at[begin + static_cast<std::size_t>(top.data() - head.data())];
    const bool starts_sentence = (plain_.marks[at] & Glyphs::upper) != 0 && (plain_.marks[view_.at[begin]] & Glyphs::upper) == 0;
    return !starts_sentence && !is_word_top(top);
  }
  static bool is_dotted_address(std::string_view host) {
    int dots = 0;
    for (const char c : host) {
      if (c != '.' && !is_digit(c)) return false;
      dots += c == '.' ? 1 : 0;
    }
    return dots == 3;
  }

  void emit(std::string_view url, std::size_t begin, std::size_t end, bool has_scheme) {
    FoundLink link;
    link.has_scheme = has_scheme;
    link.plain = {view_.at[begin], view_.at[std::min(end, view_.at.size() - 1)]};
    link.obscured = obscured_;
    for (std::size_t i = begin; i < end && i < view_.mended.size(); ++i) link.obscured = link.obscured || view_.mended[i];
    const auto slash = std::min(url.find_first_of("/?#"), url.size());
    auto authority = url.substr(0, slash);
    const auto at = authority.rfind('@');
    if (at != std::string_view::npos) {
      link.user = std::string(authority.substr(0, at));
      authority.remove_prefix(at + 1);
      link.is_mail = !has_scheme && slash == url.size();
    }
    if (!authority.starts_with('[')) authority = authority.substr(0, authority.find(':'));
    link.path = std::string(url.substr(slash, 512));
    read_authority(link, authority, begin, end);
    if (link.host.ascii.size() < 3) return;
    found_.push_back(std::move(link));
  }
  // The name is what the bytes say: letters folded to ASCII on the way here make it another name.
  void read_authority(FoundLink& link, std::string_view authority, std::size_t, std::size_t) {
    link.host = read_host(authority, glyphs_);
    link.obscured = link.obscured || link.host.percent;
    bool own = false;
    const auto position = plain_.text.find(authority, link.plain.begin);
    if (position == std::string::npos) return;
    for (std::size_t i = position; i < position + authority.size() && i < plain_.marks.size(); ++i) {
      const auto marks = plain_.marks[i];
      // Full-width and mathematical letters are read as ASCII by browsers too.
      if ((marks & Glyphs::beyond_ascii) != 0 && (marks & Glyphs::compatible) == 0 && is_word(plain_.text[i])) link.host.foreign = true;
      if ((marks & Glyphs::foreign) != 0) link.host.mixed = true;
      if ((marks & (Glyphs::after_invisible | Glyphs::compatible)) != 0) link.obscured = true;
      own = own || ((marks & Glyphs::beyond_ascii) == 0 && is_letter(plain_.text[i]));
    }
    link.host.mixed = link.host.mixed && own;
  }

  const Plain& plain_;
  const Glyphs& glyphs_;
  View view_;
  const std::string& text_;
  std::vector<FoundLink> found_;
  bool obscured_ = false;
};

}  // namespace

std::vector<FoundLink> links_in(const Plain& plain, const Glyphs& glyphs) { return Finder(plain, glyphs).find(); }

std::vector<FoundLink> link_of(std::string_view url, const Glyphs& glyphs) {
  std::string text;
  for (const char c : url)
    if (!is_space(c)) text += c;
  const auto plain = plain_of(text, glyphs);
  for (const std::string_view scheme : {"mailto:", "tel:", "sms:", "cid:", "javascript:", "data:", "about:", "#"})
    if (plain.text.starts_with(scheme)) return {};
  auto found = links_in(plain, glyphs);
  if (found.size() > 1) found.resize(1);
  return found;
}

}  // namespace carnet::vigilance
