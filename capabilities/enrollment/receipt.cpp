// Receipts: what was done, when, for whom (initials and year of birth), signed so that anyone can verify it without us.
// Form: docs/formats/receipt.md.
#include <fmt/format.h>

#include <array>

#include "enrollment/engine.hpp"
#include "foundation/kernel/message.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::string_view rule = "-----\n";
constexpr std::string_view signature_label = "Signature (Ed25519) : ";

struct Words {
  std::string_view kind, title, means;
};
constexpr std::array words{
    Words{"opened", "Espace activé", "L'espace de santé est activé. Ses professionnels de santé y déposent et y lisent."},
    Words{"opened_by_default", "Espace ouvert automatiquement",
          "L'espace de santé s'est ouvert, sans réponse à la date annoncée. Il peut être clôturé à tout moment."},
    Words{"objected", "Opposition enregistrée", "Aucun espace de santé ne sera créé. Cette décision peut changer à tout moment."},
    Words{"closed", "Profil clôturé", "Plus aucun dépôt, plus aucune lecture, même en urgence. Il peut être rouvert."},
    Words{"reopened", "Espace rouvert", "L'espace de santé est rouvert, avec ce qu'il contenait."},
    Words{"suspended", "Espace suspendu", "L'espace de santé est suspendu par le service. Sans objection, il sera clôturé."},
    Words{"lifted", "Suspension levée", "L'espace de santé est de nouveau ce qu'il était."},
    Words{"erasure_asked", "Effacement demandé", "Les données seront effacées. Rouvrir l'espace avant cette date annule la demande."},
    Words{"refused", "Décision de l'autre parent refusée", "L'un des parents a refusé. L'espace de santé reste comme il était."},
    Words{"erased", "Données effacées", "Les données de l'espace de santé sont effacées, sans retour possible."},
};

const Words* words_of(std::string_view kind) {
  for (const auto& one : words)
    if (one.kind == kind) return &one;
  return nullptr;
}

// The first letter of a name, accent included.
std::string initial(std::string_view name) {
  if (name.empty()) return {};
  std::size_t length = 1;
  while (length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U) ++length;
  return std::string(name.substr(0, length)) + ".";
}

std::string person_line(const identity::Traits& traits) {
  const std::string given = traits.given_names.empty() ? std::string() : initial(traits.given_names.front()) + " ";
  return fmt::format("{}{}, {}", given, initial(traits.birth_name), traits.birth_date.substr(0, 4));
}

// Dates that the act settles: until when the code or the archive lives.
std::string date_line(const Fact& fact, const Life& after, std::string_view kind) {
  if (kind == "closed" && after.kept_until())
    return fmt::format("Conservé jusqu'au {}.\n", kernel::long_date(*after.kept_until(), "fr"));
  if (kind == "suspended" && fact.last_day)
    return fmt::format("Objection possible pendant six semaines, par le 3422.\n");
  if (kind == "erasure_asked" && fact.last_day)
    return fmt::format("Effacement le {}.\n", kernel::long_date(fact.last_day->plus_days(1), "fr"));
  return {};
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string place_of(PersonId person, std::int64_t ordinal) { return fmt::format("receipt/{}/{}", person.value, ordinal); }

std::string key_name(std::string_view public_pem) {
  return kernel::to_hex(crypto::sha256(kernel::as_bytes(public_pem))).substr(0, 16);
}

struct Body {
  std::string number, text;
};
std::optional<Body> open_body(const crypto::Sealer& seal, PersonId person, const rows::ReceiptRow& row) {
  const auto plain = seal.open(row.body, kernel::as_bytes(place_of(person, row.ordinal)));
  if (!plain) return std::nullopt;
  const auto text = kernel::as_text(*plain);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return std::nullopt;
  return Body{std::string(text.substr(0, line)), std::string(text.substr(line + 1))};
}

std::string path_of(std::string_view opaque) { return fmt::format("/api/receipts/{}.pdf", opaque); }

}  // namespace

Status Engine::load_receipt_key() {
  const std::string place = "receipt_key/1";
  CARNET_TRY(found, main.read_now<std::optional<rows::KeyRow>>([](store::Snapshot& at) { return rows::receipt_key(at); }));
  if (!found) {
    auto made = crypto::SigningKey::generate_ed25519(entropy);
    const auto pem = made.to_pem();
    const rows::KeyRow row{receipt_seal.seal(pem.reveal(), kernel::as_bytes(place)), made.public_pem()};
    const auto now = clock.now();
    CARNET_CHECK(main.write_now<void>([&](store::Tx& tx) { return rows::insert_receipt_key(tx, row, now); }));
    receipt_public_pem = row.public_pem;
    receipt_key = std::move(made);
    return {};
  }
  auto pem = receipt_seal.open(found->sealed_pem, kernel::as_bytes(place));
  if (!pem) return kernel::fault("enrollment.receipt_key", "the key of receipts does not open with this master key");
  CARNET_TRY(key, crypto::SigningKey::from_pem(kernel::SecretBytes(std::move(*pem))));
  receipt_key = std::move(key);
  receipt_public_pem = found->public_pem;
  return {};
}

