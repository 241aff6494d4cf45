#include "standards/fhir/search_values.hpp"

#include <algorithm>
#include <cstring>

#include "foundation/kernel/secret.hpp"
#include "standards/fhir/search_terms.hpp"
#include "standards/fhir/ucum.hpp"

namespace carnet::fhir {

namespace {

using Form = SearchValue::Form;

// Reads the items that a parameter's expression selects, as its kind asks.
class Extractor {
 public:
  Extractor(SearchValues& out, std::string_view base) : out_(out), base_(base) {}

  void add(const Item& item, SearchKind kind) {
    switch (kind) {
      case SearchKind::token:
        return token(item);
      case SearchKind::string:
        return string(item);
      case SearchKind::date:
        return date(item);
      case SearchKind::reference:
        return reference(item);
      case SearchKind::number:
        return number(item);
      case SearchKind::quantity:
        return quantity(item);
      case SearchKind::uri:
        return uri(item);
      default:
        return;
    }
  }

 private:
  // In the resource's own text where it stands there without escapes.
  std::string_view text_of(Value value) {
    if (!value.is(Kind::string)) return {};
    const auto plain = value.plain_text();
    if (!plain.empty() || value.raw().size() <= 2) return plain;
    return out_.keep(value.text());
  }
  SearchValue& append(Form form) {
    SearchValue& value = out_.values.emplace_back();
    value.form = form;
    return value;
  }
  template <class Do>
  void each(Value array, Do&& take) {
    if (array.is(Kind::array))
      for (Value one = array.first(); one; one = one.next()) take(one);
    else if (array)
      take(array);
  }

  void words(Value text) {
    if (const auto written = text_of(text); !written.empty()) append(Form::text).text = out_.keep(folded(written));
  }
  void code(std::string_view text) {
    if (text.empty()) return;
    SearchValue& value = append(Form::token);
    value.implied = true;
    value.code = text;
  }

  void coding(Value coding) {
    const auto system = text_of(coding["system"]), symbol = text_of(coding["code"]);
    if (!system.empty() || !symbol.empty()) {
      SearchValue& value = append(Form::token);
      value.system = system;
      value.code = symbol;
    }
    words(coding["display"]);
  }

  void identifier(Value identifier, Form form) {
    const auto system = text_of(identifier["system"]), number = text_of(identifier["value"]);
    if (!system.empty() || !number.empty()) {
      SearchValue& value = append(form);
      value.system = system;
      value.code = number;
    }
    if (form != Form::token) return;
    const Value type = identifier["type"];
    words(type["text"]);
    each(type["coding"], [&](Value one) {
      SearchValue& value = append(Form::of_type);
      value.system = text_of(one["system"]);
      value.code = text_of(one["code"]);
      value.text = number;
    });
  }

  void contact_point(Value contact) {
    const auto system = text_of(contact["system"]), number = text_of(contact["value"]);
    if (number.empty()) return;
    code(number);
    out_.values.back().system = system;
    if (const auto digits = digits_of_telephone(number); !digits.empty() && digits != number) {
      code(out_.keep(digits));
      out_.values.back().system = system;
    }
  }

  void token(const Item& item) {
    if (item.form == Item::Form::boolean) return code(item.boolean ? "true" : "false");
    if (item.form == Item::Form::string) return code(out_.keep(item.text));
    if (item.type == nullptr) return;
    if (item.value.is(Kind::object)) {
      if (item.type->is_a("Coding")) return coding(item.value);
      if (item.type->is_a("Identifier")) return identifier(item.value, Form::token);
      if (item.type->is_a("ContactPoint")) return contact_point(item.value);
      if (item.type->is_a("CodeableConcept")) {
        each(item.value["coding"], [&](Value one) { coding(one); });
        words(item.value["text"]);
      }
      return;
    }
    if (item.value.is(Kind::boolean) || item.value.is(Kind::number)) return code(item.value.raw());
    code(text_of(item.value));
  }

  void phrase(Value text) {
    const auto written = text_of(text);
    if (written.empty()) return;
    SearchValue& value = append(Form::string);
    value.text = written;
    value.code = out_.keep(folded(written));
  }

  void string(const Item& item) {
    if (item.form == Item::Form::string) {
      SearchValue& value = append(Form::string);
      value.text = out_.keep(item.text);
      value.code = out_.keep(folded(item.text));
      return;
    }
    if (item.type == nullptr) return;
    if (!item.value.is(Kind::object)) return phrase(item.value);
    constexpr std::string_view of_name[] = {"text", "family", "given", "prefix", "suffix"};
    constexpr std::string_view of_address[] = {"text", "line", "city", "district", "state", "postalCode", "country"};
    std::span<const std::string_view> parts;
    if (item.type->is_a("HumanName")) parts = of_name;
    if (item.type->is_a("Address")) parts = of_address;
    for (const auto part : parts) each(item.value[part], [&](Value one) { phrase(one); });
    if (item.type->is_a("CodeableConcept")) phrase(item.value["text"]);
    if (item.type->is_a("Annotation")) phrase(item.value["text"]);
  }

