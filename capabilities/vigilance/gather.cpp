// From a message to what it holds.
#include <algorithm>

#include "vigilance/evidence.hpp"

namespace carnet::vigilance {
namespace {

using Kind = HostJudgement::Kind;

// A protected name in the path or in front of an @: words parted as the labels of a host are.
bool names_protected(const Engine::State& state, std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, 200)) name += is_word(c) || c == '.' ? c : '-';
  return state.hosts.judge(name, {}).of == Likeness::Of::protected_name;
}
bool names_official(const Engine::State& state, std::string_view text, Date on) {
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = std::min(text.find_first_of("/?=&@:#-", at), text.size());
    const auto part = text.substr(at, end - at);
    if (part.find('.') != std::string_view::npos) {
      const auto* site = state.registry.site_of(part, on);
      if (site && site->kind == Kind::official) return true;
    }
    at = end + 1;
  }
  return false;
}

Lead lead_of(const Engine::State& state, FoundLink link, Date on) {
  Lead lead;
  lead.judged = judge_name(state, link.host, on);
  if (lead.elsewhere()) {
    lead.path_names_official = names_official(state, link.path, on);
    lead.path_names_protected = !link.path.empty() && names_protected(state, link.path);
    lead.user_names_official = !link.user.empty() && (names_official(state, link.user, on) || names_protected(state, link.user));
  }
  lead.link = std::move(link);
  return lead;
}

// "ameli.fr : votre carte ..."
bool speaks_first(const Material& material, std::size_t after) {
  const auto& text = material.plain.text;
  while (after < text.size() && text[after] == ' ') ++after;
  return after < text.size() && (text[after] == ':' || text[after] == '-' || text[after] == '\n');
}

bool is_link_sign(char c) { return is_word(c) || c == '.' || c == '-' || c == '/' || c == ':' || c == '@' || c == '?' || c == '=' || c == '&' || c == '_' || c == '%'; }

// What stands at the end of a line that goes on below: white space with a line end in it, marks of quotation, of a soft line
// end, of HTML. `at` is a line end; answers where the line begins again, and sets where it stopped.
std::size_t past_break(const std::string& text, std::size_t at, std::size_t& stop) {
  stop = at;
  const auto ends = [&](std::string_view mark) { return stop >= mark.size() && std::string_view(text).substr(stop - mark.size(), mark.size()) == mark; };
  while (stop > 0 && (text[stop - 1] == ' ' || text[stop - 1] == '\r')) --stop;
  if (ends("=")) --stop;
  if (ends("<br>")) stop -= 4;
  while (stop > 0 && text[stop - 1] == ' ') --stop;
  std::size_t next = at;
  constexpr std::size_t longest = 24;
  while (next < text.size() && next < at + longest && (text[next] == ' ' || text[next] == '\r' || text[next] == '\n' || text[next] == '>' || text[next] == '\t')) ++next;
  return next;
}

struct Cut {
  std::size_t begin = 0, stop = 0, next = 0, end = 0;  // [begin, stop) before the break, [next, end) after it
  std::string more{};  // after a second break
};

// A name that a line end cuts in two, and that imitates a protected one only when both halves are read together. A word alone
// at the end of a line goes on only into what is an address by itself and not an official one.
std::optional<Lead> lead_across(const Engine::State& state, const Material& material, const Cut& cut) {
  const auto& text = material.plain.text;
  const std::string before = text.substr(cut.begin, cut.stop - cut.begin), after = text.substr(cut.next, cut.end - cut.next) + cut.more;
  const bool is_address = before.find_first_of("./:") != std::string::npos || before.ends_with('-') || before == "www" || before.starts_with("http");
  if ((before + after).find('.') == std::string::npos || (!is_address && after.find('.') == std::string::npos)) return std::nullopt;
  const bool is_capital = (material.plain.marks[cut.next] & Glyphs::upper) != 0;
  if (is_capital && !before.ends_with('-') && !before.ends_with('/')) return std::nullopt;
  auto whole = link_of(before + after, state.glyphs);
  if (whole.empty() || whole.front().is_mail) return std::nullopt;
  auto lead = lead_of(state, std::move(whole.front()), material.on);
  if (lead.judged.kind != Kind::look_alike || lead.link.host.ascii.find('.') == std::string::npos) return std::nullopt;
  const auto alone = [&](const std::string& part) {
    const auto found = link_of(part, state.glyphs);
    return found.empty() ? HostJudgement() : judge_name(state, found.front().host, material.on);
  };
  const auto second = alone(after), first = alone(before);
  const auto is_listed = [](const HostJudgement& one) { return one.kind == Kind::official || one.kind == Kind::state || one.kind == Kind::known; };
  if (is_listed(second) || is_listed(first)) return std::nullopt;
  if (!is_address && (second.registrable.empty() || second.kind == Kind::look_alike)) return std::nullopt;
  lead.link.plain = {static_cast<std::uint32_t>(cut.begin), static_cast<std::uint32_t>(cut.end)};
  lead.link.obscured = true;
  lead.in_text = true;
  return lead;
}

