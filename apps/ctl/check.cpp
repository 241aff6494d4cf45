#include "apps/ctl/check.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "foundation/io/clock.hpp"
#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::ctl {
namespace {

namespace json = kernel::json;
using vigilance::Message;

std::string read_input() { return std::string(std::istreambuf_iterator<char>(std::cin), {}); }

kernel::Result<std::string> input_of(const CheckAsked& asked) {
  if (asked.file == "-") return read_input();
  std::error_code unknown;
  if (!std::filesystem::exists(asked.file, unknown)) return asked.file;
  CARNET_TRY(bytes, io::read_file(asked.file, 256u << 20));
  return std::string(kernel::as_text(bytes));
}

json::object to_json(const vigilance::Engine& engine, const vigilance::Judgement& judgement) {
  json::array reasons;
  for (const auto& reason : judgement.reasons) {
    json::array spans;
    for (const auto& span : reason.spans)
      if (span.begin < span.end && span.end <= judgement.shown.size())
        spans.push_back(json::object{{"begin", span.begin}, {"end", span.end}, {"text", judgement.shown.substr(span.begin, span.end - span.begin)}});
    json::object told{{"code", vigilance::code_of(reason.sign)}};
    if (!reason.subject.empty()) told["subject"] = reason.subject;
    if (!reason.name.empty()) told["name"] = reason.name;
    if (!spans.empty()) told["spans"] = std::move(spans);
    reasons.push_back(std::move(told));
  }
  const auto answer = engine.answer(judgement);
  json::object out{{"verdict", vigilance::code_of(judgement.verdict)}, {"reasons", std::move(reasons)}, {"action", answer.action}, {"says", answer.verdict}, {"reason", answer.reason}};
  if (!answer.deadline.empty()) out["deadline"] = answer.deadline;
  return out;
}

void print_words(const vigilance::Engine& engine, const vigilance::Judgement& judgement) {
  const auto answer = engine.answer(judgement);
  fmt::print("{}\n{}\n{}\n", answer.verdict, answer.action, answer.reason);
  if (!answer.deadline.empty()) fmt::print("{}\n", answer.deadline);
  fmt::print("\nverdict : {}\n", vigilance::code_of(judgement.verdict));
  for (const auto& reason : judgement.reasons) {
    fmt::print("- {}{}{}{}{}\n", vigilance::code_of(reason.sign), reason.subject.empty() ? "" : " ", reason.subject, reason.name.empty() ? "" : " : ", reason.name);
    for (const auto& span : reason.spans)
      if (span.begin < span.end && span.end <= judgement.shown.size())
        fmt::print("    {}-{} « {} »\n", span.begin, span.end, judgement.shown.substr(span.begin, span.end - span.begin));
  }
}

std::string member(const json::object& line, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const auto* value = line.if_contains(name); value && value->is_string()) return std::string(value->get_string());
  return {};
}

kernel::Result<Message> message_in(const json::value& value) {
  const auto refused = [](std::string_view why) { return kernel::refuse(kernel::ErrorKind::invalid, "check.line", why); };
  if (value.is_string()) return vigilance::message_of(std::string(value.get_string()));
  if (!value.is_object()) return refused("a line is an object or a string");
  const auto& line = value.get_object();
  Message message;
  if (const auto email = member(line, {"email", "eml", "raw", "rfc822"}); !email.empty()) {
    message.form = Message::Form::email;
    message.content = email;
  } else if (const auto encoded = member(line, {"email_base64", "eml_base64", "raw_base64"}); !encoded.empty()) {
    const auto bytes = kernel::from_base64(encoded, kernel::WhiteSpace::skip);
    if (!bytes) return refused("not base64");
    message.form = Message::Form::email;
    message.content = std::string(kernel::as_text(*bytes));
  } else if (const auto host = member(line, {"host", "url", "link", "domain"}); !host.empty()) {
    message.form = Message::Form::host;
    message.content = host;
  } else if (const auto number = member(line, {"number", "phone"}); !number.empty()) {
    message.form = Message::Form::number;
    message.content = number;
  } else {
    message = vigilance::message_of(member(line, {"text", "message", "body", "content", "sms"}));
    // A text said to be one stays one, whatever it looks like, but for a whole e-mail.
    if (message.form != Message::Form::email) message.form = Message::Form::text;
  }
  message.sender = member(line, {"sender", "from"});
  message.subject = member(line, {"subject"});
  if (const auto date = kernel::parse_date(member(line, {"date", "received", "on"}).substr(0, 10))) message.received = date;
  return message;
}

