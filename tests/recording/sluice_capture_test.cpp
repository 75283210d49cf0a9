#include "recording/sluice_capture.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::all_of;
using test::captured;
using test::reader_of;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* header = R"({"format":"sluice-capture","version":1,"started":"2026-03-01T08:00:00.250Z"})";

std::string line_of(const CapturedMessage& message) {
  std::string line;
  write_message(message, line);
  return line;
}

TEST(SluiceCapture, WritesALineAMessage) {
  EXPECT_EQ(line_of(captured(1500, "desk/a", R"({"mm":725})", 1, true)),
            "{\"us\":1500,\"topic\":\"desk/a\",\"qos\":1,\"retain\":true,\"payload\":\"{\\\"mm\\\":725}\"}\n");
  EXPECT_EQ(line_of(captured(0, "t", "\xFF\x00\x01")), "{\"us\":0,\"topic\":\"t\",\"b64\":\"/w==\"}\n");
  EXPECT_EQ(line_of(captured(0, "t", "")), "{\"us\":0,\"topic\":\"t\"}\n");
}

TEST(SluiceCapture, WritesAHeaderFirst) {
  std::string text;
  write_header({.started = at_ms(1'772'352'000'250), .broker = "mqtt://b:1883", .filters = {"#"}}, text);
  EXPECT_EQ(text,
            "{\"format\":\"sluice-capture\",\"version\":1,\"started\":\"2026-03-01T08:00:00.250Z\","
            "\"broker\":\"mqtt://b:1883\",\"filters\":[\"#\"]}\n");
}

