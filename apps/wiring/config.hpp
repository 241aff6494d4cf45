// carnet.toml: what the operator decides. Unknown keys, wrong types and undeclared endpoints are refused with their line.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::wiring {

enum class Kind { demonstration, production };
std::string_view code_of(Kind kind);

// A host that may hold or carry data of persons, with its country (rules.md 1: every byte stays on declared hosts).
struct DeclaredHost {
  std::string name;
  std::string country;  // ISO 3166-1 alpha-2
  std::vector<std::string> purposes;  // "store" "mail" "keys" "print"
};

// A program elsewhere that cosigns the log of seals (docs/formats/seal.md).
struct Witness {
  std::string url;      // of add-checkpoint
  std::string key;      // its verifier key, "name+id+key"
  std::string ca_file;  // empty: the system's authorities
};

struct Config {
  Kind kind = Kind::demonstration;
  std::filesystem::path data = "var";
  std::filesystem::path root;  // where rules/ and web/ are: share directory of the installation

  std::string service_name = "Mon espace santé";
  std::string site = "monespacesante.fr";

  std::string address = "127.0.0.1";
  int port = 8443;
  std::string host = "localhost";
  std::string documents_host = "documents.localhost";
  std::string certificate_file, key_file;  // empty: made at first start, demonstration only
  int plain_port = 0;       // loopback only, 0: none
  int operations_port = 9464;  // loopback: /livez /readyz /metrics; 0: none
  int threads = 2;

  std::string store_main = "sqlite:main.db";  // relative paths: in the data directory
  std::string store_journal = "sqlite:journal.db";
  std::string store_keys = "sqlite:keys.db";
  std::filesystem::path objects = "objects";
  std::filesystem::path master_key = "keys/master.key";

  std::string mail_url;  // "smtp://host:25"; empty in demonstration: the outbox page
  std::string mail_user;
  std::filesystem::path mail_password_file;
  bool mail_require_tls = true;
  std::string mail_ca_file;  // authorities that may vouch for the mail server, instead of the system's
  std::string mail_from = "ne-pas-repondre@localhost";
  std::filesystem::path print_directory;

  // Messages that people forward to be checked: where the mail server hands them over by LMTP (this machine only; empty:
  // nowhere), for which addresses, and who answers.
  std::string check_mail_listen;  // "unix:/run/carnet/check.sock" or "127.0.0.1:2424"
  std::vector<std::string> check_mail_addresses;
  std::string check_mail_from;

  std::vector<DeclaredHost> hosts;  // "localhost" is always declared, country of `country`
  std::string country = "FR";
  int seal_every_hours = 24;  // of the access log
  std::vector<Witness> witnesses;
  std::string log_level = "info";

  // Origins the browser sees.
  std::string main_origin() const;
  std::string documents_origin() const;
};

// Parses and checks. Issues carry "line 12, store.main" as path.
kernel::Result<Config> parse_config(std::string_view toml);
// The file's content on top of the defaults; no file: the defaults.
kernel::Result<Config> load_config(const std::filesystem::path& file);
// Rules between keys: endpoints declared, production needs certificate, mail and print; ports in range.
kernel::Status check_config(const Config& config);

}  // namespace carnet::wiring