Result<Receipt> Engine::issue(store::Tx& tx, const Case& about, const Fact& fact, std::string_view kind,
                              const Life& after) const {
  const auto* said = words_of(kind);
  CARNET_INVARIANT(said != nullptr, "a receipt of an unknown kind");
  CARNET_TRY(ordinal, rows::next_receipt(tx, about.id()));
  const Date day = kernel::date_in(fact.at, about.world.zone);
  const auto drawn = kernel::to_base32(entropy.bytes("enrollment.receipt", 8)).substr(0, 12);
  const std::string number = fmt::format("{}-{}", day.year, grouped_receipt(drawn));
  std::string text = fmt::format(
      "Reçu n° {}\n{}\n{}, {} ({}).\nPersonne : {}.\n{}\n{}Ce reçu prouve que le service a enregistré cet acte à cette date. "
      "Il ne contient ni nom, ni numéro de Sécurité sociale, ni donnée de santé.\nActe : {} {}\n",
      number, said->title, capitalised(kernel::long_date_with_day(day, "fr")),
      kernel::clock_time(kernel::minute_of_day(fact.at, about.world.zone), "fr"), about.world.zone.name(),
      person_line(about.person.traits), said->means, date_line(fact, after, kind), kind, kernel::to_rfc3339(fact.at));
  const auto signature = receipt_key->sign(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(text));
  text += fmt::format("{}Clé : {}\n{}{}\n", rule, key_name(receipt_public_pem), signature_label,
                      kernel::to_base64(signature));
  const auto plain = number + "\n" + text;
  rows::ReceiptRow row{ordinal, fact.at, std::string(kind),
                       receipt_seal.seal(kernel::as_bytes(plain), kernel::as_bytes(place_of(about.id(), ordinal)))};
  CARNET_CHECK(rows::insert_receipt(tx, about.id(), row));
  return Receipt{number, fact.at, std::string(kind), path_of(receipt_ids.seal({about.id().value, ordinal}))};
}

Result<std::optional<Receipt>> Engine::last_receipt(store::Snapshot& at, PersonId person, std::string_view kind) const {
  CARNET_TRY(row, rows::last_receipt(at, person, kind));
  if (!row) return std::optional<Receipt>();
  const auto body = open_body(receipt_seal, person, *row);
  if (!body) return kernel::fault("enrollment.receipt", "a receipt does not open");
  return std::optional(Receipt{body->number, row->at, row->kind, path_of(receipt_ids.seal({person.value, row->ordinal}))});
}

Result<std::string> Engine::receipt_text(store::Snapshot& at, std::string_view opaque) const {
  const auto parts = receipt_ids.open(opaque);
  const PersonId person(parts ? parts->space : 0);
  CARNET_TRY(row, rows::receipt_of(at, person, parts ? parts->local : 0));
  const auto body = row ? open_body(receipt_seal, person, *row) : std::nullopt;
  if (!body) return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  return body->text;
}

Result<kernel::Bytes> Engine::receipt_pdf(store::Snapshot& at, std::string_view opaque) const {
  CARNET_TRY(text, receipt_text(at, opaque));
  std::vector<std::string> lines;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  const std::string title = lines.size() > 1 ? lines[1] : std::string("Reçu");
  return notices.plain_pdf(title, lines);
}

std::string grouped_receipt(std::string_view symbols) {
  std::string out;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += '-';
    const char c = symbols[i];
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

bool Enrollment::verify_receipt(std::string_view text, std::string_view public_pem) {
  const auto split = text.rfind(rule);
  if (split == std::string_view::npos || (split > 0 && text[split - 1] != '\n')) return false;
  const auto label = text.find(signature_label, split);
  if (label == std::string_view::npos) return false;
  auto encoded = text.substr(label + signature_label.size());
  encoded = encoded.substr(0, encoded.find('\n'));
  const auto signature = kernel::from_base64(encoded);
  const auto key = crypto::PublicKey::from_pem(public_pem);
  if (!signature || !key || !key->fits(crypto::PublicKey::Algorithm::eddsa)) return false;
  return key->verify(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(text.substr(0, split)), *signature);
}

}  // namespace carnet::enrollment
