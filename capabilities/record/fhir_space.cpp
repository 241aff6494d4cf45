#include "record/fhir_space.hpp"

#include <algorithm>

namespace carnet::record {

RecordSpace::RecordSpace(const Shared& shared, const PermittedRecord& record, Reach reach, ItemPtr patient,
                         std::vector<ItemPtr> lists)
    : shared_(shared), record_(record), reach_(reach), patient_(std::move(patient)), lists_(std::move(lists)) {}

std::string_view RecordSpace::id_of(Index index) const { return items_[index]->root()["id"].plain_text(); }

const RecordSpace::Group& RecordSpace::group(std::string_view type) const {
  const auto known = std::ranges::find(groups_, type, &Group::type);
  if (known != groups_.end()) return *known;
  auto& made = groups_.emplace_back(Group{std::string(type), {}});
  std::vector<const OpenedItem*> found;
  if (reach_ == Reach::whole || type == "DocumentReference") found = record_.of_type(type);
  if (type == "Patient" && patient_) found.push_back(patient_.get());
  if (type == "List" && !lists_.empty()) {
    for (const auto& list : lists_) found.push_back(list.get());
    std::ranges::sort(found, {}, &OpenedItem::local);
  }
  made.indexes.reserve(found.size());
  for (const auto* item : found) {
    made.indexes.push_back(static_cast<Index>(items_.size()));
    items_.push_back(item);
  }
  return made;
}

std::optional<fhir::SearchSpace::Index> RecordSpace::find(std::string_view type, std::string_view id) const {
  const auto& indexes = group(type).indexes;
  if (type == "Patient") {
    if (indexes.empty() || id_of(indexes.front()) != id) return std::nullopt;
    return indexes.front();
  }
  const auto parts = shared_.ids.open(id);
  if (!parts || parts->space != record_.space().value) return std::nullopt;
  const auto local_of = [this](Index index) { return items_[index]->local; };
  const auto found = std::ranges::lower_bound(indexes, parts->local, {}, local_of);
  if (found == indexes.end() || local_of(*found) != parts->local) return std::nullopt;
  return *found;
}

std::span<const fhir::SearchSpace::Index> RecordSpace::of_type(std::string_view type) const {
  return group(type).indexes;
}

std::span<const fhir::SearchSpace::Index> RecordSpace::all() const {
  if (has_all_) return all_;
  std::vector<std::string_view> types{"Patient", "List"};
  for (const auto* item : record_.all())
    if (std::ranges::find(types, item->type) == types.end()) types.push_back(item->type);
  for (const auto type : types) {
    const auto& indexes = group(type).indexes;
    all_.insert(all_.end(), indexes.begin(), indexes.end());
  }
  has_all_ = true;
  return all_;
}

std::optional<fhir::SearchSpace::Index> RecordSpace::contained(Index index, std::string_view fragment) const {
  const auto key = std::pair(index, std::string(fragment));
  if (const auto known = contained_.find(key); known != contained_.end()) return known->second;
  const OpenedItem& container = *items_[index];
  for (auto one = container.root()["contained"].first(); one; one = one.next()) {
    if (!one["id"].has_text(fragment)) continue;
    contained_items_.push_back(make_item(one["resourceType"].text(), 0, 1, container.updated, std::string(one.raw())));
    const auto made = static_cast<Index>(items_.size());
    items_.push_back(contained_items_.back().get());
    contained_.emplace(key, made);
    return made;
  }
  return std::nullopt;
}

const fhir::SearchValues& RecordSpace::values(Index index, const fhir::SearchParameterInfo& parameter) const {
  const OpenedItem& one = *items_[index];
  // Its place among the parameters of the type names the value beside the item.
  if (&parameter != last_parameter_ || one.type != last_type_) {
    last_parameter_ = &parameter;
    last_type_ = one.type;
    last_number_ = static_cast<std::uint32_t>(&parameter - fhir::search_parameters_of(one.type).data());
  }
  const auto number = last_number_;
  return one.memo().get<fhir::SearchValues>(
      number, [&] { return fhir::extract(one.json(), parameter, shared_.settings.base_url); });
}

}  // namespace carnet::record
