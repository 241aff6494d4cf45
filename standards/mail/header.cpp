#include <algorithm>

#include "standards/mail/decode.hpp"
#include "standards/mail/message.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_value_bytes = 64u << 10;
constexpr std::size_t max_addresses = 1'000;

std::string without_folds(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    if (c == '\r' || c == '\n') continue;
    out += c == '\t' || c == '\0' ? ' ' : c;
  }
  return std::string(trimmed(out));
}

// Reads "name <box>, box (comment), group: a, b;" by its delimiters: quotes, comments and angles are respected, and
// whatever is left over is the display name. RFC 5322 with its obsolete forms, and what breaks it.
class AddressReader {
 public:
  explicit AddressReader(std::string_view text) : text_(text) {}

  std::vector<Address> all() {
    while (at_ < text_.size() && out_.size() < max_addresses) step();
    finish();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '"':
        return quoted();
      case '(':
        return comment();
      case '<':
        return angle();
      case ',':
      case ';':
        ++at_;
        return finish();
      case ':':
        // The name of a group, unless an address or a scheme is being written ("mailto:", an IPv6 literal).
        ++at_;
        if (words_.find('@') == std::string::npos && words_.find('[') == std::string::npos) {
          words_.clear();
        } else {
          words_ += ':';
        }
        return;
      default:
        words_ += c;
        ++at_;
    }
  }

  void quoted() {
    std::string inside;
    std::size_t i = at_ + 1;
    for (; i < text_.size() && text_[i] != '"'; ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size()) ++i;
      inside += text_[i];
    }
    const bool local_part = i + 1 < text_.size() && text_[i + 1] == '@';
    at_ = std::min(i + 1, text_.size());
    if (local_part) {
      words_ += '"' + inside + '"';
    } else {
      words_ += inside;
    }
  }

  void comment() {
    int depth = 0;
    std::string inside;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        inside += text_[++at_];
        continue;
      }
      if (c == '(' && ++depth == 1) continue;
      if (c == ')' && --depth == 0) {
        ++at_;
        break;
      }
      inside += c;
    }
    comment_ = std::string(trimmed(inside));
  }

  void angle() {
    const auto end = text_.find('>', at_);
    box_ = std::string(trimmed(text_.substr(at_ + 1, end == std::string_view::npos ? end : end - at_ - 1)));
    has_angle_ = true;
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  void finish() {
    Address address;
    const std::string words(trimmed(words_));
    if (has_angle_) {
      // A source route ("<@relay:anne@example.fr>") is dropped, as RFC 5321 asks.
      const auto colon = box_.starts_with('@') ? box_.find(':') : std::string::npos;
      address.mailbox = colon == std::string::npos ? box_ : box_.substr(colon + 1);
      address.display_name = words.empty() ? comment_ : words;
    } else if (words.find('@') != std::string::npos && words.find(' ') == std::string::npos) {
      address.mailbox = words;
      address.display_name = comment_;
    } else {
      address.display_name = words.empty() ? comment_ : words;
    }
    if (has_angle_ || !address.display_name.empty() || !address.mailbox.empty()) settle(std::move(address));
    words_.clear();
    comment_.clear();
    box_.clear();
    has_angle_ = false;
  }

  void settle(Address address) {
    address.display_name = std::string(trimmed(decode_words(address.display_name)));
    address.mailbox = scrubbed(decode_words(address.mailbox));
    const auto at = address.mailbox.rfind('@');
    if (at == std::string::npos || at + 1 == address.mailbox.size()) {
      if (address.display_name.empty()) address.display_name = address.mailbox;
      address.mailbox.clear();
    } else {
      address.local = address.mailbox.substr(0, at);
      address.domain = host(trimmed(std::string_view(address.mailbox).substr(at + 1)));
    }
    out_.push_back(std::move(address));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Address> out_;
  std::string words_, comment_, box_;
  bool has_angle_ = false;
};

}  // namespace

bool HeaderField::is(std::string_view other) const {
  return same(name, other);
}

std::string HeaderField::unfolded() const {
  return without_folds(std::string_view(raw).substr(0, max_value_bytes));
}

std::string HeaderField::decoded() const {
  return std::string(trimmed(decode_words(unfolded())));
}

std::vector<Address> parse_addresses(std::string_view header_value) {
  return AddressReader(without_folds(header_value.substr(0, max_value_bytes))).all();
}

}  // namespace carnet::mail
