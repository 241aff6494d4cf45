// /api/vigilance/... (docs/formats/vigilance-api.md): parsing and telling. No rule here.
#include <algorithm>

#include "foundation/kernel/json.hpp"
#include "vigilance/desk_state.hpp"
#include "vigilance/exercise.hpp"

namespace carnet::vigilance {

namespace json = kernel::json;
using kernel::ErrorKind;
using kernel::Result;
using Reply = io::Task<Result<http::Response>>;

namespace {

constexpr std::size_t max_text = 200'000, max_body = 12u << 20, max_shown = 20'000;
constexpr int radar_weeks = 8;
constexpr std::int64_t least_told = 20;  // fewer could say something of someone

// Bytes of UTF-8 to UTF-16 code units: what a browser counts.
std::size_t units_to(std::string_view text, std::size_t byte) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < std::min(byte, text.size()); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0U) != 0x80U) units += c >= 0xF0U ? 2 : 1;
  }
  return units;
}

json::object to_json(const Engine& engine, const Judgement& judgement, bool coarse_only) {
  const auto answer = engine.answer(judgement);
  const std::string_view shown = coarse_only ? std::string_view() : std::string_view(judgement.shown).substr(0, max_shown);
  json::array reasons;
  for (const auto& reason : judgement.reasons) {
    json::array marks;
    for (const auto& span : reason.spans)
      if (span.begin < span.end && span.end <= shown.size())
        marks.push_back(json::array{units_to(shown, span.begin), units_to(shown, span.end)});
    json::object told{{"sign", code_of(reason.sign)}, {"marks", std::move(marks)}};
    if (!reason.name.empty()) told["name"] = reason.name;
    if (!reason.subject.empty()) told["subject"] = reason.subject;
    reasons.push_back(std::move(told));
  }
  json::object says{{"verdict", answer.verdict}, {"action", answer.action}, {"reason", answer.reason}};
  if (!answer.deadline.empty()) says["deadline"] = answer.deadline;
  return {{"verdict", code_of(judgement.verdict)}, {"says", std::move(says)},   {"reasons", std::move(reasons)},
          {"like_true_notice", judgement.like_true_notice}, {"shown", shown}, {"coarse", coarse_only}};
}

json::array to_json(const std::vector<Step>& steps) {
  json::array out;
  for (const auto& step : steps) {
    json::object told{{"code", step.code}};
    if (!step.call.empty()) told["call"] = step.call;
    if (!step.open.empty()) told["open"] = step.open;
    json::array sends;
    for (const auto& one : step.send) sends.push_back(json::object{{"to", one.to}, {"text", one.text}});
    if (!sends.empty()) told["send"] = std::move(sends);
    out.push_back(std::move(told));
  }
  return out;
}

bool flag(const json::object& in, std::string_view name) {
  const auto* value = in.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::unexpected<kernel::Error> bad(std::string_view path, std::string_view says) {
  return kernel::invalid("body", {{"value", std::string(path), std::string(says)}});
}

Result<Message> message_in(const json::object& body) {
  kernel::Reader in(body);
  const std::string text = in.optional_text("text", max_text), eml = in.optional_text("eml", max_body);
  const std::string sender = in.optional_text("sender", 100), subject = in.optional_text("subject", 500);
  if (!in.ok()) return in.error();
  Message message;
  if (!eml.empty()) {
    const auto bytes = kernel::from_base64(eml, kernel::WhiteSpace::skip);
    if (!bytes) return bad("/eml", "is not base64");
    message.form = Message::Form::email;
    message.content = std::string(kernel::as_text(*bytes));
  } else {
    message = message_of(text);
  }
  message.sender = sender;
  if (message.form == Message::Form::text) message.subject = subject;
  if (const auto* ticks = body.if_contains("ticks"); ticks != nullptr && ticks->is_object()) {
    const auto& ticked = ticks->get_object();
    message.ticks = {flag(ticked, "health_card"), flag(ticked, "payment"), flag(ticked, "link")};
  }
  if (message.content.empty() && !message.ticks.health_card && !message.ticks.payment && !message.ticks.link)
    return bad("/text", "nothing to check: a text, an e-mail or one tick");
  return message;
}

Result<Circumstance> kind_in(const json::object& body) {
  const auto* value = body.if_contains("kind");
  const std::string_view word = value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  if (word == "sms") return Circumstance::sms;
  if (word == "email") return Circumstance::email;
  if (word == "call") return Circumstance::call;
  if (word == "link") return Circumstance::link;
  return bad("/kind", "sms, email, call or link");
}

std::vector<std::string> words_in(const json::object& body, std::string_view name) {
  std::vector<std::string> out;
  const auto* value = body.if_contains(name);
  if (value == nullptr || !value->is_array()) return out;
  for (const auto& one : value->get_array())
    if (one.is_string() && out.size() < 20) out.emplace_back(one.get_string());
  return out;
}

http::Response told(json::object body, int status = 200) {
  auto response = http::Response::json(json::serialize(body), status);
  response.with("Cache-Control", "no-store");
  return response;
}

}  // namespace

