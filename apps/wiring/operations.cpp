#include "apps/wiring/operations.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "apps/wiring/safekeeping.hpp"

namespace carnet::wiring {
namespace {

using kernel::Result;
using kernel::Status;
using Arguments = json::object;
using Answer = io::Task<Result<json::object>>;
using Seen = std::shared_ptr<Progress>;

std::unexpected<kernel::Error> missing(const kernel::Reader& in) { return in.error(); }

Answer import_register(House& house, Arguments arguments, Seen progress) {
  kernel::Reader in(arguments);
  const std::string file = in.text("file", 4096);
  std::string set_aside = in.optional_text("set_aside", 4096);
  if (!in.ok()) co_return missing(in);
  if (set_aside.empty()) set_aside = file + ".set-aside";
  const auto told = [progress](const identity::ImportProgress& p) {
    progress->set(p.bytes_done, p.bytes_total, fmt::format("{} lignes, {} mises de côté", p.lines, p.set_aside));
  };
  CARNET_CO_TRY(done, co_await house.identity().people().import(file, set_aside, told));
  co_return json::object{{"lines", done.lines},         {"added", done.added},         {"changed", done.changed},
                         {"unchanged", done.unchanged}, {"set_aside", done.set_aside}, {"set_aside_file", set_aside}};
}

Answer import_directory(House& house, Arguments arguments, Seen progress) {
  kernel::Reader in(arguments);
  const std::string file = in.text("file", 4096);
  if (!in.ok()) co_return missing(in);
  const std::string set_aside = file + ".set-aside";
  const auto told = [progress](const identity::DirectoryProgress& p) {
    progress->set(p.bytes_done, p.bytes_total, fmt::format("{} professionnels, {} structures", p.professionals, p.structures));
  };
  CARNET_CO_TRY(done, co_await house.identity().import_directory(file, set_aside, told));
  co_return json::object{{"professionals", done.professionals}, {"structures", done.structures}, {"set_aside", done.set_aside}, {"set_aside_file", set_aside}};
}

Answer add_client(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  std::string text = in.text("json", 1 << 20);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(client, co_await house.identity().add_client(std::move(text)));
  co_return json::object{{"client_id", client}};
}

Answer start_campaign(House& house, Arguments arguments, Seen progress) {
  kernel::Reader in(arguments);
  campaign::Wave wave;
  wave.name = in.text("name", 100);
  wave.max_people = in.integer("max_people", 0, 1'000'000'000);
  wave.per_second = static_cast<double>(in.integer("per_second", 0, 1'000'000));
  if (!in.ok()) co_return missing(in);
  const auto told = [progress](const campaign::Progress& p) {
    progress->set(p.seen, p.total, fmt::format("{} personnes informées", p.told));
  };
  CARNET_CO_TRY(done, co_await house.campaign().run(std::move(wave), told, [progress] { return progress->stopped(); }));
  co_return json::object{{"told", done.told},           {"by_email", done.by_email}, {"by_letter", done.by_letter},
                         {"passed_over", done.passed_over}, {"done", done.done}};
}

Answer forward_clock(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const auto ms = in.integer("ms", 1, std::int64_t{1000} * 86'400 * 366 * 30);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_CHECK(co_await house.forward_clock(std::chrono::milliseconds(ms)));
  co_return json::object{{"now", kernel::to_rfc3339(house.clock().now())}};
}

Answer show_clock(House& house, Arguments, Seen) {
  co_return json::object{{"now", kernel::to_rfc3339(house.clock().now())}};
}

Answer backup_key(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const std::string file = in.text("file", 4096);
  const std::string passphrase = in.text("passphrase", 1024);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_CHECK(backup_master_key(house.config(), file, kernel::SecretBytes(passphrase), house.entropy()));
  house.key_backed_up();
  co_return json::object{{"file", file}};
}

Answer create_backup(House& house, Arguments arguments, Seen progress) {
  kernel::Reader in(arguments);
  const std::string directory = in.text("directory", 4096);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_CHECK(co_await house.journal().settle());
  const auto told = [progress](double part) {
    progress->set(static_cast<std::int64_t>(part * 1000), 1000, "copie des magasins");
  };
  CARNET_CO_CHECK(co_await create_data_backup(house, directory, told));
  co_return json::object{{"directory", directory}};
}

Answer show_status(House& house, Arguments, Seen) {
  CARNET_CO_TRY(waiting, house.notices().waiting());
  const auto ready = house.ready();
  co_return json::object{{"mode", std::string(code_of(house.config().kind))},
                         {"ready", ready.has_value()},
                         {"why", ready ? "" : ready.error().detail},
                         {"now", kernel::to_rfc3339(house.clock().now())},
                         {"store", std::string(house.main().engine())},
                         {"notices_waiting", waiting.queued}};
}

Answer letter_returned(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const std::string reference = in.text("reference", 40);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_CHECK(house.notices().returned(reference));
  co_return json::object{{"reference", reference}};
}

// Each waiting letter goes to the standard input of the operator's own print command; its exit status says whether it took it.
Answer print_letters(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const std::string command = in.text("command", 1000);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(printed, house.notices().print([&command](const std::string&, kernel::ByteView pdf) -> Status {
    FILE* printer = popen(command.c_str(), "w");
    if (printer == nullptr) return kernel::fault("letters.printer", "the print command did not start");
    const auto written = std::fwrite(pdf.data(), 1, pdf.size(), printer);
    if (pclose(printer) != 0 || written != pdf.size()) return kernel::fault("letters.printer", "the print command failed");
    return {};
  }));
  co_return json::object{{"printed", printed}};
}

Result<kernel::PersonId> person_of(House& house, const std::string& number) {
  CARNET_TRY(parsed, identity::parse_number(number));
  std::function<Result<std::optional<kernel::PersonId>>(store::Snapshot&)> find =
      [&](store::Snapshot& at) { return house.identity().people().find(at, parsed.value); };
  CARNET_TRY(found, house.main().read_now<std::optional<kernel::PersonId>>(find));
  if (!found) return kernel::refuse(kernel::ErrorKind::not_found, "identity.unknown", "no such person in the register");
  return *found;
}

using LifeCommand = io::Task<Status> (*)(House&, kernel::PersonId, std::string);
io::Task<Status> suspend(House& house, kernel::PersonId person, std::string reason) {
  return house.enrollment().suspend(person, std::move(reason));
}
io::Task<Status> lift(House& house, kernel::PersonId person, std::string) {
  return house.enrollment().lift_suspension(person);
}
io::Task<Status> death(House& house, kernel::PersonId person, std::string) {
  return house.enrollment().declare_death(person, kernel::date_in(house.clock().now(), kernel::Zone::paris()));
}
io::Task<Status> death_reverted(House& house, kernel::PersonId person, std::string) {
  return house.enrollment().revert_death(person);
}
Answer change_life(House& house, Arguments arguments, LifeCommand command) {
  kernel::Reader in(arguments);
  const std::string number = in.text("number", 40);
  std::string reason = in.optional_text("reason", 500);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(person, person_of(house, number));
  CARNET_CO_CHECK(co_await command(house, person, std::move(reason)));
  co_return json::object{{"done", true}};
}
Operation life(LifeCommand command) {
  return [command](House& house, Arguments arguments, Seen) { return change_life(house, std::move(arguments), command); };
}

// At the desk: the person is there, and two agents saw the identity document.
Answer recover_account(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const std::string number = in.text("number", 40);
  identity::Identity::Desk desk;
  desk.agent = in.text("agent", 100);
  desk.second_agent = in.text("second_agent", 100);
  desk.document = in.text("document", 100);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(person, person_of(house, number));
  const auto now = house.clock().now();
  const auto today = kernel::date_in(now, kernel::Zone::paris());
  CARNET_CO_TRY(code, co_await house.identity().recover_in_person(person, std::move(desk)));
  // As of a little before the code was made: what is said is never later than what holds.
  const auto until = now.plus(std::chrono::hours(house.parameters().integer("identity.desk_code_hours", today)));
  co_return json::object{{"code", code},
                         {"valid_until", kernel::to_rfc3339(until)},
                         {"type_it_at", house.config().main_origin() + "/connexion/oubli"}};
}

Answer post_code_sheet(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const std::string number = in.text("number", 40);
  std::string agent = in.text("agent", 100);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(person, person_of(house, number));
  CARNET_CO_TRY(day, co_await house.identity().post_code_sheet(person, std::move(agent)));
  co_return json::object{{"posted_on", kernel::to_text(day)}};
}

// « Gel » asked for on the phone or in person: who answers has checked who asks.
Answer freeze_space(House& house, Arguments arguments, bool frozen) {
  kernel::Reader in(arguments);
  const std::string number = in.text("number", 40);
  const std::string motive = in.optional_text("reason", 500);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(person, person_of(house, number));
  std::function<Result<bool>(store::Tx&)> change = [&house, person, frozen, motive](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(house.access().freeze_by(tx, person, frozen, {audit::ActorKind::agent, motive}));
    return true;
  };
  CARNET_CO_TRY(done, co_await house.main().write<bool>(change));
  co_return json::object{{"done", done}};
}
Operation space_frozen(bool frozen) {
  return [frozen](House& house, Arguments arguments, Seen) { return freeze_space(house, std::move(arguments), frozen); };
}

json::object to_json(const vigilance::Group& group) {
  json::array hosts, numbers;
  for (const auto& host : group.hosts) hosts.emplace_back(host);
  for (const auto& number : group.numbers) numbers.emplace_back(number);
  return {{"group", group.id}, {"kind", group.kind}, {"reports", group.reports}, {"first", kernel::to_rfc3339(group.first)},
          {"last", kernel::to_rfc3339(group.last)}, {"hosts", std::move(hosts)}, {"numbers", std::move(numbers)}};
}

Answer show_reports(House& house, Arguments, Seen) {
  CARNET_CO_TRY(groups, house.vigilance().queue(50));
  json::object out;
  for (const auto& group : groups) out[std::to_string(group.id)] = to_json(group);
  co_return out;
}

Answer show_group(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const auto group = in.integer("group", 1, 1'000'000'000);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_TRY(texts, house.vigilance().texts_of(group));
  json::object out;
  for (std::size_t i = 0; i < texts.size(); ++i) out[std::to_string(i + 1)] = texts[i];
  co_return out;
}

Answer judge_group(House& house, Arguments arguments, Seen) {
  kernel::Reader in(arguments);
  const auto group = in.integer("group", 1, 1'000'000'000);
  const std::string name = in.optional_text("name", 100);
  if (!in.ok()) co_return missing(in);
  CARNET_CO_CHECK(name.empty() ? house.vigilance().dismiss(group) : house.vigilance().confirm(group, name));
  co_return json::object{{"group", group}, {"state", name.empty() ? "dismissed" : "confirmed"}};
}

std::string new_run_id(io::Entropy& entropy) { return kernel::to_base32(entropy.bytes("console-run", 16)); }

}  // namespace

void Progress::set(std::int64_t done, std::int64_t total, std::string words) {
  const std::scoped_lock lock(mutex_);
  view_ = {done, total, std::move(words)};
}
Progress::View Progress::view() const {
  const std::scoped_lock lock(mutex_);
  return view_;
}

const std::map<std::string, Operation, std::less<>>& operations() {
  static const std::map<std::string, Operation, std::less<>> table{
      {"register.import", import_register}, {"client.add", add_client},
      {"directory.import", import_directory},
      {"campaign.start", start_campaign},   {"clock.forward", forward_clock},
      {"clock.show", show_clock},           {"key.backup", backup_key},
      {"backup.create", create_backup},     {"status", show_status},
      {"letter.returned", letter_returned}, {"letters.print", print_letters},
      {"vigilance.queue", show_reports},    {"vigilance.show", show_group},
      {"vigilance.judge", judge_group},     {"life.suspend", life(suspend)},
      {"life.lift", life(lift)},            {"life.death", life(death)},
      {"life.death_reverted", life(death_reverted)},
      {"account.recover", recover_account}, {"account.sheet", post_code_sheet},
      {"space.freeze", space_frozen(true)}, {"space.unfreeze", space_frozen(false)},
  };
  return table;
}

json::object to_json(const kernel::Error& error) {
  json::array issues;
  for (const auto& issue : error.issues)
    issues.push_back(json::object{{"code", issue.code}, {"path", issue.path}, {"says", issue.says}});
  return {{"code", error.code}, {"detail", error.detail}, {"issues", std::move(issues)}};
}

std::vector<http::Route> Console::routes() {
  std::vector<http::Route> routes;
  routes.push_back({http::Method::post, "/operations/{name}", [this](http::Exchange& e) { return start(e); },
                    http::Access::anyone, 2u << 20, "", false});
  routes.push_back({http::Method::get, "/runs/{run}", [this](http::Exchange& e) { return look(e); }, http::Access::anyone,
                    1024, "", false});
  return routes;
}

io::Task<void> Console::carry_out(Console* console, Operation operation, json::object arguments, std::string id) {
  std::shared_ptr<Run> run;
  {
    const std::scoped_lock lock(console->mutex_);
    run = console->runs_[id];
  }
  auto result = co_await operation(console->house_, std::move(arguments), run->progress);
  const std::scoped_lock lock(console->mutex_);
  if (result)
    run->result = std::move(*result);
  else
    run->error = std::move(result).error();
  run->ended = true;
}

io::Task<Result<http::Response>> Console::start(http::Exchange& exchange) {
  const auto found = operations().find(exchange.parameter("name"));
  if (found == operations().end())
    co_return kernel::refuse(kernel::ErrorKind::not_found, "console.unknown", "no such operation");
  CARNET_CO_TRY(arguments, kernel::parse_object(exchange.request.body_text()));
  const std::string id = new_run_id(house_.entropy());
  {
    const std::scoped_lock lock(mutex_);
    runs_[id] = std::make_shared<Run>();
  }
  io::spawn(co_await io::current_executor(), carry_out(this, found->second, std::move(arguments), id));
  co_return http::Response::json(json::serialize(json::object{{"run", id}}), 202);
}

io::Task<Result<http::Response>> Console::look(http::Exchange& exchange) {
  const std::scoped_lock lock(mutex_);
  const auto found = runs_.find(exchange.parameter("run"));
  if (found == runs_.end()) co_return kernel::refuse(kernel::ErrorKind::not_found, "console.unknown", "no such run");
  const auto view = found->second->progress->view();
  json::object answer{{"done", view.done}, {"total", view.total}, {"words", view.words}, {"ended", found->second->ended}};
  if (found->second->ended) {
    if (found->second->error)
      answer["error"] = to_json(*found->second->error);
    else
      answer["result"] = found->second->result;
    runs_.erase(found);
  }
  co_return http::Response::json(json::serialize(answer));
}

void Console::stop() {
  const std::scoped_lock lock(mutex_);
  for (auto& [id, run] : runs_) run->progress->stop();
}
bool Console::idle() const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, run] : runs_)
    if (!run->ended) return false;
  return true;
}

}  // namespace carnet::wiring
