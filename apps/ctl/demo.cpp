#include "apps/ctl/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "apps/ctl/console_client.hpp"
#include "apps/wiring/country.hpp"
#include "apps/wiring/demonstration_client.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "standards/cda/cda.hpp"

namespace carnet::ctl {
namespace {

namespace json = kernel::json;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;
using wiring::DemonstrationClient;
using wiring::Patient;

constexpr std::size_t largest_file = 26u << 20;
constexpr std::string_view practitioner_ids = "1.2.250.1.71.4.2.1", structure_ids = "1.2.250.1.71.4.2.2";

// What every demonstration command needs: the invented people, a connection, the hospital's key, the service's clock.
struct Stage {
  wiring::Country country;
  std::unique_ptr<http::Client> connection;
  std::unique_ptr<DemonstrationClient> hospital;
  kernel::Instant now;

  Result<std::string> doctors_token() {
    return hospital->token(country.professionals.front().rpps, "normal", {}, now.ms / 1000);
  }
};

Result<kernel::Instant> service_now(const wiring::Config& config) {
  CARNET_TRY(shown, carry_out(config, "clock.show", {}, "horloge"));
  const auto now = kernel::parse_rfc3339(shown.at("now").as_string());
  if (!now) return kernel::fault("demo.clock", "the service's clock could not be read");
  return *now;
}

Result<http::Client> connect(const wiring::Config& config) {
  CARNET_TRY(certificate, io::read_file(config.data / "tls" / "certificate.pem", 1 << 20));
  http::ClientOptions options;
  options.address = config.address;
  options.port = static_cast<std::uint16_t>(config.port);
  options.host = config.host;
  options.exact_certificate_pem = std::string(kernel::as_text(certificate));
  return http::Client(std::move(options));
}

Status need_server(const wiring::Config& config) {
  if (config.kind != wiring::Kind::demonstration)
    return kernel::refuse(ErrorKind::forbidden, "demo.mode", "demo commands work on a demonstration only");
  if (!server_is_running(config))
    return kernel::refuse(ErrorKind::unavailable, "demo.server", "no service is running on this data directory: start it with make run");
  return {};
}

Result<wiring::Country> country_of(const wiring::Config& config) {
  CARNET_TRY(founded_on, wiring::founding_day(config.data, kernel::Date{}));
  return wiring::invent_country(wiring::demonstration_seed, 0, founded_on);
}

Result<const wiring::CastMember*> member(const wiring::Country& country, std::string_view who) {
  const auto found = std::ranges::find_if(country.cast, [&](const auto& m) { return m.role == who || m.number == who; });
  if (found != country.cast.end()) return &*found;
  return kernel::refuse(ErrorKind::invalid, "demo.who", "--for takes holder, parent, child, objector, ruth, marie or alice");
}

Patient patient_of(const wiring::CastMember& member) {
  return {std::string(identity::oid_demonstration), member.number, member.birth_name, member.given_name, member.birth_date,
          member.female ? "female" : "male"};
}

std::string unique_id_of(const cda::Identifier& id) {
  if (id.root.find('-') != std::string::npos) {
    std::string uuid = id.root;
    std::ranges::transform(uuid, uuid.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return "urn:uuid:" + uuid;
  }
  return "urn:oid:" + id.text();
}

std::string extension_under(const std::vector<cda::Identifier>& ids, std::string_view root) {
  for (const auto& id : ids)
    if (id.root == root) return id.extension;
  return {};
}

std::string class_of(const std::filesystem::path& rules, const std::string& type) {
  const auto text = io::read_file(rules / "document-types.tsv", 1 << 20);
  if (!text) return {};
  const std::string content(kernel::as_text(*text));
  const auto line = content.find("\n" + type + "\t");
  if (line == std::string::npos) return {};
  const auto system_end = content.find('\t', line + type.size() + 2);
  return content.substr(system_end + 1, content.find('\t', system_end + 1) - system_end - 1);
}

Patient patient_in(const cda::Document& document) {
  Patient patient;
  for (const auto& id : document.patient.ids)
    if (id.root == identity::oid_nir || id.root == identity::oid_nia) {
      patient.system = id.root;
      patient.number = id.extension;
    }
  patient.birth_name = document.patient.birth_name;
  patient.given_name = document.patient.first_given;
  if (document.patient.birth) patient.birth_date = document.patient.birth->iso.substr(0, 10);
  patient.sex = document.patient.sex == "F" ? "female" : document.patient.sex == "M" ? "male" : "unknown";
  return patient;
}

void describe_cda(const cda::Document& document, const std::filesystem::path& rules, wiring::DocumentToSend& out) {
  out.media_type = "text/xml";
  out.unique_id = unique_id_of(document.id);
  out.title = document.title;
  out.type_code = document.type.code;
  out.type_system = document.type.system;
  out.class_code = class_of(rules, document.type.code);
  out.act_date = document.effective.iso;
  out.confidentiality = document.confidentiality.code;
  if (!document.authors.empty()) {
    const auto& author = document.authors.front();
    out.author_rpps = extension_under(author.ids, practitioner_ids);
    out.author_name = author.given.empty() ? author.device : fmt::format("{} {}", author.given, author.family);
    out.structure_id = extension_under(author.organization.ids, structure_ids);
    out.structure_name = author.organization.name;
  }
  for (const auto& related : document.related)
    if (related.type == "RPLC" && !related.ids.empty()) out.replaces = unique_id_of(related.ids.front());
}

Result<Stage> set_stage(const wiring::Config& config) {
  CARNET_CHECK(need_server(config));
  CARNET_TRY(country, country_of(config));
  CARNET_TRY(now, service_now(config));
  CARNET_TRY(connection, connect(config));
  CARNET_TRY(key, io::read_file(config.data / "demonstration" / "hospital-key.pem", 4096));
  const std::string finess = country.structures.front().finess;
  Stage stage{std::move(country), std::make_unique<http::Client>(std::move(connection)), nullptr, now};
  stage.hospital = std::make_unique<DemonstrationClient>(config.main_origin(), kernel::SecretBytes(std::move(key)), finess,
                                                         *stage.connection);
  return stage;
}

struct ToDeposit {
  Patient patient;
  wiring::DocumentToSend document;
};

Result<ToDeposit> prepare(const wiring::Config& config, Stage& stage, const std::string& file, const std::string& who) {
  ToDeposit prepared;
  CARNET_TRY(bytes, io::read_file(file, largest_file));
  auto& document = prepared.document;
  document.act_date = kernel::to_rfc3339(stage.now);
  document.author_rpps = stage.country.professionals.front().rpps;
  document.author_name = stage.country.professionals.front().name;
  document.structure_id = stage.country.structures.front().finess;
  document.structure_name = stage.country.structures.front().name;
  const auto kind = cda::sniff(bytes);
  std::string role = who;
  if (kind == cda::Kind::cda_xml) {
    CARNET_TRY(header, cda::read(bytes));
    describe_cda(header, config.root / "rules", document);
    prepared.patient = patient_in(header);
  } else {
    document.media_type = kind == cda::Kind::png ? "image/png" : kind == cda::Kind::jpeg ? "image/jpeg" : "application/pdf";
    io::SystemEntropy entropy;
    const std::string hex = kernel::to_hex(entropy.bytes("unique-id", 16));
    document.unique_id = fmt::format("urn:uuid:{}-{}-4{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                                     hex.substr(17, 3), hex.substr(20, 12));
    document.title = std::filesystem::path(file).stem().string();
    document.type_code = kind == cda::Kind::pdf ? "11502-2" : "18748-4";
    document.type_system = "2.16.840.1.113883.6.1";
    document.class_code = kind == cda::Kind::pdf ? "10" : "31";
    if (role.empty()) role = "ruth";
  }
  if (!role.empty()) {
    CARNET_TRY(chosen, member(stage.country, role));
    const Patient patient = patient_of(*chosen);
    prepared.patient = std::move(patient);
  }
  document.bytes = std::move(bytes);
  return prepared;
}

Status refused(std::string_view what, const DemonstrationClient::Answer& answer) {
  return std::unexpected(kernel::Error{ErrorKind::forbidden, "demo.refused",
                                       fmt::format("{}: the service answered {}\n{}", what, answer.status, answer.body)});
}

std::string text_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code error;
  const auto* found = value.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

void print_documents(const json::value& bundle) {
  boost::system::error_code error;
  const auto* entries = bundle.find_pointer("/entry", error);
  if (entries == nullptr || !entries->is_array() || entries->get_array().empty()) {
    fmt::print("Aucun document à afficher.\n");
    return;
  }
  for (const auto& entry : entries->get_array())
    fmt::print("  {}  {}  ({})\n", text_at(entry, "/resource/content/0/attachment/creation").substr(0, 10),
               text_at(entry, "/resource/content/0/attachment/title"), text_at(entry, "/resource/type/coding/0/code"));
}

// A physician whom nobody's care team declares.
const identity::Professional& outside_the_team(const wiring::Country& country) {
  const auto& all = country.professionals;
  const auto found = std::ranges::find_if(all, [&](const auto& one) { return one.rpps != all.front().rpps && one.profession == all.front().profession; });
  return found == all.end() ? all.front() : *found;
}

// The path of a Binary below the service, whatever form its URL takes.
std::string path_of(const std::string& url, const std::string& origin) {
  if (url.starts_with(origin)) return url.substr(origin.size());
  return url.starts_with('/') ? url : "/fhir/R4/" + url;
}

}  // namespace

Status demo_deposit(const wiring::Config& config, const std::string& file, const std::string& who) {
  CARNET_TRY(stage, set_stage(config));
  CARNET_TRY(prepared, prepare(config, stage, file, who));
  CARNET_TRY(token, stage.doctors_token());
  const std::string bundle =
      wiring::provide_document_bundle(prepared.patient, prepared.document, kernel::to_rfc3339(stage.now));
  CARNET_TRY(answer, stage.hospital->provide(token, bundle));
  if (answer.status != 200) return refused("deposit", answer);
  fmt::print("Déposé : {} ({}), {} octets\n", prepared.document.title, prepared.document.type_code, prepared.document.bytes.size());
  return {};
}

Status demo_read(const wiring::Config& config, const std::string& who, const std::string& emergency) {
  CARNET_TRY(stage, set_stage(config));
  CARNET_TRY(chosen, member(stage.country, who.empty() ? "ruth" : who));
  const Patient patient = patient_of(*chosen);
  const auto& reader = emergency.empty() ? stage.country.professionals.front() : outside_the_team(stage.country);
  CARNET_TRY(token, stage.hospital->token(reader.rpps, emergency.empty() ? "normal" : "bris_de_glace", emergency, stage.now.ms / 1000));
  CARNET_TRY(found, stage.hospital->find_documents(token, patient));
  if (found.status != 200) return refused("search", found);
  boost::system::error_code error;
  const auto bundle = json::parse(found.body, error);
  if (error) return kernel::fault("demo.answer", "the search did not answer JSON");
  if (!emergency.empty()) fmt::print("Accès en urgence : « {} »\n", emergency);
  fmt::print("{} lit les documents de {} :\n", reader.name, chosen->name);
  print_documents(bundle);
  const std::string url = text_at(bundle, "/entry/0/resource/content/0/attachment/url");
  if (url.empty()) return {};
  CARNET_TRY(content, stage.hospital->retrieve(token, path_of(url, config.main_origin())));
  if (content.status != 200) return refused("read", content);
  fmt::print("Premier document lu : {} octets, {}\n", content.body.size(), content.location);
  return {};
}

}  // namespace carnet::ctl
