// An e-mail as its reader meets it: bytes -> values. MIME, HTML, character sets and header encodings, every one of them
// as hostile as a stranger can make them. Pure: nothing is fetched, resolved or run. Time and memory grow linearly with
// the message, and Limits bounds both; what was cut is named in Message::limits_hit and the rest is still judged.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::mail {

using kernel::Bytes;
using kernel::ByteView;
using kernel::Instant;

// One header field as it stands in the bytes: order kept, repeated fields kept. `raw` is the value after the colon with
// its folding and encoding; unfolded() and decoded() are what one reads.
struct HeaderField {
  std::string name;  // as written; compare with is()
  std::string raw;
  bool is(std::string_view other) const;  // ASCII case-blind
  std::string unfolded() const;           // one line, outer white space gone
  std::string decoded() const;            // RFC 2047 encoded words and stray 8-bit text as UTF-8
};

struct Address {
  std::string display_name;  // decoded UTF-8, "" when there is none; may hold anything, another address included
  std::string mailbox;       // "anne@example.fr" as written; "" when what stands there is no address
  std::string local;         // before the last @
  std::string domain;        // after it: lower-case, no trailing dot; punycode stays punycode, U-labels stay UTF-8
};

// Why a reader does not see a text that is in the bytes.
enum class Hiding : std::uint8_t {
  none,
  not_displayed,  // display:none, the hidden attribute, collapsed details
  invisible,      // visibility:hidden
  transparent,    // opacity near 0, or a transparent colour
  tiny,           // font-size under 3 px
  same_colour,    // text whose colour is its background's, or nearly
  clipped,        // a box of no height or width that hides what overflows; clip
  off_screen,     // positioned or indented out of the page
  aria_hidden,    // seen, but not spoken: kept in the visible text too
  comment,        // <!-- -->
  outlook_only,   // <!--[if mso]>: shown by one family of readers
  not_rendered,   // title, template
  picture_text,   // alternative text: seen only while pictures are not loaded
  // Runs of zero-width or blank-looking symbols, which pad a preview line: named only, they stay in the visible text.
  invisible_symbols
};
std::string_view name_of(Hiding hiding);  // "not_displayed"

struct HiddenText {
  std::string text;
  Hiding why = Hiding::none;
  std::size_t at = 0;        // offset in Body::visible of the place where it stands
  bool preview = false;      // hidden text before any visible text: what the list of messages shows as a preview
  bool inside_word = false;  // letters stand on both sides with no space: the hidden text splits a word
};

// Something a reader can follow. Only HTML has them here: bare addresses inside a text are the text's.
struct Link {
  enum class Kind : std::uint8_t {
    anchor,
    area,
    form,     // where a form sends what is typed
    refresh,  // <meta http-equiv=refresh>
    frame,
    image,  // a remote picture, fetched when shown
    script  // an address written in a script: only an attached page runs it
  };
  Kind kind = Kind::anchor;
  std::string text;    // as seen: text inside, else alternative text of the picture inside, "" when nothing
  std::string target;  // entity-decoded, white space and control characters dropped, base href applied when relative
  std::size_t at = 0;  // offset of `text` in Body::visible, which holds text.size() bytes of it when text_is_visible
  bool text_is_visible = false;
  bool holds_picture = false;
  Hiding hiding = Hiding::none;
};

enum class BodyKind : std::uint8_t { plain, html };
struct Body {
  BodyKind kind = BodyKind::plain;
  // UTF-8; one '\n' between lines and blocks, runs of spaces folded (HTML), soft line breaks joined (flowed).
  std::string visible;
  std::vector<HiddenText> hidden;
  std::vector<Link> links;
  std::string charset;     // as declared, "" when not
  bool malformed = false;  // bytes that are not of the declared character set or encoding were replaced
  bool flattened = false;  // HTML beyond Limits::html_*: read by simpler rules than a browser's, styles included
  std::optional<std::uint32_t> alternative_of;  // number of the multipart/alternative it stands in
  bool attached = false;                        // sent as an attachment: read too, but not part of visible_text()
  bool passwords_asked = false;                 // a password or card field is in it
};

