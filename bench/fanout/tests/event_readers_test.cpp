#include "fanout/event_readers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::bench {
namespace {

struct Found {
  std::vector<std::uint64_t> ticks;
  std::vector<std::uint64_t> positions;
  int others = 0;
  int gaps = 0;
  void tick(const Tick& tick) { ticks.push_back(tick.sequence); }
  void position(std::uint64_t number) { positions.push_back(number); }
  void other(bool gap) { ++others, gaps += gap ? 1 : 0; }
};

std::string json(std::uint64_t sequence, std::size_t size = 100) {
  std::string payload = tick_json::blank(size);
  tick_json::stamp(payload.data(), {sequence, 12345});
  return payload;
}

TEST(TickJson, ComesBackAsItWentOut) {
  const std::string payload = json(7);
  const auto tick = tick_json::parse(payload.data(), payload.size());
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->sequence, 7U);
  EXPECT_EQ(tick->sent_nanoseconds, 12345);
  EXPECT_EQ(payload.size(), 100U);
}

TEST(ReadSse, FindsTicksIdsAndGaps) {
  const std::string wire =
      "retry: 2000\n\n: ok\n\nevent: checkpoint\nid: e1-4\ndata:\n\nid: e1-5\nevent: tick\ndata: " + json(1) +
      "\n\nevent: gap\ndata: {\"reason\":\"slow\"}\n\n: heartbeat\n\ndata: " + json(2) + "\n\n";
  Found found;
  std::size_t line = 0;
  EXPECT_EQ(read_sse(wire.data(), wire.size(), line, found), wire.size());
  EXPECT_EQ(found.ticks, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(found.positions, (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(found.others, 2);
  EXPECT_EQ(found.gaps, 1);
}

TEST(ReadSse, FindsTheSameHoweverTheBytesAreCut) {
  std::string wire;
  for (std::uint64_t i = 0; i < 5; ++i)
    wire += "id: x-" + std::to_string(i) + "\nevent: tick\ndata: " + json(i) + "\n\n";
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    Found found;
    std::size_t line = 0;
    const std::size_t done = read_sse(wire.data(), cut, line, found);
    EXPECT_LE(done, cut);
    read_sse(wire.data() + done, wire.size() - done, line, found);
    EXPECT_EQ(found.ticks, (std::vector<std::uint64_t>{0, 1, 2, 3, 4})) << cut;
  }
}

TEST(ReadSse, IsNotMisledByAShorterDataLine) {
  std::size_t line = 0;
  Found found;
  const std::string first = "data: " + json(0) + "\n\n";
  read_sse(first.data(), first.size(), line, found);
  // a block whose second data line ends where a tick's would
  const std::string odd = "data: a\ndata: " + std::string(line - 14, 'b') + "\n\ndata: " + json(1) + "\n\n";
  EXPECT_EQ(read_sse(odd.data(), odd.size(), line, found), odd.size());
  EXPECT_EQ(found.ticks, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(found.others, 1);
}

TEST(ReadMqtt, FindsPublishesHoweverTheyAreCut) {
  const std::string payload = json(3, 200);
  std::string packet = std::string(
                           "\x30\xd2\x01\x00\x08"
                           "bench/k1",
                           13) +
                       payload;
  const std::string wire = packet + std::string("\xd0\x00", 2) + packet;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    Found found;
    const std::size_t done = read_mqtt(wire.data(), cut, found);
    read_mqtt(wire.data() + done, wire.size() - done, found);
    EXPECT_EQ(found.ticks, (std::vector<std::uint64_t>{3, 3})) << cut;
    EXPECT_EQ(found.others, 1);
  }
}

}  // namespace
}  // namespace sluice::bench
