#include "identity/register_plan.hpp"

#include <algorithm>
#include <cstring>

#include "identity/person_body.hpp"

namespace carnet::identity {

namespace {

// Everything the line says, in one text: two lines that say the same have the same index.
std::string canonical(const RegisterLine& line, std::string text) {
  for (const auto& card : line.cards) text += fmt::format("\ncard {}{}", card.lost ? "lost " : "", card.serial);
  for (const auto& parent : line.parents) text += fmt::format("\nparent {}", parent);
  return text;
}

template <class T>
void add_once(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

// What the register said before stays findable: the number that was current, the traits that were held.
void keep_former(Person& now, const Person& before) {
  for (const auto& former : before.former_matricules) add_once(now.former_matricules, former);
  if (before.matricule.value != now.matricule.value) add_once(now.former_matricules, before.matricule);
  std::erase_if(now.former_matricules, [&](const Matricule& former) { return former.value == now.matricule.value; });
  now.former_traits = before.former_traits;
  add_once(now.former_traits, before.traits);
  std::erase(now.former_traits, now.traits);
}

class Planner {
 public:
  Planner(const Shared& shared, Known known) : shared_(shared), known_(std::move(known)) {}

  kernel::Result<Plan> plan(std::vector<ReadyLine> lines) {
    struct Placed {
      ReadyLine* line;
      PersonId person;
    };
    // Everyone has an id before anyone's parents are looked for: a child may stand before its parents.
    std::vector<Placed> placed;
    for (auto& line : lines) {
      if (const auto person = place_line(line)) placed.push_back({&line, *person});
    }
    for (auto& [line, person] : placed) {
      const auto known = known_.persons.find(person);
      if (known == known_.persons.end()) {
        add(*line, person);
      } else if (known->second.line_index == line->line_index) {
        ++plan_.unchanged;
      } else {
        CARNET_CHECK(change(*line, person, known->second));
      }
    }
    for (auto& awaited : known_.awaited) {
      if (const auto parent = known_.numbers.find(awaited.parent_index); parent != known_.numbers.end()) {
        plan_.links.push_back({std::move(awaited), parent->second});
      }
    }
    return std::move(plan_);
  }

 private:
  // The person a line is about; nullopt when its numbers are those of two persons, whom no file may merge.
  std::optional<PersonId> place_line(const ReadyLine& line) {
    std::optional<PersonId> person;
    bool torn = false;
    const auto meet = [&](const Index& index) {
      const auto found = known_.numbers.find(index);
      if (found == known_.numbers.end()) return;
      torn = torn || (person && *person != found->second);
      person = found->second;
    };
    meet(line.number_index);
    for (const auto& index : line.former_indexes) meet(index);
    if (torn) {
      plan_.set_aside.push_back({line.number, {"former_matricules", "other-person"}});
      ++plan_.bad_lines;
      return std::nullopt;
    }
    if (!person) person = PersonId(++known_.last_person);
    known_.numbers[line.number_index] = *person;
    for (const auto& index : line.former_indexes) known_.numbers[index] = *person;
    return person;
  }

  PersonRow sealed_row(std::string_view plain, PersonId id, std::int64_t version, const Index& line_index) {
    auto body = shared_.seal.seal(kernel::as_bytes(plain), kernel::as_bytes(place("person", id, version)));
    known_.persons[id] = {version, line_index, body};
    return {id, version, line_index, std::move(body)};
  }
  void add_cards(const ReadyLine& line, PersonId id, std::vector<CardRow>& out) const {
    for (const auto& card : line.line.cards) {
      out.push_back({id, shared_.cards.of(fmt::format("{}/{}", id.value, card.serial)), card.lost});
    }
  }
  void add_parents(const ReadyLine& line, PersonId id, std::vector<ParentRow>& out) const {
    for (std::size_t i = 0; i < line.parent_indexes.size(); ++i) {
      const auto parent = known_.numbers.find(line.parent_indexes[i]);
      const PersonId parent_id = parent == known_.numbers.end() || parent->second == id ? PersonId(0) : parent->second;
      out.push_back({id, static_cast<std::int64_t>(i) + 1, parent_id, line.parent_indexes[i]});
    }
  }

  void add(const ReadyLine& line, PersonId id) {
    plan_.persons.push_back(sealed_row(line.body, id, 1, line.line_index));
    plan_.numbers.push_back({line.number_index, id, true});
    for (const auto& index : line.former_indexes) plan_.numbers.push_back({index, id, false});
    add_cards(line, id, plan_.cards);
    add_parents(line, id, plan_.parents);
  }

  kernel::Status change(const ReadyLine& line, PersonId id, const KnownPerson& known) {
    CARNET_TRY(body, open_body(shared_, known.body, place("person", id, known.version)));
    CARNET_TRY(before, person_from(id, body));
    Person now = line.line.person;
    keep_former(now, before);
    Plan::Change change;
    change.row = sealed_row(body_of(now), id, known.version + 1, line.line_index);
    change.numbers.push_back({line.number_index, id, true});
    for (const auto& former : now.former_matricules) change.numbers.push_back({shared_.numbers.of(former.value), id, false});
    add_cards(line, id, change.cards);
    add_parents(line, id, change.parents);
    plan_.changes.push_back(std::move(change));
    return {};
  }

  const Shared& shared_;
  Known known_;
  Plan plan_;
};

}  // namespace

std::size_t IndexHash::operator()(const Index& index) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, index.data(), std::min(sizeof value, index.size()));
  return value;
}

ReadyBatch make_ready(const Shared& shared, const RegisterHeader& header, const FileBatch& batch, Date today) {
  ReadyBatch ready;
  ready.end = batch.end;
  ready.lines.reserve(batch.lines.size());
  for (const FileLine& file_line : batch.lines) {
    auto judged = file_line.too_long ? JudgedLine{{}, {{"line", "too-long"}}}
                                     : judge_line(header, file_line.text, !shared.demonstration, today);
    if (!judged.troubles.empty()) {
      ++ready.bad_lines;
      for (auto& trouble : judged.troubles) ready.set_aside.push_back({file_line.number, std::move(trouble)});
      continue;
    }
    ReadyLine line;
    line.number = file_line.number;
    line.line = std::move(judged.line);
    line.number_index = shared.numbers.of(line.line.person.matricule.value);
    line.body = body_of(line.line.person);
    line.line_index = shared.lines.of(canonical(line.line, line.body));
    for (const auto& former : line.line.person.former_matricules) line.former_indexes.push_back(shared.numbers.of(former.value));
    for (const auto& parent : line.line.parents) line.parent_indexes.push_back(shared.numbers.of(parent));
    ready.lines.push_back(std::move(line));
  }
  return ready;
}

kernel::Result<Plan> make_plan(const Shared& shared, std::vector<ReadyLine> lines, Known known) {
  return Planner(shared, std::move(known)).plan(std::move(lines));
}

}  // namespace carnet::identity
