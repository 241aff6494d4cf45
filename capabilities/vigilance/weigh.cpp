// The verdict over what was gathered, the first that holds: hard evidence of identity, weaker signs, nothing.
#include <algorithm>
#include <array>

#include "vigilance/evidence.hpp"

namespace carnet::vigilance {
namespace {

using Kind = HostJudgement::Kind;
// An e-mail is long and holds many signs by chance.
constexpr int suspicious_from = 30, suspicious_mail_from = 48;

bool is_cheap_top(std::string_view registrable) {
  constexpr std::array<std::string_view, 46> tops{
      "xyz", "top", "info", "online", "site", "shop", "click", "live", "icu", "club", "buzz", "cfd", "sbs", "rest", "cyou", "monster",
      "quest", "lol", "bond", "support", "fit", "gq", "tk", "ml", "cf", "ga", "pw", "su", "ru", "cn", "cc", "ws", "vip", "work", "link",
      "mom", "beauty", "hair", "skin", "autos", "homes", "store", "digital", "space", "website", "fun"};
  return std::find(tops.begin(), tops.end(), registrable.substr(registrable.rfind('.') + 1)) != tops.end();
}

// Stable, for the few dozen reasons a message has.
template <class List, class Before>
void in_order(List& list, Before before) {
  for (std::size_t i = 1; i < list.size(); ++i)
    for (std::size_t j = i; j > 0 && before(list[j], list[j - 1]); --j) std::swap(list[j], list[j - 1]);
}

class Weigher {
 public:
  Weigher(const Engine::State& state, const Material& material, const Campaigns& campaigns)
      : state_(state), m_(material), s_(material.speech), campaigns_(campaigns) {
    for (const auto& lead : m_.leads) {
      if (lead.is_quoted) continue;
      if (lead.elsewhere() && !lead.is_own && (!elsewhere_ || rank(lead) > rank(*elsewhere_))) elsewhere_ = &lead;
      if (lead.is_own) has_own_ = true;
      if (lead.judged.kind == Kind::official) has_official_ = true;
      if (lead.judged.kind == Kind::known || lead.judged.kind == Kind::state) has_known_ = true;
    }
  }

  Judgement judge() {
    out_.print = print_of(m_.words);
    look_alikes();
    identity();
    listed();
    soft_leads();
    soft_sender();
    soft_numbers();
    soft_words();
    settle();
    out_.like_true_notice = s_.all[static_cast<std::size_t>(Concept::name_space)] > 0 && s_.all[static_cast<std::size_t>(Concept::notice)] > 0;
    return std::move(out_);
  }

 private:
  static int rank(const Lead& lead) {
    switch (lead.judged.kind) {
      case Kind::look_alike: return 9;
      case Kind::imitation: return 8;
      case Kind::address: return 7;
      case Kind::shortener: case Kind::hosting: case Kind::messaging: return 6;
      default: return 5;
    }
  }
  Span span_of(std::uint32_t first, std::uint32_t last) const {
    const auto& tokens = m_.words.tokens;
    if (first >= last || last > tokens.size()) return {};
    return {m_.plain.from[tokens[first].from], m_.plain.from[tokens[last - 1].to]};
  }
  std::vector<Span> spans_of(const Lead& lead) const {
    if (!lead.in_text) return {};
    return {{m_.plain.from[lead.link.plain.begin], m_.plain.from[lead.link.plain.end]}};
  }
  std::vector<Span> spans_of(Concept idea) const {
    std::vector<Span> spans;
    for (const auto& hit : m_.hits)
      if (hit.idea == idea && spans.size() < 4 && !s_.quoted[hit.first]) spans.push_back(span_of(hit.first, hit.last));
    return spans;
  }
  void hard(Sign sign, std::string subject, std::string name, std::vector<Span> spans) {
    hard_.push_back({sign, std::move(subject), std::move(name), std::move(spans)});
  }
  void soft(int weight, Sign sign, std::string subject, std::string name, std::vector<Span> spans) {
    weight_ += weight;
    soft_.emplace_back(weight, Reason{sign, std::move(subject), std::move(name), std::move(spans)});
  }

