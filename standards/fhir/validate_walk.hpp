// One walk over a resource, used by validate() alone. Nothing is allocated while nothing is wrong.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "standards/fhir/definitions.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::fhir {

class Walk {
 public:
  explicit Walk(const ValidateOptions& options) : options_(options) {}  // for one walk
  void whole(Value root);
  std::vector<kernel::Issue> take() { return std::move(issues_); }

 private:
  // A resource and the resources contained in it: the space of "#id".
  struct Home {
    Value root;                // what was given: %rootResource of a Bundle's entry is the entry's resource
    Value resource;            // that contains
    Value contained;           // its array, or none
    bool conditional = false;  // in a Bundle of requests: references may be "Type?query"
    // Only where something is contained:
    std::vector<std::pair<std::string_view, Value>> by_id;  // sorted
    std::vector<std::string_view> mentions;                 // "#id" seen, without "#"
  };

  // structure
  void resource(Value place, Home* container, bool conditional);
  void contain(Value place, const TypeInfo& type, bool conditional);
  void object(Value place, const TypeInfo& type, Home& home);
  void member(Value object, Value value, const MemberInfo& member, Home& home);
  void list(Value object, Value array, const MemberInfo& member, Home& home);
  void one(Value value, const MemberInfo& member, Home& home);
  void one_structure(Value value, const MemberInfo& member, Home& home);
  void companion(Value object, Value value, const MemberInfo& member, Home& home);
  void companion_list(Value object, Value array, const MemberInfo& member, Home& home);
  void other_choice(Value object, const MemberInfo& member);
  void extension_content(Value place);
  void missing(Value object, const TypeInfo& type, const std::uint64_t* present);
  void unknown(Value value, const TypeInfo& type);

  // values
  void primitive(Value value, const MemberInfo& member, Home& home);
  void string_value(Value value, std::string_view text, const MemberInfo& member, Home& home);
  void required_code(Value value, std::string_view code, const ElementInfo& element);
  void required_concept(Value value, const ElementInfo& element);
  void narrative(Value value);

  // invariants, of what is otherwise right
  void type_invariants(Value place, const TypeInfo& type, const Home& home);
  void judge(std::span<const InvariantInfo> invariants, Value place, const TypeInfo& type, const Home& home);

  // references
  void reference(Value value, const MemberInfo& member, Home& home);
  void literal(Value place, std::string_view text, const MemberInfo& member, Home& home);
  void target_type(Value place, std::string_view type, const MemberInfo& member);
  void contained_target(Value place, std::string_view id, const MemberInfo& member, Home& home);
  void index_contained(Home& home);
  void contained(Value array, Home& home);
  void unmentioned(Home& home);
  static bool mentions_container(Value place);

  bool full() const { return issues_.size() >= options_.max_issues; }
  void issue(std::string_view code, std::string path, std::string says);
  void issue(std::string_view code, Value place, std::string_view says) {
    issue(code, place.path(), std::string(says));
  }

  const ValidateOptions& options_;
  std::vector<kernel::Issue> issues_;
  Value resource_;      // that is being walked: %resource
  std::string buffer_;  // of strings with escapes
  // Steps that are left for all invariants together: so many for what is given, whatever it is made to look like.
  std::size_t work_ = 0;
};

// The words of a mend; all of them slow, none on the way of what is right.
std::string advice_for_unknown(const TypeInfo& type, std::string_view json_name);
std::string nearest_resource_type(std::string_view name);  // ", perhaps \"Observation\"", or empty
std::string list_of(std::span<const std::string_view> names, std::size_t most);  // "a, b or c"

// Whether a narrative's div is the XHTML that R4 allows (txt-1, txt-2); else what it must be.
std::string_view fault_of_narrative(std::string_view div);

// A literal reference, taken apart.
struct LiteralReference {
  enum class Form : std::uint8_t { fragment, relative, absolute, conditional, wrong };
  Form form = Form::wrong;
  std::string_view type;  // of relative and conditional, and of absolute where its end says so
  std::string_view id;    // of fragment, relative
};
LiteralReference read_reference(std::string_view text);

}  // namespace carnet::fhir
