// What the parts of the desk have in common. Inside vigilance only.
#pragma once
#include <mutex>
#include <unordered_map>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

// How often an address has asked: beyond a rate it hears verdicts and no more, so that nobody tunes a lure on us. In memory,
// bounded; when full, the oldest window is forgotten.
class Askers {
 public:
  bool is_frequent(const std::string& peer, Instant now);

 private:
  struct Window {
    Instant since{};
    int asked = 0;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Window> windows_;
};

struct Desk::State {
  State(store::Store& main_store, const kernel::SecretBytes& master, Engine loaded, const io::Clock& civil,
        io::Entropy& given_entropy, io::Pool& given_pool)
      : store(main_store), engine(std::move(loaded)), seal(master, "vigilance", given_entropy),
        mail_prints(master, "vigilance.mail"), clock(civil),
        entropy(given_entropy), pool(given_pool) {}

  store::Store& store;
  const Engine engine;
  const crypto::Sealer seal;
  const crypto::BlindIndex mail_prints;
  const io::Clock& clock;
  io::Entropy& entropy;
  io::Pool& pool;
  Askers askers{};
  std::filesystem::path picture_reader{};
  notices::Notices* notices = nullptr;
  std::function<std::optional<kernel::PersonId>(const http::Principal&)> holder{};
  io::Pool picture_pool{1, 3};  // seconds of work each: the others wait their turn, and more are sent away

  std::mutex mutex{};
  std::shared_ptr<const Campaigns> campaigns = std::make_shared<const Campaigns>();  // swapped whole

  std::shared_ptr<const Campaigns> known() {
    const std::scoped_lock lock(mutex);
    return campaigns;
  }
  kernel::Status load_campaigns();
  Date today() const { return kernel::date_in(clock.now(), kernel::Zone::paris()); }
  kernel::Result<Judgement> judge(const Message& message);

  struct Filed {
    std::string reference;
  };
  kernel::Result<Filed> file_report(const Judgement& judgement, std::string_view redacted_text);
};

namespace rows {
kernel::Result<std::vector<Group>> groups(store::Snapshot& at, Group::State state, std::size_t limit);
kernel::Result<std::optional<Group>> group(store::Snapshot& at, std::int64_t id);
kernel::Result<std::optional<Group>> like(store::Snapshot& at, const Group& one, Instant since);
kernel::Status put_group(store::Tx& tx, const Group& group);
kernel::Status insert_report(store::Tx& tx, std::int64_t id, std::int64_t group, Instant at, Instant expires, kernel::ByteView sealed);
kernel::Result<std::int64_t> next_id(store::Snapshot& at, std::string_view table);
struct Kept {
  std::int64_t id = 0;
  kernel::Bytes sealed;
};
kernel::Result<std::vector<Kept>> texts(store::Snapshot& at, std::int64_t group, Instant now, std::size_t limit);
// How often a sender has been answered since; one answer made ours (false: it was), or given back.
kernel::Result<std::int64_t> answers_since(store::Snapshot& at, std::string_view sender, Instant since);
kernel::Result<bool> claim_answer(store::Tx& tx, std::string_view print, std::string_view sender, Instant at);
kernel::Status release_answer(store::Tx& tx, std::string_view print);
kernel::Status expire(store::Tx& tx, Instant now);
kernel::Status count_week(store::Tx& tx, std::string_view week, std::string_view kind);
struct Week {
  std::string week, kind;
  std::int64_t reports = 0;
};
kernel::Result<std::vector<Week>> weeks(store::Snapshot& at, std::string_view from, std::int64_t least);
}  // namespace rows

std::string place_of_report(std::int64_t id);
std::string iso_week(Date date);  // "2026-W47"

}  // namespace carnet::vigilance
