// The formats of the primitive types of R4, as its regular expressions and prose ask, by hand-written matchers.
#pragma once
#include <string_view>

#include "standards/fhir/definitions.hpp"

namespace carnet::fhir {

bool is_id(std::string_view);
bool is_date(std::string_view);       // 2024, 2024-02 or 2024-02-29; the day exists
bool is_date_time(std::string_view);  // a date, or one with a time and its offset
bool is_instant(std::string_view);
bool is_time(std::string_view);
bool is_code(std::string_view);        // no space but single ones inside
bool is_uri(std::string_view);         // no white space
bool is_urn_oid(std::string_view);     // urn:oid:1.2.3
bool is_urn_uuid(std::string_view);    // urn:uuid:, in lower case
bool is_base64(std::string_view);      // padded; white space allowed
bool is_media_type(std::string_view);  // or one of the short names of R4: json, xml, ttl

// What a value of that type must be, when `text` is not one ("must be a date that exists, such as ..."); empty when it
// is. `text` is that of the string or number, without quotes and escapes.
std::string_view fault_of_primitive(Primitive, std::string_view text);

}  // namespace carnet::fhir
