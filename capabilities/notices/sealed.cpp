// The sealed body of a row: the notice and its words, as compact JSON.
#include "foundation/kernel/json.hpp"
#include "notices/words.hpp"

namespace carnet::notices {

namespace json = kernel::json;
using kernel::Result;

std::string encode(const Notice& notice, const Written& written) {
  json::array lines, paragraphs;
  for (const auto& line : notice.to.postal.lines) lines.push_back(json::string(line));
  for (const auto& paragraph : written.paragraphs) paragraphs.push_back(json::string(paragraph));
  json::object parameters;
  for (const auto& [name, value] : notice.parameters) parameters[name] = value;
  return json::serialize(json::object{{"what", static_cast<int>(notice.what)},
                                      {"channel", static_cast<int>(notice.channel)},
                                      {"person", notice.to.person.value},
                                      {"name", notice.to.name},
                                      {"address", notice.to.address},
                                      {"lines", std::move(lines)},
                                      {"country", notice.to.postal.country},
                                      {"language", notice.to.language},
                                      {"scheme", notice.to.scheme},
                                      {"large_print", notice.to.large_print},
                                      {"code", notice.code.reveal_text()},
                                      {"parameters", std::move(parameters)},
                                      {"subject", written.subject},
                                      {"paragraphs", std::move(paragraphs)},
                                      {"short", written.short_text}});
}

Result<Sealed> decode(std::string_view text) {
  CARNET_TRY(object, kernel::parse_object(text));
  const auto word = [&](std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const auto number = [&](std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
  };
  const auto texts = [&](std::string_view name) {
    std::vector<std::string> out;
    if (const auto* value = object.if_contains(name); value != nullptr && value->is_array())
      for (const auto& item : value->get_array())
        if (item.is_string()) out.emplace_back(item.get_string());
    return out;
  };
  Sealed sealed{{static_cast<Template>(number("what")), static_cast<Channel>(number("channel")), {}, {}, {}}, {}};
  auto& to = sealed.notice.to;
  to.person = PersonId(number("person"));
  to.name = word("name");
  to.address = word("address");
  to.postal = {texts("lines"), word("country")};
  to.language = word("language");
  to.scheme = word("scheme");
  if (const auto* large = object.if_contains("large_print"); large != nullptr && large->is_bool()) to.large_print = large->get_bool();
  sealed.notice.code = kernel::SecretBytes(word("code"));
  if (const auto* parameters = object.if_contains("parameters"); parameters != nullptr && parameters->is_object())
    for (const auto& [name, value] : parameters->get_object())
      if (value.is_string()) sealed.notice.parameters.emplace(std::string(name), std::string(value.get_string()));
  sealed.written = {word("subject"), texts("paragraphs"), word("short")};
  return sealed;
}

}  // namespace carnet::notices
