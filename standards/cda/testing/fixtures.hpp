// The documents that the tests of this room start from. For tests only.
#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "standards/cda/cda.hpp"

namespace carnet::cda::fixtures {

inline std::string file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}
inline std::string fixture(const std::string& name) {
  return file(std::string(CARNET_SOURCE_DIR) + "/standards/cda/fixtures/" + name);
}

// The text with its one `from` replaced: a test whose fixture changed fails here and not in silence.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from << " stands twice";
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline Result<Document> read_text(std::string_view xml) {
  return read(kernel::as_bytes(xml));
}
inline Result<std::string> render_text(std::string_view xml, const RenderWords& words = {}) {
  return render_html(kernel::as_bytes(xml), words);
}

// "code path" of the first issue, or "accepted".
template <class T>
std::string first_issue(const Result<T>& result) {
  if (result) return "accepted";
  if (result.error().issues.empty()) return "no issue: " + result.error().code;
  return result.error().issues.front().code + " " + result.error().issues.front().path;
}

// The smallest document around one section's content, for narrative tests.
inline std::string with_section(std::string_view inside) {
  std::string text = fixture("level1.xml");
  const auto from = text.find("<nonXMLBody>");
  const auto to = text.find("</nonXMLBody>") + std::string_view("</nonXMLBody>").size();
  return text.replace(
      from, to - from,
      "<structuredBody><component><section>" + std::string(inside) + "</section></component></structuredBody>");
}

}  // namespace carnet::cda::fixtures