void keep(Material& material, Lead lead) {
  const auto& tokens = material.words.tokens;
  const auto token = std::lower_bound(tokens.begin(), tokens.end(), lead.link.plain.begin, [](const Token& t, std::size_t place) { return t.from < place; });
  if (token != tokens.end()) {
    const bool shown_only = material.speech.mode != Mode::question && material.speech.warns[token->sentence];
    lead.is_quoted = material.speech.quoted[static_cast<std::size_t>(token - tokens.begin())] || shown_only;
  }
  material.leads.push_back(std::move(lead));
}

// Leads that the ends of lines hide.
void join_lines(const Engine::State& state, Material& material) {
  constexpr std::size_t longest = 80, most = 2'000;
  const auto& text = material.plain.text;
  std::size_t tried = 0;
  for (auto at = text.find('\n'); at != std::string::npos && tried < most; at = text.find('\n', at + 1), ++tried) {
    Cut cut;
    cut.next = past_break(text, at, cut.stop);
    cut.begin = cut.stop;
    while (cut.begin > 0 && cut.stop - cut.begin < longest && is_link_sign(text[cut.begin - 1])) --cut.begin;
    cut.end = cut.next;
    while (cut.end < text.size() && cut.end - cut.next < longest && is_link_sign(text[cut.end])) ++cut.end;
    if (cut.begin == cut.stop || cut.end == cut.next) continue;
    const bool is_known = std::any_of(material.leads.begin(), material.leads.end(), [&](const Lead& lead) {
      return lead.judged.kind == Kind::look_alike && !lead.is_quoted && lead.link.plain.begin < cut.end && lead.link.plain.end > cut.begin;
    });
    if (is_known) continue;
    auto lead = lead_across(state, material, cut);
    // Cut again, and again.
    constexpr int most_cuts = 4;
    auto last = cut.end;
    for (int cuts = 1; !lead && cuts < most_cuts; ++cuts) {
      const auto line = text.find_first_not_of(" \r=<br>/", last);
      if (line == std::string::npos || text[line] != '\n') break;
      std::size_t stop = 0;
      const auto next = past_break(text, line, stop);
      auto end = next;
      while (end < text.size() && end - next < longest && is_link_sign(text[end])) ++end;
      if (end == next) break;
      if (cut.more.empty() && cut.end > cut.next && text[cut.end - 1] == '=') --cut.end;
      if (cut.more.ends_with('=')) cut.more.pop_back();
      cut.more += text.substr(next, end - next);
      last = end;
      lead = lead_across(state, material, cut);
    }
    // A hyphen that only the end of the line asked for.
    if (!lead && cut.stop > cut.begin + 1 && text[cut.stop - 1] == '-') {
      --cut.stop;
      lead = lead_across(state, material, cut);
    }
    if (lead) keep(material, std::move(*lead));
  }
}

// "carte-vit ale-droits.info/c": a word with a hyphen before an address, that only together imitate a name.
void join_spaces(const Engine::State& state, Material& material) {
  constexpr std::size_t longest = 40, most = 64;
  const auto& text = material.plain.text;
  const auto count = std::min(material.leads.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& after = material.leads[i];
    const std::size_t at = after.link.plain.begin;
    if (!after.in_text || after.link.is_mail || after.judged.kind == Kind::look_alike || at < 3 || text[at - 1] != ' ') continue;
    Cut cut{at - 1, at - 1, at, after.link.plain.end};
    while (cut.begin > 0 && cut.stop - cut.begin < longest && is_link_sign(text[cut.begin - 1])) --cut.begin;
    const auto before = std::string_view(text).substr(cut.begin, cut.stop - cut.begin);
    if (before.find('-') == std::string_view::npos || before.find_first_of(".:/@") != std::string_view::npos || !is_word(before.front())) continue;
    if (auto lead = lead_across(state, material, cut)) keep(material, std::move(*lead));
  }
}

