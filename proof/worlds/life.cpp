#include "proof/worlds/life.hpp"

#include <fmt/format.h>

#include <array>

namespace carnet::proof {
namespace {

using Dice = std::mt19937_64;

struct Type {
  std::string_view code, doc_class;
};
constexpr auto document_types = std::to_array<Type>({{"11502-2", "10"}, {"11488-4", "10"}, {"34133-9", "11"}, {"18748-4", "31"},
                                                     {"57833-6", "42"}, {"18776-5", "44"}, {"11369-6", "52"}, {"60591-5", "11"}});
constexpr auto resource_types =
    std::to_array<std::string_view>({"Observation", "Observation", "Condition", "AllergyIntolerance", "MedicationRequest", "Immunization"});
constexpr auto codes = std::to_array<std::string_view>({"8867-4", "29463-7", "8310-5", "2708-6"});
constexpr kernel::Instant first_day{1'741'082'400'000};  // 2025-03-04T10:00:00Z
constexpr std::int64_t hours_apart = 1;

std::size_t below(Dice& dice, std::size_t bound) { return static_cast<std::size_t>(dice() % bound); }

std::string word(Dice& dice) {
  constexpr auto words = std::to_array<std::string_view>({"Bilan", "Compte rendu", "Contrôle", "Séjour", "Examen", "Suivi", "Avis"});
  return fmt::format("{} {}", words[below(dice, words.size())], below(dice, 9));
}

Item invent_item(Dice& dice, std::uint64_t life, int nth) {
  Item item;
  if (below(dice, 2) == 0) {
    const auto& type = document_types[below(dice, document_types.size())];
    item.type = "DocumentReference";
    item.code = type.code;
    item.doc_class = type.doc_class;
  } else {
    item.type = resource_types[below(dice, resource_types.size())];
    item.code = codes[below(dice, codes.size())];
  }
  item.title = word(dice);
  item.unique_id = fmt::format("urn:oid:1.2.250.1.999.7.{}.{}", life + 1, nth + 1);
  item.day = fmt::format("20{}-{:02}-{:02}", 24 + below(dice, 2), 1 + below(dice, 12), 1 + below(dice, 28));
  item.size = static_cast<int>(1 + below(dice, below(dice, 10) == 0 ? 20'000 : 400));
  constexpr auto writers = std::to_array<std::size_t>({author, author, gp, colleague});
  item.author = writers[below(dice, writers.size())];
  return item;
}

std::string_view label_of(Hidden kind) {
  switch (kind) {
    case Hidden::masked: return "MASQUE_PS";
    case Hidden::awaited: return "INVISIBLE_PATIENT";
    case Hidden::from_representatives: return "INVISIBLE_REPRESENTANTS_LEGAUX";
    default: return "";
  }
}

}  // namespace

std::string_view name_of(Hidden kind) {
  constexpr auto names = std::to_array<std::string_view>(
      {"masked from professionals", "not yet announced", "hidden from representatives", "contested", "of who is blocked", "out of a carer's scope"});
  return names[static_cast<std::size_t>(kind)];
}

std::string Life::name(int which) const { return fmt::format("Vie{}x{} Martin", number, which); }

std::string Life::number_of(int which) const {
  const std::string thirteen = fmt::format("2{:012}", number * 8 + static_cast<std::uint64_t>(which) + 1);
  return fmt::format("{}{:02}", thirteen, identity::key_of(thirteen));
}

std::string register_head() {
  return "system;matricule;birth_name;given_names;birth_date;sex;email;address1;postcode;city;card_serials;parents;declared_gp\n";
}

std::string Life::register_lines(kernel::Date today) const {
  std::string lines;
  const auto line = [&](int which, int years, const std::string& parents, const std::string& doctor) {
    const auto born = today.plus_years(-years).plus_days(-40);
    lines += fmt::format("{};{};Martin;Vie{}x{};{};F;v{}x{}@exemple.example;12 rue des Lilas;69007;Lyon;{};{};{}\n", identity::oid_demonstration,
                         number_of(which), number, which, kernel::to_text(born), number, which,
                         1'000'000'000 + static_cast<std::int64_t>(number) * 8 + which, parents, doctor);
  };
  constexpr int of_age = 41;
  line(1, of_age, {}, {}), line(2, of_age, {}, {}), line(3, of_age, {}, {});
  line(0, age, holder_is_minor ? number_of(1) + "|" + number_of(2) : std::string(), rpps_of(number, gp));
  return lines;
}

Life invent(std::uint64_t seed, std::uint64_t number) {
  Dice dice(seed * 1'000'003 + number);
  Life life;
  life.number = number;
  life.hidden = static_cast<Hidden>(below(dice, kinds_of_hidden));
  life.holder_is_minor = life.hidden == Hidden::from_representatives || below(dice, 4) == 0;
  life.age = life.holder_is_minor ? 3 + static_cast<int>(below(dice, 14)) : 20 + static_cast<int>(below(dice, 70));
  int nth = 0;
  life.item = invent_item(dice, number, nth++);
  if (life.hidden == Hidden::contested)
    while (life.item.type != "DocumentReference") life.item = invent_item(dice, number, nth++);
  if (life.hidden == Hidden::out_of_scope)  // the carers of these lives are given class 10 alone
    while (life.item.doc_class == "10" || life.item.type == "Observation") life.item = invent_item(dice, number, nth++);
  life.item.label = label_of(life.hidden);
  const bool hides_writer = life.hidden != Hidden::blocked && life.hidden != Hidden::contested;
  if (hides_writer && below(dice, 2) == 0) life.item.author = secret_author;
  const auto others = [&](std::vector<Item>& to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to.push_back(invent_item(dice, number, nth++));
  };
  others(life.before, below(dice, 5));
  others(life.after, below(dice, 5));
  for (auto& item : life.after)
    item.refers_to_hidden = item.type == "Observation" && below(dice, 2) == 0 &&
                            (life.item.type == "Observation" || life.item.type == "DocumentReference");
  if (life.item.type == "DocumentReference" && life.hidden != Hidden::contested && below(dice, 4) == 0) {
    Item next = life.item;  // its successor, hidden as it is
    next.unique_id += ".1";
    next.refers_to_hidden = true;
    life.after.push_back(next);
  }
  life.dice = dice();
  return life;
}

std::string rpps_of(std::uint64_t life, std::size_t role) { return fmt::format("1{:010}", life % casts * cast_size + role); }

kernel::Instant begins(std::uint64_t life) { return first_day.plus(std::chrono::hours(hours_apart * static_cast<std::int64_t>(life))); }

void found_directory(World& world) {
  world.write(
      [&](store::Tx& tx) -> kernel::Status {
        for (std::uint64_t cast = 0; cast < casts; ++cast)
          for (std::size_t role = 0; role < cast_size; ++role)
            CARNET_CHECK(world.house().identity().put_professional(
                tx, {rpps_of(cast, role), fmt::format("Dr Rôle {} {}", role, cast), role == nurse ? "60" : "10", ""}));
        CARNET_CHECK(world.house().identity().put_structure(tx, {"750000001", "Hôpital des Tilleuls", "hospital"}));
        return world.house().identity().put_structure(tx, {"690000002", "Clinique des Saules", "hospital"});
      },
      "directory");
}

}  // namespace carnet::proof
