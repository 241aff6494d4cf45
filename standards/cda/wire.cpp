#include "standards/cda/wire.hpp"

#include <algorithm>
#include <array>

#include "foundation/kernel/json.hpp"

namespace carnet::cda {

namespace {

namespace json = boost::json;

struct Word {
  std::string_view name;
  std::string RenderWords::* member;
};
using W = RenderWords;
constexpr auto all_words = std::to_array<Word>({{"language", &W::language},
                                                {"page_title", &W::page_title},
                                                {"facts", &W::facts},
                                                {"type", &W::type},
                                                {"written", &W::written},
                                                {"author", &W::author},
                                                {"signatory", &W::signatory},
                                                {"custodian", &W::custodian},
                                                {"act", &W::act},
                                                {"act_date", &W::act_date},
                                                {"performer", &W::performer},
                                                {"place", &W::place},
                                                {"confidentiality", &W::confidentiality},
                                                {"confidentiality_n", &W::confidentiality_n},
                                                {"confidentiality_r", &W::confidentiality_r},
                                                {"confidentiality_v", &W::confidentiality_v},
                                                {"patient", &W::patient},
                                                {"birth_name", &W::birth_name},
                                                {"used_name", &W::used_name},
                                                {"given_names", &W::given_names},
                                                {"birth_date", &W::birth_date},
                                                {"sex", &W::sex},
                                                {"sex_f", &W::sex_f},
                                                {"sex_m", &W::sex_m},
                                                {"sex_other", &W::sex_other},
                                                {"period", &W::period},
                                                {"since", &W::since},
                                                {"until", &W::until},
                                                {"date", &W::date},
                                                {"date_month", &W::date_month},
                                                {"date_time", &W::date_time},
                                                {"first_of_month", &W::first_of_month},
                                                {"coded_only", &W::coded_only},
                                                {"empty_section", &W::empty_section},
                                                {"table", &W::table},
                                                {"image", &W::image},
                                                {"image_not_shown", &W::image_not_shown},
                                                {"image_repeated", &W::image_repeated},
                                                {"attachment", &W::attachment},
                                                {"attachment_missing", &W::attachment_missing},
                                                {"notes", &W::notes},
                                                {"inserted", &W::inserted},
                                                {"deleted", &W::deleted},
                                                {"embedded_pdf", &W::embedded_pdf},
                                                {"embedded_file", &W::embedded_file},
                                                {"bytes", &W::bytes},
                                                {"kilobytes", &W::kilobytes},
                                                {"megabytes", &W::megabytes}});

void put_length(Bytes& out, std::size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(length >> shift));
}
void put(Bytes& out, ByteView bytes) {
  put_length(out, bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
}
void put_text(Bytes& out, std::string_view text) {
  const auto bytes = kernel::as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

struct NamedKind {
  std::string_view name;
  kernel::ErrorKind kind;
};
constexpr std::array<NamedKind, 3> kinds{{{"invalid", kernel::ErrorKind::invalid},
                                          {"too_large", kernel::ErrorKind::too_large},
                                          {"fault", kernel::ErrorKind::fault}}};

json::value error_value(const std::optional<kernel::Error>& error) {
  if (!error) return nullptr;
  json::array issues;
  for (const auto& i : error->issues) issues.push_back({{"code", i.code}, {"path", i.path}, {"says", i.says}});
  std::string_view kind = "fault";
  for (const auto& k : kinds) {
    if (k.kind == error->kind) kind = k.name;
  }
  return {{"kind", kind}, {"code", error->code}, {"detail", error->detail}, {"issues", std::move(issues)}};
}

Result<kernel::Error> error_from(const json::value& value) {
  if (!value.is_object()) return kernel::fault("cda.wire", "an error that is not an object");
  kernel::Reader in(value.get_object());
  kernel::Error error;
  const std::string kind = in.text("kind", 16);
  error.code = in.text("code", 64);
  error.detail = in.optional_text("detail", 1024);
  in.only({"kind", "code", "detail", "issues"});
  const json::value* issues = value.get_object().if_contains("issues");
  if (!in.ok() || issues == nullptr || !issues->is_array())
    return kernel::fault("cda.wire", "an error that is not well formed");
  for (const auto& k : kinds) {
    if (k.name == kind) error.kind = k.kind;
  }
  for (const auto& one : issues->get_array()) {
    if (!one.is_object()) return kernel::fault("cda.wire", "an issue that is not an object");
    kernel::Reader issue(one.get_object());
    error.issues.push_back({issue.text("code", 64), issue.text("path", 2048), issue.text("says", 512)});
    issue.only({"code", "path", "says"});
    if (!issue.ok()) return kernel::fault("cda.wire", "an issue that is not well formed");
  }
  return error;
}

// Takes the head of `rest`.
std::optional<ByteView> take(ByteView& rest, std::size_t count) {
  if (rest.size() < count) return std::nullopt;
  const ByteView head = rest.first(count);
  rest = rest.subspan(count);
  return head;
}
std::optional<ByteView> take_counted(ByteView& rest) {
  const auto head = take(rest, 4);
  if (!head) return std::nullopt;
  return take(rest, *read_length(*head));
}

}  // namespace

std::optional<std::uint32_t> read_length(ByteView four_bytes) {
  if (four_bytes.size() != 4) return std::nullopt;
  std::uint32_t length = 0;
  for (const std::uint8_t b : four_bytes) length = length << 8 | b;
  return length;
}

std::optional<RequestHead> read_request_head(ByteView nine_bytes) {
  if (nine_bytes.size() != request_head_bytes || kernel::as_text(nine_bytes.first(4)) != "CSQ1") return std::nullopt;
  const char command = static_cast<char>(nine_bytes[4]);
  const std::size_t words = *read_length(nine_bytes.subspan(5));
  if ((command != 'h' && command != 'r' && command != 'b') || words > max_words_bytes) return std::nullopt;
  return RequestHead{static_cast<Command>(command), words};
}

Bytes write_request(Command command, const RenderWords& words, ByteView document) {
  const std::string written = command == Command::render ? words_to_json(words) : std::string{};
  Bytes out;
  out.reserve(request_head_bytes + written.size() + 4 + document.size());
  put_text(out, "CSQ1");
  out.push_back(static_cast<std::uint8_t>(command));
  put(out, kernel::as_bytes(written));
  put(out, document);
  return out;
}

Bytes write_answer_head(const Answer& answer, std::size_t content_bytes) {
  json::array held;
  for (const auto& one : answer.held) held.emplace_back(one);
  const std::string facts = json::serialize(
      json::object{{"held", std::move(held)}, {"error", error_value(answer.error)}, {"media_type", answer.media_type}});
  Bytes out;
  put_text(out, "CSA1");
  out.push_back(answer.error ? 'e' : 'o');
  put(out, kernel::as_bytes(facts));
  put_length(out, content_bytes);
  return out;
}

Result<Answer> read_answer(ByteView bytes) {
  const auto broken = [] { return kernel::fault("cda.wire", "the answer is not well formed"); };
  const auto head = take(bytes, 5);
  if (!head || kernel::as_text(head->first(4)) != "CSA1" || ((*head)[4] != 'o' && (*head)[4] != 'e')) return broken();
  const auto facts = take_counted(bytes);
  const auto content = take_counted(bytes);
  if (!facts || !content || !bytes.empty()) return broken();
  const auto object = kernel::parse_object(kernel::as_text(*facts));
  if (!object || object->size() != 3) return broken();
  const json::value* held = object->if_contains("held");
  const json::value* error = object->if_contains("error");
  const json::value* media_type = object->if_contains("media_type");
  if (held == nullptr || !held->is_array() || error == nullptr || media_type == nullptr || !media_type->is_string())
    return broken();
  Answer answer;
  for (const auto& one : held->get_array()) {
    if (!one.is_string()) return broken();
    answer.held.emplace_back(one.get_string().data(), one.get_string().size());
  }
  if (error->is_null() != ((*head)[4] == 'o')) return broken();
  if (!error->is_null()) {
    CARNET_TRY(told, error_from(*error));
    answer.error = std::move(told);
  }
  answer.media_type.assign(media_type->get_string().data(), media_type->get_string().size());
  answer.content.assign(content->begin(), content->end());
  return answer;
}

std::string words_to_json(const RenderWords& words) {
  json::object object;
  for (const auto& word : all_words) object[word.name] = words.*word.member;
  json::array months;
  for (const auto& month : words.months) months.emplace_back(month);
  object["months"] = std::move(months);
  return json::serialize(object);
}

Result<RenderWords> words_from_json(std::string_view text) {
  CARNET_TRY(object, kernel::parse_object(text));
  RenderWords words;
  kernel::Reader in(object);
  bool every = true;
  for (const auto& word : all_words) {
    every = every && object.contains(word.name);
    words.*word.member = in.optional_text(word.name, 512);
  }
  const json::value* months = object.if_contains("months");
  const bool twelve = months != nullptr && months->is_array() && months->get_array().size() == words.months.size();
  if (!in.ok()) return in.error();
  if (!twelve || !every || object.size() != all_words.size() + 1) {
    return kernel::invalid("cda.words", {{"structure", "/months", "every word, twelve months, and nothing else"}});
  }
  for (std::size_t i = 0; i < words.months.size(); ++i) {
    if (!months->get_array()[i].is_string())
      return kernel::invalid("cda.words", {{"type", "/months", "must be texts"}});
    words.months[i] = std::string(months->get_array()[i].get_string().c_str());
  }
  return words;
}

}  // namespace carnet::cda
