#include "foundation/courier/courier.hpp"
#include "foundation/courier/library.hpp"

namespace carnet::courier {
namespace {

constexpr std::size_t most_answer = 64u << 10;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* context) {
  auto& body = *static_cast<std::string*>(context);
  if (body.size() + size * count > most_answer) return 0;  // ends the transfer
  body.append(data, size * count);
  return size * count;
}

bool is_acceptable(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
}

}  // namespace

kernel::Result<Posted> post_text(const std::string& url, std::string_view body, const std::string& ca_file, long timeout_ms,
                                 const std::atomic<bool>* given_up) {
  if (!is_acceptable(url)) return kernel::refuse(kernel::ErrorKind::invalid, "courier.url", "https, or http on the loopback");
  start_library();
  const Easy curl(curl_easy_init());
  CARNET_INVARIANT(curl != nullptr, "libcurl makes a handle");
  Posted posted;
  const List headers(curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8"));
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &posted.body);
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  give_up_when(curl.get(), given_up);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return kernel::refuse(kernel::ErrorKind::unavailable, "courier.no_answer", curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  posted.status = static_cast<int>(status);
  return posted;
}

}  // namespace carnet::courier
