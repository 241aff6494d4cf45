#include "foundation/store/sqlite/remembered.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace carnet::store {

namespace {

constexpr std::size_t most_key_bytes = 160;

// A remembered row answers as SQLite's own columns do, their conversions included.
class RememberedRow final : public Row {
 public:
  using Value = RememberedRows::Value;
  RememberedRow(std::span<const Value> values, std::string_view content) : values_(values), content_(content) {}
  bool is_null(int column) const override { return at(column).kind == Value::Kind::null; }
  std::int64_t integer(int column) const override {
    const auto& value = at(column);
    if (value.kind == Value::Kind::integer) return value.number;
    const auto said = content(value);
    std::int64_t number = 0;
    const auto from = std::min(said.find_first_not_of(" \t\n\v\f\r"), said.size());
    std::from_chars(said.data() + from, said.data() + said.size(), number);
    return number;
  }
  std::string_view text(int column) const override {
    const auto& value = at(column);
    if (value.kind != Value::Kind::integer) return content(value);
    if (digits_.size() < values_.size()) digits_.resize(values_.size());
    auto& digits = digits_[static_cast<std::size_t>(column)];
    digits = std::to_string(value.number);
    return digits;
  }
  ByteView blob(int column) const override {
    const auto said = text(column);
    return {reinterpret_cast<const std::uint8_t*>(said.data()), said.size()};
  }

 private:
  const Value& at(int column) const {
    static constexpr Value nothing{};
    const auto index = static_cast<std::size_t>(column);
    return index < values_.size() ? values_[index] : nothing;
  }
  std::string_view content(const Value& value) const {
    if (value.kind == Value::Kind::null) return content_.substr(0, 0);
    return content_.substr(static_cast<std::size_t>(value.number), value.size);
  }
  std::span<const Value> values_;
  std::string_view content_;
  mutable std::vector<std::string> digits_;
};

void append_number(std::string& to, std::uint64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  to.append(bytes, sizeof bytes);
}

}  // namespace

bool RememberedRows::add(sqlite3_stmt* statement) {
  const int columns = sqlite3_column_count(statement);
  columns_ = static_cast<std::size_t>(columns);
  if (values_.size() >= Remembered::most_answer_rows * columns_) return false;
  for (int i = 0; i < columns; ++i) {
    Value value;
    const void* bytes = nullptr;
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_NULL:
        break;
      case SQLITE_INTEGER:
        value.kind = Value::Kind::integer;
        value.number = sqlite3_column_int64(statement, i);
        break;
      case SQLITE_TEXT:
        value.kind = Value::Kind::text;
        bytes = sqlite3_column_text(statement, i);
        break;
      case SQLITE_BLOB:
        value.kind = Value::Kind::blob;
        bytes = sqlite3_column_blob(statement, i);
        break;
      default:
        return false;
    }
    if (value.kind == Value::Kind::text || value.kind == Value::Kind::blob) {
      value.size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
      value.number = static_cast<std::int64_t>(content_.size());
      if (content_.size() + value.size > Remembered::most_answer_bytes) return false;
      if (value.size > 0) content_.append(static_cast<const char*>(bytes), value.size);
    }
    values_.push_back(value);
  }
  return true;
}

void RememberedRows::tell(const std::function<bool(const Row&)>& each) const {
  for (std::size_t at = 0; at < values_.size(); at += columns_)
    if (!each(RememberedRow(std::span(values_).subspan(at, columns_), content_))) return;
}

Remembered::Remembered()
    : tables_(std::make_unique<std::array<TableMarks, most_tables>>()),
      rows_(std::make_unique<std::array<std::atomic<Batch>, row_marks>>()),
      kept_(sets) {}

// A parameter of another type than the column may equal it all the same after SQLite's conversion: no key then.
std::size_t Remembered::row_of(const Touch& touch, std::span<const Param> params) const {
  if (!touch.parameter || *touch.parameter >= params.size()) return row_marks;
  const auto& value = params[*touch.parameter].value();
  std::size_t hash = 0;
  if (const auto* number = std::get_if<std::int64_t>(&value); number && touch.type == TableKey::Type::integer) {
    hash = std::hash<std::uint64_t>{}(static_cast<std::uint64_t>(*number) * 0x9e3779b97f4a7c15ULL);
  } else if (const auto* text = std::get_if<std::string_view>(&value); text && touch.type == TableKey::Type::text) {
    hash = std::hash<std::string_view>{}(*text);
  } else if (const auto* blob = std::get_if<ByteView>(&value); blob && touch.type == TableKey::Type::blob) {
    hash = std::hash<std::string_view>{}({reinterpret_cast<const char*>(blob->data()), blob->size()});
  } else {
    return row_marks;
  }
  return ((hash >> 17) ^ hash ^ touch.table * 0x9e37ULL) % row_marks;
}

void Remembered::mark(const Footprint& footprint, std::span<const Param> params) {
  if (footprint.changes_schema) mark_everything();
  for (const auto& touch : footprint.writes) {
    if (touch.table >= most_tables) {
      mark_everything();
      continue;
    }
    auto& table = (*tables_)[touch.table];
    table.any.store(under_way());
    const auto row = row_of(touch, params);
    if (row == row_marks) {
      table.whole.store(under_way());
    } else {
      (*rows_)[row].store(under_way());
    }
  }
}

void Remembered::mark_everything() {
  names_.forget();
  everything_.store(under_way());
}

bool Remembered::unmarked_since(const Marks& marks, Batch batch) {
  return std::ranges::all_of(marks, [batch](const auto* mark) { return mark->load() <= batch; });
}

