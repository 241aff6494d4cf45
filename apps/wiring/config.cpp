#include "apps/wiring/config.hpp"

// As in foundation/parameters: one program must see one shape of this library.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "foundation/io/files.hpp"
#include "foundation/io/listener.hpp"
#include "standards/tlog/tlog.hpp"

namespace carnet::wiring {
namespace {

using kernel::Issue;
using kernel::Result;
using kernel::Status;

using Setter = std::function<bool(Config&, const toml::node&)>;  // false: wrong type

Setter text_into(std::string Config::*member) {
  return [member](Config& config, const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (value) config.*member = *value;
    return value.has_value();
  };
}
Setter path_into(std::filesystem::path Config::*member) {
  return [member](Config& config, const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (value) config.*member = *value;
    return value.has_value();
  };
}
Setter number_into(int Config::*member) {
  return [member](Config& config, const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    if (value) config.*member = static_cast<int>(std::clamp<std::int64_t>(*value, -1, 1'000'000));
    return value.has_value();
  };
}
Setter flag_into(bool Config::*member) {
  return [member](Config& config, const toml::node& node) {
    const auto value = node.value_exact<bool>();
    if (value) config.*member = *value;
    return value.has_value();
  };
}
bool set_kind(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::string>();
  if (!value || (*value != "demonstration" && *value != "production")) return false;
  config.kind = *value == "production" ? Kind::production : Kind::demonstration;
  return true;
}
bool set_hosts(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return false;
  for (const auto& element : *array) {
    const auto* table = element.as_table();
    if (table == nullptr) return false;
    DeclaredHost host;
    for (const auto& [key, value] : *table) {
      if (key == "name" && value.is_string()) {
        host.name = **value.as_string();
      } else if (key == "country" && value.is_string()) {
        host.country = **value.as_string();
      } else if (key == "purposes" && value.is_array()) {
        for (const auto& purpose : *value.as_array()) host.purposes.push_back(purpose.value_or(std::string{}));
      } else {
        return false;
      }
    }
    if (host.name.empty() || host.country.size() != 2 || host.purposes.empty()) return false;
    config.hosts.push_back(std::move(host));
  }
  return true;
}

bool set_check_addresses(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return false;
  for (const auto& element : *array) {
    const auto value = element.value_exact<std::string>();
    if (!value || value->find('@') == std::string::npos) return false;
    config.check_mail_addresses.push_back(*value);
  }
  return true;
}

bool set_witnesses(Config& config, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return false;
  for (const auto& element : *array) {
    const auto* table = element.as_table();
    if (table == nullptr) return false;
    Witness witness;
    for (const auto& [key, value] : *table) {
      if (!value.is_string()) return false;
      const std::string& text = **value.as_string();
      if (key == "url") witness.url = text;
      else if (key == "key") witness.key = text;
      else if (key == "ca_file") witness.ca_file = text;
      else return false;
    }
    if (witness.url.empty() || !tlog::read_verifier_key(witness.key)) return false;
    config.witnesses.push_back(std::move(witness));
  }
  return true;
}

// Every key the file may hold, in one table.
const std::map<std::string, Setter, std::less<>>& known_keys() {
  static const std::map<std::string, Setter, std::less<>> keys{
      {"mode", set_kind},
      {"data", path_into(&Config::data)},
      {"country", text_into(&Config::country)},
      {"service.name", text_into(&Config::service_name)},
      {"service.site", text_into(&Config::site)},
      {"listen.address", text_into(&Config::address)},
      {"listen.port", number_into(&Config::port)},
      {"listen.host", text_into(&Config::host)},
      {"listen.documents_host", text_into(&Config::documents_host)},
      {"listen.certificate", text_into(&Config::certificate_file)},
      {"listen.key", text_into(&Config::key_file)},
      {"listen.plain_port", number_into(&Config::plain_port)},
      {"listen.operations_port", number_into(&Config::operations_port)},
      {"listen.threads", number_into(&Config::threads)},
      {"store.main", text_into(&Config::store_main)},
      {"store.journal", text_into(&Config::store_journal)},
      {"store.keys", text_into(&Config::store_keys)},
      {"store.objects", path_into(&Config::objects)},
      {"keys.master", path_into(&Config::master_key)},
      {"mail.url", text_into(&Config::mail_url)},
      {"mail.user", text_into(&Config::mail_user)},
      {"mail.password_file", path_into(&Config::mail_password_file)},
      {"mail.require_tls", flag_into(&Config::mail_require_tls)},
      {"mail.ca_file", text_into(&Config::mail_ca_file)},
      {"mail.from", text_into(&Config::mail_from)},
      {"print.directory", path_into(&Config::print_directory)},
      {"check_mail.listen", text_into(&Config::check_mail_listen)},
      {"check_mail.addresses", set_check_addresses},
      {"check_mail.from", text_into(&Config::check_mail_from)},
      {"log.level", text_into(&Config::log_level)},
      {"audit.seal_every_hours", number_into(&Config::seal_every_hours)},
      {"witness", set_witnesses},
      {"host", set_hosts},
  };
  return keys;
}

std::string where(const toml::node& node, std::string_view key) {
  return fmt::format("line {}, {}", node.source().begin.line, key);
}

void read_table(const toml::table& table, const std::string& prefix, Config& config, std::vector<Issue>& issues) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
    const auto found = known_keys().find(name);
    if (found != known_keys().end()) {
      if (!found->second(config, node))
        issues.push_back({"value", where(node, name), "has a value of the wrong type or outside its choices"});
    } else if (node.is_table() && prefix.empty()) {
      read_table(*node.as_table(), name, config, issues);
    } else {
      issues.push_back({"unknown-key", where(node, name), "is not a key of carnet.toml"});
    }
  }
}

