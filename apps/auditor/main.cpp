// carnet-auditor: judges again what was done in a period, from the stores of a house, stopped or running.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "apps/auditor/auditing.hpp"
#include "apps/wiring/terminal.hpp"

namespace {

using namespace carnet;

struct Given {
  std::string config_file = "carnet.toml", data, root, from, to;
  std::int64_t grace_ms = 2000;
  std::size_t most_listed = 200;
  bool json = false, who = false;
};

constexpr int found = 1, failed = 2;
constexpr std::int64_t day_ms = 86'400'000;
constexpr int usual_days = 30;

kernel::Result<std::int64_t> day_of(const std::string& text) {
  const auto date = kernel::parse_date(text);
  if (!date) return kernel::refuse(kernel::ErrorKind::invalid, "auditor.date", "write a day as 2025-03-04");
  return kernel::Date{1970, 1, 1}.days_until(*date);
}

kernel::Result<auditor::Report> run(const Given& given) {
  CARNET_TRY(config, wiring::load_config(given.config_file));
  if (!given.data.empty()) config.data = given.data;
  config.root = given.root.empty() ? std::filesystem::current_path() : std::filesystem::path(given.root);
  config.log_level = "error";
  wiring::World world;
  world.only_reads = true;
  CARNET_TRY(house, wiring::House::open(config, world));
  auditor::Asked asked;
  asked.grace = std::chrono::milliseconds(given.grace_ms);
  asked.most_listed = given.most_listed;
  asked.tells_who = given.who;
  asked.period.to_day = house->clock().now().ms / day_ms + 1;
  if (!given.to.empty()) {
    CARNET_TRY(last, day_of(given.to));
    asked.period.to_day = last + 1;
  }
  asked.period.from_day = asked.period.to_day - usual_days;
  if (!given.from.empty()) {
    CARNET_TRY(first, day_of(given.from));
    asked.period.from_day = first;
  }
  wiring::ProgressBar bar("audit");
  constexpr std::int64_t steps = 1000;
  auto report = auditor::review(*house, asked, [&](double part) { bar.show(static_cast<std::int64_t>(part * static_cast<double>(steps)), steps, "traces"); });
  bar.finish();
  return report;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"carnet-auditor: rejuge les accès d'une période avec les règles et les réglages de leur instant"};
  Given given;
  app.add_option("--config", given.config_file, "configuration");
  app.add_option("--data", given.data, "répertoire des données");
  app.add_option("--root", given.root, "où sont rules/ et web/");
  app.add_option("--from", given.from, "premier jour (UTC), 2025-03-04 ; sans lui, trente jours");
  app.add_option("--to", given.to, "dernier jour, compris ; sans lui, aujourd'hui");
  app.add_option("--grace-ms", given.grace_ms, "ce qui valait si peu de temps avant la trace la justifie aussi")->check(CLI::Range(0, 60'000));
  app.add_option("--list", given.most_listed, "traces données une par une, au plus")->check(CLI::Range(0, 100'000));
  app.add_flag("--who", given.who, "dit aussi quel professionnel ou quel logiciel (son numéro) : un rapport à protéger");
  app.add_flag("--json", given.json, "pour un programme");
  CLI11_PARSE(app, argc, argv);
  umask(077);
  const auto report = run(given);
  if (!report) {
    fmt::print(stderr, "carnet-auditor: {}\n", wiring::describe(report.error()));
    return failed;
  }
  fmt::print("{}\n", given.json ? kernel::json::serialize(auditor::to_json(*report)) : auditor::to_text(*report));
  return report->clean() ? 0 : found;
}
