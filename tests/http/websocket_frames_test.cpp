#include "http/websocket_frames.h"

#include <gtest/gtest.h>

#include "support/http/websocket.h"

namespace sluice::http {
namespace {

using Kind = WebSocketFrames::Frame::Kind;

/// What the reader makes of the bytes, a word a frame: "ping:x close:.. data error:1002".
std::string told(WebSocketFrames& frames, std::string_view bytes) {
  std::string words;
  frames.take(bytes);
  for (;;) {
    const auto frame = frames.next();
    if (!frame) return words + "error:" + std::to_string(frame.error().code) + ' ';
    if (!*frame) return words;
    constexpr std::string_view names[] = {"data", "ping", "pong", "close"};
    words.append(names[static_cast<std::size_t>((*frame)->kind)]);
    if ((*frame)->kind != Kind::data) words += ":" + (*frame)->payload;
    words += ' ';
  }
}

std::string told(std::string_view bytes) {
  WebSocketFrames frames;
  return told(frames, bytes);
}

std::string wrong(WireFrame frame) {
  return told(frame.bytes());
}

TEST(WebSocketFrames, ReadsControlFramesUnmasked) {
  EXPECT_EQ(told(masked_frame(ping_opcode, "are you there")), "ping:are you there ");
  EXPECT_EQ(told(masked_frame(pong_opcode) + masked_frame(close_opcode,
                                                          "\x03\xe8"
                                                          "bye")),
            "pong: close:\x03\xe8"
            "bye ");
  const std::string longest(125, 'x');
  EXPECT_EQ(told(masked_frame(ping_opcode, longest)), "ping:" + longest + ' ');
}

TEST(WebSocketFrames, ReadsThemByteByByte) {
  WebSocketFrames frames;
  std::string words;
  const auto bytes = masked_frame(ping_opcode, "abc") + masked_frame(text_opcode, std::string(300, 'x')) +
                     masked_frame(text_opcode, std::string(70'000, 'x')) + masked_frame(ping_opcode) +
                     masked_frame(close_opcode);
  for (const char byte : bytes) words += told(frames, {&byte, 1});
  EXPECT_EQ(words, "ping:abc data data ping: close: ");
  EXPECT_TRUE(frames.between_frames());
}

TEST(WebSocketFrames, KnowsWhenNoFrameHasBegun) {
  WebSocketFrames frames;
  EXPECT_TRUE(frames.between_frames());
  const auto bytes = masked_frame(text_opcode, std::string(200, 'x'));
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    told(frames, {&bytes[i], 1});
    EXPECT_FALSE(frames.between_frames()) << i;
  }
  told(frames, {&bytes.back(), 1});
  EXPECT_TRUE(frames.between_frames());
}

TEST(WebSocketFrames, TellsOfAMessageOnceAndSkipsItsBytes) {
  EXPECT_EQ(told(masked_frame(text_opcode, std::string(100'000, 'x')) + masked_frame(ping_opcode, "a")),
            "data ping:a ");
  EXPECT_EQ(told(masked_frame(text_opcode)), "data ");
}

TEST(WebSocketFrames, RefusesWhatRfc6455Forbids) {
  EXPECT_EQ(wrong({.opcode = ping_opcode, .payload = "a", .masked = false}), "error:1002 ");
  EXPECT_EQ(wrong({.opcode = text_opcode, .payload = "a", .masked = false}), "error:1002 ");
  for (const unsigned bit : {1U, 2U, 4U}) EXPECT_EQ(wrong({.opcode = ping_opcode, .reserved = bit}), "error:1002 ");
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    EXPECT_EQ(wrong({.opcode = opcode}), "error:1002 ") << opcode;
  }
  EXPECT_EQ(wrong({.opcode = ping_opcode, .fin = false}), "error:1002 ");
  EXPECT_EQ(wrong({.opcode = ping_opcode, .payload = std::string(126, 'x')}), "error:1002 ");
  // A length that a shorter form would hold.
  EXPECT_EQ(told(std::string("\x81\xfe\x00\x05\x00\x00\x00\x00hello", 13)), "error:1002 ");
}

TEST(WebSocketFrames, RefusesFragmentsOutOfOrder) {
  const auto piece = [](unsigned opcode, bool fin) {
    return WireFrame{.opcode = opcode, .payload = "x", .fin = fin}.bytes();
  };
  EXPECT_EQ(told(piece(0, true)), "error:1002 ");
  EXPECT_EQ(told(piece(1, false) + piece(1, true)), "data error:1002 ");
  EXPECT_EQ(told(piece(1, false) + masked_frame(ping_opcode, "in between") + piece(0, true) + piece(2, true)),
            "data ping:in between data data ");
}

TEST(WebSocketFrames, WritesControlFramesOfOurs) {
  EXPECT_EQ(pong_frame("abc"),
            "\x8a\x03"
            "abc");
  EXPECT_EQ(ping_frame(), std::string("\x89\x00", 2));
  EXPECT_EQ(close_frame({1001, "drain"}),
            "\x88\x07\x03\xe9"
            "drain");
  EXPECT_EQ(close_frame({}), std::string("\x88\x00", 2));
}

TEST(WebSocketFrames, ReadsWhyAClientLeaves) {
  EXPECT_EQ(read_close("")->code, 0);
  EXPECT_EQ(read_close(close_payload(1000, "bye"))->reason, "bye");
  for (const unsigned code : {1000U, 1001U, 1003U, 1007U, 1011U, 1014U, 3000U, 4999U}) {
    EXPECT_EQ(read_close(close_payload(code))->code, code);
  }
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    EXPECT_EQ(read_close(close_payload(code)).error().code, 1002) << code;
  }
  EXPECT_EQ(read_close("\x03").error().code, 1002);
  EXPECT_EQ(read_close(close_payload(1000, "\xff\xfe")).error().code, 1007);
}

}  // namespace
}  // namespace sluice::http