// The host part of "scheme://[user@]host[:port]/..." or of a libpq connection string; empty for local files and sockets.
std::string host_of(std::string_view endpoint) {
  if (const auto scheme = endpoint.find("://"); scheme != std::string_view::npos) {
    auto rest = endpoint.substr(scheme + 3);
    rest = rest.substr(0, rest.find_first_of("/?"));
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest = rest.substr(at + 1);
    if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
    return std::string(rest.substr(0, rest.rfind(':')));
  }
  if (const auto key = endpoint.find("host="); key != std::string_view::npos) {
    const auto rest = endpoint.substr(key + 5);
    return std::string(rest.substr(0, rest.find_first_of(" ,")));
  }
  return {};
}

bool local(std::string_view host) {
  return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1" || host.starts_with('/');
}

void check_endpoint(const Config& config, std::string_view key, std::string_view endpoint, std::string_view purpose,
                    std::vector<Issue>& issues) {
  const std::string host = host_of(endpoint);
  if (local(host)) return;
  const bool declared = std::ranges::any_of(config.hosts, [&](const DeclaredHost& h) {
    return h.name == host && std::ranges::find(h.purposes, purpose) != h.purposes.end();
  });
  if (!declared)
    issues.push_back({"undeclared-host", std::string(key),
                      fmt::format("names a host that no [[host]] declares for \"{}\" with its country", purpose)});
}

}  // namespace

std::string_view code_of(Kind kind) { return kind == Kind::production ? "production" : "demonstration"; }

std::string Config::main_origin() const {
  return port == 443 ? fmt::format("https://{}", host) : fmt::format("https://{}:{}", host, port);
}
std::string Config::documents_origin() const {
  return port == 443 ? fmt::format("https://{}", documents_host) : fmt::format("https://{}:{}", documents_host, port);
}

Result<Config> parse_config(std::string_view text) {
  Config config;
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return kernel::invalid("config.syntax", {{"syntax", fmt::format("line {}", parsed.error().source().begin.line),
                                              std::string(parsed.error().description())}});
  std::vector<Issue> issues;
  read_table(parsed.table(), "", config, issues);
  if (!issues.empty()) return kernel::invalid("config.refused", std::move(issues));
  return config;
}

Result<Config> load_config(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return Config{};
  CARNET_TRY(content, io::read_file(file, 1 << 20));
  return parse_config(kernel::as_text(content));
}

Status check_config(const Config& config) {
  std::vector<Issue> issues;
  check_endpoint(config, "store.main", config.store_main, "store", issues);
  check_endpoint(config, "store.journal", config.store_journal, "store", issues);
  check_endpoint(config, "store.keys", config.store_keys, "keys", issues);
  check_endpoint(config, "mail.url", config.mail_url, "mail", issues);
  for (const auto& witness : config.witnesses) check_endpoint(config, "witness.url", witness.url, "witness", issues);
  if (config.seal_every_hours < 1 || config.seal_every_hours > 24 * 30)
    issues.push_back({"value", "audit.seal_every_hours", "must be 1 to 720"});
  const auto port_in_range = [&](std::string_view key, int port, bool zero_allowed) {
    if (port > 65535 || port < (zero_allowed ? 0 : 1)) issues.push_back({"value", std::string(key), "is not a port number"});
  };
  port_in_range("listen.port", config.port, false);
  port_in_range("listen.plain_port", config.plain_port, true);
  port_in_range("listen.operations_port", config.operations_port, true);
  if (config.host == config.documents_host)
    issues.push_back({"value", "listen.documents_host", "must differ from listen.host: documents need an origin of their own"});
  if (config.threads < 1 || config.threads > 64) issues.push_back({"value", "listen.threads", "must be 1 to 64"});
  if (config.log_level != "debug" && config.log_level != "info" && config.log_level != "warning" && config.log_level != "error")
    issues.push_back({"value", "log.level", "must be debug, info, warning or error"});
  if (!config.check_mail_listen.empty()) {
    if (!io::is_local_place(config.check_mail_listen))
      issues.push_back({"value", "check_mail.listen", "must be unix:/path or a port of the loopback"});
    if (config.check_mail_addresses.empty() || config.check_mail_from.find('@') == std::string::npos || config.mail_url.empty())
      issues.push_back({"required", "check_mail.addresses", "needs check_mail.addresses, check_mail.from and mail.url"});
  }
  if (config.kind == Kind::production) {
    if (config.certificate_file.empty() || config.key_file.empty())
      issues.push_back({"required", "listen.certificate", "production needs a certificate and its key"});
    if (config.mail_url.empty()) issues.push_back({"required", "mail.url", "production needs a mail server"});
    if (config.print_directory.empty()) issues.push_back({"required", "print.directory", "production needs a place for letters"});
  }
  if (!issues.empty()) return kernel::invalid("config.refused", std::move(issues));
  return {};
}

}  // namespace carnet::wiring
