// The official samples at hand: every header read, every page inert. Skipped where the samples are not.
#include <cstdlib>
#include <filesystem>
#include <set>

#include "standards/cda/testing/fixtures.hpp"

namespace carnet::cda {
namespace {

using namespace fixtures;

std::vector<std::filesystem::path> samples() {
  const char* shared = std::getenv("CARNET_SHARED");
  const std::filesystem::path folder =
      (shared != nullptr ? std::filesystem::path(shared) : std::filesystem::path(CARNET_SOURCE_DIR) / ".." / "shared") /
      "data" / "cda";
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".xml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

#define CARNET_NEED_SAMPLES(files) \
  const auto files = samples();    \
  if (files.empty()) GTEST_SKIP() << "no samples: set CARNET_SHARED to the folder that holds data/cda"

TEST(Samples, AllHeadersAreReadWhole) {
  CARNET_NEED_SAMPLES(files);
  EXPECT_EQ(files.size(), 54u);
  std::set<std::string> ids;
  std::size_t unwrapped = 0, level1 = 0, replacing = 0;
  for (const auto& path : files) {
    const auto read = read_text(file(path.string()));
    ASSERT_TRUE(read) << path.filename() << " " << first_issue(read);
    const Document& d = *read;
    SCOPED_TRACE(path.filename().string());
    EXPECT_FALSE(d.title.empty());
    EXPECT_FALSE(d.type.code.empty());
    EXPECT_FALSE(d.type.system.empty());
    EXPECT_TRUE(d.effective.zoned);
    EXPECT_EQ(d.effective.precision, Precision::second);
    EXPECT_EQ(d.confidentiality.code, "N");
    EXPECT_EQ(d.language, "fr-FR");
    EXPECT_FALSE(d.custodian.name.empty());
    ASSERT_FALSE(d.authors.empty());
    EXPECT_FALSE(d.authors[0].ids.empty());
    EXPECT_FALSE(d.authors[0].family.empty() && d.authors[0].device.empty());
    EXPECT_TRUE(d.legal_authenticator.has_value());
    EXPECT_TRUE(d.version.has_value());
    EXPECT_GE(d.template_ids.size(), 2u);
    EXPECT_EQ(d.patient.ids.at(0).root, "1.2.250.1.213.1.4.8");
    EXPECT_TRUE(d.patient.birth_name == "NESSI" || d.patient.birth_name == "DECOURCY") << d.patient.birth_name;
    EXPECT_TRUE(d.patient.sex == "F" || d.patient.sex == "M");
    EXPECT_TRUE(d.patient.birth.has_value());
    EXPECT_FALSE(d.services.empty());
    EXPECT_TRUE(d.encounter.has_value());
    EXPECT_EQ(*from_json(to_json(d)), d);
    ids.insert(d.id.text());
    unwrapped += d.unwrapped ? 1 : 0;
    level1 += d.body.kind == BodyKind::embedded ? 1 : 0;
    replacing += d.related.empty() ? 0 : 1;
  }
  EXPECT_EQ(ids.size(), 53u) << "two share one id";
  EXPECT_EQ(unwrapped, 3u);
  EXPECT_EQ(level1, 3u);
  EXPECT_EQ(replacing, 4u);
}

TEST(Samples, AllPagesAreInertAndSpeak) {
  CARNET_NEED_SAMPLES(files);
  std::size_t images = 0;
  for (const auto& path : files) {
    SCOPED_TRACE(path.filename().string());
    const std::string xml = file(path.string());
    const auto page = render_text(xml);
    ASSERT_TRUE(page) << first_issue(page);
    const auto checked = check_page(*page);
    EXPECT_TRUE(checked) << checked.error().issues[0].path << " " << checked.error().issues[0].says;
    const auto document = read_text(xml);
    EXPECT_NE(page->find("<h1>"), std::string::npos);
    if (document->body.kind == BodyKind::embedded) {
      const auto body = embedded_body(kernel::as_bytes(xml));
      ASSERT_TRUE(body) << first_issue(body);
      EXPECT_EQ(sniff(body->bytes), Kind::pdf);
      EXPECT_EQ(body->bytes.size(), document->body.decoded_bytes);
    } else {
      EXPECT_NE(page->find("<h2>"), std::string::npos);
    }
    for (auto at = page->find("<img "); at != std::string::npos; at = page->find("<img ", at + 1)) ++images;
  }
  EXPECT_EQ(images, 15u) << "13 JPEG and 2 PNG";
}

TEST(Samples, AreSniffed) {
  CARNET_NEED_SAMPLES(files);
  for (const auto& path : files)
    EXPECT_EQ(sniff(kernel::as_bytes(file(path.string()))), Kind::cda_xml) << path.filename();
}

}  // namespace
}  // namespace carnet::cda
