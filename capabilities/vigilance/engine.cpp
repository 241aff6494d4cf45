#include "vigilance/vigilance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/io/files.hpp"
#include "vigilance/evidence.hpp"

namespace carnet::vigilance {
namespace {

using Kind = HostJudgement::Kind;

std::string quoted_for_zone(std::string_view text) {
  std::string out;
  constexpr std::size_t longest = 200;  // of one character-string
  for (std::size_t at = 0; at < text.size(); at += longest) out += fmt::format("\"{}\" ", text.substr(at, longest));
  return out;
}

// The keys of official domains that are in the facts, retired ones included: a message is judged by those of its day.
kernel::Result<std::shared_ptr<const mail::Resolver>> keys_of(const Table& table) {
  std::string zone;
  for (const auto& row : table.rows) zone += fmt::format("{}._domainkey.{}. IN TXT {}\n", row.cells[1], row.cells[0], quoted_for_zone(row.cells[2]));
  CARNET_TRY(parsed, mail::ZoneFile::parse(zone, "."));
  return std::make_shared<mail::ZoneFile>(std::move(parsed));
}

// First the caller's, then the facts'.
class Both final : public mail::Resolver {
 public:
  Both(const mail::Resolver* first, const mail::Resolver& second) : first_(first), second_(second) {}
  mail::DnsAnswer ask(std::string_view name, mail::RecordType type) const override {
    if (first_) {
      auto answer = first_->ask(name, type);
      if (answer.outcome == mail::DnsAnswer::Outcome::found) return answer;
    }
    return second_.ask(name, type);
  }

 private:
  const mail::Resolver* first_;
  const mail::Resolver& second_;
};

bool counts_once(const mail::Message& mail, std::string_view name) { return mail.count(name) <= 1; }

// A listed sender, alone in From, under a signature of its own domain that covers the whole body and every field a reader
// sees; nothing doubled that a reader and a verifier could choose differently.
bool is_proved(const Engine::State& state, const mail::Message& mail, kernel::ByteView raw, Instant now, Date on, const mail::Resolver* keys) {
  if (mail.from_fields != 1 || mail.from.size() != 1 || mail.subject_fields > 1) return false;
  const auto& from = mail.from.front();
  if (!state.registry.is_sender(from.mailbox, on)) return false;
  for (const auto* name : {"To", "Date", "Reply-To", "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Message-ID", "Sender", "Cc"})
    if (!counts_once(mail, name)) return false;
  if (!mail.limits_hit.empty()) return false;
  const Both resolver(keys, *state.keys);
  const auto wanted = registrable_of(from.domain);
  for (const auto& signature : mail::verify_dkim(raw, resolver, now)) {
    const auto covers = [&](std::string_view name) { return mail.count(name) == 0 || std::find(signature.signed_headers.begin(), signature.signed_headers.end(), name) != signature.signed_headers.end(); };
    if (signature.result != mail::DkimResult::pass || signature.key_in_test || !signature.from_signed || !signature.covers_body_wholly || signature.body_length) continue;
    if (wanted.empty() || registrable_of(signature.domain) != wanted) continue;
    if (covers("subject") && covers("to") && covers("date") && covers("reply-to") && covers("content-type")) return true;
  }
  return false;
}

Judgement official(Sign sign, std::string name, std::string shown) {
  Judgement out;
  out.verdict = Verdict::official;
  out.reasons.push_back({sign, {}, std::move(name), {}});
  out.shown = std::move(shown);
  return out;
}

Judgement ticked(const Message& message) {
  Judgement out;
  const auto& ticks = message.ticks;
  if (ticks.health_card && ticks.payment) {
    out.verdict = Verdict::scam;
  } else if ((ticks.health_card || ticks.payment) && ticks.link) {
    out.verdict = Verdict::suspicious;
  } else if (ticks.payment) {
    out.verdict = Verdict::suspicious;
  }
  if (out.verdict != Verdict::unknown) out.reasons.push_back({Sign::ticked, {}, {}, {}});
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// Where nothing else is found, who reads it is told how a reference is checked, or that it was not confirmed.
void tell_of_reference(const Message& message, Judgement& judged) {
  if (judged.verdict != Verdict::unknown || references_in(judged.shown).empty()) return;
  const auto sign = message.reference_asked ? Sign::reference_unconfirmed : Sign::reference_printed;
  judged.reasons.insert(judged.reasons.begin(), {sign, {}, {}, {}});
}

bool looks_like_mail(std::string_view text) {
  std::size_t fields = 0, lines = 0;
  bool known = false;
  while (!text.empty() && lines < 40) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++lines;
    if (line.empty()) break;
    if (line.starts_with("From ") && lines == 1) continue;
    if (line[0] == ' ' || line[0] == '\t') {
      if (fields == 0) return false;
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.substr(0, colon).find(' ') != std::string_view::npos) return fields >= 3 && known;
    ++fields;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string_view sure : {"received", "mime-version", "message-id", "dkim-signature", "content-type", "return-path", "delivered-to", "x-mailer", "date"})
      known = known || name == sure;
    known = known || (name == "from" && line.find('@') != std::string_view::npos);
  }
  return known && fields >= 2;
}

}  // namespace

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine::~Engine() = default;

