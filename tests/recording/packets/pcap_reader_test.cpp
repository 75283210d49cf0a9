#include "recording/packets/pcap_reader.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"
#include "support/recording/packets.h"

namespace sluice::recording {
namespace {

using namespace test;  // NOLINT: a test is made of its words
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Direction = CaptureOptions::Direction;

struct Read {
  std::vector<std::string> messages;  // "topic payload", errors as they are
  std::vector<std::string> notes;
};

Read read(const std::string& bytes, Direction direction = Direction::automatic) {
  auto reader = open_capture(CaptureInput::of(bytes, "c"), {.direction = direction});
  Read result;
  if (!reader) return {{reader.error().text()}, {}};
  CapturedMessage message;
  for (;;) {
    const auto more = (*reader)->next(message);
    if (more && !*more) break;
    result.messages.push_back(more ? message.message.topic + " " + message.message.payload : more.error().text());
  }
  result.notes = (*reader)->notes();
  return result;
}

std::vector<std::string> messages(const Pcap& pcap, Direction direction = Direction::automatic) {
  return read(pcap.bytes(), direction).messages;
}

std::vector<std::string> notes(const Pcap& pcap) {
  return read(pcap.bytes()).notes;
}

const std::string pingreq("\xC0\0", 2);
const std::string suback("\x90\x03\0\x01\0", 5);

// --- TCP ---

TEST(PcapReader, SegmentsOutOfOrderTwiceAndOverlappingGiveEachByteOnce) {
  Pcap pcap;
  Talk talk(pcap);
  const auto all = connect() + publish("a", "one") + publish("b", "two");
  const auto at = [&all](std::size_t from, std::size_t size) { return all.substr(from, size); };
  talk.open().client_at(10, at(10, 12)).client_at(4, at(4, 9)).client_at(0, at(0, 6)).client_at(0, at(0, 6));
  talk.client_at(22, at(22, 99)).client_at(3, at(3, 20));
  EXPECT_THAT(messages(pcap), ElementsAre("a one", "b two"));
  EXPECT_THAT(notes(pcap), IsEmpty());
}

TEST(PcapReader, SequenceNumbersWrap) {
  Pcap pcap;
  Talk talk(pcap, 40'000, 1883, 0xFFFFFFF0);
  talk.open().client(connect()).client(publish("a", "one")).client(publish("a", "two"));
  EXPECT_THAT(messages(pcap), ElementsAre("a one", "a two"));
}

TEST(PcapReader, AGapWithinOnePacketCostsThatPacketOnly) {
  Pcap pcap;
  Talk talk(pcap);
  const auto lost = publish("a", std::string(100, 'x'));
  talk.open().client(connect()).client(lost.substr(0, 20)).client_unseen(lost.substr(20, 30)).client(lost.substr(50));
  talk.client(publish("a", "after")).broker_acknowledges();
  EXPECT_THAT(messages(pcap), ElementsAre("a after"));
  EXPECT_THAT(notes(pcap), ElementsAre(HasSubstr("1 gap in MQTT connections, the first before offset"),
                                       "1 MQTT packet lost in gaps"));
}

TEST(PcapReader, AfterAGapOverPacketsTheNextOneIsFound) {
  Pcap pcap;
  Talk talk(pcap);
  const auto half = publish("a", std::string(100, 'x'));
  talk.open().client(connect()).client_unseen(publish("a", "lost") + half.substr(0, 50)).client(half.substr(50));
  talk.client(publish("a", "after")).broker_acknowledges();
  EXPECT_THAT(messages(pcap), ElementsAre("a after"));
  EXPECT_THAT(notes(pcap), Contains(HasSubstr("passed over in search of an MQTT packet's beginning")));
}

TEST(PcapReader, WhatWaitsBehindAGapComesAtTheEndWithoutAnAcknowledgement) {
  Pcap pcap;
  Talk talk(pcap);
  talk.open().client(connect()).client_unseen(publish("a", "lost")).client(publish("a", "after"));
  EXPECT_THAT(messages(pcap), ElementsAre("a after"));
}

TEST(PcapReader, ASnapshotLengthCutsPayloadsButNotTheMessagesAfterThem) {
  Pcap pcap;
  Talk talk(pcap);
  talk.open().client(connect());
  const auto large = ethernet(ipv4({40'000, 1883, 1000 + 16, 6000}, publish("a", std::string(300, 'x'))));
  pcap.add(large.substr(0, 96), large.size());
  talk.client_unseen(publish("a", std::string(300, 'x'))).client(publish("a", "after")).broker_acknowledges();
  EXPECT_THAT(messages(pcap), ElementsAre("a after"));
}

TEST(PcapReader, AConnectionFromTheSamePortsBeginsAnew) {
  Pcap pcap;
  Talk(pcap).open().client(connect()).client(publish("a", "one"));
  Talk(pcap, 40'000, 1883, 777'777).open().client(connect()).client(publish("a", "two"));
  EXPECT_THAT(messages(pcap), ElementsAre("a one", "a two"));
}

// --- frames ---

TEST(PcapReader, ReadsAllUsualLinks) {
  const Segment segment{40'000, 1883, 1000, 0};
  const auto bytes = connect() + publish("a", "x");
  const auto ip = ipv4(segment, bytes);
  const auto vlan =
      std::string(12, '\0') + big(0x88A8, 2) + big(7, 2) + big(0x8100, 2) + big(8, 2) + big(0x0800, 2) + ip;
  const std::vector<std::pair<std::uint32_t, std::string>> frames{{1, ethernet(ip)},
                                                                  {1, vlan},
                                                                  {1, ethernet(ipv6(segment, bytes), 0x86DD)},
                                                                  {0, big(0x02000000, 4) + ip},
                                                                  {0, big(30, 4) + ipv6(segment, bytes)},
                                                                  {108, big(2, 4) + ip},
                                                                  {101, ip},
                                                                  {228, ip},
                                                                  {229, ipv6(segment, bytes)},
                                                                  {113, std::string(14, '\0') + big(0x0800, 2) + ip},
                                                                  {276, big(0x0800, 2) + std::string(18, '\0') + ip}};
  for (const auto& [link, frame] : frames) {
    Pcap pcap(link);
    pcap.add(frame);
    EXPECT_THAT(messages(pcap), ElementsAre("a x")) << "link " << link;
  }
}

TEST(PcapReader, AnUnknownLinkIsNamed) {
  EXPECT_THAT(messages(Pcap(105)), ElementsAre(HasSubstr("holds packets of link type 105 (802.11)")));
}

TEST(PcapReader, FragmentsAndOtherProtocolsAreSkippedAndFragmentsNoted) {
  Pcap pcap;
  pcap.add(ethernet(ipv4({}, publish("a", "x"), 0x2000)));
  pcap.add(ethernet("arp", 0x0806));
  pcap.add(ethernet(std::string("\x45\0\0", 3)));
  EXPECT_THAT(messages(pcap), IsEmpty());
  EXPECT_THAT(notes(pcap),
              ElementsAre("1 packet with a cut or malformed header skipped", HasSubstr("1 IP fragment skipped"),
                          "no MQTT in 0 TCP connections of 3 packets"));
}

// --- MQTT ---

TEST(PcapReader, TopicAliasesAndPropertiesOfMqtt5) {
  Pcap pcap;
  Talk talk(pcap);
  const auto alias = std::string("\x23\0\x01", 3);
  talk.open().client(connect(5));
  talk.client(publish("a/b", "one", {.properties = alias + "\x03" + with_length("text/plain")}));
  talk.client(publish("", "two", {.properties = alias + "\x26" + with_length("k") + with_length("v")}));
  talk.client(publish("", "three", {.properties = std::string("\x23\0\x07", 3)}));
  EXPECT_THAT(messages(pcap), ElementsAre("a/b one", "a/b two"));
  EXPECT_THAT(notes(pcap), ElementsAre("1 publish skipped: the topic of their alias is not in the capture"));
  const auto reader = open_capture(CaptureInput::of(pcap.bytes()));
  CapturedMessage message;
  ASSERT_TRUE((*reader)->next(message).value());
  EXPECT_EQ(message.properties->content_type, "text/plain");
  ASSERT_TRUE((*reader)->next(message).value());
  EXPECT_EQ(message.properties->user, (std::vector<std::pair<std::string, std::string>>{{"k", "v"}}));
}

TEST(PcapReader, Qos2CountsOnceUntilItIsReleased) {
  Pcap pcap;
  Talk talk(pcap);
  const auto exactly_once = [](bool dup) { return publish("a", "x", {.qos = 2, .dup = dup, .id = 7}); };
  talk.open().client(connect()).client(exactly_once(false)).client(exactly_once(true)).client(exactly_once(false));
  talk.client(std::string("\x62\x02\0\x07", 4)).client(exactly_once(false));
  EXPECT_THAT(messages(pcap), ElementsAre("a x", "a x"));
}

TEST(PcapReader, WhatIsSentAgainOnANewConnectionCountsOnce) {
  Pcap pcap;
  Talk(pcap).open().client(connect()).client(publish("a", "x", {.qos = 1, .id = 7}));
  Talk again(pcap, 40'010, 1883);
  again.open().client(connect()).client(publish("a", "x", {.qos = 1, .dup = true, .id = 7}));
  again.client(publish("a", "first seen as a repetition", {.qos = 1, .dup = true, .id = 8}));
  EXPECT_THAT(messages(pcap), ElementsAre("a x", "a first seen as a repetition"));
}

TEST(PcapReader, AConnectionMayHaveBegunBeforeTheCaptureOnAnyPort) {
  Pcap pcap;
  Talk talk(pcap, 40'000, 5555);
  const auto half = publish("a", std::string(50, 'x'));
  talk.client(half.substr(30)).client(publish("a", "v4", {.qos = 1})).client(publish("b", "also")).client(pingreq);
  EXPECT_THAT(messages(pcap), ElementsAre("a v4", "b also"));
  EXPECT_THAT(notes(pcap), ElementsAre("1 MQTT connection began before the capture",
                                       HasSubstr("1 MQTT connection without a CONNECT: 3.1.1 or 5 told")));
}

TEST(PcapReader, AConnectMayBeLong) {
  Pcap pcap;
  const auto login = with_length("MQTT") + big(4, 1) + big(0x82, 1) + big(60, 2) + with_length("me") +
                     with_length(std::string(20'000, 't'));
  const auto long_connect = packet(0x10, login);
  Talk(pcap).open().client(long_connect.substr(0, 9000)).client(long_connect.substr(9000)).client(publish("a", "x"));
  EXPECT_THAT(messages(pcap), ElementsAre("a x"));
}

TEST(PcapReader, SequenceNumbersFarOffAreANewBeginning) {
  Pcap pcap;
  Talk(pcap, 40'000, 1883, 2'000'000'000).open().client(connect()).client(publish("a", "one"));
  Talk(pcap, 40'000, 1883, 1000).client(publish("a", "two")).client(publish("a", "three"));
  EXPECT_THAT(messages(pcap), ElementsAre("a one", "a two", "a three"));
}

TEST(PcapReader, MqttFiveIsToldByItsProperties) {
  Pcap pcap;
  Talk(pcap).client(publish("a", "five", {.properties = "\x03" + with_length("text/plain")})).client(pingreq);
  EXPECT_THAT(messages(pcap), ElementsAre("a five"));
}

TEST(PcapReader, OtherProtocolsAreNoMqtt) {
  Pcap pcap;
  Talk(pcap, 40'000, 80).open().client("GET / HTTP/1.1\r\nHost: x\r\n\r\n").broker("HTTP/1.1 200 OK\r\n\r\n0123456789");
  Talk(pcap, 40'001, 22).open().client("SSH-2.0-x\r\n").broker("SSH-2.0-y\r\n");
  Talk(pcap, 40'002, 8883).open().client("\x16\x03\x01\x01\x01").broker("\x16\x03\x03\x01\x01");
  EXPECT_THAT(messages(pcap), IsEmpty());
  EXPECT_THAT(notes(pcap), ElementsAre("no MQTT in 3 TCP connections of 12 packets",
                                       "1 connection with TLS: what they carry cannot be read"));
}

// --- WebSocket ---

constexpr const char* upgrade = "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr const char* upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

TEST(PcapReader, MqttOverWebSocketMaskedAndInFragments) {
  Pcap pcap;
  Talk talk(pcap, 40'000, 9001);
  const auto bytes = connect() + publish("a", std::string(200, 'x')) + publish("b", "y");
  talk.open().client(upgrade).broker(upgraded);
  talk.client(frame(bytes.substr(0, 5), true, 0x02)).client(frame("ping", true, 0x89));
  talk.client(frame(bytes.substr(5, 1), true, 0x00) + frame(bytes.substr(6, 150), true, 0x00).substr(0, 3));
  talk.client(frame(bytes.substr(6, 150), true, 0x00).substr(3)).client(frame(bytes.substr(156), true, 0x80));
  EXPECT_THAT(messages(pcap), ElementsAre("a " + std::string(200, 'x'), "b y"));
}

TEST(PcapReader, WebSocketMayHaveBegunBeforeTheCapture) {
  Pcap pcap;
  Talk(pcap, 40'000, 9001).client(frame(publish("a", "x"), true)).client(frame(publish("b", "y"), true));
  EXPECT_THAT(messages(pcap), ElementsAre("a x", "b y"));
}

TEST(PcapReader, AGapInAFrameIsAGapInWhatItCarries) {
  Pcap pcap;
  Talk talk(pcap, 40'000, 9001);
  const auto lost = frame(publish("a", std::string(100, 'x')) + publish("b", "whole"), true);
  talk.open().client(upgrade).broker(upgraded).client(frame(connect(), true)).client(lost.substr(0, 30));
  talk.client_unseen(lost.substr(30, 20)).client(lost.substr(50)).broker_acknowledges();
  EXPECT_THAT(messages(pcap), ElementsAre("b whole"));
}

// --- directions ---

/// A publisher and two subscribers, one of whom comes late; then a message whose publisher is not in the capture.
Pcap beside_the_broker() {
  Pcap pcap;
  Talk publisher(pcap, 40'000);
  Talk early(pcap, 40'001);
  Talk late(pcap, 40'002);
  publisher.open().client(connect());
  early.open().client(connect()).broker(suback);
  publisher.client(publish("a", "1", {.retain = true}));
  early.broker(publish("a", "1"));
  publisher.client(publish("a", "1"));
  early.broker(publish("a", "1"));
  late.open().client(connect()).broker(suback).broker(publish("a", "1", {.retain = true}));
  early.broker(publish("$SYS/x", "unseen"));
  late.broker(publish("$SYS/x", "unseen"));
  return pcap;
}

TEST(PcapReader, ACaptureBesideTheBrokerHasEachMessageOnce) {
  const auto pcap = beside_the_broker();
  EXPECT_THAT(messages(pcap), ElementsAre("a 1", "a 1", "$SYS/x unseen"));
  EXPECT_THAT(notes(pcap), ElementsAre(HasSubstr("4 publishes to subscribers left out"),
                                       HasSubstr("1 publish asked the broker to keep them")));
}

TEST(PcapReader, TheDirectionCanBeChosen) {
  const auto pcap = beside_the_broker();
  EXPECT_THAT(messages(pcap, Direction::to_broker), ElementsAre("a 1", "a 1"));
  EXPECT_THAT(messages(pcap, Direction::from_broker), ElementsAre("a 1", "a 1", "$SYS/x unseen"));
}

TEST(PcapReader, WhatWaitsForItsDirectionKeepsItsPlace) {
  Pcap pcap;
  Talk unclear(pcap, 5000, 6000);
  Talk clear(pcap, 40'001);
  unclear.client(publish("a", "1"));
  clear.open().client(connect()).client(publish("b", "2"));
  unclear.client(publish("c", "3")).client(pingreq);
  EXPECT_THAT(messages(pcap, Direction::to_broker), ElementsAre("a 1", "b 2", "c 3"));
}

TEST(PcapReader, PortsTellTheBrokerWhereNothingElseDoes) {
  Pcap pcap;
  Talk(pcap, 40'000, 1883).client(publish("a", "1")).broker(publish("b", "2"));
  EXPECT_THAT(messages(pcap, Direction::to_broker), ElementsAre("a 1"));
  EXPECT_THAT(notes(pcap), Contains(HasSubstr("told by the ports")));
}

// --- damage ---

TEST(PcapReader, ACutFileGivesWhatIsThereAndSaysWhereItEnds) {
  Pcap pcap;
  Talk(pcap).open().client(connect()).client(publish("a", "x")).client(publish("a", "y"));
  const auto whole = pcap.bytes().size();
  EXPECT_THAT(read(pcap.bytes().substr(0, whole - 3)).messages,
              ElementsAre("a x", HasSubstr("c: offset " + std::to_string(whole - 76) + ": damaged from here on:")));
}

}  // namespace
}  // namespace sluice::recording
