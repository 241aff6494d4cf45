#include "vigilance/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "foundation/io/files.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {
namespace {

using Kind = HostJudgement::Kind;
constexpr std::size_t max_file_bytes = 4u << 20;

struct Shape {
  std::string_view file;
  std::string_view columns;
};
constexpr std::array<Shape, 16> shapes{{
    {"answers", "code fr"}, {"confusables_extra", "point ascii source"},
    {"dkim_keys", "domain selector record valid_from valid_to source"}, {"france_connect", "state valid_from valid_to source"},
    {"host_words", "word kind organisation"}, {"kinds", "name kind source"}, {"lexicon", "concept phrase name"}, {"names", "code display valid_from valid_to source"},
    {"never_asked", "code says valid_from valid_to source"}, {"numbering_plan", "prefix digits kind source"},
    {"numbers", "number direction price organisation valid_from valid_to source"}, {"organisations", "code display source"},
    {"report_channels", "what channel address valid_from valid_to source"}, {"senders", "scheme address valid_from valid_to source"},
    {"sites", "domain kind organisation valid_from valid_to source"}, {"subjects", "subject valid_from valid_to source"}}};

std::vector<std::string> split(std::string_view line, char by) {
  std::vector<std::string> out;
  while (true) {
    const auto end = std::min(line.find(by), line.size());
    out.emplace_back(line.substr(0, end));
    if (end == line.size()) return out;
    line.remove_prefix(end + 1);
  }
}

class Faults {
 public:
  void add(std::string_view file, std::size_t line, std::string says) {
    if (issues_.size() < 50) issues_.push_back({"facts", fmt::format("{}.tsv, line {}", file, line), std::move(says)});
  }
  kernel::Status status() const {
    if (issues_.empty()) return {};
    return kernel::invalid("vigilance.facts", issues_);
  }

 private:
  std::vector<kernel::Issue> issues_;
};

std::optional<Kind> kind_named(std::string_view name) {
  if (name == "official") return Kind::official;
  if (name == "state") return Kind::state;
  if (name == "known") return Kind::known;
  if (name == "shortener") return Kind::shortener;
  if (name == "hosting") return Kind::hosting;
  if (name == "messaging") return Kind::messaging;
  return std::nullopt;
}

void read_dates(Table& table, Table::Row& row, Faults& faults) {
  for (std::size_t i = 0; i < table.columns.size() && i < row.cells.size(); ++i) {
    const bool is_from = table.columns[i] == "valid_from", is_to = table.columns[i] == "valid_to";
    if (!is_from && !is_to) {
      if (table.columns[i] == "source" && row.cells[i].empty()) faults.add(table.file, row.line, "a fact needs its source");
      continue;
    }
    if (row.cells[i].empty()) {
      if (is_from) faults.add(table.file, row.line, "valid_from is missing");
      continue;
    }
    const auto date = kernel::parse_date(row.cells[i]);
    if (!date) faults.add(table.file, row.line, "not a date: " + row.cells[i]);
    (is_from ? row.from : row.to) = date;
  }
  if (row.from && row.to && *row.to < *row.from) faults.add(table.file, row.line, "valid_to is before valid_from");
}

Table read_table(const Shape& shape, std::string_view text, Faults& faults) {
  Table table;
  table.file = std::string(shape.file);
  std::size_t line = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (content.empty() || content.starts_with('#')) continue;
    auto cells = split(content, '\t');
    if (table.columns.empty()) {
      table.columns = std::move(cells);
      if (table.columns != split(shape.columns, ' ')) faults.add(shape.file, line, fmt::format("columns must be: {}", shape.columns));
      continue;
    }
    if (cells.size() != table.columns.size()) {
      faults.add(shape.file, line, fmt::format("{} cells, {} columns", cells.size(), table.columns.size()));
      continue;
    }
    Table::Row row{line, std::move(cells), {}, {}};
    read_dates(table, row, faults);
    table.rows.push_back(std::move(row));
  }
  if (table.columns.empty()) faults.add(shape.file, line, "no line of column names");
  return table;
}

