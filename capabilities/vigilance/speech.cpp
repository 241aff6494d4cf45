#include "vigilance/speech.hpp"

#include <algorithm>

namespace carnet::vigilance {
namespace {

constexpr std::size_t index_of(Concept idea) { return static_cast<std::size_t>(idea); }

bool is_name(Concept idea) {
  return idea == Concept::name_insurer || idea == Concept::name_space || idea == Concept::name_fc || idea == Concept::name_card;
}

// Words between quotation marks that belong together, or on lines that a mail program marked as quoted.
std::vector<bool> quoted_tokens(const Plain& plain, const Words& words) {
  constexpr std::size_t longest = 4000, fewest_words = 4;
  std::vector<bool> quoted(words.tokens.size(), false);
  const auto& text = plain.text;
  const auto token_from = [&](std::size_t at) {
    return static_cast<std::size_t>(std::lower_bound(words.tokens.begin(), words.tokens.end(), at, [](const Token& t, std::size_t x) { return t.from < x; }) - words.tokens.begin());
  };
  const auto mark = [&](std::size_t begin, std::size_t end, std::size_t fewest) {
    const auto first = token_from(begin), last = token_from(end);
    if (end - begin > longest || last < first + fewest) return;
    for (auto i = first; i < last; ++i) quoted[i] = true;
  };
  std::size_t open = std::string::npos, straight = std::string::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool line_start = i == 0 || text[i - 1] == '\n';
    if (c == '>' && line_start && (plain.marks[i] & Glyphs::beyond_ascii) == 0) {
      mark(i, std::min(text.find('\n', i), text.size()), 1);
    } else if (c == '<') {
      open = i;
    } else if (c == '>' && open != std::string::npos) {
      mark(open, i, fewest_words);
      open = std::string::npos;
    } else if (c == '"') {
      if (straight != std::string::npos) {
        mark(straight, i, fewest_words);
        straight = std::string::npos;
      } else {
        straight = i;
      }
    }
  }
  return quoted;
}

class Reader {
 public:
  Reader(const Plain& plain, const Words& words, const std::vector<Hit>& hits, const Lexicon& lexicon)
      : plain_(plain), words_(words), hits_(hits), lexicon_(lexicon), denied_(words.sentences.size(), false), holds_(words.sentences.size()) {}

  Speech read() {
    out_.quoted = quoted_tokens(plain_, words_);
    deny();
    find_mode();
    // Who asks what a text is quotes all of it, with or without marks: what it holds is read, and its verdict is capped.
    if (out_.mode == Mode::question) out_.quoted.assign(words_.tokens.size(), false);
    count();
    warn();
    for (const auto& hit : hits_) {
      if (!is_live(hit)) continue;
      if (is_name(hit.idea) || hit.idea == Concept::org) weigh_name(hit);
      if (is_asked(hit)) out_.asks.push_back({hit.idea, hit.first, hit.last});
    }
    find_situations();
    return std::move(out_);
  }

 private:
  // Which ideas a sentence holds, live.
  using Ideas = std::array<bool, concept_count>;
  std::uint32_t sentence_of(const Hit& hit) const { return words_.tokens[hit.first].sentence; }
  bool is_live(const Hit& hit) const { return !out_.quoted[hit.first] && !denied_[sentence_of(hit)]; }
  bool holds(std::uint32_t sentence, Concept idea) const { return sentence < holds_.size() && holds_[sentence][index_of(idea)]; }
  bool holds_near(std::uint32_t sentence, Concept idea) const {
    return holds(sentence, idea) || holds(sentence + 1, idea) || (sentence > 0 && holds(sentence - 1, idea));
  }

