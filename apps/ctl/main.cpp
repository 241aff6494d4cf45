// carnet: the operator's command.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "apps/ctl/audit_verify.hpp"
#include "apps/ctl/check.hpp"
#include "apps/ctl/console_client.hpp"
#include "apps/ctl/demo.hpp"
#include "apps/wiring/safekeeping.hpp"
#include "apps/wiring/terminal.hpp"
#include "foundation/io/files.hpp"

namespace {

using namespace carnet;
namespace json = kernel::json;
using kernel::Status;

struct Asked {
  std::string config_file = "carnet.toml", data, root;
  std::string file, who, name = "campagne", reference, passphrase_file, key, duration, reason, printer, agent, second_agent, document;
  std::int64_t max_people = 0, per_second = 0, group = 0;
  ctl::CheckAsked message;
  ctl::AuditAsked extract;
};

kernel::Result<wiring::Config> config_of(const Asked& asked) {
  CARNET_TRY(config, wiring::load_config(asked.config_file));
  if (!asked.data.empty()) config.data = asked.data;
  config.root = asked.root.empty() ? std::filesystem::current_path() : std::filesystem::path(asked.root);
  CARNET_CHECK(wiring::check_config(config));
  return config;
}

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).string(); }

// "43d", "6h", "90m".
kernel::Result<std::int64_t> duration_ms(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const std::int64_t factor = unit == "d" ? 86'400'000 : unit == "h" ? 3'600'000 : unit == "m" ? 60'000 : 0;
  if (error != std::errc{} || number <= 0 || factor == 0)
    return kernel::refuse(kernel::ErrorKind::invalid, "clock.duration", "write a number and d, h or m: 43d");
  return number * factor;
}

