// proof_worlds [RECORDS] [SEED] [FIRST]: two worlds that differ by one hidden item, told RECORDS random records; what those who may
// not see the item are answered must be the same, byte for byte.
#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "proof/worlds/compare.hpp"

namespace carnet::proof {
namespace {

constexpr std::uint64_t together = 50, seal_every = 25, shrunk_from = 10'000'000;
constexpr std::size_t shown = 6;

void show(const Life& life, const Compared& compared) {
  fmt::print(stderr, "\nrecord {}: an item {} ({}, code {}, by role {}); {} answers differ\n", life.number, name_of(life.hidden), life.item.type, life.item.code,
             life.item.author, compared.differences.size());
  for (std::size_t i = 0; i < std::min(shown, compared.differences.size()); ++i) {
    const auto& one = compared.differences[i];
    fmt::print(stderr, "  {}\n    with:    {}\n    without: {}\n", one.question, one.with, one.without);
  }
}

// Last, because it is told at later hours than all the rest.
void show_least(TwoWorlds& worlds, const std::vector<Life>& that_differ) {
  for (std::size_t i = 0; i < std::min(shown, that_differ.size()); ++i) {
    const auto least = worlds.shrink(that_differ[i], shrunk_from + i * 1'000);
    fmt::print(stderr, "record {} still differs with {} items before it and {} after\n", that_differ[i].number, least.before.size(), least.after.size());
  }
}

struct Counted {
  std::int64_t records = 0, answers = 0, bytes = 0, differ = 0, unseen = 0;
  std::int64_t controls = 0, controls_that_differ = 0;
};

int run(std::uint64_t records, std::uint64_t seed, std::uint64_t first) {
  TwoWorlds worlds(seed);
  Counted counted;
  std::vector<Life> that_differ;
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t number = first; number < first + records; ++number) {
    if ((number - first) % together == 0) {
      std::vector<Life> lives;
      for (auto next = number; next < std::min(first + records, number + together); ++next) lives.push_back(invent(seed, next));
      worlds.import(lives);
    }
    const Life life = invent(seed, number);
    const bool control = number % together == 7 && life.hidden != Hidden::contested;
    const auto compared = worlds.compare(life, control, number % seal_every == 3);
    if (control) {
      ++counted.controls;
      counted.controls_that_differ += !compared.differences.empty();
      continue;
    }
    ++counted.records;
    counted.answers += compared.answers;
    counted.bytes += compared.bytes;
    counted.unseen += !compared.was_seen;
    counted.differ += static_cast<std::int64_t>(compared.differences.size());
    if (!compared.differences.empty()) {
      show(life, compared);
      that_differ.push_back(life);
    }
    if (number % together == 0) fmt::print(stderr, "\r{} records, {} answers, {} differ", counted.records, counted.answers, counted.differ);
  }
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  fmt::print(stderr, "\n");
  show_least(worlds, that_differ);
  fmt::print("worlds: {} records, {} answers, {} differ ({} bytes compared, seed {}, {:.0f} s; control: {} of {} records differ for who may see the item; "
             "{} items that nobody saw)\n",
             counted.records, counted.answers, counted.differ, counted.bytes, seed, took, counted.controls_that_differ, counted.controls, counted.unseen);
  return counted.differ == 0 && counted.controls == counted.controls_that_differ && counted.unseen == 0 && counted.answers > 0 ? 0 : 1;
}

std::uint64_t number_in(int argc, char** argv, int which, std::uint64_t otherwise) {
  std::uint64_t number = otherwise;
  if (argc > which) std::from_chars(argv[which], argv[which] + std::string_view(argv[which]).size(), number);
  return number;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  using carnet::proof::number_in;
  try {
    return carnet::proof::run(number_in(argc, argv, 1, 200), number_in(argc, argv, 2, 1), number_in(argc, argv, 3, 0));
  } catch (const std::exception& error) {
    fmt::print(stderr, "proof_worlds: {}\n", error.what());
    return 1;
  }
}
