#include "stream/client_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using testing::HasSubstr;

// A block is 26 bytes: "id: t-1\nevent: e\ndata: 1\n\n".
std::string block(int n) {
  const auto number = std::to_string(n);
  return "id: t-" + number + "\nevent: e\ndata: " + number + "\n\n";
}

std::string blocks(int from, int to) {
  std::string all;
  for (int n = from; n <= to; ++n) all += block(n);
  return all;
}

class ClientCursorTest : public testing::Test {
 protected:
  /// One stream `s` of `e`, with that overflow; and a client that is at the head.
  void start(event::Overflow overflow, FeedOptions options = {}, history::Retention retention = {}) {
    stage.emplace(retention, options);
    auto spec = stage->stream("s", {"e"});
    spec.overflow = overflow;
    stage->declare(spec);
    client = stage->open("s", "t-0");
    stage->take(*client);
  }
  void emit(int from, int to, const char* key = "a") {
    for (int n = from; n <= to; ++n) stage->emit("e", key, n);
  }
  std::optional<Stage> stage;
  std::unique_ptr<Cursor> client;
};

TEST_F(ClientCursorTest, SendsTakenInPartsAreWholeInTheEnd) {
  start(event::Overflow::disconnect);
  emit(1, 5);
  stage->advance();
  std::string all;
  for (int i = 0; i < 50; ++i) all += stage->take(*client, 3);
  EXPECT_EQ(all, blocks(1, 5));
}

TEST_F(ClientCursorTest, IsNotReadyAgainBeforeItHasEverything) {
  start(event::Overflow::disconnect);
  emit(1, 1);
  EXPECT_EQ(stage->advance(), 1u);
  stage->take(*client, 5);
  emit(2, 2);
  EXPECT_EQ(stage->advance(), 0u);
  stage->take(*client);
  emit(3, 3);
  EXPECT_EQ(stage->advance(), 1u);
}

TEST_F(ClientCursorTest, ClientsAtOnePlaceShareTheBytes) {
  start(event::Overflow::disconnect);
  const auto other = stage->open("s", "t-0");
  stage->take(*other);
  emit(1, 3);
  stage->advance();
  const auto first = client->due();
  EXPECT_EQ(first, blocks(1, 3));
  EXPECT_EQ(other->due().data(), first.data());
}

