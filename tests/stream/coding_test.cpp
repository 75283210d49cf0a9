#include "stream/coding.h"

#include <gtest/gtest.h>

#include "support/stream/form_reader.h"
#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

std::string long_event(int n) {
  std::string json = "{\"cells\":[";
  for (int i = 0; i < 96; ++i) json += std::to_string(3300 + (i * n) % 40) + ",";
  return json + "0]}";
}

class CodingTest : public testing::TestWithParam<FormKind> {
 protected:
  std::unique_ptr<Coding> coding() const { return GetParam() == FormKind::gzip ? gzip_coding() : zstd_coding(); }
  std::string unpacked(std::string_view bytes) {
    std::vector<event::WireEvent> events;
    EXPECT_TRUE(reader.feed(bytes, events));
    return reader.text();
  }
  std::unique_ptr<Cursor> open(std::optional<std::string> id = std::nullopt) {
    Request request{.stream = stage.hub.find("s")};
    request.last_event_id = std::move(id);
    request.form = GetParam();
    return stage.feed.open(request, stage.now_ms);
  }
  FormReader reader{GetParam()};
  Stage stage;
};

TEST_P(CodingTest, AnyTextsInAnyOrderAreWholeInTheEnd) {
  const auto made = coding();
  Written out;
  made->begin(out);
  std::string text;
  for (const std::size_t size : {0U, 1U, 255U, 256U, 70'000U, 3'000'000U}) {
    std::string part(size, 'x');
    for (std::size_t i = 0; i < size; i += 7) part[i] = static_cast<char>('a' + (i * i) % 23);
    made->store(part, out);
    made->press(part, out);
    text += part + part;
  }
  made->end(out.text, out);
  EXPECT_EQ(unpacked(out.bytes), text);
  EXPECT_TRUE(reader.whole());
}

TEST_P(CodingTest, WhatDoesNotShrinkGrowsByLittle) {
  std::string noise;
  std::uint32_t random = 1;
  for (int i = 0; i < 400; ++i) noise.push_back(static_cast<char>((random = random * 1664525U + 1013904223U) >> 24U));
  Written out;
  coding()->press(noise, out);
  EXPECT_LE(out.bytes.size(), noise.size() + 12);
}

TEST_P(CodingTest, AStreamIsTheSameOnceUnpacked) {
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"e"});
  spec.ages = true;
  stage.declare(spec);
  for (int n = 1; n <= 5; ++n) stage.emit("e", std::to_string(n), long_event(n));
  const auto plain = stage.open("s");
  const auto client = open();
  auto expected = stage.take(*plain);
  auto bytes = stage.take(*client);
  EXPECT_LT(bytes.size(), expected.size() / 2);
  for (int n = 6; n <= 9; ++n) stage.emit("e", "a", long_event(n));
  expected += stage.live(*plain);
  bytes += stage.live(*client);
  stage.now_ms += 15'000;
  stage.feed.tick(stage.now_ms);
  expected += stage.take(*plain);
  bytes += stage.take(*client);
  EXPECT_EQ(unpacked(bytes), expected);
}

TEST_P(CodingTest, EveryKindOfEndIsAProperOne) {
  auto spec = stage.stream("s", {"e"});
  stage.declare(spec);
  const auto at_head = open("t-0");
  std::string bytes = stage.take(*at_head);
  for (int n = 1; n <= 3; ++n) stage.emit("e", "a", long_event(n));
  stage.advance();
  bytes += stage.take(*at_head, 100);
  stage.feed.drain(stage.now_ms);
  bytes += stage.take(*at_head);
  EXPECT_TRUE(unpacked(bytes).ends_with("\n\n"));
  EXPECT_TRUE(reader.whole());
  EXPECT_EQ(at_head->end(), End::drain);
  stage.emit("e", "a", 4);
  stage.advance();
  EXPECT_EQ(at_head->due(), "");
}

TEST_P(CodingTest, ClientsOfAStreamShareTheBytes) {
  stage.declare(stage.stream("s", {"e"}));
  const auto one = open("t-0");
  const auto other = open("t-0");
  stage.take(*one);
  stage.take(*other);
  stage.emit("e", "a", long_event(1));
  stage.advance();
  EXPECT_EQ(one->due().data(), other->due().data());
  EXPECT_EQ(stage.feed.selections(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Codings, CodingTest, testing::Values(FormKind::gzip, FormKind::zstd),
                         [](const auto& instance) { return instance.param == FormKind::gzip ? "gzip" : "zstd"; });

TEST(TextSum, SumsOfNeighboursAdd) {
  auto sum = TextSum::of("id: t-1\n");
  sum.add(TextSum::of("data: 1\n\n"));
  EXPECT_EQ(sum, TextSum::of("id: t-1\ndata: 1\n\n"));
  EXPECT_EQ(TextSum::of("id: t-1\n").up_to(sum), TextSum::of("data: 1\n\n"));
}

}  // namespace
}  // namespace sluice::stream
