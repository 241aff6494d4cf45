// Screenshots: drawn as a phone draws them, read by the real carnet-picture in its jail, judged as texts.
#define ZX_USE_UTF8 1
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <cairo.h>
#include <gmock/gmock.h>
#include <pango/pangocairo.h>

#include "foundation/jail/jail.hpp"
#include "foundation/kernel/json.hpp"
#include "vigilance/testing/engine_case.hpp"

namespace carnet::vigilance {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path program = std::filesystem::path(CARNET_BUILD_DIR) / "bin" / "carnet-picture";

struct Look {
  double ground = 1.0, ink = 0.1;
  int width = 1080, height = 1600;
  double points = 30;
};

cairo_status_t take(void* into, const unsigned char* bytes, unsigned int count) {
  static_cast<kernel::Bytes*>(into)->insert(static_cast<kernel::Bytes*>(into)->end(), bytes, bytes + count);
  return CAIRO_STATUS_SUCCESS;
}

// A message as it stands on a telephone's screen, with a QR code below when there is one.
kernel::Bytes screenshot(const std::string& text, const Look& look, const std::string& code = {}) {
  auto* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, look.width, look.height);
  auto* draw = cairo_create(surface);
  cairo_set_source_rgb(draw, look.ground, look.ground, look.ground);
  cairo_paint(draw);
  cairo_set_source_rgb(draw, look.ink, look.ink, look.ink);
  cairo_move_to(draw, 60, 120);
  auto* layout = pango_cairo_create_layout(draw);
  auto* font = pango_font_description_from_string("DejaVu Sans");
  pango_font_description_set_absolute_size(font, look.points * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_layout_set_width(layout, (look.width - 120) * PANGO_SCALE);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text.c_str(), -1);
  pango_cairo_show_layout(draw, layout);
  if (!code.empty()) {
    const auto matrix = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode).setMargin(4).encode(code, 0, 0);
    constexpr int module = 10;
    cairo_set_source_rgb(draw, 1, 1, 1);
    cairo_rectangle(draw, 80, 800, matrix.width() * module, matrix.height() * module);
    cairo_fill(draw);
    cairo_set_source_rgb(draw, 0, 0, 0);
    for (int y = 0; y < matrix.height(); ++y)
      for (int x = 0; x < matrix.width(); ++x)
        if (matrix.get(x, y)) cairo_rectangle(draw, 80 + x * module, 800 + y * module, module, module);
    cairo_fill(draw);
  }
  kernel::Bytes png;
  cairo_surface_write_to_png_stream(surface, take, &png);
  pango_font_description_free(font);
  g_object_unref(layout);
  cairo_destroy(draw);
  cairo_surface_destroy(surface);
  return png;
}

class PictureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program)) GTEST_SKIP() << "carnet-picture was not built (libtesseract-dev, libzxing-dev): no screenshot was read";
    const auto tried = read_picture(program, screenshot("Bonjour", Look()));
    if (!tried && tried.error().code == "vigilance.no_reader") GTEST_SKIP() << "the French model is not installed (tesseract-ocr-fra): no screenshot was read";
  }
  static Message read(const kernel::Bytes& picture) {
    const auto message = read_picture(program, picture);
    EXPECT_TRUE(message) << message.error().code << " " << message.error().detail << (message.error().issues.empty() ? "" : message.error().issues[0].code);
    return message.value_or(Message());
  }
  static Judgement judged(const kernel::Bytes& picture) { return *test_engine().judge(read(picture), test_now); }
  static std::string refused(const kernel::Bytes& picture) {
    const auto message = read_picture(program, picture);
    if (message) return "read";
    return message.error().issues.empty() ? message.error().code : message.error().issues[0].code;
  }
};

const std::string lure = "AMELI : Votre nouvelle carte vitale est disponible. Veuillez remplir le formulaire afin de continuer \xC3\xA0 \xC3\xAAtre couvert : https://ameli-vitale-maj.com";

TEST_F(PictureTest, ALureOnAScreenIsALure) {
  for (const auto& look : {Look(), Look{0.08, 0.92}, Look{0.95, 0.25, 750, 1334, 26}, Look{1.0, 0.0, 540, 960, 18}, Look{1.0, 0.2, 1440, 3200, 44}}) {
    const auto judgement = judged(screenshot(lure, look));
    EXPECT_EQ(judgement.verdict, Verdict::scam) << look.width << " ground " << look.ground << ": " << judgement.shown;
  }
}

TEST_F(PictureTest, ACodeOnAScreenIsALink) {
  const auto judgement = judged(screenshot("Assurance Maladie\nVotre carte vitale expire. Scannez ce code.", Look(), "https://carte-vitale-droits.top/r"));
  EXPECT_EQ(judgement.verdict, Verdict::scam) << judgement.shown;
  EXPECT_THAT(judgement.shown, HasSubstr("https://carte-vitale-droits.top/r"));
}

TEST_F(PictureTest, NothingOnAScreenIsProved) {
  EXPECT_EQ(judged(screenshot("Bonjour, votre espace est ouvert sur monespacesante.fr. R\xC3\xA9" "f\xC3\xA9rence de ce message : C7QM-2W9F", Look())).verdict, Verdict::unknown);
}

TEST_F(PictureTest, WhatIsNoPictureOrTooLargeIsRefused) {
  EXPECT_EQ(refused(kernel::to_bytes("GIF89a....")), "picture.kind");
  EXPECT_EQ(refused({}), "picture.kind");
  auto cut = screenshot(lure, Look());
  cut.resize(40);
  EXPECT_EQ(refused(cut), "picture.unreadable");
  EXPECT_EQ(refused(kernel::Bytes(max_picture_bytes + 1, 0x89)), "picture.size");
  // 60,000 by 60,000 points, as its head says.
  auto bomb = screenshot(lure, Look());
  for (const std::size_t at : {std::size_t{16}, std::size_t{20}}) bomb[at] = 0, bomb[at + 1] = 0, bomb[at + 2] = 0xEA, bomb[at + 3] = 0x60;
  EXPECT_EQ(refused(bomb), "picture.size");
  EXPECT_EQ(refused(screenshot(" ", Look())), "picture.no_words");
}

TEST_F(PictureTest, TheReaderHasGivenUpEverythingElse) {
  jail::Limits limits;
  limits.wall = std::chrono::seconds(20);
  limits.cpu = std::chrono::seconds(12);
  if (limits.memory_bytes != 0) limits.memory_bytes = std::uint64_t{1} << 30;
  const auto output = jail::output_of({program, {}}, screenshot("Bonjour", Look()), limits);
  ASSERT_TRUE(output);
  for (const char* held : {"descriptors", "no_new_privileges", "no_files", "no_processes", "memory", "cpu", "seccomp"})
    EXPECT_THAT(std::string(kernel::as_text(*output)), HasSubstr("\"" + std::string(held) + "\""));
}

}  // namespace
}  // namespace carnet::vigilance
