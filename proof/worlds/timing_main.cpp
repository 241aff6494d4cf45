// worlds_timing [SAMPLES] [SEED]: how long the main calls take, in the world with the hidden item and in the one without; SAMPLES of each,
// interleaved at random. Many records are told, the hidden item in the one house or the other in turn, so that what two houses, or two
// records in memory, differ in by themselves is on both sides. Welch's t on the means, the slowest hundredth left out (pauses of the machine, and of its neighbours).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "proof/worlds/questions.hpp"

namespace carnet::proof {
namespace {

// Twelve tests: at 3.5 one of them exceeds it by chance in 180 runs.
constexpr double threshold = 3.5, kept = 0.99;
constexpr int tellings = 32, not_counted = 640;

struct Mean {
  double mean = 0, variance = 0, median = 0;
  double count = 0;
};
Mean mean_of(std::vector<double> us, double longest) {
  std::erase_if(us, [&](double one) { return one > longest; });
  Mean made;
  made.count = static_cast<double>(us.size());
  for (const double one : us) made.mean += one / made.count;
  for (const double one : us) made.variance += (one - made.mean) * (one - made.mean) / (made.count - 1);
  std::ranges::nth_element(us, us.begin() + static_cast<std::ptrdiff_t>(us.size() / 2));
  made.median = us[us.size() / 2];
  return made;
}
double longest_kept(const std::vector<double>& one, const std::vector<double>& two) {
  std::vector<double> all = one;
  all.insert(all.end(), two.begin(), two.end());
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(kept * static_cast<double>(all.size()));
  std::ranges::nth_element(all, at);
  return *at;
}

// One record told in both houses, the item in the one or the other.
struct Pair {
  Life life;
  std::unique_ptr<Telling> with, without;
  Viewer viewer_with, viewer_without;
};

struct Call {
  std::string name, method;
  std::string (*address)(const Telling& telling, const Viewer& viewer);
};
std::string web(const Viewer& viewer) { return "/api/spaces/" + viewer.who; }
std::string shown_document(const Telling& telling) {
  const auto& items = telling.life().before;
  const auto at = std::ranges::find_if(items, [](const Item& item) { return item.type == "DocumentReference" && item.label.empty(); });
  return telling.ids().at(static_cast<std::size_t>(at - items.begin()));
}

std::vector<Call> calls_of_software() {
  return {{"read of the hidden id", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/DocumentReference/" + t.hidden_id(); }},
          {"content of the hidden id", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/Binary/" + t.hidden_id(); }},
          {"content of another", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/Binary/" + shown_document(t); }},
          {"search", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/DocumentReference?date=ge2000-01-01&patient=" + t.patient(); }},
          {"$everything", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/Patient/" + t.patient() + "/$everything"; }},
          {"history", "GET", [](const Telling& t, const Viewer&) { return "/fhir/R4/DocumentReference/_history?_count=5&patient=" + t.patient(); }}};
}
std::vector<Call> calls_of_a_parent() {
  return {{"space", "GET", [](const Telling&, const Viewer& v) { return web(v); }},
          {"list", "GET", [](const Telling&, const Viewer& v) { return web(v) + "/documents"; }},
          {"the hidden id", "GET", [](const Telling& t, const Viewer& v) { return web(v) + "/documents/" + t.hidden_id(); }},
          {"content of the hidden id", "GET", [](const Telling& t, const Viewer& v) { return web(v) + "/documents/" + t.hidden_id() + "/content"; }},
          {"traces", "GET", [](const Telling&, const Viewer& v) { return web(v) + "/traces?limit=20"; }},
          {"who has access", "GET", [](const Telling&, const Viewer& v) { return web(v) + "/access"; }}};
}

class Timing {
 public:
  explicit Timing(std::uint64_t seed) : dice_(seed), seed_(seed), directory_(place_for_worlds()) {
    for (const auto* name : {"one", "two"}) houses_.push_back(std::make_unique<World>(seed, directory_ / name, begins(0)));
    for (auto& house : houses_) found_directory(*house);
  }
  ~Timing() {
    houses_.clear();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  bool time(Hidden kind, const std::vector<Call>& calls, int samples) {
    std::vector<Pair> pairs;
    for (int i = 0; i < tellings; ++i) pairs.push_back(told(kind, i % 2 == 1));
    bool fine = true;
    for (const auto& call : calls) fine = compare(kind, call, pairs, samples) && fine;
    return fine;
  }

 private:
  Life life_of(Hidden kind) {
    for (;; ++next_) {
      Life life = invent(seed_, next_);
      if (life.hidden != kind || life.item.type != "DocumentReference") continue;
      Item shown = life.item;
      shown.label.clear();
      shown.unique_id += ".9";
      shown.author = author;
      shown.code = "11369-6";  // which every profession reads
      shown.doc_class = "52";
      life.before.push_back(shown);
      ++next_;
      return life;
    }
  }

  Pair told(Hidden kind, bool swapped) {
    Pair pair{life_of(kind), nullptr, nullptr, {}, {}};
    lives_.push_back(std::make_unique<Life>(pair.life));
    const Life& life = *lives_.back();
    for (auto& house : houses_) {
      house->step(life.number * 10'000, begins(life.number));
      house->import_csv(register_head() + life.register_lines(kernel::date_in(begins(life.number), kernel::Zone::paris())));
    }
    pair.with = std::make_unique<Telling>(*houses_[swapped ? 1 : 0], life, true);
    pair.without = std::make_unique<Telling>(*houses_[swapped ? 0 : 1], life, false);
    pair.with->tell();
    pair.without->tell();
    pair.viewer_with = pair.with->viewers().front();
    pair.viewer_without = pair.without->viewers().front();
    return pair;
  }

  double once(const Call& call, Pair& pair, bool with) {
    Telling& telling = with ? *pair.with : *pair.without;
    const Viewer& viewer = with ? pair.viewer_with : pair.viewer_without;
    const Question question{call.method, call.address(telling, viewer)};
    telling.world().settle();
    const auto begun = std::chrono::steady_clock::now();
    (void)telling.world().ask(viewer.caller, question);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
  }

  bool compare(Hidden kind, const Call& call, std::vector<Pair>& pairs, int samples) {
    std::vector<double> with, without;
    for (int i = -not_counted; i < samples; ++i) {
      Pair& pair = pairs[static_cast<std::size_t>(i + not_counted) % pairs.size()];
      const bool first = dice_() % 2 == 0;
      const double one = once(call, pair, first), two = once(call, pair, !first);
      if (i < 0) continue;
      with.push_back(first ? one : two);
      without.push_back(first ? two : one);
    }
    const double longest = longest_kept(with, without);
    const auto a = mean_of(with, longest), b = mean_of(without, longest);
    const double t = (a.mean - b.mean) / std::sqrt(a.variance / a.count + b.variance / b.count);
    fmt::print("{:28} {:26} with {:7.1f} us (median {:7.1f}), without {:7.1f} (median {:7.1f}), t = {:+.2f}{}\n", name_of(kind), call.name, a.mean, a.median, b.mean,
               b.median, t, std::abs(t) < threshold ? "" : "  DIFFERS");
    std::fflush(stdout);
    return std::abs(t) < threshold;
  }

  std::mt19937_64 dice_;
  const std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::filesystem::path directory_;
  std::vector<std::unique_ptr<World>> houses_;
  std::vector<std::unique_ptr<Life>> lives_;
};

int run(int samples, std::uint64_t seed) {
  Timing timing(seed);
  const bool software = timing.time(Hidden::masked, calls_of_software(), samples);
  const bool parent = timing.time(Hidden::from_representatives, calls_of_a_parent(), samples);
  const bool fine = software && parent;
  fmt::print("timing: {} samples of each world for each of 12 calls, |t| {} {} everywhere, seed {}\n", samples, fine ? "below" : "not below", threshold, seed);
  return fine ? 0 : 1;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  int samples = 10'000;
  std::uint64_t seed = 1;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), samples);
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::string_view(argv[2]).size(), seed);
  try {
    return carnet::proof::run(samples, seed);
  } catch (const std::exception& error) {
    fmt::print(stderr, "worlds_timing: {}\n", error.what());
    return 1;
  }
}
