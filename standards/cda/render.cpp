#include <fmt/core.h>

#include <algorithm>

#include "standards/cda/cda.hpp"
#include "standards/cda/charset.hpp"
#include "standards/cda/media.hpp"
#include "standards/cda/narrative.hpp"
#include "standards/cda/style.hpp"
#include "standards/cda/tree.hpp"

namespace carnet::cda {

namespace {

using pugi::xml_node;

std::string title_of(const Actor& who) {
  const std::string& code = who.suffix.empty() ? who.prefix : who.suffix;
  if (code == "DR") return "Dr";
  if (code == "PR") return "Pr";
  if (code == "M") return "M.";
  if (code == "MME") return "Mme";
  return code;
}

std::string joined(std::initializer_list<std::string> parts, std::string_view between) {
  std::string out;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

const std::string& shown(const Code& code) {
  return code.display.empty() ? code.code : code.display;
}

class Page {
 public:
  Page(const Tree& tree, const Document& document, const RenderWords& words)
      : tree_(tree), document_(document), words_(words), gallery_(out_, words), narrative_(out_, words, gallery_) {}

  Result<std::string> write() {
    head();
    facts();
    patient();
    document_.body.kind == BodyKind::embedded ? embedded() : structured();
    out_.markup("</main></body></html>\n");
    if (out_.overflowed()) {
      return std::unexpected(kernel::Error{kernel::ErrorKind::too_large,
                                           "cda.limits",
                                           {},
                                           {{"too-costly", "ClinicalDocument", "its page would be too large"}}});
    }
    return out_.take();
  }

 private:
  void head() {
    out_.markup("<!DOCTYPE html>\n<html lang=\"").text(words_.language).markup("\"><head><meta charset=\"utf-8\">");
    // Said by the page too, so that a saved copy stays as harmless as the served one.
    out_.markup(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-");
    out_.text(style_sha256()).markup("'\">");
    out_.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out_.markup("<meta name=\"referrer\" content=\"no-referrer\"><title>")
        .text(words_.page_title)
        .markup("</title><style>");
    out_.markup(style()).markup("</style></head><body><main");
    if (!document_.language.empty() && !document_.language.starts_with(words_.language)) {
      content_language_ = document_.language;
    }
    out_.markup("><h1");
    language();
    out_.markup(">").text(document_.title).markup("</h1>");
  }

  // Marks what the document says when it speaks another language than our words.
  void language() {
    if (!content_language_.empty()) out_.markup(" lang=\"").text(content_language_).markup("\"");
  }

  void fact(std::string_view name, std::string_view value) {
    if (value.empty() || name.empty()) return;
    out_.markup("<div><dt>").text(name).markup("</dt><dd>").text(value).markup("</dd></div>");
  }

  void facts() {
    out_.markup("<div class=\"card\"><h2>").text(words_.facts).markup("</h2><dl>");
    fact(words_.type, shown(document_.type));
    fact(words_.written, said(document_.effective));
    for (const Actor& author : document_.authors) fact(words_.author, said(author));
    for (const Service& service : document_.services) {
      fact(words_.act, shown(service.code));
      fact(words_.act_date, said(service.when));
      if (service.performer) fact(words_.performer, said_again(*service.performer));
    }
    if (document_.encounter) {
      const Encounter& encounter = *document_.encounter;
      fact(words_.place,
           joined({encounter.place.name, shown(encounter.place.setting), shown(encounter.code), said(encounter.when)},
                  ", "));
    }
    if (document_.legal_authenticator) fact(words_.signatory, said_again(*document_.legal_authenticator));
    fact(words_.custodian, document_.custodian.name);
    const std::string& level = document_.confidentiality.code;
    fact(words_.confidentiality, level == "N"   ? words_.confidentiality_n
                                 : level == "R" ? words_.confidentiality_r
                                 : level == "V" ? words_.confidentiality_v
                                                : shown(document_.confidentiality));
    out_.markup("</dl></div>");
  }

  void patient() {
    const Patient& who = document_.patient;
    out_.markup("<div class=\"card patient\"><h2>").text(words_.patient).markup("</h2><dl>");
    fact(words_.birth_name, who.birth_name);
    fact(words_.used_name, joined({who.used_given, who.used_name}, " "));
    std::string given;
    for (const auto& one : who.given) given += (given.empty() ? "" : " ") + one;
    fact(words_.given_names, given);
    if (who.birth) {
      Time day = *who.birth;
      day.precision = std::min(day.precision, Precision::day);
      fact(words_.birth_date, said(day));
    }
    if (!who.sex.empty()) {
      fact(words_.sex, who.sex == "F" ? words_.sex_f : who.sex == "M" ? words_.sex_m : words_.sex_other);
    }
    out_.markup("</dl></div>");
  }

  static std::string name_of(const Actor& who) {
    return joined({joined({title_of(who), who.given, who.family}, " "), who.device}, ", ");
  }
  static std::string said(const Actor& who) {
    return joined({name_of(who), shown(who.profession), who.organization.name}, ", ");
  }
  // Of someone who is an author too, everything was said once: the name will do.
  std::string said_again(const Actor& who) const {
    const bool known = std::any_of(document_.authors.begin(), document_.authors.end(),
                                   [&](const Actor& author) { return !who.ids.empty() && author.ids == who.ids; });
    return known && !name_of(who).empty() ? name_of(who) : said(who);
  }

  std::string said(const Time& time) const {
    const kernel::Date day = time.first_day();
    const std::string year = fmt::format("{}", day.year);
    if (time.precision == Precision::year) return year;
    const std::string& month = words_.months[day.month - 1];
    if (time.precision == Precision::month) return fill(words_.date_month, {{"month", month}, {"year", year}});
    const std::string number = day.day == 1 ? words_.first_of_month : fmt::format("{}", day.day);
    const std::string date = fill(words_.date, {{"day", number}, {"month", month}, {"year", year}});
    if (time.precision == Precision::day) return date;
    const std::string hour = time.iso[11] == '0' ? time.iso.substr(12, 1) : time.iso.substr(11, 2);
    return fill(words_.date_time, {{"date", date}, {"hour", hour}, {"minute", time.iso.substr(14, 2)}});
  }

  std::string said(const Period& when) const {
    if (when.start && when.end && when.start != when.end) {
      return fill(words_.period, {{"start", said(*when.start)}, {"end", said(*when.end)}});
    }
    if (when.start) return said(*when.start);
    return when.end ? fill(words_.until, {{"end", said(*when.end)}}) : std::string{};
  }

  void embedded() {
    std::string kept;
    const xml_node text = tree_.document().child("component").child("nonXMLBody").child("text");
    const auto checked = check_embedded(text, kept);
    if (!checked) return;
    const std::string& type = checked->media_type;
    out_.markup("<div class=\"text\">");
    if (type == "application/pdf") {
      out_.markup("<p>").text(words_.embedded_pdf).markup("</p>");
      gallery_.show_file(type, checked->base64, {});
    } else if (type == "text/plain") {
      plain_text(*checked);
    } else if (type.starts_with("image/")) {
      gallery_.show_file(type, checked->base64, {});
    } else {
      out_.markup("<p>").text(words_.embedded_file).markup("</p>");
      gallery_.show_file(type, checked->base64, {});
    }
    out_.markup("</div>");
  }

  void plain_text(const EmbeddedText& body) {
    const auto bytes = kernel::from_base64(body.base64, kernel::WhiteSpace::skip);
    const auto text = to_utf8(bytes ? ByteView(*bytes) : ByteView{});
    if (!text) {
      out_.markup("<p>").text(words_.embedded_file).markup("</p>");
      return gallery_.show_file(body.media_type, body.base64, {});
    }
    out_.markup("<div class=\"plain\"");
    language();
    out_.markup(">").text(*text).markup("</div>");
  }

  void structured() {
    const xml_node body = tree_.document().child("component").child("structuredBody");
    gallery_.learn(body);
    out_.markup("<div");
    language();
    out_.markup(">");
    sections(body, 2);
    out_.markup("</div>");
  }

  void sections(xml_node parent, int level) {
    for (auto component = parent.child("component"); component; component = component.next_sibling("component")) {
      for (auto one = component.child("section"); one; one = one.next_sibling("section")) section(one, level);
    }
  }

  // A section with a heading is one level above its parts; without one, its parts stand at its own level.
  void section(xml_node node, int level) {
    const xml_node text = node.child("text");
    const bool silent = !text || is_blank(text);
    std::string title = short_text(node.child("title"), 512);
    if (title.empty() && silent) title = shown_code(node.child("code"));
    if (!title.empty()) heading(title, level);
    if (!silent) narrative_.show(text);
    const bool pictured = gallery_.show_rest(node);
    if (silent && !pictured && node.child("entry"))
      out_.markup("<p class=\"help\">").text(words_.coded_only).markup("</p>");
    if (silent && !pictured && !node.child("entry") && !node.child("component")) {
      out_.markup("<p class=\"help\">").text(words_.empty_section).markup("</p>");
    }
    sections(node, title.empty() ? level : std::min(level + 1, 4));
  }

  static std::string shown_code(xml_node code) {
    const std::string_view display = attribute(code, "displayName");
    return display.size() <= 512 ? std::string(display) : std::string{};
  }

  void heading(std::string_view title, int level) {
    if (level == 2) out_.markup("<h2>").text(title).markup("</h2>");
    if (level == 3) out_.markup("<h3>").text(title).markup("</h3>");
    if (level == 4) out_.markup("<h4>").text(title).markup("</h4>");
  }

  const Tree& tree_;
  const Document& document_;
  const RenderWords& words_;
  Html out_{max_page_bytes};
  Gallery gallery_;
  Narrative narrative_;
  std::string content_language_;
};

}  // namespace

Result<std::string> render_html(ByteView xml, const RenderWords& words) {
  CARNET_TRY(tree, Tree::load(xml));
  CARNET_TRY(document, read_header(tree));
  return Page(tree, document, words).write();
}

}  // namespace carnet::cda
