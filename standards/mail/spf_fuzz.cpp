// Whatever a stranger publishes: a zone that is refused or read, and a check that ends with a result, within its
// lookups.
#include "standards/mail/authentication.hpp"
#include "standards/mail/spf_record.hpp"

namespace {

class Counting final : public carnet::mail::Resolver {
 public:
  Counting(std::string_view record, const carnet::mail::ZoneFile& zone) : record_(record), zone_(zone) {}
  carnet::mail::DnsAnswer ask(std::string_view name, carnet::mail::RecordType type) const override {
    ++asked;
    if (type == carnet::mail::RecordType::txt && zone_.ask(name, type).values.empty()) {
      return {carnet::mail::DnsAnswer::Outcome::found, {std::string(record_)}};
    }
    return zone_.ask(name, type);
  }
  mutable std::size_t asked = 0;

 private:
  std::string_view record_;
  const carnet::mail::ZoneFile& zone_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const auto text = kernel::as_text({data, size});
  const auto line = text.substr(0, text.find('\n'));
  const auto zone = mail::ZoneFile::parse(text.substr(std::min(line.size() + 1, text.size())), "example.com");
  const mail::ZoneFile empty;
  const Counting resolver(line, zone ? *zone : empty);
  (void)mail::check_spf("192.0.2.1", "helo.example.com", "a.b-c@example.com", resolver);
  (void)mail::check_spf("2001:db8::1", line, line, resolver);
  // Ten terms, each at most a record, ten exchanges or pointers and their addresses, and the macro that asks again.
  CARNET_INVARIANT(resolver.asked < 5'000, "a check asks without end");
  if (const auto record = mail::parse_spf(line)) {
    for (const auto& term : record->terms) {
      CARNET_INVARIANT(term.domain.empty() || mail::is_domain_spec(term.domain), "a domain that is none was read");
    }
  }
  return 0;
}