  void deny() {
    for (const auto& hit : hits_) {
      if (hit.idea != Concept::negation) continue;
      const auto at = sentence_of(hit);
      denied_[at] = true;
      if (!words_.sentences[at].opens_list) continue;
      for (auto next = at + 1; next < denied_.size() && next < at + 16 && words_.sentences[next].bullet; ++next) denied_[next] = true;
    }
  }
  void count() {
    std::array<std::vector<std::uint16_t>, concept_count> distinct, distinct_live;
    const auto once = [](std::vector<std::uint16_t>& list, std::uint16_t phrase) {
      constexpr std::size_t enough = 12;
      if (list.size() < enough && std::find(list.begin(), list.end(), phrase) == list.end()) list.push_back(phrase);
    };
    for (const auto& hit : hits_) {
      const auto idea = index_of(hit.idea);
      once(distinct[idea], hit.phrase);
      if (!is_live(hit)) continue;
      if (distinct_live[idea].empty()) out_.where[idea] = hit.first;
      once(distinct_live[idea], hit.phrase);
      holds_[sentence_of(hit)][idea] = true;
    }
    for (std::size_t i = 0; i < concept_count; ++i) {
      out_.all[i] = static_cast<std::uint16_t>(distinct[i].size());
      out_.live[i] = static_cast<std::uint16_t>(distinct_live[i].size());
    }
    out_.official_lead = out_.all[index_of(Concept::official_lead)] > 0;
  }

  void find_mode() {
    const auto strong = distinct(Concept::scam_talk_strong), weak = distinct(Concept::scam_talk_weak);
    const bool denies = std::find(denied_.begin(), denied_.end(), true) != denied_.end();
    constexpr std::size_t long_text = 80;  // words
    if (strong >= 2 || (strong >= 1 && (weak >= 1 || denies || words_.tokens.size() > long_text))) out_.mode = Mode::report;
    constexpr std::uint32_t head = 60, tail = 25;
    for (const auto& hit : hits_) {
      const bool doubts = hit.idea == Concept::doubt && words_.sentences[sentence_of(hit)].question;
      if ((hit.idea != Concept::question && !doubts) || out_.quoted[hit.first]) continue;
      if (hit.first < head || hit.last + tail >= words_.tokens.size()) out_.mode = Mode::question;
    }
  }

  std::size_t distinct(Concept idea) const {
    constexpr std::size_t enough = 4;
    std::vector<std::uint16_t> seen;
    for (const auto& hit : hits_)
      if (hit.idea == idea && std::find(seen.begin(), seen.end(), hit.phrase) == seen.end()) {
        seen.push_back(hit.phrase);
        if (seen.size() == enough) break;
      }
    return seen.size();
  }
  // Links of a sentence that warns ("ne cliquez pas sur ameli-x.com") are shown, not offered.
  void warn() {
    out_.warns.assign(words_.sentences.size(), false);
    for (const auto& hit : hits_)
      if (hit.idea == Concept::scam_talk_strong || (hit.idea == Concept::negation && !holds(sentence_of(hit), Concept::click))) out_.warns[sentence_of(hit)] = true;
  }

  std::size_t first_word() const {
    // A greeting of at most four words on top is not who speaks.
    constexpr std::size_t greeting = 4;
    if (words_.sentences.empty()) return 0;
    const auto& first = words_.sentences.front();
    if (first.last <= greeting && words_.sentences.size() > 1) return words_.sentences[1].first;
    return 0;
  }
  // The sign that follows a token, spaces passed.
  char sign_after(std::uint32_t token) const {
    for (std::size_t at = words_.tokens[token].to; at < plain_.text.size(); ++at)
      if (plain_.text[at] != ' ') return plain_.text[at];
    return '\n';
  }
  bool any_hit(Concept idea, std::uint32_t first, std::uint32_t last) const {
    // Hits stand by their end; no phrase has more than `longest` words.
    constexpr std::uint32_t longest = 10;
    auto at = std::lower_bound(hits_.begin(), hits_.end(), first, [](const Hit& h, std::uint32_t token) { return h.last <= token; });
    for (; at != hits_.end() && at->last <= last + longest; ++at)
      if (at->idea == idea && at->first >= first && at->first < last) return true;
    return false;
  }

