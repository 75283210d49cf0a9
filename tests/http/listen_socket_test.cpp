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
  for (const auto* text : {"", "8080", "127.0.0.1", "host:80", "::1:80", "127.0.0.1:x", "127.0.0.1:070", "[]:80"}) {
    const auto address = ListenAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find("such as 127.0.0.1:8080 or [::]:8080"), std::string::npos);
  }
  EXPECT_EQ(ListenAddress::parse("127.0.0.1:70000").error().message, "listen port 70000 is not from 0 to 65535");
}

TEST(ListenSocket, TwoShareAPort) {
  auto address = *ListenAddress::parse("127.0.0.1:0");
  const auto first = listen_on(address);
  EXPECT_NE(address.port, 0);
  const auto second = listen_on(address);
  EXPECT_TRUE(first && second);
  close(*first);
  close(*second);
}

TEST(ListenSocket, AnAddressThatIsNotOursIsAnError) {
  auto address = *ListenAddress::parse("192.0.2.1:80");
  EXPECT_EQ(listen_on(address).error().message, "cannot listen on 192.0.2.1:80: Cannot assign requested address");
}

}  // namespace
}  // namespace sluice::http
