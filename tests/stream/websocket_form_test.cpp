#include "stream/websocket_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stream/form_reader.h"
#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WebSocketFormTest : public testing::Test {
 protected:
  std::unique_ptr<Cursor> open(std::optional<std::string> id = std::nullopt) {
    Request request{.stream = stage.hub.find("s")};
    request.last_event_id = std::move(id);
    request.form = FormKind::websocket;
    return stage.feed.open(request, stage.now_ms);
  }
  /// The text of all frames that are due, a line each.
  std::string text(Cursor& cursor) {
    FormReader reader(FormKind::websocket);
    std::vector<event::WireEvent> events;
    stage.advance();
    EXPECT_TRUE(reader.feed(stage.take(cursor), events));
    pings = reader.pings();
    return reader.text();
  }
  event::StreamSpec spec() {
    auto made = stage.stream("s", {"e"});
    made.on_connect = stage.types({"e"});
    return made;
  }
  Stage stage;
  std::size_t pings = 0;
};

TEST_F(WebSocketFormTest, EverythingIsAnEnvelope) {
  auto declared = spec();
  declared.hello = {"hi", R"({"a":1})"};
  stage.declare(declared);
  stage.emit("e", "k1", 7);
  const auto client = open();
  EXPECT_EQ(text(*client), R"({"type":"hi","data":{"a":1},"timestamp":1700000000})"
                           "\n"
                           R"({"type":"e","key":{"k":"k1"},"data":7,"timestamp":0.001})"
                           "\n"
                           R"({"type":"checkpoint","id":"t-1","timestamp":1700000000})"
                           "\n");
  stage.emit("e", "k2", 8);
  EXPECT_EQ(text(*client), R"({"type":"e","id":"t-2","key":{"k":"k2"},"data":8,"timestamp":0.002})"
                           "\n");
}

TEST_F(WebSocketFormTest, FrameHeadsSayTheLengthTheShortestWay) {
  stage.declare(stage.stream("s", {"e"}));
  const auto client = open("t-0");
  std::string seen;
  for (const std::size_t length : {1U, 200U, 70'000U}) {
    stage.emit("e", "k", std::string(length, 'x'));
    seen.append(stage.live(*client).substr(0, 2));
  }
  EXPECT_EQ(seen, std::string("\x81\x44\x81\x7e\x81\x7f"));
}

TEST_F(WebSocketFormTest, HeartbeatIsAPingAndAnEventWhereItHasAName) {
  auto declared = spec();
  stage.declare(declared);
  auto client = open();
  stage.take(*client);
  stage.now_ms += 15'000;
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(text(*client), "");
  EXPECT_EQ(pings, 1u);
  client.reset();
  declared.heartbeat_event = "beat";
  stage.declare(declared);
  client = open();
  stage.take(*client);
  stage.now_ms += 15'000;
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(text(*client), R"({"type":"beat","timestamp":1700000000})"
                           "\n");
}

TEST_F(WebSocketFormTest, GapAndSourceSayTheSameAsInAnEventStream) {
  stage.declare(stage.stream("s", {"e"}));
  const auto client = open("t-9");
  EXPECT_EQ(text(*client),
            R"({"type":"gap","data":{"reason":"unknown","from":"t-9","to":"t-0","missed":null},"timestamp":1700000000})"
            "\n"
            R"({"type":"checkpoint","id":"t-0","timestamp":1700000000})"
            "\n");
  stage.hub.lose_source(at_ms(5000));
  stage.hub.commit();
  EXPECT_EQ(
      text(*client),
      R"({"type":"gap","id":"t-1","data":{"reason":"source","from":"t-0","to":"t-1","missed":null},"timestamp":5})"
      "\n");
  stage.hub.tell_source(false, at_ms(6000));
  EXPECT_EQ(text(*client), R"({"type":"source","data":{"connected":false,"since":6000},"timestamp":1700000000})"
                           "\n");
}

TEST_F(WebSocketFormTest, AgesStandInTheCheckpoint) {
  auto declared = spec();
  declared.ages = true;
  stage.declare(declared);
  stage.emit("e", "a", 7);
  EXPECT_THAT(text(*open()), HasSubstr(R"({"type":"checkpoint","id":"t-1","data":{"time":1700000000000,)"
                                       R"("values":[["e",{"k":"a"},1]]},"timestamp":1700000000})"
                                       "\n"));
}

TEST_F(WebSocketFormTest, ExpiredIsTheLastFrame) {
  stage.declare(stage.stream("s", {"e"}));
  Request request{.stream = stage.hub.find("s")};
  request.form = FormKind::websocket;
  request.until = at_ms(1'700'000'001'000);
  const auto client = stage.feed.open(request, stage.now_ms);
  stage.take(*client);
  stage.now_ms += 1000;
  stage.feed.tick(stage.now_ms);
  EXPECT_EQ(text(*client), R"({"type":"expired","timestamp":1700000000})"
                           "\n");
  EXPECT_EQ(client->end(), End::expired);
  EXPECT_TRUE(client->due().empty());
}

TEST_F(WebSocketFormTest, BordersAreWhereFramesEnd) {
  stage.declare(stage.stream("s", {"e"}));
  const auto client = open("t-0");
  EXPECT_EQ(stage.take(*client), "");
  EXPECT_TRUE(client->at_border());
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  stage.advance();
  const auto size = client->due().size() / 2;  // two frames of one size
  std::vector<bool> borders;
  for (const std::size_t part : {std::size_t{3}, size - 3, std::size_t{1}, size - 1}) {
    stage.take(*client, part);
    borders.push_back(client->at_border());
  }
  EXPECT_THAT(borders, ElementsAre(false, true, false, true));
}

TEST_F(WebSocketFormTest, StreamsThatWriteAlikeShareWhatIsWritten) {
  std::vector<event::StreamSpec> specs;
  specs.push_back(stage.stream("s", {"e"}));
  specs.push_back(stage.stream("t", {"e"}));
  stage.declare(std::move(specs));
  const auto one = open("t-0");
  Request request{.stream = stage.hub.find("t")};
  request.last_event_id = "t-0";
  request.form = FormKind::websocket;
  const auto other = stage.feed.open(request, stage.now_ms);
  stage.take(*one);
  stage.take(*other);
  stage.emit("e", "a", 1);
  stage.advance();
  EXPECT_EQ(one->due().data(), other->due().data());
}

}  // namespace
}  // namespace sluice::stream
