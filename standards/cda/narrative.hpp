// A section's narrative as HTML. Internal to standards/cda.
#pragma once
#include <pugixml.hpp>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "standards/cda/cda.hpp"
#include "standards/cda/html.hpp"

namespace carnet::cda {

// The multimedia of a structured body: who is named by a narrative, and what was shown already.
class Gallery {
 public:
  Gallery(Html& out, const RenderWords& words) : out_(out), words_(words) {}
  void learn(pugi::xml_node body);                                         // once, before the first section
  void show_named(std::string_view references, std::string_view caption);  // IDREFS of a renderMultiMedia
  // What the entries of a section hold and no narrative names; false when there was none.
  bool show_rest(pugi::xml_node section);
  // One file: an image that is safe to show, or a line that says what it is.
  void show_file(std::string_view media_type, std::string_view base64, std::string_view caption);

 private:
  void show(pugi::xml_node media, std::string_view caption);
  void line(std::string_view what, std::string_view detail, std::string_view caption);

  Html& out_;
  const RenderWords& words_;
  std::unordered_map<std::string_view, pugi::xml_node> by_id_;
  std::unordered_set<std::string_view> named_;
  std::unordered_set<const void*> shown_;
};

class Narrative {
 public:
  Narrative(Html& out, const RenderWords& words, Gallery& gallery) : out_(out), words_(words), gallery_(gallery) {}
  void show(pugi::xml_node text);  // a section's text, with its notes after it

 private:
  void children(pugi::xml_node parent);
  void element(pugi::xml_node node);
  void content(pugi::xml_node node);
  void paragraph(pugi::xml_node node);
  void list(pugi::xml_node node);
  void table(pugi::xml_node node);
  void rows(pugi::xml_node group, bool head);
  void row(pugi::xml_node node, bool head);
  void cell(pugi::xml_node node, bool heading, bool head, bool all_headings);
  void caption(pugi::xml_node parent);
  void number_notes(pugi::xml_node parent);
  void note_mark(std::size_t number);
  void notes();

  Html& out_;
  const RenderWords& words_;
  Gallery& gallery_;
  std::size_t tables_ = 0;
  std::vector<pugi::xml_node> notes_;
  std::unordered_map<const void*, std::size_t> note_numbers_;
  std::unordered_map<std::string_view, std::size_t> note_by_id_;
  std::size_t notes_before_ = 0;  // in earlier sections
};

std::string size_text(std::size_t bytes, const RenderWords& words);
std::string fill(std::string_view pattern, std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace carnet::cda
