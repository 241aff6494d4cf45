// proof_validation [MUTANTS] [SEED]: validation on the official examples of R4, and on mutants made from them.
#include <fmt/format.h>

#include <cstdlib>

#include "proof/conformance/validation_corpus.hpp"
#include "proof/conformance/validation_mutants.hpp"

int main(int count, char** words) {
  using namespace carnet::conformance;
  const auto mutants = count > 1 ? std::strtoul(words[1], nullptr, 10) : 100'000;
  const auto seed = count > 2 ? std::strtoul(words[2], nullptr, 10) : 1;
  const auto examples = read_examples(CARNET_BUILD_DIR);
  if (examples.empty()) {
    fmt::print("The official examples are not here: run proof/conformance/fetch.sh\n");
    return 77;
  }
  const auto judged = judge(examples);
  const auto print = [](const char* words_of, const std::vector<Refused>& refused) {
    for (const auto& each : refused)
      fmt::print("{} {} | {} | {}\n", words_of, each.name, each.issues[0].path, each.issues[0].says);
  };
  print("refused as foreseen", judged.known);
  print("REFUSED", judged.unforeseen);
  for (const auto& name : judged.healed) fmt::print("ACCEPTED though listed as faulty: {}\n", name);
  fmt::print("examples={} accepted={} refused_as_foreseen={} refused_otherwise={} MB={:.1f} validation_s={:.3f}\n",
             judged.examples, judged.accepted, judged.known.size(), judged.unforeseen.size(),
             static_cast<double>(judged.bytes) / 1e6, judged.seconds);
  const auto hunt = hunt_mutants(examples, mutants, seed);
  for (const auto& tally : hunt.tallies)
    fmt::print("mutants kind=\"{}\" made={} refused={} at_path={}\n", tally.kind, tally.made, tally.refused,
               tally.at_path);
  for (const auto& each : hunt.missed) fmt::print("missed {}\n", each);
  fmt::print("mutants={} seed={} refused={} at_path={} ({:.2f} %)\n", hunt.made, seed, hunt.refused, hunt.at_path,
             100.0 * static_cast<double>(hunt.at_path) / static_cast<double>(std::max<std::size_t>(hunt.made, 1)));
  const bool good = judged.unforeseen.empty() && judged.healed.empty() && hunt.at_path * 100 >= hunt.made * 99;
  return good ? 0 : 1;
}
