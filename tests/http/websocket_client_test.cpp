#include "http/websocket_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "support/http/gateway.h"
#include "support/http/three_byte_frames.h"

namespace sluice::http {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string pong(std::string_view payload) {
  return WireFrame{.opcode = pong_opcode, .payload = std::string(payload), .masked = false}.bytes();
}

std::string close_frame_of(unsigned code, std::string_view reason = "") {
  return WireFrame{.opcode = close_opcode, .payload = close_payload(code, reason), .masked = false}.bytes();
}

/// A client with a heartbeat of ten seconds, and the other end of its socket.
class SilentClient : public testing::Test {
 protected:
  SilentClient() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0);
    client_.fd = ends_[0];
    client_.listen_to(std::make_unique<ThreeByteFrames>());
    client_.begin(nullptr, "", 0);
  }
  ~SilentClient() override {
    for (const int end : ends_) close(end);
  }
  /// Sends all that is due.
  std::string take(std::int64_t now_ms) {
    const std::string due(client_.cursor->due());
    client_.cursor->sent(due.size(), now_ms);
    EXPECT_FALSE(client_.rests(now_ms));
    return due;
  }
  void say(std::string_view bytes, std::int64_t now_ms) {
    EXPECT_EQ(send(ends_[1], bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    EXPECT_EQ(client_.hear(false, now_ms), StreamClient::Heard::nothing);
  }

  std::array<int, 2> ends_{};
  stream::Deadlines deadlines_;
  WebSocketClient client_{deadlines_, milliseconds(10'000)};
};

TEST_F(SilentClient, IsAskedForAPongAndEndsWithoutOne) {
  EXPECT_EQ(deadlines_.next(), 15'000);
  EXPECT_EQ(client_.on_deadline(15'000), StreamClient::Heard::answer);
  EXPECT_EQ(take(15'100), std::string("\x89\x00", 2));
  EXPECT_EQ(deadlines_.next(), 25'100);
  EXPECT_EQ(client_.on_deadline(25'100), StreamClient::Heard::over);
}

TEST_F(SilentClient, StaysWhenItAnswers) {
  client_.on_deadline(15'000);
  take(15'000);
  say(masked_frame(pong_opcode), 20'000);
  EXPECT_EQ(client_.on_deadline(25'000), StreamClient::Heard::nothing);
  EXPECT_EQ(deadlines_.next(), 35'000);
}

TEST_F(SilentClient, HasItsTimeFromWhenThePingIsOut) {
  client_.on_deadline(15'000);
  EXPECT_EQ(client_.on_deadline(25'000), StreamClient::Heard::nothing);
  EXPECT_EQ(client_.on_deadline(35'000), StreamClient::Heard::nothing);
  take(40'000);
  EXPECT_EQ(deadlines_.next(), 50'000);
  EXPECT_EQ(client_.on_deadline(50'000), StreamClient::Heard::over);
}

TEST_F(SilentClient, IsEndedFiveSecondsAfterOurClose) {
  static_cast<WebSocketCursor&>(*client_.cursor).close({1001, "drain"});
  take(1'000);
  EXPECT_EQ(deadlines_.next(), 6'000);
  EXPECT_EQ(client_.on_deadline(6'000), StreamClient::Heard::over);
}

class WebSocket : public testing::Test {
 protected:
  /// Sends bytes that end the connection, and reads what it ended with.
  void expect_end(Peer peer, std::string_view sent, std::string_view close_frame) {
    peer.send(sent).read_until(close_frame);
    peer.send(masked_frame(close_opcode)).read_to_end();
    EXPECT_TRUE(peer.received().ends_with(close_frame));
    EXPECT_FALSE(peer.was_reset());
  }

  Gateway gateway_;
};

TEST_F(WebSocket, BeginsWithItsHandshake) {
  const auto peer = gateway_.listen_by_websocket();
  const auto& head = peer.received();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_TRUE(contains(head, "\r\nConnection: Upgrade\r\n"));
  EXPECT_TRUE(contains(head, "\r\nUpgrade: websocket\r\n"));
  EXPECT_TRUE(contains(head, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  EXPECT_FALSE(contains(head, "Sec-WebSocket-Extensions"));
  EXPECT_FALSE(contains(head, "Sec-WebSocket-Protocol"));
}

TEST_F(WebSocket, CarriesTheSnapshotThenWhatIsNewAsEnvelopes) {
  gateway_.tell("a", 70);
  auto peer = gateway_.listen_by_websocket();
  EXPECT_TRUE(
      contains(peer.body(), R"({"type":"height","key":{"desk":"a"},"data":{"desk":"a","cm":70},"timestamp":1})"));
  gateway_.tell("a", 71);
  peer.read_until(R"({"type":"height","id":")" + gateway_.epoch() +
                  R"(-2","key":{"desk":"a"},"data":{"desk":"a","cm":71},"timestamp":1})");
  for (const auto& frame : read_frames(peer.body())) EXPECT_EQ(frame.opcode, text_opcode);
}

TEST_F(WebSocket, EveryRouteOfAStreamCanBeUpgraded) {
  for (const auto* path : {"/ws", "/events", "/streams/desk", "/desks/a/events", "/streams/desk.one?desk=a"}) {
    auto peer = gateway_.listen_by_websocket(path);
    gateway_.tell("a", 71);
    peer.read_until("\"cm\":71}");
  }
}

TEST_F(WebSocket, ItsOwnRouteTakesNothingElse) {
  const auto response = get(gateway_.port(), "/ws");
  EXPECT_EQ(status_of(response), 426);
  EXPECT_TRUE(contains(response, "\r\nUpgrade: websocket\r\n"));
  EXPECT_TRUE(contains(response, "\r\nSec-WebSocket-Version: 13\r\n"));
  EXPECT_EQ(status_of(ask(gateway_.port(), "POST /ws HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 405);
}

TEST_F(WebSocket, GoesOnAfterTheLastEventId) {
  for (int i = 1; i <= 3; ++i) gateway_.tell("a", i);
  Peer peer(gateway_.port());
  peer.send(upgrade_request("/ws?lastEventId=" + gateway_.epoch() + "-2")).read_until("\"cm\":3}");
  EXPECT_TRUE(contains(peer.received(), "\r\nSluice-Last-Event-ID: " + gateway_.epoch() + "-2\r\n"));
  EXPECT_FALSE(contains(peer.body(), "\"cm\":2}"));
  EXPECT_FALSE(contains(peer.body(), "gap"));
}

TEST_F(WebSocket, APageOfAnotherOriginIsRefused) {
  for (const auto* upgrade : {"websocket", "WebSocket", "h2c, websocket"}) {
    const auto response = get(gateway_.port(), "/ws",
                              "Origin: https://evil.example\r\nUpgrade: " + std::string(upgrade) +
                                  "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    EXPECT_EQ(status_of(response), 403) << upgrade;
  }
}

TEST_F(WebSocket, APingIsAnsweredEvenOneThatCameWithTheHandshake) {
  auto peer = gateway_.listen_by_websocket("/ws", masked_frame(ping_opcode, "early"));
  peer.read_until(pong("early"));
  peer.send(masked_frame(ping_opcode, "one") + masked_frame(ping_opcode, "two")).read_until(pong("one") + pong("two"));
}

TEST_F(WebSocket, AClosingClientGetsItsCodeBackAndAnEnd) {
  auto peer = gateway_.listen_by_websocket();
  peer.send(masked_frame(close_opcode, close_payload(3999, "bye"))).read_to_end();
  EXPECT_TRUE(peer.received().ends_with(close_frame_of(3999)));
  EXPECT_FALSE(peer.was_reset());
  EXPECT_TRUE(gateway_.has_clients(0));
}

TEST_F(WebSocket, AClientThatSpeaksIsClosed) {
  expect_end(gateway_.listen_by_websocket(), masked_frame(text_opcode, "hello"),
             close_frame_of(1008, "this connection only listens: commands are posted to their own path"));
  expect_end(gateway_.listen_by_websocket(), masked_frame(text_opcode, std::string(1'000'000, 'x')),
             close_frame_of(1009, "this connection only listens"));
}

TEST_F(WebSocket, ABrokenFrameIsAProtocolError) {
  auto peer = gateway_.listen_by_websocket();
  peer.send(WireFrame{.opcode = ping_opcode, .masked = false}.bytes() + "more").read_to_end();
  EXPECT_TRUE(peer.received().ends_with(close_frame_of(1002, "a frame without a mask")));
  EXPECT_FALSE(peer.was_reset());
}

TEST_F(WebSocket, CarriesMoreThanTheKernelTakesAtOnce) {
  auto peer = gateway_.listen_by_websocket();
  const std::string large(30'000, 'x');
  for (int i = 0; i < 100; ++i) {
    gateway_.append("a", large);
    gateway_.commit();
    peer.send(masked_frame(ping_opcode, std::to_string(i)));
    pause_briefly();
    pause_briefly();
    pause_briefly();
  }
  peer.read_until(pong("99"));
  gateway_.tell("a", 1);
  peer.read_until("\"cm\":1}");
  std::size_t texts = 0;
  std::size_t pongs = 0;
  for (const auto& frame : read_frames(peer.body())) {
    if (contains(frame.payload, R"({"type":"height")")) ++texts;
    if (frame.opcode != pong_opcode) continue;
    EXPECT_EQ(frame.payload, std::to_string(pongs));
    ++pongs;
  }
  EXPECT_EQ(texts, 101U);
  EXPECT_EQ(pongs, 100U);
}

TEST_F(WebSocket, TheHeartbeatIsAPing) {
  gateway_.declare(milliseconds(20));
  auto peer = gateway_.listen_by_websocket();
  peer.read_until(std::string("\x89\x00", 2));
}

TEST_F(WebSocket, DrainSaysGoingAway) {
  std::vector<Peer> peers;
  for (int i = 0; i < 20; ++i) peers.push_back(gateway_.listen_by_websocket());
  gateway_.tell("a", 71);
  gateway_.server().drain();
  for (auto& peer : peers) {
    peer.read_until(close_frame_of(1001, "drain"));
    peer.send(masked_frame(close_opcode, close_payload(1001))).read_to_end();
    EXPECT_FALSE(peer.was_reset());
    EXPECT_TRUE(contains(peer.body(), "\"cm\":71}"));
    EXPECT_TRUE(peer.received().ends_with(close_frame_of(1001, "drain")));
  }
  EXPECT_TRUE(gateway_.server().wait_drained(milliseconds(10'000)));
}

TEST_F(WebSocket, WhoDoesNotAnswerTheCloseIsEndedAllTheSame) {
  auto peer = gateway_.listen_by_websocket();
  gateway_.hub().declare({});
  peer.read_to_end();
  EXPECT_TRUE(peer.received().ends_with(close_frame_of(1001, "stream_removed")));
  EXPECT_TRUE(gateway_.has_clients(0));
}

TEST_F(WebSocket, DescriptorsReturnHoweverClientsLeave) {
  const Peer idle(gateway_.port());
  EXPECT_TRUE(eventually([&] { return gateway_.server().stats().connections == 1; }));
  const auto before = open_descriptors();
  const auto wave = [&](auto leave) {
    std::vector<Peer> peers;
    for (int i = 0; i < 30; ++i) peers.push_back(gateway_.listen_by_websocket());
    for (auto& peer : peers) leave(peer);
    EXPECT_TRUE(gateway_.has_clients(0));
    peers.clear();
    EXPECT_TRUE(eventually([&] { return open_descriptors() == before; })) << open_descriptors() << " not " << before;
  };
  wave([](Peer& peer) { peer.close(); });
  wave([](Peer& peer) { peer.abort(); });
  wave([](Peer& peer) { peer.half_close(); });
  wave([](Peer& peer) { peer.send(masked_frame(close_opcode)); });
  wave([](Peer& peer) { peer.send(masked_frame(close_opcode)).half_close(); });
  wave([](Peer& peer) { peer.send("\xff\xff\xff\xff").half_close(); });
  wave([&](Peer& peer) {
    gateway_.tell("a", 1);
    peer.close();
  });
}

TEST_F(WebSocket, StopEndsClientsThatStillListen) {
  auto peer = gateway_.listen_by_websocket();
  gateway_.server().stop();
  peer.read_to_end();
  EXPECT_TRUE(gateway_.has_clients(0));
}

TEST(WebSocketLimits, AClientBeyondTheLimitIsToldToTryAgainLater) {
  ServerOptions options;
  options.limits.clients = 1;
  Gateway gateway(options);
  const auto first = gateway.listen();
  Peer second(gateway.port());
  second.send(upgrade_request("/ws")).read_to_end();
  EXPECT_EQ(status_of(second.received()), 101);
  EXPECT_TRUE(second.received().ends_with(close_frame_of(1013, "too many clients, come back later")));
  EXPECT_FALSE(second.was_reset());
  EXPECT_EQ(gateway.server().stats().overloaded, 1U);
}

TEST(WebSocketLimits, AClientBeyondTheLimitIsRefusedWhereThatIsSet) {
  ServerOptions options;
  options.limits.clients = 1;
  options.overload = Overload::refuse;
  Gateway gateway(options);
  const auto first = gateway.listen();
  Peer second(gateway.port());
  second.send(upgrade_request("/ws")).read_until("\r\nRetry-After: ");
  EXPECT_EQ(status_of(second.received()), 503);
}

TEST(WebSocketLimits, ItIsTheSameWhereTheLibraryWritesStreams) {
  ServerOptions options;
  options.sink = SinkKind::reader;
  Gateway gateway(options);
  auto peer = gateway.listen_by_websocket();
  gateway.tell("a", 71);
  peer.read_until("\"cm\":71}");
}

TEST(WebSocketLimits, WhoTakesNoByteIsEnded) {
  ServerOptions options;
  options.limits.stalled = milliseconds(50);
  Gateway gateway(options);
  Peer peer(gateway.port(), 4096);
  peer.send(upgrade_request("/ws")).read_until("checkpoint");
  const std::string large(100'000, 'x');
  EXPECT_TRUE(eventually([&] {
    gateway.append("a", large);
    gateway.commit();
    return gateway.server().stats().stalled == 1;
  }));
  EXPECT_TRUE(gateway.has_clients(0));
}

}  // namespace
}  // namespace sluice::http