  void look_alikes() {
    for (const auto& lead : m_.leads) {
      const bool in_tail = lead.elsewhere() && (lead.path_names_official || lead.user_names_official);
      if (lead.judged.kind != Kind::look_alike && !in_tail) continue;
      if (lead.is_quoted) {
        quoted_evidence_ = true;
        continue;
      }
      auto name = in_tail && lead.judged.imitates.empty() ? std::string("Assurance Maladie") : lead.judged.imitates;
      hard(Sign::look_alike_host, lead.link.host.ascii, std::move(name), spans_of(lead));
      if (hard_.size() > 20) break;
    }
    if (m_.sender.judged.kind == Kind::look_alike) hard(Sign::look_alike_sender, m_.sender.domain, m_.sender.judged.imitates, {});
  }

  // Only its own site or number is where it sends: typed, or linked.
  bool sends_home() const { return !elsewhere_ && !sends_to_number() && (has_official_ || s_.official_lead || has_known_ || has_own_); }
  bool sends_to_number() const {
    return std::any_of(m_.phones.begin(), m_.phones.end(), [&](const FoundPhone& p) { return is_stranger(p); });
  }
  // Only listed sites, and beside them at most a number of the kinds that firms have.
  bool leads_to_known() const {
    const bool only_firms = std::all_of(m_.phones.begin(), m_.phones.end(), [&](const FoundPhone& p) {
      return !is_stranger(p) || p.kind == PhoneKind::geographic || p.kind == PhoneKind::internet || p.kind == PhoneKind::free || p.kind == PhoneKind::shared;
    });
    return !elsewhere_ && has_known_ && only_firms;
  }
  bool is_stranger(const FoundPhone& phone) const {
    if (phone.kind == PhoneKind::emergency || phone.kind == PhoneKind::short_message) return false;
    const auto* official = state_.registry.number_of(phone.number, m_.on);
    return (!official && phone.kind != PhoneKind::short_service) || (official && official->they_call);
  }

