// record: the health record. Documents of a person, sealed; deposit, search, versions, reading. In: FHIR R4 (IHE MHD)
// from software, uploads from the holder. Rules: rules.md 5 and 13; invariants in README.md. Tables owned: item (one
// row per version, clustered by space), record_head, document_unique, write_once, seen, awaited_notice.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.hpp"
#include "foundation/http/http.hpp"
#include "foundation/store/store.hpp"
#include "keyring/keyring.hpp"

namespace carnet::record {

using kernel::PersonId;

enum class Media { pdf, png, jpeg, cda };

// How to run the parser of hostile bytes: the path of carnet-sandbox.
struct Settings {
  std::filesystem::path sandbox_program;
  std::string documents_origin;           // "https://documents.localhost:8443"
  std::string main_origin;                // who may frame it
  std::string base_url;                   // "https://localhost:8443/fhir/R4"
  std::filesystem::path rules;            // document types and classes, resource types
  std::size_t opened_bytes = 256u << 20;  // most memory of opened records
};

struct Deposited {
  std::string id;
  bool created = true;  // false: same uniqueId and same bytes were there already; answered as done
};

struct Shared;  // what the parts of record have in common; defined inside
namespace testing {
struct Inside;
}

class Record {
 public:
  static kernel::Result<std::unique_ptr<Record>> open(store::Store& main, const kernel::SecretBytes& master,
                                                      Settings settings, const parameters::Parameters& parameters,
                                                      audit::Journal& journal, keyring::Keyring& keyring,
                                                      notices::Notices& notices, identity::Identity& identity,
                                                      enrollment::Enrollment& enrollment, access::Access& access,
                                                      const io::Clock& clock, io::Entropy& entropy, io::Pool& pool);
  ~Record();
  static std::vector<store::Migration> migrations();

  // /fhir/R4: metadata, transaction (ITI-65), DocumentReference search and read (ITI-67), Binary (ITI-68),
  // Patient/_search
  std::vector<http::Route> fhir_routes();
  static http::Response render_operation_outcome(const kernel::Error& error, std::string_view request_id);
  // /api/spaces/{who}/documents..., /uploads..., /export
  std::vector<http::Route> web_routes();
  // GET /v/{ticket} on the documents' origin
  std::vector<http::Route> document_routes();

  // Documents deposited since the person last listed them, as that person may see them.
  io::Task<kernel::Result<std::int64_t>> new_documents(const identity::Caller& caller, PersonId person);
  // Tells those whose record holds what awaits an announcement that it was updated, when that is due. Called
  // every minute or so, and again while there is more (a few hundred people a call); late is late, and nothing is told twice.
  struct Told {
    std::int64_t people = 0;
    bool more = false;
  };
  io::Task<kernel::Result<Told>> sweep();
  // What « Qui peut voir ce document ? » judges: the facts of one document that the caller may see; `not_found` for what
  // is not there and for what they may not know of.
  io::Task<kernel::Result<access::ItemFacts>> item_facts(const identity::Caller& caller, PersonId person, std::string id);

 private:
  friend struct testing::Inside;
  Record();
  std::unique_ptr<Shared> shared_;
};

}  // namespace carnet::record
