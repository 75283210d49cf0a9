#include "http/listen_socket.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::http {
namespace {

TEST(ListenAddress, IsAnIpLiteralAndAPort) {
  EXPECT_EQ(ListenAddress::parse("127.0.0.1:8080")->url(), "http://127.0.0.1:8080");
  EXPECT_EQ(ListenAddress::parse("[::1]:80")->url(), "http://[::1]:80");
  EXPECT_EQ(ListenAddress::parse(":8080")->host, "0.0.0.0");
  EXPECT_EQ(ListenAddress::parse("localhost:8080")->host, "127.0.0.1");
}

TEST(ListenAddress, OtherTextsAreErrorsThatSayTheForm) {
  for (const auto* text :
       {"", "8080", "127.0.0.1", "host:80", "::1:80", "127.0.0.1:x", "127.0.0.1:070", "[]:80", "unix:"}) {
    const auto address = ListenAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find("such as 127.0.0.1:8080 or [::]:8080, nor unix:PATH"), std::string::npos);
  }
  EXPECT_EQ(ListenAddress::parse("127.0.0.1:70000").error().message, "listen port 70000 is not from 0 to 65535");
}

TEST(ListenSocket, TwoShareAPort) {
  auto address = *ListenAddress::parse("127.0.0.1:0");
  const auto sockets = listen_on(address, 2);
  ASSERT_TRUE(sockets);
  EXPECT_NE(address.port, 0);
  for (const int fd : *sockets) EXPECT_EQ(close(fd), 0);
}

TEST(ListenSocket, APathIsTakenFromWhoIsGoneOnly) {
  auto address = *ListenAddress::parse("unix:" + testing::TempDir() + "sluice_listen_test.sock");
  EXPECT_TRUE(address.is_loopback());
  const auto sockets = listen_on(address, 2);
  ASSERT_TRUE(sockets) << sockets.error().message;
  EXPECT_EQ(listen_on(address, 1).error().message, "cannot listen on " + address.path + ": Address already in use");
  remove_socket_file(address);
  EXPECT_EQ(access(address.path.c_str(), F_OK), 0) << "somebody listens";
  for (const int fd : *sockets) close(fd);
  const auto again = listen_on(address, 1);
  ASSERT_TRUE(again) << again.error().message;
  close(again->front());
  remove_socket_file(address);
  EXPECT_NE(access(address.path.c_str(), F_OK), 0);
}

TEST(ListenSocket, APathHasAnEnd) {
  EXPECT_EQ(ListenAddress::parse("unix:/run/a.sock")->url(), "unix:/run/a.sock");
  EXPECT_TRUE(ListenAddress::parse("unix:" + std::string(107, 'a')));
  EXPECT_EQ(ListenAddress::parse("unix:" + std::string(108, 'a')).error().message,
            "listen path '" + std::string(108, 'a') + "' is longer than 107 bytes");
}

TEST(ListenSocket, AnAddressThatIsNotOursIsAnError) {
  auto address = *ListenAddress::parse("192.0.2.1:80");
  EXPECT_EQ(listen_on(address, 1).error().message, "cannot listen on 192.0.2.1:80: Cannot assign requested address");
}

}  // namespace
}  // namespace sluice::http
