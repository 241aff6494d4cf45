// The sealed body of a row: the notice and its words, as compact JSON.
#include "foundation/kernel/json.hpp"
#include "notices/words.hpp"

namespace carnet::notices {

namespace json = kernel::json;
using kernel::Result;

namespace {

// What is built and read here holds a code in clear: memory is zeroised as it is given back.
class Forgetful final : public json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    return ::operator new(size, std::align_val_t(alignment));
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    kernel::zeroise(memory, size);
    ::operator delete(memory, std::align_val_t(alignment));
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }
};

void add_texts(json::object& out, std::string_view name, const std::vector<std::string>& texts) {
  auto& array = out.emplace(name, json::array_kind).first->value().get_array();
  array.reserve(texts.size());
  for (const auto& text : texts) array.emplace_back(text);
}

std::string word(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::vector<std::string> texts(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return out;
  out.reserve(value->get_array().size());
  for (const auto& item : value->get_array())
    if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

Sealed sealed_from(const json::object& object) {
  kernel::SecretBytes code;
  if (const auto* text = object.if_contains("code"); text != nullptr && text->is_string())
    code = kernel::SecretBytes(std::string_view(text->get_string()));
  Sealed sealed{{static_cast<Template>(number(object, "what")), static_cast<Channel>(number(object, "channel")), {},
                 std::move(code), {}}, {}};
  auto& to = sealed.notice.to;
  to.person = PersonId(number(object, "person"));
  to.addressee = PersonId(number(object, "addressee"));
  to.name = word(object, "name");
  to.address = word(object, "address");
  to.postal = {texts(object, "lines"), word(object, "country")};
  to.language = word(object, "language");
  to.scheme = word(object, "scheme");
  if (const auto* large = object.if_contains("large_print"); large != nullptr && large->is_bool()) to.large_print = large->get_bool();
  if (const auto* parameters = object.if_contains("parameters"); parameters != nullptr && parameters->is_object())
    for (const auto& [name, value] : parameters->get_object())
      if (value.is_string()) sealed.notice.parameters.emplace(std::string(name), std::string(value.get_string()));
  sealed.written.subject = word(object, "subject");
  sealed.written.paragraphs = texts(object, "paragraphs");
  sealed.written.short_text = word(object, "short");
  return sealed;
}

}  // namespace

std::string encode(const Notice& notice, const Written& written) {
  Forgetful memory;
  std::string text;
  {
    json::object out{json::storage_ptr(&memory)};
    out.emplace("what", static_cast<int>(notice.what));
    out.emplace("channel", static_cast<int>(notice.channel));
    out.emplace("person", notice.to.person.value);
    out.emplace("addressee", notice.to.addressee.value);
    out.emplace("name", notice.to.name);
    out.emplace("address", notice.to.address);
    add_texts(out, "lines", notice.to.postal.lines);
    out.emplace("country", notice.to.postal.country);
    out.emplace("language", notice.to.language);
    out.emplace("scheme", notice.to.scheme);
    out.emplace("large_print", notice.to.large_print);
    out.emplace("code", notice.code.reveal_text());
    auto& parameters = out.emplace("parameters", json::object_kind).first->value().get_object();
    for (const auto& [name, value] : notice.parameters) parameters.emplace(name, value);
    out.emplace("subject", written.subject);
    add_texts(out, "paragraphs", written.paragraphs);
    out.emplace("short", written.short_text);

    json::serializer serializer;
    serializer.reset(&out);
    std::size_t most = 4096;
    for (const auto& paragraph : written.paragraphs) most += 2 * paragraph.size();
    text.reserve(most);
    char part[1024];
    while (!serializer.done()) text += std::string_view(serializer.read(part));
    kernel::zeroise(part, sizeof part);
  }
  return text;
}

Result<Sealed> decode(std::string_view text) {
  Forgetful memory;
  unsigned char first[4096];
  Result<Sealed> sealed = kernel::fault("notices.sealed", "a waiting notice has a shape this program does not know");
  {
    json::parser parser(json::storage_ptr(&memory), json::parse_options(), first);
    parser.reset(json::storage_ptr(&memory));
    boost::system::error_code error;
    parser.write(text, error);
    if (!error) {
      const json::value value = parser.release();
      if (value.is_object()) sealed = sealed_from(value.get_object());
    }
  }
  kernel::zeroise(first, sizeof first);
  return sealed;
}

}  // namespace carnet::notices
