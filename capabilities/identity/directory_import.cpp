// The directory's file (docs/formats/directory.md): professionals and structures, in batches, each durable.
#include <fmt/format.h>

#include <algorithm>

#include "identity/register_file.hpp"
#include "identity/register_line.hpp"
#include "identity/shared.hpp"

namespace carnet::identity {
namespace {

using kernel::Result;
using kernel::Status;

constexpr std::string_view header_line = "kind;id;name;profession;specialty;setting";
constexpr std::size_t columns = 6, max_field = 400;

struct Entry {
  std::optional<Professional> professional;
  std::optional<Structure> structure;
};

struct Judged {
  Entry entry;
  std::string_view field, reason;  // empty: good
};

bool is_code(std::string_view text) {
  const auto odd = [](char c) { return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '.'); };
  return text.size() <= 20 && std::ranges::none_of(text, odd);
}

Judged judge(const FileLine& line) {
  if (line.too_long) return {{}, "line", "too-long"};
  auto fields = split_fields(line.text);
  if (!fields) return {{}, "line", "quote"};
  if (fields->size() != columns) return {{}, "line", "columns"};
  const auto &kind = (*fields)[0], &id = (*fields)[1], &name = (*fields)[2], &profession = (*fields)[3], &specialty = (*fields)[4],
             &setting = (*fields)[5];
  if (name.empty()) return {{}, "name", "missing"};
  if (name.size() > max_field) return {{}, "name", "too-long"};
  if (!is_code(profession)) return {{}, "profession", "value"};
  if (!is_code(specialty)) return {{}, "specialty", "value"};
  if (!is_code(setting)) return {{}, "setting", "value"};
  if (kind == "professional") {
    if (!is_rpps(id)) return {{}, "id", "value"};
    if (profession.empty()) return {{}, "profession", "missing"};
    return {{Professional{id, name, profession, specialty}, {}}, {}, {}};
  }
  if (kind == "structure") {
    if (!is_finess(id)) return {{}, "id", "value"};
    return {{{}, Structure{id, name, setting}}, {}, {}};
  }
  return {{}, "kind", "value"};
}

}  // namespace

io::Task<Result<DirectoryProgress>> Identity::import_directory(std::filesystem::path csv, std::filesystem::path set_aside,
                                                               std::function<void(const DirectoryProgress&)> progress) {
  CARNET_CO_TRY(file, RegisterFile::open(csv));
  if (file.header() != header_line)
    co_return kernel::invalid("identity.directory_header", {{"value", "line 1", fmt::format("must be {}", header_line)}});
  CARNET_CO_TRY(aside, io::AppendFile::open(set_aside, 0));
  CARNET_CO_CHECK(aside.append(kernel::as_bytes("line;field;reason\n")));
  DirectoryProgress done;
  done.bytes_total = file.size();
  while (!file.at_end()) {
    CARNET_CO_TRY(batch, file.next());
    std::vector<Entry> good;
    std::string bad;
    for (const auto& line : batch.lines) {
      auto judged = judge(line);
      if (judged.reason.empty()) {
        good.push_back(std::move(judged.entry));
        continue;
      }
      bad += fmt::format("{};{};{}\n", line.number, judged.field, judged.reason);
      ++done.set_aside;
    }
    std::function<Result<bool>(store::Tx&)> put = [this, &good](store::Tx& tx) -> Result<bool> {
      for (const auto& entry : good) {
        if (entry.professional) CARNET_CHECK(put_professional(tx, *entry.professional));
        if (entry.structure) CARNET_CHECK(put_structure(tx, *entry.structure));
      }
      return true;
    };
    CARNET_CO_TRY(written, co_await shared_->store.write<bool>(put));
    (void)written;
    for (const auto& entry : good) ++(entry.professional ? done.professionals : done.structures);
    CARNET_CO_CHECK(aside.append(kernel::as_bytes(bad)));
    done.bytes_done = batch.end.bytes;
    if (progress) progress(done);
  }
  CARNET_CO_CHECK(aside.sync());
  co_return done;
}

}  // namespace carnet::identity
