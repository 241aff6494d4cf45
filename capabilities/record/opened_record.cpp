#include "record/opened_record.hpp"

#include <algorithm>
#include <map>

namespace carnet::record {

Memo::~Memo() {
  for (Node* node = head_.load(std::memory_order_relaxed); node != nullptr;) {
    const std::unique_ptr<Node> gone(node);
    node = gone->next;
  }
}

const Memo::Node* Memo::find(std::uint32_t number, const Node* from, const Node* end) {
  for (const Node* node = from; node != end; node = node->next)
    if (node->number == number) return node;
  return nullptr;
}

const Memo::Node* Memo::add(std::unique_ptr<Node> made, std::size_t bytes) const {
  Node* seen = nullptr;
  Node* head = head_.load(std::memory_order_acquire);
  while (true) {
    if (const Node* found = find(made->number, head, seen)) return found;
    seen = head;
    made->next = head;
    if (head_.compare_exchange_weak(head, made.get(), std::memory_order_acq_rel, std::memory_order_acquire)) {
      bytes_.fetch_add(bytes, std::memory_order_relaxed);
      return made.release();
    }
  }
}

OpenedItem::~OpenedItem() {
  kernel::zeroise(text.data(), text.size());
}

namespace {

// Heap-held, because values of a Json point to it.
struct Parsed {
  std::unique_ptr<const fhir::Json> json;
  std::size_t size = 0;
  std::size_t bytes() const {
    constexpr std::size_t times_the_text = 5;  // measured: a value takes some 48 bytes for each 10 of text
    return size * times_the_text;
  }
};

}  // namespace

const fhir::Json& OpenedItem::json() const {
  const auto& made = memo_.get<Parsed>(parsed, [this] {
    auto json = fhir::Json::parse(deleted ? std::string_view("{}") : std::string_view(text));
    CARNET_INVARIANT(json.has_value(), "a stored resource was parsed before it was stored");
    return Parsed{std::make_unique<const fhir::Json>(std::move(*json)), text.size()};
  });
  return *made.json;
}

std::size_t OpenedItem::memory() const {
  constexpr std::size_t members = sizeof(OpenedItem) + 128;
  return members + text.capacity() + title.size() + memo_.bytes() + (of_document ? sizeof(OpenedDocument) + 512 : 0);
}

ItemPtr make_item(std::string type, std::int64_t local, std::int64_t version, kernel::Instant updated,
                  std::string text) {
  auto item = std::make_shared<OpenedItem>();
  item->local = local;
  item->version = version;
  item->updated = updated;
  item->type = std::move(type);
  item->text = std::move(text);
  return item;
}

OpenedRecord::OpenedRecord(SpaceId space, std::int64_t change, std::vector<ItemPtr> items, std::string shown_for)
    : space_(space), change_(change), items_(std::move(items)), shown_for_(std::move(shown_for)) {
  has_documents_ =
      std::ranges::any_of(items_, [](const ItemPtr& item) { return item->of_document != nullptr && !item->deleted; });
}

std::size_t OpenedRecord::memory() const {
  std::size_t sum = sizeof(OpenedRecord) + items_.capacity() * sizeof(ItemPtr);
  for (const auto& item : items_) sum += item->memory();
  return sum;
}

ItemPtr OpenedRecord::at(std::int64_t local) const {
  const auto found = std::ranges::lower_bound(items_, local, {}, [](const ItemPtr& item) { return item->local; });
  return found == items_.end() || (*found)->local != local ? nullptr : *found;
}

std::span<const OpenedItem* const> OpenedRecord::of_type(std::string_view type) const {
  using Types = std::map<std::string, std::vector<const OpenedItem*>, std::less<>>;
  const auto& types = memo_.get<Types>(0, [this] {
    Types made;
    for (const auto& item : items_)
      if (!item->deleted) made[item->type].push_back(item.get());
    return made;
  });
  const auto found = types.find(type);
  if (found == types.end()) return {};
  return found->second;
}

std::shared_ptr<const OpenedRecord> OpenedRecord::with(std::span<const ItemPtr> news, std::int64_t change) const {
  std::vector<ItemPtr> items;
  items.reserve(items_.size() + news.size());
  items = items_;
  for (const auto& item : news) {
    if (items.empty() || items.back()->local < item->local) {
      items.push_back(item);
      continue;
    }
    const auto place = std::ranges::lower_bound(items, item->local, {}, [](const ItemPtr& one) { return one->local; });
    if ((*place)->local == item->local)
      *place = item;
    else
      items.insert(place, item);
  }
  return std::make_shared<const OpenedRecord>(space_, change, std::move(items), shown_for_);
}

ItemPtr PermittedRecord::find(std::int64_t local) const {
  auto item = record_->at(local);
  return item && permits(*item) ? item : nullptr;
}

std::vector<const OpenedItem*> PermittedRecord::of_type(std::string_view type) const {
  std::vector<const OpenedItem*> found;
  const auto items = record_->of_type(type);
  found.reserve(items.size());
  for (const auto* item : items)
    if (permits(*item)) found.push_back(item);
  return found;
}

std::vector<const OpenedItem*> PermittedRecord::all() const {
  std::vector<const OpenedItem*> found;
  for (const auto& item : record_->items())
    if (!item->deleted && permits(*item)) found.push_back(item.get());
  return found;
}

}  // namespace carnet::record
