// Any two texts, a line each, as dates: read or refused, and the comparisons of search agree with each other. Built with
// CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/date_time.hpp"

namespace {

using namespace carnet;
using Prefix = fhir::DateTest::Prefix;

void must(bool holds) {
  if (!holds) std::abort();
}

// R4, 3.1.1.4.5: what each prefix says of the same two periods.
void compare(const fhir::Period& asked, const fhir::Period& value, kernel::Instant now) {
  const auto holds = [&](Prefix prefix) { return fhir::DateTest{prefix, asked}.holds(value, now); };
  must(holds(Prefix::eq) != holds(Prefix::ne));
  must(!holds(Prefix::eq) || (holds(Prefix::ge) && holds(Prefix::le) && holds(Prefix::ap)));
  must(!holds(Prefix::gt) || holds(Prefix::ge));
  must(!holds(Prefix::lt) || holds(Prefix::le));
  must(!holds(Prefix::sa) || (holds(Prefix::gt) && !holds(Prefix::le)));
  must(!holds(Prefix::eb) || (holds(Prefix::lt) && !holds(Prefix::ge)));
  must(holds(Prefix::ge) || holds(Prefix::le));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(text.find('\n'), text.size());
  const auto first = text.substr(0, line), second = text.substr(std::min(line + 1, text.size()));
  const auto test = fhir::parse_date_test(first);
  const auto value = fhir::parse_date_time(second);
  constexpr kernel::Instant now{1'700'000'000'000};
  for (const auto& period : {test ? std::optional(test->period) : std::nullopt, value})
    if (period) {
      must(period->earliest < period->end);
      compare(*period, *period, now);
    }
  if (test && value) {
    compare(test->period, *value, now);
    (void)test->holds(*value, now);
  }
  // What a resource may say may be asked for, and is found by it.
  if (value) {
    const auto own = fhir::parse_date_test(second);
    must(own && own->holds(*value, now));
  }
  return 0;
}
