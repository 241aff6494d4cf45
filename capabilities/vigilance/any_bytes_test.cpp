// A short run of what the fuzzer does for minutes: messages changed by chance, from a seed.
#include <random>

#include "vigilance/testing/any_bytes.hpp"
#include "vigilance/testing/engine_case.hpp"

namespace carnet::vigilance {
namespace {

const std::vector<std::string> seeds{
    "Assurance Maladie : votre carte Vitale expire. Mettez à jour vos informations : https://ameli-\nvitale . com/fr\xff" "Ameli\xff" "Votre carte\xff" "https://ameli-renouv.info/r",
    "From: Service <a@courriel.example>\r\nSubject: =?UTF-8?B?Vm90cmUgY2FydGU=?=\r\nContent-Type: text/html\r\n\r\n<p>Bonjour <a href=\"https://xn--meli-zna.fr/a\">ameli.fr</a></p>",
    "xn--scurit-sociale-bkbf.fr", "0 899 12 34 56", "Mon espace santé : votre espace est rouvert. Réf. C7QM-2W9F", "b i t . l y/3xYz, bit,ly/a sur c\n> arte-vi\n> tale-dr\n> oits.info/x"};

TEST(AnyBytes, NothingBreaksAndTheSameIsSaidTwice) {
  std::mt19937 chance{20261122};
  const auto below = [&](std::size_t most) { return static_cast<std::size_t>(chance()) % most; };
  constexpr int rounds = 1'500;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = seeds[below(seeds.size())];
    for (std::size_t changes = below(6); changes > 0 && !bytes.empty(); --changes) {
      const auto at = below(bytes.size());
      if (const auto how = below(3); how == 0) {
        bytes[at] = static_cast<char>(chance());
      } else if (how == 1) {
        bytes.erase(at, 1 + below(8));
      } else {
        bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
      }
    }
    bytes.insert(0, {static_cast<char>(chance()), static_cast<char>(chance())});
    ASSERT_EQ(wrong_with(test_engine(), bytes), "") << "round " << round;
  }
}

}  // namespace
}  // namespace carnet::vigilance