TEST_F(ClientCursorTest, ServesAMegabyteInPiecesAndInOrder) {
  start(event::Overflow::disconnect);
  const std::string text(10'000, 'x');
  for (int n = 1; n <= 100; ++n) stage->emit("e", "a", text);
  stage->advance();
  EXPECT_LE(client->due().size(), (std::size_t{256} << 10) + text.size() + 100);
  const auto all = stage->take(*client);
  EXPECT_THAT(all, testing::StartsWith("id: t-1\n"));
  EXPECT_THAT(all, HasSubstr("\n\nid: t-100\n"));
  EXPECT_GT(all.size(), 1'000'000u);
}

TEST_F(ClientCursorTest, WhatASelectionNoLongerHoldsComesFromTheLog) {
  start(event::Overflow::disconnect, {.recent = 60});
  emit(1, 1);
  stage->advance();
  const auto first = stage->take(*client, 10);
  emit(2, 9);
  stage->advance();
  EXPECT_EQ(first + stage->take(*client), blocks(1, 9));
  emit(10, 10);
  EXPECT_EQ(stage->live(*client), block(10));
}

TEST_F(ClientCursorTest, WhatAllSelectionsMayNotHoldComesFromTheLog) {
  start(event::Overflow::disconnect, {.all_recent = 0});
  emit(1, 9);
  EXPECT_EQ(stage->live(*client), blocks(1, 9));
}

TEST_F(ClientCursorTest, LagIsTheBytesToTheHead) {
  start(event::Overflow::disconnect);
  emit(1, 2);
  stage->advance();
  EXPECT_EQ(client->lag(), 52u);
  stage->take(*client, 30);
  EXPECT_EQ(client->lag(), 22u);
  stage->take(*client);
  EXPECT_EQ(client->lag(), 0u);
}

// Overflow.

TEST_F(ClientCursorTest, TooSlowIsEndedAtTheEndOfAnEvent) {
  start(event::Overflow::disconnect, {.backlog = 60});
  emit(1, 2);
  stage->advance();
  EXPECT_EQ(stage->take(*client, 7), "id: t-1");
  emit(3, 4);
  EXPECT_EQ(stage->advance(), 1u);
  EXPECT_EQ(client->end(), End::slow);
  EXPECT_EQ(stage->take(*client), block(1).substr(7));
  EXPECT_EQ(client->due(), "");
}

TEST_F(ClientCursorTest, OneBatchAboveTheBacklogIsNoLag) {
  start(event::Overflow::disconnect, {.backlog = 60});
  emit(1, 9);
  stage->advance();
  EXPECT_EQ(stage->take(*client), blocks(1, 9));
  EXPECT_EQ(client->end(), End::none);
}

TEST_F(ClientCursorTest, CatchingUpIsNoLag) {
  start(event::Overflow::disconnect, {.backlog = 60});
  emit(1, 9);
  stage->advance();
  const auto late = stage->open("s", "t-0");
  stage->take(*late, 10);
  emit(10, 10);
  stage->advance();
  EXPECT_EQ(late->end(), End::none);
  EXPECT_THAT(stage->take(*late), testing::EndsWith(blocks(1, 10)));
}

TEST_F(ClientCursorTest, ConflateSendsTheNewestOfEachKey) {
  start(event::Overflow::conflate, {.backlog = 60});
  emit(1, 1, "a");
  stage->advance();
  const auto begun = stage->take(*client, 4);
  emit(2, 3, "a");
  emit(4, 4, "b");
  emit(5, 6, "a");
  stage->advance();
  EXPECT_EQ(client->lag(), 22u + 2 * 26u);
  EXPECT_EQ(begun + stage->take(*client), block(1) + block(4) + block(6));
  emit(7, 7);
  EXPECT_EQ(stage->live(*client), block(7));
}

TEST_F(ClientCursorTest, ConflatedClientMayLagAgainAsFar) {
  start(event::Overflow::conflate, {.backlog = 60});
  emit(1, 1);
  stage->advance();
  const auto begun = stage->take(*client, 4);
  emit(2, 4);
  stage->advance();
  const auto more = stage->take(*client, 22);
  emit(5, 6);
  stage->advance();
  EXPECT_EQ(begun + more + stage->take(*client), block(1) + block(4) + blocks(5, 6));
}

TEST_F(ClientCursorTest, ConflateAgainWhileTheFirstIsUnderWay) {
  start(event::Overflow::conflate, {.backlog = 60});
  emit(1, 1, "a");
  stage->advance();
  std::string got = stage->take(*client, 4);
  emit(2, 2, "b");
  emit(3, 4, "a");
  stage->advance();
  got += stage->take(*client, 22 + 5);  // the rest of 1, a piece of 2
  emit(5, 7, "a");
  stage->advance();
  EXPECT_EQ(got + stage->take(*client), block(1) + block(2) + block(7));
}

TEST_F(ClientCursorTest, DropLeavesOutTheOldestAndSaysHowMany) {
  start(event::Overflow::drop, {.backlog = 60});
  emit(1, 1);
  stage->advance();
  const auto begun = stage->take(*client, 4);
  emit(2, 6);
  stage->advance();
  EXPECT_EQ(client->lag(), 22u + 26u);
  EXPECT_EQ(begun + stage->take(*client),
            block(1) +
                "id: t-5\nevent: gap\ndata: {\"reason\":\"slow\",\"from\":\"t-1\",\"to\":\"t-5\",\"missed\":4}\n\n" +
                block(6));
}

TEST_F(ClientCursorTest, GapThatWasNotTakenGrows) {
  start(event::Overflow::drop, {.backlog = 60});
  emit(1, 1);
  stage->advance();
  stage->take(*client, 4);
  for (int n = 2; n <= 9; ++n) {
    emit(n, n);
    stage->advance();
  }
  EXPECT_EQ(stage->take(*client),
            block(1).substr(4) +
                "id: t-8\nevent: gap\ndata: {\"reason\":\"slow\",\"from\":\"t-1\",\"to\":\"t-8\",\"missed\":7}\n\n" +
                block(9));
}

TEST_F(ClientCursorTest, RetentionThatOvertakesAClientIsAGapInItsPlace) {
  start(event::Overflow::disconnect, {.recent = 0}, {.events = 3});
  emit(1, 1);
  stage->advance();
  const auto begun = stage->take(*client, 4);
  emit(2, 7);
  stage->advance();
  EXPECT_EQ(
      begun + stage->take(*client),
      block(1) +
          "id: t-4\nevent: gap\ndata: {\"reason\":\"expired\",\"from\":\"t-1\",\"to\":\"t-4\",\"missed\":null}\n\n" +
          blocks(5, 7));
}

TEST_F(ClientCursorTest, RetentionThatOvertakesTheFeedIsAGapForAll) {
  start(event::Overflow::disconnect, {}, {.events = 2});
  emit(1, 5);
  EXPECT_EQ(stage->live(*client),
            "id: t-3\nevent: gap\ndata: {\"reason\":\"expired\",\"from\":\"t-0\",\"to\":\"t-3\",\"missed\":null}\n\n" +
                blocks(4, 5));
}

}  // namespace
}  // namespace sluice::stream
