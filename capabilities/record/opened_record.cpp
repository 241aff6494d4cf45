#include "record/opened_record.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

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

namespace {

// All that a decision may ask of an item, but for the hour of its deposit.
std::string key_of(const access::ItemFacts& facts) {
  constexpr char apart = '\x1f';
  std::string key;
  key.reserve(64);
  for (const std::string_view part : {std::string_view(facts.doc_class), std::string_view(facts.doc_type),
                                      std::string_view(facts.author_rpps), std::string_view(facts.structure)})
    key.append(part).push_back(apart);
  for (const bool flag : {facts.by_holder, facts.masque_ps, facts.invisible_patient, facts.invisible_representants,
                          facts.visible_in_emergency, facts.contested, facts.deleted})
    key.push_back(flag ? '1' : '0');
  if (facts.patient_visible_from) key += std::to_string(facts.patient_visible_from->ms);
  return key;
}

}  // namespace

const OpenedRecord::OfType& OpenedRecord::of_type(std::string_view type) const {
  using Types = std::map<std::string, OfType, std::less<>>;
  const auto& types = memo_.get<Types>(0, [this] {
    Types made;
    for (const auto& item : items_)
      if (!item->deleted) made[item->type].items.push_back(item.get());
    for (auto& [name, of] : made) {
      std::unordered_map<std::string, std::uint32_t> first;
      of.alike.reserve(of.items.size());
      for (const auto* item : of.items)
        of.alike.push_back(first.emplace(key_of(item->facts), static_cast<std::uint32_t>(of.alike.size())).first->second);
    }
    return made;
  });
  static const OfType none;
  const auto found = types.find(type);
  return found == types.end() ? none : found->second;
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

// In place of one that is not there another is judged, so that the time tells it from one that may not be known no more
// than the answer does.
ItemPtr PermittedRecord::find(std::int64_t local) const {
  auto item = record_->at(local);
  const bool is_there = item != nullptr;
  if (!is_there && !record_->items().empty()) {
    const auto mixed = static_cast<std::uint64_t>(local) * 0x9e3779b97f4a7c15ULL;
    item = record_->items()[static_cast<std::size_t>((mixed >> 32) % record_->items().size())];
  }
  const bool permitted = item && permits(*item);
  return is_there && permitted ? item : nullptr;
}

std::vector<const OpenedItem*> PermittedRecord::of_type(std::string_view type) const {
  std::vector<const OpenedItem*> found;
  const auto& [items, alike] = record_->of_type(type);
  found.reserve(items.size());
  const bool each = grant_.heeds_deposit_hour();
  std::vector<char> answers(each ? 0 : items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (each || alike[i] == i) {
      const bool permitted = permits(*items[i]);
      if (!each) answers[i] = permitted ? 1 : 0;
      if (permitted) found.push_back(items[i]);
    } else if (answers[alike[i]] != 0) {
      found.push_back(items[i]);
    }
  }
  return found;
}

std::vector<const OpenedItem*> PermittedRecord::all() const {
  std::vector<const OpenedItem*> found;
  for (const auto& item : record_->items())
    if (!item->deleted && permits(*item)) found.push_back(item.get());
  return found;
}

}  // namespace carnet::record
