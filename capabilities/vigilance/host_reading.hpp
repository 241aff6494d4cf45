// The words of a host as the rules see them. Private to the reading of hosts.
#pragma once
#include <algorithm>
#include <array>

#include "vigilance/hosts.hpp"

namespace carnet::vigilance {

constexpr std::uint32_t bit(HostWord kind) { return 1U << static_cast<unsigned>(kind); }

struct HostJudge::Reading {
  static constexpr std::size_t max_pieces = 96;
  std::array<Piece, max_pieces> pieces{};
  std::size_t count = 0;
  std::array<char, 256> text{};
  std::size_t size = 0;
  std::string_view of(const Piece& piece) const { return {text.data() + piece.begin, piece.length}; }
  void add(Piece piece) {
    if (count < max_pieces) pieces[count++] = piece;
  }
  std::span<const Piece> all() const { return {pieces.data(), count}; }
  bool has(HostWord kind) const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return p.kind == kind; });
  }
  // Letters of no known word, in one segment.
  int unknown_in(std::uint8_t segment) const {
    int sum = 0;
    for (const auto& piece : all()) sum += piece.segment == segment && piece.kind == HostWord::none ? piece.length : 0;
    return sum;
  }
  // A word that stands for itself, and is not a few letters found inside another.
  bool firm(const Piece& piece) const { return piece.whole || piece.length >= 6 || unknown_in(piece.segment) <= (piece.length >= 4 ? 3 : 0); }
  int number(HostWord kind) const {
    return static_cast<int>(std::count_if(all().begin(), all().end(), [&](const Piece& p) { return p.kind == kind && firm(p); }));
  }
  bool firmly(HostWord kind) const { return number(kind) > 0; }
  // A word of one kind directly followed by one of another, small words between them allowed.
  bool pair(HostWord first, HostWord second) const {
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (pieces[i].kind != first) continue;
      std::size_t next = i + 1;
      while (next + 1 < count && pieces[next].kind == HostWord::glue && pieces[next].length <= 3) ++next;
      if (pieces[next].kind == second) return true;
    }
    return false;
  }
  bool says(std::string_view word) const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return of(p) == word && firm(p); });
  }
  // Without one of these nothing of what follows holds: most hosts of the world are done with here.
  bool may_name_us() const {
    constexpr auto others = bit(HostWord::none) | bit(HostWord::state) | bit(HostWord::strong) | bit(HostWord::weak) | bit(HostWord::glue) | bit(HostWord::town) |
                            bit(HostWord::benign) | bit(HostWord::organisation) | bit(HostWord::digits);
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      const bool is_misspelt = p.length >= 4 && p.length <= 7 && (text[p.begin] == 'c' || text[p.begin] == 'p');
      return (bit(p.kind) & others) == 0 || is_misspelt || of(p) == "medical";
    });
  }
  // One word directly after another.
  bool run(std::string_view first, std::string_view second) const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if (of(pieces[i]) == first && of(pieces[i + 1]) == second) return true;
    return false;
  }
  // "assure-maladie", "assur-mal", "assurancemal".
  bool names_insurer() const {
    if (says("assurmal") || says("assurancemal") || (has(HostWord::assurance) && has_part("mal"))) return true;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      const auto next = of(pieces[i + 1]);
      const bool insures = of(pieces[i]) == "assure" || of(pieces[i]) == "assures" || pieces[i].kind == HostWord::assurance;
      if (insures && (pieces[i + 1].kind == HostWord::maladie || (next == "mal" && of(pieces[i]).size() >= 4))) return true;
    }
    return false;
  }
  // "e-vitale", "c-vitale", "mvitale": what the card is called on a telephone, and what resembles it.
  bool is_lettered_card() const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if (pieces[i].length == 1 && pieces[i + 1].kind == HostWord::vitale && std::string_view("ecmx").find(of(pieces[i])) != std::string_view::npos &&
          (i == 0 || pieces[i].whole || pieces[i - 1].segment != pieces[i].segment))
        return true;
    return false;
  }
  // Words that a member of an insurance is written to with, and nobody else is.
  bool of_members() const {
    constexpr std::array<std::string_view, 29> words{"verification", "attestation", "attestations", "miseajour", "prestation", "prestations", "beneficiaire", "cotisations",
                                                     "adherent", "regularisation", "remboursement", "remboursements", "declaration", "authentification", "indemnites", "reclamation",
                                                     "reclamations", "rib", "iban", "justificatif", "justificatifs", "assure", "assures", "maj", "decompte", "decomptes", "dossierfr", "indemnite", "beneficiaires"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(word); });
  }
  bool france_then_connect() const {
    for (std::size_t i = 0; i + 1 < count; ++i)
      if ((of(pieces[i]) == "france" || of(pieces[i]) == "lafrance") && pieces[i + 1].kind == HostWord::connect && unknown_in(pieces[i + 1].segment) <= 3) return true;
    return false;
  }
  // "v3", "carte-v", "cartev".
  bool is_version_sign(std::size_t i) const {
    if (of(pieces[i]) != "v") return false;
    const bool ends = i + 1 == count || pieces[i + 1].segment != pieces[i].segment;
    if (!ends) return pieces[i + 1].kind == HostWord::digits;
    return pieces[i].whole || (i > 0 && pieces[i - 1].kind == HostWord::card);
  }
  // "carte-v3", "cartev".
  bool has_version() const {
    for (std::size_t i = 0; i < count; ++i)
      if (is_version_sign(i)) return true;
    return false;
  }
  // "vitale-v3", "vitale2025".
  bool only_versions() const {
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_figure = pieces[i].kind == HostWord::digits && (of(pieces[i]).starts_with("202") || (i > 0 && of(pieces[i - 1]) == "v"));
      if (pieces[i].kind != HostWord::vitale && pieces[i].kind != HostWord::glue && !is_figure) return false;
    }
    return true;
  }
  // A part between hyphens or dots that is that word, known or not.
  bool has_part(std::string_view word) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0 && pieces[i - 1].segment == pieces[i].segment) continue;
      if (part_from(i) == word) return true;
    }
    return false;
  }
  // What stands from a piece to the end of its part.
  std::string_view part_from(std::size_t piece) const {
    std::size_t end = piece;
    while (end + 1 < count && pieces[end + 1].segment == pieces[piece].segment) ++end;
    return {text.data() + pieces[piece].begin, static_cast<std::size_t>(pieces[end].begin + pieces[end].length - pieces[piece].begin)};
  }
  bool says_any(std::span<const std::string_view> words) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(word); });
  }
  // Words that lures write to the insured with, and shops and doctors do not call themselves by.
  bool of_the_insured() const {
    constexpr std::array<std::string_view, 16> words{"assure", "assures", "remboursement", "remboursements", "rembours", "remb", "maj", "miseajour", "formulaire",
                                                     "formulaires", "verification", "regularisation", "authentification", "actualisation", "justificatif", "reactivation"};
    return says_any(words) || (says("mise") && says("jour")) || has_renewal();
  }
  // How many different names of ours, those that others bear too among them.
  int names_of_ours() const {
    constexpr std::array<HostWord, 6> ours{HostWord::vitale, HostWord::cpam, HostWord::small_name, HostWord::dmp, HostWord::maladie, HostWord::secu};
    return static_cast<int>(std::count_if(ours.begin(), ours.end(), [&](HostWord kind) { return firmly(kind); })) + (pair(HostWord::space, HostWord::health) ? 1 : 0);
  }
  // Words of a service reached by wire, which a house with a door has no need of.
  bool of_the_wire() const {
    constexpr std::array<std::string_view, 14> words{"identite", "enligne", "online", "numerique", "mobile", "appli", "app", "net", "info", "infos", "service", "services", "portail", "acces"};
    return says_any(words) || has(HostWord::digits) || has_version() || firmly(HostWord::connect) || firmly(HostWord::card);
  }
  // "amelie-configuration": the name beside a noun of offices that no list holds, not of a trade that the list of owners holds.
  bool is_amelie_of_offices() const {
    constexpr std::size_t shortest = 8;
    const auto is_office = [&](const Piece& p) {
      const auto word = of(p);
      return p.whole && word.size() >= shortest && (word.ends_with("tion") || word.ends_with("tions") || word.ends_with("ement") || word.ends_with("ements"));
    };
    bool named = false, office = false;
    for (const auto& piece : all()) {
      const bool is_name = piece.kind == HostWord::amelie && piece.whole && !piece.mended;
      const bool is_small = piece.kind == HostWord::glue || piece.kind == HostWord::weak || piece.kind == HostWord::strong || piece.kind == HostWord::digits;
      if (!is_name && !is_small && !(piece.kind == HostWord::none && is_office(piece))) return false;
      named = named || is_name;
      office = office || piece.kind == HostWord::none;
    }
    return named && office;
  }
  bool of_shops() const {
    constexpr std::array<std::string_view, 9> words{"livraison", "commande", "commandes", "commander", "envoi", "envois", "aide", "assistance", "assistant"};
    return says_any(words);
  }
  bool is_misspelt_cpam() const {
    constexpr std::array<std::string_view, 7> words{"cpaam", "ccpam", "cppam", "cpma", "cparn", "cpamm", "cpaamm"};
    return says_any(words);
  }
  // By a slip that does not keep the head of the name; "adels" is another.
  bool is_amelie_by_slip() const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return p.kind == HostWord::amelie && p.mended && !of(p).starts_with("am"); });
  }
  bool of_mutuals() const {
    constexpr std::array<std::string_view, 9> words{"mutuelle", "mutuelles", "complementaire", "adherent", "adherents", "adhesion", "tarif", "tarifs", "prevoyance"};
    return says_any(words);
  }
  bool of_animals() const {
    constexpr std::array<std::string_view, 8> words{"animaux", "animal", "chien", "chiens", "chat", "chats", "pets", "veto"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return says(word); });
  }
  bool is_place() const {
    constexpr std::array<std::string_view, 12> places{"chateau", "villa", "hotel", "ferme", "domaine", "gite", "gites", "camping", "mairie", "restaurant", "moulin", "boulangerie"};
    return std::any_of(places.begin(), places.end(), [&](std::string_view word) { return says(word); });
  }
  // A first name or a trade, which the one who bears the name has; not a word that any service may call itself by.
  bool has_owner() const {
    constexpr std::array<std::string_view, 15> anyones{"centre", "web", "direct", "soin", "soins", "bureau", "publics", "publiques", "medical", "departement", "inviter", "tous", "agence", "systems", "section"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return p.kind == HostWord::benign && firm(p) && p.length >= 3 && std::find(anyones.begin(), anyones.end(), of(p)) == anyones.end();
    });
  }
  bool opens_something() const {
    constexpr std::array<std::string_view, 7> stems{"activ", "compte", "moncompte", "conne", "login", "authent", "ident"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return p.kind == HostWord::strong && firm(p) && std::any_of(stems.begin(), stems.end(), [&](std::string_view stem) { return of(p).starts_with(stem); });
    });
  }
  bool has_renewal() const {
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) { return p.kind == HostWord::strong && of(p).starts_with("renouv") && firm(p); });
  }
  // "ma-sante", "monespace": told to someone.
  bool is_possessive() const {
    constexpr std::array<std::string_view, 6> words{"ma", "mon", "mes", "votre", "vos", "my"};
    constexpr std::array<std::string_view, 7> joined{"monespace", "moncompte", "macarte", "masante", "moncarte", "mesdroits", "masecu"};
    return std::any_of(all().begin(), all().end(), [&](const Piece& p) {
      return (p.kind == HostWord::space && of(p).starts_with("mon")) || (firm(p) && std::find(words.begin(), words.end(), of(p)) != words.end()) || std::find(joined.begin(), joined.end(), of(p)) != joined.end();
    });
  }
  int letters() const {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += pieces[i].kind == HostWord::digits ? 0 : pieces[i].length;
    return sum;
  }
  int unknown() const {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += pieces[i].word < 0 && pieces[i].kind == HostWord::none ? pieces[i].length : 0;
    return sum;
  }
};

constexpr Likeness named(std::string_view name) { return {Likeness::Of::protected_name, false, name}; }
// Tops sold for pennies and lodgings given away, where doctors and their clubs do not live.
inline bool is_cheap(std::string_view suffix) {
  constexpr std::array<std::string_view, 34> tops{"info", "online", "site", "xyz", "click", "live", "top", "shop", "icu", "link", "support", "website", "space", "cfd", "sbs", "help", "store", "digital",
                                                  "life", "fun", "lol", "vip", "cc", "ru", "today", "world", "email", "biz", "mobi", "center", "cloud", "buzz", "cyou", "services"};
  return suffix.find('.') != std::string_view::npos ? !suffix.ends_with(".fr") : std::find(tops.begin(), tops.end(), suffix) != tops.end();
}
// Where "assurance-maladie" is the common word for any health insurance.
inline bool is_other_french_speaking(std::string_view suffix) {
  constexpr std::array<std::string_view, 6> tops{"ch", "lu", "be", "ca", "li", "qc.ca"};
  return std::find(tops.begin(), tops.end(), suffix) != tops.end();
}

}  // namespace carnet::vigilance
