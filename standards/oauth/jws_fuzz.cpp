// Whatever a stranger posts as an assertion or a key set: refused or read, never a crash; what is read obeys the bounds.
#include "standards/oauth/oauth.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const auto text = kernel::as_text({data, size});
  if (const auto jws = oauth::parse_compact(text)) {
    CARNET_INVARIANT(!jws->kid.empty() && !jws->signature.empty(), "a JWS without kid or signature was read");
    (void)oauth::check_client_assertion(*jws, oauth::claimed_client(*jws), "https://localhost/oauth/token", {1'750'000'000'000});
  }
  if (const auto set = kernel::parse_object(text)) {
    if (const auto keys = oauth::parse_jwk_set(*set, "")) {
      for (const auto& key : *keys) CARNET_INVARIANT(oauth::parse_jwk(key.text).has_value(), "a key kept is not read again");
    }
  }
  (void)oauth::parse_scopes(text);
  return 0;
}