// Only whole files of JSON lines are read so: every line that is not blank parses.
std::vector<json::value> json_lines(const std::string& input) {
  std::vector<json::value> out;
  const auto first = input.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (input[first] != '{' && input[first] != '"')) return {};
  for (std::size_t at = 0; at < input.size();) {
    const auto end = std::min(input.find('\n', at), input.size());
    const auto line = std::string_view(input).substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    boost::system::error_code error;
    auto value = json::parse(line, error);
    if (error) return {};
    out.push_back(std::move(value));
  }
  return out;
}

kernel::Status check_lines(const vigilance::Engine& engine, const std::vector<json::value>& lines, kernel::Instant now, std::optional<kernel::Date> on,
                           const std::filesystem::path& reader) {
  for (const auto& line : lines) {
    json::object out;
    if (const auto* object = line.if_object())
      if (const auto* id = object->if_contains("id")) out["id"] = *id;
    auto message = message_in(line);
    if (message && !message->received) message->received = on;
    if (message) vigilance::add_codes(reader, *message);
    const auto judgement = message ? engine.judge(*message, now) : kernel::Result<vigilance::Judgement>(std::unexpected(message.error()));
    if (!judgement) {
      out["refused"] = judgement.error().code;
    } else {
      for (auto& [name, value] : to_json(engine, *judgement)) out[name] = std::move(value);
    }
    fmt::print("{}\n", json::serialize(out));
  }
  return {};
}

}  // namespace

kernel::Status check_message(const CheckAsked& asked) {
  CARNET_TRY(engine, vigilance::Engine::load(asked.root / "rules" / "vigilance", asked.any_facts ? vigilance::Trust::any : vigilance::Trust::signed_only));
  CARNET_TRY(input, asked.image.empty() ? input_of(asked) : kernel::Result<std::string>(std::string()));
  std::optional<kernel::Date> on;
  if (!asked.date.empty()) {
    on = kernel::parse_date(asked.date);
    if (!on) return kernel::refuse(kernel::ErrorKind::invalid, "check.date", "write the day as 2022-05-31");
  }
  const auto now = io::SystemClock().now();
  const auto reader = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "carnet-picture";
  const auto tell = [&](Message message) -> kernel::Status {
    message.received = on;
    vigilance::add_codes(reader, message);
    CARNET_TRY(judgement, engine.judge(message, now));
    if (asked.json) {
      fmt::print("{}\n", json::serialize(to_json(engine, judgement)));
    } else {
      print_words(engine, judgement);
    }
    return {};
  };
  if (!asked.image.empty()) {
    CARNET_TRY(picture, io::read_file(asked.image, vigilance::max_picture_bytes));
    CARNET_TRY(message, vigilance::read_picture(reader, picture));
    return tell(std::move(message));
  }
  if (const auto lines = json_lines(input); !lines.empty()) return check_lines(engine, lines, now, on, reader);
  return tell(vigilance::message_of(std::move(input)));
}

kernel::Status sign_facts(const std::filesystem::path& root, const std::string& key_file) {
  const auto key = [&]() -> kernel::Result<crypto::SigningKey> {
    if (std::filesystem::exists(key_file)) {
      CARNET_TRY(pem, io::read_file(key_file, 4096));
      return crypto::SigningKey::from_pem(kernel::SecretBytes(kernel::as_text(pem)));
    }
    io::SystemEntropy entropy;
    auto made = crypto::SigningKey::generate_ed25519(entropy);
    const auto pem = made.to_pem();
    CARNET_CHECK(io::replace_file(key_file, kernel::as_bytes(pem.reveal_text()), 0600));
    return made;
  }();
  if (!key) return std::unexpected(key.error());
  return vigilance::sign_facts(root / "rules" / "vigilance", *key);
}

}  // namespace carnet::ctl