  void weigh_name(const Hit& hit) {
    // In shape, « ici » is a bank.
    const auto& head = words_.tokens[hit.first];
    if (hit.last == hit.first + 1 && std::string_view(plain_.text).substr(head.from, head.to - head.from) == "ici") return;
    Claim claim;
    claim.name = lexicon_.name_of(hit);
    claim.is_protected = hit.idea != Concept::org;
    claim.first = hit.first;
    claim.last = hit.last;
    if (claim.name == "vitale_alone") {
      claim.name = "vitale";
      claim.by = Claim::By::card;
      if (is_prefix(hit) && holds(sentence_of(hit), Concept::card_state_strong) && hit.first <= first_word()) out_.claims.push_back(std::move(claim));
      return;
    }
    if (claim.name == "amelie_alone") {
      // Also a first name: only at the head, beside the words of the trade.
      claim.name = "ameli";
      const bool of_trade = out_.has(Concept::name_card) || out_.has(Concept::refund) || out_.has(Concept::card_state_strong) || out_.has(Concept::threat);
      if (hit.first > first_word() || sign_after(hit.last - 1) == ',' || !of_trade || !is_prefix(hit)) return;
      out_.claims.push_back(std::move(claim));
      return;
    }
    if (claim.name == "your_space") {
      claim.name = "mon_espace_sante";
      claim.by = Claim::By::verb;
      if (hit.first > first_word() + 2) return;
      out_.claims.push_back(std::move(claim));
      return;
    }
    if (hit.idea == Concept::name_card) {
      claim.by = Claim::By::card;
      if (is_card_news(hit) || heads_news(hit)) out_.claims.push_back(std::move(claim));
      return;
    }
    if (is_prefix(hit)) {
      claim.by = Claim::By::prefix;
    } else if (any_hit(Concept::informs, hit.last, hit.last + 4) && words_.tokens[hit.last - 1].sentence == words_.tokens[std::min<std::size_t>(hit.last, words_.tokens.size() - 1)].sentence) {
      claim.by = Claim::By::verb;
    } else if (is_introduced(hit)) {
      claim.by = Claim::By::verb;
    } else if (is_signature(hit)) {
      claim.by = Claim::By::signature;
    } else {
      return;
    }
    out_.claims.push_back(std::move(claim));
  }
  bool is_prefix(const Hit& hit) const {
    constexpr std::uint32_t reach = 4;
    const auto start = first_word();
    if (hit.first > 0 && speaks_for_it(hit.first)) return false;
    const bool near_top = hit.first <= reach || (hit.first >= start && hit.first <= start + reach);
    if (!near_top && out_.mode != Mode::question) return false;
    // Another name has already announced itself: "Centre de dépistage : l'Assurance Maladie vous invite".
    const auto& tokens = words_.tokens;
    for (auto at = out_.mode == Mode::question ? tokens[hit.first].from : tokens[std::min<std::size_t>(start, hit.first)].from; at < tokens[hit.first].from; ++at)
      if (plain_.text[at] == ':' && !any_hit(Concept::informs_loose, 0, hit.first)) return false;
    const char sign = sign_after(hit.last - 1);
    if (sign == ':' || sign == '-' || sign == ']' || sign == ')' || sign == '|' || sign == '\n' || sign == '>' || sign == '!' || sign == '/' || sign == '=' || sign == '*') return true;
    if ((sign == '.' || sign == ',') && hit.first <= 2) return true;
    return any_hit(Concept::informs, hit.last, hit.last + 5) || any_hit(Concept::informs_loose, hit.last, hit.last + 3);
  }
  // "Untel pour l'Assurance Maladie : ...": the name is a client's.
  bool speaks_for_it(std::uint32_t first) const {
    for (auto at = first; at > 0 && at + 2 > first; --at) {
      const auto& token = words_.tokens[at - 1];
      const std::string_view word(words_.shape.data() + token.begin, token.end - token.begin);
      if (word == "pour" || word == "avec") return true;
    }
    return false;
  }
  bool is_signature(const Hit& hit) const {
    constexpr std::uint32_t tail = 15;
    auto end = static_cast<std::uint32_t>(words_.tokens.size());
    while (end > 0 && words_.tokens[end - 1].is_link) --end;
    if (hit.last + tail < end) return false;
    const auto& sentence = words_.sentences[sentence_of(hit)];
    if (any_hit(Concept::sign_off, hit.first > 8 ? hit.first - 8 : 0, hit.last + 1)) return true;
    const bool closes = sentence_of(hit) + 1 >= words_.sentences.size() || words_.sentences[sentence_of(hit)].last + 1 >= end;
    return (sentence.line_start || closes) && sentence.last - sentence.first <= 5 && hit.first <= sentence.first + 2 && words_.sentences.size() > 1;
  }
  // "Je suis Paul, de la CPAM": in the same sentence, a few words before.
  bool is_introduced(const Hit& hit) const {
    constexpr std::uint32_t reach = 7;
    const auto from = std::max(words_.sentences[sentence_of(hit)].first, hit.first > reach ? hit.first - reach : 0);
    return any_hit(Concept::introduces, from, hit.first);
  }
  // "Carte Vitale : ..." on top, and nothing of a visit anywhere.
  bool heads_news(const Hit& hit) const {
    if (hit.first > first_word() || out_.has(Concept::card_mention) || out_.has(Concept::card_place)) return false;
    const char sign = sign_after(hit.last - 1);
    return sign == ':' || sign == '-' || sign == '|' || sign == ']';
  }
  // What happens to the reader's card, told as news; not a card to bring along.
  bool is_card_news(const Hit& hit) const {
    const auto at = sentence_of(hit);
    if (holds(at, Concept::card_alarm)) return true;
    if (holds(at, Concept::card_place)) return false;
    if (holds(at, Concept::card_state_strong)) return true;
    if (holds(at, Concept::card_mention)) return false;
    return holds(at, Concept::card_state) || (holds_near(at, Concept::card_state_strong) && !holds_near(at, Concept::card_place) && !holds_near(at, Concept::card_mention));
  }

