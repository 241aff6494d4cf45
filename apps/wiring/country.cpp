#include "apps/wiring/country.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "foundation/io/entropy.hpp"

namespace carnet::wiring {
namespace {

using kernel::Date;

constexpr auto women = std::to_array<std::string_view>(
    {"Nadia", "Camille", "Léa", "Manon", "Chloé", "Inès", "Sarah", "Jeanne", "Odile", "Monique", "Françoise", "Isabelle",
     "Sylvie", "Fatima", "Aminata", "Aurélie", "Julie", "Émilie", "Charlotte", "Zoé", "Lina", "Yasmine", "Hélène", "Suzanne",
     "Marie-Claude", "Rose", "Louise", "Anaïs", "Céline", "Nathalie", "Mariama", "Thi Lan", "Élodie", "Brigitte", "Agathe"});
constexpr auto men = std::to_array<std::string_view>(
    {"Julien", "Hugo", "Lucas", "Louis", "Mohamed", "Karim", "Pierre", "Jean", "Michel", "André", "Philippe", "Nicolas",
     "Thomas", "Gabriel", "Adam", "Raphaël", "Moussa", "Jean-Baptiste", "François", "Gérard", "Alain", "Bernard", "Étienne",
     "Noé", "Maël", "Ibrahim", "Antoine", "Quentin", "Loïc", "Teva", "Dimitri", "Paulo", "Sékou", "Rémi", "Maxime"});
constexpr auto families = std::to_array<std::string_view>(
    {"Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon", "Michel",
     "Lefèvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine",
     "Rousseau", "Vincent", "Muller", "Le Goff", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier", "Chevalier",
     "François", "Legrand", "Gauthier", "Garcia", "Perrin", "Robin", "Clément", "Morin", "Nicolas", "Henry", "Roussel",
     "Mathieu", "Gautier", "Masson", "Marchand", "Duval", "Denis", "Dumont", "Marie", "Lemaire", "Noël", "Meyer", "Dufour",
     "Benali", "Diallo", "Traoré", "Nguyen", "Da Silva", "Haddad", "O'Brien", "D'Almeida", "Payet", "Hoarau", "Teriitehau"});

struct Town {
  std::string_view insee, postcode, name, zone;
  int weight;
};
constexpr auto towns = std::to_array<Town>({
    {"75112", "75012", "Paris", "Europe/Paris", 18},      {"69387", "69007", "Lyon", "Europe/Paris", 12},
    {"13203", "13003", "Marseille", "Europe/Paris", 12},  {"31555", "31000", "Toulouse", "Europe/Paris", 8},
    {"59350", "59000", "Lille", "Europe/Paris", 8},       {"35238", "35000", "Rennes", "Europe/Paris", 6},
    {"67482", "67000", "Strasbourg", "Europe/Paris", 6},  {"2A004", "20000", "Ajaccio", "Europe/Paris", 2},
    {"2B033", "20200", "Bastia", "Europe/Paris", 2},      {"23096", "23000", "Guéret", "Europe/Paris", 4},
    {"29232", "29000", "Quimper", "Europe/Paris", 5},     {"87085", "87000", "Limoges", "Europe/Paris", 5},
    {"97105", "97100", "Basse-Terre", "America/Guadeloupe", 3}, {"97209", "97200", "Fort-de-France", "America/Martinique", 3},
    {"97302", "97300", "Cayenne", "America/Cayenne", 2},  {"97411", "97400", "Saint-Denis", "Indian/Reunion", 4},
    {"97502", "97500", "Saint-Pierre", "America/Miquelon", 1}, {"97611", "97600", "Mamoudzou", "Indian/Mayotte", 2},
});
constexpr auto streets = std::to_array<std::string_view>({"rue des Lilas", "avenue Jean-Jaurès", "place de l'Église",
                                                          "chemin du Moulin", "boulevard de la Liberté", "rue du Port",
                                                          "impasse des Acacias", "route de la Plage"});

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : entropy_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    std::array<std::uint8_t, 4> bytes{};
    entropy_.fill("country", bytes);
    const std::uint32_t value = static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
                                static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
    return value % bound;
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <class List>
  auto pick(const List& list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }

