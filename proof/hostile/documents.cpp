#include "proof/hostile/documents.hpp"

#include "standards/cda/testing/fixtures.hpp"

namespace carnet::hostile {

namespace {

using cda::fixtures::fixture;
using cda::fixtures::with;
using cda::fixtures::with_section;

std::string repeated(std::string_view what, std::size_t count) {
  std::string out;
  out.reserve(what.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += what;
  return out;
}

std::string level3() {
  return fixture("level3.xml");
}
std::string level1() {
  return fixture("level1.xml");
}
std::string narrative(std::string_view text) {
  return with_section("<title>T</title><text>" + std::string(text) + "</text>");
}
std::string in_title(std::string_view title) {
  return with(level3(), "<title>Compte rendu\n    de biologie &amp; bilan</title>",
              "<title>" + std::string(title) + "</title>");
}
std::string with_doctype(std::string_view doctype, std::string_view use) {
  return with(with(level3(), "<ClinicalDocument", std::string(doctype) + "<ClinicalDocument"), "Glucose", use);
}
std::string with_body(std::string_view media_type, std::string_view content) {
  return with(with(level1(), "application/pdf", media_type), "JVBERi0xLjQK\n        JSVFT0YK", content);
}
std::string with_media(std::string_view media_type, std::string_view base64, std::string_view narrative_text) {
  return with_section("<title>T</title><text>" + std::string(narrative_text) +
                      "</text><entry><observationMedia ID=\"M\"><value mediaType=\"" + std::string(media_type) +
                      "\" representation=\"B64\">" + std::string(base64) + "</value></observationMedia></entry>");
}
std::string base64(std::string_view text) {
  return kernel::to_base64(kernel::as_bytes(text));
}
std::string script() {
  return std::string("<script>") + deed + "</script>";
}
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}
std::string breakout() {
  return "\"'></title></style></textarea>" + script() + "<img src=x onerror=\"" + deed + "\">";
}
std::string named_picture() {
  return "<renderMultiMedia referencedObject=\"M\"/>";
}

using List = std::vector<Hostile>;

void entities(List& list) {
  const auto refused = [&](std::string name, std::string issue, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::refused, std::move(issue), std::move(make)});
  };
  refused("entity_bomb", "doctype", [] {
    std::string doctype = "<!DOCTYPE x [<!ENTITY e0 \"ha\">";
    for (int i = 1; i < 30; ++i) {
      const std::string before = "&e" + std::to_string(i - 1) + ";";
      doctype += "<!ENTITY e" + std::to_string(i) + " \"" + repeated(before, 10) + "\">";
    }
    return with_doctype(doctype + "]>", "&e29;");
  });
  refused("entity_of_a_megabyte_used_often", "doctype", [] {
    return with_doctype("<!DOCTYPE x [<!ENTITY e \"" + std::string(1 << 20, 'x') + "\">]>", repeated("&e;", 10'000));
  });
  refused("external_entity_file", "doctype",
          [] { return with_doctype("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>", "&e;"); });
  refused("external_entity_network", "doctype",
          [] { return with_doctype("<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:1/e\">]>", "&e;"); });
  refused("external_parameter_entity", "doctype",
          [] { return with_doctype("<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///dev/zero\">%p;]>", "x"); });
  refused("external_dtd", "doctype", [] { return with_doctype("<!DOCTYPE x SYSTEM \"file:///dev/random\">", "x"); });
  refused("entity_without_declaration", "entity", [] { return with(level3(), "Glucose", "&nbsp;"); });
  refused("reference_to_nul", "entity", [] { return with(level3(), "Glucose", "&#0;"); });
  refused("reference_to_half_a_character", "entity", [] { return with(level3(), "Glucose", "&#xD800;"); });
}

void encodings(List& list) {
  const auto refused = [&](std::string name, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::refused, "encoding", std::move(make)});
  };
  const auto declared = [](std::string_view name) {
    return with(level3(), "encoding=\"UTF-8\"", "encoding=\"" + std::string(name) + "\"");
  };
  refused("declares_utf16_is_utf8", [=] { return declared("UTF-16"); });
  refused("declares_utf7", [=] { return with(declared("UTF-7"), "Glucose", "+ADw-script+AD4-"); });
  refused("declares_ebcdic", [=] { return declared("IBM1047"); });
  refused("latin1_called_utf8", [] { return with(level3(), "Glucose", "Prot\xE9ine"); });
  refused("overlong_utf8", [] { return with(level3(), "Glucose", "\xC0\xBCscript\xC0\xBE"); });
  refused("surrogates_in_utf8", [] { return with(level3(), "Glucose", "\xED\xA0\x80\xED\xB0\x80"); });
  refused("nul_bytes", [] { return with(level3(), "Glucose", std::string_view("a\0b\0", 4)); });
  refused("utf16_of_25_mib_of_nuls", [] { return "\xFF\xFE" + std::string((25u << 20) - 2, '\0'); });
  refused("empty", [] { return std::string(); });
  refused("gzip", [] { return std::string("\x1F\x8B\x08\x00\x00\x00\x00\x00", 8) + std::string(1000, '\xAA'); });
}

