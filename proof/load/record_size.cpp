#include "proof/load/record_size.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <zstd.h>

#include <stdexcept>

#include "proof/load/bench_resources.hpp"
#include "proof/load/bench_world.hpp"

namespace carnet::proof {
namespace {

constexpr std::size_t per_bundle = 500, patients = 190, connections = 16;
constexpr int level = 3;

std::uintmax_t database_bytes(const std::filesystem::path& data) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(data))
    if (file.path().filename().string().starts_with("main.db")) bytes += file.file_size();
  return bytes;
}

}  // namespace

std::string record_size(const std::filesystem::path& directory, std::size_t observations, std::size_t doctors) {
  BenchWorld world(directory, patients, doctors, "error");
  const auto data = world.server().config().data;
  world.server().stop_with(SIGTERM);
  const auto before = database_bytes(data);
  world.server().start_ms();

  std::uint64_t compressed = 0;
  std::string packed(ZSTD_compressBound(4096), '\0');
  std::vector<std::string> held(connections);
  const Load load{[&](std::uint64_t n, std::size_t connection) -> std::string_view {
                    const auto& patient = world.patients()[n % world.patients().size()];
                    std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
                    for (std::size_t i = 0; i < per_bundle; ++i) {
                      const auto one = observation(patient.id, n * per_bundle + i);
                      const auto size = ZSTD_compress(packed.data(), packed.size(), one.data(), one.size(), level);
                      if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd");
                      compressed += size;
                      bundle += (i == 0 ? "" : ",") + (R"({"resource":)" + one) + R"(,"request":{"method":"POST","url":"Observation"}})";
                    }
                    held[connection] = request_text("POST", "/fhir/R4", world.token_of(patient), bundle + "]}");
                    return held[connection];
                  },
                  [](int status, std::string_view) { return status == 200; }};
  const auto outcome = drive_all({world.plain_port(), {}}, connections, observations / per_bundle, load);
  if (outcome.errors > 0) throw std::runtime_error(fmt::format("{} Bundles failed", outcome.errors));
  world.server().stop_with(SIGTERM);
  const auto after = database_bytes(data);
  const auto count = observations / per_bundle * per_bundle;
  return fmt::format("record_size observations={} database_bytes={} grown_bytes={} zstd3_bytes={} ratio={:.3f} each_bytes={:.0f} seconds={:.0f}",
                     count, after, after - before, compressed, static_cast<double>(after - before) / static_cast<double>(compressed),
                     static_cast<double>(after - before) / static_cast<double>(count), outcome.seconds);
}

}  // namespace carnet::proof
