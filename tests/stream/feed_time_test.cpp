// What a feed tells besides events: heartbeats, the broker, the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(Feed, QuietClientGetsAHeartbeat) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.heartbeat = milliseconds(15'000);
  stage.declare(spec);
  const auto client = stage.open("s");
  stage.take(*client);
  EXPECT_EQ(stage.feed.next_deadline(), 16'000);
  EXPECT_EQ(stage.feed.tick(15'999).size(), 0u);
  EXPECT_EQ(stage.feed.tick(16'000).size(), 1u);
  EXPECT_EQ(stage.take(*client), ": heartbeat\n\n");
  EXPECT_EQ(stage.feed.next_deadline(), 31'000);
}

TEST(Feed, EventPutsTheHeartbeatOff) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto client = stage.open("s");
  stage.take(*client);
  stage.now_ms = 10'000;
  stage.emit("e", "a", 1);
  stage.live(*client);
  EXPECT_EQ(stage.feed.tick(16'000).size(), 0u);
  EXPECT_EQ(stage.feed.next_deadline(), 25'000);
}

TEST(Feed, HeartbeatCanBeAnEvent) {
  Stage stage;
  auto named = stage.stream("named", {"e"});
  named.heartbeat_event = "heartbeat";
  auto envelope = named;
  envelope.name = "envelope";
  envelope.frame = event::Frame::envelope;
  stage.declare(std::vector{named, envelope});
  const auto one = stage.open("named");
  const auto two = stage.open("envelope");
  stage.take(*one);
  stage.take(*two);
  stage.feed.tick(16'000);
  EXPECT_EQ(stage.take(*one), "event: heartbeat\ndata: {}\n\n");
  EXPECT_EQ(stage.take(*two), "data: {\"type\":\"heartbeat\",\"timestamp\":1700000000}\n\n");
}

TEST(Feed, HeartbeatTellsAPositionThatMovedWithoutTheClient) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.when = key_in_query("k", "k");
  stage.declare(spec);
  const auto client = stage.open("s", {}, Value::object({{"k", Value::list({"a"})}}));
  stage.take(*client);
  stage.emit("e", "b", 1);
  EXPECT_EQ(stage.live(*client), "");
  stage.feed.tick(16'000);
  EXPECT_EQ(stage.take(*client), ": heartbeat\n\nevent: checkpoint\nid: t-1\ndata:\n\n");
  stage.feed.tick(31'000);
  EXPECT_EQ(stage.take(*client), ": heartbeat\n\n");
}

TEST(Feed, BlockedClientGetsNoHeartbeat) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto client = stage.open("s");
  stage.take(*client, 5);
  EXPECT_EQ(stage.feed.tick(16'000).size(), 0u);
  EXPECT_EQ(stage.feed.next_deadline(), 31'000);
}

TEST(Feed, MaxAgeEndsAfterTheEventThatIsUnderWay) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.max_age = milliseconds(5000);
  stage.declare(spec);
  const auto client = stage.open("s");
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  stage.advance();
  EXPECT_EQ(stage.take(*client, 4), "id: ");
  ASSERT_EQ(stage.feed.tick(6000).size(), 1u);
  EXPECT_EQ(client->end(), End::max_age);
  EXPECT_EQ(stage.take(*client), "t-1\nevent: e\ndata: 1\n\n");
}

// The broker.

TEST(Feed, BrokersStateIsToldToAllAndToNewcomers) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto client = stage.open("s");
  stage.take(*client);
  stage.hub.tell_source(false, at_ms(7));
  EXPECT_EQ(stage.live(*client), "event: source\ndata: {\"connected\":false,\"since\":7}\n\n");
  EXPECT_THAT(stage.take(*stage.open("s")),
              HasSubstr(": ok\n\nevent: source\ndata: {\"connected\":false,\"since\":7}\n\n"));
  stage.hub.tell_source(true, at_ms(9));
  EXPECT_EQ(stage.live(*client), "event: source\ndata: {\"connected\":true,\"since\":9}\n\n");
  EXPECT_THAT(stage.take(*stage.open("s")), Not(HasSubstr("source")));
}

TEST(Feed, LostSourceIsAGapInEveryStreamAndReplayed) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.when = key_in_query("k", "k");
  stage.declare(spec);
  const auto query = Value::object({{"k", Value::list({"a"})}});
  const auto client = stage.open("s", "t-0", query);
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.hub.lose_source(at_ms(2));
  stage.hub.commit();
  const std::string gap =
      "id: t-2\nevent: gap\ndata: {\"reason\":\"source\",\"from\":\"t-1\",\"to\":\"t-2\",\"missed\":null}\n\n";
  EXPECT_THAT(stage.live(*client), EndsWith(gap));
  EXPECT_EQ(stage.take(*stage.open("s", "t-1", query)), std::string(beginning) + gap);
}

// Ends.

TEST(Feed, DrainSendsWhatWasCommittedThenALongRetry) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto client = stage.open("s");
  stage.take(*client);
  stage.emit("e", "a", 1);
  EXPECT_EQ(stage.feed.drain(stage.now_ms).size(), 1u);
  EXPECT_EQ(client->end(), End::drain);
  EXPECT_THAT(stage.take(*client), testing::MatchesRegex("id: t-1\nevent: e\ndata: 1\n\nretry: [0-9]*\n\n"));
  EXPECT_EQ(client->due(), "");
}

TEST(Feed, ClientsOfARemovedStreamEndAndOthersGoOn) {
  Stage stage;
  stage.declare(std::vector{stage.stream("s", {"e"}), stage.stream("gone", {"e"})});
  const auto stays = stage.open("s");
  const auto goes = stage.open("gone");
  stage.take(*stays);
  stage.take(*goes);
  stage.declare(stage.stream("s", {"e", "f"}));
  stage.emit("f", "a", 1);
  stage.advance();
  EXPECT_EQ(goes->end(), End::stream_removed);
  EXPECT_EQ(stage.take(*goes), "");
  EXPECT_EQ(stays->end(), End::none);
  EXPECT_EQ(stage.take(*stays), "id: t-1\nevent: f\ndata: 1\n\n");
}

}  // namespace
}  // namespace sluice::stream
