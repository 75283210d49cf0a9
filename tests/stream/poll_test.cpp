#include "stream/poll.h"

#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

class Poll : public testing::Test {
 protected:
  Poll() {
    spec = stage.stream("s", {"e", "f"});
    spec.on_connect = stage.types({"e"});
    spec.when = key_in_query("k", "k");
  }
  void declare() { stage.declare(spec); }
  ListAnswer poll(const ListOptions& options = {}, const Value& query = {}) {
    return stream::poll(stage.hub, {stage.hub.find("s"), query}, options);
  }
  ListAnswer history(const ListOptions& options = {}, const Value& query = {}) {
    return stream::history(stage.hub, {stage.hub.find("s"), query}, options);
  }
  Stage stage;
  event::StreamSpec spec;
};

TEST_F(Poll, ListsTheLatestValuesOldestFirst) {
  declare();
  stage.emit("e", "a", 1);
  stage.emit("e", "b", Value::object({{"v", 2}}));
  stage.emit("e", "a", 3);
  const auto answer = poll();
  EXPECT_EQ(answer.body, R"([{"event":"e","id":"t-2","time":2,"key":{"k":"b"},"data":{"v":2}},)"
                         R"({"event":"e","id":"t-3","time":3,"key":{"k":"a"},"data":3}])");
  EXPECT_EQ(answer.position, 3u);
}

TEST_F(Poll, IsEmptyBeforeTheFirstEvent) {
  declare();
  EXPECT_EQ(poll().status, 200);
  EXPECT_EQ(poll().body, "[]");
}

TEST_F(Poll, FiltersLikeTheStream) {
  spec.poll = {.path = "", .as = event::PollSpec::As::data, .events = {}};
  declare();
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  EXPECT_EQ(poll({}, Value::object({{"k", Value::list({"b"})}})).body, "[2]");
}

TEST_F(Poll, NamesItsOwnEvents) {
  spec.poll = {.path = "", .as = event::PollSpec::As::data, .events = stage.types({"f"})};
  declare();
  stage.emit("e", "a", 1);
  stage.emit("f", "a", 2);
  EXPECT_EQ(poll().body, "[2]");
}

TEST_F(Poll, LatestIsTheBareNewestOfAnyKey) {
  spec.poll = {.path = "", .as = event::PollSpec::As::latest, .events = {}};
  declare();
  EXPECT_EQ(poll().status, 404);
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  EXPECT_EQ(poll().body, "2");
}

TEST_F(Poll, GivesTheNewestUpToTheLimit) {
  spec.poll = {.path = "", .as = event::PollSpec::As::data, .events = {}};
  declare();
  for (const auto* key : {"a", "b", "c"}) stage.emit("e", key, key);
  EXPECT_EQ(poll(*ListOptions::read({{"limit", "2"}})).body, R"(["b","c"])");
}

TEST_F(Poll, GivesOnlyWhatIsNewerThanAfter) {
  spec.poll = {.path = "", .as = event::PollSpec::As::data, .events = {}};
  declare();
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  const auto after = [](const char* id) { return *ListOptions::read({{"after", id}}); };
  EXPECT_EQ(poll(after("t-1")).body, "[2]");
  EXPECT_EQ(poll(after("t-2")).body, "[]");
  EXPECT_EQ(poll(after("other-1")).body, "[1,2]");
  EXPECT_EQ(poll(after("earliest")).body, "[1,2]");
}

TEST_F(Poll, SaysWhetherAnythingIsInIt) {
  declare();
  EXPECT_TRUE(poll().empty);
  stage.emit("e", "a", 1);
  EXPECT_FALSE(poll().empty);
  EXPECT_TRUE(poll(*ListOptions::read({{"after", "t-1"}})).empty);
  EXPECT_FALSE(history().empty);
  EXPECT_TRUE(history(*ListOptions::read({{"after", "t-1"}})).empty);
}

TEST_F(Poll, TagChangesWithTheContentOnly) {
  declare();
  stage.emit("e", "a", 1);
  const auto before = poll().etag;
  EXPECT_EQ(before.size(), 18u);
  stage.emit("f", "a", 2);
  EXPECT_EQ(poll().etag, before);
  stage.emit("e", "a", 1);
  EXPECT_NE(poll().etag, before);
}

TEST_F(Poll, HistoryIsThePastOldestFirstWithAWayOn) {
  declare();
  for (int i = 1; i <= 3; ++i) stage.emit("e", "a", i);
  const auto first = history(*ListOptions::read({{"limit", "2"}}));
  EXPECT_EQ(first.body, R"([{"event":"e","id":"t-1","time":1,"key":{"k":"a"},"data":1},)"
                        R"({"event":"e","id":"t-2","time":2,"key":{"k":"a"},"data":2}])");
  EXPECT_EQ(first.next, "t-2");
  const auto rest = history(*ListOptions::read({{"after", first.next}, {"limit", "2"}}));
  EXPECT_EQ(rest.body, R"([{"event":"e","id":"t-3","time":3,"key":{"k":"a"},"data":3}])");
  EXPECT_EQ(rest.next, "");
}

TEST_F(Poll, HistoryIsBoundByTime) {
  declare();
  for (int i = 1; i <= 4; ++i) stage.emit("e", "a", i);
  const auto some = history(*ListOptions::read({{"from", "2"}, {"to", "1970-01-01T00:00:00.003Z"}}));
  EXPECT_NE(some.body.find("t-2"), std::string::npos);
  EXPECT_NE(some.body.find("t-3"), std::string::npos);
  EXPECT_EQ(some.body.find("t-1"), std::string::npos);
  EXPECT_EQ(some.body.find("t-4"), std::string::npos);
}

TEST_F(Poll, WaitsAsLongAsADurationSays) {
  EXPECT_EQ(ListOptions::read({})->wait, milliseconds(0));
  EXPECT_EQ(ListOptions::read({{"wait", "25s"}})->wait, milliseconds(25'000));
  EXPECT_EQ(ListOptions::read({{"wait", "1m"}})->wait, milliseconds(60'000));
}

TEST_F(Poll, RefusesWhatIsNoBound) {
  const auto refusal = [](const char* name, const char* value) {
    return ListOptions::read({{name, value}}).error().message;
  };
  EXPECT_EQ(refusal("limit", "0"), "limit '0' is no whole number from 1 to 10000");
  EXPECT_EQ(refusal("limit", "1e3"), "limit '1e3' is no whole number from 1 to 10000");
  for (const auto* wait : {"25", "61s", "x", "-1s"}) {
    EXPECT_EQ(refusal("wait", wait), "wait '" + std::string(wait) + "' is no duration up to 1m, such as 25s");
  }
  EXPECT_EQ(refusal("from", "noon"),
            "from 'noon' is no time: write Unix milliseconds or RFC 3339 (2026-01-31T12:00:00Z)");
  EXPECT_EQ(refusal("after", "x y"), "after 'x y': an event id is <epoch>-<sequence> of a-z and 0-9, at most 64 bytes");
}

}  // namespace
}  // namespace sluice::stream