struct DeskRoutes {
  using State = Desk::State;

  // Parsing what a stranger wrote is slow at its worst: never on the thread that serves.
  static io::Task<Result<Judgement>> judged(State& state, Message message) {
    Result<Judgement> judgement = kernel::fault("vigilance.judge", "not judged");
    if (!co_await io::on_pool(state.pool, [&] { judgement = state.judge(message); }))
      co_return kernel::refuse(ErrorKind::unavailable, "vigilance.busy", "ask again");
    co_return judgement;
  }

  static Reply check(State& state, http::Exchange& exchange) {
    CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
    CARNET_CO_TRY(message, message_in(body));
    CARNET_CO_TRY(judgement, co_await judged(state, std::move(message)));
    const bool often = state.askers.is_frequent(exchange.request.peer, state.clock.now());
    co_return told(to_json(state.engine, often ? coarse(judgement) : judgement, often));
  }

  // A reference alone is on every letter that somebody copies: it counts for whoever it was sent to, signed in, and only under
  // the very words that were sent.
  static io::Task<kernel::Status> ask_notices(State& state, const http::Exchange& exchange, Message& message) {
    if (state.notices == nullptr || !exchange.principal || message.form != Message::Form::text) co_return kernel::Status{};
    const auto reader = state.holder(*exchange.principal);
    if (!reader) co_return kernel::Status{};
    message.reference_asked = true;
    for (const auto& reference : references_in(message.content)) {
      CARNET_CO_TRY(sent, co_await state.notices->sent_to(*reader, reference, message.content));
      if (sent) message.reference_bound = kernel::date_in(sent->at, kernel::Zone::paris());
    }
    co_return kernel::Status{};
  }

  static Reply check_notice(State& state, http::Exchange& exchange) {
    CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
    CARNET_CO_TRY(message, message_in(body));
    CARNET_CO_CHECK(co_await ask_notices(state, exchange, message));
    CARNET_CO_TRY(judgement, co_await judged(state, std::move(message)));
    const bool often = state.askers.is_frequent(exchange.request.peer, state.clock.now()) && judgement.verdict != Verdict::official;
    co_return told(to_json(state.engine, often ? coarse(judgement) : judgement, often));
  }

  static Reply check_image(State& state, http::Exchange& exchange) {
    const auto& picture = exchange.request.body;
    Result<Message> message = kernel::fault("vigilance.picture", "not read");
    if (!co_await io::on_pool(state.picture_pool, [&] { message = read_picture(state.picture_reader, picture); }))
      co_return kernel::refuse(ErrorKind::unavailable, "vigilance.busy", "ask again");
    if (!message) co_return std::unexpected(std::move(message).error());
    CARNET_CO_TRY(judgement, co_await judged(state, *std::move(message)));
    const bool often = state.askers.is_frequent(exchange.request.peer, state.clock.now());
    co_return told(to_json(state.engine, often ? coarse(judgement) : judgement, often));
  }

  static Reply report(State& state, http::Exchange& exchange) {
    CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
    CARNET_CO_TRY(kind, kind_in(body));
    CARNET_CO_TRY(message, message_in(body));
    const std::string sender = message.sender;
    CARNET_CO_TRY(judgement, co_await judged(state, std::move(message)));
    const std::string text = redacted(judgement.shown);
    Result<State::Filed> filed = kernel::fault("vigilance.report", "not filed");
    if (!co_await io::on_pool(state.pool, [&] { filed = state.file_report(judgement, text); }))
      co_return kernel::refuse(ErrorKind::unavailable, "vigilance.busy", "ask again");
    if (!filed) co_return std::unexpected(std::move(filed).error());
    const auto steps = report_steps(state.engine, state.today(), kind, judgement, text, sender, flag(body, "lost_money"));
    co_return told({{"reference", filed->reference}, {"steps", to_json(steps)}}, 201);
  }

