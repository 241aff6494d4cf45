// Resources in memory as the space of a search. For tests.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "standards/fhir/search_match.hpp"

namespace carnet::fhir::testing {

class MemorySpace final : public SearchSpace {
 public:
  // `text` with an id; lastUpdated is the order of arrival, in days of 2024.
  Index add(std::string text) {
    auto& entry = *entries_.emplace_back(std::make_unique<Entry>());
    entry.text = std::move(text);
    auto parsed = Json::parse(entry.text);
    CARNET_INVARIANT(parsed.has_value(), "a test's resource is JSON");
    entry.json = std::make_unique<Json>(std::move(*parsed));
    entry.type = entry.json->root()["resourceType"].text();
    entry.id = entry.json->root()["id"].text();
    const auto index = static_cast<Index>(entries_.size() - 1);
    by_type_[entry.type].push_back(index);
    all_.push_back(index);
    return index;
  }
  std::string_view type_of(Index i) const override { return entries_[i]->type; }
  std::string_view id_of(Index i) const override { return entries_[i]->id; }
  kernel::Instant last_updated_of(Index i) const override {
    constexpr std::int64_t first_ms = 1'704'067'200'000, day_ms = 86'400'000;  // 2024-01-01T00:00:00Z
    return {first_ms + i * day_ms};
  }
  std::optional<Index> find(std::string_view type, std::string_view id) const override {
    for (const Index i : of_type(type))
      if (entries_[i]->id == id) return i;
    return std::nullopt;
  }
  std::span<const Index> of_type(std::string_view type) const override {
    const auto found = by_type_.find(std::string(type));
    return found == by_type_.end() ? std::span<const Index>{} : std::span<const Index>(found->second);
  }
  std::span<const Index> all() const override { return all_; }
  const SearchValues& values(Index i, const SearchParameterInfo& parameter) const override {
    auto& made = entries_[i]->values[&parameter];
    if (!made) made = std::make_unique<SearchValues>(extract(*entries_[i]->json, parameter, "https://h/fhir/R4"));
    return *made;
  }
  const Json& json(Index i) const { return *entries_[i]->json; }

 private:
  struct Entry {
    std::string text, type, id;
    std::unique_ptr<Json> json;
    std::map<const SearchParameterInfo*, std::unique_ptr<SearchValues>> values;
  };
  std::vector<std::unique_ptr<Entry>> entries_;
  std::map<std::string, std::vector<Index>> by_type_;
  std::vector<Index> all_;
};

}  // namespace carnet::fhir::testing
