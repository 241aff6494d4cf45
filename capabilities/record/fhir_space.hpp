// An opened and permitted record, as the search engine asks for it: items loaded type by type, values kept beside each
// item. Inside record only.
#pragma once
#include <algorithm>
#include <deque>
#include <map>

#include "record/fhir.hpp"
#include "record/resources.hpp"
#include "standards/fhir/search_match.hpp"

namespace carnet::record {

class RecordSpace final : public fhir::SearchSpace {
 public:
  // `record` outlives it. `patient` (may be null): the projection of the holder. `lists`: submission sets. What the
  // caller's scopes do not give is not in it, so that no join, chain or inclusion reaches it.
  enum class Reach { whole, documents };
  RecordSpace(const Shared& shared, const PermittedRecord& record, Reach reach, ItemPtr patient,
              std::vector<ItemPtr> lists = {});

  std::string_view type_of(Index index) const override { return items_[index]->type; }
  std::string_view id_of(Index index) const override;
  kernel::Instant last_updated_of(Index index) const override { return items_[index]->updated; }
  std::optional<Index> find(std::string_view type, std::string_view id) const override;
  std::span<const Index> of_type(std::string_view type) const override;
  std::span<const Index> all() const override;
  std::optional<Index> contained(Index index, std::string_view fragment) const override;
  const fhir::SearchValues& values(Index index, const fhir::SearchParameterInfo& parameter) const override;

  const OpenedItem& item(Index index) const { return *items_[index]; }
  bool is_submission_set(Index index) const {
    return std::ranges::any_of(lists_, [&](const ItemPtr& list) { return list.get() == items_[index]; });
  }

 private:
  struct Group {
    std::string type;
    std::vector<Index> indexes;  // by local id
  };
  const Group& group(std::string_view type) const;

  const Shared& shared_;
  const PermittedRecord& record_;
  const Reach reach_;
  const ItemPtr patient_;
  const std::vector<ItemPtr> lists_;
  mutable std::vector<const OpenedItem*> items_;
  mutable std::deque<Group> groups_;
  mutable std::map<std::pair<Index, std::string>, Index> contained_;
  mutable std::vector<ItemPtr> contained_items_;
  mutable std::vector<Index> all_;
  mutable bool has_all_ = false;
  // What values() looked up last: searches ask for one parameter of many items of one type.
  mutable const fhir::SearchParameterInfo* last_parameter_ = nullptr;
  mutable std::string_view last_type_;
  mutable std::uint32_t last_number_ = 0;
};

}  // namespace carnet::record
