// Whatever a stranger signs: judged, never a crash, and never a pass, since nobody but the tests holds the key. Every
// selector has a real key, so that hostile fields reach the end of the road.
#include <algorithm>

#include "standards/mail/authentication.hpp"

namespace {

class AnyKey final : public carnet::mail::Resolver {
 public:
  carnet::mail::DnsAnswer ask(std::string_view name, carnet::mail::RecordType) const override {
    const bool ed25519 = name.starts_with("e");
    return {
        carnet::mail::DnsAnswer::Outcome::found,
        {ed25519 ? "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
                 : "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bd"
                   "OKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pzo"
                   "xZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"}};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const AnyKey resolver;
  const auto seen = mail::verify({data, size}, {}, resolver, {1'795'000'000'000},
                                 [](std::string_view name) { return std::string(name); });
  CARNET_INVARIANT(seen.dkim.size() <= mail::max_signatures, "more signatures judged than the limit");
  for (const auto& signature : seen.dkim) {
    CARNET_INVARIANT(signature.result != mail::DkimResult::pass || signature.from_signed || seen.from_fields != 1,
                     "a pass that leaves From open");
  }
  CARNET_INVARIANT(seen.dmarc.from_domain.empty() || seen.from_fields == 1, "a sender among several From fields");
  // The record itself is a stranger's too.
  const auto text = kernel::as_text({data, size});
  (void)mail::parse_dmarc(text);
  return 0;
}
