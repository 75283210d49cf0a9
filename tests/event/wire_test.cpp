#include "event/wire.h"

#include <gtest/gtest.h>

namespace sluice::event {
namespace {

using namespace std::string_view_literals;

std::string block(const Block& block) {
  std::string out;
  write_block(block, out);
  return out;
}

std::string data(std::string_view text) {
  return block({.id = "", .name = "", .data = text});
}

TEST(Wire, BlockHasIdNameAndData) {
  EXPECT_EQ(block({.id = "m1-7", .name = "tick", .data = "{}"}), "id: m1-7\nevent: tick\ndata: {}\n\n");
}

TEST(Wire, EveryKindOfLineEndStartsADataLine) {
  EXPECT_EQ(data("a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(data("a\n\nb\r\r"), "data: a\ndata:\ndata: b\ndata:\ndata:\n\n");
}

TEST(Wire, EmptyDataIsALineWithoutSpace) {
  EXPECT_EQ(data(""), "data:\n\n");
}

TEST(Wire, LeadingSpaceOfDataSurvives) {
  EXPECT_EQ(data(" x"), "data:  x\n\n");
}

TEST(Wire, LineEndsAndNulNeverReachIdAndName) {
  EXPECT_EQ(block({.id = "1\n2\0003"sv, .name = "a\r\ndata: forged", .data = "x"}),
            "id: 123\nevent: adata: forged\ndata: x\n\n");
}

TEST(Wire, CommentStaysOneLine) {
  std::string out;
  write_comment("a\nb", out);
  EXPECT_EQ(out, ": a b\n\n");
}

TEST(Wire, CheckpointHasAnEmptyDataLine) {
  std::string out;
  write_checkpoint("m1-7", "", out);
  EXPECT_EQ(out, "event: checkpoint\nid: m1-7\ndata:\n\n");
}

TEST(Wire, GapNamesReasonBordersAndCount) {
  std::string out;
  write_gap({.reason = GapReason::slow, .from = "m1-2", .to = "m1-7", .missed = 5}, true, out);
  EXPECT_EQ(out,
            "id: m1-7\nevent: gap\ndata: {\"reason\":\"slow\",\"from\":\"m1-2\",\"to\":\"m1-7\",\"missed\":5}\n\n");
}

TEST(Wire, GapThatAnswersAResumeHasNoId) {
  std::string out;
  write_gap({.reason = GapReason::unknown, .from = "", .to = "m1-7", .missed = {}}, false, out);
  EXPECT_EQ(out, "event: gap\ndata: {\"reason\":\"unknown\",\"from\":null,\"to\":\"m1-7\",\"missed\":null}\n\n");
}

TEST(Wire, SourceSaysSinceWhen) {
  std::string out;
  write_source(false, at_ms(1700000000123), out);
  EXPECT_EQ(out, "event: source\ndata: {\"connected\":false,\"since\":1700000000123}\n\n");
}

TEST(Wire, EnvelopeHasSecondsWithTheirFraction) {
  std::string out;
  write_envelope("tick", "{\"a\":1}", at_ms(1700000000123), out);
  EXPECT_EQ(out, R"({"type":"tick","data":{"a":1},"timestamp":1700000000.123})");
}

}  // namespace
}  // namespace sluice::event