void shapes(List& list) {
  const auto refused = [&](std::string name, std::string issue, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::refused, std::move(issue), std::move(make)});
  };
  const auto stylesheet = [](std::string_view inside) {
    return "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template "
           "match=\"/\">"
           "<html>" +
           script() + "</html></xsl:template>" + std::string(inside) + "</xsl:stylesheet>";
  };
  const auto document = [] { return level3().substr(level3().find("<ClinicalDocument")); };
  refused("stylesheet_without_document", "structure", [=] { return stylesheet(""); });
  refused("stylesheet_around_two_documents", "structure", [=] { return stylesheet(document() + document()); });
  refused("stylesheet_around_nested_documents", "structure", [=] {
    return stylesheet(
        with(document(), "<structuredBody>", "<structuredBody><component>" + document() + "</component>"));
  });
  refused("stylesheet_that_reads_files", "structure",
          [=] { return stylesheet("<xsl:copy-of select=\"document('file:///etc/passwd')\"/>"); });
  refused("root_html", "structure", [] { return "<html><body>" + script() + "</body></html>"; });
  refused("root_without_namespace", "structure", [] { return with(level3(), "xmlns=\"urn:hl7-org:v3\"", ""); });
  refused("root_svg_around_document", "structure", [=] {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"" + std::string(deed) + "\">" + document() + "</svg>";
  });
  refused("truncated_in_an_element", "syntax", [] { return level3().substr(0, level3().size() / 2); });
  refused("truncated_in_base64", "syntax", [] { return level1().substr(0, level1().find("JSVFT0YK")); });
  refused("html_after_the_end", "syntax", [] { return level3() + script(); });
  refused("pdf_before_the_start", "syntax", [] { return "%PDF-1.4\n" + level3(); });
  refused("cdata_without_end", "syntax", [] { return with(level3(), "Glucose", "<![CDATA[Glucose"); });
  refused("attribute_twice", "syntax",
          [] { return with(level3(), "styleCode=\"Italics\"", "styleCode=\"x\" styleCode=\"Italics\""); });
  refused("crossed_tags", "syntax",
          [] { return with(level3(), "<content styleCode=\"Italics\">à jeun</content>", "<a><b></a></b>"); });
}

