#include "standards/fhir/validate_primitives.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace {

using carnet::fhir::fault_of_primitive;
using carnet::fhir::Primitive;

struct Case {
  Primitive type;
  std::initializer_list<std::string_view> good, bad;
};

TEST(primitives, each_type_by_its_format) {
  const std::string long_id(65, 'a'), long_decimal = "1." + std::string(63, '0');
  const std::string control("a\x01z", 3), bell("\x07", 1);
  const Case cases[] = {
      {Primitive::integer, {"0", "-1", "2147483647", "-2147483648"}, {"2147483648", "1.0", "1e3", "-2147483649", ""}},
      {Primitive::unsigned_int, {"0", "2147483647"}, {"-1", "2147483648", "1.5"}},
      {Primitive::positive_int, {"1", "2147483647"}, {"0", "-1", "2147483648"}},
      {Primitive::decimal, {"0", "-1.50", "1e-10", "6.02E+23", "1e999"}, {"1e-9999", "1e10000", long_decimal}},
      {Primitive::string, {" a", "é\n\t", " "}, {control, bell}},
      {Primitive::markdown, {"# a\r\n"}, {control}},
      {Primitive::code, {"a", "a b", "é"}, {" a", "a ", "a  b", "a\tb ", ""}},
      {Primitive::id, {"a", "A-1.b"}, {"", "a b", "a_b", "é", "a/b", long_id}},
      {Primitive::uri, {"a", "http://e.org/é", "urn:x:y"}, {"a b", "a\nb", ""}},
      {Primitive::url, {"http://e.org"}, {"http://e.org/a b"}},
      {Primitive::canonical, {"http://e.org|1.0", "#a"}, {" http://e.org"}},
      {Primitive::oid,
       {"urn:oid:1.2.250.0", "urn:oid:2.999"},
       {"1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.", "urn:oid:1.02", "urn:oid:1..2"}},
      {Primitive::uuid,
       {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"},
       {"c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
        "urn:uuid:c757873dec9a-4326-a141-556f432395200"}},
      {Primitive::date,
       {"2024", "2024-02", "2024-02-29", "0001", "2000-02-29"},
       {"0000", "24", "2024-2", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "1900-02-29", "2024-04-31",
        "2024-01-00", "2024/01/01", "20240101", "2024-02-29T10:00:00Z", "2024-", "29-02-2024"}},
      {Primitive::date_time,
       {"2024", "2024-02", "2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T23:59:60.123456+14:00",
        "2024-02-29T10:00:00-05:30"},
       {"2024-02-29T10:00:00", "2024-02-29T10:00Z", "2024-02-29T24:00:00Z", "2024-02-29T10:60:00Z",
        "2024-02-29T10:00:61Z", "2024-02-29 10:00:00Z", "2024-02-29T10:00:00.Z", "2024-02-29T10:00:00+14:01",
        "2024-02-29T10:00:00+1:00", "2024-02-30T10:00:00Z", "2024-02T10:00:00Z", "2024-02-29T10:00:00z",
        "2024-02-29T10:00:00Z "}},
      {Primitive::instant,
       {"2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123+01:00"},
       {"2024", "2024-02-29", "2024-02-29T10:00:00"}},
      {Primitive::time, {"00:00:00", "23:59:59.9"}, {"24:00:00", "10:00", "10:00:00Z", "1:00:00", "10:00:00."}},
      {Primitive::base64_binary,
       {"YQ==", "YWI=", "YWJj", "YWJj\nYWJj ", "YQ = ="},
       {"Y", "YQ", "YQ=", "YQ==YQ==", "YQ-_", "====", "Y===", "é==="}},
  };
  for (const auto& [type, good, bad] : cases) {
    for (const auto text : good) EXPECT_EQ(fault_of_primitive(type, text), "") << int(type) << " " << text;
    for (const auto text : bad) EXPECT_NE(fault_of_primitive(type, text), "") << int(type) << " " << text;
  }
}

TEST(primitives, media_types) {
  for (const char* good : {"application/pdf", "text/plain; charset=utf-8", "image/svg+xml", "json"})
    EXPECT_TRUE(carnet::fhir::is_media_type(good)) << good;
  for (const char* bad : {"pdf", "text/", "/plain", "text /plain", "a/b/c", "text/pl ain"})
    EXPECT_FALSE(carnet::fhir::is_media_type(bad)) << bad;
}

}  // namespace
