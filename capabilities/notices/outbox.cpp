// The demonstration's outbox: every message, read as its receiver would.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "foundation/kernel/json.hpp"
#include "notices/state.hpp"

namespace carnet::notices {

namespace json = kernel::json;
using kernel::ErrorKind;
using kernel::Instant;
using kernel::Result;
using store::Row;

namespace {

constexpr std::size_t outbox_page = 50, outbox_scan_most = 2'000;

std::string id_text(std::int64_t id) { return fmt::format("{:x}", id); }

json::object summary(const Queued& row, const Sealed& sealed) {
  json::object out{{"id", id_text(row.id)},
                   {"channel", code_of(sealed.notice.channel)},
                   {"to_name", sealed.notice.to.name},
                   {"at", kernel::to_rfc3339(Instant{row.queued_at})},
                   {"subject", sealed.written.subject}};
  if (!sealed.notice.code.empty()) out["code"] = grouped(sealed.notice.code.reveal_text());
  return out;
}

Queued row_of(const Row& row) {
  const auto blob = row.blob(3);
  Queued out;
  out.id = row.integer(0);
  out.queued_at = row.integer(1);
  out.reference = std::string(row.text(2));
  out.sealed.assign(blob.begin(), blob.end());
  return out;
}

bool names(const Sealed& sealed, const std::string& query) {
  if (query.empty()) return true;
  const auto folded = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  return folded(sealed.notice.to.name).find(folded(query)) != std::string::npos;
}

std::unexpected<kernel::Error> unknown() { return kernel::refuse(ErrorKind::not_found, "not_found"); }

}  // namespace

io::Task<Result<http::Response>> Notices::State::outbox(http::Exchange& exchange) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  std::string query;
  for (const auto& [name, value] : exchange.request.query_pairs()) {
    if (name == "before") std::from_chars(value.data(), value.data() + value.size(), before, 16);
    if (name == "q") query = value;
  }
  std::function<Result<std::vector<Queued>>(store::Snapshot&)> look = [before](store::Snapshot& at) -> Result<std::vector<Queued>> {
    std::vector<Queued> rows;
    CARNET_CHECK(at.query("SELECT notice_id, queued_at, reference, sealed FROM notice WHERE notice_id < $1 "
                          "ORDER BY notice_id DESC LIMIT $2",
                          {before, static_cast<std::int64_t>(outbox_scan_most)}, [&](const Row& row) {
                            rows.push_back(row_of(row));
                            return true;
                          }));
    return rows;
  };
  CARNET_CO_TRY(rows, co_await main.read<std::vector<Queued>>(look));
  json::array items;
  std::int64_t last = 0;
  for (const auto& row : rows) {
    if (items.size() == outbox_page) break;
    last = row.id;
    const auto sealed = unseal(row.id, row.sealed);
    if (sealed && names(*sealed, query)) items.push_back(summary(row, *sealed));
  }
  json::object answer{{"today", kernel::to_text(kernel::date_in(clock.now(), kernel::Zone::paris()))}, {"items", std::move(items)}};
  if (!rows.empty() && (last != rows.back().id || rows.size() == outbox_scan_most)) answer["next_before"] = id_text(last);
  co_return http::Response::json(json::serialize(answer));
}

io::Task<Result<Notices::State::Item>> Notices::State::item(std::string id) {
  std::int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  std::function<Result<std::optional<Queued>>(store::Snapshot&)> look = [number](store::Snapshot& at) -> Result<std::optional<Queued>> {
    std::optional<Queued> found;
    CARNET_CHECK(at.query("SELECT notice_id, queued_at, reference, sealed FROM notice WHERE notice_id = $1", {number},
                          [&](const Row& row) {
                            found = row_of(row);
                            return false;
                          }));
    return found;
  };
  CARNET_CO_TRY(row, co_await main.read<std::optional<Queued>>(look));
  if (!row) co_return unknown();
  CARNET_CO_TRY(sealed, unseal(row->id, row->sealed));
  co_return Item{std::move(*row), std::move(sealed)};
}

io::Task<Result<http::Response>> Notices::State::outbox_item(http::Exchange& exchange) {
  CARNET_CO_TRY(found, co_await item(std::string(exchange.parameter("id"))));
  const auto& [row, sealed] = found;
  json::object answer = summary(row, sealed);
  answer["reference"] = row.reference;
  std::string address = sealed.notice.to.address;
  for (const auto& line : sealed.notice.to.postal.lines)
    if (sealed.notice.channel == Channel::letter) address += (address.empty() ? "" : "\n") + line;
  answer["to_address"] = address;
  std::string text;
  if (sealed.notice.channel == Channel::sms || sealed.notice.channel == Channel::voice) {
    text = sealed.written.short_text;
  } else {
    for (const auto& paragraph : sealed.written.paragraphs) text += (text.empty() ? "" : "\n\n") + paragraph;
  }
  answer["text"] = text;
  if (sealed.notice.channel == Channel::letter)
    answer["pdf"] = fmt::format("/api/demonstration/outbox/{}/letter.pdf", id_text(row.id));
  co_return http::Response::json(json::serialize(answer));
}

io::Task<Result<http::Response>> Notices::State::outbox_letter(http::Exchange& exchange) {
  CARNET_CO_TRY(found, co_await item(std::string(exchange.parameter("id"))));
  const auto& [row, sealed] = found;
  if (sealed.notice.channel != Channel::letter) co_return unknown();
  Result<kernel::Bytes> pdf = kernel::fault("notices.letter", "not drawn");
  const auto posted = kernel::date_in(Instant{row.queued_at}, kernel::Zone::paris());
  if (!co_await io::on_pool(pool, [&] { pdf = draw_letter(sealed.notice, sealed.written, row.reference, posted, settings, words); }))
    co_return kernel::refuse(ErrorKind::unavailable, "notices.busy");
  if (!pdf) co_return std::unexpected(pdf.error());
  co_return http::Response::text("application/pdf", std::string(kernel::as_text(*pdf)));
}

std::vector<http::Route> Notices::routes() {
  if (!state_->settings.demonstration) return {};
  auto* state = state_.get();
  return {
      {http::Method::get, "/api/demonstration/outbox", [state](http::Exchange& e) { return state->outbox(e); }, http::Access::anyone},
      {http::Method::get, "/api/demonstration/outbox/{id}", [state](http::Exchange& e) { return state->outbox_item(e); },
       http::Access::anyone},
      {http::Method::get, "/api/demonstration/outbox/{id}/letter.pdf", [state](http::Exchange& e) { return state->outbox_letter(e); },
       http::Access::anyone},
  };
}

}  // namespace carnet::notices
