// Regular expressions as a set of states that advance together: time is text times pattern, whatever the pattern.
#include <algorithm>
#include <bitset>
#include <string>
#include <vector>

#include "standards/fhir/fhirpath_tree.hpp"

namespace carnet::fhir {

namespace {

constexpr std::size_t max_pattern = 1'000;
constexpr std::size_t max_states = 8'000;
constexpr int max_group_depth = 16;

// Bytes above 127 count as one symbol each: a class either takes them all or none.
using Symbols = std::bitset<256>;

struct State {
  enum class Kind : std::uint8_t { symbols, split, done } kind = Kind::symbols;
  std::uint32_t set = 0;
  std::uint32_t next = 0, other = 0;
};

class PatternCompiler {
 public:
  explicit PatternCompiler(std::string_view pattern) : text_(pattern) {}

  bool run() {
    if (text_.size() > max_pattern) return false;
    if (text_.starts_with('^')) ++at_;
    alternatives(0);
    if (at_ < text_.size() && text_.substr(at_) == "$") ++at_;
    add({State::Kind::done});
    return ok_ && at_ == text_.size();
  }

  std::vector<State> states;
  std::vector<Symbols> sets;

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(states.size()); }
  std::uint32_t add(State state) {
    if (states.size() >= max_states) {
      ok_ = false;
      return 0;
    }
    states.push_back(state);
    return here() - 1;
  }

  // Each part runs from its first state to the one that follows its last; jumps inside are relative to the whole.
  void alternatives(int depth) {
    if (depth > max_group_depth) ok_ = false;
    std::vector<std::uint32_t> ends;
    while (ok_) {
      const auto begin = here();
      sequence(depth);
      if (peek() != '|') break;
      ++at_;
      insert(begin, {State::Kind::split});
      ends.push_back(add({State::Kind::split}));
      states[begin].next = begin + 1;
      states[begin].other = here();
      // What was inserted before earlier ends does not move them: they lie before `begin`.
    }
    for (const auto end : ends)
      if (ok_) states[end].next = states[end].other = here();
  }

  void insert(std::uint32_t at, State state) {
    if (states.size() >= max_states) {
      ok_ = false;
      return;
    }
    for (auto i = at; i < states.size(); ++i) {
      if (states[i].next >= at) ++states[i].next;
      if (states[i].other >= at) ++states[i].other;
    }
    states.insert(states.begin() + at, state);
  }

  void sequence(int depth) {
    while (ok_ && at_ < text_.size() && peek() != '|' && peek() != ')' && text_.substr(at_) != "$") {
      const auto begin = here();
      atom(depth);
      repeat(begin);
    }
  }

  void atom(int depth) {
    if (accept('(')) {
      if (text_.substr(at_).starts_with("?:")) at_ += 2;
      alternatives(depth + 1);
      if (!accept(')')) ok_ = false;
      return;
    }
    Symbols set;
    if (accept('['))
      set = symbol_class();
    else if (accept('.'))
      set.set().reset('\n');
    else if (accept('\\'))
      set = escape();
    else if (std::string_view("*+?{}").find(peek()) != std::string_view::npos)
      ok_ = false;
    else
      set.set(static_cast<unsigned char>(text_[at_++]));
    sets.push_back(set);
    State state;
    state.set = static_cast<std::uint32_t>(sets.size() - 1);
    state.next = here() + 1;
    add(state);
  }

  Symbols escape() {
    Symbols set;
    const char c = peek();
    if (at_ >= text_.size()) ok_ = false;
    ++at_;
    const bool negated = c == 'S' || c == 'D' || c == 'W';
    if (c == 's' || c == 'S') {
      for (const char space : {' ', '\t', '\n', '\r', '\f', '\v'}) set.set(static_cast<unsigned char>(space));
    } else if (c == 'd' || c == 'D') {
      for (int d = '0'; d <= '9'; ++d) set.set(static_cast<std::size_t>(d));
    } else if (c == 'w' || c == 'W') {
      for (int s = 0; s < 128; ++s)
        if ((s >= 'a' && s <= 'z') || (s >= 'A' && s <= 'Z') || (s >= '0' && s <= '9') || s == '_')
          set.set(static_cast<std::size_t>(s));
    } else if (c == 'n' || c == 't' || c == 'r') {
      set.set(c == 'n' ? '\n' : c == 't' ? '\t' : '\r');
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      ok_ = false;
    } else {
      set.set(static_cast<unsigned char>(c));
    }
    return negated ? ~set : set;
  }