  void period(kernel::Instant from, kernel::Instant to) { append(Form::date).period = {from, to}; }
  void between(Value start, Value end) {
    const auto from = parse_date_time(start.text()), to = parse_date_time(end.text());
    if (from || to) period(from ? from->earliest : long_ago, to ? to->end : far_ahead);
  }

  void date(const Item& item) {
    if (!item.value.is(Kind::object)) {
      const auto read = parse_date_time(item.value ? item.value.text() : item.text);
      if (read) period(read->earliest, read->end);
      return;
    }
    if (item.type == nullptr) return;
    if (item.type->is_a("Period")) return between(item.value["start"], item.value["end"]);
    if (!item.type->is_a("Timing")) return;
    // Only its outer limits count (R4, 3.1.1.4.5).
    kernel::Instant from = far_ahead, to = long_ago;
    each(item.value["event"], [&](Value one) {
      if (const auto read = parse_date_time(one.text())) {
        from = std::min(from, read->earliest);
        to = std::max(to, read->end);
      }
    });
    if (from < to) period(from, to);
    const Value bounds = item.value["repeat"]["boundsPeriod"];
    if (bounds) between(bounds["start"], bounds["end"]);
  }

  void canonical(Value text) {
    const auto whole = text_of(text);
    if (whole.empty()) return;
    const auto bar = whole.find('|');
    SearchValue& value = append(Form::uri);
    value.code = whole.substr(0, bar);
    if (bar != std::string_view::npos) value.text = whole.substr(bar + 1);
  }

  void reference(const Item& item) {
    if (item.type == nullptr) return;
    if (!item.value.is(Kind::object)) return canonical(item.value);
    if (!item.type->is_a("Reference")) return;
    if (const auto whole = text_of(item.value["reference"]); !whole.empty()) {
      SearchValue& value = append(Form::reference);
      value.text = whole;
      if (const auto local = local_reference(whole, base_)) {
        value.system = local->type;
        value.code = local->id;
      }
    }
    if (const Value logical = item.value["identifier"]) identifier(logical, Form::identifier);
  }

  static std::optional<double> decimal(Value value) {
    if (!value.is(Kind::number)) return std::nullopt;
    const auto read = parse_decimal(value.raw());
    return read ? std::optional(read->value) : std::nullopt;
  }

  void number(const Item& item) {
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    if (item.value.is(Kind::object)) {
      const auto low = decimal(item.value["low"]["value"]), high = decimal(item.value["high"]["value"]);
      if (!low && !high) return;
      SearchValue& value = append(Form::number);
      value.low = low.value_or(-no_limit);
      value.high = high.value_or(no_limit);
    } else if (const auto read = decimal(item.value)) {
      SearchValue& value = append(Form::number);
      value.low = value.high = *read;
    }
  }

  void measure(double low, double high, Value of) {
    SearchValue& value = append(Form::quantity);
    value.low = low;
    value.high = high;
    value.system = text_of(of["system"]);
    value.code = text_of(of["code"]);
    value.text = text_of(of["unit"]);
    if (value.system != ucum_system) return;
    if (const auto unit = unit_conversion(value.code)) {
      value.dimension = unit->dimension;
      value.canonical_low = low * unit->factor + unit->offset;
      value.canonical_high = high * unit->factor + unit->offset;
    }
  }

  void quantity(const Item& item) {
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    if (item.type == nullptr || !item.value.is(Kind::object)) return;
    if (item.type->is_a("Range")) {
      const auto low = decimal(item.value["low"]["value"]), high = decimal(item.value["high"]["value"]);
      if (low || high) measure(low.value_or(-no_limit), high.value_or(no_limit), item.value[low ? "low" : "high"]);
      return;
    }
    const auto number = decimal(item.value["value"]);
    if (!number) return;
    if (item.type->is_a("Money")) {
      measure(*number, *number, {});
      out_.values.back().system = "urn:iso:std:iso:4217";
      out_.values.back().code = text_of(item.value["currency"]);
      return;
    }
    if (!item.type->is_a("Quantity")) return;
    const auto comparator = item.value["comparator"].plain_text();
    measure(comparator.starts_with('<') ? -no_limit : *number, comparator.starts_with('>') ? no_limit : *number,
            item.value);
  }

