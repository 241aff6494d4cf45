// A short run of one fuzzer among the tests: its seeds, then changed seeds and chance, always the same. What the fuzzer
// forbids aborts. `smoke SEEDS`: a seed on each line, with \n \r \t \\ \xHH. `smoke SEEDS FOLDER` only writes them there, a
// file each, for the long run, guided and with sanitizers (setup/fuzz.sh).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string unescaped(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      out += line[i];
      continue;
    }
    const char kind = line[++i];
    if (kind == 'x' && i + 2 < line.size()) {
      constexpr int hexadecimal = 16;
      out += static_cast<char>(std::strtol(std::string(line.substr(i + 1, 2)).c_str(), nullptr, hexadecimal));
      i += 2;
    } else {
      out += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
    }
  }
  return out;
}

std::vector<std::string> seeds_in(const char* file) {
  std::vector<std::string> seeds;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) seeds.push_back(unescaped(line));
  return seeds;
}

int write_into(const std::filesystem::path& folder, const std::vector<std::string>& seeds) {
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream out(folder / ("seed" + std::to_string(i)), std::ios::binary);
    if (!(out << seeds[i])) return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** words) {
  constexpr int rounds = 10'000;
  if (count < 2) return EXIT_FAILURE;
  const auto seeds = seeds_in(words[1]);
  if (seeds.empty()) return EXIT_FAILURE;
  if (count > 2) return write_into(words[2], seeds);
  std::mt19937 chance{20261122};
  const auto below = [&](std::size_t most) { return static_cast<std::size_t>(chance()) % most; };
  run({});
  for (const auto& seed : seeds) run(seed);
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = seeds[below(seeds.size())];
    for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
      const auto at = below(bytes.size());
      const auto& other = seeds[below(seeds.size())];
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<char>(chance());
          break;
        case 1:
          bytes.erase(at, 1 + below(8));
          break;
        case 2:
          bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
          break;
        default:
          if (!other.empty()) bytes.insert(at, other.substr(below(other.size()), below(40)));
      }
    }
    run(bytes);
  }
  std::printf("%zu seeds, %d changed\n", seeds.size(), rounds);
  return EXIT_SUCCESS;
}
