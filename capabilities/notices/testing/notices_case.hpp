// Notices on a temporary embedded store, with a clock that the test moves.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "foundation/io/files.hpp"
#include "notices/notices.hpp"

namespace carnet::notices::testing {

inline constexpr std::string_view code_symbols = "K7QM2W9F4TXA";

class NoticesCase : public ::testing::Test {
 protected:
  NoticesCase() {
    char name[] = "/tmp/carnet-notices-XXXXXX";
    directory_ = mkdtemp(name);
    store_ = std::move(*store::Store::open("sqlite:" + (directory_ / "main.db").string(), store::Options()));
    EXPECT_TRUE(store_->migrate(Notices::migrations()));
  }
  ~NoticesCase() override {
    notices_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  Settings settings(bool demonstration) const {
    Settings s;
    s.demonstration = demonstration;
    s.messages = std::filesystem::path(CARNET_SOURCE_DIR) / "web" / "messages";
    s.mail_from_default = "info@caisse.example";
    s.senders = {{"general", "assurance-maladie@info.ameli.fr"}};
    s.print_directory = directory_;
    return s;
  }
  Settings mail_settings(const std::string& url) const {
    auto s = settings(false);
    s.smtp.emplace(courier::SmtpServer{url, false, {}, {}, {}});
    return s;
  }
  // What was open before is closed: a second start of the program. What came back is counted in returned_.
  Notices& open(Settings s) {
    notices_.reset();
    auto made = Notices::open(used_store(), crypto::Sealer(master_, "notices", entropy_), std::move(s), clock_, used_entropy(), pool_);
    EXPECT_TRUE(made) << (made ? "" : made.error().code + made.error().detail);
    notices_ = std::move(*made);
    notices_->on_delivery([this](store::Tx&, const Delivery& delivery) -> kernel::Status {
      deliveries_.push_back(delivery);
      return {};
    });
    return *notices_;
  }
  virtual store::Store& used_store() { return *store_; }
  virtual io::Entropy& used_entropy() { return entropy_; }

  static Notice announcement(Channel channel) {
    Recipient to;
    to.person = PersonId(7);
    to.name = "Nadia Martin";
    to.address = channel == Channel::email ? "nadia.martin@courriel.example" : "";
    to.postal = {{"12 rue des Lilas", "69007 Lyon"}, "FR"};
    to.scheme = "general";
    return {Template::space_announced, channel, to, kernel::SecretBytes(code_symbols),
            {{"last_day", "2025-03-14"}, {"opens_day", "2025-03-15"}}};
  }
  kernel::Result<std::string> send(const Notice& notice, bool commit = true) {
    std::function<kernel::Result<std::string>(store::Tx&)> work = [&](store::Tx& tx) -> kernel::Result<std::string> {
      CARNET_TRY(reference, notices_->enqueue(tx, notice));
      if (!commit) return kernel::refuse(kernel::ErrorKind::conflict, "test.rollback");
      return reference;
    };
    return store_->write_now<std::string>(work);
  }
  kernel::Status deliver() { return io::run(notices_->deliver_due()); }
  std::int64_t queued() { return notices_->waiting()->queued; }
  std::int64_t number(std::string_view sql) {
    std::function<kernel::Result<std::int64_t>(store::Snapshot&)> look = [sql](store::Snapshot& at) -> kernel::Result<std::int64_t> {
      std::int64_t found = -1;
      CARNET_CHECK(at.query(sql, {}, [&](const store::Row& row) {
        found = row.integer(0);
        return true;
      }));
      return found;
    };
    return *store_->read_now<std::int64_t>(look);
  }
  void change(std::string_view sql) {
    std::function<kernel::Result<std::int64_t>(store::Tx&)> work = [sql](store::Tx& tx) { return tx.execute(sql, {}); };
    EXPECT_TRUE(store_->write_now<std::int64_t>(work));
  }
  int told(Delivery::Fate fate) const {
    int count = 0;
    for (const auto& delivery : deliveries_) count += delivery.fate == fate ? 1 : 0;
    return count;
  }
  std::string disk() const {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(directory_)) {
      std::ifstream in(file.path(), std::ios::binary);
      std::stringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return all;
  }

  std::filesystem::path directory_;
  kernel::SecretBytes master_{kernel::Bytes(32, 7)};
  io::SeededEntropy entropy_{1};
  io::ManualClock clock_{kernel::Instant{1'738'368'000'000}};  // 2025-02-01
  io::Pool pool_{2, 16};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Notices> notices_;
  std::vector<Delivery> deliveries_;  // told by the last Notices opened and those before
};

}  // namespace carnet::notices::testing
