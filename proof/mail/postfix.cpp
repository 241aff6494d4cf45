#include "proof/mail/postfix.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace carnet::proof {
namespace {

namespace fs = std::filesystem;

constexpr const char* control_program = "/usr/sbin/postfix";
constexpr const char* master_program = "/usr/lib/postfix/sbin/master";
constexpr const char* user = "postfix";
constexpr const char* drop_group = "postdrop";
constexpr const char* mailbox_owner = "nobody";
constexpr auto look_every = std::chrono::milliseconds(10);
constexpr auto longest_wait = std::chrono::seconds(30);

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void run(const std::string& command, const fs::path& log) {
  if (std::system(fmt::format("{} >>{} 2>&1 </dev/null", command, log.string()).c_str()) != 0)
    throw std::runtime_error(command + " failed:\n" + text_of(log));
}

void wait_until(const std::function<bool()>& holds, const std::string& what) {
  const auto begun = std::chrono::steady_clock::now();
  while (!holds()) {
    if (std::chrono::steady_clock::now() - begun > longest_wait) throw std::runtime_error("waited in vain: " + what);
    std::this_thread::sleep_for(look_every);  // between two looks; what is looked at decides
  }
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) throw std::runtime_error("no free port");
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  close(fd);
  return ntohs(address.sin_port);
}

bool is_listening(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool reached = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return reached;
}

std::string local_part(const std::string& address) { return address.substr(0, address.find('@')); }

}  // namespace

Authority::Authority(fs::path folder, std::string name) : folder_(std::move(folder)), name_(std::move(name)) {
  run(fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN={0}' "
                  "-addext basicConstraints=critical,CA:TRUE -keyout {1}/{0}.key -out {1}/{0}.pem",
                  name_, folder_.string()),
      folder_ / "openssl.log");
}

Authority::Issued Authority::issue(const std::string& name, const std::string& subject_alternative) const {
  const std::string base = (folder_ / name).string(), own = (folder_ / name_).string();
  std::ofstream(base + ".ext") << "subjectAltName=" << subject_alternative << "\n";
  run(fmt::format("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN={0}' -keyout {1}.key -out {1}.csr",
                  name, base),
      folder_ / "openssl.log");
  run(fmt::format("openssl x509 -req -in {0}.csr -CA {1}.pem -CAkey {1}.key -set_serial {2} -days 2 -extfile {0}.ext -out {0}.pem",
                  base, own, 1 + std::hash<std::string>()(name) % 1'000'000),
      folder_ / "openssl.log");
  return {base + ".pem", base + ".key"};
}

std::optional<std::string> Postfix::missing() {
  if (access(control_program, X_OK) != 0 || access(master_program, X_OK) != 0)
    return "Postfix is not installed (Debian package postfix): no mail was sent through a real server";
  if (geteuid() != 0) return "only the super-user can start Postfix: no mail was sent through a real server";
  if (getpwnam(user) == nullptr || getgrnam(drop_group) == nullptr || getpwnam(mailbox_owner) == nullptr)
    return "Postfix's user and group are not there: no mail was sent through a real server";
  return std::nullopt;
}

Postfix::Postfix(Options options) : options_(std::move(options)), port_(free_port()) {
  char name[] = "/tmp/carnet-postfix-XXXXXX";
  folder_ = mkdtemp(name);
  fs::permissions(folder_, fs::perms(0711));  // its programs run under users of their own
  for (const char* part : {"etc", "queue", "data", "mail"}) fs::create_directory(folder_ / part);
  const auto* owner = getpwnam(user);
  if (chown((folder_ / "data").c_str(), owner->pw_uid, owner->pw_gid) != 0) throw std::runtime_error("chown");
  const auto* receiver = getpwnam(mailbox_owner);
  if (chown((folder_ / "mail").c_str(), receiver->pw_uid, receiver->pw_gid) != 0) throw std::runtime_error("chown");
  configure();
  run(fmt::format("{} -c {} check", control_program, (folder_ / "etc").string()), folder_ / "check.log");  // makes the queue's folders
  start();
}

