#include "http/held_polls.h"

#include <gtest/gtest.h>

#include "support/http/gateway.h"

namespace sluice::http {
namespace {

class Held : public testing::Test {
 protected:
  /// A poll that has nothing new to get, once it is held.
  Peer poll(const std::string& target, const std::string& headers = "") {
    const auto before = held();
    Peer peer(gateway.port());
    peer.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    EXPECT_TRUE(eventually([&] { return held() == before + 1; }));
    return peer;
  }
  std::string id(int sequence) { return gateway.epoch() + "-" + std::to_string(sequence); }
  std::uint64_t held() { return gateway.server().stats().held_polls; }
  bool nobody_waits() {
    return eventually([&] { return held() == 0; });
  }
  Gateway gateway{with_limits(), {}};

  static ServerOptions with_limits() {
    ServerOptions options;
    options.limits.clients = 20;
    options.limits.per_address = 15;
    return options;
  }
};

TEST_F(Held, IsAnsweredWhenSomethingComes) {
  gateway.tell("a", 70);
  auto peer = poll("/heights?wait=60s&after=" + id(1));
  gateway.tell("a", 71);
  const auto& response = peer.read_until("\"cm\":71}}]");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_NE(response.find("Sluice-Last-Event-ID: " + id(2)), std::string::npos);
  EXPECT_TRUE(nobody_waits());
  EXPECT_EQ(gateway.server().stats().polls_held, 1U);
}

TEST_F(Held, IsAnsweredAtOnceWhenSomethingIsThere) {
  gateway.tell("a", 70);
  EXPECT_NE(get(gateway.port(), "/heights?wait=60s").find("\"cm\":70"), std::string::npos);
  EXPECT_NE(get(gateway.port(), "/heights?wait=60s&after=" + id(0)).find("\"cm\":70"), std::string::npos);
  EXPECT_NE(get(gateway.port(), "/heights?wait=60s&after=other-9").find("\"cm\":70"), std::string::npos);
  EXPECT_NE(get(gateway.port(), "/heights?wait=60s&after=" + id(9)).find("\"cm\":70"), std::string::npos);
  EXPECT_EQ(gateway.server().stats().polls_held, 0U);
}

TEST_F(Held, GoesOnWaitingWhenAnotherKeyChanges) {
  auto peer = poll("/desks/b/height?wait=60s");
  gateway.tell("a", 70);
  gateway.tell("b", 71);
  peer.read_until("{\"desk\":\"b\",\"cm\":71}");
  EXPECT_EQ(peer.received().find("\"desk\":\"a\""), std::string::npos);
}

TEST_F(Held, EndsWithTheEmptyAnswerOfItsShape) {
  EXPECT_EQ(body_of(get(gateway.port(), "/heights?wait=10ms")), "[]");
  EXPECT_EQ(status_of(get(gateway.port(), "/desks/b/height?wait=10ms")), 404);
  gateway.tell("a", 70);
  const auto known = get(gateway.port(), "/heights");
  const auto tag = known.substr(known.find("\"", known.find("ETag: ")), 18);
  const auto same = get(gateway.port(), "/heights?wait=10ms", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(status_of(same), 304);
  EXPECT_EQ(gateway.server().stats().polls_held, 3U);
}

TEST_F(Held, WaitsForAnotherTagWhereItNamesOne) {
  gateway.tell("a", 70);
  auto peer = poll("/desks/a/height?wait=60s", "If-None-Match: *\r\n");
  peer.close();
  EXPECT_TRUE(nobody_waits());
}

TEST_F(Held, KeepsItsConnectionForTheNext) {
  auto peer = poll("/heights?wait=60s");
  gateway.tell("a", 70);
  peer.read_until("\"cm\":70}}]");
  peer.send("GET /heights?wait=60s&after=" + id(1) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return held() == 1; }));
  gateway.tell("a", 71);
  peer.read_until("\"cm\":71}}]");
}

TEST_F(Held, GivesItsPlaceBackWhenItsPeerLeaves) {
  const auto before = open_descriptors();
  auto one = poll("/heights?wait=60s");
  auto two = poll("/heights?wait=60s");
  one.close();
  two.abort();
  EXPECT_TRUE(nobody_waits());
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

TEST_F(Held, AnswersAPeerThatHasSaidAll) {
  auto peer = poll("/heights?wait=60s");
  peer.half_close();
  EXPECT_EQ(status_of(peer.read_to_end()), 200);
}

TEST_F(Held, CountsAsAClientOfItsAddress) {
  std::vector<Peer> peers;
  for (int i = 0; i < 15; ++i) peers.push_back(poll("/heights?wait=60s"));
  const auto refused = get(gateway.port(), "/heights?wait=60s");
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_NE(refused.find("\r\nRetry-After: "), std::string::npos);
  EXPECT_EQ(status_of(get(gateway.port(), "/heights")), 200);
  EXPECT_NE(get(gateway.port(), "/events").find(": this address has as many clients as it may"), std::string::npos);
  EXPECT_EQ(gateway.server().stats().over_address, 2U);
}

TEST_F(Held, IsAnsweredWhenItsStreamIsDeclaredAnew) {
  auto peer = poll("/heights?wait=60s");
  gateway.hub().declare({});
  EXPECT_EQ(status_of(peer.read_until("[]")), 200);
}

TEST_F(Held, IsAnsweredAndClosedAtADrain) {
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i) peers.push_back(poll("/heights?wait=60s"));
  gateway.server().drain();
  EXPECT_TRUE(gateway.server().wait_drained(milliseconds(10'000)));
  for (auto& peer : peers) {
    EXPECT_EQ(body_of(peer.read_to_end()), "[]");
    EXPECT_FALSE(peer.was_reset());
  }
}

TEST_F(Held, IsAnsweredWhenTheServerStops) {
  auto peer = poll("/heights?wait=60s");
  gateway.server().stop();
  EXPECT_EQ(body_of(peer.read_to_end()), "[]");
}

TEST_F(Held, ManyAreAnsweredByOneEvent) {
  std::vector<Peer> peers;
  for (int i = 0; i < 15; ++i) peers.push_back(poll(i % 3 == 0 ? "/desks/a/height?wait=60s" : "/heights?wait=60s"));
  gateway.tell("a", 70);
  for (auto& peer : peers) peer.read_until("\"cm\":70}");
  EXPECT_TRUE(nobody_waits());
}

}  // namespace
}  // namespace sluice::http