  void identity() {
    for (const auto& claim : s_.claims) {
      if (!claim.is_protected) continue;
      const auto name = state_.registry.display_of(claim.name);
      std::vector<Span> spans;
      if (claim.first < claim.last) spans.push_back(span_of(claim.first, claim.last));
      if (elsewhere_ && !(claim.by == Claim::By::signature && m_.sender.known && m_.sender.judged.kind == Kind::known)) {
        auto with_link = spans;
        for (const auto& span : spans_of(*elsewhere_)) with_link.push_back(span);
        if (wants_something(claim)) {
          hard(Sign::speaks_as_elsewhere, elsewhere_->link.host.ascii, name, std::move(with_link));
        } else if (!told_elsewhere_) {
          told_elsewhere_ = true;
          soft(16, Sign::speaks_as_elsewhere, elsewhere_->link.host.ascii, name, std::move(with_link));
        }
      }
      for (const auto& phone : m_.phones)
        if (phone.kind == PhoneKind::premium && s_.has(Concept::call)) hard(Sign::speaks_as_premium, phone.number, name, spans);
      if (!sends_home()) never_asked(claim, name, spans);
      if (hard_.size() > 20) break;
    }
    const bool is_mutual = s_.has(Concept::lure_mutual);
    const bool wants = s_.has(Concept::click) || s_.has(Concept::identity) || s_.has(Concept::card_data) || s_.has(Concept::ask_verb) || m_.words.tokens.size() < 60;
    const bool named = (elsewhere_ && (elsewhere_->judged.kind != Kind::unlisted || strangeness(*elsewhere_) >= (asks(Concept::card_data) ? 12 : 18))) || s_.has(Concept::name_insurer) || s_.has(Concept::name_card) || s_.has(Concept::name_space);
    if (s_.health_refund_waits && elsewhere_ && wants && !is_mutual && named && m_.form == Message::Form::text && elsewhere_->judged.kind != Kind::messaging)
      hard(Sign::refund_form, elsewhere_->link.host.ascii, "Assurance Maladie", {span_of(s_.refund_at, s_.refund_at + 1)});
    if (s_.insured_alarm && elsewhere_ && wants && !is_mutual && hard_.empty() && m_.form == Message::Form::text && is_loose_end(*elsewhere_))
      hard(Sign::speaks_as_elsewhere, elsewhere_->link.host.ascii, "Assurance Maladie", {span_of(s_.insured_at, s_.insured_at + 1)});
    for (const auto& ask : s_.asks)
      if (s_.has(Concept::name_fc) && ask.what == Concept::credentials && !sends_home()) {
        hard(Sign::never_asked, {}, "FranceConnect", {span_of(ask.first, ask.last)});
        break;
      }
  }
  // Nobody the message names, nor a French association or firm of its own name.
  bool is_loose_end(const Lead& lead) const {
    if (lead.judged.kind == Kind::messaging) return false;
    const bool other_speaks = std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return !c.is_protected; });
    return !other_speaks && !has_official_ && !has_known_ && (lead.judged.kind != Kind::unlisted || strangeness(lead) >= 12);
  }
  // Named in passing ("l'Assurance Maladie vous invite ... depistage-region.org"), a name claims less than at the head, and counts
  // with something the message wants.
  bool wants_something(const Claim& claim) const {
    if (claim.by == Claim::By::sender && m_.sender.judged.kind == Kind::official) {
      // An official address may be forged, and its true letters pass through a mailing company's links.
      const bool asks = std::any_of(s_.asks.begin(), s_.asks.end(), [](const Ask& a) { return a.what != Concept::identity && a.what != Concept::medical_data; });
      return asks || s_.health_refund_waits || s_.has(Concept::card_state_strong) || s_.has(Concept::threat) || elsewhere_->judged.kind != Kind::unlisted || strangeness(*elsewhere_) >= 18;
    }
    if (claim.by == Claim::By::prefix || claim.by == Claim::By::sender || claim.by == Claim::By::card) return true;
    return !s_.asks.empty() || s_.has(Concept::threat) || s_.has(Concept::card_state_strong) || s_.has(Concept::card_alarm) || s_.has(Concept::refund_pending) || elsewhere_->judged.of_trade ||
           elsewhere_->judged.kind != Kind::unlisted || is_cheap_top(elsewhere_->judged.registrable);
  }
  void never_asked(const Claim& claim, const std::string& name, const std::vector<Span>& spans) {
    for (const auto& ask : s_.asks) {
      const bool of_card = claim.by == Claim::By::card || claim.name == "vitale" || claim.name == "mon_espace_sante" || claim.name == "dmp" || claim.name == "ameli";
      const bool never = ask.what == Concept::card_data || ask.what == Concept::credentials || ask.what == Concept::nir || ask.what == Concept::medical_data ||
                         (ask.what == Concept::pay && of_card);
      // With nowhere to give it, "préparez votre numéro" asks for nothing.
      const bool can_give = elsewhere_ || sends_to_number() || s_.has(Concept::reply);
      if (!never || !can_give) continue;
      auto all = spans;
      all.push_back(span_of(ask.first, ask.last));
      hard(Sign::never_asked, {}, name, std::move(all));
      return;
    }
  }

  bool asks(Concept what) const {
    return std::any_of(s_.asks.begin(), s_.asks.end(), [&](const Ask& ask) { return ask.what == what; });
  }

  void listed() {
    if (const auto* entry = campaigns_.near(out_.print)) hard(Sign::confirmed_campaign, entry->name, {}, {});
    for (const auto& lead : m_.leads)
      if (!lead.is_quoted && (campaigns_.holds_host(lead.judged.registrable) || campaigns_.holds_host(lead.link.host.ascii)))
        hard(Sign::listed_host, lead.link.host.ascii, {}, spans_of(lead));
    for (const auto& phone : m_.phones)
      if (campaigns_.holds_number(phone.number)) hard(Sign::listed_number, phone.number, {}, {});
  }

