// A document shown: on the documents' origin, under a ticket and a policy that lets nothing run.
#include <fmt/format.h>

#include "record/opening.hpp"
#include "record/web.hpp"

namespace carnet::record {

using kernel::Result;

namespace {

constexpr std::string_view nothing_else = "default-src 'none'; base-uri 'none'; form-action 'none'";

struct Page {
  std::string media_type, body;
};

// What the sandbox makes of the bytes; the caller waits on the pool.
Result<Page> page_of(const Shared& shared, const Ticket& ticket, const OpenedPart& opened) {
  const auto whole = may_show_bytes(shared, *ticket.caller, opened.grant, opened.opened.document);
  if (ticket.shown == Shown::html) {
    cda::RenderWords words;
    if (!whole) words.author = words.signatory = words.custodian = words.performer = words.place = {};
    CARNET_TRY(html, shared.cda.render(opened.bytes, words));
    return Page{"text/html; charset=utf-8", std::move(html)};
  }
  CARNET_CHECK(whole);
  if (ticket.embedded) {
    CARNET_TRY(inside, shared.cda.body(opened.bytes));
    if (inside.media_type != media_type_of(Media::pdf))
      return kernel::fault("record.embedded", "the file inside changed its kind");
    return Page{std::move(inside.media_type), std::string(kernel::as_text(inside.bytes))};
  }
  return Page{std::string(media_type_of(opened.opened.document.media)), std::string(kernel::as_text(opened.bytes))};
}

io::Task<Result<Page>> open_page(Shared& shared, const Ticket& ticket) {
  CARNET_CO_TRY(opened, co_await open_again(shared, ticket, Part::content));
  if (ticket.shown != Shown::html && !ticket.embedded) co_return page_of(shared, ticket, opened);
  std::optional<Result<Page>> page;
  const bool ran = co_await io::on_pool(shared.pool, [&] { page.emplace(page_of(shared, ticket, opened)); });
  if (!ran) co_return busy();
  co_return std::move(*page);
}

std::string policy_of(const Shared& shared, Shown shown) {
  const std::string frames = "; frame-ancestors " + shared.settings.main_origin;
  if (shown == Shown::html)
    return fmt::format("sandbox; {}; style-src 'sha256-{}'; img-src data:{}", nothing_else, cda::style_sha256(),
                       frames);
  return fmt::format("sandbox; {}{}", nothing_else, frames);
}

http::Response response_of(Page page) {
  return http::Response::text(page.media_type, std::move(page.body))
      .with("X-Content-Type-Options", "nosniff")
      .with("Cache-Control", "no-store")
      .with("Referrer-Policy", "no-referrer")
      .with("Content-Disposition", "inline");
}

}  // namespace

Answer show_ticket(Shared& shared, http::Exchange& exchange) {
  const auto ticket = shared.tickets.find(std::string(exchange.parameter("ticket")), shared.clock.now());
  if (!ticket) co_return not_found();
  CARNET_CO_TRY(page, co_await open_page(shared, *ticket));
  co_return response_of(std::move(page))
      .with("Content-Security-Policy", policy_of(shared, ticket->shown))
      .with("Cross-Origin-Resource-Policy", "cross-origin")
      .with("Strict-Transport-Security", "max-age=63072000");
}

// The viewer of the pages asks for the bytes here, with its session; pages of documents are never served on this
// origin.
Answer show_ticket_here(Shared& shared, http::Exchange& exchange) {
  const auto caller = caller_of(exchange);
  const auto ticket = shared.tickets.find(std::string(exchange.parameter("ticket")), shared.clock.now());
  if (!ticket || ticket->shown == Shown::html || ticket->caller->session != caller->session ||
      ticket->caller->person != caller->person)
    co_return not_found();
  CARNET_CO_TRY(page, co_await open_page(shared, *ticket));
  co_return response_of(std::move(page)).with("Content-Security-Policy", fmt::format("sandbox; {}", nothing_else));
}

}  // namespace carnet::record
