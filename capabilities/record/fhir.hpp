// The verbs of /fhir/R4. A request, or an entry of a Bundle, becomes one Asked; each verb is a function of it, in a file
// of its own. No rule of access here: doors, the store and its grants say no. Inside record only.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "record/opening.hpp"
#include "standards/fhir/bundle_request.hpp"
#include "standards/fhir/conditional.hpp"
#include "standards/fhir/definitions.hpp"
#include "standards/fhir/fhir.hpp"

namespace carnet::record {

using Answer = io::Task<kernel::Result<http::Response>>;

struct Asked {
  CallerPtr caller;
  fhir::Verb verb = fhir::Verb::get;
  fhir::RelativeUrl url;
  fhir::Pairs pairs;               // of the address, then of the form
  bool may_hold_identity = false;  // the pairs came in a body: an INS may stand among them
  std::string_view body, content_type;
  std::string_view if_match, if_none_match, if_modified_since, if_none_exist, idempotency_key;
  fhir::Prefer prefer;
  std::string request_id;
  std::string path;  // "Bundle.entry[3]" of an entry; empty of a request
  std::optional<std::int64_t> matched_version;  // that a condition was judged by: another in force is `conflict` "record.changed"
};

// ---- the verbs --------------------------------------------------------------------------------------------------------
Answer perform(Shared& shared, const Asked& asked);               // which of these
Answer read_one(Shared& shared, const Asked& asked);              // read, vread
Answer read_content(Shared& shared, const Asked& asked, std::string_view accept);  // Binary (ITI-68)
Answer tell_history(Shared& shared, const Asked& asked);          // of one, of a type, of a space
Answer search_type(Shared& shared, const Asked& asked);           // GET, POST _search, in a compartment
Answer create_one(Shared& shared, const Asked& asked);            // with If-None-Exist
Answer update_one(Shared& shared, const Asked& asked);            // with If-Match, and conditional
Answer patch_one(Shared& shared, const Asked& asked);             // JSON Patch
Answer delete_one(Shared& shared, const Asked& asked);
Answer change_by_condition(Shared& shared, const Asked& asked);   // PATCH, DELETE Type?...
Answer validate_one(Shared& shared, const Asked& asked);          // $validate
Answer tell_everything(Shared& shared, const Asked& asked);       // $everything
Answer take_bundle(Shared& shared, const Asked& asked);           // batch, transaction
Answer provide_documents(Shared& shared, const Asked& asked, const fhir::Json& bundle);  // ITI-65
Answer publish_document(Shared& shared, const Asked& asked);      // ITI-105
Answer revise_document(Shared& shared, const Asked& asked);       // PUT, PATCH, DELETE of a DocumentReference
Answer read_person(Shared& shared, const Asked& asked);           // Patient, Practitioner, Organization
Answer search_people(Shared& shared, const Asked& asked);
Answer tell_capability(Shared& shared);
Answer tell_smart_configuration(Shared& shared);

// ---- what is done for which type: the one table that perform() obeys and the CapabilityStatement tells -----------------
enum class Does : unsigned {
  read = 1, vread = 2, history = 4, history_type = 8, search = 16, create = 32, update = 64, patch = 128, remove = 256,
  conditional_write = 512, validate = 1024, everything = 2048, conditional_change = 4096,
};
bool does(const Shared& shared, std::string_view type, Does what);
bool keeps(const Shared& shared, std::string_view type);  // is anything done for it?
bool is_searchable(const fhir::SearchParameterInfo& parameter);

// ---- who may ask ------------------------------------------------------------------------------------------------------
kernel::Status may_read(const identity::Caller& caller, std::string_view type);
// False: documents and their submission sets only, whatever a list or a reference leads to.
bool reads_whole_record(const identity::Caller& caller);
kernel::Status may_write(const identity::Caller& caller, std::string_view type);

// ---- how much is answered at once -------------------------------------------------------------------------------------
// A page ends before what it holds grows beyond most_page_bytes, and never before its first resource: the next page goes on.
// Of a Bundle of requests, nothing is read any more once the answers take most_answer_bytes.
inline constexpr std::size_t most_page_bytes = 8u << 20, most_answer_bytes = 64u << 20;
// How many of the first `count` fit, by the bytes of each; at least one, where there is one.
template <class BytesOf>
std::size_t how_many_fit(std::size_t count, BytesOf&& bytes_of) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bytes += bytes_of(i);
    if (i > 0 && bytes > most_page_bytes) return i;
  }
  return count;
}

// ---- answers ----------------------------------------------------------------------------------------------------------
http::Response fhir_response(std::string body, int status = 200);
// A resource, with its ETag and Last-Modified.
http::Response versioned_response(std::string body, std::int64_t version, kernel::Instant updated, int status = 200);
http::Response not_modified(std::int64_t version, kernel::Instant updated);
// What every list that a professional reads says, whatever it holds (rules.md 6): the same bytes whether something is
// hidden or not. Bundle.meta.tag, before anything else of the Bundle.
void say_may_be_masked(fhir::BundleWriter& out, const identity::Caller& caller);
// A professional who reads what awaits its announcement is warned: header Warning.
void warn_of_awaited(http::Response& response, const access::ItemFacts& facts, kernel::Instant now);
std::string full_url(const Shared& shared, std::string_view type, std::string_view id);
std::unexpected<kernel::Error> not_done(std::string_view says);  // 405: a verb that this type does not have
// 400 with one issue, at a parameter or element.
std::unexpected<kernel::Error> bad_request(std::string_view code, std::string_view path, std::string_view says);

// An id of ours names its space; anything else names nothing.
kernel::Result<crypto::IdPermutation::Parts> parts_of(const Shared& shared, std::string_view id);

// ---- documents as FHIR shows them -------------------------------------------------------------------------------------
// Whose documents are shown: a former number, sex or name of theirs is not (rules.md 2).
io::Task<kernel::Result<identity::Person>> person_shown(Shared& shared, PersonId person);
fhir::Presentation presentation_for(const identity::Person& person);
std::string present(const Shared& shared, kernel::SpaceId space, const identity::Person& person,
                    const OpenedDocument& opened, kernel::ByteView resource);
// Who filed something finds that again, and does not come to know the person by it (rules.md 6): to read who somebody is
// takes a relation to them, or an emergency.
bool may_know_who(const access::AccessGrant& grant);
// Professionals and structures of the directory, which is public: those of `keys` (type, id) that it knows, as FHIR.
struct OfDirectory {
  std::string type, id, text;
};
using DirectoryKeys = std::vector<std::pair<std::string, std::string>>;
bool is_of_directory(std::string_view type);
io::Task<kernel::Result<std::vector<OfDirectory>>> find_in_directory(Shared& shared, DirectoryKeys keys);
// The Patient of the register, as FHIR.
std::string present_patient(const Shared& shared, const identity::Person& person);
// The SubmissionSets (List) with which the permitted documents came, each reduced to that document (ITI-66).
struct OpenedBy;
io::Task<kernel::Result<std::vector<ItemPtr>>> submission_sets(Shared& shared, const OpenedBy& opened);

}  // namespace carnet::record
