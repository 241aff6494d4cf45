#include "proof/load/check_load.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <stdexcept>

namespace carnet::proof {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t asks_each = 20;  // what an address is told with all its reasons
constexpr std::size_t most_addresses = 1u << 20;
constexpr auto patience = std::chrono::seconds(5);

constexpr std::array<const char*, 6> texts{
    "AMELI : votre nouvelle carte Vitale est disponible, remplissez le formulaire https://ameli-vitale-maj.com/fr pour rester couvert.",
    "Rappel : RDV Dr Martin lundi 4 mars a 14h30. Pensez a votre carte Vitale. Pour annuler : 01 99 00 12 34",
    "Votre colis est retenu, reglez 1,99 EUR de frais : suivi-colis-fr.xyz",
    "Assurance Maladie : votre attestation de droits est disponible dans votre compte sur ameli.fr",
    "Coucou maman, j'ai casse mon telephone, ecris-moi sur WhatsApp au 07 57 91 23 45",
    "Votre code de verification est 482913. Ne le communiquez a personne."};

class Asker {
 public:
  Asker(std::uint16_t port, std::size_t number) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(0x7F010001U + static_cast<std::uint32_t>(number % most_addresses));  // 127.1.0.1 and on
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 || connect(fd_, reinterpret_cast<sockaddr*>(&server), sizeof server) != 0)
      throw std::runtime_error("cannot connect");
    const int yes = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  }
  ~Asker() { close(fd_); }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  int fd() const { return fd_; }
  std::size_t waiting() const { return due_.size(); }
  std::size_t asked() const { return asked_; }

  void ask(const std::string& request, Steady::time_point due) {
    due_.push_back(due);
    ++asked_;
    if (send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) throw std::runtime_error("a question did not leave");
  }
  void hear(Paced& out) {
    std::array<char, 16384> bytes{};
    for (ssize_t count; (count = recv(fd_, bytes.data(), bytes.size(), 0)) > 0;) heard_.append(bytes.data(), static_cast<std::size_t>(count));
    while (!due_.empty()) {
      const auto end = heard_.find("\r\n\r\n"), at = heard_.find("Content-Length: ");
      if (end == std::string::npos || at == std::string::npos || at > end) return;
      const auto whole = end + 4 + static_cast<std::size_t>(std::stoul(heard_.substr(at + 16)));
      if (heard_.size() < whole) return;
      out.latencies_us.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - due_.front()).count());
      out.errors += heard_.starts_with("HTTP/1.1 200") ? 0 : 1;
      due_.pop_front();
      heard_.erase(0, whole);
    }
  }

 private:
  int fd_ = -1;
  std::size_t asked_ = 0;
  std::string heard_;
  std::deque<Steady::time_point> due_;
};

}  // namespace

namespace {

// Connections that are replaced, each from an address of its own, before anybody would be said to ask often.
class Askers {
 public:
  Askers(std::uint16_t port, std::size_t count) : port_(port), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < count; ++i) open_.push_back(next());
  }
  ~Askers() { close(poll_); }
  Askers(const Askers&) = delete;
  Askers& operator=(const Askers&) = delete;

  void ask(std::uint64_t n, const std::string& request, Steady::time_point due) {
    auto& asker = open_[n % open_.size()];
    if (asker->asked() == asks_each) {
      if (asker->waiting() > 0) leaving_.push_back(std::move(asker));
      asker = next();
    }
    asker->ask(request, due);
  }
  void hear(const timespec& wait, Paced& out) {
    std::array<epoll_event, 256> events{};
    const int ready = epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
    for (int i = 0; i < ready; ++i) static_cast<Asker*>(events[static_cast<std::size_t>(i)].data.ptr)->hear(out);
    std::erase_if(leaving_, [](const auto& one) { return one->waiting() == 0; });
  }

 private:
  std::unique_ptr<Asker> next() {
    static std::size_t number = 0;
    auto made = std::make_unique<Asker>(port_, number++);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = made.get();
    epoll_ctl(poll_, EPOLL_CTL_ADD, made->fd(), &event);
    return made;
  }
  std::uint16_t port_;
  int poll_;
  std::vector<std::unique_ptr<Asker>> open_, leaving_;
};

}  // namespace

Paced drive_checks(std::uint16_t plain_port, std::size_t connections, std::size_t per_second, double seconds) {
  std::vector<std::string> requests;
  for (const auto* text : texts) requests.push_back(request_text("POST", "/api/vigilance/check", "", fmt::format("{{\"text\":\"{}\"}}", text), "application/json"));
  Askers askers(plain_port, connections);
  Paced out;
  const auto total = static_cast<std::uint64_t>(static_cast<double>(per_second) * seconds);
  const auto begun = Steady::now();
  const auto due = [&](std::uint64_t n) { return begun + std::chrono::microseconds(n * 1'000'000 / per_second); };
  while (out.latencies_us.size() < total && Steady::now() < due(total) + patience) {
    for (; out.asked < total && due(out.asked) <= Steady::now(); ++out.asked) askers.ask(out.asked, requests[out.asked % requests.size()], due(out.asked));
    const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(due(std::min(out.asked, total)) - Steady::now()));
    askers.hear({0, out.asked < total ? std::min<long>(left.count(), 999'999'999) : 1'000'000}, out);
  }
  out.errors += total - out.latencies_us.size();
  return out;
}

}  // namespace carnet::proof