void check_meanings(const std::map<std::string, Table, std::less<>>& tables, Faults& faults) {
  for (const auto& row : tables.find("sites")->second.rows)
    if (row.cells[1] != "mailbox" && !kind_named(row.cells[1])) faults.add("sites", row.line, "unknown kind: " + row.cells[1]);
  constexpr std::array<std::string_view, 7> counted{"health", "identity", "parcel", "tax", "fine", "benefits", "training"};
  for (const auto& row : tables.find("kinds")->second.rows)
    if (std::find(counted.begin(), counted.end(), row.cells[1]) == counted.end()) faults.add("kinds", row.line, "unknown kind: " + row.cells[1]);
  for (const auto& row : tables.find("numbers")->second.rows)
    if (row.cells[1] != "you_call" && row.cells[1] != "they_call") faults.add("numbers", row.line, "direction is you_call or they_call");
  for (const auto& row : tables.find("host_words")->second.rows)
    if (host_word_of(row.cells[1]) == HostWord::none) faults.add("host_words", row.line, "unknown kind: " + row.cells[1]);
  for (const auto& row : tables.find("numbering_plan")->second.rows) {
    bool known = false;
    phone_kind_of(row.cells[2], known);
    if (!known) faults.add("numbering_plan", row.line, "unknown kind: " + row.cells[2]);
    if (row.cells[1].size() != 1 || !is_digit(row.cells[1][0])) faults.add("numbering_plan", row.line, "digits is one figure");
  }
  for (const auto& row : tables.find("confusables_extra")->second.rows)
    if (row.cells[0].empty() || row.cells[0].size() > 6 || row.cells[0].find_first_not_of("0123456789ABCDEF") != std::string::npos || row.cells[1].size() > 3)
      faults.add("confusables_extra", row.line, "a hexadecimal code point and at most three signs");
}

std::string hash_of(kernel::ByteView bytes) { return kernel::to_hex(crypto::sha256(bytes)); }

kernel::Result<std::string> manifest_of(const std::filesystem::path& directory) {
  std::string out = "# Files of the facts and their SHA-256; \"signature\" is over these bytes.\n";
  CARNET_TRY(files, io::files_in(directory));
  for (const auto& file : files) {
    const auto name = file.filename().string();
    if (name == "manifest.tsv" || name == "signature" || name == "publisher.pem") continue;
    CARNET_TRY(bytes, io::read_file(file, max_file_bytes));
    out += fmt::format("{}\t{}\n", hash_of(bytes), name);
  }
  return out;
}

}  // namespace

kernel::Status check_signature(const std::filesystem::path& directory) {
  const auto refused = [](std::string_view why) { return kernel::refuse(kernel::ErrorKind::invalid, "vigilance.signature", why); };
  CARNET_TRY(manifest, io::read_file(directory / "manifest.tsv", max_file_bytes));
  CARNET_TRY(signature, io::read_file(directory / "signature", 4096));
  CARNET_TRY(pem, io::read_file(directory / "publisher.pem", 4096));
  CARNET_TRY(key, crypto::PublicKey::from_pem(kernel::as_text(pem)));
  std::string text(kernel::as_text(signature));
  while (text.ends_with('\n')) text.pop_back();
  const auto raw = kernel::from_base64(text);
  if (!raw || !key.verify(crypto::PublicKey::Algorithm::eddsa, manifest, *raw)) return refused("the manifest is not signed by publisher.pem");
  CARNET_TRY(actual, manifest_of(directory));
  if (actual != kernel::as_text(manifest)) return refused("a file of the facts is not the one that was signed");
  return {};
}

kernel::Status sign_facts(const std::filesystem::path& directory, const crypto::SigningKey& key) {
  CARNET_TRY(manifest, manifest_of(directory));
  const auto signature = kernel::to_base64(key.sign(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(manifest))) + "\n";
  CARNET_CHECK(io::replace_file(directory / "manifest.tsv", kernel::as_bytes(manifest), 0644));
  CARNET_CHECK(io::replace_file(directory / "publisher.pem", kernel::as_bytes(key.public_pem()), 0644));
  return io::replace_file(directory / "signature", kernel::as_bytes(signature), 0644);
}

