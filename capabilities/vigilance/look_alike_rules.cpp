// Whom the words of a host imitate.
#include "foundation/kernel/result.hpp"
#include "vigilance/host_reading.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {

namespace {

// "ameliregistre", "amelicnx": no first name and no word of French goes on so after "ameli".
bool goes_on_apart(std::string_view rest) {
  constexpr std::string_view vowels = "aeiouy", apart = "bcdfghjkpqrvwz";
  constexpr std::size_t shortest_word = 5, shortest_sign = 3;
  if (rest.size() >= shortest_sign && std::all_of(rest.begin(), rest.end(), [&](char c) { return is_letter(c) && vowels.find(c) == std::string_view::npos; })) return true;
  if (rest.size() < shortest_word) return false;
  const bool is_cluster = (rest[0] == 's' && std::string_view("cpqtmk").find(rest[1]) != std::string_view::npos) || (rest[0] == 't' && rest[1] == 'r');
  return is_cluster || apart.find(rest[0]) != std::string_view::npos;
}

}  // namespace

// "ameli" alone between hyphens or dots, or beside known words; never inside a longer word nobody knows.
bool HostJudge::speaks_of_ameli(const Reading& reading) const {
  const int trade = reading.number(HostWord::strong) + reading.number(HostWord::state) + reading.number(HostWord::card) +
                    reading.number(HostWord::vitale) + reading.number(HostWord::vital) + reading.number(HostWord::assurance) +
                    reading.number(HostWord::maladie) + reading.number(HostWord::health) + reading.number(HostWord::weak) +
                    reading.number(HostWord::secu) + reading.number(HostWord::space) + reading.number(HostWord::connect);
  if (reading.has(HostWord::town) && trade == 0) return false;
  constexpr std::string_view name = "ameli";
  for (std::size_t i = 0; i < reading.count; ++i) {
    const bool begins = i == 0 || reading.pieces[i - 1].segment != reading.pieces[i].segment;
    const auto part = reading.part_from(i);
    if (begins && part.starts_with(name) && goes_on_apart(part.substr(name.size())) && !reading.has(HostWord::benign)) return true;
  }
  for (const auto& piece : reading.all()) {
    if (piece.kind != HostWord::ameli) continue;
    if (piece.whole) return trade > 0 || !reading.is_place();
    int others = 0, loose = 0;
    for (const auto& other : reading.all()) {
      if (other.segment != piece.segment || &other == &piece) continue;
      if (other.kind == HostWord::none) continue;
      (other.length >= 2 || other.kind == HostWord::digits ? others : loose) += 1;
    }
    const int unknown = reading.unknown_in(piece.segment);
    if (unknown == 0 && loose == 0 && others > 0) return true;
    if (unknown <= 4 && trade > 0) return true;
    // "rediaameli": the name whole at the end of something.
    const bool ends = &piece == &reading.all().back() || (&piece + 1)->segment != piece.segment;
    if (ends && unknown >= 4 && unknown <= 12) return true;
  }
  return false;
}

