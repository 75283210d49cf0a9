// The same 31 messages in four formats, and a capture of others: what each format can tell, and where they differ.
#include <gmock/gmock.h>

#include <random>

#include "base/json.h"
#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string fixture(const std::string& name) {
  return test::bytes_of(std::string(SLUICE_SOURCE_DIR) + "/tests/captures/" + name);
}

struct Capture {
  std::vector<CapturedMessage> messages;
  std::vector<std::string> errors;
  std::vector<std::string> notes;
  std::string format;
};

Capture read(std::string bytes) {
  Capture capture;
  const auto reader = open_capture(CaptureInput::of(std::move(bytes), "c"));
  if (!reader) {
    capture.errors.push_back(reader.error().text());
    return capture;
  }
  CapturedMessage message;
  for (;;) {
    const auto more = (*reader)->next(message);
    if (more && !*more) break;
    if (more) {
      capture.messages.push_back(message);
    } else {
      capture.errors.push_back(more.error().text());
    }
  }
  capture.notes = (*reader)->notes();
  capture.format = (*reader)->format();
  return capture;
}

std::vector<std::string> contents(const Capture& capture) {
  std::vector<std::string> contents;
  for (const auto& each : capture.messages) contents.push_back(each.message.topic + " " + each.message.payload);
  return contents;
}

TEST(Fixtures, HexAndPcapHoldTheSameMessages) {
  const auto hex = read(fixture("loopback/be_hex.txt"));
  const auto pcap = read(fixture("loopback/be_tcp.pcap"));
  EXPECT_EQ(hex.format, "mosquitto_sub -F '%U %q %r %l %x %t'");
  EXPECT_EQ(pcap.format, "pcap");
  ASSERT_EQ(hex.messages.size(), 31);
  EXPECT_EQ(contents(pcap), contents(hex));
  for (std::size_t i = 0; i < 31; ++i) {
    EXPECT_EQ(pcap.messages[i].message.qos, hex.messages[i].message.qos) << i;
    EXPECT_EQ(pcap.messages[i].message.retain, hex.messages[i].message.retain) << i;
    // mosquitto_sub has the time when it came to printing, tcpdump when the packet came.
    EXPECT_LT(pcap.messages[i].time - hex.messages[i].time, std::chrono::milliseconds(100)) << i;
    EXPECT_LT(hex.messages[i].time - pcap.messages[i].time, std::chrono::milliseconds(100)) << i;
  }
}

TEST(Fixtures, OnlyThePcapKnowsProperties) {
  const auto pcap = read(fixture("loopback/be_tcp.pcap"));
  ASSERT_TRUE(pcap.messages[30].properties);
  EXPECT_EQ(pcap.messages[30].properties->content_type, "application/json");
  EXPECT_EQ(pcap.messages[30].properties->user, (std::vector<std::pair<std::string, std::string>>{{"a", "1"}}));
  EXPECT_FALSE(read(fixture("loopback/be_hex.txt")).messages[30].properties);
}

TEST(Fixtures, VerboseHasAllContentsButNoTimesAndNoQos) {
  const auto verbose = read(fixture("loopback/be_v.txt"));
  EXPECT_EQ(contents(verbose), contents(read(fixture("loopback/be_hex.txt"))));
  for (const auto& each : verbose.messages) {
    EXPECT_EQ(each.time.count(), 0);
    EXPECT_EQ(each.message.qos, 0);
  }
  EXPECT_THAT(verbose.notes, ElementsAre(HasSubstr("no times"), HasSubstr("1 line without a topic at the front")));
}

TEST(Fixtures, JsonLacksTwoMessagesAndHasRewrittenEighteen) {
  const auto json = read(fixture("loopback/be_J.jsonl"));
  auto hex = read(fixture("loopback/be_hex.txt"));
  EXPECT_EQ(json.format, "mosquitto_sub -F '%J'");
  EXPECT_THAT(json.notes, ElementsAre("29 of 31: 2 blank lines in place of messages whose payload was no JSON",
                                      HasSubstr("18 of 29 payloads are not as they were sent")));
  hex.messages.erase(hex.messages.begin() + 29);  // the binary one
  hex.messages.erase(hex.messages.begin());       // "online"
  ASSERT_EQ(json.messages.size(), hex.messages.size());
  int rewritten = 0;
  for (std::size_t i = 0; i < hex.messages.size(); ++i) {
    const auto& one = json.messages[i].message;
    const auto& other = hex.messages[i].message;
    EXPECT_EQ(one.topic, other.topic);
    EXPECT_EQ(one.qos, other.qos);
    if (one.payload == other.payload) continue;
    ++rewritten;
    EXPECT_EQ(parse_json(one.payload), parse_json(other.payload)) << other.topic;
  }
  EXPECT_EQ(rewritten, 18);
}

TEST(Fixtures, AForeignCaptureOfASubscriberAndAPublisher) {
  const auto zeek = read(fixture("zeek/mqtt.pcap"));
  EXPECT_THAT(contents(zeek), ElementsAre("SampleTopic Hello from the Paho blocking client", "SampleTopic Hello MQTT"));
  EXPECT_TRUE(zeek.messages[0].message.retain);
  EXPECT_FALSE(zeek.messages[1].message.retain);
}

const std::vector<std::string> all{"loopback/be_hex.txt", "loopback/be_J.jsonl", "loopback/be_v.txt",
                                   "loopback/be_tcp.pcap", "zeek/mqtt.pcap"};

void expect_bounded(const Capture& capture, std::size_t bytes) {
  EXPECT_LE(capture.messages.size() + capture.errors.size(), bytes + 1);
  for (const auto& error : capture.errors) EXPECT_THAT(error, testing::StartsWith("c"));
}

TEST(Fixtures, CutAnywhereTheyGiveTheirFirstMessages) {
  for (const auto& name : all) {
    const auto bytes = fixture(name);
    const auto whole = contents(read(bytes));
    const std::size_t step = bytes.size() < 4096 ? 1 : bytes.size() / 300;
    for (std::size_t size = 1; size < bytes.size(); size += step) {
      const auto cut = read(bytes.substr(0, size));
      expect_bounded(cut, size);
      ASSERT_LE(cut.messages.size(), whole.size()) << name << " cut at " << size;
    }
  }
}

TEST(Fixtures, WithBitsFlippedTheyGiveMessagesAndSentences) {
  for (const auto& name : all) {
    const auto bytes = fixture(name);
    for (unsigned seed = 1; seed <= 40; ++seed) {
      std::minstd_rand random(seed);
      auto damaged = bytes;
      for (int flips = 0; flips < 20; ++flips) {
        auto& byte = damaged[random() % damaged.size()];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << random() % 8);
      }
      expect_bounded(read(damaged), damaged.size());
    }
  }
}

}  // namespace
}  // namespace sluice::recording
