#include "standards/cda/tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "standards/cda/cda.hpp"
#include "standards/cda/charset.hpp"
#include "standards/cda/scan.hpp"

namespace carnet::cda {

namespace {

using kernel::Error;
using kernel::ErrorKind;
using kernel::Status;

constexpr std::string_view hl7 = "urn:hl7-org:v3";
constexpr std::string_view xsl = "http://www.w3.org/1999/XSL/Transform";
constexpr std::size_t max_declarations_in_scope = 64;

std::unexpected<Error> too_costly(std::string_view says) {
  return std::unexpected(Error{ErrorKind::too_large, "cda.limits", {}, {{"too-costly", "/", std::string(says)}}});
}

// Resolves the namespace of each element in document order, keeping only the declarations in scope.
class Namespaces {
 public:
  Status enter(pugi::xml_node element, std::size_t depth) {
    while (!scope_.empty() && scope_.back().depth >= depth) scope_.pop_back();
    for (const auto a : element.attributes()) {
      const std::string_view name = a.name();
      if (!name.starts_with("xmlns")) continue;
      if (name == "xmlns") {
        scope_.push_back({depth, {}, a.value()});
      } else if (name[5] == ':') {
        scope_.push_back({depth, name.substr(6), a.value()});
      }
      if (scope_.size() > max_declarations_in_scope) return too_costly("more namespaces than are accepted");
    }
    return {};
  }
  // Null when the prefix is not declared.
  const std::string_view* of(std::string_view prefix) const {
    for (auto i = scope_.rbegin(); i != scope_.rend(); ++i) {
      if (i->prefix == prefix) return &i->uri;
    }
    static constexpr std::string_view none;
    return prefix.empty() ? &none : nullptr;
  }

 private:
  struct Declared {
    std::size_t depth;
    std::string_view prefix;
    std::string_view uri;
  };
  std::vector<Declared> scope_;
};

struct Found {
  bool stylesheet_root = false;
  bool local_root = false;  // the root is a ClinicalDocument of no or another namespace
  std::vector<pugi::xml_node> documents;
};

kernel::Result<Found> name_plainly(pugi::xml_node root) {
  Found found;
  Namespaces namespaces;
  pugi::xml_node node = root;
  std::size_t depth = 0;
  while (node) {
    if (node.type() == pugi::node_element) {
      CARNET_CHECK(namespaces.enter(node, depth));
      const std::string_view name = node.name();
      const auto colon = name.find(':');
      const std::string_view prefix = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
      const std::string local(colon == std::string_view::npos ? name : name.substr(colon + 1));
      const std::string_view* uri = namespaces.of(prefix);
      if (uri == nullptr) {
        return kernel::invalid("cda.xml", {{"namespace", path_of(node.parent()), "a prefix that is not declared"}});
      }
      const bool ours = *uri == hl7;
      if (node == root) {
        found.stylesheet_root = *uri == xsl && (local == "stylesheet" || local == "transform");
        found.local_root = !ours && local == "ClinicalDocument";
      }
      if (ours && local == "ClinicalDocument") found.documents.push_back(node);
      if (!node.set_name(ours ? local.c_str() : "~")) return too_costly("not enough memory");
      if (const auto child = node.first_child()) {
        node = child;
        ++depth;
        continue;
      }
    }
    while (node && node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    node = node == root ? pugi::xml_node{} : node.next_sibling();
  }
  return found;
}

std::unexpected<Error> wrong_root(const Found& found) {
  if (found.stylesheet_root) {
    return kernel::invalid(
        "cda.root", {{"structure", "stylesheet", "a stylesheet root is accepted around exactly one ClinicalDocument"}});
  }
  return kernel::invalid("cda.root", {{"structure", found.local_root ? "ClinicalDocument" : "/",
                                       "the root element must be ClinicalDocument in the namespace urn:hl7-org:v3"}});
}

void collect_text(pugi::xml_node node, std::size_t max_bytes, std::string& out, bool& space) {
  for (const auto child : node.children()) {
    if (out.size() > max_bytes) return;
    if (child.type() == pugi::node_element) {
      collect_text(child, max_bytes, out, space);
      continue;
    }
    for (const char* c = child.value(); *c != '\0' && out.size() <= max_bytes; ++c) {
      if (*c == ' ' || *c == '\t' || *c == '\n' || *c == '\r') {
        space = true;
        continue;
      }
      if (space && !out.empty()) out += ' ';
      space = false;
      out += *c;
    }
  }
}

}  // namespace

kernel::Result<Tree> Tree::load(kernel::ByteView xml) {
  Tree tree;
  State& state = *tree.state_;
  CARNET_TRY(text, to_utf8(xml));
  CARNET_CHECK(scan(text));
  state.text = std::move(text);
  // White space between inline elements separates words, so it is kept.
  constexpr unsigned flags =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute | pugi::parse_ws_pcdata;
  const auto parsed =
      state.parsed.load_buffer_inplace(state.text.data(), state.text.size(), flags, pugi::encoding_utf8);
  if (parsed.status == pugi::status_out_of_memory) return too_costly("not enough memory");
  if (!parsed) return kernel::invalid("cda.xml", {{"syntax", "/", "the document is not well-formed XML"}});
  const pugi::xml_node root = state.parsed.document_element();
  CARNET_TRY(found, name_plainly(root));
  if (found.documents.size() != 1) {
    if (found.documents.empty() || found.stylesheet_root || found.documents.front() != root) return wrong_root(found);
  }
  if (found.documents.front() != root && !found.stylesheet_root) return wrong_root(found);
  state.document = found.documents.front();
  state.unwrapped = found.documents.front() != root;
  return tree;
}

std::string path_of(pugi::xml_node node) {
  std::vector<std::string> steps;
  for (; node && node.type() == pugi::node_element; node = node.parent()) {
    const std::string_view name = node.name();
    std::size_t before = 0;
    for (auto s = node.previous_sibling(node.name()); s; s = s.previous_sibling(node.name())) ++before;
    const bool alone = before == 0 && !node.next_sibling(node.name());
    const std::string shown(name.size() > 64 ? std::string_view("...") : name == "~" ? std::string_view("*") : name);
    steps.push_back(alone ? shown : fmt::format("{}[{}]", shown, before + 1));
    if (name == "ClinicalDocument" || steps.size() >= 16) break;
  }
  std::string out;
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) {
    if (!out.empty()) out += '/';
    out += *s;
  }
  return out.empty() ? "/" : out;
}

std::string text_of(pugi::xml_node node, std::size_t max_bytes) {
  std::string out;
  bool space = false;
  collect_text(node, max_bytes, out, space);
  return out;
}

std::string short_text(pugi::xml_node node, std::size_t max_bytes) {
  std::string out = text_of(node, max_bytes);
  if (out.size() <= max_bytes) return out;
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
  if (!out.empty()) out.pop_back();
  return out + "…";
}

bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("\u00A0")) {
      ++at;
    } else if (std::string_view(" \t\r\n").find(text[at]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_blank(pugi::xml_node node) {
  for (const auto child : node.children()) {
    if (child.type() == pugi::node_element) {
      if (std::string_view(child.name()) == "renderMultiMedia" || !is_blank(child)) return false;
    } else if (!is_blank(std::string_view(child.value()))) {
      return false;
    }
  }
  return true;
}

}  // namespace carnet::cda
