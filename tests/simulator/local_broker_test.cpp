#include "simulator/local_broker.h"

#include <gmock/gmock.h>

#include <thread>

namespace sluice::simulator {
namespace {

using message::Connection;
using testing::ElementsAre;
using testing::IsEmpty;

class LocalBrokerTest : public testing::Test {
 protected:
  std::unique_ptr<Connection> device(Connection::Identity identity) {
    auto link = broker_.open(std::move(identity), {.up = [this] { ++ups_; },
                                                   .message =
                                                       [this](const message::Message& message) {
                                                         heard_.push_back(message.topic + " " + message.payload);
                                                       }});
    broker_.poll(milliseconds(0));
    return link;
  }
  /// What the reader gets: `topic payload`, stored ones with a `*`.
  std::vector<std::string> taken(std::size_t most = 100) {
    std::vector<std::string> all;
    broker_.take(most, [&](message::Message&& message) {
      all.push_back((message.retain ? "*" : "") + message.topic + " " + message.payload);
    });
    return all;
  }
  LocalBroker broker_;
  int ups_ = 0;
  std::vector<std::string> heard_;
};

TEST_F(LocalBrokerTest, TheReaderGetsWhatItSubscribedToInOrder) {
  broker_.subscribe({"a/+", "b/#"});
  const auto link = device({"d1", std::nullopt, {}});
  EXPECT_EQ(ups_, 1);
  for (const auto* topic : {"a/1", "c/1", "b/2/3", "a/1/2"}) EXPECT_TRUE(link->send({topic, "x"}));
  EXPECT_THAT(taken(1), ElementsAre("a/1 x"));
  EXPECT_THAT(taken(), ElementsAre("b/2/3 x"));
  EXPECT_EQ(broker_.waiting(), 0U);
}

TEST_F(LocalBrokerTest, ALinkTakesNothingBeforeItIsUp) {
  broker_.subscribe({"#"});
  const auto link = broker_.open({"d1", std::nullopt, {}}, {});
  EXPECT_FALSE(link->is_up());
  EXPECT_FALSE(link->send({"a", "x"}));
  broker_.poll(milliseconds(0));
  EXPECT_TRUE(link->send({"a", "x"}));
}

TEST_F(LocalBrokerTest, TheReadersMessagesReachWhoSubscribed) {
  const auto one = device({"d1", std::nullopt, {"desk/a/cmd/+"}});
  const auto other = device({"d2", std::nullopt, {"desk/b/cmd/+"}});
  broker_.publish({"desk/b/cmd/move", "7"});
  EXPECT_THAT(heard_, ElementsAre("desk/b/cmd/move 7"));
}

TEST_F(LocalBrokerTest, ABrokenLinkPublishesItsWill) {
  broker_.subscribe({"#"});
  auto link = device({"d1", message::Publish{"d1/online", "offline", 1, true}, {}});
  EXPECT_THAT(taken(), IsEmpty());
  link.reset();
  EXPECT_THAT(taken(), ElementsAre("d1/online offline"));
}

TEST_F(LocalBrokerTest, NewSubscriptionsGetWhatIsStoredAndNoOldOnes) {
  broker_.subscribe({"a/#"});
  const auto link = device({"d1", std::nullopt, {}});
  link->send({"a/1", "x", 1, true});
  link->send({"b/1", "old", 1, true});
  link->send({"b/1", "new", 1, true});
  link->send({"b/2", "gone", 1, true});
  link->send({"b/2", "", 1, true});
  EXPECT_THAT(taken(), ElementsAre("a/1 x"));
  broker_.subscribe({"a/#", "b/#"});
  EXPECT_THAT(taken(), ElementsAre("*b/1 new"));
}

TEST_F(LocalBrokerTest, WakeEndsAPollThatWaits) {
  std::thread waker([this] { broker_.wake(); });
  broker_.poll(std::chrono::hours(1));
  waker.join();
}

TEST_F(LocalBrokerTest, WhatNobodyTakesIsBounded) {
  broker_.subscribe({"#"});
  const auto link = device({"d1", std::nullopt, {}});
  std::size_t sent = 0;
  while (link->send({"a", ""}) && sent <= LocalBroker::most_waiting) ++sent;
  EXPECT_EQ(sent, LocalBroker::most_waiting);
}

}  // namespace
}  // namespace sluice::simulator
