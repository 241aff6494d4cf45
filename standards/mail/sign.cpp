#include <fmt/format.h>

#include <algorithm>

#include "standards/mail/dkim.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t line_width = 76;

// What a reader sees or follows; each is named once more than it stands.
constexpr std::string_view shown_fields[] = {"from",
                                             "to",
                                             "cc",
                                             "subject",
                                             "date",
                                             "reply-to",
                                             "sender",
                                             "message-id",
                                             "mime-version",
                                             "content-type",
                                             "content-transfer-encoding"};
constexpr std::string_view carried_fields[] = {"in-reply-to",           "references", "list-unsubscribe",
                                               "list-unsubscribe-post", "list-id",    "auto-submitted"};

std::vector<std::string> names_to_sign(const RawMessage& message) {
  const auto count = [&](std::string_view name) {
    return static_cast<std::size_t>(std::count_if(message.fields().begin(), message.fields().end(),
                                                  [&](const RawField& field) { return field.name == name; }));
  };
  std::vector<std::string> names;
  for (const auto name : shown_fields) names.insert(names.end(), count(name) + 1, std::string(name));
  for (const auto name : carried_fields) names.insert(names.end(), count(name), std::string(name));
  return names;
}

// Continues the field on lines of their own width; `text` may be cut anywhere.
void append_wrapped(std::string& field, std::string_view text) {
  while (!text.empty()) {
    field += "\r\n\t";
    field += text.substr(0, line_width);
    text.remove_prefix(std::min(line_width, text.size()));
  }
}

std::string join_names(const std::vector<std::string>& names) {
  std::string out;
  std::size_t column = 2;
  for (const auto& name : names) {
    if (!out.empty()) out += ':';
    if (column + name.size() > line_width) {
      out += "\r\n\t";
      column = 1;
    }
    out += name;
    column += name.size() + 1;
  }
  return out;
}

}  // namespace

kernel::Result<std::string> sign(ByteView raw, const crypto::SigningKey& key, const SigningIdentity& identity,
                                 Instant now) {
  const auto refused = [](std::string says) {
    return kernel::invalid("mail.sign", {kernel::Issue{"value", "", std::move(says)}});
  };
  using Algorithm = crypto::PublicKey::Algorithm;
  const RawMessage message(kernel::as_text(raw));
  const auto domain = host(identity.domain);
  const auto selector = lowered(identity.selector);
  if (message.from_fields() != 1) return refused("exactly one From field must stand");
  if (!is_domain_name(domain) || !is_domain_name(selector)) return refused("the domain or the selector is no name");
  const bool rsa = key.fits(Algorithm::rs256);
  if (!rsa && !key.fits(Algorithm::eddsa)) return refused("the key must be RSA or Ed25519");

  const auto names = names_to_sign(message);
  const auto digest = crypto::sha256(kernel::as_bytes(canonical_body(message.body(), Canonical::relaxed)));
  const auto signed_at = now.ms / 1000;
  std::string field = fmt::format("DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n\td={}; s={}; t={};",
                                  rsa ? "rsa-sha256" : "ed25519-sha256", domain, selector, signed_at);
  if (identity.valid_for_s) field += fmt::format(" x={};", signed_at + *identity.valid_for_s);
  field += "\r\n\th=" + join_names(names) + ";\r\n\tbh=" + kernel::to_base64(digest) + ";\r\n\tb=";

  RawField own;
  own.name = "dkim-signature";
  own.whole = field;
  own.value = std::string_view(field).substr(field.find(':') + 1);
  const auto bytes = signed_fields(message, names, own, Canonical::relaxed);
  const auto signature = rsa ? key.sign(Algorithm::rs256, kernel::as_bytes(bytes))
                             : key.sign(Algorithm::eddsa, crypto::sha256(kernel::as_bytes(bytes)));
  append_wrapped(field, kernel::to_base64(signature));
  return field + "\r\n";
}

}  // namespace carnet::mail
