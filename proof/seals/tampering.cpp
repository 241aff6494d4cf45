// seals_tampering: a log of 1,000 entries attacked in every way we know, shown to the verifier of `carnet audit verify` and to the
// second reading of the formats. Every attack is found by both and a clean log by none, or the program fails.
#include "proof/seals/tampering.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>

#include "foundation/io/files.hpp"
#include "proof/seals/second_reader.hpp"

namespace carnet::proof {
namespace {

namespace fs = std::filesystem;
constexpr auto oldest = std::chrono::hours(49);

struct Tally {
  int tried = 0, first = 0, second = 0;
  bool whole() const { return tried > 0 && first == tried && second == tried; }
};

void write(const fs::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

class Bench {
 public:
  explicit Bench(fs::path directory) : directory_(std::move(directory)), scene_(directory_) {
    write(directory_ / "checkpoint.before", scene_.older_checkpoint);
    write(directory_ / "checkpoint.now", scene_.log.checkpoint());
  }

  bool run() {
    fmt::print("log: {} bytes of extract, seals 300, clean: ", scene_.clean.size());
    const bool clean = first_says(scene_.clean).empty() && second_says_of_extract(scene_.clean).agrees &&
                       second_says_of_log(scene_.published, {"checkpoint.before", "checkpoint.now"}).agrees;
    fmt::print("{}\n", clean ? "both agree" : "NOT AGREED");
    if (!clean) fmt::print("  {} | {} | {}\n", fmt::join(first_says(scene_.clean), "; "), second_says_of_extract(scene_.clean).words, second_says_of_log(scene_.published, {"checkpoint.before"}).words);
    const auto extracts = try_extracts();
    const auto logs = try_logs();
    fmt::print("tampering: {} of {} ways found by carnet audit verify, {} of {} by the second reading; {} of {} ways on the published log; clean {}\n",
               extracts.first, extracts.tried, extracts.second, extracts.tried, logs.second, logs.tried, clean ? "passes" : "does not pass");
    return clean && extracts.whole() && logs.whole();
  }

 private:
  std::vector<std::string> first_says(const std::string& extract) {
    return audit::verify_extract(extract, scene_.log.keys(attacked_space), io::SystemClock().now(), oldest).findings;
  }
  std::vector<std::string> keys() {
    const auto keys = scene_.log.keys(attacked_space);
    return {"--log", tlog::write_verifier_key(keys.log), "--witness", tlog::write_verifier_key(keys.witnesses[0])};
  }
  Said second_says_of_extract(const std::string& extract) {
    write(directory_ / "extract.json", extract);
    auto asked = keys();
    asked.insert(asked.end(), {"--space", scene_.log.keys(attacked_space).space, "--extract", (directory_ / "extract.json").string()});
    return second_reader(asked);
  }
  Said second_says_of_log(const fs::path& from, const std::vector<std::string>& seen_before) {
    auto asked = keys();
    asked.insert(asked.end(), {"--from", from.string()});
    for (const auto& one : seen_before) asked.insert(asked.end(), {"--earlier", (directory_ / one).string()});
    return second_reader(asked);
  }

  Tally try_extracts() {
    Tally tally;
    for (const auto& attack : extract_attacks()) {
      const auto shown = attack.make(scene_);
      const auto found = first_says(shown);
      const auto said = second_says_of_extract(shown);
      ++tally.tried;
      tally.first += found.empty() ? 0 : 1;
      tally.second += said.differs ? 1 : 0;
      fmt::print("  {}: {} | {}\n", attack.name, found.empty() ? "NOT FOUND" : found[0], said.differs ? said.words : "NOT FOUND " + said.words);
    }
    return tally;
  }
  Tally try_logs() {
    Tally tally;
    for (const auto& attack : log_attacks()) {
      const auto shown = directory_ / "shown";
      fs::remove_all(shown);
      fs::copy(scene_.published, shown, fs::copy_options::recursive);
      attack.make(scene_, shown);
      const auto said = second_says_of_log(shown, {"checkpoint.before"});
      ++tally.tried;
      ++tally.first;  // not a question to the extract's verifier
      tally.second += said.differs ? 1 : 0;
      fmt::print("  published log, {}: {}\n", attack.name, said.differs ? said.words : "NOT FOUND " + said.words);
    }
    return tally;
  }

  fs::path directory_;
  Scene scene_;
};

}  // namespace
}  // namespace carnet::proof

int main() {
  char name[] = "/tmp/carnet-seals-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  bool whole = false;
  try {
    whole = carnet::proof::Bench(directory).run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "seals_tampering: {}\n", error.what());
  }
  std::filesystem::remove_all(directory);
  return whole ? 0 : 1;
}
