// carnetd: the service.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "apps/server/service.hpp"
#include "apps/wiring/terminal.hpp"

namespace {

using namespace carnet;

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// Debian's soft limit (1,024) is below the connections a listener may hold.
void allow_many_connections() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

int failed(const kernel::Error& error) {
  fmt::print(stderr, "carnetd: {}\n", wiring::describe(error));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"carnetd: the personal health space service"};
  std::string config_file = "carnet.toml", data, root;
  bool demonstration = false;
  std::int64_t people = 10'000;
  app.add_option("--config", config_file, "configuration file; defaults apply when it is absent");
  app.add_option("--data", data, "data directory, instead of the configuration's");
  app.add_option("--root", root, "where rules/ and web/ are");
  app.add_flag("--demonstration", demonstration, "refuse to start on anything but a demonstration");
  app.add_option("--people", people, "people invented at the first start of a demonstration")->check(CLI::Range(10, 1'000'000));
  CLI11_PARSE(app, argc, argv);

  forbid_core_dumps();
  allow_many_connections();
  umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  auto config = wiring::load_config(config_file);
  if (!config) return failed(config.error());
  if (!data.empty()) config->data = data;
  config->root = root.empty() ? std::filesystem::current_path() : std::filesystem::path(root);
  if (demonstration && config->kind != wiring::Kind::demonstration)
    return failed({kernel::ErrorKind::forbidden, "house.mode", "--demonstration was asked, but the configuration says production"});
  if (config->kind == wiring::Kind::production && geteuid() == 0)
    return failed({kernel::ErrorKind::forbidden, "house.root", "production does not run as root: use an ordinary user"});
  return server::serve(*config, static_cast<std::size_t>(people));
}
