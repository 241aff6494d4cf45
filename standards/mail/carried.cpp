// Messages carried inside a message, as bytes: what a signature is verified over.
#include "standards/mail/decode.hpp"
#include "standards/mail/message.hpp"
#include "standards/mail/structure.hpp"

namespace carnet::mail {
namespace {

class Search {
 public:
  explicit Search(const Limits& limits) : limits_(limits) {}

  std::optional<std::string> first_in(std::string_view entity, std::string_view default_type, std::size_t depth) {
    if (++parts_ > limits_.parts || depth > limits_.depth) return std::nullopt;
    const auto block = split_headers(entity, limits_);
    if (block.too_large) return std::nullopt;
    const auto type = read_content_type(find_field(block.fields, "content-type"), default_type);
    if (type.type.starts_with("multipart/")) {
      bool cut = false;
      const auto parts = split_multipart(block.body, type.boundary, limits_.parts, cut);
      if (!parts) return std::nullopt;
      for (const auto part : *parts)
        if (auto found = first_in(part, type.type == "multipart/digest" ? "message/rfc822" : "text/plain", depth + 1)) return found;
      return std::nullopt;
    }
    if (type.type != "message/rfc822" && type.type != "message/global") return std::nullopt;
    const auto* encoding = find_field(block.fields, "content-transfer-encoding");
    const auto transfer = encoding ? transfer_of(encoding->unfolded()) : Transfer::plain;
    if (transfer == Transfer::plain || transfer == Transfer::unknown) return std::string(block.body);
    bool cut = false;
    auto decoded = decode_transfer(block.body, transfer, limits_.bytes, cut);
    if (cut) return std::nullopt;
    return decoded;
  }

 private:
  const Limits& limits_;
  std::size_t parts_ = 0;
};

}  // namespace

std::vector<std::string> carried_messages(ByteView raw, std::size_t deepest, const Limits& limits) {
  std::vector<std::string> out;
  out.reserve(deepest);  // `within` looks into the last one: none may move
  std::string_view within = kernel::as_text(raw);
  if (within.size() > limits.bytes) return out;
  while (out.size() < deepest) {
    auto found = Search(limits).first_in(within, "text/plain", 0);
    if (!found || found->empty()) break;
    out.push_back(std::move(*found));
    within = out.back();
  }
  return out;
}

}  // namespace carnet::mail
