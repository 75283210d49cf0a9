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

}  // namespace
}  // namespace sluice::stream
