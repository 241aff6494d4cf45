// Encodings, the strict first pass, namespaces and the stylesheet root.
#include "standards/cda/scan.hpp"
#include "standards/cda/testing/fixtures.hpp"

namespace carnet::cda {
namespace {

using namespace fixtures;

std::string scanned(std::string_view xml) {
  const auto status = scan(xml);
  return status ? "accepted" : status.error().issues.front().code + " " + status.error().issues.front().path;
}

// The fixture in another encoding: `declared` in its declaration, each character as `encode` writes it.
template <class Encode>
std::string encoded(std::string_view declared, Encode encode) {
  const std::string text =
      with(fixture("level3.xml"), "encoding=\"UTF-8\"", "encoding=\"" + std::string(declared) + "\"");
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      out += encode(c);
    } else {
      EXPECT_LT(c, 0xE0u) << "the fixture is kept to two-byte characters";
      out += encode(static_cast<unsigned>((c & 0x1F) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F)));
    }
  }
  return out;
}
std::string byte(unsigned c) {
  return std::string(1, static_cast<char>(c));
}
std::string little(unsigned c) {
  return byte(c & 0xFF) + byte(c >> 8);
}
std::string big(unsigned c) {
  return byte(c >> 8) + byte(c & 0xFF);
}

TEST(Encodings, GiveTheSameFacts) {
  const auto expected = read_text(fixture("level3.xml"));
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->authors[0].profession.display, "Médecin - Biologie médicale (SM)");
  for (const auto& text :
       {encoded("ISO-8859-1", byte), encoded("iso-8859-15", byte), encoded("windows-1252", byte),
        "\xFF\xFE" + encoded("UTF-16", little), "\xFE\xFF" + encoded("utf-16", big), encoded("UTF-16LE", little),
        encoded("UTF-16BE", big), "\xEF\xBB\xBF" + fixture("level3.xml"),
        with(fixture("level3.xml"), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "")}) {
    const auto read = read_text(text);
    ASSERT_TRUE(read) << text.substr(0, 60) << first_issue(read);
    EXPECT_EQ(*read, *expected);
  }
}

TEST(Encodings, WindowsQuotesAndEuroAreThemselves) {
  auto text = with(encoded("windows-1252", byte), "de biologie &amp;", "\x91\x80\x92 &amp;");
  EXPECT_EQ(read_text(text)->title, "Compte rendu ‘€’ & bilan");
  text = with(encoded("ISO-8859-15", byte), "de biologie &amp;", "\xA4\xBD &amp;");
  EXPECT_EQ(read_text(text)->title, "Compte rendu €œ & bilan");
}

TEST(Encodings, WrongOnesAreRefused) {
  const std::string text = fixture("level3.xml");
  const auto declared = [&](std::string_view name) {
    return first_issue(read_text(with(text, "encoding=\"UTF-8\"", "encoding=\"" + std::string(name) + "\"")));
  };
  EXPECT_EQ(declared("UTF-7"), "encoding /");
  EXPECT_EQ(declared("EBCDIC-CP-FR"), "encoding /");
  EXPECT_EQ(declared("UTF-16"), "encoding /");
  EXPECT_EQ(declared("US-ASCII"), "encoding /");
  EXPECT_EQ(first_issue(read_text("\xEF\xBB\xBF" + encoded("ISO-8859-1", byte))), "encoding /");
  EXPECT_EQ(first_issue(read_text(encoded("UTF-8", byte))), "encoding /");
  EXPECT_EQ(first_issue(read_text("\xFF\xFE" + encoded("ISO-8859-1", little))), "encoding /");
  EXPECT_EQ(first_issue(read_text("\xFF\xFE" + encoded("UTF-16", little) + " ")), "encoding /");
  EXPECT_EQ(first_issue(read_text("")), "encoding /");
  for (const auto* bytes : {"\xC0\xBC", "\xE0\x80\xBC", "\xF0\x80\x80\xBC", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3",
                            "\xFF", "\xEF\xBF\xBE", "\x01"}) {
    EXPECT_EQ(first_issue(read_text(with(text, "Glucose", bytes))), "encoding /");
  }
  EXPECT_EQ(first_issue(read_text(with(text, "Glucose", std::string_view("\0", 1)))), "encoding /");
}

