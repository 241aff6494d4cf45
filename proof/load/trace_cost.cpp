#include "proof/load/trace_cost.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "proof/load/bench_loads.hpp"

namespace carnet::proof {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::string_view the_read = "read.DocumentReference.audited";
constexpr int rounds = 4;

double median_ms(std::vector<std::int64_t> us) {
  if (us.empty()) return 0;
  const auto middle = us.begin() + static_cast<std::ptrdiff_t>(us.size() / 2);
  std::ranges::nth_element(us, middle);
  return static_cast<double>(*middle) / 1000;
}

// One page and its sync after another, as a commit does at the least.
double disk_sync_ms(const std::filesystem::path& directory) {
  constexpr int syncs = 500;
  std::filesystem::create_directories(directory);
  const int fd = open((directory / "sync").c_str(), O_CREAT | O_RDWR, 0600);
  const std::string page(4096, 'x');
  std::vector<std::int64_t> took;
  for (int i = 0; i < syncs; ++i) {
    const auto begun = Steady::now();
    if (pwrite(fd, page.data(), page.size(), static_cast<off_t>(i) * 4096) < 0 || fdatasync(fd) != 0) break;
    took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun).count());
  }
  close(fd);
  return median_ms(std::move(took));
}

struct Measured {
  std::vector<std::int64_t> latencies_us;
  std::uint64_t answers = 0, errors = 0;
  double seconds = 0, cpu_us = 0, commits = 0, commit_us = 0;

  double cpu() const { return cpu_us / static_cast<double>(std::max<std::uint64_t>(1, answers)); }
  std::string line(std::string_view disk, std::size_t connections) const {
    return fmt::format("trace_cost conc={} sync={} rate={:.0f} p50_ms={:.3f} cpu_us={:.1f} commit_ms={:.3f} errors={}", connections, disk,
                       static_cast<double>(answers) / seconds, median_ms(latencies_us), cpu(), commits > 0 ? commit_us / commits / 1000 : 0.0, errors);
  }
};

class Side {
 public:
  Side(const std::filesystem::path& directory, std::size_t doctors, const std::string& program)
      : world_(directory, bench_patients, doctors, "warning", program) {
    for (const auto& prepared : all_loads())
      if (prepared.name == the_read) load_ = prepared.make(world_);
    if (!load_) throw std::runtime_error("the read is not served");
  }
  void warm(std::size_t connections) { (void)drive(door(), connections, 0.5, load_->load); }
  void go(std::size_t connections, double seconds, Measured& into) {
    const auto before = world_.used();
    auto outcome = drive(door(), connections, seconds, load_->load);
    const auto after = world_.used();
    into.latencies_us.insert(into.latencies_us.end(), outcome.latencies_us.begin(), outcome.latencies_us.end());
    into.answers += outcome.answers;
    into.errors += outcome.errors;
    into.seconds += outcome.seconds;
    into.cpu_us += static_cast<double>(after.cpu_us - before.cpu_us);
    into.commits += after.commits - before.commits;
    into.commit_us += after.commit_us - before.commit_us;
  }

 private:
  Door door() const { return {world_.plain_port(), {}}; }
  BenchWorld world_;
  std::optional<BenchLoad> load_;
};

}  // namespace

std::vector<std::string> trace_cost(const std::filesystem::path& directory, const TraceCostAsked& asked) {
  const double sync_ms = disk_sync_ms(directory);
  std::vector<std::string> lines{fmt::format("trace_cost disk sync p50_ms={:.3f}", sync_ms)};
  Side synced(directory / "synced", asked.doctors, "carnetd"), free(directory / "free", asked.doctors, "carnetd_free_disk");
  for (const auto connections : asked.connections) {
    Measured with, without;
    synced.warm(connections);
    free.warm(connections);
    for (int round = 0; round < rounds; ++round) {  // in turns, so that whatever else runs here weighs on both
      synced.go(connections, asked.seconds, with);
      free.go(connections, asked.seconds, without);
    }
    const double more_ms = median_ms(with.latencies_us) - median_ms(without.latencies_us);
    lines.push_back(with.line("real", connections));
    lines.push_back(without.line("free", connections));
    lines.push_back(fmt::format("trace_cost conc={} cpu ratio={:.3f} (bar 1.20) p50 more_ms={:.3f} = {:.2f} syncs of the disk (bar 1)", connections,
                                with.cpu() / without.cpu(), more_ms, sync_ms > 0 ? more_ms / sync_ms : 0.0));
  }
  return lines;
}

}  // namespace carnet::proof