Likeness HostJudge::decide(const Reading& r, std::string_view suffix) const {
  using enum HostWord;
  if (!r.may_name_us()) return organisation_in(r);
  const int n_strong = r.number(strong), n_state = r.number(state), n_weak = r.number(weak);
  const int letters = std::max(1, r.letters()), unknown = r.unknown();
  const auto at_most = [&](int percent) { return unknown * 100 <= letters * percent; };
  if (speaks_of_ameli(r)) return named("ameli");
  // Beside a first name or a trade of its own, and nothing of ours, a name is somebody's.
  const bool of_others = r.has_owner() && n_state == 0 && n_strong < 2 && !r.firmly(cpam) && !r.firmly(secu) && !r.firmly(maladie);
  const bool is_whole_connect = std::any_of(r.all().begin(), r.all().end(), [&](const Piece& p) { return p.whole && r.of(p) == "franceconnect"; });
  if (is_whole_connect || ((r.has(france_connect) || r.france_then_connect()) && !of_others)) return named("france_connect");
  if (r.run("fr", "connect") && n_strong + n_weak > 1 && at_most(0) && !of_others) return named("france_connect");
  if (n_strong + n_state == 0 && (r.says("lecteur") || r.says("lecteurs") || r.says("postale") || r.says("postales"))) return organisation_in(r);
  if (r.pair(card, vitale) || r.pair(card, vital) || ((r.firmly(vitale) || r.firmly(vital)) && r.firmly(card))) return named("vitale");
  if (r.of_animals() && n_state == 0) return organisation_in(r);
  if ((r.pair(assurance, maladie) || r.names_insurer()) && !(is_other_french_speaking(suffix) && n_strong + n_state == 0)) return named("assurance_maladie");
  if (r.pair(maladie, assurance) && at_most(0) && !r.has(benign)) return named("assurance_maladie");
  if (r.pair(fund, primary) && (r.says("primaire") || at_most(0))) return named("cpam");
  for (const auto& piece : r.all())
    if (piece.kind == cpam && ((piece.whole && (!r.has(benign) || n_strong + n_state > 0)) || (r.firm(piece) && (!r.has_owner() || n_strong + n_state > 0) && (n_strong + n_state + n_weak > 0 || r.firmly(health) || r.firmly(assurance) || r.firmly(card) || r.unknown_in(piece.segment) == 0))))
      return named("cpam");
  const bool of_trade = n_strong + n_state > 0 || r.firmly(card) || r.firmly(assurance) || r.firmly(maladie) || r.firmly(health) || r.firmly(secu) || r.firmly(cpam) || r.firmly(social);
  const bool of_card = r.firmly(vitale) || r.firmly(vital) || r.firmly(space) || r.firmly(security) || r.firmly(connect);
  const bool by_slip = r.is_amelie_by_slip(), is_new = r.has(digits);
  if (r.has(amelie) && !of_others && !r.has(town) && (((of_trade || of_card) && at_most(20)) || ((by_slip ? is_new : n_weak > 0) && at_most(0)))) return named("ameli");
  if (!of_others && r.is_amelie_of_offices()) return named("ameli");
  const bool mine = r.is_possessive();
  if (r.is_lettered_card() && !of_others && at_most(25) && n_strong + n_state + n_weak + r.number(digits) + r.number(health) > 0) return named("vitale");
  if (r.firmly(vitale) && (r.firmly(social) || (r.number(organisation) > 0 && at_most(0))) && !of_others) return named("vitale");
  if (r.firmly(vitale) && (!of_others || r.firmly(card)) && (((of_trade || r.firmly(space) || r.firmly(security) || r.firmly(connect)) && at_most(25)) || (n_weak > 0 && at_most(0)) || (mine && at_most(60)))) return named("vitale");
  const bool of_france = r.says("fr") && suffix != "fr";
  const bool of_country = of_france || r.says("france");
  const bool of_version = r.has_version() || r.has(digits);
  // A word nobody has seen beside one of the trade; in Italy the name is a family's.
  const bool is_service = (n_strong > 0 && !r.of_shops()) || r.firmly(space) || r.says("info") || r.says("infos");
  if (r.firmly(vitale) && !of_others && suffix != "it" && n_weak + n_strong > 0 && at_most(is_service ? 55 : 30)) return named("vitale");
  if (r.firmly(vitale) && of_version && unknown == 0 && r.only_versions()) return named("vitale");
  if (r.firmly(vitale) && of_country && at_most(45)) return named("vitale");
  if (r.firmly(vital) && !of_others && ((n_strong + n_state > 0 || r.firmly(assurance)) && at_most(5))) return named("vitale");
  if (r.pair(space, health) && (mine || n_state > 0 || of_country || r.says("fr") || (n_strong > 0 && at_most(0) && !r.has(benign)))) return named("mon_espace_sante");
  if (r.pair(security, social) && !is_other_french_speaking(suffix)) return named("assurance_maladie");
  if (r.firmly(maladie) && (n_state > 0 || r.firmly(secu)) && at_most(10)) return named("assurance_maladie");
  const bool of_insured = r.says("assure") || r.says("assures") || r.says("compte") || r.says("droits") || r.says("remboursement") ||
                          r.says("formulaire") || r.says("dossier") || r.has_renewal();
  if (r.firmly(secu) && (r.firmly(assurance) || r.firmly(card) || r.firmly(social) || r.firmly(health) || n_state > 0 || of_insured) && at_most(10))
    return named("assurance_maladie");
  if (r.firmly(health) && at_most(10) && ((r.firmly(card) && (mine || of_country || n_strong + n_state > 0)) || n_state > 0 || (mine && n_strong > 0) || r.has_renewal()))
    return named("assurance_maladie");
  // Short names that others bear too.
  const bool of_health = r.firmly(health) || r.firmly(assurance) || r.firmly(card) || r.firmly(secu) || r.firmly(social);
  if ((r.says("cgss") || r.says("cssm")) && (n_strong + n_state + n_weak > 0 || of_health || mine || of_france) && at_most(20)) return named("cpam");
  if ((r.is_misspelt_cpam() && (n_strong + n_weak > 0 || r.has(digits)) && at_most(10)) || ((r.says("capm") || r.says("pcam")) && n_strong > 0 && at_most(0))) return named("cpam");
  const bool is_member = r.of_members();
  const bool is_plain = at_most(0) && !r.has(benign);
  const bool asks_in = is_member || r.opens_something();
  if (is_plain && asks_in && (r.says("msa") || r.says("cnam"))) return named("cpam");
  if (is_plain && asks_in && (r.firmly(dmp) || r.firmly(secu))) return named(r.firmly(dmp) ? "dmp" : "assurance_maladie");
  // Where a name costs nothing, one of ours beside any word of the trade.
  const bool of_ours = r.firmly(dmp) || r.firmly(small_name) || r.firmly(secu) || r.pair(space, health) || r.pair(card, health);
  if (is_plain && of_ours && is_cheap(suffix) && n_strong + n_weak + n_state > 0) return named(r.pair(space, health) ? "mon_espace_sante" : r.firmly(dmp) ? "dmp" : "assurance_maladie");
  if ((r.firmly(dmp) || r.firmly(small_name)) && at_most(of_france ? 40 : 0) && !r.has(benign) && (n_state > 0 || of_france || of_health || of_insured || n_strong > 1 || ((mine || r.says("cnam")) && n_strong > 0) || (r.says("msa") && n_strong > 0 && n_strong + n_weak > 1)))
    return named(r.firmly(dmp) ? "dmp" : "cpam");
  if ((r.pair(space, health) && r.opens_something() && at_most(0) && !r.has(benign)) || (r.firmly(dmp) && mine && at_most(0) && !r.has(benign))) return named("mon_espace_sante");
  const bool of_files = r.says("medical") && (r.says("dossier") || r.says("mondossier"));
  if (of_files && (r.says("partage") || (of_france && mine)) && at_most(0)) return named("mon_espace_sante");
  if (of_france && at_most(0) && !r.has(benign) && ((r.firmly(secu) && mine) || (r.firmly(card) && r.firmly(health)))) return named("assurance_maladie");
  if (const auto found = without_a_name(r, suffix); found.of != Likeness::Of::nothing) return found;
  return organisation_in(r);
}