// Pictures that can carry words or a QR code.
struct Image {
  Bytes bytes;
  std::string type;        // as declared, lower-case: "image/png"
  std::string name;        // decoded file name
  std::string content_id;  // without < >
  std::string alternative_text;
  bool shown = false;  // inside the page (cid:, data:, or disposition inline), not only attached
};

struct Message;
struct Attachment {
  std::string name;                     // decoded (RFC 2231, RFC 2047)
  std::string type;                     // as declared, lower-case: "application/pdf"
  std::size_t size = 0;                 // decoded
  std::string first_bytes;              // up to 16, to tell what it is from what it says it is
  std::optional<std::uint32_t> nested;  // its place in Message::nested when it is message/rfc822
};

struct Limits {
  std::size_t bytes = 12u << 20;          // whole message; more is refused
  std::size_t header_bytes = 256u << 10;  // of one header block
  std::size_t header_fields = 1'000;
  std::size_t depth = 20;  // multiparts and messages inside one another
  std::size_t parts = 500;
  std::size_t text_bytes = 8u << 20;   // decoded text and HTML of all parts
  std::size_t image_bytes = 8u << 20;  // decoded, of all images
  std::size_t images = 50;
  std::size_t links = 20'000;
  std::size_t html_depth = 400;
  std::size_t html_memory = 96u << 20;  // what the tree of one page may take
};

struct Message {
  std::vector<HeaderField> headers;

  // How many From fields stand. Exactly one is legal: readers and verifiers choose differently among two.
  std::size_t from_fields = 0;
  std::vector<Address> from;  // of all From fields, in order
  std::vector<Address> sender, reply_to, to, cc;
  std::string subject;  // decoded, one line
  std::size_t subject_fields = 0;
  std::optional<Instant> date;           // of the first Date field that can be read
  std::string message_id;                // without < >
  std::string return_path;               // address in Return-Path, "" for <>
  std::vector<HeaderField> list_fields;  // List-*, Precedence, Auto-Submitted

  std::vector<Body> bodies;  // text/plain and text/html that are not attachments, in order
  // How far the parts of one multipart/alternative say different things: the share of the words of the shorter that the
  // longer lacks, 0 to 1, the worst pair; absent when there are not two with words.
  std::optional<double> alternatives_differ_by;
  std::vector<Image> images;
  std::vector<Attachment> attachments;
  std::vector<Message> nested;  // message/rfc822, as far as Limits::depth

  bool signed_smime_or_pgp = false;
  bool encrypted = false;
  bool eight_bit_headers = false;
  std::vector<std::string> oddities;    // codes: "header-no-colon", "boundary-missing", "encoding-unknown"...
  std::vector<std::string> limits_hit;  // names of Limits members

  // The last field of that name that a reader shows first in doubt: the first one from the top. nullptr when absent.
  const HeaderField* field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // What the reader sees first: of each alternative the HTML when there is one, else the text; several joined by '\n'.
  std::string visible_text() const;
};

// Reads a message. Refusals (`invalid` unless said): "mail.too-large" (too_large), "mail.empty", "mail.not-a-message"
// (no header field at the top: a binary file, an HTML page), "mail.header-bomb" (a header block beyond its limits). All
// else is read as far as it goes.
kernel::Result<Message> parse(ByteView raw, const Limits& limits = {});

// Messages that a message carries whole (message/rfc822), byte for byte, transfer encoding undone: the first one, the first
// inside that, and so on; at most `deepest`. Empty when there is none.
std::vector<std::string> carried_messages(ByteView raw, std::size_t deepest = 4, const Limits& limits = {});

// The text of a page as parse() sees it; for content that did not come by mail.
Body read_html(std::string_view utf8_html, const Limits& limits = {}, std::vector<Image>* images = nullptr);
// RFC 3676 when flowed: soft line breaks joined, quoting marks kept as "> ".
Body read_plain(std::string_view utf8_text, bool flowed = false, bool del_sp = false);

// "Anne <anne@example.fr>, Paul <...>": RFC 5322 with its encoded words; never fails, what is no address has mailbox
// "".
std::vector<Address> parse_addresses(std::string_view header_value);

}  // namespace carnet::mail
