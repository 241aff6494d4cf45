#include "foundation/io/listener.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

namespace carnet::io {
namespace {

// Says back what it hears, and ends at "end".
class Echo final : public Conversation {
 public:
  Said begin() override { return {"hello "}; }
  Task<Said> hear(std::string_view bytes) override { co_return Said{std::string(bytes), bytes.find("end") != std::string_view::npos}; }
};

class ListenerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Listener> listen(std::string place, int most = 50, std::int64_t idle_ms = 300'000) {
    auto made = Listener::open({std::move(place), most, idle_ms}, context_.get_executor(), [] { return std::make_unique<Echo>(); });
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::move(*made) : nullptr;
  }
  ~ListenerTest() override {
    guard_.reset();
    thread_.join();
  }
  static int call(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    return fd;
  }
  static std::string read_all(int fd) {
    std::string all;
    char bytes[256];
    for (ssize_t count; (count = ::read(fd, bytes, sizeof bytes)) > 0;) all.append(bytes, static_cast<std::size_t>(count));
    ::close(fd);
    return all;
  }

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> guard_{context_.get_executor()};
  std::thread thread_{[this] { context_.run(); }};
};

TEST_F(ListenerTest, TalksOnThePortItWasGiven) {
  const auto listener = listen("127.0.0.1:0");
  ASSERT_NE(listener->port(), 0);
  const int one = call(listener->port()), other = call(listener->port());
  EXPECT_EQ(::write(other, "two end", 7), 7);
  EXPECT_EQ(read_all(other), "hello two end");
  EXPECT_EQ(::write(one, "end", 3), 3);
  EXPECT_EQ(read_all(one), "hello end");
  listener->stop();
}

TEST_F(ListenerTest, AUnixSocketIsForItsOwnerAndGroup) {
  char folder[] = "/tmp/carnet-listener-XXXXXX";
  const std::string path = std::string(::mkdtemp(folder)) + "/socket";
  const auto listener = listen("unix:" + path);
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  path.copy(place.sun_path, sizeof place.sun_path - 1);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
  EXPECT_EQ(::write(fd, "end", 3), 3);
  EXPECT_EQ(read_all(fd), "hello end");
  listener->stop();
  EXPECT_NE(::stat(path.c_str(), &info), 0) << "the socket goes with its listener";
  ::rmdir(folder);
}

TEST_F(ListenerTest, StoppingHangsUpAndTheSilentAreHungUpOn) {
  const auto listener = listen("127.0.0.1:0");
  const int fd = call(listener->port());
  char first = 0;
  ASSERT_EQ(::read(fd, &first, 1), 1);
  listener->stop();
  EXPECT_EQ(read_all(fd), "ello ");
  const auto impatient = listen("127.0.0.1:0", 50, 1);
  EXPECT_EQ(read_all(call(impatient->port())), "hello ");
  impatient->stop();
}

TEST_F(ListenerTest, MoreThanItsCountWaitAndAreHeardInTheirTurn) {
  const auto listener = listen("127.0.0.1:0", 1);
  const int first = call(listener->port()), second = call(listener->port());
  EXPECT_EQ(::write(second, "end", 3), 3);
  EXPECT_EQ(::write(first, "end", 3), 3);
  EXPECT_EQ(read_all(first), "hello end");
  EXPECT_EQ(read_all(second), "hello end");
  listener->stop();
}

TEST_F(ListenerTest, OtherPlacesAreRefused) {
  for (const char* place : {"0.0.0.0:2424", "192.0.2.1:2424", "127.0.0.1", "unix:", "unix:relative", "127.0.0.1:70000", "localhost:1"}) {
    EXPECT_FALSE(is_local_place(place)) << place;
    EXPECT_FALSE(Listener::open({place}, context_.get_executor(), [] { return std::make_unique<Echo>(); })) << place;
  }
  EXPECT_TRUE(is_local_place("[::1]:2424"));
}

}  // namespace
}  // namespace carnet::io