kernel::Result<Engine> Engine::load(const std::filesystem::path& directory, Trust trust) {
  CARNET_TRY(registry, Registry::load(directory, trust));
  auto state = std::make_unique<State>(std::move(registry));
  CARNET_TRY(lexicon, Lexicon::of(state->registry.table("lexicon")));
  state->lexicon = std::move(lexicon);
  CARNET_TRY(weights, io::read_file(directory / "weights.txt", 1u << 20));
  CARNET_TRY(model, Model::parse(kernel::as_text(weights)));
  state->model = std::move(model);
  CARNET_TRY(keys, keys_of(state->registry.table("dkim_keys")));
  state->keys = std::move(keys);
  return Engine(std::move(state));
}

Message message_of(std::string content) {
  Message message;
  message.content = std::move(content);
  if (looks_like_mail(message.content)) {
    message.form = Message::Form::email;
    return message;
  }
  const auto text = trimmed(message.content);
  if (text.empty() || text.size() > 2048) return message;
  const bool one_word = text.find_first_of(" \t\r\n") == std::string::npos;
  const bool is_number = text.size() <= 24 && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == ' ' || c == '.' || c == '-' || c == '+' || c == '(' || c == ')'; }) &&
                         std::count_if(text.begin(), text.end(), is_digit) >= 2 && std::count(text.begin(), text.end(), '.') != 3;
  if (is_number) {
    message.form = Message::Form::number;
    message.content = text;
  } else if (one_word && text.find('.') != std::string::npos && (text.find('@') == std::string::npos || text.find("://") != std::string::npos)) {
    message.form = Message::Form::host;
    message.content = text;
  }
  return message;
}

std::vector<std::string> references_in(std::string_view text) {
  constexpr std::size_t size = 9, half = 4, near = 40, most = 4;
  const auto is_symbol = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); };
  std::vector<std::string> found;
  for (auto hyphen = text.find('-'); hyphen != std::string_view::npos && found.size() < most; hyphen = text.find('-', hyphen + 1)) {
    if (hyphen < half || hyphen + size - half > text.size()) continue;
    const auto begin = hyphen - half, end = begin + size;
    const auto one = text.substr(begin, size);
    const bool stands = (begin == 0 || (!is_symbol(text[begin - 1]) && text[begin - 1] != '-')) &&
                        (end == text.size() || (!is_symbol(text[end]) && text[end] != '-'));
    if (!stands || std::count_if(one.begin(), one.end(), is_symbol) != static_cast<std::ptrdiff_t>(size - 1)) continue;
    const auto before = text.substr(begin - std::min(begin, near), std::min(begin, near));
    if (before.find("Réf") == std::string_view::npos && before.find("Ref") == std::string_view::npos) continue;
    found.emplace_back(one);
  }
  return found;
}

HostJudgement Engine::judge_host(std::string_view host, Date on) const { return judge_name(*state_, read_host(host, state_->glyphs), on); }

namespace {

Judgement judge_address(const Engine::State& state, const Message& message, Date on, const Campaigns& campaigns) {
  auto alone = gather_host(state, message, on);
  auto material = alone ? std::move(*alone) : gather_text(state, message, on);
  if (material.leads.empty()) {
    // A host alone, with a top that is not on the list: judged all the same.
    Lead lead;
    lead.link.host = read_host(trimmed(message.content), state.glyphs);
    lead.judged = judge_name(state, lead.link.host, on);
    material.leads.push_back(std::move(lead));
  }
  auto out = weigh(state, material, campaigns);
  if (out.verdict == Verdict::unknown && !material.leads.empty() && material.leads.front().judged.kind == Kind::official)
    out.reasons.insert(out.reasons.begin(), {Sign::official_host, material.leads.front().link.host.ascii, {}, {}});
  return out;
}

Judgement judge_number(const Engine::State& state, const Message& message, Date on, const Campaigns& campaigns) {
  Judgement out;
  out.shown = message.content;
  FoundPhone phone;
  if (!read_phone(trimmed(message.content), state.registry.plan(), phone)) return out;
  const std::vector<Span> whole{{0, message.content.size()}};
  const auto* known = state.registry.number_of(phone.number, on);
  if (campaigns.holds_number(phone.number)) {
    out.verdict = Verdict::scam;
    out.reasons.push_back({Sign::listed_number, phone.number, {}, whole});
  } else if (known) {
    out.reasons.push_back({known->they_call ? Sign::they_call_only : Sign::official_host, phone.number, known->organisation, whole});
  } else if (phone.kind == PhoneKind::premium) {
    out.verdict = Verdict::suspicious;
    out.reasons.push_back({Sign::premium_number, phone.number, {}, whole});
  }
  return out;
}

kernel::Result<Judgement> judge_mail(const Engine::State& state, const Message& message, Instant now, Date on, const Campaigns& campaigns, const mail::Resolver* keys) {
  const auto raw = kernel::as_bytes(message.content);
  mail::Limits limits;
  limits.bytes = max_message_bytes;
  auto parsed = mail::parse(raw, limits);
  if (!parsed) return kernel::refuse(parsed.error().kind, "vigilance.unreadable", parsed.error().code);
  if (is_proved(state, *parsed, raw, now, on, keys)) {
    auto out = official(Sign::signature_verified, "l'Assurance Maladie", parsed->subject + "\n\n" + parsed->visible_text());
    return out;
  }
  return weigh(state, gather_mail(state, *parsed, message.codes, on), campaigns);
}

}  // namespace

