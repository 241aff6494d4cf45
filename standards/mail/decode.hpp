// Transfer encodings and character sets. Internal to standards/mail.
#pragma once
#include <string>
#include <string_view>

namespace carnet::mail {

enum class Transfer { plain, base64, quoted_printable, uuencode, unknown };
Transfer transfer_of(std::string_view content_transfer_encoding);
// At most `limit` decoded bytes; `cut` is set when there were more.
std::string decode_transfer(std::string_view encoded, Transfer transfer, std::size_t limit, bool& cut);

// Any character set mail uses, by any of its names, to UTF-8. An unknown or absent one is guessed: UTF-8 when the bytes
// are that, else windows-1252. `damaged`: bytes were not of that set and became U+FFFD. `known` is false when guessed
// against a declaration.
std::string to_utf8(std::string_view bytes, std::string_view charset, bool& damaged, bool& known);
// Whether conversion of that name may be asked of the C library: its less travelled tables are not for strangers.
bool is_known_charset(std::string_view name);

// RFC 2047: encoded words anywhere in a header value, adjacent ones joined before conversion when they share their set;
// stray 8-bit text by to_utf8. The result is valid UTF-8.
std::string decode_words(std::string_view value);

}  // namespace carnet::mail