// Words, ideas and speech of the text in material.shown, its own links and numbers.
void read_text(const Engine::State& state, Material& material) {
  material.plain = plain_of(material.shown, state.glyphs);
  material.malformed = material.plain.malformed;
  auto links = links_in(material.plain, state.glyphs);
  // "ca****@outlook.fr": an address shown in part.
  for (auto& link : links) {
    const auto begin = link.plain.begin;
    if (begin >= 2 && material.plain.text[begin - 1] == '@' && material.plain.text[begin - 2] == '*') link.is_mail = true;
  }
  std::vector<Range> ranges;
  for (const auto& link : links) ranges.push_back(link.plain);
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  material.words = words_of(material.plain, ranges);
  material.hits = state.lexicon.hits_in(material.words);
  material.speech = speech_of(material.plain, material.words, material.hits, state.lexicon);
  material.phones = phones_in(material.plain, ranges, state.registry.plan());
  const auto& tokens = material.words.tokens;
  for (auto& link : links) {
    auto lead = lead_of(state, std::move(link), material.on);
    lead.in_text = true;
    const auto token = std::lower_bound(tokens.begin(), tokens.end(), lead.link.plain.begin, [](const Token& t, std::uint32_t at) { return t.from < at; });
    if (token != tokens.end()) {
      const auto index = static_cast<std::uint32_t>(token - tokens.begin());
      const bool shown_only = material.speech.mode != Mode::question && material.speech.warns[token->sentence];
      lead.is_quoted = material.speech.quoted[index] || shown_only;
      if (index <= 1 && lead.judged.kind == Kind::official && !lead.link.has_scheme && speaks_first(material, lead.link.plain.end)) {
        Claim claim;
        claim.name = "ameli";
        claim.first = index;
        claim.last = index + 1;
        material.speech.claims.push_back(std::move(claim));
      }
    }
    material.leads.push_back(std::move(lead));
  }
  join_lines(state, material);
  join_spaces(state, material);
}

// Whom a displayed name claims to be.
void read_display(const Engine::State& state, Material& material) {
  if (material.sender.display.empty()) return;
  const auto plain = plain_of(material.sender.display, state.glyphs);
  const auto words = words_of(plain, {});
  for (const auto& hit : state.lexicon.hits_in(words)) {
    const bool is_name = hit.idea == Concept::name_insurer || hit.idea == Concept::name_space || hit.idea == Concept::name_fc || hit.idea == Concept::name_card;
    if (!is_name && hit.idea != Concept::org) continue;
    Claim claim;
    claim.by = Claim::By::sender;
    claim.name = state.lexicon.name_of(hit);
    claim.is_protected = is_name;
    material.speech.claims.push_back(std::move(claim));
  }
}

void read_sender_domain(const Engine::State& state, Material& material, std::string_view domain) {
  auto& sender = material.sender;
  const auto host = read_host(domain, state.glyphs);
  sender.domain = host.ascii;
  sender.judged = judge_name(state, host, material.on);
  sender.registrable = sender.judged.registrable;
  sender.is_mailbox = state.registry.is_mailbox(sender.registrable);
  if (sender.judged.kind == Kind::official) {
    Claim claim;
    claim.by = Claim::By::sender;
    claim.name = "assurance_maladie";
    material.speech.claims.push_back(std::move(claim));
  }
}

// Who writes under a name that is not its own has no site of its own either. A name that is also a person's says nothing.
bool poses(const Material& material) {
  const auto& sender = material.sender;
  if (sender.judged.kind != Kind::unlisted) return sender.judged.kind == Kind::imitation;
  if (sender.judged.of_trade) return true;
  return std::any_of(material.speech.claims.begin(), material.speech.claims.end(), [](const Claim& claim) {
    return claim.by == Claim::By::sender && claim.name != "vitale" && claim.name != "vitale_alone" && claim.name != "amelie_alone" && claim.name != "ameli";
  });
}

void mark_own(Material& material) {
  if (material.sender.registrable.empty() || material.sender.is_mailbox || poses(material)) return;
  for (auto& lead : material.leads) lead.is_own = lead.judged.registrable == material.sender.registrable && lead.judged.kind == Kind::unlisted;
}

