// proof_lives [--lives N] [--service-lives N] [--seed S] [--from LIFE]: random lives through the rules and, fewer, through the
// service on its stores, compared with the oracle at every step. Prints one line each; exits 1 at a mismatch.
#include <charconv>
#include <cstdio>
#include <string_view>

#include "proof/sim/lives.hpp"

namespace {

using carnet::proof::Storyteller;
using carnet::proof::Tally;

constexpr std::int64_t at_once = 1000;

bool run(std::string_view name, std::uint64_t seed, std::int64_t first, std::int64_t lives, Storyteller::Level level) {
  Tally all;
  for (std::int64_t done = 0; done < lives; done += at_once) {
    const auto some = std::min(at_once, lives - done);
    const auto tally = carnet::proof::compare_lives(seed, some, level, first + done);
    all.lives += tally.lives;
    all.steps += tally.steps;
    all.mismatches += tally.mismatches;
    all.reached.insert(tally.reached.begin(), tally.reached.end());
    if (all.first.empty()) all.first = tally.first;
    std::fprintf(stderr, "\r%.*s: %lld of %lld", static_cast<int>(name.size()), name.data(),
                 static_cast<long long>(all.lives), static_cast<long long>(lives));
  }
  std::fprintf(stderr, "\n");
  if (!all.first.empty()) std::fprintf(stderr, "%s", all.first.c_str());
  std::printf("%.*s: %lld mismatches of %lld steps, seed %llu (%lld lives; %zu cells of state, act and outcome reached)\n",
              static_cast<int>(name.size()), name.data(), static_cast<long long>(all.mismatches),
              static_cast<long long>(all.steps), static_cast<unsigned long long>(seed), static_cast<long long>(all.lives),
              all.reached.size());
  return all.mismatches == 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::int64_t lives = 100'000, service_lives = 300, seed = 1, from = 0;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i], value = arguments[i + 1];
    std::int64_t* const target = name == "--lives"           ? &lives
                                 : name == "--service-lives" ? &service_lives
                                 : name == "--seed"          ? &seed
                                 : name == "--from"          ? &from
                                                             : nullptr;
    if (target == nullptr || std::from_chars(value.data(), value.data() + value.size(), *target).ec != std::errc{}) {
      std::fprintf(stderr, "usage: proof_lives [--lives N] [--service-lives N] [--seed S] [--from LIFE]\n");
      return 2;
    }
  }
  const auto unsigned_seed = static_cast<std::uint64_t>(seed);
  bool equal = true;
  if (lives > 0) equal = run("lives", unsigned_seed, from, lives, Storyteller::Level::rules);
  if (service_lives > 0) equal = run("lives through the service", unsigned_seed, from, service_lives, Storyteller::Level::service) && equal;
  return equal ? 0 : 1;
}
