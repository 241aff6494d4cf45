// What Notices keeps: the queue and its delivery (service.cpp), the demonstration's page (outbox.cpp). Private to notices.
#pragma once
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "notices/words.hpp"

namespace carnet::notices {

enum class RowState { queued = 1, taken = 2, returned = 3, failed = 4 };

struct Queued {
  std::int64_t id = 0, due_at = 0, next_at = 0;  // next_at: when it is tried again if this try comes to nothing
  std::int64_t attempts = 0, queued_at = 0;      // attempts: begun before this one
  std::string reference;
  PersonId person;
  Template what = Template::space_announced;
  Channel channel = Channel::letter;
  kernel::Bytes sealed;
};

enum class End { taken, try_later, failed };

// One delivers at a time, the others wait in order of arrival: two would read the same rows and send each notice twice.
class Turns {
 public:
  class Held {
   public:
    explicit Held(Turns& turns) : turns_(&turns) {}
    Held(Held&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (turns_ != nullptr) turns_->give_back();
    }

   private:
    Turns* turns_;
  };
  io::Task<Held> take();

 private:
  void give_back();
  std::mutex mutex_;
  bool taken_ = false;
  std::deque<store::Done> waiting_;
};

std::string associated(std::int64_t id);  // what binds a sealed row to its place

struct Notices::State {
  State(store::Store& main_store, crypto::Sealer row_sealer, Settings given, const io::Clock& service_clock,
        io::Entropy& source, io::Pool& slow_work, Words catalogues)
      : main(main_store), sealer(std::move(row_sealer)), settings(std::move(given)), clock(service_clock), entropy(source),
        pool(slow_work), words(std::move(catalogues)) {}

  store::Store& main;
  crypto::Sealer sealer;
  const Settings settings;
  const io::Clock& clock;
  io::Entropy& entropy;
  io::Pool& pool;
  const Words words;
  std::vector<std::function<kernel::Status(store::Tx&, const Delivery&)>> handlers;
  std::atomic<bool> stopping{false};
  std::atomic<std::int64_t> last_id{0};

  void set_wake(std::function<void()> given);
  void wake_up();  // any thread

  // service.cpp, the queue
  kernel::Result<Sealed> unseal(std::int64_t id, kernel::ByteView bytes) const;
  std::string new_reference();
  std::int64_t new_id();
  bool has_channel(Channel channel) const;
  kernel::Result<bool> insert(store::Tx& tx, const Notice& notice, std::int64_t id, const std::string& reference) const;
  kernel::Status tell(store::Tx& tx, const Delivery& delivery) const;

  // service.cpp, delivery; by whoever holds the turn
  struct Pass {
    bool mail_is_silent = false;   // the mail server did not even greet: no other mail is tried in this pass
    kernel::Status trouble{};      // what kept one notice from leaving, or from being told, without stopping the others
  };
  struct Answer {
    End end;
    bool silent = false;
  };
  kernel::Result<std::vector<Queued>> due(store::Snapshot& at, kernel::Instant now) const;
  kernel::Result<std::vector<std::int64_t>> claim(store::Tx& tx, const std::vector<Queued>& rows) const;
  Answer send(const Sealed& sealed, const Queued& row) const;
  Answer send_letter(const Sealed& sealed, const Queued& row) const;
  io::Task<std::optional<End>> answer_to(const Queued& row, Pass& pass);
  io::Task<kernel::Status> deliver(const Queued& row, Pass& pass);
  kernel::Bytes print_kept(const Queued& row) const;  // print.cpp; empty when the row does not open
  kernel::Status finish(store::Tx& tx, const Queued& row, End end) const;
  Turns turns;
  // What a channel answered and the store could not record: it is not asked a second time. Ends with the process.
  std::map<std::int64_t, End> answered;

  // outbox.cpp
  io::Task<kernel::Result<http::Response>> outbox(http::Exchange& exchange);
  io::Task<kernel::Result<http::Response>> outbox_item(http::Exchange& exchange);
  io::Task<kernel::Result<http::Response>> outbox_letter(http::Exchange& exchange);
  struct Item {
    Queued row;
    Sealed sealed;
  };
  io::Task<kernel::Result<Item>> item(std::string id);

 private:
  std::mutex wake_mutex_;
  std::function<void()> wake_;
};

}  // namespace carnet::notices
