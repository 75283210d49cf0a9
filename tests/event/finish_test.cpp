#include "event/finish.h"

#include <gtest/gtest.h>

namespace sluice::event {
namespace {

class Finish : public testing::Test {
 protected:
  EventPtr finished(std::initializer_list<Frame> frames, Value fields = Value::object({{"v", 21.5}})) {
    auto& type = catalog.intern("desk", "height");
    for (const auto frame : frames) {
      type.frames = static_cast<std::uint8_t>(type.frames | 1U << static_cast<unsigned>(frame));
    }
    return finish({.type = type.number,
                   .time = at_ms(1700000000123),
                   .key = Value::object({{"desk", "a"}}),
                   .fields = std::move(fields)},
                  type, "m1", 7);
  }
  EventCatalog catalog;
};

TEST_F(Finish, WritesTheFramesThatAreAskedFor) {
  const auto event = finished({Frame::event, Frame::data, Frame::envelope});
  EXPECT_EQ(event->block(Frame::event), "id: m1-7\nevent: height\ndata: {\"v\":21.5}\n\n");
  EXPECT_EQ(event->block(Frame::data), "id: m1-7\ndata: {\"v\":21.5}\n\n");
  EXPECT_EQ(event->block(Frame::envelope),
            "id: m1-7\ndata: {\"type\":\"height\",\"data\":{\"v\":21.5},\"timestamp\":1700000000.123}\n\n");
  EXPECT_EQ(event->data_json(), "{\"v\":21.5}");
}

TEST_F(Finish, FrameThatNobodyAskedForIsEmpty) {
  const auto event = finished({Frame::envelope});
  EXPECT_EQ(event->block(Frame::event), "");
  EXPECT_EQ(event->block_without_id(Frame::event), "");
  EXPECT_EQ(event->data_json(), "{\"v\":21.5}");
}

TEST_F(Finish, EventWithoutAnyFrameHasItsData) {
  EXPECT_EQ(finished({})->data_json(), "{\"v\":21.5}");
}

TEST_F(Finish, BlockWithoutIdIsTheRest) {
  EXPECT_EQ(finished({Frame::event})->block_without_id(Frame::event), "event: height\ndata: {\"v\":21.5}\n\n");
}

TEST_F(Finish, KeyIsNamedAsJson) {
  EXPECT_EQ(finished({})->key_json, "{\"desk\":\"a\"}");
}

TEST_F(Finish, LineEndsInTextsStayInsideTheJson) {
  const auto event = finished({Frame::event}, "a\r\nb\n\ndata: x");
  EXPECT_EQ(event->block(Frame::event), "id: m1-7\nevent: height\ndata: \"a\\r\\nb\\n\\ndata: x\"\n\n");
}

TEST_F(Finish, FieldsAreKeptOnlyForFilters) {
  EXPECT_FALSE(finished({})->fields);
  catalog.intern("desk", "height").fields_read = true;
  EXPECT_EQ(finished({})->fields, Value::object({{"v", 21.5}}));
}

TEST_F(Finish, SourceGapIsTheSameInAllFrames) {
  const auto event = finish_source_gap(catalog.intern("", "gap"), "m1", 8, at_ms(5));
  EXPECT_EQ(
      event->block(Frame::data),
      "id: m1-8\nevent: gap\ndata: {\"reason\":\"source\",\"from\":\"m1-7\",\"to\":\"m1-8\",\"missed\":null}\n\n");
  EXPECT_EQ(event->block(Frame::event), event->block(Frame::envelope));
  EXPECT_EQ(event->data_json(), R"({"reason":"source","from":"m1-7","to":"m1-8","missed":null})");
}

}  // namespace
}  // namespace sluice::event
