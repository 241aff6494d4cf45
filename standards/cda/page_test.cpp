// The rendered page: what it says, how it is built, and that nothing but text gets into it.
#include <gmock/gmock.h>

#include "standards/cda/testing/fixtures.hpp"

namespace carnet::cda {
namespace {

using namespace fixtures;
using testing::HasSubstr;
using testing::Not;

std::string page_of(std::string_view xml, const RenderWords& words = {}) {
  const auto page = render_text(xml, words);
  EXPECT_TRUE(page) << first_issue(page);
  if (!page) return {};
  const auto checked = check_page(*page);
  EXPECT_TRUE(checked) << checked.error().issues[0].path << " " << checked.error().issues[0].says << "\n" << *page;
  return *page;
}
// The page around one section, from its first heading or text on.
std::string section(std::string_view inside) {
  const std::string page = page_of(with_section(inside));
  const auto at = page.find("</dl></div><div>");
  EXPECT_NE(at, std::string::npos);
  const auto second = page.find("</dl></div><div>", at);
  return page.substr(second + std::string_view("</dl></div><div>").size());
}
std::string narrative(std::string_view text) {
  return section("<title>T</title><text>" + std::string(text) + "</text>");
}

constexpr std::string_view pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
std::string media(std::string_view id, std::string_view type, std::string_view base64) {
  return "<entry><observationMedia ID=\"" + std::string(id) + "\"><value mediaType=\"" + std::string(type) +
         "\" representation=\"B64\">" + std::string(base64) + "</value></observationMedia></entry>";
}

TEST(Page, SaysWhoWhenWhereInPlainWords) {
  const std::string page = page_of(fixture("level3.xml"));
  EXPECT_THAT(page, HasSubstr("<html lang=\"fr\">"));
  EXPECT_THAT(page, HasSubstr("<title>Document de santé</title>"));
  EXPECT_THAT(page, HasSubstr("<h1>Compte rendu de biologie &amp; bilan</h1>"));
  EXPECT_THAT(page, HasSubstr("<dt>Date du document</dt><dd>4 mars 2025, 14 h 07</dd>"));
  EXPECT_THAT(page,
              HasSubstr("<dt>Auteur</dt><dd>Dr Karim BENALI, Médecin - Biologie médicale (SM), Labo des Lilas</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Auteur</dt><dd>BioSoft 4</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Responsable du document</dt><dd>Dr Karim BENALI</dd>"))
      << "an author: the name will do";
  EXPECT_THAT(page, HasSubstr("<dt>Acte</dt><dd>Examens de biologie</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd>du 4 mars 2025, 8 h 15 au 4 mars 2025, 11 h 00</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd>Labo des Lilas, site du port, Laboratoire, ambulatoire, 4 mars 2025, 7 h 35</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Confidentialité</dt><dd>Normale</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Nom de naissance</dt><dd>MARTIN</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Nom utilisé</dt><dd>Lou MARTIN-PETIT</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Prénoms</dt><dd>NADIA LOUISE</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Date de naissance</dt><dd>août 1955</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>Sexe</dt><dd>Féminin</dd>"));
  EXPECT_THAT(page, Not(HasSubstr("255081416802538"))) << "the number is an address, not something to show";
}

TEST(Page, SectionsAreHeadedInOrder) {
  const std::string page = page_of(fixture("level3.xml"));
  EXPECT_THAT(page, HasSubstr("<h2>Biochimie du sang</h2>"));
  EXPECT_THAT(page, HasSubstr("<h3>Détail</h3>"));
  EXPECT_THAT(page, HasSubstr("<h4>Plus bas</h4>"));
  EXPECT_THAT(page, HasSubstr("<h4>Encore</h4>"));
  EXPECT_THAT(page,
              HasSubstr("<h2>Résultats codés</h2><p class=\"help\">Cette rubrique ne contient que des données codées"));
  EXPECT_THAT(page, HasSubstr("<h2>Annexe</h2><span class=\"line\">Pièce jointe : PDF, 15 octets</span>"));
}

TEST(Page, ASectionWithoutHeadingLeavesNoGapInTheOrder) {
  const std::string out =
      section("<text>a</text><component><section><title>B</title><text>b</text></section></component>");
  EXPECT_THAT(out, HasSubstr("<h2>B</h2>"));
  EXPECT_THAT(section("<title>Vide</title>"), HasSubstr("<h2>Vide</h2><p class=\"help\">Cette rubrique est vide.</p>"));
}

TEST(Narrative, ParagraphsAndStyles) {
  EXPECT_THAT(
      narrative("<paragraph styleCode=\"Bold\">a <content styleCode=\"Italics Underline\">b</content> c</paragraph>"),
      HasSubstr("<p><strong>a <em><u>b</u></em> c</strong></p>"));
  EXPECT_THAT(narrative("<content styleCode=\"BoldItalics\">x</content><br/>H<sub>2</sub><sup>3</sup>"),
              HasSubstr("<strong><em>x</em></strong><br>H<sub>2</sub><sup>3</sup>"));
  EXPECT_THAT(narrative("<paragraph>a<list><item>b</item></list></paragraph>"),
              HasSubstr("<div class=\"p\">a<ul><li>b</li></ul></div>"));
  EXPECT_THAT(narrative("<content>a</content> <content>b</content>"), HasSubstr("a b"))
      << "the space between words stays";
  EXPECT_THAT(narrative("<content revised=\"delete\">5</content>"),
              HasSubstr("<del><span class=\"said\">Supprimé :</span> 5</del>"));
}

TEST(Narrative, Lists) {
  EXPECT_THAT(
      narrative(
          "<list listType=\"ordered\"><caption>C</caption><item>a</item><item><caption>k</caption>b</item></list>"),
      HasSubstr("<span class=\"caption\">C</span><ol><li>a</li><li><span class=\"caption\">k</span>b</li></ol>"));
  EXPECT_THAT(narrative("x<list/>"), Not(HasSubstr("<ul>")));
}

TEST(Narrative, TablesAreNamedHeadedAndScroll) {
  const std::string out = narrative(
      "<table border=\"1\" width=\"100%\"><caption>R</caption><col width=\"9\"/><thead><tr><th>E</th><th "
      "align=\"right\">V</th><th/></tr></thead>"
      "<tbody><tr><th>G</th><td align=\"center\" styleCode=\"Bold\">5</td><td rowspan=\"2\" colspan=\"x\">u</td></tr>"
      "<tr><td colspan=\"2\">-</td></tr></tbody></table>");
  EXPECT_THAT(out, HasSubstr("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Tableau 1 : "
                             "R\"><table><caption>R</caption><thead><tr>"
                             "<th scope=\"col\">E</th><th scope=\"col\" "
                             "class=\"r\">V</th><td></td></tr></thead><tbody><tr><th scope=\"row\">G</th>"
                             "<td class=\"c\"><strong>5</strong></td><td rowspan=\"2\">u</td></tr><tr><td "
                             "colspan=\"2\">-</td></tr></tbody></table></div>"));
  EXPECT_THAT(narrative("<table><thead><tr><th> \u00A0 </th></tr></thead><tr><td>x</td></tr></table>"),
              HasSubstr("<thead><tr><td> \u00A0 </td>"));
  EXPECT_THAT(narrative("<table><tr><th>a</th><th>b</th></tr></table>"),
              HasSubstr("<th scope=\"col\">a</th><th scope=\"col\">b</th>"));
  EXPECT_THAT(narrative("<table><tbody><tr><td colspan=\"99999\" rowspan=\"0\">a</td></tr></tbody></table>"),
              HasSubstr("<td>a</td>"));
  EXPECT_THAT(
      narrative("<table><tbody>loose<paragraph>kept</paragraph><tr>too<td>a</td></tr></tbody></table>"),
      HasSubstr("<tbody><tr><td>loose</td></tr><tr><td><p>kept</p></td></tr><tr><td>too</td><td>a</td></tr></tbody>"));
}

TEST(Narrative, FootnotesAreNumberedAndStandAtTheEnd) {
  const std::string out =
      narrative("a<footnoteRef IDREF=\"n\"/><footnote ID=\"n\">one <sub>x</sub></footnote>b<footnote>two</footnote>");
  EXPECT_THAT(out, HasSubstr("a<sup>[1]</sup><sup>[1]</sup>b<sup>[2]</sup></div><div class=\"notes\"><span "
                             "class=\"caption\">Notes</span><ol>"
                             "<li value=\"1\">one <sub>x</sub></li><li value=\"2\">two</li></ol></div>"));
}

TEST(Narrative, LinksAreWordsOnly) {
  const std::string out =
      narrative("<linkHtml href=\"javascript:alert(1)\">notice</linkHtml> <linkHtml href=\"https://example.org/a\"/>");
  EXPECT_THAT(out, HasSubstr("notice https://example.org/a"));
  EXPECT_THAT(out, Not(HasSubstr("href")));
  EXPECT_THAT(out, Not(HasSubstr("javascript")));
}

TEST(Narrative, WhatIsNotOfTheNarrativeIsText) {
  EXPECT_THAT(narrative("<script>alert(1)</script>"), HasSubstr("<div class=\"text\">alert(1)</div>"));
  EXPECT_THAT(narrative("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">alert(2)</h:script>"),
              HasSubstr("alert(2)"));
  EXPECT_THAT(narrative("&lt;script>alert(3)&lt;/script>"), HasSubstr("&lt;script&gt;alert(3)&lt;/script&gt;"));
  EXPECT_THAT(narrative("<![CDATA[<img src=x onerror=alert(4)>]]>"), HasSubstr("&lt;img src=x onerror=alert(4)&gt;"));
  EXPECT_THAT(narrative("<content ID=\"x\" onclick=\"alert(5)\" style=\"position:fixed\">t</content>"),
              HasSubstr("<div class=\"text\">t</div>"));
  EXPECT_THAT(narrative("<table><caption>\"> &lt;script></caption></table>"),
              HasSubstr("aria-label=\"Tableau 1 : &quot;&gt; &lt;script&gt;\""));
}

TEST(Pictures, AreShownOnceWhenTheirBytesAgree) {
  const std::string named =
      "<title>T</title><text><renderMultiMedia referencedObject=\"I\"><caption>C "
      "\"d\"</caption></renderMultiMedia></text>";
  const std::string shown =
      "<span class=\"media\"><img alt=\"C &quot;d&quot;\" width=\"1\" height=\"1\" src=\"data:image/png;base64," +
      std::string(pixel) + "\">";
  EXPECT_THAT(section(named + media("I", "image/png", pixel)), HasSubstr(shown));
  EXPECT_THAT(section(named + media("I", "image/png",
                                    std::string(pixel.substr(0, 40)) + "\n " + std::string(pixel.substr(40)))),
              HasSubstr(shown));
  const std::string twice = section("<title>T</title><text><renderMultiMedia referencedObject=\"I I\"/></text>" +
                                    media("I", "image/png", pixel));
  EXPECT_EQ(twice.find("<img"), twice.rfind("<img"));
  EXPECT_THAT(twice, HasSubstr("Image déjà affichée plus haut"));
  EXPECT_THAT(section("<title>T</title>" + media("I", "image/png", pixel)), HasSubstr("<img alt=\"Image\""))
      << "nobody names it: shown after the text";
}

TEST(Pictures, OthersAreALine) {
  const std::string named = "<title>T</title><text>x<renderMultiMedia referencedObject=\"I\"/></text>";
  const auto shown = [&](std::string_view type, std::string_view base64) {
    return section(named + media("I", type, base64));
  };
  EXPECT_THAT(shown("image/jpeg", "JVBERi0xLjQKJSVFT0YK"),
              HasSubstr("<span class=\"line\">Image non affichée : JPEG, 15 octets</span>"));
  EXPECT_THAT(shown("application/pdf", pixel), HasSubstr("<span class=\"line\">Pièce jointe : PDF, 70 octets</span>"));
  EXPECT_THAT(shown("image/jpeg", pixel), HasSubstr("src=\"data:image/png;base64,"))
      << "the bytes say which of the three";
  EXPECT_THAT(shown("image/svg+xml", "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"),
              HasSubstr("<span class=\"line\">Image non affichée : SVG, 24 octets</span>"));
  EXPECT_THAT(shown("text/html", "PGh0bWw+"),
              HasSubstr("<span class=\"line\">Pièce jointe : text/html, 6 octets</span>"));
  EXPECT_THAT(shown("image/png", "***"), HasSubstr("Pièce jointe absente du document"));
  EXPECT_THAT(shown("image/png&quot;&gt;&lt;script&gt;", "AAAA").find("<script"), std::string::npos);
  EXPECT_THAT(section(named), HasSubstr("Pièce jointe absente du document"));
  // 60,000 by 60,000 pixels in 33 bytes.
  EXPECT_THAT(shown("image/png", "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAYAAAAfFcSJ"), HasSubstr("Image non affichée"));
}

TEST(Page, OfLevelOneSaysWhereTheFileIs) {
  EXPECT_THAT(page_of(fixture("level1.xml")), HasSubstr("Le contenu de ce document est un fichier PDF"));
  auto text = with(fixture("level1.xml"), "application/pdf", "image/png");
  text = with(text, "JVBERi0xLjQK\n        JSVFT0YK", pixel);
  EXPECT_THAT(page_of(text),
              HasSubstr("<img alt=\"Image\" width=\"1\" height=\"1\" src=\"data:image/png;base64,iVBOR"));
  text = with(fixture("level1.xml"), "application/pdf", "text/plain");
  EXPECT_THAT(page_of(text), HasSubstr("<div class=\"plain\">%PDF-1.4\n%%EOF\n</div>"));
  text = with(text, "JVBERi0xLjQK\n        JSVFT0YK", "/w==");
  EXPECT_THAT(page_of(text), HasSubstr("Le contenu de ce document est un fichier, à télécharger."));
}

TEST(Page, SpeaksTheWordsItIsGiven) {
  RenderWords words;
  words.language = "en";
  words.author = "Author <b>";
  words.months[2] = "March";
  words.date = "{month} {day}, {year}";
  words.date_time = "{date} at {hour}:{minute}";
  const std::string page = page_of(fixture("level3.xml"), words);
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("<dt>Author &lt;b&gt;</dt>"));
  EXPECT_THAT(page, HasSubstr("March 4, 2025 at 14:07"));
  EXPECT_THAT(page, HasSubstr("<h1 lang=\"fr-FR\">")) << "the document still speaks French";
}

TEST(Page, RefusesWhatReadRefuses) {
  EXPECT_EQ(first_issue(render_text("<html/>")), "structure /");
  EXPECT_EQ(first_issue(render_text(
                with(fixture("level3.xml"), "<versionNumber value=\"2\"/>", "<versionNumber value=\"?\"/>"))),
            "value ClinicalDocument/versionNumber/@value");
}

TEST(CheckPage, AcceptsNothingThatWeDoNotWrite) {
  const std::string page = page_of(fixture("level3.xml"));
  const auto refused = [&](std::string_view from, std::string_view to) {
    return !check_page(with(page, from, to)).has_value();
  };
  EXPECT_FALSE(refused("Glucose", "Fructose"));
  EXPECT_TRUE(refused("Glucose", "<script>alert(1)</script>"));
  EXPECT_TRUE(refused("Glucose", "<a href=\"https://example.org\">x</a>"));
  EXPECT_TRUE(refused("Glucose", "<p onclick=\"alert(1)\">x</p>"));
  EXPECT_TRUE(refused("Glucose", "<img src=\"https://example.org/x.png\" alt=\"\">"));
  EXPECT_TRUE(refused("Glucose", "<img src=\"data:image/svg+xml;base64,AAAA\" alt=\"\">"));
  EXPECT_TRUE(refused("Glucose", "<!-- x -->"));
  EXPECT_TRUE(refused("Glucose", "<p>"));
  EXPECT_TRUE(refused("Glucose", "</p>"));
  EXPECT_TRUE(refused("Glucose", "<p class=\"evil\">x</p>"));
  EXPECT_TRUE(refused("Glucose", "<P>x</P>"));
  EXPECT_TRUE(refused("Glucose", "<p style=\"x\">x</p>"));
  EXPECT_TRUE(refused("Glucose", "<style>x</style>"));
  EXPECT_TRUE(refused("Glucose", "<title>x</title>"));
  EXPECT_TRUE(refused("Glucose", std::string_view("\0", 1)));
  EXPECT_TRUE(refused("</style>", "@import 'x'</style>"));
  EXPECT_TRUE(refused("default-src 'none'", "default-src *"));
  EXPECT_TRUE(refused("</html>", "</html><script>"));
  EXPECT_TRUE(refused("<title>", "<base href=\"x\"><title>"));
  for (std::size_t cut = 0; cut < page.size(); cut += 97)
    EXPECT_FALSE(check_page(std::string_view(page).substr(0, cut))) << cut;
}

}  // namespace
}  // namespace carnet::cda
