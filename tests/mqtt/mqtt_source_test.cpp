#include "mqtt/mqtt_source.h"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <set>

#include "support/mqtt/broker.h"
#include "support/mqtt/peer.h"
#include "support/mqtt/scripted_broker.h"

namespace sluice::mqtt {
namespace {

using message::Message;
using test::Broker;
using test::eventually;
using test::Peer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// A source under test with the messages it handed out.
struct Gateway {
  explicit Gateway(std::uint16_t port, std::vector<std::string> filters = {"#"},
                   const std::function<void(MqttOptions&)>& change = {})
      : source(options(port, change), clock) {
    source.subscribe(std::move(filters));
  }

  static MqttOptions options(std::uint16_t port, const std::function<void(MqttOptions&)>& change) {
    MqttOptions options;
    options.port = port;
    options.client_id = "sluice-test";
    if (change) change(options);
    return options;
  }

  void turn(bool acknowledge = true) {
    source.poll(milliseconds(20), [this](Message&& message) { messages.push_back(std::move(message)); });
    const auto link = source.link();
    connected = link.connected;
    lost += link.session_lost ? 1 : 0;
    if (acknowledge) source.acknowledge();
  }
  bool until(const std::function<bool()>& fact, bool acknowledge = true) {
    return eventually(fact, [&] { turn(acknowledge); });
  }
  /// Connected, and a message of its own, to a topic that `#` covers, came back: the subscriptions are in force.
  bool ready() {
    return until([&] { return connected; }) && until([&] { return sees("ready"); });
  }
  bool sees(const std::string& topic) {
    source.send({topic, "", 0, false}, [](const Expected<void>&) {});
    const auto found = std::find_if(messages.begin(), messages.end(), [&](const auto& m) { return m.topic == topic; });
    if (found == messages.end()) return false;
    std::erase_if(messages, [&](const auto& m) { return m.topic == topic; });
    return true;
  }
  std::vector<std::string> payloads() const {
    std::vector<std::string> all;
    for (const auto& message : messages) {
      if (message.topic != "ready") all.push_back(message.payload);
    }
    return all;
  }

  ManualClock clock{at_ms(1'000)};
  MqttSource source;
  std::vector<Message> messages;
  bool connected = false;
  int lost = 0;
};

TEST(MqttSource, HandsOutWhatIsPublished) {
  const Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  peer.publish("desk/a/range", std::string("a\0b", 3), 1);
  ASSERT_TRUE(gateway.until([&] { return !gateway.payloads().empty(); }));
  EXPECT_EQ(gateway.messages.back().topic, "desk/a/range");
  EXPECT_EQ(gateway.messages.back().payload, std::string("a\0b", 3));
  EXPECT_EQ(gateway.messages.back().qos, 1);
  EXPECT_EQ(gateway.messages.back().time, at_ms(1'000));
  EXPECT_FALSE(gateway.messages.back().retain);
}

TEST(MqttSource, RetainIsTrueForWhatTheBrokerHadStored) {
  const Broker broker;
  Peer peer(broker.port());
  peer.publish("a", "stored", 1, true);
  Gateway gateway(broker.port(), {"#"});
  ASSERT_TRUE(gateway.ready());
  peer.publish("a", "live", 1, true);
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() == 2; }));
  EXPECT_TRUE(gateway.messages[0].retain);
  EXPECT_FALSE(gateway.messages.back().retain);
}

TEST(MqttSource, OverlappingFiltersGiveOneMessage) {
  const Broker broker;
  Gateway gateway(broker.port(), {"a/+", "+/b", "ready"});
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  for (int i = 0; i < 10; ++i) peer.publish("a/b", std::to_string(i), 1);
  peer.publish("a/end", "end", 1);
  ASSERT_TRUE(gateway.until([&] { return !gateway.payloads().empty() && gateway.payloads().back() == "end"; }));
  EXPECT_EQ(gateway.payloads().size(), 11U);
  EXPECT_EQ(gateway.source.stats().copies, 10U);
}

TEST(MqttSource, RetainedMessagesOfOverlappingFiltersComeOnce) {
  const Broker broker;
  Peer peer(broker.port());
  peer.publish("a/b", "stored", 1, true);
  Gateway gateway(broker.port(), {"a/+", "+/b", "ready"});
  ASSERT_TRUE(gateway.ready());
  EXPECT_THAT(gateway.payloads(), ElementsAre("stored"));
}

TEST(MqttSource, WhatIsNotAcknowledgedComesAgainToTheNextProcess) {
  const Broker broker;
  Peer peer(broker.port());
  {
    Gateway first(broker.port(), {"a", "ready"});
    ASSERT_TRUE(first.ready());
    peer.publish("a", "acknowledged");
    ASSERT_TRUE(first.until([&] { return first.payloads().size() == 1; }));
    peer.publish("a", "handed out");
    ASSERT_TRUE(first.until([&] { return first.payloads().size() == 2; }, false));
  }
  peer.publish("a", "while away");
  Gateway second(broker.port(), {"a", "ready"});
  ASSERT_TRUE(second.ready());
  ASSERT_TRUE(second.until([&] { return second.payloads().size() >= 2; }));
  EXPECT_THAT(second.payloads(), ElementsAre("handed out", "while away"));
  EXPECT_EQ(second.lost, 0);
}

TEST(MqttSource, WhatCameBeforeABrokenConnectionIsNotHandedOutTwice) {
  Broker broker("persistence true\n");
  Peer peer(broker.port());
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  peer.publish("a", "one");
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() == 1; }, false));
  broker.restart();
  ASSERT_TRUE(gateway.until([&] { return !gateway.connected; }, false));
  ASSERT_TRUE(gateway.until([&] { return gateway.connected; }));
  Peer(broker.port()).publish("a", "two");
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() >= 2; }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("one", "two"));
  EXPECT_EQ(gateway.source.stats().redelivered, 1U);
}

