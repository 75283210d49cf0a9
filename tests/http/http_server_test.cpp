#include "http/http_server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/http/gateway.h"

namespace sluice::http {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string head_of(std::string_view response) {
  return std::string(response.substr(0, response.find("\r\n\r\n")));
}

ServerOptions with_sink(SinkKind sink) {
  ServerOptions options;
  options.sink = sink;
  return options;
}

/// Everything that a stream's client sees holds for both sinks.
class Stream : public testing::TestWithParam<SinkKind> {
 protected:
  Gateway gateway_{with_sink(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Sinks, Stream, testing::Values(SinkKind::direct, SinkKind::reader),
                         [](const auto& sink) { return sink.param == SinkKind::direct ? "Direct" : "Reader"; });

TEST_P(Stream, BeginsWithItsHead) {
  auto peer = gateway_.listen();
  const auto head = head_of(peer.received());
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(contains(head, "\r\nContent-Type: text/event-stream"));
  EXPECT_TRUE(contains(head, "\r\nCache-Control: no-store"));
  EXPECT_TRUE(contains(head, "\r\nX-Accel-Buffering: no"));
  EXPECT_TRUE(contains(head, "\r\nConnection: close"));
  EXPECT_FALSE(contains(head, "Content-Length"));
  EXPECT_FALSE(contains(head, "Transfer-Encoding"));
  EXPECT_EQ(head.find("Connection: close"), head.rfind("Connection: close"));
}

TEST_P(Stream, IsTheSameForHttp10) {
  Peer peer(gateway_.port());
  peer.send("GET /events HTTP/1.0\r\n\r\n").read_until("event: checkpoint\n");
  EXPECT_TRUE(contains(head_of(peer.received()), "\r\nConnection: close"));
  EXPECT_FALSE(contains(head_of(peer.received()), "Transfer-Encoding"));
  EXPECT_TRUE(peer.body().starts_with("retry: ")) << peer.body();
}

TEST_P(Stream, SendsTheSnapshotThenWhatIsNew) {
  gateway_.tell("a", 70);
  auto peer = gateway_.listen();
  EXPECT_TRUE(contains(peer.body(), "event: height\ndata: {\"desk\":\"a\",\"cm\":70}\n\n"));
  gateway_.tell("a", 71);
  peer.read_until("id: " + gateway_.epoch() + "-2\nevent: height\ndata: {\"desk\":\"a\",\"cm\":71}\n\n");
}

TEST_P(Stream, IsServedUnderItsPublicNameToo) {
  auto peer = gateway_.listen("/streams/desk");
  gateway_.tell("a", 71);
  peer.read_until("\"cm\":71}\n\n");
}

TEST_P(Stream, FiltersByThePathOrByTheQueryUnderItsPublicName) {
  auto by_path = gateway_.listen("/desks/b/events");
  auto by_query = gateway_.listen("/streams/desk.one?desk=b");
  gateway_.tell("a", 1);
  gateway_.tell("b", 2);
  by_path.read_until("\"cm\":2}\n\n");
  by_query.read_until("\"cm\":2}\n\n");
  EXPECT_FALSE(contains(by_path.body() + by_query.body(), "\"desk\":\"a\""));
  EXPECT_EQ(status_of(get(gateway_.port(), "/streams/desk.one")), 400);
}

TEST_P(Stream, GoesOnAfterTheLastEventId) {
  for (int i = 1; i <= 3; ++i) gateway_.tell("a", i);
  const auto id = gateway_.epoch() + "-2";
  for (const auto& [path, header] : {std::pair<std::string, std::string>{"/events", "Last-Event-ID: " + id + "\r\n"},
                                     {"/events?lastEventId=" + id, ""},
                                     {"/events?last_event_id=" + id, ""}}) {
    Peer peer(gateway_.port());
    peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\n").read_until("\"cm\":3}\n\n");
    EXPECT_TRUE(contains(head_of(peer.received()), "\r\nSluice-Last-Event-ID: " + id));
    EXPECT_FALSE(contains(peer.body(), "\"cm\":2}"));
  }
}

TEST_P(Stream, AHeadRequestGetsTheHeadAlone) {
  const auto response = ask(gateway_.port(), "HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(contains(response, "\r\nContent-Type: text/event-stream"));
  EXPECT_EQ(body_of(response), "");
  EXPECT_TRUE(gateway_.has_clients(0));
}

TEST_P(Stream, OtherMethodsAreToldWhichItTakes) {
  for (const auto* method : {"POST", "PUT", "DELETE"}) {
    const auto response =
        ask(gateway_.port(), std::string(method) + " /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of(response), 405);
    EXPECT_TRUE(contains(response, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
  }
  const auto options = ask(gateway_.port(), "OPTIONS /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(options), 204);
  EXPECT_TRUE(contains(options, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
}

TEST_P(Stream, CarriesMoreThanTheKernelTakesAtOnce) {
  auto peer = gateway_.listen();
  const std::string large(10'000, 'x');
  for (int i = 0; i < 300; ++i) {
    gateway_.append("a", large);
    gateway_.commit();
  }
  gateway_.tell("a", 1);
  peer.read_until("\"cm\":1}\n\n");
  std::size_t events = 0;
  const auto body = peer.body();
  for (auto at = body.find("event: height"); at != std::string::npos; at = body.find("event: height", at + 1)) ++events;
  EXPECT_EQ(events, 301U);
}

TEST_P(Stream, AHeartbeatComesWhenNothingElseDoes) {
  gateway_.declare(milliseconds(20));
  auto peer = gateway_.listen();
  peer.read_until(": heartbeat\n\n");
}

TEST_P(Stream, DrainGivesCompleteEventsALaterRetryAndACleanEnd) {
  std::vector<Peer> peers;
  for (int i = 0; i < 20; ++i) peers.push_back(gateway_.listen());
  gateway_.tell("a", 71);
  gateway_.server().drain();
  EXPECT_TRUE(gateway_.server().wait_drained(milliseconds(10'000)));
  for (auto& peer : peers) {
    peer.read_to_end();
    EXPECT_FALSE(peer.was_reset());
    EXPECT_TRUE(contains(peer.body(), "\"cm\":71}\n\n"));
    EXPECT_TRUE(peer.body().ends_with("\n\n"));
    EXPECT_NE(peer.body().rfind("retry: "), peer.body().find("retry: "));
  }
}

TEST_P(Stream, DescriptorsReturnHoweverClientsLeave) {
  Peer idle(gateway_.port());  // an older connection without a request: what the library's leak needs
  EXPECT_TRUE(eventually([&] { return gateway_.server().stats().connections == 1; }));
  const auto before = open_descriptors();
  const auto wave = [&](auto leave) {
    std::vector<Peer> peers;
    for (int i = 0; i < 30; ++i) peers.push_back(gateway_.listen());
    for (auto& peer : peers) leave(peer);
    EXPECT_TRUE(gateway_.has_clients(0));
    peers.clear();
    EXPECT_TRUE(eventually([&] { return open_descriptors() == before; })) << open_descriptors() << " not " << before;
  };
  wave([](Peer& peer) { peer.close(); });
  wave([](Peer& peer) { peer.abort(); });
  wave([](Peer& peer) { peer.half_close(); });
  wave([&](Peer& peer) {
    gateway_.tell("a", 1);
    peer.close();
  });
  std::vector<Peer> last;
  for (int i = 0; i < 30; ++i) last.push_back(gateway_.listen());
  gateway_.server().drain();
  EXPECT_TRUE(gateway_.server().wait_drained(milliseconds(10'000)));
  for (auto& peer : last) peer.read_to_end();
  last.clear();
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; })) << open_descriptors() << " not " << before;
}

TEST_P(Stream, StopEndsClientsThatStillListen) {
  auto peer = gateway_.listen();
  gateway_.server().stop();
  peer.read_to_end();
  EXPECT_TRUE(gateway_.has_clients(0));
}

TEST_P(Stream, ARemovedStreamEndsItsClientsAndItsRoute) {
  auto peer = gateway_.listen();
  gateway_.hub().declare({});
  peer.read_to_end();
  EXPECT_FALSE(peer.was_reset());
  EXPECT_EQ(status_of(get(gateway_.port(), "/events")), 404);
}

TEST(HttpServer, AClientThatTakesNoByteIsEnded) {
  ServerOptions options;
  options.limits.stalled = milliseconds(50);
  Gateway gateway(options);
  Peer peer(gateway.port(), 4096);
  peer.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n").read_until("event: checkpoint\n");
  const std::string large(100'000, 'x');
  EXPECT_TRUE(eventually([&] {
    gateway.append("a", large);
    gateway.commit();
    return gateway.server().stats().stalled == 1;
  }));
  EXPECT_TRUE(gateway.has_clients(0));
}

TEST(HttpServer, AClientBeyondTheLimitIsToldToComeBack) {
  ServerOptions options;
  options.limits.clients = 2;
  Gateway gateway(options);
  const auto first = gateway.listen();
  auto second = gateway.listen();
  const auto response = get(gateway.port(), "/events");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(contains(response, "\r\nContent-Type: text/event-stream"));
  EXPECT_TRUE(body_of(response).starts_with("retry: "));
  EXPECT_EQ(gateway.server().stats().overloaded, 1U);
  second.close();
  EXPECT_TRUE(gateway.has_clients(1));
  gateway.listen();
}

TEST(HttpServer, AClientBeyondTheLimitIsRefusedWhereThatIsSet) {
  ServerOptions options;
  options.limits.clients = 1;
  options.overload = Overload::refuse;
  Gateway gateway(options);
  const auto first = gateway.listen();
  const auto response = get(gateway.port(), "/events");
  EXPECT_EQ(status_of(response), 503);
  EXPECT_TRUE(contains(response, "\r\nRetry-After: "));
}

TEST(HttpServer, ClientsOfOneAddressAreCountedOverAllShards) {
  ServerOptions options;
  options.shards = 3;
  options.limits.per_address = 6;
  options.overload = Overload::refuse;
  Gateway gateway(options);
  std::vector<Peer> peers;
  for (int i = 0; i < 6; ++i) peers.push_back(gateway.listen());
  for (int i = 0; i < 6; ++i) {
    const auto response = get(gateway.port(), "/events");
    EXPECT_EQ(status_of(response), 503);
    EXPECT_TRUE(contains(response, "this address has as many clients as it may"));
    EXPECT_TRUE(contains(response, "\r\nRetry-After: "));
  }
  EXPECT_EQ(gateway.server().stats().over_address, 6U);
  peers.back().close();
  EXPECT_TRUE(gateway.has_clients(5));
  gateway.listen();
}

TEST(HttpServer, AHeadThatIsLateEndsItsConnection) {
  ServerOptions options;
  options.limits.header_deadline = milliseconds(20);
  Gateway gateway(options);
  Peer silent(gateway.port());
  Peer slow(gateway.port());
  slow.send("GET /events HT");
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(slow.read_to_end(), "");
  EXPECT_EQ(gateway.server().stats().late_heads, 2U);
}

TEST(HttpServer, ABodyThatIsLateEndsItsConnection) {
  ServerOptions options;
  options.limits.header_deadline = milliseconds(20);
  Routes routes;
  routes.commands.push_back({"/command", [](CommandRequest&&, Answer answer) { answer(text(202, "done")); }});
  Gateway gateway(options, std::move(routes));
  Peer slow(gateway.port());
  EXPECT_EQ(slow.send("POST /command HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na").read_to_end(), "");
}

TEST(HttpServer, AConnectionCarriesManyRequests) {
  Routes routes;
  routes.plain.push_back({"GET", "/{x}", [](const Request& request) { return text(200, request.path_value("x")); }});
  Gateway gateway({}, std::move(routes));
  Peer peer(gateway.port());
  peer.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n").read_until("one\n");
  peer.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\nGET /three HTTP/1.1\r\nHost: a\r\n\r\n").read_until("three\n");
  EXPECT_TRUE(contains(peer.received(), "two\n"));
  EXPECT_EQ(gateway.server().stats().connections, 1U);
}

TEST(HttpServer, HeadOfAPlainRouteHasItsLengthAndNoBody) {
  Routes routes;
  routes.plain.push_back({"GET", "/a", [](const Request&) { return text(200, "1234"); }});
  Gateway gateway({}, std::move(routes));
  const auto response = ask(gateway.port(), "HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(contains(response, "\r\nContent-Length: 5\r\n"));
  EXPECT_TRUE(contains(response, "\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_EQ(body_of(response), "");
}

TEST(HttpServer, ACommandIsAnsweredFromAnotherThreadLater) {
  std::atomic<bool> others_served{false};
  std::thread later;
  Routes routes;
  routes.plain.push_back({"GET", "/plain", [](const Request&) { return text(200, "plain"); }});
  routes.commands.push_back({"/desks/{desk}/move", [&](CommandRequest&& command, Answer answer) {
                               later = std::thread([&others_served, command = std::move(command), answer] {
                                 EXPECT_TRUE(eventually([&] { return others_served.load(); }));
                                 const std::string desk(command.request.path_value("desk"));
                                 answer(json(202, "{\"" + desk + "\":" + command.body + "}"));
                               });
                             }});
  Gateway gateway({}, std::move(routes));
  Peer peer(gateway.port());
  peer.send("POST /desks/b%20c/move HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n42");
  EXPECT_EQ(status_of(get(gateway.port(), "/plain")), 200);
  others_served = true;
  peer.read_until("{\"b c\":42}");
  EXPECT_EQ(status_of(peer.received()), 202);
  later.join();
  peer.send("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n").read_until("plain\n");
}

TEST(HttpServer, ACommandThatNobodyAnswersIsA503) {
  Routes routes;
  routes.commands.push_back({"/command", [](CommandRequest&&, const Answer&) {}});
  Gateway gateway({}, std::move(routes));
  EXPECT_EQ(status_of(ask(gateway.port(), "POST /command HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 503);
}

TEST(HttpServer, AnAnswerMayOutliveTheServerAndItsClient) {
  std::vector<Answer> kept;
  Routes routes;
  routes.commands.push_back({"/command", [&](CommandRequest&&, const Answer& answer) { kept.push_back(answer); }});
  {
    Gateway gateway({}, std::move(routes));
    Peer gone(gateway.port());
    gone.send("POST /command HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer stays(gateway.port());
    stays.send("POST /command HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return gateway.server().stats().requests == 2; }));
    gone.abort();
    gateway.server().drain();
    EXPECT_FALSE(gateway.server().wait_drained(milliseconds(0)));
    gateway.server().stop();
    EXPECT_EQ(status_of(stays.read_to_end()), 503);
  }
  ASSERT_EQ(kept.size(), 2U);
  kept[0](text(200, "late"));
}

TEST(HttpServer, RoutesCanBeReplaced) {
  Gateway gateway;
  EXPECT_EQ(status_of(get(gateway.port(), "/new")), 404);
  Routes routes;
  routes.plain.push_back({"GET", "/new", [](const Request&) { return text(200, "new"); }});
  gateway.server().set_routes(std::move(routes));
  EXPECT_EQ(status_of(get(gateway.port(), "/new")), 200);
}

TEST(HttpServer, AnUnknownPathIsAProblem) {
  Gateway gateway;
  const auto response = get(gateway.port(), "/nowhere");
  EXPECT_EQ(status_of(response), 404);
  EXPECT_TRUE(contains(response, "\r\nContent-Type: application/problem+json\r\n"));
}

TEST(HttpServer, AStreamThatNamesRolesIsNotOpen) {
  Gateway gateway;
  event::StreamSpec closed;
  closed.name = "closed";
  closed.access = {"operator"};
  gateway.hub().declare({closed});
  const auto response = get(gateway.port(), "/streams/closed");
  EXPECT_EQ(status_of(response), 401);
  EXPECT_TRUE(contains(response, "\r\nWWW-Authenticate: Bearer realm=\"sluice\"\r\n"));
  EXPECT_EQ(status_of(get(gateway.port(), "/streams/closed/latest")), 401);
}

TEST(HttpServer, SeveralShardsShareThePortAndEachServesAll) {
  ServerOptions options;
  options.shards = 3;
  Gateway gateway(options);
  std::vector<Peer> peers;
  for (int i = 0; i < 30; ++i) peers.push_back(gateway.listen());
  gateway.tell("a", 71);
  for (auto& peer : peers) peer.read_until("\"cm\":71}\n\n");
  EXPECT_EQ(gateway.server().stats().clients, 30U);
}

TEST(HttpServer, ServesAUnixSocketByManyShards) {
  const auto path = testing::TempDir() + "sluice_server_test.sock";
  {
    ServerOptions options;
    options.listen = "unix:" + path;
    options.shards = 3;
    Gateway gateway(options);
    EXPECT_EQ(gateway.server().url(), "unix:" + path);
    std::vector<Peer> peers;
    for (int i = 0; i < 12; ++i) {
      peers.emplace_back(path);
      peers.back().send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n").read_until("event: checkpoint\n");
    }
    gateway.tell("a", 1);
    for (auto& peer : peers) peer.read_until("\"cm\":1}\n\n");
    gateway.server().drain();
    EXPECT_TRUE(gateway.server().wait_drained(milliseconds(10'000)));
    for (auto& peer : peers) EXPECT_TRUE(contains(peer.read_to_end(), "retry: "));
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "the socket's file goes with the server";
}

TEST(HttpServer, AWindowGathersWhatComesWithinIt) {
  ServerOptions options;
  options.window = milliseconds(50);
  Gateway gateway(options);
  auto peer = gateway.listen();
  const auto sends = gateway.server().stats().sends;
  const auto began_ms = time_ms();
  for (int i = 1; i <= 100; ++i) gateway.tell("a", i);
  peer.read_until("\"cm\":100}\n\n");
  const auto windows = static_cast<std::uint64_t>((time_ms() - began_ms) / 50);
  EXPECT_LE(gateway.server().stats().sends - sends, windows + 2);
}

TEST(HttpServer, WhatCannotStartSaysWhy) {
  event::EventCatalog catalog;
  history::MemoryEventLog log{history::Retention{}};
  stream::Hub hub(log, catalog);
  const auto error = [&](ServerOptions options) {
    const auto server = HttpServer::start(std::move(options), hub, {});
    return server ? std::string() : server.error().message;
  };
  ServerOptions options;
  options.listen = "nowhere";
  EXPECT_TRUE(contains(error(options), "listen address 'nowhere'"));
  options.listen = "127.0.0.1:0";
  options.limits.clients = std::size_t{1} << 40;
  EXPECT_TRUE(contains(error(options), "limits.clients 1099511627776 is above "));
  options.limits.clients = 0;
  options.web_root = "/no/such/folder";
  EXPECT_EQ(error(options), "web root '/no/such/folder' is no folder");
}

}  // namespace
}  // namespace sluice::http