TEST(Scan, AcceptsWhatIsWellFormed) {
  for (const auto* xml : {"<a/>",
                          "<?xml version='1.0'?><!-- c --><?pi x?><a b='1' c = \"2\">t<b/><![CDATA[ <&]] "
                          "]]>&amp;&#233;&#xE9;</a > <!---->\n",
                          "<é:a_1.b-c/>", "<a>]]</a>", "<a><?x?></a>"}) {
    EXPECT_EQ(scanned(xml), "accepted") << xml;
  }
}

TEST(Scan, RefusesWhatIsNotAndSaysWhere) {
  EXPECT_EQ(scanned("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "doctype /");
  EXPECT_EQ(scanned("<a><!DOCTYPE a></a>"), "doctype a");
  EXPECT_EQ(scanned("<a><b>&nbsp;</b></a>"), "entity a/b");
  for (const auto* reference : {"&;", "&", "&#;", "&#x;", "&#0;", "&#8;", "&#xD800;", "&#x110000;", "&#99999999999;",
                                "&amp", "&#-1;", "&AMP;"}) {
    EXPECT_EQ(scanned("<a>" + std::string(reference) + "</a>"), "entity a") << reference;
    EXPECT_EQ(scanned("<a b='" + std::string(reference) + "'/>"), "entity /") << reference;
  }
  EXPECT_EQ(scanned("<c:a><b></c:a>"), "syntax a/b");
  EXPECT_EQ(scanned("<a><b></b>"), "syntax a");
  for (const auto* xml : {"",
                          " ",
                          "text",
                          "<a/><b/>",
                          "<a/>text",
                          "<a b=c/>",
                          "<a b/>",
                          "<a b='1' b='2'/>",
                          "<a b='1'c='2'/>",
                          "<a b='<'/>",
                          "<a b='1",
                          "<a",
                          "< a/>",
                          "<1/>",
                          "<a>]]></a>",
                          "<a><!-- -- --></a>",
                          "<a><!--",
                          "<a><![CDATA[",
                          "<![CDATA[x]]><a/>",
                          "<a><?xml?></a>",
                          " <?xml version='1.0'?><a/>",
                          "<a></a",
                          "<a/ >",
                          "<?xml <a/>",
                          "<a><!ELEMENT b></a>"}) {
    EXPECT_TRUE(scanned(xml).starts_with("syntax")) << xml << " " << scanned(xml);
  }
}

TEST(Scan, HoldsItsCaps) {
  const auto repeat = [](std::string_view what, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += what;
    return out;
  };
  EXPECT_EQ(scanned(repeat("<a>", max_depth) + repeat("</a>", max_depth)), "accepted");
  EXPECT_TRUE(scanned(repeat("<a>", max_depth + 1) + repeat("</a>", max_depth + 1)).starts_with("too-costly a/a/"));
  EXPECT_EQ(scanned("<a>" + repeat("<b/>", max_nodes - 1) + "</a>"), "accepted");
  EXPECT_EQ(scanned("<a>" + repeat("<b/>", max_nodes) + "</a>"), "too-costly a");
  EXPECT_EQ(scanned("<a>" + repeat("<?b?>", max_nodes) + "</a>"), "too-costly a");
  std::string attributes = "<a";
  for (std::size_t i = 0; i < max_attributes_per_element; ++i) attributes += " b" + std::to_string(i) + "=''";
  EXPECT_EQ(scanned(attributes + "/>"), "accepted");
  EXPECT_EQ(scanned(attributes + " more=''/>"), "too-costly /");
  EXPECT_EQ(scanned("<a b='" + std::string(max_attribute_bytes, 'x') + "'/>"), "accepted");
  EXPECT_EQ(scanned("<a b='" + std::string(max_attribute_bytes + 1, 'x') + "'/>"), "too-costly /");
  EXPECT_EQ(scanned("<" + std::string(max_name_bytes + 1, 'a') + "/>"), "too-costly /");
}

TEST(Root, AStylesheetAroundOneDocumentIsUnwrapped) {
  const auto read = read_text(fixture("stylesheet_root.xml"));
  ASSERT_TRUE(read) << first_issue(read);
  EXPECT_TRUE(read->unwrapped);
  EXPECT_EQ(read->id.extension, "CR-2025-0003");
  EXPECT_EQ(read->patient.birth_name, "MARTIN");
}

TEST(Root, AStylesheetAroundNoneOrTwoIsRefused) {
  const std::string text = fixture("stylesheet_root.xml");
  const auto from = text.find("<c:ClinicalDocument>");
  const std::string_view end = "</c:ClinicalDocument>";
  const auto to = text.find(end) + end.size();
  const std::string document = text.substr(from, to - from);
  EXPECT_EQ(first_issue(read_text(with(text, document, ""))), "structure stylesheet");
  EXPECT_EQ(first_issue(read_text(with(text, document, document + document))), "structure stylesheet");
  EXPECT_EQ(first_issue(read_text(with(text, "xmlns:c=\"urn:hl7-org:v3\"", "xmlns:c=\"urn:other\""))),
            "structure stylesheet");
}

TEST(Root, OnlyADocumentOfTheRightNamespaceIsOne) {
  const std::string text = fixture("level3.xml");
  EXPECT_EQ(first_issue(read_text(with(text, "xmlns=\"urn:hl7-org:v3\"", "xmlns=\"urn:hl7-org:v2\""))),
            "structure ClinicalDocument");
  EXPECT_EQ(first_issue(read_text(with(text, "xmlns=\"urn:hl7-org:v3\"", ""))), "structure ClinicalDocument");
  EXPECT_EQ(first_issue(read_text("<html><body/></html>")), "structure /");
  EXPECT_EQ(first_issue(read_text("<x>" + text.substr(text.find("<ClinicalDocument")) + "</x>")), "structure /");
  EXPECT_EQ(first_issue(read_text(with(text, "<title>Compte", "<lab:title/><title>Compte"))),
            "namespace ClinicalDocument");
}

TEST(Root, ForeignElementsAreNotTakenForOurs) {
  const std::string text = fixture("level3.xml");
  const auto read =
      read_text(with(text, "<title>Compte", "<o:title xmlns:o=\"urn:other\">Faux</o:title><title>Compte"));
  ASSERT_TRUE(read) << first_issue(read);
  EXPECT_EQ(read->title, "Compte rendu de biologie & bilan");
  const auto redeclared =
      read_text(with(text, "<title>Compte", "<title xmlns=\"urn:other\">Faux</title><title>Compte"));
  ASSERT_TRUE(redeclared);
  EXPECT_EQ(redeclared->title, "Compte rendu de biologie & bilan");
}

TEST(Sniff, GoesByTheFirstBytes) {
  using namespace std::string_view_literals;
  const auto kind = [](std::string_view text) { return sniff(kernel::as_bytes(text)); };
  EXPECT_EQ(kind("%PDF-1.7"), Kind::pdf);
  EXPECT_EQ(kind("\x89PNG\r\n\x1a\nxxxx"), Kind::png);
  EXPECT_EQ(kind("\xFF\xD8\xFF\xE0"), Kind::jpeg);
  EXPECT_EQ(kind(fixture("level3.xml")), Kind::cda_xml);
  EXPECT_EQ(kind(fixture("stylesheet_root.xml")), Kind::cda_xml);
  EXPECT_EQ(kind("\xEF\xBB\xBF" + fixture("level1.xml")), Kind::cda_xml);
  EXPECT_EQ(kind("\xFF\xFE" + encoded("UTF-16", little)), Kind::cda_xml);
  EXPECT_EQ(kind("<html>"), Kind::unknown);
  EXPECT_EQ(kind("ClinicalDocument"), Kind::unknown);
  EXPECT_EQ(kind(""), Kind::unknown);
  EXPECT_EQ(kind("\xFF\xFE"), Kind::unknown);
  EXPECT_EQ(kind("GIF89a"), Kind::unknown);
  EXPECT_EQ(kind("MZ\x90\0"sv), Kind::unknown);
}

}  // namespace
}  // namespace carnet::cda