kernel::Result<Registry> Registry::load(const std::filesystem::path& directory, Trust trust) {
  if (trust == Trust::signed_only) CARNET_CHECK(check_signature(directory));
  Registry registry;
  CARNET_CHECK(registry.read_tables(directory));
  registry.index();
  return registry;
}

kernel::Status Registry::read_tables(const std::filesystem::path& directory) {
  Faults faults;
  for (const auto& shape : shapes) {
    CARNET_TRY(bytes, io::read_file(directory / (std::string(shape.file) + ".tsv"), max_file_bytes));
    tables_.emplace(shape.file, read_table(shape, kernel::as_text(bytes), faults));
  }
  CARNET_CHECK(faults.status());
  check_meanings(tables_, faults);
  return faults.status();
}

void Registry::index() {
  for (const auto& row : table("sites").rows) {
    if (row.cells[1] == "mailbox") {
      mailboxes_[row.cells[0]] = true;
    } else {
      sites_[row.cells[0]].push_back({*kind_named(row.cells[1]), row.cells[2], row.from, row.to});
    }
  }
  for (const auto& row : table("numbers").rows)
    numbers_.push_back({row.cells[0], row.cells[3], row.cells[1] == "they_call", row.from, row.to});
  for (const auto& row : table("names").rows) displays_[row.cells[0]] = row.cells[1];
  for (const auto& row : table("organisations").rows) displays_[row.cells[0]] = row.cells[1];
  displays_["gouv"] = "l'État";
  for (const auto& row : table("kinds").rows) kinds_[display_of(row.cells[0])] = row.cells[1];
  for (const auto& row : table("answers").rows) words_[row.cells[0]] = row.cells[1];
  for (const auto& row : table("numbering_plan").rows) {
    bool known = false;
    plan_.rows.push_back({row.cells[0], static_cast<std::size_t>(row.cells[1][0] - '0'), phone_kind_of(row.cells[2], known)});
  }
}

const Table& Registry::table(std::string_view file) const {
  static const Table none;
  const auto found = tables_.find(file);
  return found == tables_.end() ? none : found->second;
}

const Site* Registry::site_of(std::string_view host, Date on) const {
  while (true) {
    if (const auto found = sites_.find(host); found != sites_.end())
      for (const auto& site : found->second)
        if ((!site.from || *site.from <= on) && (!site.to || on <= *site.to)) return &site;
    const auto dot = host.find('.');
    if (dot == std::string_view::npos) return nullptr;
    host.remove_prefix(dot + 1);
  }
}

bool Registry::is_mailbox(std::string_view registrable) const { return mailboxes_.find(registrable) != mailboxes_.end(); }

bool Registry::is_sender(std::string_view address, Date on) const {
  std::string lower(address);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto& rows = table("senders").rows;
  return std::any_of(rows.begin(), rows.end(), [&](const Table::Row& row) { return row.holds(on) && row.cells[1] == lower; });
}

const OfficialNumber* Registry::number_of(std::string_view number, Date on) const {
  for (const auto& official : numbers_)
    if (official.number == number && (!official.from || *official.from <= on) && (!official.to || on <= *official.to)) return &official;
  return nullptr;
}

std::string Registry::display_of(std::string_view code) const {
  const auto found = displays_.find(code);
  return found == displays_.end() ? std::string(code) : found->second;
}

std::vector<WordOfHost> Registry::host_words() const {
  std::vector<WordOfHost> out;
  for (const auto& row : table("host_words").rows) out.push_back({row.cells[0], host_word_of(row.cells[1]), row.cells[2]});
  return out;
}

std::vector<std::pair<char32_t, std::string>> Registry::glyphs() const {
  std::vector<std::pair<char32_t, std::string>> out;
  for (const auto& row : table("confusables_extra").rows)
    out.emplace_back(static_cast<char32_t>(std::stoul(row.cells[0], nullptr, 16)), row.cells[1]);
  return out;
}

std::string_view Registry::kind_of(std::string_view display) const {
  const auto found = kinds_.find(display);
  return found == kinds_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Registry::words(std::string_view code) const {
  const auto found = words_.find(code);
  return found == words_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace carnet::vigilance