int risk_of(const mail::Attachment& attachment) {
  std::string name = attachment.name;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto ends = [&](std::initializer_list<std::string_view> tails) {
    return std::any_of(tails.begin(), tails.end(), [&](std::string_view tail) { return name.ends_with(tail); });
  };
  if (ends({".exe", ".js", ".vbs", ".lnk", ".scr", ".iso", ".img", ".docm", ".xlsm", ".pptm", ".one", ".jar", ".bat", ".cmd", ".ps1", ".hta", ".wsf"})) return 3;
  if (ends({".html", ".htm", ".shtml", ".xhtml", ".svg"})) return 2;
  if (ends({".zip", ".rar", ".7z", ".gz", ".tar"})) return 1;
  return 0;
}

// The host a link shows when what it shows is an address.
std::string shown_registrable(const Engine::State& state, std::string_view text, Date on) {
  if (text.size() > 300 || text.find('.') == std::string_view::npos) return {};
  const auto links = link_of(text, state.glyphs);
  if (links.empty() || links.front().is_mail) return {};
  return judge_name(state, links.front().host, on).registrable;
}

// The sender's own address, or one nobody imitates: mailing companies put their counting links behind such.
bool is_tame(const Engine::State& state, const Material& material, const std::string& shown) {
  if (shown == material.sender.registrable) return true;
  const auto* site = state.registry.site_of(shown, material.on);
  if (!site) return true;
  const auto* sender = state.registry.site_of(material.sender.domain, material.on);
  return sender && !site->organisation.empty() && sender->organisation == site->organisation;
}

void read_links(const Engine::State& state, const mail::Message& mail, Material& material) {
  for (const auto& body : mail.bodies) {
    material.passwords_asked = material.passwords_asked || body.passwords_asked;
    for (const auto& link : body.links) {
      if (link.kind == mail::Link::Kind::image || (link.hiding != mail::Hiding::none && link.hiding != mail::Hiding::aria_hidden)) continue;
      for (auto& found : link_of(link.target, state.glyphs)) {
        auto lead = lead_of(state, std::move(found), material.on);
        lead.link.plain = {};
        const auto shown = shown_registrable(state, link.text, material.on);
        lead.text_differs = !shown.empty() && shown != lead.judged.registrable;
        lead.shows_sender = lead.text_differs && is_tame(state, material, shown);
        lead.shows_listed = lead.text_differs && !lead.shows_sender;
        material.leads.push_back(std::move(lead));
      }
    }
  }
  for (const auto& image : mail.images) material.has_picture = material.has_picture || image.shown;
  for (const auto& attachment : mail.attachments) material.risky_attachment = std::max(material.risky_attachment, risk_of(attachment));
  for (const auto& nested : mail.nested) read_links(state, nested, material);
}

void append_shown(const mail::Message& mail, std::string& shown) {
  if (!mail.subject.empty()) shown += mail.subject + "\n\n";
  shown += mail.visible_text();
  for (const auto& nested : mail.nested) {
    shown += '\n';
    append_shown(nested, shown);
  }
}

void read_addresses(const Engine::State& state, const mail::Message& mail, Material& material) {
  auto& sender = material.sender;
  sender.several = sender.several || mail.from_fields > 1 || mail.from.size() > 1;
  for (const auto& from : mail.from) {
    sender.known = true;
    sender.address = from.mailbox;
    sender.display = from.display_name;
    read_display(state, material);
    read_sender_domain(state, material, from.domain);
    sender.lists_official = sender.lists_official || state.registry.is_sender(from.mailbox, material.on);
  }
  for (const auto& reply : mail.reply_to) {
    const auto host = read_host(reply.domain, state.glyphs);
    const auto judged = judge_name(state, host, material.on);
    sender.reply_elsewhere = sender.reply_elsewhere || (judged.registrable != sender.registrable && state.registry.is_mailbox(judged.registrable));
    if (judged.kind == Kind::look_alike && sender.judged.kind != Kind::look_alike) {
      sender.judged = judged;
      sender.domain = host.ascii;
    }
  }
}

}  // namespace

