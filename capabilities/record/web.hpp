// The handlers of /api/spaces/{who}/... and of the documents' origin (docs/formats/web-api.md). Inside record only.
#pragma once
#include "record/shared.hpp"

namespace carnet::record {

using Answer = io::Task<kernel::Result<http::Response>>;

http::Response json_answer(const kernel::json::object& body, int status = 200);
// When that person last listed the documents of the space; the beginning of time when never.
io::Task<kernel::Result<kernel::Instant>> seen_by(Shared& shared, kernel::SpaceId space, PersonId reader);
// filename="..." for a title, in RFC 6266 form.
std::string attachment_named(std::string_view title, std::string_view extension);
std::string file_name_of(std::string_view title);  // what no file system minds

Answer list_documents(Shared& shared, http::Exchange& exchange);
Answer tell_document(Shared& shared, http::Exchange& exchange);
Answer view_document(Shared& shared, http::Exchange& exchange);
Answer give_content(Shared& shared, http::Exchange& exchange);
Answer contest_document(Shared& shared, http::Exchange& exchange);
Answer show_ticket(Shared& shared, http::Exchange& exchange);       // GET /v/{ticket}, on the documents' origin
Answer show_ticket_here(Shared& shared, http::Exchange& exchange);  // PDF and images, on the main origin
Answer begin_upload(Shared& shared, http::Exchange& exchange);
Answer put_upload(Shared& shared, http::Exchange& exchange);
Answer tell_upload(Shared& shared, http::Exchange& exchange);
Answer add_uploaded(Shared& shared, http::Exchange& exchange);
Answer export_space(Shared& shared, http::Exchange& exchange);

}  // namespace carnet::record
