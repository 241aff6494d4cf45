// What the sandbox and its caller say to each other, and what the caller does not believe.
#include "standards/cda/wire.hpp"

#include "standards/cda/sandboxed.hpp"
#include "standards/cda/testing/fixtures.hpp"

namespace carnet::cda {
namespace {

using namespace fixtures;

const std::vector<std::string> everything = {"descriptors", "no_new_privileges", "not_dumpable", "no_core", "cpu",
                                             "no_files",    "no_processes",      "memory",       "seccomp"};

Bytes whole(const Answer& answer) {
  Bytes out = write_answer_head(answer, answer.content.size());
  out.insert(out.end(), answer.content.begin(), answer.content.end());
  return out;
}
Sandboxed answering(Answer answer, Seccomp seccomp = Seccomp::required) {
  return Sandboxed([answer](ByteView) -> Result<Bytes> { return whole(answer); }, seccomp);
}

TEST(Wire, ARequestIsReadBack) {
  RenderWords words;
  words.author = "Author";
  const Bytes request = write_request(Command::render, words, kernel::as_bytes("<x/>"));
  const ByteView view = request;
  const auto head = read_request_head(view.first(request_head_bytes));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->command, Command::render);
  const auto back = words_from_json(kernel::as_text(view.subspan(request_head_bytes, head->words_bytes)));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, words);
  EXPECT_EQ(read_length(view.subspan(request_head_bytes + head->words_bytes, 4)), 4u);
  EXPECT_EQ(kernel::as_text(view.last(4)), "<x/>");
  EXPECT_FALSE(read_request_head(kernel::as_bytes("CSQ1x\0\0\0\0")));
  EXPECT_FALSE(read_request_head(kernel::as_bytes(std::string_view("CSQ1h\xFF\xFF\xFF\xFF", 9))));
  EXPECT_FALSE(read_request_head(kernel::as_bytes(std::string_view("CSQ2h\0\0\0\0", 9))));
}

TEST(Wire, WordsAreAllOrNothing) {
  const std::string json = words_to_json({});
  EXPECT_TRUE(words_from_json(json));
  EXPECT_FALSE(words_from_json(with(json, "\"author\":", "\"auteur\":")));
  EXPECT_FALSE(words_from_json(with(json, "\"months\":[", "\"months\":[\"more\",")));
  EXPECT_FALSE(words_from_json(with(json, "\"janvier\"", "1")));
  EXPECT_FALSE(words_from_json("{}"));
}

TEST(Wire, AnAnswerIsReadBack) {
  Answer answer;
  answer.held = everything;
  answer.media_type = "application/pdf";
  answer.content = {0, 1, 2, 255};
  auto back = read_answer(whole(answer));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->held, everything);
  EXPECT_EQ(back->media_type, "application/pdf");
  EXPECT_EQ(back->content, answer.content);
  EXPECT_FALSE(back->error);
  answer.error = kernel::Error{kernel::ErrorKind::too_large, "cda.limits", "why", {{"too-costly", "a/b", "because"}}};
  back = read_answer(whole(answer));
  ASSERT_TRUE(back && back->error);
  EXPECT_EQ(back->error->kind, kernel::ErrorKind::too_large);
  EXPECT_EQ(back->error->issues.at(0).path, "a/b");
}

TEST(Wire, AnAnswerThatIsNotWellFormedIsAFault) {
  Answer answer;
  answer.held = everything;
  answer.content = {1, 2, 3};
  const Bytes good = whole(answer);
  for (std::size_t cut = 0; cut < good.size(); ++cut) EXPECT_FALSE(read_answer(ByteView(good).first(cut))) << cut;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(read_answer(longer));
  Bytes lying = good;
  lying[4] = 'e';
  EXPECT_FALSE(read_answer(lying));
}

TEST(Sandboxed, GivesWhatTheProgramSaid) {
  const auto document = read_text(fixture("level3.xml"));
  Answer answer;
  answer.held = everything;
  answer.content = kernel::to_bytes(to_json(*document));
  EXPECT_EQ(*answering(answer).read(kernel::as_bytes("<x/>")), *document);
  answer.content = kernel::to_bytes(*render_text(fixture("level3.xml")));
  EXPECT_TRUE(answering(answer).render(kernel::as_bytes("<x/>"), {}));
  answer.error = kernel::Error{kernel::ErrorKind::invalid, "cda.root", {}, {{"structure", "/", "no"}}};
  EXPECT_EQ(first_issue(answering(answer).read(kernel::as_bytes("<x/>"))), "structure /");
}

TEST(Sandboxed, BelievesNeitherAStrangePageNorStrangeFacts) {
  Answer answer;
  answer.held = everything;
  answer.content = kernel::to_bytes("<html><script>alert(1)</script></html>");
  EXPECT_EQ(answering(answer).render(kernel::as_bytes("<x/>"), {}).error().code, "cda.page");
  EXPECT_EQ(answering(answer).read(kernel::as_bytes("<x/>")).error().code, "cda.answer");
}

TEST(Sandboxed, DoesNotGoOnWhenTheProgramIsNotConfined) {
  Answer answer;
  answer.content = kernel::to_bytes(to_json(*read_text(fixture("level3.xml"))));
  for (std::size_t missing = 0; missing < 5; ++missing) {
    answer.held = everything;
    answer.held.erase(answer.held.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_EQ(answering(answer).read(kernel::as_bytes("<x/>")).error().code, "cda.confinement") << everything[missing];
  }
}

TEST(Sandboxed, TooLargeIsRefusedBeforeAnythingRuns) {
  bool ran = false;
  const Sandboxed cda([&](ByteView) -> Result<Bytes> {
    ran = true;
    return Bytes{};
  });
  EXPECT_EQ(cda.read(Bytes(max_document_bytes + 1, ' ')).error().kind, kernel::ErrorKind::too_large);
  EXPECT_FALSE(ran);
  EXPECT_EQ(cda.read(kernel::as_bytes("<x/>")).error().kind, kernel::ErrorKind::fault);
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace carnet::cda
