#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include "vigilance/text.hpp"

namespace carnet::vigilance {
namespace {

constexpr char32_t table_end = 0x1F200;

// Scripts whose signs never pass for Latin letters: asking ICU about each would only cost start-up time.
bool is_far(char32_t point) {
  return (point >= 0x3400 && point < 0xA000) || (point >= 0xAC00 && point < 0xFB00) || (point >= 0x12000 && point < 0x1D000);
}
bool is_invisible(UChar32 point) {
  const auto category = u_charType(point);
  return category == U_FORMAT_CHAR || category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK ||
         u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// The visible ASCII of a decomposed text; "" when it has something else.
std::string ascii_of(const icu::UnicodeString& text) {
  std::string out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 point = text.char32At(i);
    if (point < 0x80) {
      out += static_cast<char>(u_tolower(point));
    } else if (!is_invisible(point)) {
      return {};
    }
  }
  return out;
}

// Skeletons write m as rn, and every upright stroke as l.
std::string unfold_skeleton(std::string text) {
  if (text == "rn") return "m";
  return text;
}

class Source {
 public:
  Source() {
    UErrorCode error = U_ZERO_ERROR;
    normal_ = icu::Normalizer2::getNFKDInstance(error);
    spoof_ = uspoof_open(&error);
    CARNET_INVARIANT(U_SUCCESS(error), "ICU has its normalisation and confusables data");
  }
  ~Source() { uspoof_close(spoof_); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  Glyphs::Glyph of(UChar32 point) const {
    Glyphs::Glyph glyph;
    glyph.marks = Glyphs::beyond_ascii;
    if (is_invisible(point)) return glyph;
    const auto decomposed = normal_->normalize(icu::UnicodeString(point), error());
    std::string text = ascii_of(decomposed);
    if (!text.empty() && is_compatible(point)) glyph.marks |= Glyphs::compatible;
    if (text.empty() && !is_far(static_cast<char32_t>(point)) && (u_isalnum(point) || u_isalnum(first_of(decomposed)))) {
      text = unfold_skeleton(skeleton_of(decomposed));
      if (!is_latin(point)) glyph.marks |= Glyphs::foreign;
    }
    if (u_isupper(point)) glyph.marks |= Glyphs::upper;
    if (text.empty() || text.size() > sizeof glyph.text) text = " ";
    text.copy(glyph.text, text.size());
    glyph.length = static_cast<std::uint8_t>(text.size());
    return glyph;
  }

 private:
  static UErrorCode& error() {
    static thread_local UErrorCode code;
    code = U_ZERO_ERROR;
    return code;
  }
  static UChar32 first_of(const icu::UnicodeString& text) { return text.isEmpty() ? 0 : text.char32At(0); }
  static bool is_latin(UChar32 point) {
    const auto script = uscript_getScript(point, &error());
    return script == USCRIPT_LATIN || script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
  }
  static bool is_compatible(UChar32 point) { return (point >= 0xFF00 && point < 0xFFF0) || point >= 0x1D400 || (point >= 0x2460 && point < 0x2500); }
  std::string skeleton_of(const icu::UnicodeString& text) const {
    icu::UnicodeString lower(text), out;
    uspoof_getSkeletonUnicodeString(spoof_, 0, lower, out, &error());
    auto ascii = ascii_of(normal_->normalize(out, error()));
    if (!ascii.empty()) return ascii;
    lower.toLower();
    uspoof_getSkeletonUnicodeString(spoof_, 0, lower, out, &error());
    return ascii_of(normal_->normalize(out, error()));
  }

  const icu::Normalizer2* normal_ = nullptr;
  USpoofChecker* spoof_ = nullptr;
};

}  // namespace

Glyphs::Glyphs(const std::vector<std::pair<char32_t, std::string>>& extra) : table_(table_end) {
  const Source source;
  for (char32_t point = 0; point < 0x80; ++point) {
    auto& glyph = table_[point];
    const char c = static_cast<char>(point);
    glyph.text[0] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    glyph.length = 1;
    if (c >= 'A' && c <= 'Z') glyph.marks = upper;
    if ((point < 0x20 && c != '\n') || point == 0x7F) glyph.text[0] = ' ';
    if (c == '\r') glyph.length = 0;
  }
  for (char32_t point = 0x80; point < table_end; ++point) {
    if (is_far(point)) {
      table_[point] = other_;
    } else {
      table_[point] = source.of(static_cast<UChar32>(point));
    }
  }
  for (const auto& [point, text] : extra) {
    if (point >= table_end || text.size() > 3) continue;
    auto& glyph = table_[point];
    glyph.length = static_cast<std::uint8_t>(text.size());
    text.copy(glyph.text, text.size());
  }
}

}  // namespace carnet::vigilance
