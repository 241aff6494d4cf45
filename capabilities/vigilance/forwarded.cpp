#include "vigilance/forwarded.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carnet::vigilance {

using kernel::Result;

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// One line, taken off the front of `text`.
std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// "> > text": quoting marks of a mail program.
std::string_view unquoted(std::string_view line) {
  while (line.starts_with('>')) {
    line.remove_prefix(1);
    if (line.starts_with(' ')) line.remove_prefix(1);
  }
  return line;
}

enum class Field { none, from, subject, other };

// "De : Ameli <a@b.fr>", "*From:* ...": a field as mail programs copy it into a text, in the languages seen in France.
Field field_of(std::string_view line, std::string_view& value) {
  line = trimmed(line);
  while (line.starts_with('*')) line.remove_prefix(1);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon > 24) return Field::none;
  auto name = lowered(line.substr(0, colon));
  std::erase_if(name, [](char c) { return c == '*' || c == ' '; });
  std::erase(name, '\xC2');  // the first byte of a no-break space
  std::erase(name, '\xA0');
  value = trimmed(line.substr(colon + 1));
  while (value.starts_with('*')) value = trimmed(value.substr(1));
  const auto among = [&](std::initializer_list<std::string_view> names) { return std::ranges::find(names, name) != names.end(); };
  if (among({"de", "from", "von", "exp\xC3\xA9" "diteur", "expediteur"})) return Field::from;
  if (among({"objet", "subject", "sujet", "betreff"})) return Field::subject;
  const bool other = among({"date", "envoy\xC3\xA9", "envoye", "sent", "to", "cc", "r\xC3\xA9pondre\xC3", "reply-to", "\xC3", "\xC3\x80", "\xC3\xA0", "pour", "destinataire", "an", "gesendet"});
  return other ? Field::other : Field::none;
}

// The line that mail programs write above what they forward.
bool is_mark(std::string_view line) {
  const auto text = lowered(unquoted(trimmed(line)));
  for (const std::string_view words : {"forwarded message", "message transf\xC3\xA9r\xC3\xA9", "message d'origine", "message d\xE2\x80\x99origine", "original message",
                                       "d\xC3\xA9" "but du message transf", "d\xC3\xA9" "but du message r\xC3\xA9" "exp", "begin forwarded message", "weitergeleitete nachricht"})
    if (text.find(words) != std::string::npos && text.size() < 90) return true;
  return false;
}

struct Cut {
  std::string_view rest;
  bool found = false;
};

// Below the first mark, or from the first "De :" that a date, a recipient or a subject follows.
Cut below_mark(std::string_view text) {
  std::string_view left = text;
  while (!left.empty()) {
    const auto before = left;
    const auto line = next_line(left);
    if (is_mark(line)) return {left, true};
    std::string_view value;
    if (field_of(unquoted(line), value) != Field::from) continue;
    auto ahead = left;
    for (int i = 0; i < 3 && !ahead.empty(); ++i)
      if (const auto field = field_of(unquoted(next_line(ahead)), value); field == Field::other || field == Field::subject) return {before, true};
  }
  return {text, false};
}

// The text with, after each link, where it leads.
std::string with_targets(const mail::Body& body) {
  std::string out;
  std::size_t at = 0;
  for (const auto& link : body.links) {
    if (link.hiding != mail::Hiding::none || !link.text_is_visible || link.at < at || link.at + link.text.size() > body.visible.size()) continue;
    const auto end = link.at + link.text.size();
    if (link.target.empty() || link.target.starts_with("mailto:") || link.text.find(link.target) != std::string::npos) continue;
    out += body.visible.substr(at, end - at);
    out += " <" + link.target + ">";
    at = end;
  }
  return out + body.visible.substr(at);
}

std::string text_with_links(const mail::Message& letter) {
  const mail::Body* page = nullptr;
  std::size_t pages = 0;
  for (const auto& body : letter.bodies)
    if (body.kind == mail::BodyKind::html && !body.attached && ++pages == 1) page = &body;
  return pages == 1 ? with_targets(*page) : letter.visible_text();
}

std::string_view without_forward_prefix(std::string_view subject) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view prefix : {"fwd:", "fw:", "tr:", "re:", "wg:", "tr :", "re :"}) {
      if (!lowered(subject.substr(0, prefix.size())).starts_with(prefix)) continue;
      subject = trimmed(subject.substr(prefix.size()));
      more = true;
    }
  }
  return subject;
}

bool is_program(std::string_view address) {
  const auto local = lowered(address.substr(0, address.find('@')));
  for (const std::string_view name : {"mailer-daemon", "postmaster", "noreply", "no-reply", "ne-pas-repondre", "nepasrepondre", "bounce", "bounces", "listserv", "majordomo"})
    if (local == name || local.starts_with(std::string(name) + "+")) return true;
  return local.starts_with("owner-") || local.ends_with("-request") || local.ends_with("-bounces");
}

}  // namespace