TEST(MqttSource, AKeptSessionLosesNothingWhileTheGatewayReconnects) {
  Broker broker("persistence true\n");
  Peer(broker.port()).publish("a", "stored", 1, true);
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  broker.restart();
  Peer(broker.port()).publish("b", "meanwhile");
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() == 2; }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("stored", "meanwhile"));  // and the retained one not again
  EXPECT_EQ(gateway.lost, 0);
}

TEST(MqttSource, ALostSessionIsToldAndBringsTheRetainedMessagesAgain) {
  Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  broker.restart();
  Peer(broker.port()).publish("a", "stored", 1, true);
  ASSERT_TRUE(gateway.until([&] { return gateway.lost > 0; }));
  ASSERT_TRUE(gateway.until([&] { return !gateway.payloads().empty(); }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("stored"));
  EXPECT_EQ(gateway.lost, 1);
  EXPECT_EQ(gateway.source.stats().sessions_lost, 1U);
}

TEST(MqttSource, ANewSetOfFiltersReplacesTheOld) {
  const Broker broker;
  Peer peer(broker.port());
  peer.publish("b", "stored", 1, true);
  Gateway gateway(broker.port(), {"a", "ready"});
  ASSERT_TRUE(gateway.ready());
  gateway.source.subscribe({"b", "ready"});
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() == 1; }));
  peer.publish("a", "unwanted");
  peer.publish("b", "wanted");
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() == 2; }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("stored", "wanted"));
}

TEST(MqttSource, AMovingSetOfFiltersLosesAndDoublesNothing) {
  const Broker broker;
  Peer peer(broker.port());
  Gateway gateway(broker.port(), {"t/+", "ready"});
  ASSERT_TRUE(gateway.ready());
  const std::vector<std::vector<std::string>> sets = {{"#"}, {"t/a", "ready"}, {"t/+", "ready"}, {"t/#", "ready"}};
  std::vector<std::string> sent;
  for (int i = 0; i < 2000; ++i) {
    sent.push_back(std::to_string(i));
    peer.publish("t/a", sent.back(), 1);
    if (i % 100 == 50) gateway.source.subscribe(sets[static_cast<std::size_t>(i / 100) % sets.size()]);
    if (i % 10 == 0) gateway.turn();
  }
  ASSERT_TRUE(gateway.until([&] { return gateway.messages.size() >= sent.size(); }));
  EXPECT_EQ(gateway.payloads(), sent);
}

