// Documents on their way in from the web, in pieces: in memory only, bounded in number and bytes, gone after a while.
// Inside record only.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "record/record.hpp"

namespace carnet::record {

class Uploads {
 public:
  static constexpr std::int64_t chunk_bytes = 1 << 20;
  struct Limits {
    std::int64_t most_bytes = 192LL << 20;  // of all uploads together
    std::size_t most_per_session = 3;
    std::int64_t lives_ms = 20 * 60'000LL;  // since the last piece
  };
  struct Owner {
    std::string session;
    PersonId person;  // whose space it is for
    bool operator==(const Owner&) const = default;
  };
  struct Progress {
    std::int64_t received = 0, size = 0;
  };
  struct Whole {
    Media media = Media::pdf;
    kernel::Bytes bytes;
    std::string made;  // id of the document that was made of it, when it was already
  };

  Uploads(Limits limits, io::Entropy& entropy) : limits_(limits), entropy_(entropy) {}

  // Answers the upload's id: 128 random bits. too_many "record.uploads", unavailable "record.uploads_full".
  kernel::Result<std::string> begin(const Owner& owner, Media media, std::int64_t size, kernel::Instant now);
  // `not_found` for an upload of someone else. conflict "record.upload_offset" with what was received in
  // issues[0].says. too_large "record.upload_size" when the piece passes the end that was announced.
  kernel::Result<Progress> put(const Owner& owner, const std::string& id, std::int64_t offset, kernel::ByteView piece,
                               kernel::Instant now);
  kernel::Result<Progress> progress(const Owner& owner, const std::string& id, kernel::Instant now);
  // A whole upload; stays until finish. conflict "record.upload_incomplete".
  kernel::Result<Whole> whole(const Owner& owner, const std::string& id, kernel::Instant now);
  // Made into a document: its bytes go, its id stays, so that the same request again has the same answer.
  void finish(const std::string& id, const std::string& document);

 private:
  struct Upload {
    Owner owner;
    Media media = Media::pdf;
    std::int64_t size = 0;
    kernel::Bytes bytes;
    kernel::Instant used{};
    std::string made;
  };
  kernel::Result<Upload*> find(const Owner& owner, const std::string& id, kernel::Instant now);
  void drop_old(kernel::Instant now);

  const Limits limits_;
  io::Entropy& entropy_;
  std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
  std::int64_t promised_bytes_ = 0;
};

}  // namespace carnet::record
