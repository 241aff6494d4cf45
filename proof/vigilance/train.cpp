// Trains the character n-gram weights on the texts of training/, prints what they find in templates set apart, and writes
// weights.txt. Deterministic: the same texts give the same bytes.
//   vigilance_train rules/vigilance proof/vigilance/training
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>

#include "foundation/io/files.hpp"
#include "foundation/kernel/bytes.hpp"
#include "vigilance/links.hpp"
#include "vigilance/model.hpp"
#include "vigilance/registry.hpp"
#include "vigilance/text.hpp"

namespace {

using namespace carnet;
using vigilance::Model;

struct Example {
  std::vector<std::uint16_t> features;
  bool is_scam = false;
  std::size_t text = 0;  // number of its template: one template is never on both sides
};

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && !line.starts_with('#')) out.push_back(line);
  return out;
}

class Slots {
 public:
  explicit Slots(const std::filesystem::path& file) {
    for (const auto& line : lines_of(file)) {
      const auto tab = line.find('\t');
      auto& values = slots_[line.substr(0, tab)];
      std::string_view rest = std::string_view(line).substr(tab + 1);
      while (true) {
        const auto bar = std::min(rest.find('|'), rest.size());
        values.emplace_back(rest.substr(0, bar));
        if (bar == rest.size()) break;
        rest.remove_prefix(bar + 1);
      }
    }
  }
  std::string fill(std::string text, std::size_t turn) const {
    std::size_t use = 0;
    for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at)) {
      const auto end = text.find('}', at);
      if (end == std::string::npos) break;
      const auto found = slots_.find(text.substr(at + 1, end - at - 1));
      if (found == slots_.end()) {
        ++at;
        continue;
      }
      text.replace(at, end - at + 1, found->second[(turn * 7 + ++use * 3) % found->second.size()]);
    }
    for (auto at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at)) text.replace(at, 2, "\n");
    return text;
  }

 private:
  std::map<std::string, std::vector<std::string>> slots_;
};

class Trainer {
 public:
  explicit Trainer(const vigilance::Glyphs& glyphs) : glyphs_(glyphs) {}

  void add(const std::filesystem::path& file, bool is_scam, const Slots& slots) {
    constexpr std::size_t turns = 4;
    for (const auto& line : lines_of(file)) {
      for (std::size_t turn = 0; turn < turns; ++turn) {
        const auto plain = vigilance::plain_of(slots.fill(line, turn), glyphs_);
        std::vector<vigilance::Range> links;
        for (const auto& link : vigilance::links_in(plain, glyphs_)) links.push_back(link.plain);
        examples_.push_back({Model::features(vigilance::words_of(plain, links).shape), is_scam, texts_});
      }
      ++texts_;
    }
  }

  struct Fit {
    std::vector<double> weights = std::vector<double>(Model::buckets, 0.0);
    double bias = 0;
    double score(const std::vector<std::uint16_t>& features) const {
      double sum = 0;
      for (const auto feature : features) sum += weights[feature];
      return sum / std::sqrt(static_cast<double>(std::max<std::size_t>(features.size(), 1))) + bias;
    }
  };
  // Logistic regression by plain gradient steps in a fixed order; `fold` is left out, `folds` leaves out none.
  Fit fit(std::size_t fold) const {
    constexpr int passes = 40;
    constexpr double decay = 1e-5;
    Fit out;
    std::vector<std::size_t> order(examples_.size());
    std::iota(order.begin(), order.end(), 0);
    std::uint64_t state = 88172645463325252ull;
    for (int pass = 0; pass < passes; ++pass) {
      for (std::size_t i = order.size(); i > 1; --i) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        std::swap(order[i - 1], order[state % i]);
      }
      const double step = 0.5 / (1.0 + pass * 0.2);
      for (const auto at : order) {
        const auto& example = examples_[at];
        if (example.text % folds == fold) continue;
        const double wrong = (example.is_scam ? 1.0 : 0.0) - 1.0 / (1.0 + std::exp(-out.score(example.features)));
        const double move = step * wrong / std::sqrt(static_cast<double>(std::max<std::size_t>(example.features.size(), 1)));
        for (const auto feature : example.features) out.weights[feature] += move - step * decay * out.weights[feature];
        out.bias += step * wrong * 0.1;
      }
    }
    return out;
  }

  // Scores of templates that the fit has not seen.
  void cross(std::vector<double>& scams, std::vector<double>& others) const {
    for (std::size_t fold = 0; fold < folds; ++fold) {
      const auto made = fit(fold);
      for (const auto& example : examples_)
        if (example.text % folds == fold) (example.is_scam ? scams : others).push_back(made.score(example.features));
    }
  }
  static constexpr std::size_t folds = 5;

 private:
  const vigilance::Glyphs& glyphs_;
  std::vector<Example> examples_;
  std::size_t texts_ = 0;
};

kernel::Status run(const std::filesystem::path& rules, const std::filesystem::path& texts) {
  CARNET_TRY(registry, vigilance::Registry::load(rules, vigilance::Trust::any));
  const vigilance::Glyphs glyphs(registry.glyphs());
  const Slots slots(texts / "slots.tsv");
  Trainer trainer(glyphs);
  for (const auto* file : {"scam.txt", "scam_health.txt", "scam_mail.txt"}) trainer.add(texts / file, true, slots);
  for (const auto* file : {"legit.txt", "legit_more.txt", "legit_mail.txt"}) trainer.add(texts / file, false, slots);
  std::vector<double> scams, others;
  trainer.cross(scams, others);
  std::sort(others.begin(), others.end());
  const double threshold = others[others.size() * 990 / 1000];
  const auto found = std::count_if(scams.begin(), scams.end(), [&](double score) { return score > threshold; });
  fmt::print("templates set apart: {} of {} scams above the score that 1 % of the others reach\n", found, scams.size());
  const auto final = trainer.fit(Trainer::folds);
  const double largest = std::abs(*std::max_element(final.weights.begin(), final.weights.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
  kernel::Bytes bytes;
  for (const double weight : final.weights) bytes.push_back(static_cast<std::uint8_t>(static_cast<std::int8_t>(std::lround(weight / largest * 127.0))));
  const auto out = fmt::format("carnet-ngrams 1 {:.6f} {:.9f} {}\n", final.bias, largest / 127.0, kernel::to_base64(bytes));
  return io::replace_file(rules / "weights.txt", kernel::as_bytes(out), 0644);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "vigilance_train RULES TEXTS\n");
    return 2;
  }
  if (const auto done = run(argv[1], argv[2]); !done) {
    fmt::print(stderr, "vigilance_train: {} {}\n", done.error().code, done.error().detail);
    return 1;
  }
  return 0;
}
