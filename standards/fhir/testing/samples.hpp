// A transaction as a producer's software sends it, to be altered by tests.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "foundation/kernel/bytes.hpp"

namespace carnet::fhir::testing {

struct Sample {
  std::string number = "279035121518989", system = "urn:oid:1.2.250.1.213.1.4.11";
  std::string birth_name = "MARTIN", given_name = "Nadia", birth_date = "1979-03-11", sex = "female";
  std::string unique_id = "urn:oid:1.2.250.1.999.1.1.7";
  std::string content_type = "application/pdf";
  std::string bytes = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
  std::string title = "Compte rendu de biologie";
  std::string type = R"({"coding":[{"system":"http://loinc.org","code":"11502-2"}]})";
  std::string category = R"([{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"10"}]}])";
  std::string labels =
      R"([{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]}])";
  std::string creation = "2024-05-02T10:30:00+02:00", date = "2024-05-02T11:00:00+02:00";
  std::string rpps = "10001234567", author = "Dr Lina Benali";
  std::string finess = "750000001", structure = "Hôpital des Tilleuls";
  std::string extra;       // members added to the DocumentReference, ",..." each
  std::string attachment;  // the same to the attachment

  std::string patient() const {
    return R"({"resourceType":"Patient","id":"p","identifier":[{"system":")" + system + R"(","value":")" + number +
           R"("}],"name":[{"use":"official","family":")" + birth_name + R"(","given":[")" + given_name +
           R"("]}],"gender":")" + sex + R"(","birthDate":")" + birth_date + R"("})";
  }
  std::string people() const {
    return patient() +
           R"(,{"resourceType":"Practitioner","id":"a","identifier":[{"system":"https://rpps.esante.gouv.fr","value":")" +
           rpps + R"("}],"name":[{"text":")" + author +
           R"("}]},{"resourceType":"Organization","id":"s","identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"1)" +
           finess + R"("}],"name":")" + structure + R"("})";
  }
  std::string document_reference() const {
    return R"({"resourceType":"DocumentReference","contained":[)" + people() +
           R"(],"masterIdentifier":{"system":"urn:ietf:rfc:3986","value":")" + unique_id + R"("},"status":"current",)" +
           (type.empty() ? "" : R"("type":)" + type + ",") +
           (category.empty() ? "" : R"("category":)" + category + ",") + R"("subject":{"reference":"#p"},"date":")" +
           date + R"(","author":[{"reference":"#a"},{"reference":"#s"}],)" +
           (labels.empty() ? "" : R"("securityLabel":)" + labels + ",") +
           R"("content":[{"attachment":{"contentType":")" + content_type +
           R"(","url":"urn:uuid:00000000-0000-4000-8000-0000000000B3")" +
           (title.empty() ? "" : R"(,"title":")" + title + "\"") +
           (creation.empty() ? "" : R"(,"creation":")" + creation + "\"") + attachment +
           R"(}}],"context":{"sourcePatientInfo":{"reference":"#p"}})" + extra + "}";
  }
  std::string submission_set() const {
    return R"({"resourceType":"List","contained":[)" + patient() +
           R"(],"status":"current","mode":"working","code":{"coding":[{"system":"https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes","code":"submissionset"}]},"subject":{"reference":"#p"},"date":")" +
           date + R"(","entry":[{"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000b2"}}]})";
  }
  std::string binary() const {
    return R"({"resourceType":"Binary","contentType":")" + content_type + R"(","data":")" +
           kernel::to_base64(kernel::as_bytes(bytes)) + "\"}";
  }
  std::string bundle() const {
    const auto entry = [](std::string_view last, const std::string& resource, std::string_view type) {
      return R"({"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000)" + std::string(last) + R"(","resource":)" +
             resource + R"(,"request":{"method":"POST","url":")" + std::string(type) + "\"}}";
    };
    return R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entry("b1", submission_set(), "List") + "," +
           entry("b2", document_reference(), "DocumentReference") + "," + entry("b3", binary(), "Binary") + "]}";
  }
};

// The text with its first `from` replaced: a test whose sample changed fails here and not in silence.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace carnet::fhir::testing
