#include "stream/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string after_beginning(std::string bytes) {
  EXPECT_TRUE(bytes.starts_with(beginning)) << bytes;
  return bytes.substr(beginning.size());
}

TEST(Feed, NewClientGetsSnapshotThenCheckpointThenLive) {
  Stage stage;
  auto spec = stage.stream("desk", {"height", "error"});
  spec.on_connect = stage.types({"height"});
  stage.declare(spec);
  stage.emit("height", "a", 1);
  stage.emit("height", "b", 2);
  stage.emit("error", "a", 3);
  stage.emit("height", "a", 4);
  const auto client = stage.open("desk");
  EXPECT_EQ(stage.take(*client),
            "retry: 2500\n: ok\n\n"
            "event: height\ndata: 2\n\n"
            "event: height\ndata: 4\n\n"
            "event: checkpoint\nid: t-4\ndata:\n\n");
  stage.emit("error", "b", 5);
  EXPECT_EQ(stage.live(*client), "id: t-5\nevent: error\ndata: 5\n\n");
}

TEST(Feed, ClientWithoutSnapshotStillGetsItsPosition) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s"))), "event: checkpoint\nid: t-0\ndata:\n\n");
}

TEST(Feed, HelloComesBeforeTheSnapshot) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.hello = {"connected", "{}"};
  stage.declare(spec);
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s"))),
            "event: connected\ndata: {}\n\nevent: checkpoint\nid: t-0\ndata:\n\n");
}

TEST(Feed, HelloWithoutNameIsADataBlock) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.hello = {"", R"({"type":"connected"})"};
  stage.declare(spec);
  EXPECT_THAT(stage.take(*stage.open("s")), HasSubstr(": ok\n\ndata: {\"type\":\"connected\"}\n\n"));
}

TEST(Feed, KnownPositionGetsWhatItMissedAndNothingElse) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  stage.declare(spec);
  for (int i = 1; i <= 4; ++i) stage.emit("e", "a", i);
  const auto client = stage.open("s", "t-2");
  EXPECT_EQ(after_beginning(stage.take(*client)), "id: t-3\nevent: e\ndata: 3\n\nid: t-4\nevent: e\ndata: 4\n\n");
  EXPECT_EQ(client->accepted(), 2u);
}

TEST(Feed, PositionAtTheHeadGetsOnlyLive) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  stage.emit("e", "a", 1);
  const auto client = stage.open("s", "t-1");
  EXPECT_EQ(after_beginning(stage.take(*client)), "");
  stage.emit("e", "a", 2);
  EXPECT_EQ(stage.live(*client), "id: t-2\nevent: e\ndata: 2\n\n");
}

TEST(Feed, PositionAheadOfTheFeedMeetsTheLineWithoutADouble) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto other = stage.open("s");
  stage.take(*other);
  for (int i = 1; i <= 3; ++i) stage.emit("e", "a", i);  // the feed has not looked yet
  const auto client = stage.open("s", "t-2");
  EXPECT_EQ(after_beginning(stage.take(*client)), "");
  EXPECT_EQ(stage.live(*client), "id: t-3\nevent: e\ndata: 3\n\n");
}

TEST(Feed, SnapshotAheadOfTheFeedMeetsTheLineWithoutADouble) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  stage.declare(spec);
  const auto other = stage.open("s");
  stage.take(*other);
  stage.emit("e", "a", 1);
  const auto client = stage.open("s");
  EXPECT_THAT(stage.take(*client), EndsWith("data: 1\n\nevent: checkpoint\nid: t-1\ndata:\n\n"));
  EXPECT_EQ(stage.live(*client), "");
}

TEST(Feed, EarliestStartsAtTheOldestKept) {
  Stage stage({.events = 2});
  stage.declare(stage.stream("s", {"e"}));
  for (int i = 1; i <= 3; ++i) stage.emit("e", "a", i);
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s", "earliest"))),
            "id: t-2\nevent: e\ndata: 2\n\nid: t-3\nevent: e\ndata: 3\n\n");
}

struct UnknownPosition {
  const char* sent;
  const char* from;
};

class FeedUnknown : public testing::TestWithParam<UnknownPosition> {};

TEST_P(FeedUnknown, GetsAGapThenTheSnapshot) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  stage.declare(spec);
  stage.emit("e", "a", 1);
  const auto client = stage.open("s", GetParam().sent);
  EXPECT_EQ(after_beginning(stage.take(*client)), std::string(R"(event: gap
data: {"reason":"unknown","from":)") + GetParam().from +
                                                      R"(,"to":"t-1","missed":null}

event: e
data: 1

event: checkpoint
id: t-1
data:

)");
  EXPECT_EQ(client->accepted(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Positions, FeedUnknown,
                         testing::Values(UnknownPosition{"other-1", R"("other-1")"}, UnknownPosition{"t-2", R"("t-2")"},
                                         UnknownPosition{"nonsense", "null"},
                                         UnknownPosition{"t-99999999999999999999", "null"},
                                         UnknownPosition{"t-1\n", "null"}));

TEST(Feed, PositionBeforeALostEventOfItsStreamIsExpired) {
  Stage stage({.events = 2});
  stage.declare(stage.stream("s", {"e"}));
  for (int i = 1; i <= 4; ++i) stage.emit("e", "a", i);
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s", "t-1"))),
            "event: gap\ndata: {\"reason\":\"expired\",\"from\":\"t-1\",\"to\":\"t-4\",\"missed\":null}\n\n"
            "event: checkpoint\nid: t-4\ndata:\n\n");
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s", "t-2"))),
            "id: t-3\nevent: e\ndata: 3\n\nid: t-4\nevent: e\ndata: 4\n\n");
}

