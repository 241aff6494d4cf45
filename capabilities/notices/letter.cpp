// Letters on A4, drawn by pango and cairo: 16 pt, generous leading, the code in three groups of four in a box that a
// window envelope does not show (rules.md 12). One page, whatever the text: it is an error to overflow; but for who asked
// for large print, whose letter is at 20 pt on as many pages as that takes.
#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <memory>

#include "foundation/kernel/message.hpp"
#include "notices/words.hpp"

namespace carnet::notices {
namespace {

using kernel::Bytes;
using kernel::Result;

constexpr double points_per_inch = 72;  // pango assumes 96, and would draw a third larger than asked
constexpr double page_width = 595.28, page_height = 841.89;  // A4 in points
constexpr double margin = 50, address_left = 312, address_top = 128, address_width = 240;
constexpr double body_top = 232, body_bottom = page_height - 46;
constexpr double address_height = body_top - address_top - 6, address_largest = 12, address_smallest = 7;
constexpr double largest_size = 16, smallest_size = 9.5, size_step = 0.5, large_print_size = 20;

template <class T, auto Free>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_t, cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Freed<cairo_t, cairo_destroy>>;
struct Unref {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
};
using Layout = std::unique_ptr<PangoLayout, Unref>;

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  auto* out = static_cast<Bytes*>(closure);
  out->insert(out->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

class Page {
 public:
  explicit Page(std::string_view title)
      : surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, page_width, page_height)), cairo_(cairo_create(surface_.get())) {
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, std::string(title).c_str());
  }
  // Draws (or only measures) a paragraph; answers its height in points. A cut line ends with an ellipsis instead of going on
  // below.
  double text(std::string_view words, double x, double y, double width, double size, const char* weight, bool draw,
              PangoAlignment align = PANGO_ALIGN_LEFT, bool cut_lines = false) {
    const Layout layout(pango_cairo_create_layout(cairo_.get()));
    pango_cairo_context_set_resolution(pango_layout_get_context(layout.get()), points_per_inch);
    PangoFontDescription* font =
        pango_font_description_from_string(fmt::format("Atkinson Hyperlegible Next, DejaVu Sans {} {}", weight, size).c_str());
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout.get(), align);
    if (cut_lines) pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_text(layout.get(), words.data(), static_cast<int>(words.size()));
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    if (draw) {
      cairo_move_to(cairo_.get(), x, y);
      pango_cairo_show_layout(cairo_.get(), layout.get());
    }
    return static_cast<double>(height) / PANGO_SCALE;
  }
  void box(double x, double y, double width, double height) {
    cairo_set_line_width(cairo_.get(), 1.5);
    cairo_rectangle(cairo_.get(), x, y, width, height);
    cairo_stroke(cairo_.get());
  }
  void turn() { cairo_show_page(cairo_.get()); }
  Result<Bytes> finish() {
    cairo_show_page(cairo_.get());
    cairo_surface_finish(surface_.get());
    if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS)
      return kernel::fault("notices.letter", "the letter could not be drawn");
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  Surface surface_;
  Context cairo_;
};

struct Block {
  std::string_view text;  // of the caller: a copy of the code would have to be zeroised
  double scale = 1;  // of the body's size
  const char* weight = "";
  bool boxed = false;
};

constexpr double body_width = page_width - 2 * margin;

// One block at `y`; answers where the next one begins.
double lay_out_block(Page& page, const Block& block, double y, double size, bool draw) {
  const double own = size * block.scale;
  if (!block.boxed) return y + page.text(block.text, margin, y, body_width, own, block.weight, draw) + own * 0.55;
  const double height = page.text(block.text, margin, y + own * 0.5, body_width, own, block.weight, draw, PANGO_ALIGN_CENTER);
  if (draw) page.box(margin, y, body_width, height + own);
  return y + height + own * 1.6;
}

double lay_out(Page& page, const std::vector<Block>& blocks, double size, bool draw) {
  double y = body_top;
  for (const auto& block : blocks) y = lay_out_block(page, block, y, size, draw);
  return y;
}

