// One text of SQL for both engines, and what each makes of it. Pure. Inside foundation/store only.
#pragma once
#include <string>
#include <string_view>

namespace carnet::store {

enum class Engine { sqlite, postgres };

// Whether a schema file is for this engine: all are, but *.sqlite.sql and *.postgres.sql.
bool meant_for(std::string_view file_name, Engine engine);

// A schema text as the engine takes it: on PostgreSQL BLOB is BYTEA, INTEGER is BIGINT and WITHOUT ROWID goes. Words in
// strings, quoted names and comments stay as they are.
std::string translate(std::string_view sql, Engine engine);

// The text without its comments (each becomes a space); strings and quoted names stay.
std::string without_comments(std::string_view sql);

// The highest n of the parameters $n in the text.
std::size_t highest_parameter(std::string_view sql);

// The first word of the text, in capitals: "SELECT", "INSERT" ...
std::string first_word(std::string_view sql);

// 128 bits of a text as 32 hexadecimal digits, to notice a schema file that was edited after it was applied. Not for
// security: made to be stable and different, not hard to forge.
std::string text_fingerprint(std::string_view text);

}  // namespace carnet::store
