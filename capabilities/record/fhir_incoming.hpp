// A resource that came to be written: read, judged, and aimed at one person; and what a write answers. Inside record only.
#pragma once
#include "record/fhir_aim.hpp"
#include "record/resources.hpp"

namespace carnet::record {

struct Incoming {
  std::string text;
  ReferenceAim aim;
  std::string id;  // as it came; empty when none did
};

// What is wrong with a resource of its own: by R4 (standards/fhir/validate.hpp), and its labels. A misspelt visibility
// must not be dropped: what was to be hidden would be shown.
std::vector<kernel::Issue> faults_of(const fhir::Json& resource);
void add_label_faults(fhir::Value resource, std::vector<kernel::Issue>& issues);

// `text` is a resource of `type`, valid (faults_of/fhir/validate.hpp), that refers to one person at most. Long texts are
// judged on the pool.
io::Task<kernel::Result<Incoming>> read_incoming(Shared& shared, std::string_view type, std::string_view text);

// 422 at the element that says whose a resource of this type is; at the resource where that is named by way of others only
// (Provenance). `path`: of the resource.
std::unexpected<kernel::Error> no_person(std::string_view type, std::string path);
// What was a person's stays theirs in its own words, where its type has them: otherwise no search by them finds it.
kernel::Status still_says_whose(std::string_view type, const ReferenceAim& aim, std::string path);

// `conflict` "record.changed" when a condition matched another version than this.
kernel::Status still_matched(const Asked& asked, std::int64_t version);
// By If-Match: nothing, or a version. Refuses what is no list of tags, or names several.
kernel::Result<std::optional<std::int64_t>> version_asked(std::string_view if_match);
std::optional<Once> once_of(const Asked& asked);

// Writes one op. To look and ask again when the record changed under a condition is the caller's business.
io::Task<kernel::Result<BatchWritten>> write_one(Shared& shared, const Asked& asked, Door door, WriteOp op,
                                               std::optional<std::int64_t> expected_change = std::nullopt);

// 201 or 200, Location, ETag, Last-Modified, and what Prefer asks for.
http::Response written_response(const Shared& shared, const Asked& asked, const BatchWritten& done);
// The same for what was there already (conditional create).
http::Response existing_response(const Shared& shared, const Asked& asked, const OpenedItem& item);

// What a condition (If-None-Exist, Type?...) finds, among what the caller may see.
struct Conditional {
  std::int64_t change = 0;
  std::vector<ItemPtr> matches;
};
// `criteria` as in an address; an unknown or unreadable parameter refuses the whole (a condition is not guessed). `whole`:
// the caller reads every resource, not documents alone.
kernel::Result<std::vector<ItemPtr>> matches_of(const Shared& shared, const PermittedRecord& record, ItemPtr patient,
                                                std::string_view type, fhir::Pairs criteria, bool whole = true);
io::Task<kernel::Result<Conditional>> look_up(Shared& shared, const Asked& asked, Door door, std::string_view type,
                                              std::string_view criteria);
fhir::Pairs pairs_of(std::string_view query);
std::unexpected<kernel::Error> several_match(std::string_view path);

}  // namespace carnet::record
