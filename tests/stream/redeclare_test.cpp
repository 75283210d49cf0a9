#include <gmock/gmock.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string block(int sequence, int data) {
  return "id: t-" + std::to_string(sequence) + "\nevent: e\ndata: " + std::to_string(data) + "\n\n";
}

/// One stream, `s`, of the events `e`, and a client that has everything.
class Redeclare : public testing::Test {
 protected:
  Redeclare() {
    declare([](auto&) {});
    client = stage.open("s");
    stage.take(*client);
  }

  void declare(const std::function<void(event::StreamSpec&)>& change) {
    auto spec = stage.stream("s", {"e"});
    spec.declaration = spec.request = "as it was";
    change(spec);
    stage.declare(std::move(spec));
  }

  Stage stage;
  std::unique_ptr<Cursor> client;
};

TEST_F(Redeclare, WhatSaysTheSameIsLeftAsItIs) {
  const auto before = stage.hub.find("s");
  declare([](auto&) {});
  EXPECT_EQ(stage.hub.find("s"), before);
  EXPECT_EQ(stage.advance(), 0U);
  stage.emit("e", "a", 1);
  EXPECT_EQ(stage.live(*client), block(1, 1));
}

TEST_F(Redeclare, AChangedStreamKeepsItsClientsInTheMiddleOfAnEvent) {
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  stage.advance();
  auto all = stage.take(*client, 7);
  declare([](auto& spec) {
    spec.declaration = "another heartbeat";
    spec.heartbeat = milliseconds(1);
  });
  stage.emit("e", "a", 3);
  all += stage.live(*client);
  EXPECT_EQ(all, block(1, 1) + block(2, 2) + block(3, 3));
  EXPECT_EQ(client->end(), End::none);
}

TEST_F(Redeclare, ARemovedStreamsClientGetsWhatCameBeforeAndThenEnds) {
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  auto other = stage.stream("other", {"e"});
  stage.declare(std::move(other));
  EXPECT_EQ(stage.live(*client), block(1, 1) + block(2, 2));
  EXPECT_EQ(client->end(), End::stream_removed);
  EXPECT_EQ(client->due(), "");
}

TEST_F(Redeclare, AnotherFrameEndsTheConnectionSoThatTheClientComesBack) {
  stage.emit("e", "a", 1);
  declare([](auto& spec) {
    spec.declaration = "another frame";
    spec.frame = event::Frame::data;
  });
  EXPECT_EQ(stage.live(*client), block(1, 1));
  EXPECT_EQ(client->end(), End::stream_changed);
  stage.emit("e", "a", 2);
  const auto again = stage.open("s", "t-1");
  EXPECT_THAT(stage.live(*again), HasSubstr("id: t-2\ndata: 2\n\n"));
}

TEST_F(Redeclare, AnotherQueryEndsTheConnectionBecauseItsParametersWereReadByTheOld) {
  declare([](auto& spec) { spec.declaration = spec.request = "another query"; });
  stage.advance();
  EXPECT_EQ(client->end(), End::stream_changed);
}

TEST_F(Redeclare, ANarrowerAccessEndsAndAWiderOneDoesNot) {
  declare([](auto& spec) {
    spec.declaration = "for two roles";
    spec.access = {"a", "b"};
  });
  stage.advance();
  EXPECT_EQ(client->end(), End::stream_changed);
  const auto narrow = stage.open("s");
  declare([](auto& spec) {
    spec.declaration = "for three";
    spec.access = {"c", "b", "a"};
  });
  stage.advance();
  EXPECT_EQ(narrow->end(), End::none);
  declare([](auto& spec) { spec.declaration = "for all"; });
  stage.advance();
  EXPECT_EQ(narrow->end(), End::none);
}

TEST_F(Redeclare, ARequestReadBeforeTheChangeIsTreatedAsAClientThatWasThere) {
  const auto before = stage.hub.find("s");
  declare([](auto& spec) {
    spec.declaration = "another frame";
    spec.frame = event::Frame::data;
  });
  const auto late = stage.feed.open({before, {}, {}, std::nullopt}, stage.now_ms);
  stage.advance();
  EXPECT_EQ(late->end(), End::stream_changed);
}

TEST_F(Redeclare, ANewStreamInAnotherFrameShowsTheLatestValuesThatWereThere) {
  declare([&](auto& spec) {
    spec.declaration = "with a snapshot";
    spec.on_connect = spec.events;
  });
  stage.emit("e", "a", Value::object({{"n", 1}}));
  std::vector<event::StreamSpec> both{stage.stream("s", {"e"}), stage.stream("bare", {"e"})};
  both[0].on_connect = both[1].on_connect = both[0].events;
  both[1].frame = event::Frame::data;
  both[1].when = field_at_least_query("n", "least");
  stage.declare(std::move(both));
  const auto bare = stage.open("bare", std::nullopt, Value::object({{"least", 1}}));
  EXPECT_THAT(stage.take(*bare), HasSubstr("data: {\"n\":1}\n\n"));
  const auto none = stage.open("bare", std::nullopt, Value::object({{"least", 2}}));
  EXPECT_THAT(stage.take(*none), Not(HasSubstr("data: {")));
}

TEST_F(Redeclare, IdsGoOn) {
  stage.emit("e", "a", 1);
  stage.declare(stage.stream("t", {"f"}));
  stage.emit("f", "a", 2);
  EXPECT_EQ(stage.log.head(), 2U);
}

}  // namespace
}  // namespace sluice::stream
