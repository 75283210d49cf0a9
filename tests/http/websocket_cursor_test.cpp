#include "http/websocket_cursor.h"

#include <gtest/gtest.h>

#include "support/http/three_byte_frames.h"
#include "support/http/websocket.h"

namespace sluice::http {
namespace {

class WebSocketCursorTest : public testing::Test {
 protected:
  /// What goes out when the socket takes at most so many bytes at once.
  std::string all_due(std::size_t at_once = SIZE_MAX) {
    std::string all;
    for (auto due = cursor_.due(); !due.empty(); due = cursor_.due()) {
      const auto piece = due.substr(0, at_once);
      all.append(piece);
      cursor_.sent(piece.size(), 0);
    }
    return all;
  }
  void hear(std::string_view bytes, std::int64_t now_ms = 0) { cursor_.hear(bytes, now_ms); }
  std::string closed_with(unsigned code) {
    const auto due = all_due();
    const auto frames = read_frames(due);
    if (frames.size() != 1 || frames[0].opcode != close_opcode) return "no close frame";
    return frames[0].payload.substr(0, 2) == close_payload(code) ? "" : "another code";
  }

  ThreeByteFrames* stream_ = new ThreeByteFrames;
  WebSocketCursor cursor_{std::unique_ptr<stream::Cursor>(stream_)};
};

TEST_F(WebSocketCursorTest, PassesTheStreamOn) {
  stream_->bytes = "aaabbb";
  EXPECT_EQ(all_due(), "aaabbb");
}

TEST_F(WebSocketCursorTest, AnswersPingsInOrder) {
  hear(masked_frame(ping_opcode, "1") + masked_frame(ping_opcode, "2"));
  EXPECT_EQ(all_due(),
            "\x8a\x01"
            "1\x8a\x01"
            "2");
}

TEST_F(WebSocketCursorTest, APongNeverStandsInsideAFrame) {
  stream_->bytes = "aaabbb";
  cursor_.due();
  cursor_.sent(4, 0);
  hear(masked_frame(ping_opcode, "p"));
  EXPECT_EQ(all_due(1), "bb\x8a\x01p");
  stream_->bytes += "ccc";
  EXPECT_EQ(all_due(), "ccc");
}

TEST_F(WebSocketCursorTest, APongSentInPartIsFinishedFirst) {
  hear(masked_frame(ping_opcode, "p"));
  cursor_.due();
  cursor_.sent(1, 0);
  stream_->bytes = "aaa";
  EXPECT_EQ(all_due(2), "\x01paaa");
}

TEST_F(WebSocketCursorTest, AClosingClientGetsItsCodeBackAndNothingMore) {
  stream_->bytes = "aaa";
  hear(masked_frame(close_opcode, close_payload(4000, "enough")));
  EXPECT_EQ(closed_with(4000), "");
  EXPECT_TRUE(cursor_.closed());
  EXPECT_TRUE(cursor_.heard_close());
  hear(masked_frame(ping_opcode));
  EXPECT_EQ(all_due(), "");
}

TEST_F(WebSocketCursorTest, ACloseWithoutACodeIsAnsweredLikewise) {
  hear(masked_frame(close_opcode));
  EXPECT_EQ(all_due(), std::string("\x88\x00", 2));
}

TEST_F(WebSocketCursorTest, AFrameInFlightIsFinishedBeforeTheClose) {
  stream_->bytes = "aaa";
  cursor_.due();
  cursor_.sent(1, 0);
  hear(masked_frame(close_opcode));
  EXPECT_EQ(all_due(), std::string("aa\x88\x00", 4));
}

TEST_F(WebSocketCursorTest, AClientThatSpeaksIsToldThatItMustNot) {
  hear(masked_frame(text_opcode, "hello"));
  EXPECT_EQ(closed_with(1008), "");
  EXPECT_FALSE(cursor_.heard_close());
  hear(masked_frame(text_opcode, "more") + masked_frame(close_opcode, close_payload(1008)));
  EXPECT_TRUE(cursor_.heard_close());
  EXPECT_EQ(all_due(), "");
}

TEST_F(WebSocketCursorTest, ALargeMessageIsRefusedAtItsBeginning) {
  hear(masked_frame(text_opcode, std::string(5'000, 'x')).substr(0, 20));
  EXPECT_EQ(closed_with(1009), "");
}

TEST_F(WebSocketCursorTest, BrokenFramesEndTheTalk) {
  hear(WireFrame{.opcode = ping_opcode, .masked = false}.bytes());
  EXPECT_EQ(closed_with(1002), "");
  EXPECT_TRUE(cursor_.deaf());
}

TEST_F(WebSocketCursorTest, BadUtf8InAReasonEndsTheTalk) {
  hear(masked_frame(close_opcode, close_payload(1000, "\xc3\x28")));
  EXPECT_EQ(closed_with(1007), "");
}

TEST_F(WebSocketCursorTest, HalfAFrameWaitsForItsRest) {
  const auto ping = masked_frame(ping_opcode, "abc");
  hear(ping.substr(0, 4));
  EXPECT_EQ(all_due(), "");
  hear(ping.substr(4));
  EXPECT_EQ(all_due(),
            "\x8a\x03"
            "abc");
}

TEST_F(WebSocketCursorTest, AHundredFramesASecondAreEnough) {
  std::string pings;
  for (int i = 0; i < 100; ++i) pings += masked_frame(ping_opcode);
  hear(pings, 500);
  EXPECT_EQ(read_frames(all_due()).size(), 100U);
  hear(pings, 1500);
  EXPECT_EQ(read_frames(all_due()).size(), 100U);
  hear(masked_frame(ping_opcode), 1999);
  EXPECT_EQ(closed_with(1008), "");
}

TEST_F(WebSocketCursorTest, WhoTakesNoAnswerAbuses) {
  for (int second = 0; second < 2; ++second) {
    EXPECT_FALSE(cursor_.abuses());
    for (int i = 0; i < 100; ++i) hear(masked_frame(ping_opcode, std::string(125, 'x')), second * 1000);
  }
  EXPECT_TRUE(cursor_.abuses());
}

TEST_F(WebSocketCursorTest, TheStreamsEndHasACode) {
  const std::pair<stream::End, unsigned> codes[] = {
      {stream::End::max_age, 1000},        {stream::End::drain, 1001},   {stream::End::stream_removed, 1001},
      {stream::End::expired, 1008},        {stream::End::recheck, 1012}, {stream::End::slow, 1013},
      {stream::End::stream_changed, 1012},
  };
  for (const auto& [end, code] : codes) EXPECT_EQ(close_of(end).code, code);
  stream_->bytes = "aaa";
  stream_->ended = stream::End::drain;
  EXPECT_EQ(all_due(),
            "aaa\x88\x07\x03\xe9"
            "drain");
  EXPECT_TRUE(cursor_.closed());
}

}  // namespace
}  // namespace sluice::http