// Nothing but words that only the insured are written to with: "carte-v3", "dossier-sante-assure", "assure-social".
Likeness HostJudge::without_a_name(const Reading& r, std::string_view suffix) const {
  using enum HostWord;
  constexpr int most_unknown = 2;
  if (r.unknown() > most_unknown || r.has_owner() || r.has(town) || is_other_french_speaking(suffix) || r.of_mutuals()) return {};
  const int n_trade = r.number(strong) + r.number(state) + r.number(weak);
  if (r.names_of_ours() > 1) return named(r.firmly(vitale) ? "vitale" : "assurance_maladie");
  if (r.pair(space, health) && r.of_the_wire()) return named("mon_espace_sante");
  const bool insured = r.of_the_insured(), is_new = r.has_version();
  const bool of_caisse = r.firmly(fund) && (r.firmly(primary) || n_trade > 0);
  if (r.firmly(maladie) && (r.firmly(card) || insured || is_new || of_caisse)) return named("assurance_maladie");
  if ((r.says("assure") || r.says("assures")) && r.firmly(social)) return named("assurance_maladie");
  if (r.firmly(assurance) && r.has_part("cv")) return named("vitale");
  if (r.firmly(card) && (is_new || (r.has_renewal() && (r.says("assure") || r.says("assures") || r.is_possessive() || r.has_part("am") || is_cheap(suffix))))) return named("vitale");
  if (r.firmly(health) && (insured || (r.firmly(card) && n_trade > 0))) return named("assurance_maladie");
  if (r.run("la", "secu") && n_trade > 0) return named("assurance_maladie");
  if (r.says("cnam") && (r.says("info") || r.says("infos"))) return named("cpam");
  return {};
}

// Another organisation's name as a word of its own, beside words of the trade.
Likeness HostJudge::organisation_in(const Reading& reading) const {
  const int names = reading.number(HostWord::organisation);
  const int trade = reading.number(HostWord::strong) + reading.number(HostWord::state) + reading.number(HostWord::weak) + (names > 1 ? 1 : 0);
  // "fiscaliste-impots-paris": somebody of a trade, who asks for nothing.
  const bool of_others = reading.has_owner() && reading.number(HostWord::strong) + reading.number(HostWord::state) == 0;
  for (const auto& piece : reading.all()) {
    if (piece.kind != HostWord::organisation || of_others) continue;
    const auto& word = words_[static_cast<std::size_t>(piece.word)];
    const bool stands = piece.whole || (piece.length >= 6 && reading.unknown_in(piece.segment) == 0);
    if (stands && trade > 0 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 25) return {Likeness::Of::organisation, reading.number(HostWord::strong) + reading.number(HostWord::state) > 0, word.organisation};
  }
  // "gov" alone is some other country's.
  const bool is_french = reading.number(HostWord::state) > (reading.says("gov") ? 1 : 0) || reading.says("fr") || reading.says("france");
  if (reading.firmly(HostWord::state) && is_french && trade > 1 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 25)
    return {Likeness::Of::organisation, true, "gouv"};
  const int words = trade + reading.number(HostWord::card) + reading.number(HostWord::space);
  return {Likeness::Of::nothing, words >= 2 && reading.number(HostWord::strong) > 0 && reading.unknown() * 100 <= std::max(1, reading.letters()) * 15, {}};
}

}  // namespace carnet::vigilance
