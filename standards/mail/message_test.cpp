#include "standards/mail/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>

namespace carnet::mail {
namespace {

Message read(const std::string& raw, const Limits& limits = {}) {
  auto message = parse(kernel::as_bytes(raw), limits);
  EXPECT_TRUE(message.has_value()) << (message ? "" : message.error().code);
  return message ? std::move(*message) : Message{};
}

std::string refusal(const std::string& raw, const Limits& limits = {}) {
  const auto message = parse(kernel::as_bytes(raw), limits);
  return message ? "" : message.error().code;
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// A multipart of the given parts, each with its own fields.
std::string multipart(std::string_view kind, const std::vector<std::string>& parts) {
  std::string out =
      "From: a@b.fr\r\nContent-Type: multipart/" + std::string(kind) + "; boundary=\"=_x\"\r\n\r\npreamble\r\n";
  for (const auto& part : parts) out += "--=_x\r\n" + part + "\r\n";
  return out + "--=_x--\r\nepilogue\r\n";
}

TEST(Message, HeadersAsAReaderSeesThem) {
  const auto message = read(
      "Received: x\r\n"
      "From: =?utf-8?B?QXNzdXJhbmNlIE1hbGFkaWU=?= <Info@Ameli.FR.>, \"Paul, B\" <p@x.fr> (note)\r\n"
      "Reply-To: autre@ailleurs.example\r\n"
      "To: undisclosed-recipients:;\r\n"
      "Subject: =?iso-8859-1?Q?Votre_carte_=E0?=\r\n =?iso-8859-1?Q?_renouveler?= vite\r\n"
      "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n"
      "Message-ID: <abc@x.fr>\r\n"
      "List-Unsubscribe: <https://x.fr/u>\r\n"
      "Return-Path: <bounce@x.fr>\r\n"
      "\r\nBonjour");
  ASSERT_EQ(message.from.size(), 2u);
  EXPECT_EQ(message.from_fields, 1u);
  EXPECT_EQ(message.from[0].display_name, "Assurance Maladie");
  EXPECT_EQ(message.from[0].mailbox, "Info@Ameli.FR.");
  EXPECT_EQ(message.from[0].domain, "ameli.fr");
  EXPECT_EQ(message.from[1].display_name, "Paul, B");
  EXPECT_EQ(message.reply_to.at(0).domain, "ailleurs.example");
  EXPECT_TRUE(message.to.empty());
  EXPECT_EQ(message.subject, "Votre carte à renouveler vite");
  EXPECT_EQ(message.date->ms, 1'795'251'600'000);
  EXPECT_EQ(message.message_id, "abc@x.fr");
  EXPECT_EQ(message.return_path, "bounce@x.fr");
  EXPECT_EQ(message.list_fields.size(), 1u);
  EXPECT_EQ(message.visible_text(), "Bonjour");
  EXPECT_EQ(message.field("received")->unfolded(), "x");
}

TEST(Message, FromFieldsAreCountedHoweverTheyAreWritten) {
  EXPECT_EQ(read("From: a@b.fr\r\nSubject: x\r\n\r\n").from_fields, 1u);
  EXPECT_EQ(read("From: a@b.fr\r\nFROM : c@d.fr\r\n\r\n").from_fields, 2u);
  EXPECT_EQ(read("Subject: x\rFrom: c@d.fr\r\nFrom: a@b.fr\r\n\r\n").from_fields, 2u);
  EXPECT_EQ(read("Subject: x\r\n\r\n").from_fields, 0u);
  EXPECT_EQ(read("From : a@b.fr\r\n\r\n").from_fields, 1u);
  EXPECT_EQ(read("From alice Sat Nov 21\r\nFrom: a@b.fr\r\n\r\n").from_fields, 1u);  // an mbox line is none
}

TEST(Message, AddressesThatPlayWithTheirName) {
  const auto addresses = parse_addresses(
      "\"impots@gouv.fr\" <x@evil.example>, Jean(le vrai)<j@x.fr>, no address at all, <>, a@b@c.fr, <@relay:r@x.fr>");
  ASSERT_EQ(addresses.size(), 6u);
  EXPECT_EQ(addresses[0].display_name, "impots@gouv.fr");
  EXPECT_EQ(addresses[0].domain, "evil.example");
  EXPECT_EQ(addresses[1].display_name, "Jean");
  EXPECT_EQ(addresses[2].mailbox, "");
  EXPECT_EQ(addresses[2].display_name, "no address at all");
  EXPECT_EQ(addresses[3].mailbox, "");
  EXPECT_EQ(addresses[4].domain, "c.fr");
  EXPECT_EQ(addresses[5].mailbox, "r@x.fr");
}

TEST(Message, EncodingsAndCharacterSets) {
  const auto body = [](const std::string& head, const std::string& text) {
    return read("From: a@b.fr\r\n" + head + "\r\n\r\n" + text).visible_text();
  };
  EXPECT_EQ(body("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable",
                 "=E9t=\r\n=E9"),
            "été");
  EXPECT_EQ(body("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "w6l0w6k=\r\n"),
            "été");
  EXPECT_EQ(body("Content-Type: text/plain; charset=windows-1252", "10 \x80"), "10 €");
  EXPECT_EQ(body("Content-Type: text/plain", "\xC3\xA9"), "é");
  EXPECT_EQ(body("Content-Type: text/plain", "\xE9"), "é");
  EXPECT_EQ(body("Content-Type: text/plain; charset=koi8-r", "\xD4\xC5\xD3\xD4"), "тест");
  EXPECT_EQ(body("Content-Type: text/plain; charset=utf-16le", std::string("a\0b\0", 4)), "ab");
  EXPECT_EQ(body("Content-Type: text/plain; charset=UTF-7", "+AOk-"), "é");

  const auto odd =
      read("From: a@b.fr\r\nContent-Type: text/plain; charset=x-none\r\nContent-Transfer-Encoding: rot13\r\n\r\nx");
  EXPECT_TRUE(holds(odd.oddities, "charset-unknown"));
  EXPECT_TRUE(holds(odd.oddities, "encoding-unknown"));
  EXPECT_TRUE(read("From: a@b.fr\r\nContent-Type: text/plain; charset=utf-8\r\n\r\na\xFFz").bodies.at(0).malformed);
}

TEST(Message, FlowedTextIsJoined) {
  const auto message = read(
      "From: a@b.fr\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\n"
      "https://evil. \r\nexample/x\r\n> cité \r\n> encore\r\n-- \r\nAnne\r\n");
  EXPECT_EQ(message.visible_text(), "https://evil.example/x\n> citéencore\n--\nAnne");
}

TEST(Message, AlternativesAreBothReadAndCompared) {
  const std::string plain = "Content-Type: text/plain\r\n\r\nBonjour Anne votre rendez-vous est demain";
  const auto alike = read(
      multipart("alternative",
                {plain, "Content-Type: text/html\r\n\r\n<p>Bonjour <b>Anne</b> votre rendez-vous est demain</p>"}));
  EXPECT_EQ(alike.alternatives_differ_by, 0.0);
  EXPECT_EQ(alike.visible_text(), "Bonjour Anne votre rendez-vous est demain");
  const auto other = read(
      multipart("alternative", {plain, "Content-Type: text/html\r\n\r\n<p>Payez la somme demandée tout de suite</p>"}));
  EXPECT_GT(other.alternatives_differ_by.value_or(0), 0.9);
  EXPECT_EQ(other.visible_text(), "Payez la somme demandée tout de suite");
  EXPECT_EQ(other.bodies.size(), 2u);
}

TEST(Message, PicturesAndAttachmentsAndNestedMessages) {
  const std::string png = "iVBORw0KGgo=";
  const auto message = read(multipart(
      "mixed", {"Content-Type: text/html\r\n\r\n<img src=\"cid:logo\" alt=\"Ameli\"><img src='data:image/png;base64," +
                    png + "'>",
                "Content-Type: image/png; name=l.png\r\nContent-ID: <logo>\r\nContent-Disposition: attachment\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n" +
                    png,
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n "
                "filename*0*=utf-8''fact%C3%A9;\r\n"
                " filename*1=\".pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                    png,
                "Content-Type: text/html; name=\"page.html\"\r\nContent-Disposition: attachment\r\n\r\n"
                "<form action='https://evil.example/p'><input "
                "type=password></form><script>location='https://evil.example/go'</script>",
                "Content-Type: message/rfc822\r\n\r\nFrom: c@d.fr\r\nSubject: dedans\r\n\r\ncaché dedans"}));
  ASSERT_EQ(message.images.size(), 3u);  // in the page, beside it, and under another type
  EXPECT_TRUE(std::any_of(message.images.begin(), message.images.end(), [](const Image& image) {
    return image.content_id == "logo" && image.shown && image.alternative_text == "Ameli" && image.bytes.size() == 8;
  }));
  EXPECT_TRUE(std::any_of(message.attachments.begin(), message.attachments.end(), [](const Attachment& a) {
    return a.name == "facté.pdf" && a.first_bytes.starts_with("\x89PNG");
  }));
  const auto page =
      std::find_if(message.bodies.begin(), message.bodies.end(), [](const Body& b) { return b.attached; });
  ASSERT_NE(page, message.bodies.end());
  EXPECT_TRUE(page->passwords_asked);
  ASSERT_EQ(page->links.size(), 2u);
  EXPECT_EQ(page->links[0].kind, Link::Kind::form);
  EXPECT_EQ(page->links[1].target, "https://evil.example/go");
  ASSERT_EQ(message.nested.size(), 1u);
  EXPECT_EQ(message.nested[0].subject, "dedans");
  EXPECT_EQ(message.nested[0].visible_text(), "caché dedans");
}

TEST(Message, AMessageInsideAMessageEncodedIsStillRead) {
  const auto inner =
      kernel::to_base64(kernel::as_bytes("From: c@d.fr\r\nContent-Type: text/html\r\n\r\n<p>Cliquez</p>"));
  const auto message =
      read("From: a@b.fr\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner);
  EXPECT_EQ(message.nested.at(0).visible_text(), "Cliquez");
}

TEST(Message, BrokenMultipartsAreStillShown) {
  EXPECT_EQ(read("From: a@b.fr\r\nContent-Type: multipart/mixed\r\n\r\ntexte").visible_text(), "texte");
  EXPECT_EQ(read("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\ntexte").visible_text(), "texte");
  EXPECT_EQ(
      read("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n\r\nsans fin").visible_text(),
      "sans fin");
  EXPECT_EQ(
      read("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nni champ ni ligne vide\r\n--zz--")
          .visible_text(),
      "ni champ ni ligne vide");
  // A boundary that begins like another is another.
  EXPECT_EQ(
      read(
          "From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n\r\nun\r\n--zzz\r\ndeux\r\n--zz--")
          .visible_text(),
      "un\n--zzz\ndeux");
}

TEST(Message, ThreadsReadAtTheSameTime) {
  const std::string raw =
      "From: =?koi8-r?B?1MXT1A==?= <a@b.fr>\r\nContent-Type: text/html; charset=\"iso-8859-2\"; name*=utf-8''%C3%A9\r\n"
      "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\n<p>Bonjour \xE9";
  const auto expected = read(raw).visible_text();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        const auto message = parse(kernel::as_bytes(raw));
        if (!message || message->visible_text() != expected || message->from.at(0).display_name != "тест") ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Message, WhatIsNoMessageIsRefused) {
  EXPECT_EQ(refusal(""), "mail.empty");
  EXPECT_EQ(refusal(" \r\n \r\n"), "mail.empty");
  EXPECT_EQ(refusal("\x89PNG\r\n\x1a\n\x00"), "mail.not-a-message");
  EXPECT_EQ(refusal("<html><body>bonjour</body></html>"), "mail.not-a-message");
  Limits small;
  small.bytes = 10;
  EXPECT_EQ(refusal("From: a@b.fr\r\n\r\n", small), "mail.too-large");
}

// Each bomb is answered within a second: refused, or read with the limit named.
class Bomb : public testing::Test {
 protected:
  template <class Call>
  static double seconds(Call call) {
    const auto start = std::clock();  // CPU: what others do on the machine is not the message's doing
    call();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  static std::string repeated(std::string_view text, std::size_t bytes) {
    std::string out;
    out.reserve(bytes + text.size());
    while (out.size() < bytes) out += text;
    return out;
  }
  // Generous under sanitizers, whose build is not what is promised.
  static constexpr double allowed_s =
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
      20
#else
      1
#endif
#else
      1
#endif
      ;
};

TEST_F(Bomb, Headers) {
  EXPECT_LT(seconds([] { EXPECT_EQ(refusal(repeated("a: b\r\n", 5u << 20) + "\r\n"), "mail.header-bomb"); }),
            allowed_s);
  EXPECT_LT(seconds([] { EXPECT_EQ(refusal("From: " + repeated("x\r\n ", 5u << 20)), "mail.header-bomb"); }),
            allowed_s);
  EXPECT_LT(seconds([] { read("From: " + repeated("=?utf-8?q?=41?= ", 200'000) + "\r\n\r\n"); }), allowed_s);
  EXPECT_LT(seconds([] { read("From: " + repeated("(", 200'000) + "\r\n\r\n"); }), allowed_s);
  EXPECT_LT(seconds([] { read("From: " + repeated("a:", 200'000) + "\r\n\r\n"); }), allowed_s);
  EXPECT_LT(seconds([] { read("Content-Type: a/b; " + repeated("x*0*=utf-8''%41;", 200'000) + "\r\n\r\n"); }),
            allowed_s);
}

TEST_F(Bomb, Parts) {
  EXPECT_LT(seconds([] {
              const auto message = read("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
                                        repeated("--b\r\n\r\nx\r\n", 5u << 20));
              EXPECT_TRUE(holds(message.limits_hit, "parts"));
            }),
            allowed_s);
  std::string nested = "From: a@b.fr\r\n";
  for (int i = 0; i < 2'000; ++i) {
    const auto b = "b" + std::to_string(i);
    nested += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
  }
  EXPECT_LT(seconds([&] { EXPECT_TRUE(holds(read(nested).limits_hit, "depth")); }), allowed_s);
  std::string messages;
  for (int i = 0; i < 2'000; ++i) messages += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_LT(seconds([&] { EXPECT_TRUE(holds(read(messages + "x").limits_hit, "depth")); }), allowed_s);
  EXPECT_LT(seconds([] {
              read("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=\"" + std::string(150, '-') + "\"\r\n\r\n" +
                   repeated("-", 10u << 20));
            }),
            allowed_s);
}

TEST_F(Bomb, Pages) {
  const auto page = [](const std::string& html) {
    return read("From: a@b.fr\r\nContent-Type: text/html\r\n\r\n" + html);
  };
  for (const std::string_view piece : {"<div>", "<b><p>", "<table><tr><td>", "<a href=x>", "<svg><g>", "<x y", "<!--",
                                       "<![CDATA[", "<style>a{", "&#38;", "<", "<select><option>", "<template>",
                                       "<font color=red><p>", "\xFF", "<li>", "</p>", "<p><i><b class=x>", "<title>"}) {
    double took = seconds([&] { page(repeated(piece, 5u << 20)); });
    EXPECT_LT(took, allowed_s) << piece;
  }
  std::string formatting;
  for (int i = 0; i < 200'000; ++i) formatting += "<p><b a" + std::to_string(i) + " id=" + std::to_string(i) + ">";
  EXPECT_LT(seconds([&] { EXPECT_TRUE(page(formatting).bodies.at(0).flattened); }), allowed_s);
  std::string attributes = "<a ";
  for (int i = 0; i < 500'000; ++i) attributes += "x" + std::to_string(i) + "=1 ";
  EXPECT_LT(seconds([&] { page(attributes + ">x</a>"); }), allowed_s);
  std::string rules = "<style>";
  for (int i = 0; i < 4'000; ++i) rules += "p p p p p{color:red}";
  EXPECT_LT(seconds([&] { page(rules + "</style>" + repeated("<p>x", 1u << 20)); }), allowed_s);
}

TEST_F(Bomb, NoiseDoesNotHideTheEnd) {
  const auto noise = repeated("<p style=\"display:none\">bruit bruit</p>", 5u << 20);
  Message message;
  EXPECT_LT(seconds([&] {
              message = read("From: a@b.fr\r\nContent-Type: text/html\r\n\r\n" + noise +
                             "<a href=\"https://evil.example\">Payez</a>");
            }),
            allowed_s);
  EXPECT_TRUE(message.visible_text() == "Payez");
  EXPECT_EQ(message.bodies.at(0).links.at(0).target, "https://evil.example");
}

}  // namespace
}  // namespace carnet::mail
