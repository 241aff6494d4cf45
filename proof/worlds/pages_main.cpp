// worlds_pages RECORDS SEED: two worlds for pages.mjs, which opens their pages in real browsers. It tells, one line for each line:
//   (at once)                          -> {"ports":[with, without]}
//   {"next":true}                      -> the next record, told in both worlds, and who may look at it; {"done":true} after the last
//   {"step":WORLD}                     -> {}: before each request of a browser, as before each request of the other proofs
//   {"canonical":WORLD,"text":"..."}   -> {"text":"..."}: ids of items as their places
// The world with the item is 0, the one without 1.
#include <fmt/format.h>

#include <charconv>
#include <future>
#include <iostream>

#include "proof/worlds/compare.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;

// A control after the first record and after every tenth: an item that the holder does see.
constexpr std::uint64_t control_every = 10;

bool for_pages(const Life& life) {
  return life.hidden == Hidden::awaited || life.hidden == Hidden::from_representatives || life.hidden == Hidden::contested || life.hidden == Hidden::out_of_scope;
}
bool for_control(const Life& life) {
  constexpr std::uint64_t deletes = 5;  // one in five of those who write an item delete it
  return life.hidden == Hidden::masked && !life.holder_is_minor && life.item.type == "DocumentReference" && life.dice % deletes != 0;
}

class Pages {
 public:
  Pages(std::uint64_t records, std::uint64_t seed) : records_(records), seed_(seed), worlds_(seed) {}

  json::object ports() { return {{"ports", json::array{worlds_.world(true).serve_browsers(), worlds_.world(false).serve_browsers()}}}; }

  json::object answer(const json::object& asked) {
    if (asked.contains("next")) return next();
    if (const auto* world = asked.if_contains("step")) {
      telling(world->to_number<int>()).next_step();
      return {};
    }
    return {{"text", telling(asked.at("canonical").to_number<int>()).canonical(std::string(asked.at("text").as_string()))}};
  }

 private:
  Telling& telling(int world) { return world == 0 ? *with_ : *without_; }
  bool draw();
  json::object next();
  json::object described(const Viewer& viewer);

  const std::uint64_t records_, seed_;
  TwoWorlds worlds_;
  std::uint64_t number_ = 0, told_ = 0;
  bool control_ = false;
  Life life_;
  std::unique_ptr<Telling> with_, without_;
};

// The next record of the kind that is wanted now.
bool Pages::draw() {
  const bool due = !control_ && told_ % control_every == 1;
  if (told_ == records_ && !due) return false;
  control_ = due;
  do life_ = invent(seed_, number_++);
  while (!(control_ ? for_control(life_) : for_pages(life_)));
  if (!control_) ++told_;
  return true;
}

json::object Pages::next() {
  with_.reset();
  without_.reset();
  if (!draw()) return {{"done", true}};
  worlds_.import({life_});
  with_ = std::make_unique<Telling>(worlds_.world(true), life_, true);
  without_ = std::make_unique<Telling>(worlds_.world(false), life_, false);
  auto other = std::async(std::launch::async, [&] { without_->tell(); });
  with_->tell();
  other.get();
  json::array viewers;
  for (const auto& viewer : control_ ? std::vector{with_->holder()} : with_->viewers())
    if (!viewer.who.empty()) viewers.push_back(described(viewer));
  return {{"record", life_.number},
          {"hidden", name_of(life_.hidden)},
          {"control", control_},
          {"seen", with_->was_seen() && !without_->was_seen()},
          {"is_document", life_.item.type == "DocumentReference"},
          {"now", worlds_.world(true).now().ms},
          {"ids", json::array{with_->hidden_id(), without_->hidden_id()}},
          {"viewers", std::move(viewers)}};
}

json::object Pages::described(const Viewer& viewer) {
  json::array cookies;
  for (const bool with : {true, false}) {
    auto& told = with ? *with_ : *without_;
    told.next_step();
    cookies.push_back(json::value(told.world().signed_in(viewer.caller->person)));
  }
  return {{"name", viewer.name}, {"who", viewer.who}, {"sees_traces", viewer.sees_traces}, {"cookies", std::move(cookies)}};
}

int run(std::uint64_t records, std::uint64_t seed) {
  Pages pages(records, seed);
  std::cout << json::serialize(pages.ports()) << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << json::serialize(pages.answer(json::parse(line).as_object())) << std::endl;
  return 0;
}

std::uint64_t number_of(std::string_view word) {
  std::uint64_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  try {
    return carnet::proof::run(argc > 1 ? carnet::proof::number_of(argv[1]) : 3, argc > 2 ? carnet::proof::number_of(argv[2]) : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "worlds_pages: {}\n", error.what());
    return 1;
  }
}
