#include "standards/cda/narrative.hpp"

#include <algorithm>

#include "standards/cda/tree.hpp"

namespace carnet::cda {

namespace {

using pugi::xml_node;

// Words of a styleCode, whatever their case: "Bold", "BoldItalics", "Bold Italics".
struct Style {
  bool bold, italics, underline;
};
Style style_of(xml_node node) {
  std::string code(attribute(node, "styleCode"));
  for (char& c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto has = [&](std::string_view word) { return code.find(word) != std::string::npos; };
  return {has("bold"), has("italic") || has("emphasis"), has("underline")};
}

void open(Html& out, const Style& style) {
  if (style.bold) out.markup("<strong>");
  if (style.italics) out.markup("<em>");
  if (style.underline) out.markup("<u>");
}
void close(Html& out, const Style& style) {
  if (style.underline) out.markup("</u>");
  if (style.italics) out.markup("</em>");
  if (style.bold) out.markup("</strong>");
}

bool is(xml_node node, std::string_view name) {
  return name == node.name();
}

// Whether a <p> around the node's content would be cut short by what is inside.
bool holds_block(xml_node node) {
  for (const auto child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (is(child, "table") || is(child, "list") || is(child, "paragraph") || holds_block(child)) return true;
  }
  return false;
}

std::size_t span_of(xml_node cell, const char* name, std::size_t largest) {
  std::size_t value = 0;
  for (const char c : attribute(cell, name)) {
    if (c < '0' || c > '9' || value > largest) return 1;
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  return std::clamp<std::size_t>(value, 1, largest);
}

}  // namespace

std::string fill(std::string_view pattern,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string out(pattern);
  for (const auto& [name, value] : values) {
    const std::string mark = "{" + std::string(name) + "}";
    if (const auto at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), value);
  }
  return out;
}

void Narrative::show(xml_node text) {
  notes_.clear();
  note_numbers_.clear();
  note_by_id_.clear();
  number_notes(text);
  out_.markup("<div class=\"text\">");
  children(text);
  out_.markup("</div>");
  notes();
  notes_before_ += notes_.size();
}

void Narrative::children(xml_node parent) {
  for (const auto child : parent.children()) {
    if (child.type() == pugi::node_element) {
      element(child);
    } else {
      out_.text(child.value());
    }
  }
}

// An element that is not of the narrative is not dropped: its text may matter, and text is harmless.
void Narrative::element(xml_node node) {
  if (is(node, "content")) return content(node);
  if (is(node, "paragraph")) return paragraph(node);
  if (is(node, "list")) return list(node);
  if (is(node, "table")) return table(node);
  if (is(node, "br")) {
    out_.markup("<br>");
    return;
  }
  if (is(node, "sub") || is(node, "sup")) {
    const bool sub = is(node, "sub");
    sub ? out_.markup("<sub>") : out_.markup("<sup>");
    children(node);
    sub ? out_.markup("</sub>") : out_.markup("</sup>");
    return;
  }
  if (is(node, "renderMultiMedia")) {
    return gallery_.show_named(attribute(node, "referencedObject"), short_text(node.child("caption"), 512));
  }
  if (is(node, "footnote")) {
    const auto found = note_numbers_.find(node.internal_object());
    if (found != note_numbers_.end()) note_mark(found->second);
    return;
  }
  if (is(node, "footnoteRef")) {
    const auto found = note_by_id_.find(attribute(node, "IDREF"));
    if (found != note_by_id_.end()) note_mark(found->second);
    return;
  }
  if (is(node, "linkHtml")) {
    // Where a link leads is words here, never a way to go.
    if (is_blank(node)) {
      out_.text(attribute(node, "href"));
    } else {
      children(node);
    }
    return;
  }
  if (is(node, "caption")) return;  // said by the element that it belongs to
  children(node);
}

void Narrative::content(xml_node node) {
  const Style style = style_of(node);
  const std::string_view revised = attribute(node, "revised");
  const bool deleted = revised == "delete";
  const bool inserted = revised == "insert";
  if (deleted) out_.markup("<del><span class=\"said\">").text(words_.deleted).markup("</span> ");
  if (inserted) out_.markup("<ins><span class=\"said\">").text(words_.inserted).markup("</span> ");
  open(out_, style);
  caption(node);
  children(node);
  close(out_, style);
  if (inserted) out_.markup("</ins>");
  if (deleted) out_.markup("</del>");
}

void Narrative::paragraph(xml_node node) {
  const bool block = holds_block(node);
  const Style style = style_of(node);
  block ? out_.markup("<div class=\"p\">") : out_.markup("<p>");
  caption(node);
  open(out_, style);
  children(node);
  close(out_, style);
  block ? out_.markup("</div>") : out_.markup("</p>");
}

void Narrative::caption(xml_node parent) {
  const xml_node node = parent.child("caption");
  if (!node || is_blank(node)) return;
  out_.markup("<span class=\"caption\">");
  children(node);
  out_.markup("</span>");
}

void Narrative::list(xml_node node) {
  if (is_blank(node)) return;
  const bool ordered = attribute(node, "listType") == "ordered";
  caption(node);
  ordered ? out_.markup("<ol>") : out_.markup("<ul>");
  for (const auto child : node.children()) {
    if (is(child, "caption")) continue;
    if (child.type() == pugi::node_element) {
      out_.markup("<li>");
      if (is(child, "item")) {
        caption(child);
        children(child);
      } else {
        element(child);
      }
      out_.markup("</li>");
    } else if (!is_blank(std::string_view(child.value()))) {
      out_.markup("<li>").text(child.value()).markup("</li>");
    }
  }
  ordered ? out_.markup("</ol>") : out_.markup("</ul>");
}

// A wide table scrolls in a region of its own, which the keyboard can reach and which has a name.
void Narrative::table(xml_node node) {
  const xml_node title = node.child("caption");
  const std::string said = short_text(title, 256);
  out_.markup("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
  out_.text(words_.table).markup(" ").number(++tables_);
  if (!said.empty()) out_.markup(" : ").text(said);
  out_.markup("\"><table>");
  if (title && !is_blank(title)) {
    out_.markup("<caption>");
    children(title);
    out_.markup("</caption>");
  }
  for (const auto part : node.children()) {
    if (is(part, "caption") || is(part, "col") || is(part, "colgroup")) continue;
    const bool head = is(part, "thead");
    if (head) {
      out_.markup("<thead>");
      rows(part, true);
      out_.markup("</thead>");
    } else if (is(part, "tbody")) {
      out_.markup("<tbody>");
      rows(part, false);
      out_.markup("</tbody>");
    } else if (is(part, "tfoot")) {
      out_.markup("<tfoot>");
      rows(part, false);
      out_.markup("</tfoot>");
    } else if (is(part, "tr")) {
      row(part, false);
    } else if (part.type() == pugi::node_element && !is_blank(part)) {
      out_.markup("<tr><td>");
      element(part);
      out_.markup("</td></tr>");
    } else if (part.type() != pugi::node_element && !is_blank(std::string_view(part.value()))) {
      out_.markup("<tr><td>").text(part.value()).markup("</td></tr>");
    }
  }
  out_.markup("</table></div>");
}

void Narrative::rows(xml_node group, bool head) {
  for (const auto child : group.children()) {
    if (is(child, "tr")) {
      row(child, head);
    } else if (child.type() == pugi::node_element) {
      if (is_blank(child)) continue;
      out_.markup("<tr><td>");
      element(child);
      out_.markup("</td></tr>");
    } else if (!is_blank(std::string_view(child.value()))) {
      out_.markup("<tr><td>").text(child.value()).markup("</td></tr>");
    }
  }
}

void Narrative::row(xml_node node, bool head) {
  const bool all_headings = node.child("th") && !node.child("td");
  out_.markup("<tr>");
  for (const auto child : node.children()) {
    if (child.type() == pugi::node_element) {
      if (is(child, "th") || is(child, "td") || !is_blank(child)) cell(child, is(child, "th"), head, all_headings);
    } else if (!is_blank(std::string_view(child.value()))) {
      out_.markup("<td>").text(child.value()).markup("</td>");
    }
  }
  out_.markup("</tr>");
}

void Narrative::cell(xml_node node, bool heading, bool head, bool all_headings) {
  heading = heading && !is_blank(node);  // an empty heading heads nothing
  const std::string_view align = attribute(node, "align");
  const std::size_t columns = span_of(node, "colspan", 100);
  const std::size_t lines = span_of(node, "rowspan", 1000);
  const Style style = style_of(node);
  heading ? out_.markup("<th scope=\"") : out_.markup("<td");
  if (heading) head || all_headings ? out_.markup("col\"") : out_.markup("row\"");
  if (columns > 1) out_.markup(" colspan=\"").number(columns).markup("\"");
  if (lines > 1) out_.markup(" rowspan=\"").number(lines).markup("\"");
  if (align == "center") out_.markup(" class=\"c\"");
  if (align == "right") out_.markup(" class=\"r\"");
  out_.markup(">");
  open(out_, style);
  if (is(node, "th") || is(node, "td")) {
    children(node);
  } else {
    element(node);
  }
  close(out_, style);
  heading ? out_.markup("</th>") : out_.markup("</td>");
}

void Narrative::number_notes(xml_node parent) {
  for (const auto child : parent.children()) {
    if (child.type() != pugi::node_element) continue;
    if (is(child, "footnote")) {
      notes_.push_back(child);
      note_numbers_.emplace(child.internal_object(), notes_.size());
      if (const auto id = attribute(child, "ID"); !id.empty()) note_by_id_.emplace(id, notes_.size());
    }
    number_notes(child);
  }
}

void Narrative::note_mark(std::size_t number) {
  out_.markup("<sup>[").number(notes_before_ + number).markup("]</sup>");
}

void Narrative::notes() {
  if (notes_.empty()) return;
  out_.markup("<div class=\"notes\"><span class=\"caption\">").text(words_.notes).markup("</span><ol>");
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    out_.markup("<li value=\"").number(notes_before_ + i + 1).markup("\">");
    children(notes_[i]);
    out_.markup("</li>");
  }
  out_.markup("</ol></div>");
}

}  // namespace carnet::cda
