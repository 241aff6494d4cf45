#include <gtest/gtest.h>

#include <algorithm>

#include "standards/mail/message.hpp"
#include "standards/mail/style.hpp"

namespace carnet::mail {
namespace {

Hiding hiding_of(const Body& body, std::string_view text) {
  for (const auto& hidden : body.hidden) {
    if (hidden.text.find(text) != std::string::npos) return hidden.why;
  }
  return Hiding::none;
}

TEST(Html, TextAsItIsRead) {
  EXPECT_EQ(read_html("<p>Bonjour  <b>Anne</b>,\n</p><div>deux<br>trois</div>").visible, "Bonjour Anne,\ndeux\ntrois");
  EXPECT_EQ(read_html("a<b>m</b>el<i>i</i>").visible, "ameli");
  EXPECT_EQ(read_html("<table><tr><td>un</td><td>deux</td></tr><tr><td>trois</td></tr></table>").visible,
            "un deux\ntrois");
  EXPECT_EQ(read_html("&eacute;t&#233; &lt;ok&gt; 3 < 4 &amp;c").visible, "été <ok> 3 < 4 &c");
  EXPECT_EQ(read_html("<pre>a\n  b</pre>").visible, "a\nb");
  EXPECT_EQ(read_html("<ul><li>un<li>deux</ul>").visible, "un\ndeux");
  EXPECT_EQ(read_html("<div style='display:inline'>am</div><div style='display:inline'>eli</div>").visible, "ameli");
  EXPECT_EQ(read_html("<input type=submit value='Payer'><textarea>libre</textarea>").visible, "Payer libre");
  EXPECT_EQ(
      read_html("<bdo dir=rtl>ilema</bdo> <span style='direction:rtl;unicode-bidi:bidi-override'>ruf</span>").visible,
      "ameli fur");
}

TEST(Html, WhatIsHiddenIsSetAsideWithItsReason) {
  const struct {
    std::string_view html;
    Hiding why;
  } cases[] = {
      {"<span style='display:none'>X</span>", Hiding::not_displayed},
      {"<span style='DISPLAY : NONE !important'>X</span>", Hiding::not_displayed},
      {"<span style='dis\\70 lay:none'>X</span>", Hiding::not_displayed},
      {"<span style='display/**/:none'>X</span>", Hiding::not_displayed},
      {"<span hidden>X</span>", Hiding::not_displayed},
      {"<details><summary>s</summary>X</details>", Hiding::none},
      {"<details><summary>s</summary><p>X</p></details>", Hiding::not_displayed},
      {"<span style='visibility:hidden'>X</span>", Hiding::invisible},
      {"<span style='opacity:0'>X</span>", Hiding::transparent},
      {"<div style='opacity:.3'><span style='opacity:.3'>X</span></div>", Hiding::transparent},
      {"<span style='color:transparent'>X</span>", Hiding::transparent},
      {"<span style='color:rgba(0,0,0,0.01)'>X</span>", Hiding::transparent},
      {"<span style='font-size:0'>X</span>", Hiding::tiny},
      {"<span style='font-size:1px'>X</span>", Hiding::tiny},
      {"<span style='font:0/0 a'>X</span>", Hiding::tiny},
      {"<div style='font-size:10px'><span style='font-size:.1em'>X</span></div>", Hiding::tiny},
      {"<span style='color:#fff'>X</span>", Hiding::same_colour},
      {"<span style='color:#fefefe'>X</span>", Hiding::same_colour},
      {"<font color=white>X</font>", Hiding::same_colour},
      {"<body bgcolor='#003366'><font color='#003367'>X</font></body>", Hiding::same_colour},
      {"<table><tr><td bgcolor=black style='color:rgb(2,2,2)'>X</td></tr></table>", Hiding::same_colour},
      {"<div style='max-height:0;overflow:hidden'>X</div>", Hiding::clipped},
      {"<div style='height:0px;width:0px;overflow:hidden'><p>X</p></div>", Hiding::clipped},
      {"<div style='position:absolute;left:-9999px'>X</div>", Hiding::off_screen},
      {"<div style='text-indent:-9999px'>X</div>", Hiding::off_screen},
      {"<!-- X -->", Hiding::comment},
      {"<!--[if mso]><p>X</p><![endif]-->", Hiding::outlook_only},
      {"<title>X</title>", Hiding::not_rendered},
      {"<template>X</template>", Hiding::not_rendered},
      {"<img alt='X' src='https://a.fr/b.png'>", Hiding::picture_text},
      {"<style>.a{display:none}</style><p class='b a'>X</p>", Hiding::not_displayed},
      {"<style>#a p > b{display:none}</style><div id=a><p><b>X</b></p></div>", Hiding::not_displayed},
      {"<style>@media screen{.a{display:none}}</style><p class=a>X</p>", Hiding::not_displayed},
      {"<style>td,p{visibility:hidden}</style><p>X</p>", Hiding::invisible},
      // And what only looks hidden.
      {"<style>@media (max-width:600px){.a{display:none}}</style><p class=a>X</p>", Hiding::none},
      {"<style>.a{display:none}</style><p class=a style='display:block'>X</p>", Hiding::none},
      {"<style>p{display:none} p.a{display:block}</style><p class=a>X</p>", Hiding::none},
      {"<div style='visibility:hidden'><b style='visibility:visible'>X</b></div>", Hiding::none},
      {"<div style='font-size:0'><b style='font-size:14px'>X</b></div>", Hiding::none},
      {"<div style='background:#036;color:#fff'>X</div>", Hiding::none},
      {"<div style='background:url(a.png);color:#fff'>X</div>", Hiding::none},
      {"<div style='height:0'>X</div>", Hiding::none},
      {"<noscript>X</noscript>", Hiding::none},
      // A table's text outside its cells is moved before it, out of what hides it.
      {"<table style='display:none'>X<tr><td>y</td></tr></table>", Hiding::none},
  };
  for (const auto& one : cases) {
    const auto body = read_html(one.html);
    EXPECT_EQ(name_of(hiding_of(body, "X")), name_of(one.why)) << one.html;
    const bool seen = body.visible.find('X') != std::string::npos;
    EXPECT_EQ(seen, one.why == Hiding::none) << one.html << " -> " << body.visible;
  }
  const auto spoken = read_html("<b aria-hidden=true>X</b>");
  EXPECT_EQ(spoken.visible, "X");
  EXPECT_EQ(hiding_of(spoken, "X"), Hiding::aria_hidden);
}

TEST(Html, HiddenTextSaysWhereItStood) {
  const auto body =
      read_html("<div style='display:none'>aperçu</div><p>Am<span style='font-size:0'>bruit</span>eli</p>");
  EXPECT_EQ(body.visible, "Ameli");
  ASSERT_EQ(body.hidden.size(), 2u);
  EXPECT_TRUE(body.hidden[0].preview);
  EXPECT_FALSE(body.hidden[0].inside_word);
  EXPECT_TRUE(body.hidden[1].inside_word);
  EXPECT_EQ(body.hidden[1].at, 2u);
  const auto padded = read_html("Bonjour &zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;");
  EXPECT_EQ(padded.hidden.at(0).why, Hiding::invisible_symbols);
}

TEST(Html, LinksWithWhatTheyShowAndWhereTheyLead) {
  const auto body = read_html(
      "<base href='https://evil.example/a/b.html'>Voir <a href=' https://evil.example/x?a=1&amp;b=2\n'> "
      "www.<b>ameli</b>.fr </a>,"
      "<a href='rel'>ici</a><a href='//other.example'><img src='https://t.example/p.gif' alt='Ameli'></a>"
      "<a href='java\tscript:x()'>js</a><a href='https://hid.example' style='display:none'>caché</a><a name=x>ancre</a>"
      "<map><area href='/zone'></map><meta http-equiv=refresh content=\"0; url='https://r.example'\">");
  const auto find = [&](std::string_view target) {
    const auto found =
        std::find_if(body.links.begin(), body.links.end(), [&](const Link& l) { return l.target == target; });
    EXPECT_NE(found, body.links.end()) << target;
    return found == body.links.end() ? Link{} : *found;
  };
  const auto first = find("https://evil.example/x?a=1&b=2");
  EXPECT_EQ(first.text, "www.ameli.fr");
  EXPECT_TRUE(first.text_is_visible);
  EXPECT_EQ(body.visible.substr(first.at, first.text.size()), "www.ameli.fr");
  EXPECT_EQ(find("https://evil.example/a/rel").text, "ici");
  EXPECT_EQ(find("https://other.example").text, "Ameli");
  EXPECT_TRUE(find("https://other.example").holds_picture);
  EXPECT_EQ(find("https://t.example/p.gif").kind, Link::Kind::image);
  EXPECT_EQ(find("javascript:x()").text, "js");
  EXPECT_EQ(find("https://hid.example").hiding, Hiding::not_displayed);
  EXPECT_FALSE(find("https://hid.example").text_is_visible);
  EXPECT_EQ(find("https://evil.example/zone").kind, Link::Kind::area);
  EXPECT_EQ(find("https://r.example").kind, Link::Kind::refresh);
}

TEST(Html, LinksOfConditionalCommentsAreKept) {
  const auto body = read_html(
      "<!--[if mso]><v:rect href=\"https://mso.example/?a=1&amp;b=2\">Cliquez</v:rect><![endif]-->"
      "<!--[if !mso]><!--><a href='https://other.example'>ici</a><!--<![endif]-->");
  ASSERT_EQ(body.links.size(), 2u);
  EXPECT_EQ(body.links[0].target, "https://mso.example/?a=1&b=2");
  EXPECT_EQ(body.links[0].hiding, Hiding::outlook_only);
  EXPECT_EQ(body.visible, "ici");
}

TEST(Html, PagesThatWriteTheMarkOfTheirOwnTextsGainNothing) {
  const std::string longer = "un texte assez long pour être numéroté";
  const auto body = read_html("<p>" + longer +
                              "</p><p>&#xE000;0&#xE000;</p><p>&#57344;0&#057344;</p><p>\xEE\x80\x80"
                              "0\xEE\x80\x80</p>");
  EXPECT_EQ(body.visible.find(longer), body.visible.rfind(longer));
}

TEST(Html, ATooDeepPageIsReadBySimplerRules) {
  std::string deep;
  for (int i = 0; i < 1'000; ++i) deep += "<div>";
  const auto body = read_html(deep + "Bonjour<p style='display:none'>bruit</p><a href='https://x.example'>ici</a>");
  EXPECT_TRUE(body.flattened);
  EXPECT_EQ(body.visible, "Bonjourici");  // what is not displayed breaks no line
  EXPECT_EQ(hiding_of(body, "bruit"), Hiding::not_displayed);
  EXPECT_EQ(body.links.at(0).target, "https://x.example");
}

TEST(Style, ColoursAndContrast) {
  EXPECT_EQ(read_colour("#abc")->red, 0xAA);
  EXPECT_EQ(read_colour("rgb(10%, 20, 30)")->blue, 30);
  EXPECT_EQ(read_colour("rgba(1,2,3,.5)")->alpha, 0.5);
  EXPECT_FALSE(read_colour("nonsense"));
  EXPECT_NEAR(contrast(*read_colour("black"), *read_colour("white")), 21, 0.01);
}

}  // namespace
}  // namespace carnet::mail
