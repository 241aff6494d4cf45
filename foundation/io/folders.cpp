#include <algorithm>

#include "foundation/io/files.hpp"

namespace carnet::io {

kernel::Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (at->is_regular_file(error)) files.push_back(at->path());
  if (error) return kernel::fault("files.list", "a folder could not be read");
  std::ranges::sort(files);
  return files;
}

kernel::Status remove_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) return kernel::fault("files.remove", "a file could not be removed");
  return sync_directory(path.parent_path());
}

}  // namespace carnet::io
