// A person's record, opened: every item of one space as it stood after one of its changes, decrypted, with what was
// made of it since (parsed text, search values). Immutable but for those; shared by the requests that read it, each
// behind its own grant and its own trace. Inside record only.
#pragma once
#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "record/rows.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::record {

// A document's facts, and where its parts lie; `row.sealed` is empty.
struct OpenedDocument {
  Document document;
  ItemRow row;
};

// Values made of an item when they are first asked for, under a number that the caller chooses: the same number always
// holds the same type. Any number of threads may ask at once; one value wins and stays as long as the item.
class Memo {
 public:
  Memo() = default;
  ~Memo();
  Memo(const Memo&) = delete;
  Memo& operator=(const Memo&) = delete;

  template <class T, class Make>
  const T& get(std::uint32_t number, Make&& make) const {
    if (const Node* found = find(number, head_.load(std::memory_order_acquire), nullptr))
      return static_cast<const Holder<T>*>(found)->value;
    auto made = std::make_unique<Holder<T>>(number, std::forward<Make>(make)());
    std::size_t bytes = sizeof(Holder<T>);
    if constexpr (requires { made->value.bytes(); }) bytes += made->value.bytes();
    return static_cast<const Holder<T>*>(add(std::move(made), bytes))->value;
  }
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }  // of memory, about

 private:
  struct Node {
    explicit Node(std::uint32_t given) : number(given) {}
    virtual ~Node() = default;
    const std::uint32_t number;
    Node* next = nullptr;
  };
  template <class T>
  struct Holder final : Node {
    Holder(std::uint32_t given, T made) : Node(given), value(std::move(made)) {}
    T value;
  };
  static const Node* find(std::uint32_t number, const Node* from, const Node* end);
  const Node* add(std::unique_ptr<Node> made, std::size_t bytes) const;  // or what another thread added first
  mutable std::atomic<Node*> head_{nullptr};
  mutable std::atomic<std::size_t> bytes_{0};
};

// One version of one item. `text` is the resource as it is given out, id and meta included: append it, never write it
// again. Zeroised when it goes.
class OpenedItem {
 public:
  std::int64_t local = 0, version = 1;
  kernel::Instant updated{};
  std::string type;   // "Observation", "DocumentReference"
  std::string title;  // for traces: of a document its own, of a resource the words of its type
  access::ItemFacts facts;
  std::vector<std::string> categories;  // of a resource: what its facts were made with (resource_types.hpp)
  bool deleted = false;                 // a tombstone: `text` is empty
  std::string text;
  std::unique_ptr<const OpenedDocument> of_document;  // of a document (type DocumentReference)

  OpenedItem() = default;
  ~OpenedItem();
  OpenedItem(const OpenedItem&) = delete;
  OpenedItem& operator=(const OpenedItem&) = delete;

  // The text, parsed once. What is stored was parsed before it was stored; an empty object for a tombstone.
  const fhir::Json& json() const;
  fhir::Value root() const { return json().root(); }
  // Numbers from 0 on are free for callers (a search parameter's place in the list of its type).
  const Memo& memo() const { return memo_; }
  std::size_t memory() const;  // about how many bytes it keeps, parsed form and values included

 private:
  static constexpr std::uint32_t parsed = 0xFFFFFFFF;
  Memo memo_;
};
using ItemPtr = std::shared_ptr<const OpenedItem>;

// The same for what is not stored as an item (a submission set, a projection): searched, sorted and given out like the
// others. `text` with its id and meta.
ItemPtr make_item(std::string type, std::int64_t local, std::int64_t version, kernel::Instant updated,
                  std::string text);

class OpenedRecord {
 public:
  // `items` by growing local id, the version in force of each, tombstones included. `shown_for`: the register's traits
  // of the holder, as they were when documents were made ready to be given out.
  OpenedRecord(SpaceId space, std::int64_t change, std::vector<ItemPtr> items, std::string shown_for);

  SpaceId space() const { return space_; }
  std::int64_t change() const { return change_; }  // of the head row that it stands at
  const std::string& shown_for() const { return shown_for_; }
  bool has_documents() const { return has_documents_; }
  const std::vector<ItemPtr>& items() const { return items_; }
  ItemPtr at(std::int64_t local) const;                                     // null when there is none
  // By local id, without tombstones. `alike`: for each, the place of the first that has the same facts, but for the hour
  // of the deposit: what is decided of one holds for the other where that hour does not count.
  struct OfType {
    std::vector<const OpenedItem*> items;
    std::vector<std::uint32_t> alike;
  };
  const OfType& of_type(std::string_view type) const;
  std::size_t memory() const;  // about, with what was made of the items since; walks them all

  // The record after further changes: `news` in the order of the changes, up to `change`.
  std::shared_ptr<const OpenedRecord> with(std::span<const ItemPtr> news, std::int64_t change) const;

 private:
  SpaceId space_;
  std::int64_t change_ = 0;
  std::vector<ItemPtr> items_;
  std::string shown_for_;
  Memo memo_;  // the items of each type
  bool has_documents_ = false;
};

// The record as one grant shows it: the only road to its items. What the grant does not permit is not there.
class PermittedRecord {
 public:
  PermittedRecord(access::AccessGrant grant, std::shared_ptr<const OpenedRecord> record)
      : grant_(std::move(grant)), record_(std::move(record)) {}

  const access::AccessGrant& grant() const { return grant_; }
  access::AccessGrant release_grant() && { return std::move(grant_); }
  SpaceId space() const { return record_->space(); }
  // Of the record as it was looked at: a write that must not miss what came since names it (resources.hpp).
  std::int64_t change() const { return record_->change(); }

  // Null when there is none, or the grant does not permit it. A tombstone is given: its reader may know that it is
  // gone.
  ItemPtr find(std::int64_t local) const;
  // By local id, without tombstones. Views live as long as this object.
  std::vector<const OpenedItem*> of_type(std::string_view type) const;
  std::vector<const OpenedItem*> all() const;

 private:
  bool permits(const OpenedItem& item) const { return grant_.permits(item.facts); }
  access::AccessGrant grant_;
  std::shared_ptr<const OpenedRecord> record_;
};

}  // namespace carnet::record
