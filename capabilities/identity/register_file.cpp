#include "identity/register_file.hpp"

#include <algorithm>

#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t window_size = 1 << 20;

// The line without its LF or CRLF.
std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

kernel::Result<RegisterFile> RegisterFile::open(const std::filesystem::path& path) {
  CARNET_TRY(input, io::InputFile::open(path));
  RegisterFile file(std::move(input));
  CARNET_CHECK(file.read_header(path));
  return file;
}

kernel::Status RegisterFile::read_header(const std::filesystem::path& path) {
  CARNET_CHECK(fill());
  const auto head = crypto::sha256(window_);
  crypto::Sha256Stream id;
  id.add(kernel::as_bytes(std::to_string(size()) + "\n" + path.filename().string() + "\n"));
  id.add(head);
  fingerprint_ = id.finish();
  crypto::Sha256Stream digest;
  std::string line;
  CARNET_TRY(too_long, take_line(line, digest));
  if (too_long) return kernel::invalid("identity.register_header", {{"too-long", "line 1", "the header line is too long"}});
  header_ = std::string(without_end(line));
  mark_.chain = digest.finish();
  return {};
}

kernel::Status RegisterFile::fill() {
  if (window_at_ < window_.size() || at_end()) return {};
  window_.resize(std::min(window_size, static_cast<std::size_t>(size() - mark_.bytes)));
  window_at_ = 0;
  CARNET_TRY(got, file_.read(mark_.bytes, window_));
  if (got != window_.size()) {
    return kernel::refuse(kernel::ErrorKind::conflict, "identity.register_file_changed", "the file became shorter while it was read");
  }
  return {};
}

kernel::Result<bool> RegisterFile::take_line(std::string& kept, crypto::Sha256Stream& digest) {
  std::size_t length = 0;
  bool ended = false;
  while (!ended && !at_end()) {
    CARNET_CHECK(fill());
    const auto first = window_.begin() + static_cast<std::ptrdiff_t>(window_at_);
    const auto feed = std::find(first, window_.end(), static_cast<std::uint8_t>('\n'));
    ended = feed != window_.end();
    const auto piece = kernel::ByteView(first, ended ? feed + 1 : feed);
    digest.add(piece);
    length += piece.size();
    if (length <= longest_line) kept += kernel::as_text(piece);
    window_at_ += piece.size();
    mark_.bytes += static_cast<std::int64_t>(piece.size());
  }
  ++mark_.lines;
  return length > longest_line;
}

kernel::Result<FileBatch> RegisterFile::next() {
  auto text = std::make_unique<std::string>();
  struct Span {
    std::int64_t number;
    std::size_t begin, size;
    bool too_long;
  };
  std::vector<Span> spans;
  const std::int64_t first_byte = mark_.bytes, first_line = mark_.lines;
  crypto::Sha256Stream digest;
  digest.add(mark_.chain);
  while (!at_end() && static_cast<std::size_t>(mark_.lines - first_line) < lines_per_batch &&
         static_cast<std::size_t>(mark_.bytes - first_byte) < bytes_per_batch) {
    const std::size_t begin = text->size();
    CARNET_TRY(too_long, take_line(*text, digest));
    spans.push_back({mark_.lines, begin, text->size() - begin, too_long});
  }
  if (mark_.bytes != first_byte) mark_.chain = digest.finish();
  FileBatch batch;
  for (const auto& span : spans) {
    const std::string_view line = without_end(std::string_view(*text).substr(span.begin, span.size));
    if (span.too_long || !is_blank(line)) batch.lines.push_back({span.number, line, span.too_long});
  }
  batch.text = std::move(text);
  batch.end = mark_;
  return batch;
}

}  // namespace carnet::identity
