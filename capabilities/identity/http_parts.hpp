// What the files of routes have in common. Inside identity only.
#pragma once
#include "identity/sign_in.hpp"

namespace carnet::identity {

using Answer = io::Task<kernel::Result<http::Response>>;

inline constexpr std::size_t max_small_body = 16 * 1024;
inline constexpr std::size_t max_typed = 1024;  // longer than any name or number one types
inline constexpr std::string_view sheet_channel = "sheet";

inline http::Response answer(const kernel::json::object& body, int status = 200) {
  return http::Response::json(kernel::json::serialize(body), status).with("Cache-Control", "no-store");
}
inline http::Response nothing(int status = 204) { return http::Response::empty(status).with("Cache-Control", "no-store"); }

inline kernel::json::object sent_to(const SentCode& sent) {
  return {{"channel", notices::code_of(sent.channel)}, {"hint", sent.hint}, {"sent_at", kernel::to_rfc3339(sent.at)}};
}

inline std::optional<notices::Channel> channel_named(std::string_view name) {
  for (const auto channel : {notices::Channel::email, notices::Channel::sms, notices::Channel::voice}) {
    if (notices::code_of(channel) == name) return channel;
  }
  return std::nullopt;
}

std::vector<http::Route> account_routes(Shared& shared);  // http_account.cpp

}  // namespace carnet::identity
