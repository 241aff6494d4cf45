#include "proof/access/oracle_grid.hpp"

#include <fmt/format.h>

#include "proof/access/oracle_axes.hpp"

namespace carnet::proof::access_oracle {

namespace {

// SplitMix64 (public domain, S. Vigna).
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

Question neutral() {
  Question q;
  q.now = at(axes::today(), 10);
  q.space.opened = at(day_of(2025, 1, 10), 9);
  q.item.deposited = at(day_of(2025, 2, 20), 12);
  q.reason_given = true;
  return q;
}

Actor usual(Who who, const Matrix& matrix) {
  Actor a;
  a.who = who;
  switch (who) {
    case Who::professional:
    case Who::occupational_physician:
      a.profession = matrix.profession("10");
      a.in_care_team = who == Who::professional;
      a.personal_grant = who == Who::occupational_physician;
      break;
    case Who::guardian:
      a.protection = Protection::representation;
      break;
    case Who::carer:
      a.scope = {.read = true, .traces = true, .contest = true, .add = true, .settings = true, .take_copy = true};
      a.last_day = day_of(2025, 12, 31);
      break;
    case Who::app:
      a.paired = a.person_bound = a.category_in_scope = a.may_write = true;
      a.last_day = day_of(2025, 12, 31);
      break;
    case Who::heir:
      a.reason_written = true;
      break;
    case Who::operator_of_service:
      a.written_decision = true;
      break;
    default:
      break;
  }
  return a;
}

std::uint64_t Chapter::cells() const {
  std::uint64_t product = 1;
  for (const auto& axis : axes) product *= axis.size;
  return product;
}

Question Chapter::cell(std::uint64_t index) const {
  std::vector<std::size_t> digits(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    digits[i] = index % axes[i].size;
    index /= axes[i].size;
  }
  Question q = neutral();
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i].set(q, digits[i]);
  return q;
}

Grid::Grid(const Oracle& oracle) : oracle_(&oracle) {
  add_professionals();
  add_everyone();
  add_clocks();
  for (const auto& chapter : chapters_)
    for (const auto& axis : chapter.axes) (axis.replaces_actor ? actor_axes_ : other_axes_).push_back(axis);
}

void Grid::add_professionals() {
  const Matrix& m = oracle_->matrix();
  const auto deeds_of = [](std::vector<Deed> some) { return axes::some_deeds(std::move(some)); };
  // professions x types x flags x authorship x relations x blocked x modes x refusals x age
  chapters_.push_back({"professionals",
                       {axes::professions(m), axes::types(m), axes::blocked(), axes::relations(), axes::authorship(),
                        axes::two_ages(), axes::refusals(), axes::modes(), axes::flags()}});
  chapters_.push_back(
      {"professionals, every state",
       {deeds_of({Deed::read_item, Deed::list_item}), axes::professions(m), axes::relations(), axes::all_states(),
        axes::frozen(), axes::deaths(), axes::second_letters(), axes::three_ages(), axes::modes(), axes::flags()}});
  // Every combination of ties, each type standing for those of the same cell.
  chapters_.push_back({"ties",
                       {deeds_of({Deed::read_item, Deed::list_item}), axes::cells_of_matrix(m), axes::team(),
                        axes::consents(), axes::gps(), axes::grants(), axes::blocked(), axes::authorship(),
                        axes::refusals(), axes::modes_and_reason(), axes::masks()}});
  chapters_.push_back({"traces read by professionals",
                       {deeds_of({Deed::read_traces, Deed::read_trace_of_item}), axes::professions(m), axes::types(m),
                        axes::gps(), axes::authorship(), axes::blocked(), axes::own_act(), axes::flags()}});
  chapters_.push_back(
      {"deposits",
       {deeds_of({Deed::deposit}), axes::depositors(m), axes::relations(), axes::blocked(), axes::all_states(),
        axes::frozen(), axes::three_ages(), axes::objections(), axes::flags_of_deposit()}});
}

void Grid::add_everyone() {
  const Matrix& m = oracle_->matrix();
  chapters_.push_back({"everyone, every deed, every state",
                       {axes::everyone(m), axes::all_deeds(), axes::all_states(), axes::frozen(), axes::deaths(),
                        axes::second_letters(), axes::three_ages(), axes::by_holder(), axes::flags()}});
  chapters_.push_back({"the person and those who act for them",
                       {axes::person_side(m), axes::all_deeds(), axes::types(m), axes::ages(), axes::flags()}});
  chapters_.push_back(
      {"archives",
       {axes::archive_readers(m), axes::some_deeds({Deed::export_item, Deed::export_space}), axes::all_states(),
        axes::deaths(), axes::opposed_to_heirs(), axes::three_ages(), axes::types(m), axes::flags()}});
}

void Grid::add_clocks() {
  const Matrix& m = oracle_->matrix();
  chapters_.push_back(
      {"a result not yet announced",
       {axes::watchers(m), axes::days_of_deposit(), axes::days_since_deposit(), axes::hours(), axes::announcements()}});
  chapters_.push_back(
      {"birthdays", {axes::watchers(m), axes::births(), axes::around_birthdays(), axes::agreements(), axes::flags()}});
  chapters_.push_back({"ends", {axes::delegates(m), axes::ends(), axes::some_hours()}});
  chapters_.push_back({"parents in conflict",
                       {axes::closers(m), axes::some_deeds({Deed::close, Deed::erase}), axes::all_states(),
                        axes::told(), axes::refused()}});
}

std::uint64_t Grid::cells() const {
  std::uint64_t sum = 0;
  for (const auto& chapter : chapters_) sum += chapter.cells();
  return sum;
}

std::uint64_t Grid::for_each_question(const Visitor& visitor) const {
  std::uint64_t visited = 0;
  for (const auto& chapter : chapters_) visited += for_each_question(chapter, visitor);
  return visited;
}

std::uint64_t Grid::for_each_question(const Chapter& chapter, const Visitor& visitor) const {
  const auto& axes = chapter.axes;
  std::vector<std::size_t> digits(axes.size());
  // What the axes up to each one have said, so that one that turns has what stood before it under it.
  std::vector<Question> said(axes.size() + 1, neutral());
  std::uint64_t visited = 0;
  std::size_t from = 0;
  while (true) {
    for (std::size_t i = from; i < axes.size(); ++i) {
      said[i + 1] = said[i];
      axes[i].set(said[i + 1], digits[i]);
    }
    visitor(said.back());
    ++visited;
    std::size_t i = axes.size();
    while (i > 0 && ++digits[i - 1] == axes[i - 1].size) digits[--i] = 0;
    if (i == 0) return visited;
    from = i - 1;
  }
}

Question Grid::drawn_freely(std::uint64_t& state) const {
  Question q = neutral();
  const auto& actors = actor_axes_[next(state) % actor_axes_.size()];
  actors.set(q, next(state) % actors.size);
  q.deed = static_cast<Deed>(next(state) % deeds);
  for (const auto& axis : other_axes_) {
    const auto draw = next(state);
    if (draw % 4 != 0) continue;
    if (axis.name != "deeds") axis.set(q, (draw >> 8U) % axis.size);
  }
  // The modes widen the reading of professionals; asked with anything else they mean nothing.
  const bool professional = q.actor.who == Who::professional || q.actor.who == Who::occupational_physician;
  if (!professional || (q.deed != Deed::read_item && q.deed != Deed::list_item)) q.mode = Mode::normal;
  // Never combined.
  if (q.deed != Deed::deposit && q.item.invisible_to_patient) q.item.masked = q.item.visible_in_emergency = false;
  return q;
}

void Grid::sampled(std::uint64_t seed, std::uint64_t count, const Visitor& visitor) const {
  std::uint64_t state = seed;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % 2 == 1) {
      visitor(drawn_freely(state));
      continue;
    }
    const auto& chapter = chapters_[next(state) % chapters_.size()];
    visitor(chapter.cell(next(state) % chapter.cells()));
  }
}

std::uint64_t for_each_question(const Oracle& oracle, const Visitor& visitor) {
  return Grid(oracle).for_each_question(visitor);
}

}  // namespace carnet::proof::access_oracle
