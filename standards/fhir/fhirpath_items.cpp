// Items as values: types, equality, order, conversions.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "standards/fhir/date_time.hpp"
#include "standards/fhir/fhirpath_tree.hpp"
#include "standards/fhir/ucum.hpp"

namespace carnet::fhir {

namespace {

using Form = Item::Form;

std::optional<double> to_number(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_quantity(const Item& item) {
  return item.type != nullptr && item.type->is_a("Quantity");
}

// Every name of System, and of FHIR where the two differ by a capital.
bool form_is(const Item& item, std::string_view name) {
  constexpr std::string_view names[] = {"",     "Boolean",  "Integer", "Decimal", "String",
                                        "Date", "DateTime", "Time",    "Quantity"};
  return names[static_cast<std::size_t>(item.form)] == name;
}

std::string with_capital(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

// Structures are equal when their members are, in whatever order and spacing they are written.
void append_key(Value value, std::string& out) {
  switch (value.is(Kind::object)    ? Kind::object
          : value.is(Kind::array)   ? Kind::array
          : value.is(Kind::number)  ? Kind::number
          : value.is(Kind::string)  ? Kind::string
          : value.is(Kind::boolean) ? Kind::boolean
                                    : Kind::null) {
    case Kind::object: {
      std::vector<Value> members;
      for (Value member = value.first(); member; member = member.next()) members.push_back(member);
      std::ranges::sort(members, {}, &Value::name);
      out += '{';
      for (const auto& member : members) {
        out.append(member.name()).append(":");
        append_key(member, out);
      }
      out += '}';
      return;
    }
    case Kind::array:
      out += '[';
      for (Value one = value.first(); one; one = one.next()) append_key(one, out);
      out += ']';
      return;
    case Kind::number:
      out += fmt::format("n{:.17g};", to_number(value.raw()).value_or(0));
      return;
    case Kind::string: {
      const std::string text = value.text();
      out += fmt::format("s{}:{};", text.size(), text);
      return;
    }
    default:
      out.append(value.raw()).append(";");
  }
}

Item quantity_of(const Item& node) {
  Item out;
  out.form = Form::quantity;
  const auto number = to_number(node.value["value"].raw());
  if (!number || node.value["comparator"]) return node;
  out.number = *number;
  out.text = node.value["code"].text();
  if (out.text.empty()) out.text = node.value["unit"].text();
  return out;
}

bool is_moment(Form form) {
  return form == Form::date || form == Form::date_time || form == Form::time;
}

std::optional<int> sign(double a, double b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Two dates of different precision are in order only when one ends before the other begins.
std::optional<int> compare_moments(const std::string& a, const std::string& b) {
  const auto left = parse_date_time(a), right = parse_date_time(b);
  if (!left || !right) return std::nullopt;
  const bool both_with_time = a.size() > 10 && b.size() > 10;
  if (both_with_time || (left->earliest == right->earliest && left->end == right->end))
    return left->earliest < right->earliest ? -1 : left->earliest > right->earliest ? 1 : 0;
  if (left->end <= right->earliest) return -1;
  if (right->end <= left->earliest) return 1;
  return std::nullopt;
}

std::optional<int> compare_quantities(const Item& a, const Item& b) {
  if (a.text == b.text) return sign(a.number, b.number);
  const auto left = unit_conversion(a.text), right = unit_conversion(b.text);
  if (!left || !right || left->dimension != right->dimension) return std::nullopt;
  return sign(a.number * left->factor + left->offset, b.number * right->factor + right->offset);
}

}  // namespace

bool is_of_type(const Item& item, std::string_view name) {
  if (name.starts_with("FHIR.")) name.remove_prefix(5);
  const bool system = name.starts_with("System.");
  if (system) name.remove_prefix(7);
  if (item.form != Form::node) return form_is(item, name) || (!system && form_is(item, with_capital(name)));
  if (item.type == nullptr || system) return false;
  if (item.type->is_a(name)) return true;
  // value.as(DateTime), in composites of R4; answer is Boolean, in que-7.
  if (name == "Boolean") return item.type->is_a("boolean");
  return name == "DateTime" ? item.type->is_a("dateTime") : name == "String" && item.type->is_a("string");
}

bool has_value(const Item& item) {
  if (item.form != Form::node) return true;
  return item.value && !item.value.is(Kind::object) && !item.value.is(Kind::array) && !item.value.is(Kind::null);
}

Item computed(const Item& item) {
  if (item.form != Form::node) return item;
  if (item.value.is(Kind::object)) return is_quantity(item) ? quantity_of(item) : item;
  if (!has_value(item)) return item;
  Item out;
  if (item.value.is(Kind::boolean)) {
    out.form = Form::boolean;
    out.boolean = item.value.raw() == "true";
    return out;
  }
  if (item.value.is(Kind::number)) {
    const auto whole = to_integer(item.value.raw());
    out.form = whole ? Form::integer : Form::decimal;
    out.integer = whole.value_or(0);
    out.number = to_number(item.value.raw()).value_or(0);
    return out;
  }
  out.form = Form::string;
  out.text = item.value.text();
  switch (item.type == nullptr ? Primitive::string : item.type->primitive) {
    case Primitive::date:
      out.form = Form::date;
      break;
    case Primitive::date_time:
    case Primitive::instant:
      out.form = Form::date_time;
      break;
    case Primitive::time:
      out.form = Form::time;
      break;
    default:
      break;
  }
  return out;
}

std::string key_of(const Item& item) {
  const Item value = computed(item);
  switch (value.form) {
    case Form::boolean:
      return value.boolean ? "true" : "false";
    case Form::integer:
      return fmt::format("n{:.17g}", static_cast<double>(value.integer));
    case Form::decimal:
      return fmt::format("n{:.17g}", value.number);
    case Form::quantity:
      return fmt::format("q{:.17g} {}", value.number, value.text);
    case Form::node: {
      std::string key = "o";
      append_key(value.value, key);
      if (value.companion) append_key(value.companion, key);
      return key;
    }
    default:
      return "s" + value.text;
  }
}

std::optional<bool> equal_items(const Item& a, const Item& b) {
  const Item left = computed(a), right = computed(b);
  if (is_moment(left.form) && is_moment(right.form) && left.text != right.text) {
    const auto order = compare_items(left, right);
    if (!order) return std::nullopt;
    return *order == 0;
  }
  if (left.form == Form::quantity && right.form == Form::quantity) {
    const auto order = compare_quantities(left, right);
    if (!order) return std::nullopt;
    return *order == 0;
  }
  return key_of(left) == key_of(right);
}

std::optional<int> compare_items(const Item& a, const Item& b) {
  const Item left = computed(a), right = computed(b);
  const auto is_number = [](const Item& item) { return item.form == Form::integer || item.form == Form::decimal; };
  if (left.form == Form::integer && right.form == Form::integer)
    return left.integer < right.integer ? -1 : left.integer > right.integer ? 1 : 0;
  if (is_number(left) && is_number(right)) return sign(*number_of(left), *number_of(right));
  if (left.form == Form::quantity && right.form == Form::quantity) return compare_quantities(left, right);
  if (left.form == Form::quantity && is_number(right)) return sign(left.number, *number_of(right));
  if (is_number(left) && right.form == Form::quantity) return sign(*number_of(left), right.number);
  if (left.form == Form::time || right.form == Form::time) {
    if (left.text.size() != right.text.size() && left.text.find('.') == right.text.find('.')) return std::nullopt;
    return left.text < right.text ? -1 : left.text > right.text ? 1 : 0;
  }
  const auto textual = [](const Item& item) { return item.form == Form::string || is_moment(item.form); };
  if (is_moment(left.form) || is_moment(right.form))
    return textual(left) && textual(right) ? compare_moments(left.text, right.text) : std::nullopt;
  if (left.form == Form::string && right.form == Form::string)
    return left.text < right.text ? -1 : left.text > right.text ? 1 : 0;
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(const Item& item) {
  const Item value = computed(item);
  if (value.form == Form::integer) return value.integer;
  if (value.form == Form::boolean) return value.boolean ? 1 : 0;
  if (value.form == Form::string) return to_integer(value.text);
  return std::nullopt;
}

std::optional<double> number_of(const Item& item) {
  const Item value = computed(item);
  if (value.form == Form::integer) return static_cast<double>(value.integer);
  if (value.form == Form::decimal) return value.number;
  if (value.form == Form::boolean) return value.boolean ? 1 : 0;
  if (value.form == Form::string) return to_number(value.text);
  return std::nullopt;
}

std::optional<std::string> string_of(const Item& item) {
  if (item.form == Form::node && item.value.is(Kind::number)) return std::string(item.value.raw());  // its digits
  const Item value = computed(item);
  switch (value.form) {
    case Form::node:
      return std::nullopt;
    case Form::boolean:
      return value.boolean ? "true" : "false";
    case Form::integer:
      return fmt::format("{}", value.integer);
    case Form::decimal:
      return fmt::format("{}", value.number);
    case Form::quantity:
      return fmt::format("{} '{}'", value.number, value.text);
    default:
      return value.text;
  }
}

}  // namespace carnet::fhir
