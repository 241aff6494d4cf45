// The handlers of /api/spaces/{who}/... and of the documents' origin (docs/formats/web-api.md). Inside record only.
#pragma once
#include "record/opening.hpp"

namespace carnet::record {

using Answer = io::Task<kernel::Result<http::Response>>;

http::Response json_answer(const kernel::json::object& body, int status = 200);
// When that person last listed the documents of the space; the beginning of time when never.
io::Task<kernel::Result<kernel::Instant>> seen_by(Shared& shared, kernel::SpaceId space, PersonId reader);
// Whom the documents of the space are shown to, behind the grant with which they read.
struct Reader;
io::Task<kernel::Result<Reader>> reader_of(Shared& shared, CallerPtr caller, const access::AccessGrant& grant);
// filename="..." for a title, in RFC 6266 form.
std::string attachment_named(std::string_view title, std::string_view extension);
std::string file_name_of(std::string_view title);  // what no file system minds

// The item that the address names; whose space it is, is for the door.
kernel::Result<crypto::IdPermutation::Parts> parts_in_address(const Shared& shared, const http::Exchange& exchange);
// {who}, and only when the document is of that space.
Door door_of(const Shared& shared, const http::Exchange& exchange, kernel::SpaceId space, access::Act act);
// forbidden "record.place_withheld": the bytes of this document are not for this reader (discretion, rules.md 6).
kernel::Status may_show_bytes(const Shared& shared, const identity::Caller& caller, const access::AccessGrant& grant,
                              const Document& document);

Answer list_documents(Shared& shared, http::Exchange& exchange);
Answer tell_document(Shared& shared, http::Exchange& exchange);
Answer view_document(Shared& shared, http::Exchange& exchange);
Answer give_content(Shared& shared, http::Exchange& exchange);
Answer contest_document(Shared& shared, http::Exchange& exchange);
Answer hide_document(Shared& shared, http::Exchange& exchange);  // « Masquer aux professionnels », and back
Answer show_ticket(Shared& shared, http::Exchange& exchange);       // GET /v/{ticket}, on the documents' origin
Answer show_ticket_here(Shared& shared, http::Exchange& exchange);  // PDF and images, on the main origin
Answer begin_upload(Shared& shared, http::Exchange& exchange);
Answer put_upload(Shared& shared, http::Exchange& exchange);
Answer tell_upload(Shared& shared, http::Exchange& exchange);
Answer add_uploaded(Shared& shared, http::Exchange& exchange);
Answer export_space(Shared& shared, http::Exchange& exchange);

}  // namespace carnet::record