TEST(SluiceCapture, PayloadsComeBackByteByByte) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  for (const std::string& payload : std::vector<std::string>{
           every_byte, every_byte.substr(0, 128), std::string("\0", 1), std::string("ü\u2028\u2029 \"\\/\n\r\t"),
           std::string("\x7F"), std::string(300'000, 'x'), std::string("\xED\xA0\x80")}) {
    auto reader = reader_of(text_of({captured(7, "t/ü", payload, 2, true)}));
    CapturedMessage message;
    ASSERT_TRUE(reader->next(message).value());
    EXPECT_EQ(message.message.payload, payload);
    EXPECT_EQ(message.message.topic, "t/ü");
    EXPECT_EQ(message.message.qos, 2);
    EXPECT_TRUE(message.message.retain);
    EXPECT_EQ(message.time.count(), 7);
    EXPECT_EQ(message.place, 2U);
    EXPECT_FALSE(reader->next(message).value());
  }
}

TEST(SluiceCapture, PropertiesComeBack) {
  auto before = captured(0, "t", "x");
  before.properties = message::Properties{.payload_is_utf8 = true,
                                          .expiry_s = 60,
                                          .content_type = "a/b",
                                          .response_topic = "r",
                                          .correlation = std::string("\0\xFF", 2),
                                          .user = {{"n", "1"}, {"n", "2"}}};
  auto reader = reader_of(text_of({before, captured(0, "t", "y")}));
  CapturedMessage message;
  ASSERT_TRUE(reader->next(message).value());
  EXPECT_EQ(message.properties, before.properties);
  ASSERT_TRUE(reader->next(message).value());
  EXPECT_EQ(message.properties, std::nullopt);
}

TEST(SluiceCapture, TheTimeOfDayIsTheHeaders) {
  auto reader = reader_of(std::string(header) + "\n{\"us\":5,\"topic\":\"t\"}\n");
  EXPECT_THAT(all_of(*reader), ElementsAre("5 t "));
  EXPECT_EQ(reader->started(), at_ms(1'772'352'000'250));
  EXPECT_THAT(reader->notes(), IsEmpty());
}

TEST(SluiceCapture, ReadsAnyJsonOfThatMeaning) {
  auto reader =
      reader_of(std::string(header) + "\n" + R"( {"topic": "t", "new": [1], "payload": "\ud83d\ude00", "us": 1e0})" +
                "\n" + R"({ "us":2, "topic":"t", "retain":false, "b64":"AA==" })" + "\n\n");
  EXPECT_THAT(all_of(*reader), ElementsAre(HasSubstr("'us' is 1"), std::string("2 t \0", 5)));
}

TEST(SluiceCapture, WhatIsNoMessageIsToldWithItsLineAndTheNextOneIsRead) {
  auto reader = reader_of(std::string(header) + "\n" +
                          "{\"us\":1,\"topic\":\"a\"}\n"
                          "{\"us\":1,\"topic\":\"a/#\"}\n"
                          "{\"us\":-1,\"topic\":\"a\"}\n"
                          "{\"topic\":\"a\"}\n"
                          "{\"us\":1,\"topic\":\"a\",\"qos\":3}\n"
                          "{\"us\":1,\"topic\":\"a\",\"b64\":\"?\"}\n"
                          "{\"us\":1,\"topic\":\"a\",\"payload\":\"x\",\"b64\":\"AA==\"}\n"
                          "{\"us\":1,\"topic\":\"a\",\"properties\":{\"user\":[[\"a\"]]}}\n"
                          "[]\n"
                          "{\"us\":1,\"topic\":\"a\",\"payload\":\"\xFF\"}\n"
                          "{\"us\":2,\"topic\":\"b\"}\n");
  EXPECT_THAT(all_of(*reader),
              ElementsAre("1 a ", "c:3: no message of a capture: 'topic' is \"a/#\", expected a topic name",
                          HasSubstr("c:4: no message of a capture: 'us' is -1, expected a whole number"),
                          "c:5: no message of a capture: 'us' is nothing, expected microseconds since the start",
                          "c:6: no message of a capture: 'qos' is 3, expected a whole number of 0 to 2",
                          "c:7: no message of a capture: 'b64' is \"?\", expected base64 with padding",
                          "c:8: no message of a capture: 'b64' is \"AA==\", expected no b64 beside a payload",
                          "c:9: no message of a capture: 'user' is [\"a\"], expected [name, value], two texts",
                          "c:10: no message of a capture: is [], expected a message as an object",
                          "c:11: no message of a capture: not JSON: bad UTF-8", "2 b "));
}

TEST(SluiceCapture, ALastLineThatIsCutIsANote) {
  auto reader = reader_of(std::string(header) + "\n{\"us\":1,\"topic\":\"a\"}\n{\"us\":2,\"top");
  EXPECT_THAT(all_of(*reader), ElementsAre("1 a "));
  EXPECT_THAT(reader->notes(), ElementsAre("line 3, the last one, is cut and left out"));
}

TEST(SluiceCapture, AnotherVersionIsRefused) {
  auto reader = reader_of("{\"format\":\"sluice-capture\",\"version\":2,\"started\":\"2026-03-01T08:00:00Z\"}\n");
  EXPECT_THAT(all_of(*reader), ElementsAre("c:1: 'version' is 2, this sluice reads 1"));
}

TEST(SluiceCapture, ATimeThatRunsBackwardsIsHeld) {
  auto reader = reader_of(text_of({captured(5, "a", ""), captured(3, "b", ""), captured(6, "c", "")}));
  EXPECT_THAT(all_of(*reader), ElementsAre("5 a ", "5 b ", "6 c "));
  EXPECT_THAT(reader->notes(), ElementsAre(HasSubstr("1 messages have a time before")));
}

TEST(SluiceCapture, CapturesMayFollowEachOther) {
  auto reader = reader_of(text_of({captured(5, "a", "")}, at_ms(1000)) + text_of({captured(7, "b", "")}, at_ms(3000)));
  EXPECT_THAT(all_of(*reader), ElementsAre("5 a ", "2000007 b "));
  EXPECT_EQ(reader->started(), at_ms(1000));
}

TEST(SluiceCapture, WithoutAHeaderTheTimeOfDayIsNotKnown) {
  auto reader = reader_of("{\"us\":5,\"topic\":\"a\"}\n");
  EXPECT_THAT(all_of(*reader), ElementsAre("5 a "));
  EXPECT_EQ(reader->started(), std::nullopt);
  EXPECT_THAT(reader->notes(), ElementsAre(HasSubstr("no header")));
}

TEST(SluiceCapture, CutAtAnyByteItGivesWhatIsWhole) {
  auto third = captured(9, "c", "\xFF");
  third.properties.emplace().content_type = "x";
  const auto whole = text_of({captured(5, "a", "{\"x\":1}"), captured(7, "b", "ü"), third});
  for (std::size_t length = 1; length < whole.size(); ++length) {
    auto reader = open_capture(CaptureInput::of(whole.substr(0, length), "c"));
    if (!reader) continue;  // too little to know the format
    const auto lines = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n');
    const auto all = all_of(**reader);
    const auto most = static_cast<std::size_t>(lines) + 1;
    EXPECT_LE(all.size(), most) << length;
    EXPECT_GE(all.size() + 1, static_cast<std::size_t>(lines)) << length;
  }
}

TEST(SluiceCapture, FlippedBitsNeverStopIt) {
  const auto whole = text_of({captured(5, "a", "{\"x\":1}"), captured(7, "b", "ü"), captured(9, "c", "\xFF")});
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    auto reader = open_capture(CaptureInput::of(std::move(bytes), "c"));
    if (reader) {
      EXPECT_LE(all_of(**reader).size(), 5U) << bit;
    } else {
      EXPECT_THAT(reader.error().message, HasSubstr("no capture that is understood")) << bit;
    }
  }
}

}  // namespace
}  // namespace sluice::recording
