// A Postfix of the test's own: configuration, queue and mailboxes under a temporary folder, listening on loopback, delivering
// to mailboxes only. No service of the machine is touched and nothing can leave it.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace carnet::proof {

// A certificate authority made for a test, in a folder of the test's.
class Authority {
 public:
  Authority(std::filesystem::path folder, std::string name);
  std::filesystem::path certificate() const { return folder_ / (name_ + ".pem"); }
  struct Issued {
    std::filesystem::path certificate, key;
  };
  Issued issue(const std::string& name, const std::string& subject_alternative) const;  // "IP:127.0.0.1"

 private:
  std::filesystem::path folder_;
  std::string name_;
};

class Postfix {
 public:
  struct Options {
    std::vector<std::string> mailboxes;          // addresses it takes mail for, all of one domain
    std::optional<Authority::Issued> tls{};      // offers STARTTLS
    std::vector<std::string> configuration{};    // more lines of main.cf
  };
  // Why none can be started here: not installed, or not the super-user, whom its master program needs.
  static std::optional<std::string> missing();

  explicit Postfix(Options options);  // started, and answering
  ~Postfix();
  Postfix(const Postfix&) = delete;
  Postfix& operator=(const Postfix&) = delete;

  void start();
  void stop();  // and nobody listens any more
  void kill_without_warning();
  void offer(const Authority::Issued& tls);  // from the next start on

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // Waits until its queue is empty: what was taken has been delivered.
  void settle() const;
  // The mails in a mailbox, as they were written there. Call settle() first.
  std::vector<std::string> mailbox(const std::string& address) const;
  std::string log() const;
  bool says(const std::string& text) const;  // waits until its log does; it is written a little later than answers are given

 private:
  void configure() const;
  void end(int signal);
  std::size_t queued() const;

  std::filesystem::path folder_;
  Options options_;
  std::uint16_t port_;
  pid_t master_ = -1, guardian_ = -1;
  int to_guardian_ = -1;
};

}  // namespace carnet::proof
