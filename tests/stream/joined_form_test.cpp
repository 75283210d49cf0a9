#include "stream/joined_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class JoinedFormTest : public testing::Test {
 protected:
  void declare(event::StreamSpec one, event::StreamSpec other) {
    std::vector<event::StreamSpec> specs;
    specs.push_back(std::move(one));
    specs.push_back(std::move(other));
    stage.declare(std::move(specs));
  }
  std::unique_ptr<Cursor> open(std::vector<std::string> names, std::optional<std::string> id = std::nullopt) {
    Request request;
    for (const auto& name : names) request.joined.push_back({.stream = stage.hub.find(name)});
    request.last_event_id = std::move(id);
    return stage.feed.open(request, stage.now_ms);
  }
  std::string opening(std::vector<std::string> names, std::optional<std::string> id = std::nullopt) {
    const auto bytes = stage.take(*open(std::move(names), std::move(id)));
    EXPECT_TRUE(bytes.starts_with(beginning)) << bytes;
    return bytes.substr(beginning.size());
  }
  Stage stage;
};

TEST_F(JoinedFormTest, EachStreamsEventsHaveItsNameAndOneIdServesAll) {
  declare(stage.stream("desk", {"height"}), stage.stream("bms.cells", {"cell"}));
  const auto client = open({"desk", "bms.cells"}, "t-0");
  stage.take(*client);
  stage.emit("height", "a", 1);
  stage.emit("cell", "b", 2);
  EXPECT_EQ(stage.live(*client),
            "id: t-1\nevent: desk.height\ndata: 1\n\n"
            "id: t-2\nevent: bms.cells.cell\ndata: 2\n\n");
}

TEST_F(JoinedFormTest, AnEnvelopeStaysTheData) {
  auto one = stage.stream("one", {"e"});
  one.frame = event::Frame::envelope;
  one.hello = {"hi", "{}"};
  auto other = stage.stream("other", {"f"});
  other.frame = event::Frame::data;
  other.hello = {"", "0"};
  declare(one, other);
  const auto client = open({"one", "other"}, "t-0");
  EXPECT_THAT(stage.take(*client),
              HasSubstr("\n\nevent: one.hi\ndata: {\"type\":\"hi\",\"data\":{},\"timestamp\":1700000000}\n\n"
                        "event: other.message\ndata: 0\n\n"));
  stage.emit("e", "a", 1);
  stage.emit("f", "a", 2);
  EXPECT_EQ(stage.live(*client),
            "id: t-1\nevent: one.e\ndata: {\"type\":\"e\",\"data\":1,\"timestamp\":0.001}\n\n"
            "id: t-2\nevent: other.f\ndata: 2\n\n");
}

TEST_F(JoinedFormTest, SnapshotsComeOneAfterTheOtherThenOneCheckpoint) {
  auto one = stage.stream("one", {"e"});
  one.on_connect = stage.types({"e"});
  one.limit = 1;
  auto other = stage.stream("other", {"e", "f"});
  other.on_connect = stage.types({"e", "f"});
  other.ages = true;
  declare(one, other);
  stage.emit("f", "a", 1);
  stage.emit("e", "a", 2);
  stage.emit("e", "b", 3);
  EXPECT_EQ(opening({"one", "other"}),
            "event: one.e\ndata: 3\n\n"
            "event: other.f\ndata: 1\n\nevent: other.e\ndata: 2\n\nevent: other.e\ndata: 3\n\n"
            "event: checkpoint\nid: t-3\ndata: {\"time\":1700000000000,\"values\":"
            "[[\"other.f\",{\"k\":\"a\"},1],[\"other.e\",{\"k\":\"a\"},2],[\"other.e\",{\"k\":\"b\"},3]]}\n\n");
}

TEST_F(JoinedFormTest, AnEventOfTwoStreamsComesUnderBothNamesAndOnlyTheLastIsItsEnd) {
  declare(stage.stream("one", {"e"}), stage.stream("two", {"e"}));
  const auto client = open({"one", "two"}, "t-0");
  stage.take(*client);
  stage.emit("e", "a", 1);
  EXPECT_EQ(stage.live(*client), "id: t-1-1\nevent: one.e\ndata: 1\n\nid: t-1\nevent: two.e\ndata: 1\n\n");
}

TEST_F(JoinedFormTest, WhoIsCutWithinAnEventGetsItsRestAndNothingTwice) {
  declare(stage.stream("one", {"e"}), stage.stream("two", {"e"}));
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  EXPECT_EQ(opening({"one", "two"}, "t-1-1"),
            "id: t-1\nevent: two.e\ndata: 1\n\n"
            "id: t-2-1\nevent: one.e\ndata: 2\n\nid: t-2\nevent: two.e\ndata: 2\n\n");
  EXPECT_EQ(opening({"one", "two"}, "t-2-2"), "");
}

