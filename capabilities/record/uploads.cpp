#include "record/uploads.hpp"

#include <algorithm>

namespace carnet::record {

using kernel::ErrorKind;
using kernel::Result;

void Uploads::drop_old(kernel::Instant now) {
  std::erase_if(uploads_, [&](auto& entry) {
    const bool old = now.since(entry.second.used).count() > limits_.lives_ms;
    if (old && entry.second.made.empty()) promised_bytes_ -= entry.second.size;
    return old;
  });
}

Result<std::string> Uploads::begin(const Owner& owner, Media media, std::int64_t size, kernel::Instant now) {
  const std::lock_guard lock(mutex_);
  drop_old(now);
  const auto of_session = std::ranges::count_if(uploads_, [&](const auto& entry) {
    return entry.second.owner.session == owner.session && entry.second.made.empty();
  });
  if (static_cast<std::size_t>(of_session) >= limits_.most_per_session)
    return std::unexpected(
        kernel::Error{ErrorKind::too_many, "record.uploads", "finish or leave the uploads under way", {}, 60});
  if (promised_bytes_ + size > limits_.most_bytes)
    return std::unexpected(
        kernel::Error{ErrorKind::unavailable, "record.uploads_full", "too many uploads at once", {}, 30});
  const std::string id = kernel::to_base32(entropy_.bytes("record.upload", 16));
  promised_bytes_ += size;
  uploads_.emplace(id, Upload{owner, media, size, {}, now, {}});
  return id;
}

Result<Uploads::Upload*> Uploads::find(const Owner& owner, const std::string& id, kernel::Instant now) {
  drop_old(now);
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || !(found->second.owner == owner))
    return kernel::refuse(ErrorKind::not_found, "not_found");
  found->second.used = now;
  return &found->second;
}

Result<Uploads::Progress> Uploads::put(const Owner& owner, const std::string& id, std::int64_t offset,
                                       kernel::ByteView piece, kernel::Instant now) {
  const std::lock_guard lock(mutex_);
  CARNET_TRY(upload, find(owner, id, now));
  const auto received = static_cast<std::int64_t>(upload->bytes.size());
  if (offset != received || !upload->made.empty())
    return std::unexpected(kernel::Error{
        ErrorKind::conflict, "record.upload_offset", {}, {{"value", "/offset", std::to_string(received)}}});
  if (received + static_cast<std::int64_t>(piece.size()) > upload->size)
    return kernel::refuse(ErrorKind::too_large, "record.upload_size", "more bytes than were announced");
  upload->bytes.insert(upload->bytes.end(), piece.begin(), piece.end());
  return Progress{static_cast<std::int64_t>(upload->bytes.size()), upload->size};
}

Result<Uploads::Progress> Uploads::progress(const Owner& owner, const std::string& id, kernel::Instant now) {
  const std::lock_guard lock(mutex_);
  CARNET_TRY(upload, find(owner, id, now));
  return Progress{upload->made.empty() ? static_cast<std::int64_t>(upload->bytes.size()) : upload->size, upload->size};
}

Result<Uploads::Whole> Uploads::whole(const Owner& owner, const std::string& id, kernel::Instant now) {
  const std::lock_guard lock(mutex_);
  CARNET_TRY(upload, find(owner, id, now));
  if (!upload->made.empty()) return Whole{upload->media, {}, upload->made};
  if (static_cast<std::int64_t>(upload->bytes.size()) != upload->size)
    return kernel::refuse(ErrorKind::conflict, "record.upload_incomplete", "pieces of this document are missing");
  return Whole{upload->media, upload->bytes, {}};
}

void Uploads::finish(const std::string& id, const std::string& document) {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || !found->second.made.empty()) return;
  promised_bytes_ -= found->second.size;
  kernel::zeroise(found->second.bytes.data(), found->second.bytes.size());
  found->second.bytes = {};
  found->second.made = document;
}

}  // namespace carnet::record
