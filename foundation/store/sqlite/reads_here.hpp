// Reads on the thread that asks. A point read takes some microseconds; handing it to another thread and coming back
// takes more. Reads that turn out long, and every so often one of each thread, go to the reader threads instead, so
// that neither a long read nor a long series of short ones keeps an io thread from its other connections.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <typeinfo>
#include <vector>

#include "foundation/store/objects.hpp"
#include "foundation/store/sqlite/connection.hpp"

namespace carnet::store {

class ReadsHere {
 public:
  ReadsHere(std::vector<std::unique_ptr<Connection>> connections, Packs* packs, std::shared_ptr<Remembered> memory);

  std::optional<kernel::Status> run(const Store* store, const std::type_info& kind,
                                    const std::function<kernel::Status(Snapshot&)>& job);

 private:
  struct Place {
    std::unique_ptr<Connection> connection;
    std::atomic<bool> taken{false};
  };
  Place* take();
  // What is known of reads of one kind.
  struct Kind {
    std::atomic<int> long_ones{0};  // in a row
    std::atomic<int> away{0};       // how many of the next go elsewhere
  };
  Kind& of(const std::type_info& kind);

  std::vector<Place> places_;
  Packs* packs_;
  std::shared_ptr<Remembered> memory_;
  std::array<Kind, 256> kinds_{};
};

// One consistent view on a connection, for as long as it lives. The job runs again, with nothing from memory, when what it
// was told from there turns out to be of another moment than the database's snapshot.
kernel::Status read_once(Connection& connection, Packs* packs, Remembered* memory,
                         const std::function<kernel::Status(Snapshot&)>& job);

}  // namespace carnet::store
