// What a feed and its lists show to somebody whose claims bind him, and for how long.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/poll.h"
#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

KeyBinding to(std::vector<std::string> values) {
  return {{{{"k", std::move(values)}}}};
}

struct Rights : testing::Test {
  Rights() {
    auto spec = stage.stream("s", {"e"});
    spec.on_connect = stage.types({"e"});
    spec.access = {"operator"};
    stage.declare(spec);
  }
  std::unique_ptr<Cursor> open(KeyBinding binding, std::optional<std::string> last_event_id = std::nullopt) {
    return stage.feed.open({.stream = stage.hub.find("s"),
                            .last_event_id = std::move(last_event_id),
                            .binding = std::move(binding),
                            .until = {},
                            .by_right = true},
                           stage.now_ms);
  }
  std::unique_ptr<Cursor> open_until(std::int64_t ms) {
    return stage.feed.open({.stream = stage.hub.find("s"), .until = stage.clock.now() + milliseconds(ms)},
                           stage.now_ms);
  }
  Stage stage;
};

TEST_F(Rights, BoundClientSeesItsKeysLiveAndInTheSnapshot) {
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  const auto client = open(to({"b"}));
  EXPECT_THAT(stage.take(*client), EndsWith("event: e\ndata: 2\n\nevent: checkpoint\nid: t-2\ndata:\n\n"));
  stage.emit("e", "a", 3);
  stage.emit("e", "b", 4);
  EXPECT_EQ(stage.live(*client), "id: t-4\nevent: e\ndata: 4\n\n");
}

TEST_F(Rights, ResumeReplaysOnlyWhatIsAllowed) {
  for (const auto* key : {"a", "b", "c"}) stage.emit("e", key, key);
  const auto client = open(to({"b"}), "earliest");
  EXPECT_THAT(stage.take(*client), EndsWith(": ok\n\nid: t-2\nevent: e\ndata: \"b\"\n\n"));
}

TEST_F(Rights, AnyOfSeveralValuesOrBindings) {
  for (const auto* key : {"a", "b", "c"}) stage.emit("e", key, key);
  const auto list = open(to({"a", "c", "a"}));
  EXPECT_THAT(stage.take(*list), HasSubstr("data: \"a\"\n\nevent: e\ndata: \"c\""));
  const auto either = open({{{{"k", {"a"}}}, {{"k", {"b"}}}}});
  EXPECT_THAT(stage.take(*either), HasSubstr("data: \"a\"\n\nevent: e\ndata: \"b\""));
  stage.emit("e", "a", 4);
  stage.advance();
  EXPECT_EQ(stage.take(*list), "id: t-4\nevent: e\ndata: 4\n\n");
  EXPECT_EQ(stage.take(*either), "id: t-4\nevent: e\ndata: 4\n\n");
}

TEST_F(Rights, EventWithoutTheFieldIsHidden) {
  const auto client = open({{{{"other", {"null", ""}}}}});
  stage.take(*client);
  stage.hub.append({.type = stage.type("e"), .time = {}, .key = Value::object({{"other", nullptr}}), .fields = 1});
  stage.emit("e", "a", 2);
  EXPECT_EQ(stage.live(*client), "");
}

TEST_F(Rights, BindingWithoutValuesSeesNothing) {
  stage.emit("e", "a", 1);
  EXPECT_THAT(stage.take(*open(to({}))), Not(HasSubstr("data: 1")));
}

TEST_F(Rights, ListsShowOnlyWhatIsAllowed) {
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 2);
  const Request request{.stream = stage.hub.find("s"), .binding = to({"a"})};
  EXPECT_EQ(poll(stage.hub, request, {}).body, R"([{"event":"e","id":"t-1","time":1,"key":{"k":"a"},"data":1}])");
  EXPECT_EQ(history(stage.hub, request, {}).body, poll(stage.hub, request, {}).body);
}

TEST_F(Rights, EqualBindingsShareASelection) {
  const auto one = open(to({"a"}));
  const auto two = open(to({"a"}));
  EXPECT_EQ(stage.feed.selections(), 1u);
  const auto three = open(to({"b"}));
  EXPECT_EQ(stage.feed.selections(), 2u);
}

TEST_F(Rights, ExpiryIsToldThenTheEnd) {
  const auto client = open_until(5000);
  stage.take(*client);
  EXPECT_EQ(stage.feed.next_deadline(), 6000);
  EXPECT_EQ(stage.feed.tick(5999).size(), 0u);
  EXPECT_EQ(stage.feed.tick(6000).size(), 1u);
  EXPECT_EQ(stage.take(*client), "event: expired\ndata: {}\n\n");
  EXPECT_EQ(client->end(), End::expired);
  EXPECT_EQ(client->due(), "");
}

TEST_F(Rights, NoEventFollowsTheExpiry) {
  const auto client = open_until(5000);
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.feed.tick(6000);
  EXPECT_EQ(stage.live(*client), "event: expired\ndata: {}\n\n");
}

TEST_F(Rights, AnEventSentInPartIsFinishedBeforeTheExpiry) {
  const auto client = open_until(5000);
  stage.take(*client);
  stage.emit("e", "a", 1);
  stage.advance();
  const auto part = stage.take(*client, 5);
  stage.feed.tick(6000);
  EXPECT_EQ(part + stage.take(*client), "id: t-1\nevent: e\ndata: 1\n\nevent: expired\ndata: {}\n\n");
}

TEST_F(Rights, AnExpiryThatIsPastEndsTheClientAtOnce) {
  const auto client = open_until(-1);
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(client->end(), End::expired);
}

TEST_F(Rights, RecheckEndsThoseThatCameByRight) {
  const auto by_right = open({});
  const auto open_to_all = open_until(5000);
  stage.take(*by_right);
  EXPECT_EQ(stage.feed.recheck().size(), 1u);
  EXPECT_EQ(by_right->end(), End::recheck);
  EXPECT_EQ(open_to_all->end(), End::none);
}

TEST_F(Rights, AnotherAccessEndsTheClients) {
  const auto client = open({});
  stage.take(*client);
  auto spec = *stage.hub.find("s");
  spec.access = {"admin"};
  stage.declare(spec);
  stage.advance();
  EXPECT_EQ(client->end(), End::stream_changed);
}

}  // namespace
}  // namespace sluice::stream