HostJudgement judge_name(const Engine::State& state, const HostName& host, Date on) {
  HostJudgement out;
  out.mixed_scripts = host.mixed;
  if (host.is_address) {
    out.kind = Kind::address;
    return out;
  }
  out.registrable = std::string(registrable_of(host.ascii));
  const auto* site = state.registry.site_of(host.ascii, on);
  if (site && host.foreign && site->kind != Kind::hosting) {
    // Reads like a listed name and is not it.
    const auto suffix = suffix_of(host.ascii);
    const bool is_protected = site->kind == Kind::official || state.hosts.judge(host.ascii, suffix).of == Likeness::Of::protected_name;
    out.kind = is_protected ? Kind::look_alike : site->organisation.empty() ? Kind::unlisted : Kind::imitation;
    out.imitates = is_protected ? "Assurance Maladie" : state.registry.display_of(site->organisation);
    return out;
  }
  if (site && site->kind != Kind::hosting) {
    out.kind = site->kind;
    return out;
  }
  if (site) out.kind = Kind::hosting;
  std::string_view suffix = out.registrable.empty() ? std::string_view() : std::string_view(out.registrable).substr(out.registrable.find('.') + 1);
  // Lodgings that the public list does not know are no part of the name either.
  if (site && out.registrable.size() < host.ascii.size() && state.registry.site_of(out.registrable, on) == site) suffix = out.registrable;
  const auto likeness = state.hosts.judge(host.ascii, suffix);
  out.of_trade = likeness.of_trade;
  // In other letters than its own, the name of the card is nobody's.
  if (likeness.of != Likeness::Of::protected_name && host.foreign && out.registrable.starts_with("vitale.")) {
    out.kind = Kind::look_alike;
    out.imitates = state.registry.display_of("vitale");
    return out;
  }
  if (likeness.of == Likeness::Of::nothing) return out;
  out.kind = likeness.of == Likeness::Of::protected_name ? Kind::look_alike : Kind::imitation;
  out.imitates = state.registry.display_of(likeness.name);
  return out;
}

std::optional<Material> gather_host(const Engine::State& state, const Message& message, Date on) {
  const std::string_view name = message.content;
  const auto is_sign = [](char c) { return is_word(c) || c == '.' || c == '-'; };
  if (name.size() > 253 || name.find('.') == std::string_view::npos || !message.sender.empty() || !message.subject.empty()) return std::nullopt;
  if (!std::all_of(name.begin(), name.end(), is_sign)) return std::nullopt;
  Material material;
  material.form = Message::Form::text;
  material.host_alone = true;
  material.on = on;
  material.shown = message.content;
  FoundLink link;
  link.host = read_host(name, state.glyphs);
  link.plain = {0, static_cast<std::uint32_t>(name.size())};
  if (link.host.ascii.empty()) return std::nullopt;
  material.plain.from = {0};
  material.plain.from.resize(name.size() + 1, link.plain.end);
  auto lead = lead_of(state, std::move(link), on);
  lead.in_text = true;
  material.leads.push_back(std::move(lead));
  return material;
}

Material gather_text(const Engine::State& state, const Message& message, Date on) {
  Material material;
  material.form = Message::Form::text;
  material.on = on;
  material.shown = message.subject.empty() ? message.content : message.subject + "\n\n" + message.content;
  read_text(state, material);
  if (message.sender.empty()) return material;
  auto& sender = material.sender;
  if (message.sender.find('@') != std::string::npos) {
    const auto addresses = mail::parse_addresses(message.sender);
    if (addresses.empty()) return material;
    sender.known = true;
    sender.address = addresses.front().mailbox;
    sender.display = addresses.front().display_name;
    read_display(state, material);
    read_sender_domain(state, material, addresses.front().domain);
    mark_own(material);
  } else {
    sender.display = message.sender;
    read_display(state, material);
  }
  return material;
}

Material gather_mail(const Engine::State& state, const mail::Message& mail, const std::vector<std::string>& codes, Date on) {
  Material material;
  material.form = Message::Form::email;
  material.on = on;
  append_shown(mail, material.shown);
  read_text(state, material);
  read_addresses(state, mail, material);
  read_links(state, mail, material);
  for (const auto& code : codes)
    for (auto& found : link_of(code.substr(0, 2048), state.glyphs)) {
      auto lead = lead_of(state, std::move(found), on);
      lead.link.plain = {};
      material.leads.push_back(std::move(lead));
    }
  for (const auto& nested : mail.nested) read_addresses(state, nested, material);
  mark_own(material);
  return material;
}

}  // namespace carnet::vigilance
