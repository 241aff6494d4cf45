#include "standards/mail/html_text.hpp"

#include <algorithm>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t padding_run = 6;  // fewer may be typography

bool is_word(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Symbols that take no ink: zero-width ones, joiners, soft hyphen, blanks other than the plain space.
bool is_inkless(char32_t code) {
  return code == 0xA0 || code == 0xAD || code == 0x34F || code == 0x61C || code == 0x115F || code == 0x1160 ||
         code == 0x17B4 || code == 0x17B5 || code == 0x180E || (code >= 0x2000 && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202F) || (code >= 0x205F && code <= 0x206F) || code == 0x2800 || code == 0x3164 ||
         code == 0xFEFF || code == 0xFFA0;
}

}  // namespace

std::string reversed(std::string_view utf8) {
  std::u32string codes;
  for (std::size_t at = 0; at < utf8.size();) codes += next_code_point(utf8, at);
  std::string out;
  out.reserve(utf8.size());
  for (auto code = codes.rbegin(); code != codes.rend(); ++code) append_utf8(out, *code);
  return out;
}

std::size_t PageText::next_offset() const {
  return body_->visible.size() + (pending_ != Pending::none && !body_->visible.empty() ? 1 : 0);
}

void PageText::flush_space() {
  if (pending_ != Pending::none && !body_->visible.empty()) body_->visible += pending_ == Pending::line ? '\n' : ' ';
  pending_ = Pending::none;
}

void PageText::add(std::string_view text, Hiding hiding, bool preformatted) {
  if (hiding != Hiding::none && hiding != Hiding::aria_hidden) {
    if (std::all_of(text.begin(), text.end(), is_space)) {
      space_after_hidden_ = true;
      return;
    }
    hidden(text, hiding);
    return;
  }
  if (hiding == Hiding::aria_hidden && !std::all_of(text.begin(), text.end(), is_space)) hidden(text, hiding);
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (preformatted && (c == '\n' || c == '\r')) {
      if (c == '\n') {
        pending_ = Pending::none;
        body_->visible += '\n';
      }
      ++at;
      continue;
    }
    if (is_space(c)) {
      if (pending_ == Pending::none && !(body_->visible.ends_with('\n'))) pending_ = Pending::space;
      ++at;
      continue;
    }
    flush_space();
    const auto start = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    body_->visible.append(text.substr(start, at - start));
    last_hidden_ = Hiding::none;
    space_after_hidden_ = false;
  }
}

void PageText::line_break(Hiding hiding) {
  if (hiding != Hiding::none && hiding != Hiding::aria_hidden) return;
  flush_space();
  while (body_->visible.ends_with(' ')) body_->visible.pop_back();
  if (!body_->visible.empty() && !body_->visible.ends_with("\n\n")) body_->visible += '\n';
}

void PageText::block() {
  if (!body_->visible.empty() && !body_->visible.ends_with('\n')) pending_ = Pending::line;
}

void PageText::gap() {
  if (pending_ == Pending::none && !body_->visible.empty() && !body_->visible.ends_with('\n'))
    pending_ = Pending::space;
}

void PageText::hidden(std::string_view text, Hiding why) {
  std::string folded;
  bool space = space_after_hidden_;
  for (const char c : text) {
    if (is_space(c)) {
      space = true;
      continue;
    }
    if (space && (!folded.empty() || last_hidden_ == why)) folded += ' ';
    space = false;
    folded += c;
  }
  space_after_hidden_ = space;
  if (folded.empty()) return;
  auto& list = body_->hidden;
  if (last_hidden_ == why && !list.empty() && why != Hiding::comment && why != Hiding::picture_text) {
    list.back().text += folded;
  } else {
    list.push_back({std::move(folded), why, body_->visible.size(), false, pending_ == Pending::none});
  }
  last_hidden_ = why;
}

void PageText::finish() {
  auto& visible = body_->visible;
  while (!visible.empty() && is_space(visible.back())) visible.pop_back();
  for (auto& hidden : body_->hidden) {
    hidden.at = std::min(hidden.at, visible.size());
    hidden.preview = hidden.at == 0 && hidden.why != Hiding::comment && hidden.why != Hiding::not_rendered &&
                     hidden.why != Hiding::aria_hidden && hidden.why != Hiding::outlook_only &&
                     hidden.why != Hiding::picture_text;
    hidden.inside_word = hidden.inside_word && hidden.why != Hiding::aria_hidden && hidden.at > 0 &&
                         hidden.at < visible.size() && is_word(visible[hidden.at - 1]) && is_word(visible[hidden.at]);
  }
  // Padding: long runs of inkless symbols are named, and stay where they are, so that offsets hold.
  std::size_t run = 0, run_start = 0;
  for (std::size_t at = 0; at < visible.size();) {
    const auto before = at;
    const auto code = static_cast<unsigned char>(visible[at]) < 0x80 ? static_cast<char32_t>(visible[at++])
                                                                     : next_code_point(visible, at);
    const bool inkless = is_inkless(code);
    if (inkless && run++ == 0) run_start = before;
    const bool ends = !inkless && code != ' ';
    if ((ends || at == visible.size()) && run >= padding_run) {
      body_->hidden.push_back({std::string(), Hiding::invisible_symbols, run_start, run_start == 0, false});
    }
    if (ends) run = 0;
  }
}

}  // namespace carnet::mail