  void soft_leads() {
    const Lead* unlisted = nullptr;
    bool seen[8] = {};
    const auto once = [&](int slot) {
      const bool first = !seen[slot];
      seen[slot] = true;
      return first;
    };
    for (const auto& lead : m_.leads) {
      if (lead.is_quoted || lead.link.is_mail) continue;
      const auto& host = lead.link.host.ascii;
      if (lead.judged.kind == Kind::imitation && lead.judged.registrable != m_.sender.registrable && once(0)) soft(lead.judged.of_trade || m_.host_alone || is_cheap_top(lead.judged.registrable) ? 30 : 18, Sign::other_look_alike, host, lead.judged.imitates, spans_of(lead));
      if (lead.judged.kind == Kind::shortener && once(1)) soft(18, Sign::shortener, host, {}, spans_of(lead));
      if (lead.judged.kind == Kind::hosting && once(2)) soft(18, Sign::free_hosting, host, {}, spans_of(lead));
      if (lead.judged.kind == Kind::address && once(3)) soft(30, Sign::address_literal, host, {}, spans_of(lead));
      if (lead.judged.kind == Kind::messaging && once(4)) soft(12, Sign::messaging_number, host, {}, spans_of(lead));
      if (!lead.link.user.empty() && lead.link.has_scheme && once(5)) soft(30, Sign::user_part, host, {}, spans_of(lead));
      if (lead.judged.mixed_scripts && once(6)) soft(30, Sign::mixed_scripts, host, {}, spans_of(lead));
      if (lead.text_differs && once(7)) soft(lead.judged.kind == Kind::known ? 3 : lead.shows_listed ? 30 : lead.judged.registrable == m_.sender.registrable ? 3 : 12, Sign::link_text_differs, host, {}, {});
      if (lead.link.obscured && lead.elsewhere()) obscured_ = &lead;
      if (lead.path_names_protected && lead.elsewhere() && !lead.is_own) in_path_ = &lead;
      if (lead.judged.kind == Kind::unlisted && !lead.is_own) unlisted = &lead;
    }
    if (obscured_) soft(15, Sign::obscured_link, obscured_->link.host.ascii, {}, spans_of(*obscured_));
    if (in_path_) soft(15, Sign::name_in_path, in_path_->link.host.ascii, {}, spans_of(*in_path_));
    if (unlisted) soft(m_.host_alone && unlisted->judged.of_trade && is_cheap_top(unlisted->judged.registrable) ? 30 : strangeness(*unlisted), Sign::unknown_host, unlisted->link.host.ascii, {}, spans_of(*unlisted));
    mixed_words();
  }
  // A host that bears a name the message bears is less of a stranger ("Garage Leroux ... garage-leroux.com").
  int strangeness(const Lead& lead) const {
    const auto& registrable = lead.judged.registrable;
    constexpr std::size_t shortest = 4;
    if (is_cheap_top(registrable)) return lead.judged.of_trade ? 26 : 18;
    if (lead.judged.of_trade) return 20;
    std::string_view label(registrable);
    label = label.substr(0, label.find('.'));
    while (!label.empty()) {
      const auto end = std::min(label.find('-'), label.size());
      if (end >= shortest && bears(shape_of(label.substr(0, end)))) return 4;
      label.remove_prefix(std::min(end + 1, label.size()));
    }
    return registrable.ends_with(".fr") || registrable.ends_with(".org") ? 8 : 12;
  }
  bool is_capital(std::size_t token) const {
    const std::size_t at = m_.plain.from[m_.words.tokens[token].from];
    const auto byte = [&](std::size_t i) { return i < m_.shown.size() ? static_cast<unsigned char>(m_.shown[i]) : 0u; };
    return (byte(at) >= 'A' && byte(at) <= 'Z') || (byte(at) >= '0' && byte(at) <= '9') || (byte(at) == 0xC3 && byte(at + 1) < 0x9F);
  }
  // The message holds that word as a name, and not as one of the words lures are made of ("soins", "paiement").
  bool bears(const std::string& label) const {
    const auto& words = m_.words;
    for (auto at = words.shape.find(label); at != std::string::npos; at = words.shape.find(label, at + 1)) {
      const bool common = std::any_of(m_.hits.begin(), m_.hits.end(), [&](const Hit& hit) {
        const bool names = hit.idea == Concept::org || hit.idea == Concept::card_place || hit.idea == Concept::sign_off || hit.idea == Concept::lure_job;
        return !names && words.tokens[hit.first].begin <= at && words.tokens[hit.last - 1].end >= at + label.size();
      });
      const auto token = std::upper_bound(words.tokens.begin(), words.tokens.end(), at, [](std::size_t x, const Token& t) { return x < t.begin; });
      if (!common && token != words.tokens.begin() && is_capital(static_cast<std::size_t>(token - words.tokens.begin()) - 1)) return true;
    }
    return false;
  }
  void mixed_words() {
    for (std::uint32_t i = 0; i < m_.words.tokens.size(); ++i)
      if (m_.words.tokens[i].mixed && m_.words.tokens[i].to - m_.words.tokens[i].from > 3) {
        soft(elsewhere_ ? 30 : 18, Sign::mixed_scripts, {}, {}, {span_of(i, i + 1)});
        return;
      }
  }