TEST(MqttSource, ALargePayloadIsCountedAndLeftOut) {
  const Broker broker;
  Gateway gateway(broker.port(), {"#"}, [](MqttOptions& options) { options.payload_bytes = 1'000; });
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  peer.publish("a", std::string(1'001, 'x'));
  peer.publish("a", std::string(1'000, 'y'));
  ASSERT_TRUE(gateway.until([&] { return !gateway.payloads().empty(); }));
  EXPECT_THAT(gateway.payloads(), ElementsAre(std::string(1'000, 'y')));
  EXPECT_EQ(gateway.source.stats().oversize, 1U);
}

TEST(MqttSource, APacketAboveItsLimitIsNotSentByTheBroker) {
  const Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  peer.publish("a", std::string(2U << 20, 'x'));
  peer.publish("a", "small");
  ASSERT_TRUE(gateway.until([&] { return !gateway.payloads().empty(); }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("small"));
  EXPECT_EQ(gateway.source.stats().oversize, 0U);
}

TEST(MqttSource, ManyMessagesArriveInOrderInBatches) {
  const Broker broker("max_queued_messages 0\n");
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  std::vector<std::string> expected;
  for (int i = 0; i < 2'000; ++i) {
    expected.push_back(std::to_string(i));
    peer.publish("a", expected.back(), 1);
  }
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() >= expected.size(); }));
  EXPECT_EQ(gateway.payloads(), expected);
}

TEST(MqttSource, ABatchIsMoreThanOneMessage) {
  const Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  Peer peer(broker.port());
  for (int i = 0; i < 100; ++i) peer.publish("a", std::to_string(i));
  std::size_t most = 0;
  ASSERT_TRUE(eventually([&] { return gateway.payloads().size() == 100; },
                         [&] {
                           const auto before = gateway.payloads().size();
                           gateway.turn();
                           most = std::max(most, gateway.payloads().size() - before);
                         }));
  EXPECT_GE(most, 50U);
}

TEST(MqttSource, PublishesAndTellsWhenTheBrokerHasIt) {
  const Broker broker;
  Peer peer(broker.port());
  peer.subscribe("cmd/#");
  Gateway gateway(broker.port(), {"ready"});
  ASSERT_TRUE(gateway.ready());
  int done = 0;
  for (const int qos : {0, 1, 2}) {
    gateway.source.send({"cmd/" + std::to_string(qos), "go", qos, false}, [&](const Expected<void>& sent) {
      EXPECT_TRUE(sent);
      ++done;
    });
  }
  ASSERT_TRUE(gateway.until([&] { return done == 3; }));
  ASSERT_TRUE(eventually([&] { return peer.heard().size() == 3; }, [&] { peer.turn(); }));
  EXPECT_EQ(peer.heard()[0].payload, "go");
}

TEST(MqttSource, APublishWithoutABrokerFailsAtOnce) {
  Gateway gateway(test::free_port());
  std::string error;
  gateway.source.send({"a", "x", 1, false}, [&](const Expected<void>& sent) { error = sent.error().message; });
  EXPECT_EQ(error, "the broker is not connected");
  EXPECT_EQ(gateway.source.stats().publish_errors, 1U);
}

TEST(MqttSource, ABadPublishNamesWhatIsWrong) {
  const Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  std::string error;
  const auto keep = [&](const Expected<void>& sent) { error = sent ? "none" : sent.error().message; };
  gateway.source.send({"a/#", "x", 1, false}, keep);
  EXPECT_EQ(error, "'a/#' is no topic to publish to");
  gateway.source.send({std::string("a\0b", 3), "x", 1, false}, keep);
  EXPECT_EQ(error, "the topic holds a NUL");
}

TEST(MqttSource, APublishThatIsNotAcknowledgedFailsWhenTheConnectionEnds) {
  Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  broker.freeze(true);
  std::string error;
  gateway.source.send({"a", "x", 1, false}, [&](const Expected<void>& sent) { error = sent.error().message; });
  broker.crash();
  ASSERT_TRUE(gateway.until([&] { return !gateway.connected; }));
  EXPECT_EQ(error, "the connection to the broker broke before its acknowledgement");
}

TEST(MqttSource, PollWaitsNoLongerThanAskedWhileThereIsNoBroker) {
  Gateway gateway(test::free_port());
  int turns = 0;
  ASSERT_TRUE(eventually([&] { return ++turns > 50; }, [&] { gateway.turn(); }));
  EXPECT_FALSE(gateway.connected);
  EXPECT_THAT(gateway.source.status().error, HasSubstr("connection refused"));
}

TEST(MqttSource, WakeEndsAPoll) {
  const Broker broker;
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.ready());
  gateway.source.wake();
  gateway.source.poll(std::chrono::hours(1), [](Message&&) {});
}

TEST(MqttSource, FindsTheBrokerWhenItComes) {
  const auto port = test::free_port();
  Gateway gateway(port, {"#"});
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  Broker broker;
  Gateway late(broker.port());
  broker.stop();
  ASSERT_TRUE(late.until([&] { return !late.source.status().error.empty(); }));
  broker.start();
  EXPECT_TRUE(late.ready());
}

TEST(MqttSource, SpeaksMqtt311) {
  Broker broker("persistence true\n");
  Peer(broker.port()).publish("a", "stored", 1, true);
  Gateway gateway(broker.port(), {"#"}, [](MqttOptions& options) { options.version = MqttOptions::Version::v311; });
  ASSERT_TRUE(gateway.ready());
  broker.restart();
  Peer(broker.port()).publish("b", "meanwhile");
  ASSERT_TRUE(gateway.until([&] { return gateway.payloads().size() >= 2; }));
  EXPECT_THAT(gateway.payloads(), ElementsAre("stored", "meanwhile"));  // and the retained one not again
  EXPECT_EQ(gateway.lost, 0);
}

TEST(MqttSource, AClientOfTheSameIdIsNamed) {
  const test::ScriptedBroker broker(test::bytes({0x20, 3, 0, 0, 0, 0xE0, 2, 0x8E, 0}));
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
  EXPECT_THAT(gateway.source.status().error, testing::EndsWith(": another client uses this id 'sluice-test'"));
}

TEST(MqttSource, ABrokerThatThrowsItOutAgainAndAgainMayHaveAnotherClientOfItsId) {
  const Broker broker;
  Gateway gateway(broker.port());
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(gateway.until([&] { return gateway.connected; }));
    const Peer thief(broker.port(), "sluice-test");
    ASSERT_TRUE(gateway.until([&] { return !gateway.connected; }));
  }
  EXPECT_EQ(gateway.source.status().error,
            broker.url() + ": the broker closed the connection: perhaps another client uses this id 'sluice-test'");
}

TEST(MqttSource, AWrongPasswordIsSaidAndTriedAgain) {
  const Broker broker("allow_anonymous false\n");
  Gateway gateway(broker.port());
  ASSERT_TRUE(gateway.until([&] { return gateway.source.stats().connection_errors >= 2; }));
  EXPECT_THAT(gateway.source.status().error, HasSubstr("not authorized"));
}

TEST(MqttSource, ARefusedConnectIsSaidInWords) {
  const struct {
    std::string answer;
    MqttOptions::Version version;
    std::string error;
  } cases[] = {
      {test::bytes({0x20, 3, 0, 0x86, 0}), MqttOptions::Version::v5, "wrong user name or password"},
      {test::bytes({0x20, 3, 0, 0x88, 0}), MqttOptions::Version::v5, "server unavailable (reason 0x88)"},
      {test::bytes({0x20, 2, 0, 1}), MqttOptions::Version::v5,
       "the broker does not speak MQTT 5: set mqtt.version to 3.1.1"},
      {test::bytes({0x20, 2, 0, 4}), MqttOptions::Version::v311, "wrong user name or password"},
      {test::bytes({0x20, 2, 0, 2}), MqttOptions::Version::v311,
       "the broker does not accept the client id 'sluice-test'"},
      {"HTTP/1.1 400 Bad Request\r\nServer: a web server that knows no MQTT at all\r\nConnection: close\r\n\r\n",
       MqttOptions::Version::v5, "the broker broke the MQTT protocol"},
      {test::bytes({0x20, 3, 0, 0, 0, 0xE0, 2, 0x8B, 0}), MqttOptions::Version::v5,
       "server shutting down (reason 0x8b)"},
  };
  for (const auto& one : cases) {
    const test::ScriptedBroker broker(one.answer);
    Gateway gateway(broker.port(), {"#"}, [&](MqttOptions& options) { options.version = one.version; });
    ASSERT_TRUE(gateway.until([&] { return !gateway.source.status().error.empty(); }));
    EXPECT_THAT(gateway.source.status().error, testing::EndsWith(": " + one.error));
  }
}

TEST(MqttSource, WorksWithDescriptorsAbove1024) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4'096);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  const Broker broker;
  std::vector<int> held;
  for (int i = 0; i < 1'100; ++i) held.push_back(dup(STDIN_FILENO));
  {
    Gateway gateway(broker.port());
    EXPECT_TRUE(gateway.ready());
  }
  for (const int descriptor : held) close(descriptor);
}

TEST(MqttSource, AnEndWhileConnectingDoesNotWait) {
  const test::DeafPort nobody;
  Gateway gateway(nobody.port());
  for (int turns = 0; turns < 5; ++turns) gateway.turn();
  EXPECT_FALSE(gateway.connected);
  EXPECT_EQ(gateway.source.status().error, "");  // it still tries, and its end does not wait for that
}

}  // namespace
}  // namespace sluice::mqtt
