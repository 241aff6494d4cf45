// A notice known again by its reference, its addressee and its words. On the embedded store: outside the demonstration what was
// sent is gone, and its print stays.
#include "notices/testing/mail_server.hpp"
#include "notices/testing/notices_case.hpp"
#include "notices/words.hpp"

namespace carnet::notices {
namespace {

using testing::MailServer;

class PrintTest : public testing::NoticesCase {
 protected:
  static constexpr PersonId reader{7}, crook{13};
  static Notice reopened(PersonId addressee) {
    Notice notice = announcement(Channel::email);
    notice.what = Template::space_reopened;
    notice.code = {};
    notice.parameters = {};
    notice.to.addressee = addressee;
    return notice;
  }
  // As the reader sees it; `between` parts its paragraphs.
  std::string read(const Notice& notice, const std::string& reference, const std::string& between, bool with_subject = false) const {
    const auto words = Words::load(settings(false).messages);
    const auto written = words->write(cleaned(notice), reference, settings(false));
    std::string text = with_subject ? written->subject + between : "";
    for (const auto& paragraph : written->paragraphs) text += paragraph + between;
    return text;
  }
  bool knows(PersonId who, const std::string& reference, const std::string& text) {
    const auto sent = io::run(notices_->sent_to(who, reference, text));
    EXPECT_TRUE(sent) << sent.error().code;
    return sent && sent->has_value();
  }
};

TEST_F(PrintTest, NOT_11_TheAddresseeAndTheVeryWords) {
  MailServer server("250 fine");
  open(mail_settings(server.url()));
  const auto notice = reopened(reader);
  const auto reference = *send(notice);
  const auto text = read(notice, reference, "\n\n");
  EXPECT_FALSE(knows(reader, reference, text)) << "not sent yet";
  ASSERT_TRUE(deliver());
  ASSERT_TRUE(knows(reader, reference, text));
  EXPECT_TRUE(knows(reader, reference, read(notice, reference, " \r\n\u00a0"))) << "spaces as a telephone copies them";
  EXPECT_TRUE(knows(reader, reference, read(notice, reference, "\n", true))) << "its subject before";
  EXPECT_FALSE(knows(crook, reference, text));
  EXPECT_FALSE(knows(PersonId{}, reference, text));
  EXPECT_FALSE(knows(reader, "AAAA-AAAA", text));
  EXPECT_FALSE(knows(reader, reference, text + "Rappelez le 06 00 00 00 00")) << "something added";
  EXPECT_FALSE(knows(reader, reference, text.substr(12))) << "something left out";
  EXPECT_FALSE(knows(reader, reference, reference));
  const auto sent = io::run(notices_->sent_to(reader, reference, text));
  EXPECT_EQ((*sent)->what, Template::space_reopened);
  EXPECT_EQ((*sent)->channel, Channel::email);
}

TEST_F(PrintTest, NOT_11_TheCrooksOwnLetterProvesNothingToOthers) {
  open(settings(true));
  const auto his = reopened(crook), hers = reopened(reader);
  const auto his_reference = *send(his), her_reference = *send(hers);
  ASSERT_TRUE(deliver());
  EXPECT_TRUE(knows(crook, his_reference, read(his, his_reference, "\n")));
  EXPECT_FALSE(knows(reader, his_reference, read(his, his_reference, "\n")));
  EXPECT_FALSE(knows(reader, his_reference, read(hers, her_reference, "\n"))) << "her words under his reference";
}

// A notice about a child or a patient that goes to somebody of no register (a doctor) is nobody's to have checked.
TEST_F(PrintTest, NOT_11_WithoutAnAddresseeNobodyHasItChecked) {
  open(settings(true));
  const auto notice = reopened({});
  const auto reference = *send(notice);
  ASSERT_TRUE(deliver());
  EXPECT_FALSE(knows(reader, reference, read(notice, reference, "\n")));
  EXPECT_FALSE(knows({}, reference, read(notice, reference, "\n")));
}

TEST_F(PrintTest, NOT_11_AReturnedMessageIsNoLongerProof) {
  open(settings(true));
  const auto notice = reopened(reader);
  const auto reference = *send(notice);
  ASSERT_TRUE(deliver());
  ASSERT_TRUE(notices_->returned(reference));
  EXPECT_FALSE(knows(reader, reference, read(notice, reference, "\n")));
}

}  // namespace
}  // namespace carnet::notices
