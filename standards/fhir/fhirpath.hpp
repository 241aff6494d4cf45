// FHIRPath, as the search parameters and invariants of R4 use it: compiled once, evaluated over the places of a parsed
// text. Pure and bounded: the depth of an expression is limited when it is compiled, the work of an evaluation by a
// budget. Types come from definitions.hpp; an element that R4 does not define is not seen.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "standards/fhir/definitions.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

// One member of a collection: a place in the text, or something computed.
struct Item {
  enum class Form : std::uint8_t { node, boolean, integer, decimal, string, date, date_time, time, quantity };
  Form form = Form::node;
  bool boolean = false;
  const TypeInfo* type = nullptr;      // of a node. A resource that resolve() did not find has a type and no value
  const MemberInfo* member = nullptr;  // how the node was reached, where it was: the targets of a reference
  Value value;                         // of a node; none for a primitive of which only "_name" is written
  Value companion;                     // "_name" beside a primitive: its id and extensions
  std::int64_t integer = 0;
  double number = 0;  // decimal, quantity (unit in text)
  std::string text;   // string, date, time
};

// Where an evaluation starts.
struct Focus {
  Value root;      // %rootResource: the resource that contains `resource`, or itself
  Value resource;  // %resource: the resource `node` is part of
  Value node;
  const TypeInfo* type = nullptr;  // of node
  Value companion;                 // "_name", when node is a primitive

  static Focus of(Value whole_resource);  // a resource that is not contained in another; type by its resourceType
};

class FhirPath {
 public:
  // `invalid` "fhir.fhirpath" with one issue: not FHIRPath, or a function that is not covered (memberOf, conformsTo,
  // now, today), or nested too deep.
  static kernel::Result<FhirPath> compile(std::string_view expression);

  // What it selects, appended to `out`. An error of evaluation (a singleton expected where there are several, a budget
  // spent) selects nothing.
  void select(const Focus& focus, std::vector<Item>& out) const;
  // As an invariant asks: true, false, or neither: empty, or an error of evaluation. "Neither" refutes nothing.
  std::optional<bool> holds(const Focus& focus) const;
  // The same with work that several evaluations share: `work` steps are left, and none when it was not enough (then:
  // neither).
  std::optional<bool> holds(const Focus& focus, std::size_t& work) const;

  FhirPath(FhirPath&&) noexcept;
  FhirPath& operator=(FhirPath&&) noexcept;
  ~FhirPath();

  struct Program;

 private:
  explicit FhirPath(std::unique_ptr<const Program> program);
  std::unique_ptr<const Program> program_;
};

}  // namespace carnet::fhir