TEST_F(JoinedFormTest, PlaceWithinAnEventMeansThePositionBeforeItToAStreamAlone) {
  declare(stage.stream("one", {"e"}), stage.stream("two", {"e"}));
  stage.emit("e", "a", 1);
  EXPECT_EQ(stage.take(*stage.open("two", "t-1-1")), std::string(beginning) + "id: t-1\nevent: e\ndata: 1\n\n");
  EXPECT_THAT(stage.take(*stage.open("two", "t-1-65")), HasSubstr("\"reason\":\"unknown\",\"from\":null"));
}

TEST_F(JoinedFormTest, GapAndSourceAndHeartbeatHaveNoName) {
  auto one = stage.stream("one", {"e"});
  one.heartbeat_event = "beat";
  one.heartbeat = milliseconds(20'000);
  auto two = stage.stream("two", {"e"});
  two.heartbeat = milliseconds(10'000);
  declare(one, two);
  const auto client = open({"one", "two"}, "t-0");
  stage.take(*client);
  stage.hub.lose_source(at_ms(0));
  stage.hub.commit();
  EXPECT_EQ(stage.live(*client),
            "id: t-1\nevent: gap\ndata: {\"reason\":\"source\",\"from\":\"t-0\",\"to\":\"t-1\",\"missed\":null}\n\n");
  stage.hub.tell_source(false, at_ms(6000));
  EXPECT_EQ(stage.live(*client), "event: source\ndata: {\"connected\":false,\"since\":6000}\n\n");
  stage.now_ms += 10'000;
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(stage.take(*client), ": heartbeat\n\n");
}

TEST_F(JoinedFormTest, EachStreamKeepsItsOwnFilter) {
  auto one = stage.stream("one", {"e"});
  one.when = key_in_query("k", "k");
  auto two = stage.stream("two", {"e"});
  two.when = key_in_query("k", "k");
  declare(one, two);
  Request request;
  request.joined.push_back({stage.hub.find("one"), Value::object({{"k", Value::list({"a"})}})});
  request.joined.push_back({stage.hub.find("two"), Value::object({{"k", Value::list({"b"})}})});
  request.last_event_id = "t-0";
  const auto client = stage.feed.open(request, stage.now_ms);
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.emit("e", "c", 2);
  stage.emit("e", "b", 3);
  EXPECT_EQ(stage.live(*client), "id: t-1\nevent: one.e\ndata: 1\n\nid: t-3\nevent: two.e\ndata: 3\n\n");
}

TEST_F(JoinedFormTest, EqualWishesShareASelection) {
  declare(stage.stream("one", {"e"}), stage.stream("two", {"e"}));
  const auto first = open({"one", "two"});
  const auto second = open({"one", "two"});
  EXPECT_EQ(stage.feed.selections(), 1u);
  const auto other = open({"two", "one"});
  EXPECT_EQ(stage.feed.selections(), 2u);
  EXPECT_EQ(stage.hub.clients("one"), 3u);
  EXPECT_EQ(stage.hub.clients("two"), 3u);
}

TEST_F(JoinedFormTest, TheStrictestTermsCount) {
  auto one = stage.stream("one", {"e"});
  one.max_age = milliseconds(5000);
  one.overflow = event::Overflow::conflate;
  auto two = stage.stream("two", {"e"});
  two.max_age = milliseconds(3000);
  two.overflow = event::Overflow::drop;
  declare(one, two);
  const auto client = open({"one", "two"}, "t-0");
  stage.take(*client);
  stage.now_ms += 3000;
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(client->end(), End::max_age);
}

TEST_F(JoinedFormTest, ThinsOnlyWhatAllItsStreamsThin) {
  auto one = stage.stream("one", {"e", "f"});
  one.resume_latest = true;
  declare(one, stage.stream("two", {"f"}));
  for (const auto* type : {"e", "f", "e", "f"}) stage.emit(type, "a", type);
  EXPECT_EQ(opening({"one", "two"}, "t-0"),
            "id: t-2-1\nevent: one.f\ndata: \"f\"\n\nid: t-2\nevent: two.f\ndata: \"f\"\n\n"
            "id: t-3\nevent: one.e\ndata: \"e\"\n\n"
            "id: t-4-1\nevent: one.f\ndata: \"f\"\n\nid: t-4\nevent: two.f\ndata: \"f\"\n\n");
}

TEST_F(JoinedFormTest, GoesOnWhenItsStreamsAreDeclaredAnewAndEndsWhenOneIsGone) {
  declare(stage.stream("one", {"e"}), stage.stream("two", {"f"}));
  const auto client = open({"one", "two"}, "t-0");
  stage.take(*client);
  declare(stage.stream("one", {"e", "g"}), stage.stream("two", {"f"}));
  stage.emit("g", "a", 1);
  EXPECT_EQ(stage.live(*client), "id: t-1\nevent: one.g\ndata: 1\n\n");
  stage.declare(stage.stream("one", {"e", "g"}));
  EXPECT_EQ(stage.live(*client), "");
  EXPECT_EQ(client->end(), End::stream_removed);
}

}  // namespace
}  // namespace sluice::stream