  static Reply victim(State& state, http::Exchange& exchange) {
    CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
    co_return told({{"steps", to_json(victim_steps(state.engine, state.today(), words_in(body, "gave")))}});
  }

  static Reply radar(State& state, http::Exchange&) {
    const auto from = iso_week(state.today().plus_days(-7 * radar_weeks));
    std::function<Result<std::vector<rows::Week>>(store::Snapshot&)> look = [from](store::Snapshot& at) { return rows::weeks(at, from, least_told); };
    CARNET_CO_TRY(found, co_await state.store.read<std::vector<rows::Week>>(look));
    json::array weeks;
    for (const auto& one : found) {
      if (weeks.empty() || std::string_view(weeks.back().as_object().at("week").as_string()) != one.week)
        weeks.push_back(json::object{{"week", one.week}, {"kinds", json::array()}});
      weeks.back().as_object().at("kinds").as_array().push_back(json::object{{"kind", one.kind}, {"count", one.reports}});
    }
    auto response = http::Response::json(json::serialize(json::object{{"weeks", std::move(weeks)}}));
    response.with("Cache-Control", "public, max-age=600");
    co_return response;
  }

  static Reply exercise(State&, http::Exchange&) {
    json::array messages;
    for (const auto& one : lessons()) {
      json::object message{{"id", one.id}, {"kind", one.kind}, {"text", one.text}};
      if (!one.sender.empty()) message["sender"] = one.sender;
      if (!one.subject.empty()) message["subject"] = one.subject;
      messages.push_back(std::move(message));
    }
    co_return told({{"messages", std::move(messages)}});
  }

  static Reply answer_exercise(State& state, http::Exchange& exchange) {
    CARNET_CO_TRY(body, kernel::parse_object(exchange.request.body_text()));
    kernel::Reader in(body);
    const std::string answer = in.text("answer", 20);
    if (!in.ok()) co_return in.error();
    const auto* asked = lesson(exchange.parameter("id"));
    if (asked == nullptr) co_return kernel::refuse(ErrorKind::not_found, "not_found");
    if (answer != "scam" && answer != "not_scam") co_return bad("/answer", "scam or not_scam");
    Message message;
    message.content = asked->text;
    message.sender = asked->sender;
    message.subject = asked->subject;
    CARNET_CO_TRY(judgement, co_await judged(state, std::move(message)));
    co_return told({{"right", (answer == "scam") == asked->scam}, {"scam", asked->scam}, {"checked", to_json(state.engine, judgement, false)}});
  }
};

std::vector<http::Route> Desk::routes() {
  using Handler = Reply (*)(State&, http::Exchange&);
  const auto route = [this](http::Method method, std::string path, Handler handler, std::string limit, std::size_t body = 1 << 16) {
    http::Route made{method, std::move(path), [state = state_.get(), handler](http::Exchange& e) { return handler(*state, e); }, http::Access::anonymous, body, std::move(limit)};
    made.checks_origin = false;  // anyone's software may ask; there is no session to abuse
    return made;
  };
  using M = http::Method;
  auto notice = route(M::post, "/api/vigilance/check-notice", DeskRoutes::check_notice, "vigilance", 1 << 20);
  notice.access = http::Access::anyone;  // who is signed in is told more
  notice.checks_origin = true;
  return {std::move(notice), route(M::post, "/api/vigilance/check", DeskRoutes::check, "vigilance", max_body),
          route(M::post, "/api/vigilance/check-image", DeskRoutes::check_image, "vigilance-image", max_picture_bytes),
          route(M::post, "/api/vigilance/report", DeskRoutes::report, "vigilance-report", max_body),
          route(M::post, "/api/vigilance/victim", DeskRoutes::victim, "vigilance"),
          route(M::get, "/api/vigilance/radar", DeskRoutes::radar, "vigilance"),
          route(M::get, "/api/vigilance/exercise", DeskRoutes::exercise, "vigilance"),
          route(M::post, "/api/vigilance/exercise/{id}", DeskRoutes::answer_exercise, "vigilance")};
}

}  // namespace carnet::vigilance
