// Names and identifiers as people type them. Pure. Inside identity only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::identity {

bool is_utf8(std::string_view text);                          // no surrogates, no overlong forms, no U+0000
std::optional<std::vector<char32_t>> code_points(std::string_view text);  // nullopt: not UTF-8

// Case, accents (composed or combining), ligatures, hyphens, apostrophes and spaces do not count: "Jean-Étienne D’Œuvre"
// is "jean etienne d oeuvre". Letters of other scripts stay as they are.
std::string fold_name(std::string_view text);
// The same for a sign-in name, but punctuation stays and is significant: "Léa.Martin@Exemple.fr" is "lea.martin@exemple.fr".
std::string fold_identifier(std::string_view text);

// Spaces of any kind (ASCII, U+00A0, U+2000-200B, U+202F) at both ends cut.
std::string_view trimmed(std::string_view text);
// Every space of any kind dropped.
std::string without_spaces(std::string_view text);

}  // namespace carnet::identity