kernel::Result<Judgement> Engine::judge(const Message& message, Instant now, const Campaigns& campaigns, const mail::Resolver* keys) const {
  if (message.content.size() > max_message_bytes) return kernel::refuse(kernel::ErrorKind::too_large, "vigilance.too_large", "a message has at most 25 MiB");
  const Date on = message.received.value_or(kernel::date_in(now, kernel::Zone::paris()));
  if (message.reference_bound && message.form == Message::Form::text) {
    auto out = official(Sign::reference_bound, "Mon espace santé", message.content);
    const auto& day = *message.reference_bound;
    out.reasons.front().subject = fmt::format("{:02}/{:02}/{}", day.day, day.month, day.year);
    return out;
  }
  switch (message.form) {
    case Message::Form::email: {
      auto judged = judge_mail(*state_, message, now, on, campaigns, keys);
      if (judged) tell_of_reference(message, *judged);
      return judged;
    }
    case Message::Form::host: return judge_address(*state_, message, on, campaigns);
    case Message::Form::number: return judge_number(*state_, message, on, campaigns);
    case Message::Form::text: break;
  }
  if (trimmed(message.content).empty()) return ticked(message);
  if (message.content.size() > max_text_bytes) return kernel::refuse(kernel::ErrorKind::too_large, "vigilance.too_large", "a text has at most 1 MiB");
  const auto material = gather_text(*state_, message, on);
  // Bytes that are no text: a picture, a program, noise. A few come with any copy.
  constexpr std::size_t some = 64, share = 8;
  if (material.malformed > some && material.malformed * share > message.content.size()) return kernel::refuse(kernel::ErrorKind::invalid, "vigilance.unreadable", "not a text");
  auto judged = weigh(*state_, material, campaigns);
  tell_of_reference(message, judged);
  return judged;
}

namespace {
// Worth a word where nothing is sure.
bool is_told(Sign sign) { return sign == Sign::official_host || sign == Sign::reference_printed || sign == Sign::reference_unconfirmed; }
}  // namespace

Answer Engine::answer(const Judgement& judgement) const {
  const auto fill = [](std::string text, const Reason* reason) {
    const auto put = [&](std::string_view mark, std::string value) {
      constexpr std::size_t longest = 60;
      if (value.size() > longest) value = value.substr(0, longest) + "…";
      if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
    };
    put("{subject}", reason ? reason->subject : "");
    put("{name}", reason && !reason->name.empty() ? reason->name : "un organisme connu");
    return text;
  };
  const auto words = [&](const std::string& code) { return std::string(state_->registry.words(code)); };
  const Reason* first = judgement.reasons.empty() || judgement.verdict == Verdict::unknown ? nullptr : &judgement.reasons.front();
  if (judgement.verdict == Verdict::unknown && !judgement.reasons.empty() && is_told(judgement.reasons.front().sign)) first = &judgement.reasons.front();
  Answer out;
  const std::string verdict(code_of(judgement.verdict));
  out.verdict = fill(words("verdict." + verdict), first);
  out.action = words("action." + verdict);
  out.reason = fill(words("reason." + std::string(first ? code_of(first->sign) : "none")), first);
  if (judgement.like_true_notice) out.deadline = words("deadline");
  return out;
}

std::string Engine::kind_of(const Judgement& judgement) const {
  for (const auto& reason : judgement.reasons)
    if (const auto kind = state_->registry.kind_of(reason.name); !kind.empty()) return std::string(kind);
  return "other";
}

std::string_view Engine::words(std::string_view code) const { return state_->registry.words(code); }

std::vector<std::vector<std::string>> Engine::facts(std::string_view file, Date on) const {
  std::vector<std::vector<std::string>> out;
  for (const auto& row : state_->registry.table(file).rows)
    if (row.holds(on)) out.push_back(row.cells);
  return out;
}

}  // namespace carnet::vigilance
