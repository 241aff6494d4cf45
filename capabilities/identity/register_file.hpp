// The register's file, read forward in batches of whole lines and bounded memory. Inside identity only.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/crypto/crypto.hpp"
#include "foundation/io/streams.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::identity {

struct FileLine {
  std::int64_t number = 0;  // as an editor counts, from 1
  std::string_view text;    // without its end; a view into the batch
  bool too_long = false;
};

// Where reading stands. `chain` is a digest of every byte before: two files that agree on it agree so far.
struct FileMark {
  std::int64_t bytes = 0, lines = 0;
  crypto::Digest chain{};
};

struct FileBatch {
  std::unique_ptr<const std::string> text;  // stays in place when the batch is moved
  std::vector<FileLine> lines;              // blank ones left out
  FileMark end;
};

class RegisterFile {
 public:
  static constexpr std::size_t lines_per_batch = 2000, bytes_per_batch = 1 << 20, longest_line = 16 * 1024;

  static kernel::Result<RegisterFile> open(const std::filesystem::path& path);
  std::int64_t size() const { return file_.size(); }
  const std::string& header() const { return header_; }
  // Tells files apart at a glance: size, first MiB and name. Equality is for the chain to say.
  const crypto::Digest& fingerprint() const { return fingerprint_; }
  const FileMark& mark() const { return mark_; }
  bool at_end() const { return mark_.bytes == size(); }
  // The same boundaries for the same bytes, whenever it is called: marks of an earlier reading are met again.
  kernel::Result<FileBatch> next();

 private:
  explicit RegisterFile(io::InputFile file) : file_(std::move(file)) {}
  kernel::Status read_header(const std::filesystem::path& path);
  kernel::Status fill();  // the window holds at least one more byte, unless the file is at its end
  // One line with its end into `kept` (nothing but its end beyond the longest), hashed whole. Value: whether it was too long.
  kernel::Result<bool> take_line(std::string& kept, crypto::Sha256Stream& digest);

  io::InputFile file_;
  std::string header_;
  crypto::Digest fingerprint_{};
  FileMark mark_;
  std::vector<std::uint8_t> window_;
  std::size_t window_at_ = 0;
};

}  // namespace carnet::identity
