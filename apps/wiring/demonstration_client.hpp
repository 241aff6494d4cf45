// The software of the demonstration hospital: its key, its tokens, and what it sends and asks over FHIR, through the same
// door as any other producer. Used by `carnet demo`, by proofs and by the bench.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "apps/wiring/country.hpp"
#include "foundation/http/client.hpp"

namespace carnet::wiring {

class House;

// Makes the hospital's signing key (data/demonstration/hospital-key.pem, 0600) and registers the client with its public key.
io::Task<kernel::Status> register_demonstration_client(House& house, const Country& country);

// Who is asked or told, as software knows a person: number, and the traits a deposit must carry.
struct Patient {
  std::string system, number;
  std::string birth_name, given_name, birth_date;  // ISO
  std::string sex;                                 // "male" "female" "unknown"
};

// A document to deposit, with what its DocumentReference says.
struct DocumentToSend {
  kernel::Bytes bytes;
  std::string media_type;  // "text/xml" for CDA
  std::string unique_id;   // "urn:oid:..." or "urn:uuid:..."
  std::string title, type_code, type_system, class_code;
  std::string act_date;    // instant or date
  std::string author_rpps, author_name, structure_id, structure_name;
  std::string confidentiality = "N";
  std::string replaces;    // unique id, empty
};

// The ITI-65 transaction Bundle: SubmissionSet List + DocumentReference + Binary.
std::string provide_document_bundle(const Patient& patient, const DocumentToSend& document, std::string_view now_rfc3339);

class DemonstrationClient {
 public:
  // `key_pem`: the hospital's key; `connect` makes a connection to the service's main host.
  DemonstrationClient(std::string base_url, kernel::SecretBytes key_pem, std::string finess, http::Client& connection);
  // A token for the professional (empty: the software alone) and purpose "normal" | "bris_de_glace" | "centre_15".
  kernel::Result<std::string> token(const std::string& rpps, const std::string& purpose, const std::string& reason,
                                    std::int64_t now_s);
  struct Answer {
    int status = 0;
    std::string body, location;
  };
  kernel::Result<Answer> provide(const std::string& token, const std::string& bundle);
  kernel::Result<Answer> find_documents(const std::string& token, const Patient& patient);  // ITI-67 by POST _search
  kernel::Result<Answer> retrieve(const std::string& token, const std::string& path);       // ITI-68

 private:
  std::string base_url_;
  kernel::SecretBytes key_;
  std::string finess_;
  http::Client& connection_;
};

}  // namespace carnet::wiring
