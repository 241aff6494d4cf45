// Runs sets of messages through the judge and prints, by class, what became of them; then what a judgement costs.
// Sets are JSON lines: {"id", "kind", "text" | "eml", "expect": [verdicts], "class", "date", "base"?}.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>

#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "vigilance/vigilance.hpp"

namespace {

using namespace carnet;
namespace json = kernel::json;
using vigilance::Message;
using vigilance::Verdict;

struct Row {
  std::string id, of_class, base, how;
  std::vector<std::string> expect;
  Message message;
};
struct Tally {
  std::array<std::size_t, 4> verdicts{};
  std::size_t rows = 0, right = 0, refused = 0;
};
struct Options {
  std::string rules = "rules/vigilance", zone, look_alikes, popular, pictures;
  bool misses = false, any = false;
  std::vector<std::string> files;
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string text_of(const json::object& line, std::string_view name) {
  const auto* value = line.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Row row_of(const json::object& line) {
  Row row;
  row.id = text_of(line, "id");
  row.of_class = text_of(line, "class");
  row.base = text_of(line, "base");
  row.how = text_of(line, "how");
  if (const auto* expect = line.if_contains("expect"); expect && expect->is_array())
    for (const auto& value : expect->get_array()) row.expect.emplace_back(value.get_string());
  const auto kind = text_of(line, "kind");
  if (auto eml = text_of(line, "eml"); !eml.empty()) {
    row.message.form = Message::Form::email;
    row.message.content = std::move(eml);
  } else {
    row.message.form = kind == "host" ? Message::Form::host : kind == "number" ? Message::Form::number : Message::Form::text;
    row.message.content = text_of(line, "text");
  }
  row.message.sender = text_of(line, "sender");
  row.message.received = kernel::parse_date(text_of(line, "date").substr(0, 10));
  return row;
}

class Measure {
 public:
  Measure(const vigilance::Engine& engine, const mail::Resolver* keys, const Options& options) : engine_(engine), keys_(keys), options_(options) {}

  kernel::Status read(const std::string& file) {
    std::ifstream in(file);
    if (!in) return kernel::refuse(kernel::ErrorKind::not_found, "measure.file", file);
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      boost::system::error_code error;
      const auto value = json::parse(line, error);
      if (error || !value.is_object()) return kernel::refuse(kernel::ErrorKind::invalid, "measure.line", file);
      judge(row_of(value.get_object()));
    }
    return {};
  }

  void print() const {
    fmt::print("{:<34} {:>6} {:>8} {:>8} {:>10} {:>8} {:>8} {:>9}\n", "class", "rows", "official", "scam", "suspicious", "unknown", "refused", "as meant");
    for (const auto& [name, tally] : classes_)
      fmt::print("{:<34} {:>6} {:>8} {:>8} {:>10} {:>8} {:>8} {:>8.2f}%\n", name, tally.rows, tally.verdicts[3], tally.verdicts[2], tally.verdicts[1],
                 tally.verdicts[0], tally.refused, 100.0 * static_cast<double>(tally.right) / static_cast<double>(std::max<std::size_t>(tally.rows, 1)));
    for (const auto& [why, count] : refusals_) fmt::print("refused {}: {}\n", why, count);
    if (kept_all_ > 0) fmt::print("evasions that keep the verdict of their base: {} of {}\n", kept_, kept_all_);
    for (const auto& [kind, cost] : costs_) fmt::print("CPU per {:<28} {:>9.2f} us over {}\n", kind, cost.first * 1e6 / static_cast<double>(cost.second), cost.second);
  }

 private:
  void judge(const Row& row) {
    auto message = row.message;
    vigilance::add_codes(options_.pictures, message);
    const double before = cpu_seconds();
    const auto judgement = engine_.judge(message, kernel::Instant{1'767'225'600'000}, vigilance::Campaigns(), keys_);
    auto& cost = costs_[row.message.form == Message::Form::email ? "e-mail" : row.message.form == Message::Form::host ? "host" : "text"];
    cost.first += cpu_seconds() - before;
    ++cost.second;
    auto& tally = classes_[row.of_class];
    ++tally.rows;
    if (!judgement) {
      ++tally.refused;
      ++refusals_[judgement.error().code + " " + judgement.error().detail];
      return;
    }
    ++tally.verdicts[static_cast<std::size_t>(judgement->verdict)];
    const std::string verdict(vigilance::code_of(judgement->verdict));
    const bool is_right = std::find(row.expect.begin(), row.expect.end(), verdict) != row.expect.end();
    tally.right += is_right ? 1 : 0;
    verdicts_[row.id] = judgement->verdict;
    if (const auto base = verdicts_.find(row.base); base != verdicts_.end()) {
      ++kept_all_;
      kept_ += judgement->verdict >= base->second && judgement->verdict != Verdict::official ? 1 : 0;
    }
    if (options_.misses && !is_right) {
      fmt::print("MISS {} [{}] {} weight {}", row.id, row.of_class, verdict, judgement->weight);
      for (const auto& reason : judgement->reasons) fmt::print(" {}({})", vigilance::code_of(reason.sign), reason.subject);
      fmt::print("\n");
      if (row.message.form != Message::Form::email) fmt::print("     {}\n", row.message.content.substr(0, 400));
    }
  }

  const vigilance::Engine& engine_;
  const mail::Resolver* keys_;
  const Options& options_;
  std::map<std::string, Tally> classes_;
  std::map<std::string, std::pair<double, std::size_t>> costs_;
  std::map<std::string, Verdict> verdicts_;
  std::map<std::string, std::size_t> refusals_;
  std::size_t kept_ = 0, kept_all_ = 0;
};

struct Sighting {
  std::string host, month;  // "2022-05"; "" when the list has no dates
};

std::vector<Sighting> sightings(const std::string& file) {
  std::ifstream in(file);
  std::vector<Sighting> out;
  for (std::string line; std::getline(in, line);) {
    const auto tab = std::min(line.find('\t'), line.size());
    if (tab > 0 && line.substr(0, tab) != "host") out.push_back({line.substr(0, tab), tab < line.size() ? line.substr(tab + 1, 7) : std::string()});
  }
  return out;
}

bool is_look_alike(const vigilance::Engine& engine, const std::string& host) {
  return engine.judge_host(host, {2022, 7, 1}).kind == vigilance::HostJudgement::Kind::look_alike;
}

// One host per line. The cost is that of a host judged alone, on a machine warmed up by the same list.
void print_hosts(const vigilance::Engine& engine, const std::string& file, std::string_view what, bool misses) {
  const auto all = sightings(file);
  std::map<std::string, std::pair<std::size_t, std::size_t>> months;
  std::size_t found = 0;
  for (const auto& one : all) {
    const bool is_found = is_look_alike(engine, one.host);
    found += is_found ? 1 : 0;
    auto& month = months[one.month];
    month.first += is_found ? 1 : 0;
    ++month.second;
    if (misses && is_found == one.month.empty()) fmt::print("  {} {}\n", is_found ? "flagged" : "missed", one.host);
  }
  const double before = cpu_seconds();
  for (const auto& one : all) (void)engine.judge_host(one.host, {2022, 7, 1});
  const double each = (cpu_seconds() - before) * 1e6 / static_cast<double>(std::max<std::size_t>(all.size(), 1));
  fmt::print("{:<34} {:>6} {:>8} flagged ({:.2f} us each)\n", what, all.size(), found, each);
  for (const auto& [month, count] : months)
    if (!month.empty()) fmt::print("  first seen {:<21} {:>6} {:>8} flagged\n", month, count.second, count.first);
}

// What the words learned before a month find in it: words that only hosts of that month or later hold are taken out first.
// The rules themselves were written with every month in sight; this measures their vocabulary.
kernel::Status print_held_out(const Options& options, const std::string& month) {
  const auto all = sightings(options.look_alikes);
  char name[] = "/tmp/carnet-held-out-XXXXXX";
  const std::filesystem::path folder = std::string(mkdtemp(name)) + "/facts";
  std::filesystem::copy(options.rules, folder);
  std::ifstream in(std::filesystem::path(options.rules) / "host_words.tsv");
  std::ofstream out(folder / "host_words.tsv");
  std::size_t dropped = 0;
  for (std::string line; std::getline(in, line);) {
    const auto word = line.substr(0, line.find('\t'));
    bool before = false, later = false;
    for (const auto& one : all)
      if (one.host.find(word) != std::string::npos) (one.month < month ? before : later) = true;
    const bool keep = line.starts_with('#') || word == "word" || before || !later;
    if (keep) out << line << "\n";
    dropped += keep ? 0 : 1;
  }
  out.close();
  CARNET_TRY(engine, vigilance::Engine::load(folder, vigilance::Trust::any));
  std::size_t rows = 0, found = 0;
  for (const auto& one : all) {
    if (one.month < month) continue;
    ++rows;
    const bool is_found = is_look_alike(engine, one.host);
    found += is_found ? 1 : 0;
    if (options.misses && !is_found) fmt::print("  missed {} with the words before {}\n", one.host, month);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder.parent_path(), ignored);
  fmt::print("  words learned before {}: {} of {} found ({:.2f} %), {} words taken out\n", month, found, rows,
             100.0 * static_cast<double>(found) / static_cast<double>(std::max<std::size_t>(rows, 1)), dropped);
  return {};
}

kernel::Status run(const Options& options) {
  CARNET_TRY(engine, vigilance::Engine::load(options.rules, options.any ? vigilance::Trust::any : vigilance::Trust::signed_only));
  std::optional<mail::ZoneFile> zone;
  if (!options.zone.empty()) {
    CARNET_TRY(bytes, io::read_file(options.zone, 16u << 20));
    CARNET_TRY(parsed, mail::ZoneFile::parse(kernel::as_text(bytes), "."));
    zone.emplace(std::move(parsed));
  }
  Measure measure(engine, zone ? &*zone : nullptr, options);
  for (const auto& file : options.files) CARNET_CHECK(measure.read(file));
  measure.print();
  if (!options.look_alikes.empty()) {
    print_hosts(engine, options.look_alikes, "look-alike hosts", options.misses);
    for (const char* month : {"2022-04", "2022-05", "2022-06"}) CARNET_CHECK(print_held_out(options, month));
  }
  if (!options.popular.empty()) print_hosts(engine, options.popular, "popular hosts", options.misses);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = [&](std::string& into) {
      if (i + 1 < argc) into = argv[++i];
    };
    if (word == "--rules") {
      value(options.rules);
    } else if (word == "--zone") {
      value(options.zone);
    } else if (word == "--look-alikes") {
      value(options.look_alikes);
    } else if (word == "--popular") {
      value(options.popular);
    } else if (word == "--pictures") {
      value(options.pictures);
    } else if (word == "--misses") {
      options.misses = true;
    } else if (word == "--unsigned") {
      options.any = true;
    } else {
      options.files.emplace_back(word);
    }
  }
  if (const auto done = run(options); !done) {
    fmt::print(stderr, "vigilance_measure: {} {}\n", done.error().code, done.error().detail);
    for (const auto& issue : done.error().issues) fmt::print(stderr, "  {}: {}\n", issue.path, issue.says);
    return 1;
  }
  return 0;
}