// From a file, the environment (CARNET_PASSPHRASE), or the terminal without echo; never from the command line.
kernel::Result<std::string> passphrase(const Asked& asked) {
  if (!asked.passphrase_file.empty()) {
    CARNET_TRY(bytes, io::read_file(asked.passphrase_file, 4096));
    std::string text(kernel::as_text(bytes));
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  if (const char* from_environment = std::getenv("CARNET_PASSPHRASE")) return std::string(from_environment);
  if (const char* typed = getpass("Phrase de passe (12 caractères au moins) : ")) return std::string(typed);
  return kernel::refuse(kernel::ErrorKind::invalid, "key.passphrase", "no passphrase was given");
}

Status run_operation(const Asked& asked, const std::string& operation, json::object arguments, const std::string& title) {
  CARNET_TRY(config, config_of(asked));
  CARNET_TRY(result, ctl::carry_out(config, operation, std::move(arguments), title));
  for (const auto& [name, value] : result) {
    if (value.is_string())
      fmt::print("{:<18}{}\n", std::string_view(name), std::string_view(value.get_string()));
    else
      fmt::print("{:<18}{}\n", std::string_view(name), json::serialize(value));
  }
  return {};
}

Status add_client(const Asked& asked) {
  CARNET_TRY(bytes, io::read_file(asked.file, 1 << 20));
  return run_operation(asked, "client.add", {{"json", kernel::as_text(bytes)}}, "logiciel");
}
Status forward_clock(const Asked& asked) {
  CARNET_TRY(ms, duration_ms(asked.duration));
  return run_operation(asked, "clock.forward", {{"ms", ms}}, "horloge");
}
Status backup_key(const Asked& asked) {
  CARNET_TRY(words, passphrase(asked));
  return run_operation(asked, "key.backup", {{"file", absolute(asked.file)}, {"passphrase", words}}, "clé");
}
Status restore_key(const Asked& asked) {
  CARNET_TRY(config, config_of(asked));
  CARNET_TRY(words, passphrase(asked));
  return wiring::restore_master_key(config, asked.file, kernel::SecretBytes(words));
}
Status restore_data(const Asked& asked) {
  CARNET_TRY(config, config_of(asked));
  return wiring::restore_data_backup(config, asked.file);
}
Status check(const Asked& asked) {
  CARNET_TRY(config, config_of(asked));
  fmt::print("{} : correct, {}\n", asked.config_file, code_of(config.kind));
  return {};
}

// Offline, and for anyone: no service, configuration or data is needed.
Status verify_receipt(const Asked& asked) {
  CARNET_TRY(text, io::read_file(asked.file, 1 << 16));
  CARNET_TRY(key, io::read_file(asked.key, 1 << 14));
  if (!enrollment::Enrollment::verify_receipt(kernel::as_text(text), kernel::as_text(key)))
    return kernel::refuse(kernel::ErrorKind::invalid, "receipt.signature",
                          "this text is not a receipt signed with this key, or it was changed since");
  fmt::print("{} : signé avec cette clé, rien n'a été changé\n", asked.file);
  return {};
}

std::filesystem::path root_of(const Asked& asked) { return asked.root.empty() ? std::filesystem::current_path() : std::filesystem::path(asked.root); }

using Command = std::function<Status(const Asked&)>;

// Every command in one table of the screen's order: path, words, what it takes, what it does.
class CommandLine {
 public:
  CommandLine() : app_("carnet: l'outil de l'exploitant") {
    app_.require_subcommand(1);
    app_.add_option("--config", asked_.config_file, "configuration");
    app_.add_option("--data", asked_.data, "répertoire des données");
    app_.add_option("--root", asked_.root, "où sont rules/ et web/");
    operations();
    safekeeping();
    demonstration();
    vigilance();
  }
  int run(int argc, char** argv) {
    CLI11_PARSE(app_, argc, argv);
    if (const auto done = chosen_(asked_); !done) {
      fmt::print(stderr, "carnet: {}\n", wiring::describe(done.error()));
      return 1;
    }
    return 0;
  }

 private:
  CLI::App* group(const char* name, const char* words) {
    auto* found = app_.add_subcommand(name, words);
    found->require_subcommand(1);
    return found;
  }
  CLI::App* command(CLI::App* in, const char* name, const char* words, Command does) {
    auto* made = in->add_subcommand(name, words);
    made->callback([this, does = std::move(does)] { chosen_ = does; });
    return made;
  }
  void file_of(CLI::App* made, const char* words) { made->add_option("file", asked_.file, words)->required(); }

  void operations() {
    auto* people = group("register", "le registre des assurés");
    file_of(command(people, "import", "lire un fichier du registre (docs/formats/register.md)",
                    [](const Asked& a) { return run_operation(a, "register.import", {{"file", absolute(a.file)}}, "registre"); }),
            "fichier CSV");
    file_of(command(group("directory", "l'annuaire des professionnels et des structures"), "import", "lire un fichier de l'annuaire (docs/formats/directory.md)",
                    [](const Asked& a) { return run_operation(a, "directory.import", {{"file", absolute(a.file)}}, "annuaire"); }),
            "fichier CSV");
    auto* client = group("client", "les logiciels des producteurs");
    file_of(command(client, "add", "inscrire un logiciel (docs/formats/client.md)", add_client), "fichier JSON");
    auto* campaign = group("campaign", "informer les assurés");
    auto* start = command(campaign, "start", "envoyer une vague, ou la reprendre", [](const Asked& a) {
      return run_operation(a, "campaign.start", {{"name", a.name}, {"max_people", a.max_people}, {"per_second", a.per_second}},
                           "campagne");
    });
    start->add_option("--name", asked_.name, "nom de la vague : le même nom reprend");
    start->add_option("--max", asked_.max_people, "personnes au plus, 0 : toutes")->check(CLI::NonNegativeNumber);
    start->add_option("--per-second", asked_.per_second, "cadence, 0 : sans limite")->check(CLI::NonNegativeNumber);
    auto* letter = group("letter", "le courrier revenu");
    command(letter, "returned", "noter une lettre ou un e-mail revenu", [](const Asked& a) {
      return run_operation(a, "letter.returned", {{"reference", a.reference}}, "courrier");
    })->add_option("reference", asked_.reference, "référence imprimée")->required();
    command(letter, "print", "passer les lettres qui attendent à une commande d'impression", [](const Asked& a) {
      return run_operation(a, "letters.print", {{"command", a.printer}}, "impression");
    })->add_option("--with", asked_.printer, "commande qui lit un PDF sur son entrée standard, par exemple « lp »")->required();
    auto* verify = command(group("receipt", "les reçus"), "verify", "vérifier un reçu, sans le service", verify_receipt);
    file_of(verify, "texte du reçu (recu.txt)");
    verify->add_option("--key", asked_.key, "clé publique du service (key.pem)")->required();
    auto* audit = command(group("audit", "qui a consulté : la preuve"), "verify", "vérifier un extrait, sans le service", [](const Asked& a) {
      return ctl::verify_audit_extract(a.extract);
    });
    audit->add_option("file", asked_.extract.file, "extrait (consultations.json)")->required();
    audit->add_option("--log", asked_.extract.log, "clé du journal (/log/key)")->required();
    audit->add_option("--witness", asked_.extract.witnesses, "clé d'un témoin ; chacun doit avoir cosigné");
    audit->add_option("--space", asked_.extract.space, "nom de l'espace ; l'extrait doit être le sien");
    audit->add_option("--oldest-hours", asked_.extract.oldest_hours, "âge du dernier scellé, en heures, au plus");
    command(&app_, "status", "l'état du service", [](const Asked& a) { return run_operation(a, "status", {}, "état"); });
    life();
    account();
  }
  // The number is read on standard input: what is typed after a command's name stays in histories and lists of processes.
  void account() {
    auto* desk = group("account", "au guichet, sur le numéro de la personne, lu sur l'entrée standard");
    const auto add = [&](const char* name, const char* words, const char* operation) {
      auto* made = command(desk, name, words, [operation](const Asked& a) {
        std::string number;
        std::getline(std::cin, number);
        json::object arguments{{"number", number}, {"agent", a.agent}};
        if (!a.second_agent.empty()) arguments["second_agent"] = a.second_agent;
        if (!a.document.empty()) arguments["document"] = a.document;
        return run_operation(a, operation, std::move(arguments), "compte");
      });
      made->add_option("--agent", asked_.agent, "agent qui agit")->required();
      return made;
    };
    auto* recover = add("recover", "mot de passe perdu : un code à remettre à la personne, présente, pièce d'identité vue par deux agents", "account.recover");
    recover->add_option("--second", asked_.second_agent, "second agent")->required();
    recover->add_option("--document", asked_.document, "pièce vue : carte d'identité, passeport, titre de séjour")->required();
    add("sheet", "poster dix codes de connexion à l'adresse connue", "account.sheet");
  }
  // On the number of a person, which the standard input gives: a command line is seen by others.
  void on_person(CLI::App* in, const char* name, const char* words, const char* operation) {
    command(in, name, words, [operation](const Asked& a) {
      std::string number;
      std::getline(std::cin, number);
      return run_operation(a, operation, {{"number", number}, {"reason", a.reason}}, "vie de l'espace");
    })->add_option("--reason", asked_.reason, "motif");
  }
  void life() {
    auto* of_life = group("life", "décès, suspension : sur le numéro de la personne, lu sur l'entrée standard");
    on_person(of_life, "suspend", "suspendre", "life.suspend");
    on_person(of_life, "lift", "lever la suspension", "life.lift");
    on_person(of_life, "death", "déclarer un décès", "life.death");
    on_person(of_life, "death-reverted", "annuler un décès déclaré par erreur", "life.death_reverted");
    auto* of_space = group("space", "le gel d'un espace, sur le numéro de la personne, lu sur l'entrée standard");
    on_person(of_space, "freeze", "geler, à la demande de la personne", "space.freeze");
    on_person(of_space, "unfreeze", "lever le gel, l'identité vérifiée", "space.unfreeze");
  }
  void safekeeping() {
    command(group("config", "la configuration"), "check", "vérifier sans démarrer", check);
    auto* key = group("key", "la clé maîtresse");
    auto* backup = command(key, "backup", "en faire une copie sous phrase de passe", backup_key);
    auto* restore = command(key, "restore", "la remettre en place", restore_key);
    for (auto* made : {backup, restore}) {
      file_of(made, "fichier de la copie");
      made->add_option("--passphrase-file", asked_.passphrase_file, "fichier qui tient la phrase de passe");
    }
    auto* data = group("backup", "les données");
    file_of(command(data, "create", "copier magasins et documents scellés",
                    [](const Asked& a) { return run_operation(a, "backup.create", {{"directory", absolute(a.file)}}, "copie"); }),
            "répertoire à créer");
    file_of(command(data, "restore", "remettre une copie dans un répertoire vide", restore_data), "répertoire de la copie");
  }
  void reports() {
    auto* desk = group("vigilance", "les messages signalés");
    command(desk, "queue", "ce qui attend, le plus signalé d'abord", [](const Asked& a) { return run_operation(a, "vigilance.queue", {}, "signalements"); });
    const auto of_group = [&](const char* name, const char* words, Command does) {
      auto* made = command(desk, name, words, std::move(does));
      made->add_option("group", asked_.group, "numéro du groupe")->required()->check(CLI::PositiveNumber);
      return made;
    };
    of_group("show", "les textes d'un groupe, sans ce qui nomme", [](const Asked& a) { return run_operation(a, "vigilance.show", {{"group", a.group}}, "groupe"); });
    of_group("confirm", "c'est une arnaque : protéger tout le monde", [](const Asked& a) {
      return run_operation(a, "vigilance.judge", {{"group", a.group}, {"name", a.name}}, "groupe");
    })->add_option("--name", asked_.name, "nom de la campagne")->required();
    of_group("dismiss", "ce n'en est pas une", [](const Asked& a) { return run_operation(a, "vigilance.judge", {{"group", a.group}}, "groupe"); });
  }
  void vigilance() {
    reports();
    auto* checked = command(&app_, "check", "ce message est-il une arnaque ? (texte, .eml, hôte, numéro ou lignes JSON)", [](const Asked& a) {
      auto message = a.message;
      message.root = root_of(a);
      return ctl::check_message(message);
    });
    checked->add_option("file", asked_.message.file, "fichier, « - » pour l'entrée standard, ou le message lui-même");
    checked->add_option("--image", asked_.message.image, "une capture d'écran, PNG ou JPEG, au lieu du fichier");
    checked->add_flag("--json", asked_.message.json, "répondre en JSON");
    checked->add_flag("--unsigned", asked_.message.any_facts, "accepter des faits non signés");
    checked->add_option("--date", asked_.message.date, "juger par les faits de ce jour : 2022-05-31");
    auto* sign = command(group("facts", "les faits officiels de rules/vigilance"), "sign", "les signer", [](const Asked& a) {
      return ctl::sign_facts(root_of(a), a.file);
    });
    sign->add_option("--key", asked_.file, "clé privée PEM, faite si elle n'existe pas")->required();
  }
  void demonstration() {
    auto* clock = group("clock", "l'horloge de la démonstration");
    command(clock, "show", "la lire", [](const Asked& a) { return run_operation(a, "clock.show", {}, "horloge"); });
    command(clock, "forward", "l'avancer : 43d, 6h, 90m", forward_clock)
        ->add_option("duration", asked_.duration, "durée")->required();
    auto* demo = group("demo", "un hôpital et un médecin inventés");
    auto* deposit = command(demo, "deposit", "déposer un document", [](const Asked& a) -> Status {
      CARNET_TRY(config, config_of(a));
      return ctl::demo_deposit(config, a.file, a.who);
    });
    file_of(deposit, "CDA, PDF, PNG ou JPEG");
    auto* read = command(demo, "read", "lire comme médecin de l'équipe de soins", [](const Asked& a) -> Status {
      CARNET_TRY(config, config_of(a));
      return ctl::demo_read(config, a.who, a.reason);
    });
    read->add_option("--emergency", asked_.reason, "en urgence, par un médecin hors de l'équipe : la raison");
    for (auto* made : {deposit, read}) made->add_option("--for", asked_.who, "holder, parent, child, objector, ruth, marie, alice");
  }

  CLI::App app_;
  Asked asked_;
  Command chosen_;
};

}  // namespace

int main(int argc, char** argv) {
  umask(077);
  return CommandLine().run(argc, argv);
}
