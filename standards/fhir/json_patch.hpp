// JSON Patch (RFC 6902) on FHIR JSON: numbers stay text, and what no operation touches comes out as it went in, but for
// white space. Pure.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

inline constexpr std::size_t max_patch_operations = 1000;
inline constexpr std::size_t max_patched_bytes = 8u << 20;

using Pointer = std::vector<std::string>;  // RFC 6901, its tokens without escapes
std::optional<Pointer> parse_pointer(std::string_view text);
bool is_at_or_below(const Pointer& place, const Pointer& root);

struct PatchOperation {
  enum class Kind { add, remove, replace, move, copy, test } kind = Kind::test;
  Pointer path, from;
  std::string value;  // JSON
  std::string where;  // "[2]": its place in the patch
};

// The body of a patch: an array of operations. `invalid` "fhir.json" when it is no JSON, "fhir.patch" with an issue for
// each operation that cannot be read.
kernel::Result<std::vector<PatchOperation>> read_json_patch(std::string_view text);

// A document that takes one operation after the other; it is spoilt once one was refused.
class PatchedDocument {
 public:
  explicit PatchedDocument(const Json& document);  // keeps views into it
  ~PatchedDocument();
  PatchedDocument(PatchedDocument&&) noexcept;

  // `operation` must outlive the document. `invalid` "fhir.patch_refused" with one issue: no such place, a test that
  // fails, a result that is no object or too large.
  kernel::Status apply(const PatchOperation& operation);
  std::optional<std::string> text_at(const Pointer& place) const;  // JSON; nullopt: there is nothing
  std::string text() const;

  struct Node;

 private:
  std::unique_ptr<Node> root_;
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<Json>> parsed_;  // values of the operations, which nodes have views into
};

// All operations or none.
kernel::Result<std::string> apply_json_patch(const Json& document, std::span<const PatchOperation> operations);

// What a label (a CodeableConcept of securityLabel, a Coding of meta.security) is about: "confidentiality", a code of
// visibility ("MASQUE_PS"), else "system|code". Labels about the same thing take each other's place.
std::string subject_of_label(Value label);

// The same, with the labels that stand in the array at `labels` changed by meaning, not by index. An operation that puts
// a label at an index says that this label holds: it takes the place of the one about the same thing, whichever index
// that has, and no other label goes; what an operation overwrites is kept. A label goes only
//   - with the whole array (add or replace of the array itself, or of what holds it): the array says all;
//   - by a `remove` of it that cannot mean another: `guarded` (the request is bound to a version by If-Match), or after
//     a `test` of that label in the same patch; else refused.
// Confidentiality never goes, it changes.
struct Labels {
  Pointer place;  // {"securityLabel"}, {"meta", "security"}
  bool guarded = false;
};
kernel::Result<std::string> apply_json_patch(const Json& document, std::span<const PatchOperation> operations,
                                             const Labels& labels);

// Equal as JSON: members in any order, numbers by value, strings by their characters.
bool equal_json(Value a, Value b);

}  // namespace carnet::fhir
