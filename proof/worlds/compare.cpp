#include "proof/worlds/compare.hpp"

#include <algorithm>
#include <future>

namespace carnet::proof {
namespace {

struct Heard {
  std::vector<Told> told;
  bool was_seen = false;
};

Heard hear(World& world, const Life& life, bool with_hidden, bool control, bool sealed) {
  Telling telling(world, life, with_hidden);
  telling.tell();
  const auto viewers = control ? telling.those_who_see() : telling.viewers();
  Heard heard{{}, telling.was_seen()};
  for (const auto& viewer : viewers)
    for (auto& one : ask_all(telling, viewer)) heard.told.push_back(std::move(one));
  if (control) return heard;
  if (sealed) {
    world.settle();
    must(world.house().seals().seal_now(), "seal");
    for (const auto& viewer : viewers)
      if (!viewer.who.empty() && viewer.sees_traces) heard.told.push_back(extract_for(telling, viewer));
  }
  // Who contested is told so themselves; everybody else hears nothing.
  for (int which = 0; which < 4; ++which) heard.told.push_back(letters_to(telling, life.name(which)));
  world.settle();
  return heard;
}

std::string around(const std::string& text, std::size_t at) {
  constexpr std::size_t before = 160, length = 420;
  const auto start = at > before ? at - before : 0;
  return start < text.size() ? text.substr(start, length) : std::string();
}

Difference difference(const Told& one, const Told& two) {
  if (one.question != two.question) return {"another question: " + one.question, one.question, two.question};
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(one.answer, two.answer).in1 - one.answer.begin());
  return {one.question, around(one.answer, at), around(two.answer, at)};
}

}  // namespace

TwoWorlds::TwoWorlds(std::uint64_t seed) : directory_(place_for_worlds()) {
  with_ = std::make_unique<World>(seed, directory_ / "with", begins(0));
  without_ = std::make_unique<World>(seed, directory_ / "without", begins(0));
  for (auto* world : {with_.get(), without_.get()}) found_directory(*world);
}

TwoWorlds::~TwoWorlds() {
  with_.reset();
  without_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void TwoWorlds::import(const std::vector<Life>& lives) {
  if (lives.empty()) return;
  std::string csv = register_head();
  for (const auto& life : lives) csv += life.register_lines(kernel::date_in(begins(life.number), kernel::Zone::paris()));
  for (auto* world : {with_.get(), without_.get()}) {
    world->step(lives.front().number * 10'000, begins(lives.front().number));
    world->import_csv(csv);
    world->settle();
  }
}

Compared TwoWorlds::compare(const Life& life, bool control, bool sealed) {
  auto other = std::async(std::launch::async, [&] { return hear(*without_, life, false, control, sealed); });
  const auto with = hear(*with_, life, true, control, sealed);
  const auto without = other.get();
  Compared compared;
  compared.was_seen = with.was_seen && !without.was_seen;
  const auto count = std::min(with.told.size(), without.told.size());
  for (std::size_t i = 0; i < count; ++i) {
    ++compared.answers;
    compared.bytes += static_cast<std::int64_t>(with.told[i].answer.size());
    if (with.told[i].question == without.told[i].question && with.told[i].answer == without.told[i].answer) continue;
    compared.differences.push_back(difference(with.told[i], without.told[i]));
    if (with.told[i].question != without.told[i].question) return compared;  // pages no longer run side by side
  }
  if (with.told.size() != without.told.size()) compared.differences.push_back({"the number of answers", {}, {}});
  return compared;
}

Life TwoWorlds::shrink(const Life& life, std::uint64_t from) {
  Life least = life;
  const auto still_differs = [&](Life tried) {
    tried.number = ++from;
    import({tried});
    return !compare(tried, false, false).differences.empty();
  };
  for (auto member : {&Life::after, &Life::before})
    for (std::size_t i = 0; i < (least.*member).size();) {
      Life tried = least;
      (tried.*member).erase((tried.*member).begin() + static_cast<std::ptrdiff_t>(i));
      if (still_differs(tried))
        least = tried;
      else
        ++i;
    }
  return least;
}

}  // namespace carnet::proof