void sizes(List& list) {
  const auto refused = [&](std::string name, std::string issue, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::refused, std::move(issue), std::move(make)});
  };
  const auto inert = [&](std::string name, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::inert, {}, std::move(make)});
  };
  refused("depth_of_40_mib", "too-large", [] { return repeated("<a>", (40u << 20) / 3); });
  refused("depth_of_24_mib", "too-costly", [] { return repeated("<a>", (24u << 20) / 3); });
  refused("depth_inside_a_narrative", "too-costly",
          [] { return narrative(repeated("<list><item>", 100'000) + repeated("</item></list>", 100'000)); });
  refused("attribute_of_20_mib", "too-costly",
          [] { return with(level3(), "border=\"1\"", "border=\"" + std::string(20u << 20, 'x') + "\""); });
  refused("a_hundred_thousand_attributes", "too-costly", [] {
    std::string attributes;
    for (int i = 0; i < 100'000; ++i) attributes += " a" + std::to_string(i) + "=\"\"";
    return with(level3(), "<table border=\"1\"", "<table" + attributes);
  });
  refused("attributes_everywhere", "too-costly", [] {
    std::string element = "<x";
    for (int i = 0; i < 250; ++i) element += " a" + std::to_string(i) + "=''";
    return narrative(repeated(element + "/>", 11'000));
  });
  refused("namespaces_everywhere", "too-costly", [] {
    std::string element = "<x";
    for (int i = 0; i < 200; ++i) element += " xmlns:n" + std::to_string(i) + "='urn:x'";
    return narrative(repeated(element + ">", 200) + repeated("</x>", 200));
  });
  refused("a_million_elements", "too-costly", [] { return narrative(repeated("<br/>", 1'000'000)); });
  refused("a_million_comments", "too-costly", [] { return narrative(repeated("<!---->", 1'000'000)); });
  refused("a_name_of_a_megabyte", "too-costly", [] { return narrative("<" + std::string(1u << 20, 'n') + "/>"); });
  refused("text_that_grows_when_escaped", "too-costly", [] { return narrative(std::string(24u << 20, '\'')); });
  inert("a_comment_of_20_mib", [] { return narrative("<!--" + std::string(20u << 20, 'c') + "-->x"); });
  inert("three_million_references", [] { return narrative(repeated("&#233;", 3'000'000)); });
  inert("cells_without_end", [] {
    return narrative("<table><tbody>" + repeated("<tr><td colspan=\"100000\" rowspan=\"100000\">x</td></tr>", 90'000) +
                     "</tbody></table>");
  });
  inert("tables_inside_tables", [] {
    return narrative(repeated("<table><tbody><tr><td>", 60) + "x" + repeated("</td></tr></tbody></table>", 60));
  });
  inert("blank_lists_inside_lists", [] {
    return narrative(repeated("<list><item>", 120) + repeated("<br/>", 300'000) + repeated("</item></list>", 120));
  });
  inert("footnotes_without_end",
        [] { return narrative(repeated("<footnote ID=\"n\">x</footnote><footnoteRef IDREF=\"n\"/>", 90'000)); });
  inert("one_picture_named_a_hundred_thousand_times", [] {
    const std::string png =
        base64("\x89PNG\r\n\x1a\n" + std::string("\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10", 16) + std::string(1u << 20, 'x'));
    return with_media("image/png", png, repeated(named_picture(), 100'000));
  });
  inert("a_picture_of_15_mib", [] {
    return with_media("image/gif", base64("GIF89a" + std::string("\x10\0\x10\0", 4) + std::string(15u << 20, 'x')),
                      named_picture());
  });
  inert("a_picture_of_3600_million_pixels", [] {
    return with_media("image/png",
                      base64("\x89PNG\r\n\x1a\n" + std::string("\0\0\0\rIHDR\0\0\xEA\x60\0\0\xEA\x60", 16)),
                      named_picture());
  });
  inert("a_file_of_17_mib",
        [] { return with_body("application/pdf", base64("%PDF-1.4\n" + std::string(17u << 20, 'x'))); });
}

void bodies(List& list) {
  const auto refused = [&](std::string name, std::string issue, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::refused, std::move(issue), std::move(make)});
  };
  refused("html_called_pdf", "media-type",
          [] { return with_body("application/pdf", base64("<html>" + script() + "</html>")); });
  refused("body_of_html", "media-type", [] { return with_body("text/html", base64(script())); });
  refused("body_of_svg", "media-type",
          [] { return with_body("image/svg+xml", base64("<svg onload=\"" + std::string(deed) + "\"/>")); });
  refused("base64_inside_base64", "media-type",
          [] { return with_body("application/pdf", base64(base64("%PDF-1.4"))); });
  refused("base64_with_strangers", "base64", [] { return with_body("application/pdf", "JVBERi0xLjQ*<!-- -->K"); });
  refused("base64_cut_short", "base64", [] { return with_body("application/pdf", "JVBERi0xLjQKA"); });
  refused("body_elsewhere", "not-supported",
          [] { return with_body("application/pdf", "<reference value=\"http://127.0.0.1:1/x.pdf\"/>"); });
  refused("language_breaks_out", "value",
          [] { return with(level3(), "code=\"fr-FR\"", "code=\"fr&quot; onload=&quot;x\""); });
  list.push_back({"text_body_of_html", Fate::inert, {}, [] { return with_body("text/plain", base64(breakout())); }});
  list.push_back({"text_body_of_nested_base64", Fate::inert, {}, [] {
                    return with_body("text/plain", base64(base64(base64(script()))));
                  }});
}

void scripts(List& list) {
  const auto inert = [&](std::string name, std::function<std::string()> make) {
    list.push_back({std::move(name), Fate::inert, {}, std::move(make)});
  };
  inert("script_in_narrative", [] { return narrative(script()); });
  inert("html_script_in_narrative", [] {
    return narrative("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">" + std::string(deed) + "</h:script>");
  });
  inert("script_in_cdata", [] { return narrative("<![CDATA[" + breakout() + "]]>"); });
  inert("script_between_cdata",
        [] { return narrative("<![CDATA[<scr]]><![CDATA[ipt>]]>" + std::string(deed) + "<![CDATA[</script>]]>"); });
  inert("script_in_references",
        [] { return narrative("&#60;script&#x3E;" + std::string(deed) + "&#60;/script&#62;"); });
  inert("javascript_link", [] {
    return narrative("<linkHtml href=\"javascript:" + std::string(deed) +
                     "\">lien</linkHtml><linkHtml href=\"JaVaScRiPt&#58;" + std::string(deed) + "\"/>");
  });
  inert("data_link",
        [] { return narrative("<linkHtml href=\"data:text/html;base64," + base64(script()) + "\">lien</linkHtml>"); });
  inert("event_attributes", [] {
    const std::string on =
        std::string("\" onclick=\"") + deed + "\" onmouseover=\"" + deed + "\" autofocus=\"\" onfocus=\"" + deed + "\"";
    return narrative("<content ID=\"a" + on + ">x</content><table summary=\"" + on + "><tbody><tr><td align=\"" + on +
                     ">y</td></tr></tbody></table>");
  });
  inert("elements_of_html", [] {
    return narrative(
        "<iframe src=\"javascript:" + std::string(deed) +
        "\">i</iframe><object data=\"x\">o</object><embed src=\"x\"/>"
        "<form action=\"https://example.org\"><input value=\"v\"/></form><base href=\"https://example.org/\"/>"
        "<meta http-equiv=\"refresh\" content=\"0;url=https://example.org\"/><link rel=\"stylesheet\" href=\"x\"/>"
        "<style>body{display:none}</style><svg onload=\"" +
        std::string(deed) + "\"><animate onbegin=\"" + deed +
        "\"/></svg>"
        "<img src=\"x\" onerror=\"" +
        deed + "\"/><video><source onerror=\"" + deed + "\"/></video><template>" + script() + "</template>");
  });
  inert("html_in_title", [] { return in_title(escaped(breakout())); });
  inert("elements_in_title", [] { return in_title("<b>" + script() + "</b>"); });
  inert("html_in_section_title",
        [] { return with_section("<title>" + escaped(breakout()) + "</title><text>x</text>"); });
  inert("html_in_table_caption", [] {
    return narrative("<table><caption>" + escaped(breakout()) + "</caption><tbody><tr><td>x</td></tr></tbody></table>");
  });
  inert("html_in_a_name", [] { return with(level3(), ">MARTIN<", ">" + escaped(breakout()) + "<"); });
  inert("html_in_a_code", [] { return with(level3(), "CR d'examens biologiques", escaped(breakout())); });
  inert("svg_picture_with_script", [] {
    const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\">" + script() + "</svg>";
    return with_media("image/svg+xml", base64(svg), named_picture());
  });
  inert("svg_called_png",
        [] { return with_media("image/png", base64("<svg onload=\"" + std::string(deed) + "\"/>"), named_picture()); });
  inert("gif_that_is_also_script", [] {
    return with_media("image/gif", base64("GIF89a" + std::string("\x10\0\x10\0", 4) + "=1;" + deed), named_picture());
  });
  inert("picture_caption_breaks_out", [] {
    return with_media(
        "image/gif", base64("GIF89a" + std::string("\x10\0\x10\0", 4)),
        "<renderMultiMedia referencedObject=\"M\"><caption>" + escaped(breakout()) + "</caption></renderMultiMedia>");
  });
  inert("media_type_breaks_out", [] { return with_media(escaped("image/png" + breakout()), "AAAA", named_picture()); });
  inert("media_of_html", [] { return with_media("text/html", base64(script()), named_picture()); });
  inert("stylesheet_named_by_the_document",
        [] { return with(level3(), "href=\"nothing.xsl\"", "href=\"javascript:" + std::string(deed) + "\""); });
  inert("stylesheet_around_the_document",
        [] { return with(fixture("stylesheet_root.xml"), "alert('never run')", deed); });
}

}  // namespace

std::vector<Hostile> all_documents() {
  std::vector<Hostile> list;
  entities(list);
  encodings(list);
  shapes(list);
  sizes(list);
  bodies(list);
  scripts(list);
  return list;
}

}  // namespace carnet::hostile
