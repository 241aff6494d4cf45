// The words and codes of a screenshot, read by carnet-picture (apps/sandbox/picture.cpp).
#include <algorithm>
#include <functional>

#include "foundation/jail/jail.hpp"
#include "foundation/kernel/json.hpp"
#include "standards/mail/message.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

namespace json = kernel::json;
using kernel::ErrorKind;

namespace {

constexpr std::size_t most_text = 50'000, fewest_letters = 3;

jail::Limits limits() {
  jail::Limits out;
  out.wall = std::chrono::seconds(20);
  out.cpu = std::chrono::seconds(12);
  if (out.memory_bytes != 0) out.memory_bytes = std::uint64_t{1} << 30;
  out.output_bytes = 4u << 20;
  return out;
}

std::unexpected<kernel::Error> refused(std::string code, std::string says) {
  return kernel::invalid("vigilance.picture", {{std::move(code), "/image", std::move(says)}});
}

std::string text_in(const json::object& answer, std::string_view name) {
  const auto* value = answer.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

kernel::Result<Message> read_picture(const std::filesystem::path& program, kernel::ByteView picture) {
  if (picture.size() > max_picture_bytes) return refused("picture.size", "a picture has at most 10 MB");
  const auto no_reader = [] { return kernel::refuse(ErrorKind::unavailable, "vigilance.no_reader", "this service does not read pictures"); };
  if (program.empty()) return no_reader();
  const auto output = jail::output_of({program, {}}, picture, limits());
  if (!output && output.error().code == "jail.start") return no_reader();
  if (!output && output.error().kind == ErrorKind::invalid) return refused("too-costly", "cannot be read within the time and memory allowed");
  if (!output) return std::unexpected(output.error());
  boost::system::error_code error;
  const auto value = json::parse(kernel::as_text(*output), error);
  if (error || !value.is_object()) return kernel::fault("vigilance.picture", "the reader's answer is not well formed");
  const auto& answer = value.get_object();
  const auto why = text_in(answer, "refused");
  if (why == "picture.no_model") return no_reader();
  if (!why.empty()) return refused(why, "a PNG or a JPEG that can be read, of at most 24 million points");
  Message message;
  message.content = text_in(answer, "text").substr(0, most_text);
  while (!message.content.empty() && (static_cast<unsigned char>(message.content.back()) <= 0x20)) message.content.pop_back();
  if (const auto* codes = answer.if_contains("codes"); codes != nullptr && codes->is_array())
    for (const auto& code : codes->get_array())
      if (code.is_string()) message.content += "\n" + std::string(code.get_string());
  const auto letters = std::ranges::count_if(message.content, [](char c) { return static_cast<unsigned char>(c) > 0x20; });
  if (static_cast<std::size_t>(letters) < fewest_letters) return refused("picture.no_words", "no words in this picture");
  return message;
}

void add_codes(const std::filesystem::path& program, Message& message) {
  constexpr std::size_t most_pictures = 3, most_codes = 8;
  if (program.empty() || message.form != Message::Form::email) return;
  mail::Limits bounds;
  bounds.bytes = max_message_bytes;
  const auto letter = mail::parse(kernel::as_bytes(message.content), bounds);
  if (!letter) return;
  std::vector<const mail::Image*> pictures;
  const std::function<void(const mail::Message&)> gather = [&](const mail::Message& one) {
    for (const auto& image : one.images)
      if (pictures.size() < most_pictures && !image.bytes.empty() && image.bytes.size() <= max_picture_bytes) pictures.push_back(&image);
    for (const auto& inner : one.nested) gather(inner);
  };
  gather(*letter);
  auto brief = limits();
  brief.wall = std::chrono::seconds(4);
  brief.cpu = std::chrono::seconds(2);
  for (const auto* picture : pictures) {
    const auto output = jail::output_of({program, {"codes"}}, picture->bytes, brief);
    if (!output) continue;
    boost::system::error_code error;
    const auto value = json::parse(kernel::as_text(*output), error);
    const auto* codes = error || !value.is_object() ? nullptr : value.get_object().if_contains("codes");
    if (codes == nullptr || !codes->is_array()) continue;
    for (const auto& code : codes->get_array())
      if (code.is_string() && message.codes.size() < most_codes) message.codes.emplace_back(code.get_string());
  }
}

}  // namespace carnet::vigilance