bool may_be_answered(const mail::Message& letter, std::string_view envelope_from, std::span<const std::string> own_addresses) {
  if (envelope_from.empty() || envelope_from.find('@') == std::string_view::npos || is_program(envelope_from)) return false;
  const auto sender = lowered(envelope_from);
  if (std::ranges::any_of(own_addresses, [&](const std::string& own) { return lowered(own) == sender; })) return false;
  for (const auto& field : letter.list_fields) {
    const auto value = lowered(field.unfolded());
    if (field.is("Auto-Submitted") && !value.starts_with("no")) return false;
    if (field.is("Precedence") && (value == "bulk" || value == "list" || value == "junk")) return false;
    if (lowered(field.name).starts_with("list-")) return false;
  }
  return letter.count("X-Auto-Response-Suppress") == 0 && letter.count("X-Autoreply") == 0;
}

Message forwarded_text(const mail::Message& letter) {
  Message out;
  const auto text = text_with_links(letter);
  const auto cut = below_mark(text);
  auto rest = cut.rest;
  std::string subject(without_forward_prefix(letter.subject));
  if (cut.found) {
    bool in_fields = false;
    while (!rest.empty()) {
      auto after = rest;
      const auto line = unquoted(next_line(after));
      std::string_view value;
      const auto field = field_of(line, value);
      if (field == Field::none && (in_fields || !trimmed(line).empty())) break;
      in_fields = in_fields || field != Field::none;
      if (field == Field::from && out.sender.empty()) out.sender = std::string(value.substr(0, 200));
      if (field == Field::subject) subject = std::string(value.substr(0, 500));
      rest = after;
    }
    for (auto after = rest; !after.empty() && trimmed(unquoted(next_line(after))).empty();) rest = after;
  }
  while (!rest.empty()) {
    const auto line = next_line(rest);
    out.content += cut.found ? unquoted(line) : line;
    out.content += '\n';
  }
  out.subject = std::move(subject);
  return out;
}

Result<Judgement> judge_forwarded(const Engine& engine, kernel::ByteView letter, Instant now, const Campaigns& campaigns, const std::function<void(Message&)>& complete, const mail::Resolver* keys) {
  mail::Limits limits;
  limits.bytes = max_message_bytes;
  const auto carried = mail::carried_messages(letter, 4, limits);
  const auto judged = [&](const std::string& bytes) {
    Message message;
    message.form = Message::Form::email;
    message.content = bytes;
    complete(message);
    return engine.judge(message, now, campaigns, keys);
  };
  if (carried.empty()) {
    CARNET_TRY(read, mail::parse(letter, limits));
    return engine.judge(forwarded_text(read), now, campaigns, keys);
  }
  CARNET_TRY(first, judged(carried.front()));
  if (carried.size() == 1 || first.verdict == Verdict::scam || first.verdict == Verdict::suspicious) return first;
  CARNET_TRY(last, judged(carried.back()));
  if (last.verdict == Verdict::scam || last.verdict == Verdict::suspicious) return last;
  Judgement unsure;
  unsure.shown = std::move(last.shown);
  unsure.like_true_notice = first.like_true_notice || last.like_true_notice;
  return unsure;
}

namespace {

std::string in_lines(std::string_view base64) {
  constexpr std::size_t width = 76;
  std::string out;
  for (std::size_t at = 0; at < base64.size(); at += width) out += fmt::format("{}\r\n", base64.substr(at, width));
  return out;
}

// "Sat, 1 Feb 2025 00:00:00 +0000"
std::string mail_date(Instant at) {
  static constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto text = kernel::to_rfc3339(at);
  const auto day = kernel::parse_date(text.substr(0, 10)).value_or(Date{});
  return fmt::format("{}, {} {} {} {} +0000", days[day.iso_weekday() - 1], day.day, months[day.month - 1], day.year, text.substr(11, 8));
}

bool is_message_id(std::string_view id) {
  return !id.empty() && id.size() <= 250 && std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

}  // namespace

std::string answer_mail(const Engine& engine, const Judgement& judgement, const MailAnswer& how) {
  auto told = judgement;
  for (auto& reason : told.reasons) {
    std::string dead;
    for (const char c : reason.subject) dead += c == '.' ? std::string("[.]") : c == '@' ? std::string("[@]") : c == ':' ? std::string("[:]") : std::string(1, c);
    reason.subject = std::move(dead);
  }
  const auto answer = engine.answer(told);
  const auto deadline = answer.deadline.empty() ? std::string() : answer.deadline + "\r\n\r\n";
  const auto text = fmt::format("{}\r\n\r\n{}\r\n\r\n{}\r\n\r\n{}-- \r\n{}\r\n", answer.verdict, answer.action, answer.reason, deadline, engine.words("reply.end"));
  std::string head = fmt::format("From: <{}>\r\nTo: <{}>\r\nSubject: =?UTF-8?B?{}?=\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\n", how.from, how.to,
                                 kernel::to_base64(kernel::as_bytes(engine.words("reply.subject"))), mail_date(how.at), how.reference,
                                 how.from.substr(how.from.find('@') + 1));
  if (is_message_id(how.in_reply_to)) head += fmt::format("In-Reply-To: <{0}>\r\nReferences: <{0}>\r\n", how.in_reply_to);
  head += "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Language: fr\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  return head + in_lines(kernel::to_base64(kernel::as_bytes(text)));
}

}  // namespace carnet::vigilance