Postfix::~Postfix() {
  if (master_ > 0) end(SIGTERM);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Postfix::configure() const {
  const std::string folder = folder_.string();
  const auto* receiver = getpwnam(mailbox_owner);
  std::ofstream main_cf(folder_ / "etc" / "main.cf");
  main_cf << fmt::format(
      "compatibility_level = 3.7\nqueue_directory = {0}/queue\ndata_directory = {0}/data\n"
      "maillog_file = {0}/mail.log\nmaillog_file_prefixes = {0}\n"
      "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = relay.test.example\nmydestination =\n"
      "alias_maps =\nalias_database =\nin_flow_delay = 0\nsmtp_dns_support_level = disabled\n"
      "default_transport = error:nothing leaves this test\nrelay_transport = error:nothing leaves this test\n"
      "virtual_mailbox_domains = {1}\nvirtual_mailbox_maps = texthash:{0}/etc/mailboxes\nvirtual_mailbox_base = {0}/mail\n"
      "virtual_uid_maps = static:{2}\nvirtual_gid_maps = static:{3}\nvirtual_minimum_uid = 100\n",
      folder, options_.mailboxes.front().substr(options_.mailboxes.front().find('@') + 1), receiver->pw_uid, receiver->pw_gid);
  if (options_.tls)
    main_cf << fmt::format("smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {}\nsmtpd_tls_key_file = {}\n"
                           "smtpd_tls_received_header = yes\n",
                           options_.tls->certificate.string(), options_.tls->key.string());
  for (const auto& line : options_.configuration) main_cf << line << "\n";
  std::ofstream master_cf(folder_ / "etc" / "master.cf");
  master_cf << fmt::format("127.0.0.1:{} inet n - n - - smtpd\n", port_);
  for (const char* service :
       {"cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce", "proxymap unix - - n - - proxymap", "error unix - - n - - error",
        "retry unix - - n - - error", "virtual unix - n n - - virtual", "lmtp unix - - n - - lmtp", "anvil unix - - n - 1 anvil",
        "postlog unix-dgram n - n - 1 postlogd"})
    master_cf << service << "\n";
  std::ofstream mailboxes(folder_ / "etc" / "mailboxes");
  for (const auto& address : options_.mailboxes) mailboxes << address << " " << local_part(address) << "/\n";
}

void Postfix::offer(const Authority::Issued& tls) {
  options_.tls = tls;
  configure();
}

// The master program leads a group of its own, which ends with it. It changes its user and so forgets whose child it is: a
// guardian ends it when the test has gone without doing so.
void Postfix::start() {
  const std::string configuration = (folder_ / "etc").string(), output = (folder_ / "output").string();
  master_ = fork();
  if (master_ == 0) {
    setsid();
    const int fd = open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    execl(master_program, master_program, "-c", configuration.c_str(), "-d", nullptr);
    _exit(127);
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  guardian_ = fork();
  if (guardian_ == 0) {
    dup2(ends[0], STDIN_FILENO);
    close_range(3, ~0U, 0);  // nothing else of the test's stays open here
    char word = 0;
    if (read(STDIN_FILENO, &word, 1) == 0) kill(-master_, SIGKILL);
    _exit(0);
  }
  close(ends[0]);
  to_guardian_ = ends[1];
  wait_until(
      [this] {
        int status = 0;
        if (waitpid(master_, &status, WNOHANG) == master_) {
          master_ = -1;
          throw std::runtime_error("Postfix ended by itself:\n" + log());
        }
        return is_listening(port_);
      },
      "Postfix answers");
}

void Postfix::end(int signal) {
  kill(signal == SIGKILL ? -master_ : master_, signal);
  waitpid(master_, nullptr, 0);
  master_ = -1;
  if (write(to_guardian_, "e", 1) != 1) throw std::runtime_error("the guardian has gone");
  close(to_guardian_);
  waitpid(guardian_, nullptr, 0);
  wait_until([this] { return !is_listening(port_); }, "Postfix listens no more");
}

void Postfix::stop() { end(SIGTERM); }
void Postfix::kill_without_warning() { end(SIGKILL); }

// Looked at in the order in which a mail moves, so that none is missed. One that is whole is marked executable; what a killed
// server had begun to write was never answered for.
std::size_t Postfix::queued() const {
  std::size_t count = 0;
  for (const char* part : {"maildrop", "incoming", "active", "deferred"}) {
    std::error_code gone;  // a file may move on while one looks
    for (fs::recursive_directory_iterator at(folder_ / "queue" / part, gone), none; !gone && at != none; at.increment(gone)) {
      const auto status = at->symlink_status(gone);
      if (gone) return count + 1;
      if (status.type() == fs::file_type::regular && (status.permissions() & fs::perms::owner_exec) != fs::perms::none) ++count;
    }
    if (gone) return count + 1;
  }
  return count;
}

void Postfix::settle() const {
  wait_until([this] { return queued() == 0; }, "Postfix's queue is empty");
}

bool Postfix::says(const std::string& text) const {
  wait_until([&] { return log().find(text) != std::string::npos; }, "Postfix says " + text);
  return true;
}

std::vector<std::string> Postfix::mailbox(const std::string& address) const {
  std::vector<std::string> mails;
  const auto folder = folder_ / "mail" / local_part(address) / "new";
  if (!fs::exists(folder)) return mails;
  for (const auto& file : fs::directory_iterator(folder)) mails.push_back(text_of(file.path()));
  return mails;
}

std::string Postfix::log() const { return text_of(folder_ / "mail.log") + text_of(folder_ / "output"); }

}  // namespace carnet::proof