Remembered::Marks Remembered::marks_of(const Footprint& footprint, std::span<const Param> params) const {
  Marks marks{&everything_};
  for (const auto& touch : footprint.reads) {
    if (touch.table >= most_tables) return {};
    const auto& table = (*tables_)[touch.table];
    const auto row = row_of(touch, params);
    if (row == row_marks) {
      marks.push_back(&table.any);
    } else {
      marks.push_back(&table.whole);
      marks.push_back(&(*rows_)[row]);
    }
  }
  return marks;
}

std::string_view Remembered::key_of(const Footprint& footprint, std::span<const Param> params) {
  thread_local std::string key;
  key.clear();
  append_number(key, footprint.text);
  for (const auto& param : params) {
    const auto& value = param.value();
    key += static_cast<char>('0' + value.index());
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      append_number(key, static_cast<std::uint64_t>(*number));
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      append_number(key, text->size());
      key += *text;
    } else if (const auto* blob = std::get_if<ByteView>(&value)) {
      append_number(key, blob->size());
      if (!blob->empty()) key.append(reinterpret_cast<const char*>(blob->data()), blob->size());
    }
    if (key.size() > most_key_bytes) return {};
  }
  return key;
}

std::string_view Remembered::key_of(const std::type_info& made, std::string_view said) {
  thread_local std::string key;
  key.clear();
  append_number(key, reinterpret_cast<std::uintptr_t>(&made));  // greater than any number of a text
  key += said;
  return key.size() > most_key_bytes ? std::string_view() : std::string_view(key);
}

std::shared_ptr<const Remembered::Answer> Remembered::find(std::string_view key, Batch snapshot) const {
  const std::size_t set = std::hash<std::string_view>{}(key) % sets;
  Guard& guard = guards_[set % locks];
  const std::scoped_lock lock(guard.mutex);
  for (const auto& one : kept_[set]) {
    if (!one || one->key != key || !unmarked_since(one->marks, std::min(one->since, snapshot))) continue;
    ++guard.told;
    return one;
  }
  return nullptr;
}

std::uint64_t Remembered::told() const {
  std::uint64_t sum = 0;
  for (auto& guard : guards_) {
    const std::scoped_lock lock(guard.mutex);
    sum += guard.told;
  }
  return sum;
}

std::size_t Remembered::size_of(const Answer& answer) {
  return answer.rows.bytes() + answer.key.size() + sizeof(Answer) + answer.made_bytes;
}

void Remembered::keep(Answer answer) {
  if (answer.marks.empty()) return;
  const std::size_t size = size_of(answer);
  const std::size_t set = std::hash<std::string_view>{}(answer.key) % sets;
  auto made = std::make_shared<const Answer>(std::move(answer));
  std::shared_ptr<const Answer> old;
  {
    const std::scoped_lock lock(guards_[set % locks].mutex);
    auto& places = kept_[set];
    // In the place of an earlier answer to the same, else of one that no longer holds, else of the older of the two.
    const auto is_same = [&](const auto& one) { return one && one->key == made->key; };
    auto place = std::ranges::find_if(places, is_same);
    if (place == places.end())
      place = std::ranges::find_if(places, [](const auto& one) { return !one || !unmarked_since(one->marks, one->since); });
    if (place == places.end()) place = std::ranges::min_element(places, {}, [](const auto& one) { return one->since; });
    old = std::move(*place);
    if (bytes_.load() + size <= most_bytes) {
      bytes_ += size;
      *place = std::move(made);
    }
  }
  if (old) bytes_ -= size_of(*old);
}

std::shared_ptr<const Remembered::Answer> Recall::find(std::string_view key) {
  if (!std::exchange(is_asked_, true) && !has_begun_) snapshot_ = memory_.ended();
  auto found = memory_.find(key, snapshot_);
  if (!found) return found;
  if (!makings_.empty()) makings_.back().add(found->marks);
  if (has_begun_) return found;
  if (told_count_ + found->marks.size() > most_told) return nullptr;
  for (const auto* mark : found->marks) told_[told_count_++] = mark;
  return found;
}

bool Recall::begun() {
  if (has_begun_) return true;
  has_begun_ = true;
  const auto told = std::span(told_).first(told_count_);
  if (std::ranges::any_of(told, [this](const auto* mark) { return mark->load() > snapshot_; })) return false;
  snapshot_ = begins_;
  return true;
}

void Recall::read_beside(const Footprint& footprint, std::span<const Param> params) {
  if (makings_.empty()) return;
  auto marks = footprint.text != 0 ? memory_.marks_of(footprint, params) : Remembered::Marks();
  if (marks.empty()) makings_.back().is_known = false;
  makings_.back().add(marks);
}

std::shared_ptr<const void> Recall::made(const std::type_info& kind, std::string_view key) {
  const auto found = find(Remembered::key_of(kind, key));
  return found ? found->made : nullptr;
}

void Recall::end_making(const std::type_info& kind, std::string_view key, std::shared_ptr<const void> object,
                        std::size_t bytes) {
  Making ended = std::move(makings_.back());
  makings_.pop_back();
  std::ranges::sort(ended.marks);
  const auto same = std::ranges::unique(ended.marks);
  ended.marks.erase(same.begin(), same.end());
  if (!makings_.empty()) {
    makings_.back().add(ended.marks);
    makings_.back().is_known &= ended.is_known;
  }
  const auto place = Remembered::key_of(kind, key);
  if (!object || !ended.is_known || place.empty()) return;
  memory_.keep({std::string(place), {}, std::move(object), bytes, std::move(ended.marks), snapshot_});
}

}  // namespace carnet::store