  void uri(const Item& item) {
    if (!item.value.is(Kind::object)) canonical(item.value);
  }

  SearchValues& out_;
  std::string_view base_;
};

void extract_rows(const Focus& whole, std::string_view type, const SearchParameterInfo& parameter,
                  std::string_view base, const std::vector<Item>& elements, SearchValues& out) {
  for (const auto& element : elements) {
    Focus focus = whole;
    focus.node = element.value;
    focus.companion = element.companion;
    focus.type = element.type;
    auto& row = out.rows.emplace_back();
    bool complete = true;
    for (const auto& component : parameter.components) {
      auto& values = row.emplace_back();
      const auto* of = find_search_parameter(type, component.code);
      const auto* path = compiled(component.expression);
      if (of != nullptr && path != nullptr) {
        std::vector<Item> items;
        path->select(focus, items);
        Extractor extractor(values, base);
        for (const auto& item : items) extractor.add(item, of->kind);
      }
      complete &= !values.empty();
    }
    if (!complete) out.rows.pop_back();
  }
}

std::weak_ordering order(const SearchValue& a, const SearchValue& b, bool by_end) {
  switch (a.form) {
    case Form::date:
      return by_end ? a.period.end <=> b.period.end : a.period.earliest <=> b.period.earliest;
    case Form::quantity:
      if (a.dimension != 0 && a.dimension == b.dimension)
        return std::weak_order(by_end ? a.canonical_high : a.canonical_low,
                               by_end ? b.canonical_high : b.canonical_low);
      [[fallthrough]];
    case Form::number:
      return std::weak_order(by_end ? a.high : a.low, by_end ? b.high : b.low);
    case Form::reference:
      return a.text <=> b.text;
    case Form::token:
      if (a.code != b.code) return a.code <=> b.code;
      return a.system <=> b.system;
    default:
      return a.code <=> b.code;
  }
}

// The least or the greatest of the values.
const SearchValue* extreme(const SearchValues& all, bool greatest) {
  const SearchValue* found = nullptr;
  for (const auto& value : all.values) {
    if (value.form == Form::text || value.form == Form::of_type || value.form == Form::identifier) continue;
    if (found == nullptr ||
        (found->form == value.form && (greatest ? order(value, *found, true) > 0 : order(value, *found, false) < 0)))
      found = &value;
  }
  return found;
}

}  // namespace

void SearchValues::Wipe::operator()(char* text) const {
  kernel::zeroise(text, size);
  delete[] text;
}

SearchValues::~SearchValues() = default;

std::string_view SearchValues::keep(std::string_view text) {
  if (text.empty()) return {};
  std::unique_ptr<char[], Wipe> copy(new char[text.size()], Wipe{text.size()});
  std::memcpy(copy.get(), text.data(), text.size());
  return {kept_.emplace_back(std::move(copy)).get(), text.size()};
}

std::size_t SearchValues::bytes() const {
  std::size_t all = values.capacity() * sizeof(SearchValue) + kept_.capacity() * sizeof(kept_[0]);
  for (const auto& kept : kept_) all += kept.get_deleter().size;
  for (const auto& row : rows)
    for (const auto& component : row) all += sizeof(SearchValues) + component.bytes();
  return all;
}

SearchValues extract(const Json& resource, const SearchParameterInfo& parameter) {
  return extract(resource, parameter, {});
}

SearchValues extract(const Json& resource, const SearchParameterInfo& parameter, std::string_view base) {
  SearchValues out;
  if (parameter.code == "_id" || parameter.code == "_lastUpdated") return out;
  const auto* path = compiled(parameter.expression);
  if (path == nullptr) return out;
  const Focus focus = Focus::of(resource.root());
  std::vector<Item> items;
  path->select(focus, items);
  if (parameter.kind == SearchKind::composite) {
    extract_rows(focus, focus.type == nullptr ? std::string_view{} : focus.type->name, parameter, base, items, out);
    return out;
  }
  Extractor extractor(out, base);
  for (const auto& item : items) extractor.add(item, parameter.kind);
  return out;
}

std::weak_ordering compare(const SearchValues& a, const SearchValues& b, bool descending) {
  const auto* left = extreme(a, descending);
  const auto* right = extreme(b, descending);
  if (left == nullptr || right == nullptr) {
    if (left == right) return std::weak_ordering::equivalent;
    return left == nullptr ? std::weak_ordering::greater : std::weak_ordering::less;
  }
  if (left->form != right->form) return left->form <=> right->form;
  return descending ? order(*right, *left, true) : order(*left, *right, false);
}

}  // namespace carnet::fhir
