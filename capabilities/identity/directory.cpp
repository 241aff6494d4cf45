// The public directory: professionals by RPPS, structures by FINESS.
#include <algorithm>

#include "identity/shared.hpp"

namespace carnet::identity {

namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string text_of(const store::Row& row, int column) { return std::string(row.text(column)); }

}  // namespace

bool is_rpps(std::string_view text) { return text.size() == 11 && all_digits(text); }

// 9 digits, the second of which is a letter in Corsica.
bool is_finess(std::string_view text) {
  if (text.size() != 9 || !all_digits(text.substr(2))) return false;
  return all_digits(text.substr(0, 2)) || text.starts_with("2A") || text.starts_with("2B");
}

kernel::Result<std::optional<Professional>> Identity::professional(store::Snapshot& at, std::string_view rpps) const {
  std::optional<Professional> found;
  CARNET_CHECK(at.query("SELECT rpps, name, profession, specialty FROM professional WHERE rpps = $1", {rpps}, [&](const store::Row& row) {
    found = Professional{text_of(row, 0), text_of(row, 1), text_of(row, 2), text_of(row, 3)};
    return false;
  }));
  return found;
}

kernel::Result<std::optional<Structure>> Identity::structure(store::Snapshot& at, std::string_view finess) const {
  std::optional<Structure> found;
  CARNET_CHECK(at.query("SELECT finess, name, kind FROM structure WHERE finess = $1", {finess}, [&](const store::Row& row) {
    found = Structure{text_of(row, 0), text_of(row, 1), text_of(row, 2)};
    return false;
  }));
  return found;
}

kernel::Status Identity::put_professional(store::Tx& tx, const Professional& given) {
  if (!is_rpps(given.rpps)) {
    return kernel::invalid("identity.professional", {{"value", "/rpps", "11 digits"}});
  }
  if (given.name.empty()) return kernel::invalid("identity.professional", {{"required", "/name", "is needed"}});
  CARNET_CHECK(tx.execute("INSERT INTO professional (rpps, name, profession, specialty) VALUES ($1, $2, $3, $4) "
                          "ON CONFLICT (rpps) DO UPDATE SET name = excluded.name, profession = excluded.profession, "
                          "specialty = excluded.specialty",
                          {given.rpps, given.name, given.profession, given.specialty}));
  return {};
}

kernel::Status Identity::put_structure(store::Tx& tx, const Structure& given) {
  if (!is_finess(given.finess)) return kernel::invalid("identity.structure", {{"value", "/finess", "9 digits"}});
  if (given.name.empty()) return kernel::invalid("identity.structure", {{"required", "/name", "is needed"}});
  CARNET_CHECK(tx.execute("INSERT INTO structure (finess, name, kind) VALUES ($1, $2, $3) "
                          "ON CONFLICT (finess) DO UPDATE SET name = excluded.name, kind = excluded.kind",
                          {given.finess, given.name, given.kind}));
  return {};
}

}  // namespace carnet::identity