  void soft_sender() {
    const auto& sender = m_.sender;
    if (sender.several) soft(30, Sign::two_senders, sender.address, {}, {});
    if (sender.judged.kind == Kind::imitation) soft(sender.judged.of_trade || is_cheap_top(sender.registrable) ? 30 : 18, Sign::other_look_alike, sender.domain, sender.judged.imitates, {});
    if (sender.judged.mixed_scripts) soft(30, Sign::mixed_scripts, sender.domain, {}, {});
    if (sender.reply_elsewhere) soft(12, Sign::reply_elsewhere, {}, {}, {});
    if (m_.passwords_asked) soft(25, Sign::password_form, {}, {}, {});
    if (m_.risky_attachment > 0) soft(m_.risky_attachment == 3 ? 30 : m_.risky_attachment == 2 ? 22 : 6, Sign::risky_attachment, {}, {}, {});
    if (m_.has_picture && m_.words.tokens.size() < 40) soft(m_.words.tokens.size() < 15 ? 15 : 8, Sign::picture_only, {}, {}, {});
    if (sender.known && sender.judged.kind == Kind::unlisted && !sender.is_mailbox && (sender.judged.of_trade || is_cheap_top(sender.registrable)))
      soft(sender.judged.of_trade && is_cheap_top(sender.registrable) ? 18 : 12, Sign::unknown_host, sender.domain, {}, {});
    const bool stranger = sender.known && (sender.judged.kind == Kind::unlisted || sender.is_mailbox || sender.judged.kind == Kind::hosting);
    for (const auto& claim : s_.claims) {
      if (claim.by != Claim::By::sender || !stranger) continue;
      soft(claim.is_protected ? (sender.is_mailbox || m_.has_picture ? 50 : 34) : sender.is_mailbox ? 24 : 14, Sign::sender_mismatch, sender.address, state_.registry.display_of(claim.name), {});
      break;
    }
    for (const auto& claim : s_.claims) {
      if (claim.is_protected || !elsewhere_ || belongs(claim.name)) continue;
      soft(elsewhere_->judged.kind == Kind::shortener || elsewhere_->judged.kind == Kind::hosting ? 20 : claim.by == Claim::By::prefix && m_.form == Message::Form::text ? 18 : 15, Sign::other_elsewhere, elsewhere_->link.host.ascii,
           state_.registry.display_of(claim.name), claim.first < claim.last ? std::vector{span_of(claim.first, claim.last)} : std::vector<Span>());
      break;
    }
  }
  // Some link, or the sender, is of that organisation.
  bool belongs(const std::string& organisation) const {
    const auto is_theirs = [&](const std::string& host) {
      const auto* site = state_.registry.site_of(host, m_.on);
      return site && site->organisation == organisation;
    };
    return is_theirs(m_.sender.domain);
  }