// At one size, a new page where a block would be cut.
void lay_out_pages(Page& page, const std::vector<Block>& blocks, double size) {
  double y = body_top;
  for (const auto& block : blocks) {
    if (lay_out_block(page, block, y, size, false) > body_bottom) {
      page.turn();
      y = margin;
    }
    y = lay_out_block(page, block, y, size, true);
  }
}

// The envelope's window shows name and address; below it the letter begins. Smaller where they are long; at the smallest
// size each line is cut instead.
kernel::Status draw_address(Page& page, const Recipient& to) {
  std::string address = to.name;
  for (const auto& line : to.postal.lines)
    if (!line.empty()) address += "\n" + line;
  const auto height = [&](double size, bool draw, bool cut) {
    return page.text(address, address_left, address_top, address_width, size, "", draw, PANGO_ALIGN_LEFT, cut);
  };
  double size = address_largest;
  while (size > address_smallest && height(size, false, false) > address_height) size -= size_step;
  const bool cut = height(size, false, false) > address_height;
  if (height(size, true, cut) > address_height) return kernel::fault("notices.letter", "the address does not fit above the letter");
  return {};
}

// The largest size at which everything fits; 16 pt is what most notices get.
Result<double> fitting_size(Page& page, const std::vector<Block>& blocks) {
  for (double size = largest_size; size >= smallest_size; size -= size_step)
    if (lay_out(page, blocks, size, false) <= body_bottom) return size;
  return kernel::fault("notices.letter", "the letter does not fit on one page");
}

std::string languages_of(const Notice& notice, const Words& words) {
  if (notice.what != Template::space_announced) return {};
  return words.phrase("letter.languages", notice.to.language, {{"phone", "3422"}});
}

std::vector<Block> blocks_of(const Notice& notice, const Written& written, std::string_view tongues) {
  std::vector<Block> blocks{{written.subject, 1.15, "Bold"}};
  std::string code = grouped(notice.code.reveal_text());
  const bool sheet = code.find('\n') != std::string::npos;
  for (const auto& paragraph : written.paragraphs) {
    const bool is_code = !code.empty() && paragraph == code;
    blocks.push_back(is_code ? Block{paragraph, sheet ? 1.0 : 1.6, "Bold", true} : Block{paragraph});
  }
  zeroise(code);
  if (!tongues.empty()) blocks.push_back({tongues, 0.62});
  return blocks;
}

}  // namespace

Result<double> size_of_letter(const Notice& notice, const Written& written, const Words& words) {
  Page page(written.subject);
  const std::string tongues = languages_of(notice, words);
  return fitting_size(page, blocks_of(notice, written, tongues));
}

Result<Bytes> draw_letter(const Notice& notice, const Written& written, const std::string& reference, kernel::Date posted,
                          const Settings& settings, const Words& words) {
  const auto& language = notice.to.language;
  Page page(written.subject);
  page.text(settings.service_name, margin, margin, body_width, 16, "Bold", true);
  const std::string frame = words.phrase("letter.head", language,
                                         {{"reference", reference}, {"posted", kernel::long_date(posted, language)}, {"site", settings.site}});
  page.text(frame, margin, margin + 26, 230, 11, "", true);
  CARNET_CHECK(draw_address(page, notice.to));

  const std::string tongues = languages_of(notice, words);
  const auto blocks = blocks_of(notice, written, tongues);
  if (notice.to.large_print) {
    lay_out_pages(page, blocks, large_print_size);
    return page.finish();
  }
  CARNET_TRY(size, fitting_size(page, blocks));
  lay_out(page, blocks, size, true);
  return page.finish();
}

Result<Bytes> draw_text(std::string_view title, const std::vector<std::string>& paragraphs, const Settings& settings) {
  Page page(title);
  page.text(settings.service_name, margin, margin, body_width, 16, "Bold", true);
  std::vector<Block> blocks{{title, 1.3, "Bold"}};
  for (const auto& paragraph : paragraphs) blocks.push_back({paragraph});
  CARNET_TRY(size, fitting_size(page, blocks));
  lay_out(page, blocks, size, true);
  return page.finish();
}

}  // namespace carnet::notices