TEST(Feed, LostEventsOfOtherStreamsAreNoGap) {
  Stage stage({.events = 2});
  std::vector<event::StreamSpec> specs{stage.stream("s", {"e"}), stage.stream("other", {"noise"})};
  stage.declare(specs);
  for (int i = 1; i <= 9; ++i) stage.emit("noise", "a", i);
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s", "t-1"))), "");
}

TEST(Feed, EventIsSentOnceToEachInterestedClient) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.when = key_in_query("k", "k");
  stage.declare(spec);
  const auto query = [](const char* k) { return Value::object({{"k", Value::list({k})}}); };
  const auto a = stage.open("s", "t-0", query("a"));
  const auto b = stage.open("s", "t-0", query("b"));
  const auto all = stage.open("s", "t-0", Value::object({{"k", nullptr}}));
  for (auto* client : {a.get(), b.get(), all.get()}) stage.take(*client);
  stage.emit("e", "a", 1);
  EXPECT_EQ(stage.advance(), 2u);
  EXPECT_EQ(stage.take(*a), "id: t-1\nevent: e\ndata: 1\n\n");
  EXPECT_EQ(stage.take(*b), "");
  EXPECT_EQ(stage.take(*all), "id: t-1\nevent: e\ndata: 1\n\n");
}

TEST(Feed, EqualFiltersShareASelection) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.when = key_in_query("k", "k");
  stage.declare(spec);
  const auto one = stage.open("s", {}, Value::object({{"k", Value::list({"a"})}, {"page", 1}}));
  auto two = stage.open("s", {}, Value::object({{"k", Value::list({"a"})}, {"page", 2}}));
  EXPECT_EQ(stage.feed.selections(), 1u);
  two = stage.open("s", {}, Value::object({{"k", Value::list({"b"})}}));
  EXPECT_EQ(stage.feed.selections(), 2u);
  two.reset();
  EXPECT_EQ(stage.feed.selections(), 1u);
}

TEST(Feed, FilterOnDataIsAskedForEachSelection) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.when = field_at_least_query("v", "least");
  stage.declare(spec);
  const auto client = stage.open("s", "t-0", Value::object({{"least", 5}}));
  stage.take(*client);
  stage.emit("e", "a", Value::object({{"v", 4}}));
  stage.emit("e", "a", Value::object({{"v", 5}}));
  EXPECT_EQ(stage.live(*client), "id: t-2\nevent: e\ndata: {\"v\":5}\n\n");
}

TEST(Feed, PathValueFiltersByTheKeyAsText) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  spec.path_fields = {"k"};
  stage.declare(spec);
  stage.emit("e", "b", 1);
  const auto client = stage.open("s", {}, {}, {"7"});
  EXPECT_THAT(stage.take(*client), Not(HasSubstr("data: 1")));
  stage.hub.append({.type = stage.type("e"), .time = {}, .key = Value::object({{"k", 7}}), .fields = 2});
  stage.hub.append({.type = stage.type("e"), .time = {}, .key = Value::object({{"k", 8}}), .fields = 3});
  stage.hub.commit();
  EXPECT_EQ(stage.live(*client), "id: t-2\nevent: e\ndata: 2\n\n");
}

TEST(Feed, RemovedValueIsInNoSnapshot) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  stage.declare(spec);
  stage.emit("e", "a", 1);
  stage.remove("e", "a");
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s"))), "event: checkpoint\nid: t-1\ndata:\n\n");
}

TEST(Feed, SnapshotIsTheNewestUpToTheLimit) {
  Stage stage;
  auto spec = stage.stream("s", {"e", "f"});
  spec.on_connect = stage.types({"e", "f"});
  spec.limit = 2;
  stage.declare(spec);
  stage.emit("e", "a", 1);
  stage.emit("f", "a", 2);
  stage.emit("e", "b", 3);
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s"))),
            "event: f\ndata: 2\n\nevent: e\ndata: 3\n\nevent: checkpoint\nid: t-3\ndata:\n\n");
}

TEST(Feed, CheckpointSaysTheAges) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  spec.ages = true;
  stage.declare(spec);
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  EXPECT_THAT(stage.take(*stage.open("s")),
              EndsWith("event: checkpoint\nid: t-2\n"
                       R"(data: {"time":1700000000000,"values":[["e",{"k":"a"},1],["e",{"k":"b"},2]]})"
                       "\n\n"));
}

TEST(Feed, FramesWriteTheSameEventDifferently) {
  Stage stage;
  auto data = stage.stream("data", {"e"});
  data.frame = event::Frame::data;
  auto envelope = stage.stream("envelope", {"e"});
  envelope.frame = event::Frame::envelope;
  stage.declare(std::vector{data, envelope});
  stage.emit("e", "a", Value::object({{"v", 21.5}}));
  EXPECT_EQ(after_beginning(stage.take(*stage.open("data", "earliest"))), "id: t-1\ndata: {\"v\":21.5}\n\n");
  EXPECT_EQ(after_beginning(stage.take(*stage.open("envelope", "earliest"))),
            "id: t-1\ndata: {\"type\":\"e\",\"data\":{\"v\":21.5},\"timestamp\":0.001}\n\n");
}

// Time.

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
  EXPECT_EQ(after_beginning(stage.take(*stage.open("s", "t-1", query))), gap);
}

// Ends.

TEST(Feed, DrainSendsWhatIsDueThenALongRetry) {
  Stage stage;
  stage.declare(stage.stream("s", {"e"}));
  const auto client = stage.open("s");
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.advance();
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
