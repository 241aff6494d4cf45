#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "standards/fhir/fhirpath_tree.hpp"

namespace carnet::fhir {

namespace {

constexpr std::size_t max_expression = 8'192;
constexpr std::size_t max_depth = 48;
constexpr std::size_t max_nodes = 2'000;

struct FunctionInfo {
  std::string_view name;
  PathFunction function;
  std::uint8_t least, most;  // arguments
};

constexpr FunctionInfo functions[] = {
    {"empty", PathFunction::empty, 0, 0},
    {"not", PathFunction::negation, 0, 0},
    {"exists", PathFunction::exists, 0, 1},
    {"all", PathFunction::all, 1, 1},
    {"allTrue", PathFunction::all_true, 0, 0},
    {"anyTrue", PathFunction::any_true, 0, 0},
    {"allFalse", PathFunction::all_false, 0, 0},
    {"anyFalse", PathFunction::any_false, 0, 0},
    {"subsetOf", PathFunction::subset_of, 1, 1},
    {"supersetOf", PathFunction::superset_of, 1, 1},
    {"count", PathFunction::count, 0, 0},
    {"distinct", PathFunction::distinct, 0, 0},
    {"isDistinct", PathFunction::is_distinct, 0, 0},
    {"where", PathFunction::where, 1, 1},
    {"select", PathFunction::select, 1, 1},
    {"repeat", PathFunction::repeat, 1, 1},
    {"ofType", PathFunction::of_type, 1, 1},
    {"single", PathFunction::single, 0, 0},
    {"first", PathFunction::first, 0, 0},
    {"last", PathFunction::last, 0, 0},
    {"tail", PathFunction::tail, 0, 0},
    {"skip", PathFunction::skip, 1, 1},
    {"take", PathFunction::take, 1, 1},
    {"intersect", PathFunction::intersect, 1, 1},
    {"exclude", PathFunction::exclude, 1, 1},
    {"union", PathFunction::unite, 1, 1},
    {"combine", PathFunction::combine, 1, 1},
    {"iif", PathFunction::iif, 2, 3},
    {"toBoolean", PathFunction::to_boolean, 0, 0},
    {"toInteger", PathFunction::to_integer, 0, 0},
    {"toDecimal", PathFunction::to_decimal, 0, 0},
    {"toString", PathFunction::to_string, 0, 0},
    {"indexOf", PathFunction::index_of, 1, 1},
    {"substring", PathFunction::substring, 1, 2},
    {"startsWith", PathFunction::starts_with, 1, 1},
    {"endsWith", PathFunction::ends_with, 1, 1},
    {"contains", PathFunction::contains, 1, 1},
    {"upper", PathFunction::upper, 0, 0},
    {"lower", PathFunction::lower, 0, 0},
    {"replace", PathFunction::replace, 2, 2},
    {"matches", PathFunction::matches, 1, 1},
    {"length", PathFunction::length, 0, 0},
    {"children", PathFunction::children, 0, 0},
    {"descendants", PathFunction::descendants, 0, 0},
    {"trace", PathFunction::trace, 1, 2},
    {"is", PathFunction::is, 1, 1},
    {"as", PathFunction::as, 1, 1},
    {"extension", PathFunction::extension, 1, 1},
    {"hasValue", PathFunction::has_value, 0, 0},
    {"getValue", PathFunction::get_value, 0, 0},
    {"resolve", PathFunction::resolve, 0, 0},
    {"htmlChecks", PathFunction::html_checks, 0, 0},
};

// Operators with two sides, by how tightly they bind (FHIRPath N1, 6.8); the higher the tighter.
struct OperatorInfo {
  std::string_view word;
  PathOp op;
  int precedence;
};
constexpr OperatorInfo operators[] = {
    {"implies", PathOp::implies, 1},
    {"or", PathOp::logical_or, 2},
    {"xor", PathOp::logical_xor, 2},
    {"and", PathOp::logical_and, 3},
    {"in", PathOp::in, 4},
    {"contains", PathOp::contains, 4},
    {"!=", PathOp::unequal, 5},
    {"!~", PathOp::not_equivalent, 5},
    {"=", PathOp::equal, 5},
    {"~", PathOp::equivalent, 5},
    {"<=", PathOp::at_most, 6},
    {">=", PathOp::at_least, 6},
    {"<", PathOp::less, 6},
    {">", PathOp::more, 6},
    {"|", PathOp::unite, 7},
    {"is", PathOp::is_type, 8},
    {"as", PathOp::as_type, 8},
    {"+", PathOp::add, 9},
    {"-", PathOp::subtract, 9},
    {"&", PathOp::concatenate, 9},
    {"*", PathOp::multiply, 10},
    {"/", PathOp::divide, 10},
    {"div", PathOp::whole_divide, 10},
    {"mod", PathOp::remainder, 10},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  kernel::Result<FhirPath::Program> run() {
    if (text_.size() > max_expression) fail("the expression is too long");
    program_.root = expression(0, 0);
    skip_space();
    if (at_ != text_.size()) fail("something stands after the expression");
    if (!problem_.empty())
      return kernel::invalid("fhir.fhirpath", {{"value", fmt::format("character {}", at_), std::move(problem_)}});
    return std::move(program_);
  }

 private:
  using Place = std::uint16_t;

  void fail(std::string_view says) {
    if (problem_.empty()) problem_ = says;
  }
  bool failed() const { return !problem_.empty(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (failed() || peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(fmt::format("'{}' is expected", c));
  }

  Place add(PathNode node) {
    if (program_.nodes.size() >= max_nodes) {
      fail("the expression has too many parts");
      return 0;
    }
    node.constant = is_constant(node);
    program_.nodes.push_back(std::move(node));
    return static_cast<Place>(program_.nodes.size() - 1);
  }

  // Nothing in it depends on where in the resource it stands: everything starts from a literal or from %resource.
  bool is_constant(const PathNode& node) const {
    switch (node.op) {
      case PathOp::literal:
      case PathOp::resource:
      case PathOp::root:
        return true;
      case PathOp::self:
      case PathOp::position:
      case PathOp::context:
        return false;
      default:
        break;
    }
    if (node.target == PathNode::none || !program_.nodes[node.target].constant) return false;
    // Arguments see the items of the target; what they take from outside would be $this or $index of a caller.
    if (node.op == PathOp::call) {
      for (std::size_t i = 0; i < node.argument_count; ++i)
        if (!starts_inside(node.arguments[i])) return false;
      return true;
    }
    for (std::size_t i = 0; i < node.argument_count; ++i)
      if (!program_.nodes[node.arguments[i]].constant) return false;
    return true;
  }
  // Arguments of functions are judged only when they are constant themselves: enough for what R4 writes.
  bool starts_inside(Place place) const { return program_.nodes[place].constant; }

  const OperatorInfo* operator_here() {
    skip_space();
    const auto rest = text_.substr(std::min(at_, text_.size()));
    for (const auto& one : operators) {
      if (!rest.starts_with(one.word)) continue;
      const char after = rest.size() > one.word.size() ? rest[one.word.size()] : '\0';
      if (is_letter(one.word[0]) && (is_letter(after) || is_digit(after))) continue;
      return &one;
    }
    return nullptr;
  }

  Place expression(int least, std::size_t depth) {
    if (depth > max_depth) {
      fail("the expression is nested too deep");
      return 0;
    }
    Place left = unary(depth);
    while (!failed()) {
      const auto* found = operator_here();
      if (found == nullptr || found->precedence < least || found->precedence == 0) break;
      at_ += found->word.size();
      PathNode node;
      node.op = found->op;
      node.target = left;
      if (found->op == PathOp::is_type || found->op == PathOp::as_type) {
        node.text = type_name();
      } else {
        node.arguments[0] = expression(found->precedence + 1, depth + 1);
        node.argument_count = 1;
      }
      if (failed()) break;
      left = add(std::move(node));
    }
    return left;
  }

  Place unary(std::size_t depth) {
    if (depth > max_depth) {
      fail("the expression is nested too deep");
      return 0;
    }
    if (accept('-')) {
      PathNode node;
      node.op = PathOp::negate;
      node.target = unary(depth + 1);
      return failed() ? Place{0} : add(std::move(node));
    }
    if (accept('+')) return unary(depth + 1);
    return path(depth);
  }

  Place path(std::size_t depth) {
    Place place = term(depth);
    while (!failed()) {
      if (accept('.')) {
        place = invocation(place, depth);
      } else if (accept('[')) {
        PathNode node;
        node.op = PathOp::element_at;
        node.target = place;
        node.arguments[0] = expression(0, depth + 1);
        node.argument_count = 1;
        expect(']');
        if (!failed()) place = add(std::move(node));
      } else {
        break;
      }
    }
    return place;
  }

  Place term(std::size_t depth) {
    skip_space();
    const char c = peek();
    if (accept('(')) {
      const Place inner = expression(0, depth + 1);
      expect(')');
      return inner;
    }
    if (accept('{')) {
      expect('}');
      PathNode node;
      node.empty = true;
      return add(std::move(node));
    }
    if (c == '\'') return literal(Item::Form::string, quoted('\''));
    if (is_digit(c)) return number();
    if (c == '@') return moment();
    if (c == '%') return external();
    if (c == '$') return special();
    if (is_letter(c) || c == '`') return invocation(PathNode::none, depth);
    fail("a value is expected");
    return 0;
  }

  Place literal(Item::Form form, std::string text) {
    PathNode node;
    node.item.form = form;
    node.item.text = std::move(text);
    return failed() ? Place{0} : add(std::move(node));
  }

  Place number() {
    const auto from = at_;
    while (is_digit(peek())) ++at_;
    const bool decimal = peek() == '.' && is_digit(peek(1));
    if (decimal) {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const auto digits = text_.substr(from, at_ - from);
    PathNode node;
    node.item.form = decimal ? Item::Form::decimal : Item::Form::integer;
    const auto* end = digits.data() + digits.size();
    const auto problem = decimal ? std::from_chars(digits.data(), end, node.item.number).ec
                                 : std::from_chars(digits.data(), end, node.item.integer).ec;
    if (problem != std::errc()) fail("a number is out of range");
    return failed() ? Place{0} : add(std::move(node));
  }

  Place moment() {
    const auto from = ++at_;
    while (is_digit(peek()) || std::string_view("-:.TZ+").find(peek()) != std::string_view::npos) {
      if (peek() == '\0') break;
      ++at_;
    }
    std::string text(text_.substr(from, at_ - from));
    if (text.empty()) fail("a date is expected after '@'");
    if (text.starts_with('T')) return literal(Item::Form::time, text.substr(1));
    const bool with_time = text.find('T') != std::string::npos;
    if (text.ends_with('T')) text.pop_back();
    return literal(with_time ? Item::Form::date_time : Item::Form::date, std::move(text));
  }

  Place external() {
    ++at_;
    const std::string name = peek() == '`' ? quoted('`') : peek() == '\'' ? quoted('\'') : word();
    PathNode node;
    if (name == "resource")
      node.op = PathOp::resource;
    else if (name == "rootResource")
      node.op = PathOp::root;
    else if (name == "context")
      node.op = PathOp::context;
    else if (name == "ucum")
      return literal(Item::Form::string, "http://unitsofmeasure.org");
    else if (name == "sct")
      return literal(Item::Form::string, "http://snomed.info/sct");
    else if (name == "loinc")
      return literal(Item::Form::string, "http://loinc.org");
    else
      fail("an external constant is not known");
    return failed() ? Place{0} : add(std::move(node));
  }

  Place special() {
    ++at_;
    const std::string name = word();
    PathNode node;
    if (name == "this")
      node.op = PathOp::self;
    else if (name == "index")
      node.op = PathOp::position;
    else
      fail("a special variable is not known");
    return failed() ? Place{0} : add(std::move(node));
  }

  std::string word() {
    const auto from = at_;
    if (is_letter(peek()))
      while (is_letter(peek()) || is_digit(peek())) ++at_;
    if (at_ == from) fail("a name is expected");
    return std::string(text_.substr(from, at_ - from));
  }

  std::string quoted(char quote) {
    ++at_;
    std::string out;
    while (at_ < text_.size() && peek() != quote) {
      char c = text_[at_++];
      if (c == '\\') {
        c = peek();
        ++at_;
        switch (c) {
          case 'n':
            c = '\n';
            break;
          case 't':
            c = '\t';
            break;
          case 'r':
            c = '\r';
            break;
          case 'f':
            c = '\f';
            break;
          case '\\':
          case '\'':
          case '"':
          case '`':
          case '/':
            break;
          default:  // in R4's patterns: "\\." is written as "\."
            out += '\\';
        }
      }
      out += c;
    }
    if (peek() != quote || at_ >= text_.size())
      fail("a string does not end");
    else
      ++at_;
    return out;
  }

  // "Patient", "FHIR.Patient", also between brackets.
  std::string type_name() {
    skip_space();
    const bool bracket = accept('(');
    skip_space();
    std::string name = peek() == '`' ? quoted('`') : word();
    if (peek() == '.' && (name == "FHIR" || name == "System")) {
      ++at_;
      name += '.';
      name += peek() == '`' ? quoted('`') : word();
    }
    if (bracket) expect(')');
    return name;
  }

  Place invocation(Place target, std::size_t depth) {
    skip_space();
    if (peek() == '$') {
      const Place self = special();
      if (target != PathNode::none) fail("a special variable stands after a dot");
      return self;
    }
    const bool delimited = peek() == '`';
    std::string name = delimited ? quoted('`') : word();
    if (failed()) return 0;
    if (!delimited && target == PathNode::none && (name == "true" || name == "false")) {
      PathNode node;
      node.item.form = Item::Form::boolean;
      node.item.boolean = name == "true";
      return add(std::move(node));
    }
    if (!delimited && accept('(')) return call(target, name, depth);
    PathNode node;
    node.op = PathOp::member;
    node.target = target;
    node.text = std::move(name);
    return add(std::move(node));
  }

  Place call(Place target, std::string_view name, std::size_t depth) {
    const auto* found = std::ranges::find(functions, name, &FunctionInfo::name);
    if (found == std::end(functions)) {
      fail(fmt::format("the function {} is not covered", name));
      return 0;
    }
    PathNode node;
    node.op = PathOp::call;
    node.function = found->function;
    node.target = target;
    if (takes_type(found->function)) {
      node.text = type_name();
      expect(')');
    } else {
      arguments(node, *found, depth);
    }
    if (failed()) return 0;
    if (node.function == PathFunction::is) node.op = PathOp::is_type;
    if (node.function == PathFunction::as || node.function == PathFunction::of_type) node.op = PathOp::as_type;
    if (node.function == PathFunction::where) fuse_resolve(node);
    return add(std::move(node));
  }

  static bool takes_type(PathFunction function) {
    return function == PathFunction::is || function == PathFunction::as || function == PathFunction::of_type;
  }

  void arguments(PathNode& node, const FunctionInfo& info, std::size_t depth) {
    if (!accept(')')) {
      do {
        if (node.argument_count >= info.most) return fail(fmt::format("{} takes fewer arguments", info.name));
        const Place argument = expression(0, depth + 1);
        node.arguments[node.argument_count++] = argument;
      } while (accept(','));
      expect(')');
    }
    if (node.argument_count < info.least) fail(fmt::format("{} takes more arguments", info.name));
  }

  // where(resolve() is Patient): one step, since a reference may be resolved only as far as its type.
  void fuse_resolve(PathNode& node) const {
    const auto& test = program_.nodes[node.arguments[0]];
    if (test.op != PathOp::is_type || test.target == PathNode::none) return;
    const auto& inner = program_.nodes[test.target];
    if (inner.op != PathOp::call || inner.function != PathFunction::resolve || inner.target != PathNode::none) return;
    node.op = PathOp::refers_to;
    node.text = test.text;
    node.argument_count = 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string problem_;
  FhirPath::Program program_;
};

}  // namespace

kernel::Result<FhirPath::Program> parse_fhirpath(std::string_view expression) {
  return PathParser(expression).run();
}

}  // namespace carnet::fhir
