// The document as a tree whose names need no namespace any more. Internal to standards/cda.
#pragma once
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::cda {

// Every element of urn:hl7-org:v3 bears its local name; every other bears "~", which no document can write. Depth is
// at most max_depth, so that recursion over the tree is bounded.
class Tree {
 public:
  static kernel::Result<Tree> load(kernel::ByteView xml);

  pugi::xml_node document() const { return state_->document; }  // the ClinicalDocument
  bool unwrapped() const { return state_->unwrapped; }

 private:
  struct State {
    std::string text;  // pugixml points into it
    pugi::xml_document parsed;
    pugi::xml_node document;
    bool unwrapped = false;
  };
  std::unique_ptr<State> state_ = std::make_unique<State>();
};

// Path of an element from ClinicalDocument, with [n] where it has same-named siblings:
// "ClinicalDocument/author[2]/time".
std::string path_of(pugi::xml_node node);

// The element's attribute, empty when absent.
inline std::string_view attribute(pugi::xml_node node, const char* name) {
  return node.attribute(name).value();
}

// All text below the node with white space collapsed and trimmed, cut at `max_bytes` + 1 bytes (so that a caller can
// tell).
std::string text_of(pugi::xml_node node, std::size_t max_bytes);
// The same, cut between two characters, with an ellipsis where something was cut.
std::string short_text(pugi::xml_node node, std::size_t max_bytes);
// Whether nothing shows: only white space, no-break spaces included, and below a node no renderMultiMedia.
bool is_blank(std::string_view text);
bool is_blank(pugi::xml_node node);

struct Document;
// The facts of the header: what cda.hpp promises of read().
kernel::Result<Document> read_header(const Tree& tree);

}  // namespace carnet::cda