  void soft_numbers() {
    const FoundPhone* stranger = nullptr;
    for (const auto& phone : m_.phones) {
      const auto* official = state_.registry.number_of(phone.number, m_.on);
      if (official && official->they_call && s_.has(Concept::call)) soft(30, Sign::they_call_only, phone.number, official->organisation, {span(phone)});
      if (!stranger && is_stranger(phone)) stranger = &phone;
      if (phone.kind == PhoneKind::premium) stranger = &phone;
    }
    if (!stranger) return;
    const bool trains = s_.has(Concept::lure_training) && s_.has(Concept::threat);
    const bool calls = s_.has(Concept::call) || ((bank_alarm() || trains) && m_.words.tokens.size() < 60);
    const bool is_short = m_.form == Message::Form::text && m_.words.tokens.size() < 60;
    if (stranger->kind == PhoneKind::premium && (calls || (is_short && stranger->number.starts_with("+33") && !tells_price()))) soft(30, Sign::premium_number, stranger->number, {}, {span(*stranger)});
    const bool claimed = std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return c.is_protected && c.by != Claim::By::card; });
    const bool pressed = s_.has(Concept::threat) || bank_alarm();
    // Its own business, and a number that is not its own: a mobile, or what it never says in a message.
    const bool of_card = std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return c.by == Claim::By::card; });
    const bool its_business = s_.insured_alarm || s_.health_refund_waits || of_card || asks(Concept::card_data) || asks(Concept::nir);
    const bool away = stranger->kind == PhoneKind::mobile || stranger->kind == PhoneKind::abroad;
    if (calls && (claimed || of_card) && (its_business || (away && pressed)) && stranger->kind != PhoneKind::premium && stranger->kind != PhoneKind::free)
      hard(Sign::speaks_as_elsewhere, stranger->number, "Assurance Maladie", {span(*stranger)});
    if (calls && claimed && stranger->kind != PhoneKind::free) {
      const bool wanted = pressed || lure_count() > 0 || !s_.asks.empty() || stranger->kind == PhoneKind::mobile;
      soft(wanted ? 30 : 18, Sign::call_back_number, stranger->number, {}, {span(*stranger)});
    } else if (calls && (pressed || lure_count() > 0) && stranger->kind != PhoneKind::premium) {
      soft(stranger->kind == PhoneKind::abroad ? 20 : 12, Sign::call_back_number, stranger->number, {}, {span(*stranger)});
    }
    const bool other_speaks = std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return !c.is_protected && c.by == Claim::By::prefix; });
    if (calls && away && s_.has(Concept::lure_bank) && !pressed) soft(30, Sign::call_back_number, stranger->number, {}, {span(*stranger)});
    if (calls && other_speaks && stranger->kind != PhoneKind::premium && (s_.number(Concept::lure_bank) + s_.number(Concept::lure_support) >= 3))
      soft(10, Sign::call_back_number, stranger->number, {}, {span(*stranger)});
    if (s_.has(Concept::message_back)) soft(12, Sign::messaging_number, stranger->number, {}, {span(*stranger)});
  }
  Span span(const FoundPhone& phone) const { return {m_.plain.from[phone.plain.begin], m_.plain.from[phone.plain.end]}; }

  // What a premium number costs is said by who may be called there in good faith.
  bool tells_price() const { return m_.plain.text.find("/min") != std::string::npos || m_.plain.text.find("/appel") != std::string::npos || m_.plain.text.find("la minute") != std::string::npos; }
  bool bank_alarm() const { return s_.number(Concept::lure_bank) >= 3 || (s_.number(Concept::lure_bank) >= 2 && (elsewhere_ || sends_to_number())); }

  struct Lure {
    Concept idea;
    int weight;
    bool holds;
  };
  std::vector<Lure> lures() const {
    const bool acts = elsewhere_ || s_.has(Concept::click) || !s_.asks.empty() || s_.has(Concept::call) || s_.has(Concept::message_back) || s_.has(Concept::ask_verb);
    const bool pays = s_.has(Concept::pay);
    const auto n = [&](Concept idea) { return s_.number(idea); };
    return {{Concept::lure_parcel, 14, s_.parcel_trouble && acts}, {Concept::lure_fine, 14, n(Concept::lure_fine) >= 1 && (pays || s_.has(Concept::threat))},
            {Concept::lure_tax, 10, n(Concept::lure_tax) >= 1 && (s_.has(Concept::refund) || pays || s_.has(Concept::threat))},
            {Concept::lure_bank, 18, bank_alarm()}, {Concept::lure_subscription, 10, n(Concept::lure_subscription) >= 1 && s_.has(Concept::threat)},
            {Concept::lure_prize, 14, n(Concept::lure_prize) >= 2 && acts}, {Concept::lure_family, 28, n(Concept::lure_family) >= 1 && (n(Concept::family) >= 1 || s_.has(Concept::message_back))},
            {Concept::lure_invest, 16, n(Concept::lure_invest) >= 2}, {Concept::lure_job, 20, n(Concept::lure_job) >= 2 && (s_.has(Concept::message_back) || has_messaging())},
            {Concept::lure_heir, 38, n(Concept::lure_heir) >= 4}, {Concept::lure_extort, 38, n(Concept::lure_extort) >= 4},
            {Concept::lure_court, 38, n(Concept::lure_court) >= 4}, {Concept::lure_training, 14, (n(Concept::lure_training) >= 2 && acts) || (n(Concept::lure_training) >= 1 && s_.has(Concept::threat) && sends_to_number())},
            {Concept::lure_energy, 12, n(Concept::lure_energy) >= 2 && acts}, {Concept::lure_support, 12, n(Concept::lure_support) >= 3},
            {Concept::lure_voice, 12, n(Concept::lure_voice) >= 1 && acts}, {Concept::lure_storage, 14, n(Concept::lure_storage) >= 2 && s_.has(Concept::threat)},
            {Concept::lure_doc, 12, n(Concept::lure_doc) >= 2}, {Concept::lure_rib, 22, n(Concept::lure_rib) >= 1},
            {Concept::lure_mutual, 8, n(Concept::lure_mutual) >= 2}, {Concept::lure_benefit, 12, n(Concept::lure_benefit) >= 1 && (s_.has(Concept::refund_pending) && acts)},
            {Concept::code_back, 32, n(Concept::code_back) >= 1 && (n(Concept::credentials) >= 1 || n(Concept::card_data) >= 1)}, {Concept::untraceable, 32, n(Concept::untraceable) >= 1 && pays && s_.has(Concept::ask_verb)},
            {Concept::refund, 14, s_.health_refund_waits || (s_.has(Concept::refund) && s_.has(Concept::refund_pending) && acts)},
            {Concept::name_card, 14, std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return c.by == Claim::By::card; })}};
  }
  int lure_count() const {
    const auto all = lures();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const Lure& l) { return l.holds; }));
  }
  bool has_messaging() const {
    return std::any_of(m_.leads.begin(), m_.leads.end(), [](const Lead& l) { return l.judged.kind == Kind::messaging; });
  }

  void soft_words() {
    if (s_.mode == Mode::report) return;
    const int before = weight_;
    int best = 0, others = 0;
    for (const auto& lure : lures()) {
      if (!lure.holds) continue;
      others += best == 0 ? 0 : 4;
      best = std::max(best, lure.weight);
      soft(0, Sign::lure, {}, {}, spans_of(lure.idea));
    }
    weight_ += best + std::min(others, 8);
    const int threats = s_.number(Concept::threat);
    if (threats > 0) soft(threats >= 2 ? 12 : 8, Sign::threat, {}, {}, spans_of(Concept::threat));
    ask(Concept::card_data, 12, Sign::asks_card);
    ask(Concept::pay, 8, Sign::asks_payment);
    ask(Concept::credentials, elsewhere_ || sends_to_number() ? 10 : 4, Sign::asks_credentials);
    ask(Concept::nir, 12, Sign::asks_identity);
    ask(Concept::identity, 8, Sign::asks_identity);
    if (s_.has(Concept::click) && elsewhere_) weight_ += 5;
    // Words alone lead nowhere; a long text holds many by chance; a sender who links home is less of a stranger.
    const int words = weight_ - before;
    int kept_words = words;
    const bool strong_alone = best >= 28;
    // No firm asks by mail for a card or a password.
    const bool asks_keys = m_.form == Message::Form::email && has_own_ && s_.has(Concept::click) && (asks(Concept::credentials) || asks(Concept::card_data)) && s_.has(Concept::threat);
    if (!strong_alone && !elsewhere_ && (!sends_to_number() || leads_to_known()) && !m_.sender.is_mailbox && m_.risky_attachment < 2 && !m_.passwords_asked) kept_words = std::min(words, asks_keys ? 34 : 14);
    // "Ville de Metz ... metz.fr": a host that bears the name of who speaks, and that nobody imitates.
    const bool bears_name = elsewhere_ && elsewhere_->judged.kind == Kind::unlisted && s_.claims.empty() && !sends_to_number() && m_.form == Message::Form::text && elsewhere_->judged.registrable.ends_with(".fr") && strangeness(*elsewhere_) <= 4;
    if (!strong_alone && bears_name) kept_words = std::min(words, 18);
    if (!strong_alone && m_.words.tokens.size() > 120) kept_words = kept_words * 7 / 10;
    weight_ = before + kept_words;
    answers_asked();
  }
  // Where to answer when there is no link: the message itself, a mailbox anyone may have, FranceConnect on a stranger's site.
  void answers_asked() {
    const bool back = s_.has(Concept::answer_here) && !sends_home();
    const bool claimed = std::any_of(s_.claims.begin(), s_.claims.end(), [](const Claim& c) { return c.is_protected; });
    if (back && claimed && (s_.has(Concept::threat) || asks(Concept::identity) || asks(Concept::nir))) {
      soft(22, Sign::asks_identity, {}, {}, spans_of(Concept::answer_here));
    } else if (back && ((asks(Concept::nir) && s_.has(Concept::name_insurer)) || asks(Concept::card_data) || asks(Concept::credentials))) {
      soft(18, Sign::asks_identity, {}, {}, spans_of(Concept::answer_here));
    }
    if (elsewhere_ && s_.has(Concept::name_fc) && (s_.has(Concept::click) || s_.has(Concept::ask_verb) || s_.has(Concept::credentials)))
      soft(14, Sign::asks_credentials, elsewhere_->link.host.ascii, {}, spans_of(Concept::name_fc));
    if (s_.number(Concept::lure_court) < 2 || m_.form != Message::Form::text) return;
    for (const auto& lead : m_.leads)
      if (lead.link.is_mail && !lead.is_quoted && state_.registry.is_mailbox(lead.judged.registrable))
        return soft(20, Sign::reply_elsewhere, lead.link.host.ascii, {}, spans_of(lead));
  }
  void ask(Concept what, int weight, Sign sign) {
    for (const auto& asked : s_.asks)
      if (asked.what == what) return soft(weight, sign, {}, {}, {span_of(asked.first, asked.last)});
  }

  int threshold() const { return m_.form == Message::Form::email ? suspicious_mail_from : suspicious_from; }
  void settle() {
    in_order(soft_, [](const auto& a, const auto& b) { return a.first > b.first; });
    in_order(hard_, [](const Reason& a, const Reason& b) { return a.sign < b.sign; });
    if (hard_.size() > 4) hard_.resize(4);
    out_.weight = weight_;
    const bool capped = s_.mode != Mode::direct;
    if (!hard_.empty() && !capped) {
      out_.verdict = Verdict::scam;
    } else if (!hard_.empty() && (s_.mode == Mode::question || hard_.front().sign <= Sign::look_alike_sender)) {
      out_.verdict = Verdict::suspicious;
    } else if (weight_ >= threshold()) {
      out_.verdict = Verdict::suspicious;
    } else if (s_.mode != Mode::report && learns()) {
      out_.verdict = Verdict::suspicious;
      soft_.insert(soft_.begin(), {0, Reason{Sign::learned, {}, {}, {}}});
    }
    if (out_.verdict == Verdict::scam || out_.verdict == Verdict::suspicious) out_.reasons = std::move(hard_);
    if (capped && (!out_.reasons.empty() || quoted_evidence_)) out_.reasons.push_back({Sign::quoted, {}, {}, {}});
    for (auto& [weight, reason] : soft_)
      if (out_.reasons.size() < 12) out_.reasons.push_back(std::move(reason));
    out_.shown = m_.shown;
  }
  // The learned score adds to the signs, and only where there is somewhere to be led: alone it lifts nothing.
  bool learns() const {
    const bool leads = elsewhere_ || (sends_to_number() && !leads_to_known()) || (m_.form == Message::Form::email && m_.sender.is_mailbox);
    return leads && weight_ >= 10 && weight_ + state_.model.likeness(m_.words.shape) >= threshold();
  }

  const Engine::State& state_;
  const Material& m_;
  const Speech& s_;
  const Campaigns& campaigns_;
  const Lead* elsewhere_ = nullptr;
  const Lead* obscured_ = nullptr;
  const Lead* in_path_ = nullptr;
  bool has_own_ = false, has_official_ = false, has_known_ = false, quoted_evidence_ = false, told_elsewhere_ = false;
  Judgement out_;
  std::vector<Reason> hard_;
  std::vector<std::pair<int, Reason>> soft_;
  int weight_ = 0;
};

}  // namespace

Judgement weigh(const Engine::State& state, const Material& material, const Campaigns& campaigns) {
  return Weigher(state, material, campaigns).judge();
}

}  // namespace carnet::vigilance
