// The facts of rules/vigilance: tables of dated rows with sources, checked against their signature.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vigilance/hosts.hpp"
#include "vigilance/phones.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

// A file: a comment line "#", a line of column names, rows; cells parted by tabs. Dated when it has valid_from, valid_to.
struct Table {
  std::string file;
  std::vector<std::string> columns;
  struct Row {
    std::size_t line = 0;
    std::vector<std::string> cells;
    std::optional<Date> from, to;  // in force from ... to, both days included
    bool holds(Date on) const { return (!from || *from <= on) && (!to || on <= *to); }
  };
  std::vector<Row> rows;
};

struct Site {
  HostJudgement::Kind kind = HostJudgement::Kind::known;
  std::string organisation;  // code, "" when none
  std::optional<Date> from, to;
};
struct OfficialNumber {
  std::string number, organisation;
  bool they_call = false;
  std::optional<Date> from, to;
};

class Registry {
 public:
  static kernel::Result<Registry> load(const std::filesystem::path& directory, Trust trust);

  const Table& table(std::string_view file) const;
  // The most precise row in force: the host itself, then its parents down to the registrable domain.
  const Site* site_of(std::string_view host, Date on) const;
  bool is_mailbox(std::string_view registrable) const;
  bool is_sender(std::string_view address, Date on) const;
  const OfficialNumber* number_of(std::string_view number, Date on) const;
  std::string display_of(std::string_view code) const;  // of a protected name or an organisation
  const NumberPlan& plan() const { return plan_; }
  std::vector<WordOfHost> host_words() const;
  std::vector<std::pair<char32_t, std::string>> glyphs() const;
  std::string_view words(std::string_view code) const;  // answers.tsv
  std::string_view kind_of(std::string_view display) const;  // kinds.tsv, by a name as displayed; "" when not listed

 private:
  kernel::Status read_tables(const std::filesystem::path& directory);
  void index();
  std::map<std::string, Table, std::less<>> tables_;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::vector<Site>, Hash, std::equal_to<>> sites_;
  std::unordered_map<std::string, bool, Hash, std::equal_to<>> mailboxes_;
  std::vector<OfficialNumber> numbers_;
  std::map<std::string, std::string, std::less<>> displays_, words_, kinds_;
  NumberPlan plan_;
};

// manifest.tsv names every file with its SHA-256; "signature" is Ed25519 over its bytes by the key in publisher.pem.
kernel::Status check_signature(const std::filesystem::path& directory);

}  // namespace carnet::vigilance