  bool is_asked(const Hit& hit) const {
    const auto at = sentence_of(hit);
    const bool under_list = words_.sentences[at].bullet && at > 0 && holds_near(at - 1, Concept::ask_verb);
    switch (hit.idea) {
      case Concept::card_data: case Concept::credentials: case Concept::nir: case Concept::identity: case Concept::medical_data:
        return holds(at, Concept::ask_verb) || under_list;
      case Concept::pay:
        return holds(at, Concept::ask_verb) || holds(at, Concept::click);
      default:
        return false;
    }
  }

  void find_situations() {
    for (std::uint32_t at = 0; at < holds_.size(); ++at) {
      if (holds(at, Concept::refund) && holds_near(at, Concept::refund_pending) && !holds(at, Concept::refund_done) && !out_.health_refund_waits &&
          (holds_near(at, Concept::health) || holds_near(at, Concept::name_insurer) || holds_near(at, Concept::name_card) || holds_near(at, Concept::name_space))) {
        out_.health_refund_waits = true;
        out_.refund_at = words_.sentences[at].first;
      }
      if (holds(at, Concept::insured_matter) && !out_.insured_alarm && !holds_near(at, Concept::card_mention) &&
          (holds_near(at, Concept::threat) || holds_near(at, Concept::card_state_strong) || holds_near(at, Concept::card_alarm))) {
        out_.insured_alarm = true;
        out_.insured_at = words_.sentences[at].first;
      }
      if (holds(at, Concept::lure_parcel) && holds_near(at, Concept::lure_parcel_trouble)) out_.parcel_trouble = true;
    }
  }

  const Plain& plain_;
  const Words& words_;
  const std::vector<Hit>& hits_;
  const Lexicon& lexicon_;
  std::vector<bool> denied_;
  std::vector<Ideas> holds_;
  Speech out_;
};

}  // namespace

Speech speech_of(const Plain& plain, const Words& words, const std::vector<Hit>& hits, const Lexicon& lexicon) {
  return Reader(plain, words, hits, lexicon).read();
}

}  // namespace carnet::vigilance