 private:
  io::SeededEntropy entropy_;
};

struct Invented {
  std::string number, birth_name, given, used_name, birth_date, birthplace, scheme = "general", email, phone, serial, parents;
  bool female = true;
  bool large_print = false;
  const Town* home = nullptr;
  std::string street;
  std::string gp;
};

// What differs is plain ASCII, so that an invented e-mail looks like one.
std::string mail_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    else if (c >= 'a' && c <= 'z') out += c;
    else if (c == ' ' || c == '-' || c == '\'') out += '-';
  }
  return out;
}

class Generator {
 public:
  Generator(std::uint64_t seed, Date today) : dice_(seed), today_(today) {}

  std::string number_for(bool female, std::string_view birth_date, std::string_view birthplace) {
    const std::string stem = fmt::format("{}{}{}{}", female ? 2 : 1, birth_date.substr(2, 2), birth_date.substr(5, 2), birthplace);
    const int order = ++orders_[stem];
    const std::string thirteen = fmt::format("{}{:03}", stem, order);
    return fmt::format("{}{:02}", thirteen, identity::key_of(thirteen));
  }
  std::string new_serial() { return fmt::format("{:010}", 1'000'000'000LL + 7919LL * ++serials_); }
  const Town& town() {
    std::uint32_t total = 0;
    for (const auto& t : towns) total += static_cast<std::uint32_t>(t.weight);
    std::uint32_t at = dice_.below(total);
    for (const auto& t : towns) {
      if (at < static_cast<std::uint32_t>(t.weight)) return t;
      at -= static_cast<std::uint32_t>(t.weight);
    }
    return towns.front();
  }
  std::string born(int age) {
    const Date date = today_.plus_years(-age).plus_days(-1 - static_cast<int>(dice_.below(364)));
    return kernel::to_text(date);
  }
  Invented adult(int age, const Town& home) {
    Invented p;
    p.female = dice_.chance(52);
    p.given = std::string(p.female ? dice_.pick(women) : dice_.pick(men));
    if (dice_.chance(30)) p.given += "," + std::string(p.female ? dice_.pick(women) : dice_.pick(men));
    p.birth_name = std::string(dice_.pick(families));
    p.birth_date = born(age);
    p.birthplace = std::string(town().insee);
    settle(p, home);
    p.serial = new_serial();
    const std::uint32_t kind = dice_.below(100);
    p.scheme = kind < 84 ? "general" : kind < 92 ? "msa" : kind < 96 ? "cnmss" : kind < 98 ? "sncf" : "enim";
    if (age < 85 && dice_.chance(70)) p.email = contact_mail(p);
    if (dice_.chance(75)) p.phone = fmt::format("+3363998{:04}", ++phones_ % 10'000);
    p.large_print = age > 70 && dice_.chance(20);
    return p;
  }
  Invented child(int age, const Invented& declarant, const Invented* other) {
    Invented p;
    p.female = dice_.chance(49);
    p.given = std::string(p.female ? dice_.pick(women) : dice_.pick(men));
    p.birth_name = declarant.birth_name;
    p.birth_date = born(age);
    p.birthplace = std::string(declarant.home->insee);
    settle(p, *declarant.home);
    p.street = declarant.street;
    p.scheme = declarant.scheme;
    p.parents = declarant.number + (other != nullptr ? "|" + other->number : "");
    return p;
  }
  void settle(Invented& p, const Town& home) {
    p.home = &home;
    p.street = fmt::format("{} {}", 1 + dice_.below(120), dice_.pick(streets));
    p.number = number_for(p.female, p.birth_date, p.birthplace);
  }
  std::string contact_mail(const Invented& p) {
    return fmt::format("{}.{}{}@courriel.example", mail_name(p.given.substr(0, p.given.find(','))), mail_name(p.birth_name),
                       ++mails_);
  }
  Dice& dice() { return dice_; }

 private:
  Dice dice_;
  Date today_;
  std::map<std::string, int> orders_;
  std::int64_t serials_ = 0, phones_ = 0, mails_ = 0;
};

std::string luhn_completed(std::string digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 0) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

void invent_directory(Country& country, Dice& dice) {
  constexpr auto kinds = std::to_array<std::string_view>({"hospital", "laboratory", "practice", "pharmacy", "imaging"});
  constexpr auto titles = std::to_array<std::string_view>({"Centre hospitalier", "Laboratoire", "Cabinet médical", "Pharmacie",
                                                           "Centre d'imagerie"});
  constexpr auto places = std::to_array<std::string_view>({"des Lilas", "du Port", "Saint-Roch", "de la Gare", "des Acacias",
                                                           "de la Plage", "du Moulin", "des Remparts"});
  for (std::size_t i = 0; i < 40; ++i) {
    const std::string finess = luhn_completed(fmt::format("75{:06}", 100 + i));
    country.structures.push_back({finess, fmt::format("{} {}", titles[i % 5], places[i / 5]), std::string(kinds[i % 5])});
  }
  constexpr auto professions = std::to_array<std::string_view>({"10", "10", "10", "60", "21", "40", "50", "70"});
  for (std::size_t i = 0; i < 200; ++i) {
    const bool female = dice.chance(55);
    const std::string given(female ? dice.pick(women) : dice.pick(men));
    const std::string family(dice.pick(families));
    const std::string profession(i == 0 ? "10" : professions[i % 8]);
    identity::Professional p{luhn_completed(fmt::format("100{:07}", 1000 + i)),
                             i == 0 ? "Lina Benali" : fmt::format("{} {}", given, family), profession,
                             profession == "10" ? (i % 2 == 0 ? "SM54" : "SM26") : ""};
    country.professionals.push_back(std::move(p));
  }
}

std::string csv_line(const Invented& p) {
  const std::string address = p.home != nullptr
                                  ? fmt::format("{};;;;{};{};FR", p.street, p.home->postcode, p.home->name)
                                  : std::string(";;;;;;FR");
  return fmt::format("{};{};{};{};{};{};{};{};{};{};{};{};{};fr;{};{};{};{};\n", identity::oid_demonstration, p.number,
                     p.birth_name, p.given, p.used_name, p.birth_date, p.female ? "F" : "M", p.birthplace, p.scheme,
                     p.home != nullptr ? p.home->zone : "Europe/Paris", p.email, p.phone, address, p.large_print ? "yes" : "no",
                     p.serial, p.parents, p.gp);
}

constexpr std::string_view header =
    "system;matricule;birth_name;given_names;used_name;birth_date;sex;birthplace;scheme;zone;email;phone;"
    "address1;address2;address3;address4;postcode;city;country;language;large_print;card_serials;parents;declared_gp;died\n";

std::string full_name(const Invented& p) {
  return fmt::format("{} {}", p.given.substr(0, p.given.find(',')), p.used_name.empty() ? p.birth_name : p.used_name);
}

Invented person(Generator& g, std::string given, std::string family, bool female, std::string birth_date, const Town& home) {
  Invented p;
  p.given = std::move(given);
  p.birth_name = std::move(family);
  p.female = female;
  p.birth_date = std::move(birth_date);
  p.birthplace = std::string(home.insee);
  g.settle(p, home);
  p.serial = g.new_serial();
  return p;
}

// The people printed at first start, and the three of the official samples.
std::vector<Invented> invent_cast(Generator& g, Country& country, Date today) {
  std::vector<Invented> cast;
  const auto add = [&](std::string role, Invented p, std::string identifier = {}) {
    country.cast.push_back({std::move(role), full_name(p), p.number, p.serial, std::move(identifier), p.birth_name,
                            p.given.substr(0, p.given.find(',')), p.birth_date, p.female});
    p.gp = country.professionals.front().rpps;
    cast.push_back(std::move(p));
  };
  Invented nadia = person(g, "Nadia,Jeanne", "Martin", true, "1983-05-17", towns[1]);
  nadia.email = "nadia.martin@courriel.example";
  nadia.phone = "+33639980142";
  Invented julien = person(g, "Julien", "Petit", false, "1985-11-02", towns[4]);
  julien.email = "julien.petit@courriel.example";
  Invented odile = person(g, "Odile", "Moreau", true, "1948-02-29", towns[9]);
  odile.large_print = true;
  Invented lea = g.child(6, julien, nullptr);
  lea.given = "Léa";
  lea.female = true;
  lea.birth_date = kernel::to_text(today.plus_years(-6).plus_days(-40));
  lea.number = g.number_for(true, lea.birth_date, lea.birthplace);
  add("holder", std::move(nadia));
  add("parent", std::move(julien), "julien.petit");
  add("child", std::move(lea));
  add("objector", std::move(odile));

  const auto published = [&](std::string number, std::string given, std::string family, std::string used, std::string born,
                             std::string place) {
    Invented p = person(g, std::move(given), std::move(family), true, std::move(born), towns[0]);
    p.number = std::move(number);
    p.used_name = std::move(used);
    p.birthplace = std::move(place);
    p.email = g.contact_mail(p);
    return p;
  };
  Invented ruth = published("277076322082910", "Ruth,Isabelle", "Nessi", "Decourcy", "1977-07-14", "63220");
  Invented alice = published("209053105611201", "Alice", "Decourcy", "", "2021-04-25", "75114");
  alice.parents = ruth.number;
  alice.serial.clear();
  alice.email.clear();
  add("ruth", std::move(ruth), "ruth.nessi");
  add("marie", published("276059205062865", "Marie,Pierrette,Laurence", "Decourcy", "Ducout", "1976-05-31", "92012"),
      "marie.decourcy");
  add("alice", std::move(alice));
  return cast;
}

}  // namespace

Country invent_country(std::uint64_t seed, std::size_t people, Date today) {
  Country country;
  Generator g(seed, today);
  invent_directory(country, g.dice());
  country.register_csv = header;
  country.register_csv.reserve(people * 260);
  std::size_t count = 0;
  const auto write = [&](Invented& p) {
    if (p.gp.empty() && g.dice().chance(85)) p.gp = country.professionals[g.dice().below(24) * 8].rpps;
    country.register_csv += csv_line(p);
    ++count;
  };
  for (auto& p : invent_cast(g, country, today)) {
    // Alice was first declared with another birth date, which one of the samples still carries; the register keeps the
    // former trait, so that a document made before the correction arrives.
    if (p.number == "209053105611201") {
      Invented before = p;
      before.birth_date = "2021-06-01";
      country.register_csv += csv_line(before);
    }
    write(p);
  }
  while (count < people) {
    const Town& home = g.town();
    const bool young = g.dice().chance(45);
    const int age = young ? 22 + static_cast<int>(g.dice().below(30)) : 45 + static_cast<int>(g.dice().below(55));
    Invented first = g.adult(age, home);
    write(first);
    if (count >= people) break;
    Invented second;
    const bool couple = g.dice().chance(60);
    if (couple) {
      second = g.adult(std::max(20, age - 3 + static_cast<int>(g.dice().below(7))), home);
      second.street = first.street;
      if (g.dice().chance(40)) second.used_name = first.birth_name;
      write(second);
    }
    const std::uint32_t children = young ? g.dice().below(4) : 0;
    for (std::uint32_t i = 0; i < children && count < people; ++i) {
      Invented child = g.child(static_cast<int>(g.dice().below(static_cast<std::uint32_t>(std::clamp(age - 20, 1, 18)))), first,
                               couple && g.dice().chance(85) ? &second : nullptr);
      write(child);
    }
  }
  return country;
}

}  // namespace carnet::wiring