  Symbols symbol_class() {
    const bool negated = accept('^');
    Symbols set;
    bool first = true;
    while (ok_ && (first || peek() != ']')) {
      first = false;
      if (at_ >= text_.size()) ok_ = false;
      if (!ok_) break;
      if (accept('\\')) {
        set |= escape();
        continue;
      }
      const auto low = static_cast<unsigned char>(text_[at_++]);
      auto high = low;
      if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        high = static_cast<unsigned char>(text_[at_++]);
      }
      if (high < low) ok_ = false;
      for (unsigned s = low; s <= high; ++s) set.set(s);
    }
    if (!accept(']')) ok_ = false;
    return negated ? ~set : set;
  }

  int number() {
    int value = 0, digits = 0;
    while (peek() >= '0' && peek() <= '9' && ++digits < 4) value = value * 10 + (text_[at_++] - '0');
    if (digits == 0) ok_ = false;
    return value;
  }

  void repeat(std::uint32_t begin) {
    int least = 1, most = 1;  // most < 0: no limit
    if (accept('*')) {
      least = 0;
      most = -1;
    } else if (accept('+')) {
      most = -1;
    } else if (accept('?')) {
      least = 0;
    } else if (accept('{')) {
      least = most = number();
      if (accept(',')) most = peek() == '}' ? -1 : number();
      if (!accept('}') || (most >= 0 && most < least)) ok_ = false;
    } else {
      return;
    }
    const std::vector<State> part(states.begin() + begin, states.end());
    states.resize(begin);
    for (int i = 0; i < least && ok_; ++i) copy(part, begin);
    if (most < 0) {
      const auto split = add({State::Kind::split});
      copy(part, begin);
      const auto back = add({State::Kind::split});
      if (!ok_) return;
      states[back].next = states[back].other = split;
      states[split].next = split + 1;
      states[split].other = here();
      return;
    }
    std::vector<std::uint32_t> splits;
    for (int i = least; i < most && ok_; ++i) {
      splits.push_back(add({State::Kind::split}));
      copy(part, begin);
    }
    for (const auto split : splits) {
      if (!ok_) return;
      states[split].next = split + 1;
      states[split].other = here();
    }
  }

  void copy(const std::vector<State>& part, std::uint32_t was_at) {
    const auto shift = here() - was_at;
    for (State state : part) {
      state.next += shift;
      state.other += shift;
      add(state);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

class PatternMatcher {
 public:
  explicit PatternMatcher(const PatternCompiler& pattern) : pattern_(pattern), seen_(pattern.states.size(), 0) {}

  bool run(std::string_view text) {
    std::vector<std::uint32_t> now, then;
    follow(0, now);
    for (const char c : text) {
      // A character of several bytes counts once, by its first.
      if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
      ++round_;
      then.clear();
      for (const auto at : now) {
        const auto& state = pattern_.states[at];
        if (state.kind == State::Kind::symbols && pattern_.sets[state.set].test(static_cast<unsigned char>(c)))
          follow(state.next, then);
      }
      now.swap(then);
    }
    return std::ranges::any_of(now, [&](auto at) { return pattern_.states[at].kind == State::Kind::done; });
  }

 private:
  void follow(std::uint32_t from, std::vector<std::uint32_t>& into) {
    waiting_.push_back(from);
    while (!waiting_.empty()) {
      const auto at = waiting_.back();
      waiting_.pop_back();
      if (at >= seen_.size() || seen_[at] == round_) continue;
      seen_[at] = round_;
      const auto& state = pattern_.states[at];
      if (state.kind == State::Kind::split) {
        waiting_.push_back(state.next);
        waiting_.push_back(state.other);
      } else {
        into.push_back(at);
      }
    }
  }

  const PatternCompiler& pattern_;
  std::vector<std::size_t> seen_;
  std::vector<std::uint32_t> waiting_;
  std::size_t round_ = 1;
};

}  // namespace

std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern) {
  PatternCompiler compiler(pattern);
  constexpr std::size_t longest = 1u << 16;
  if (!compiler.run() || text.size() > longest) return std::nullopt;
  return PatternMatcher(compiler).run(text);
}

}  // namespace carnet::fhir
