#include "mqtt/redelivery.h"

#include <gtest/gtest.h>

namespace sluice::mqtt {
namespace {

TEST(Redelivery, KnowsWhatComesAgainAfterAReconnect) {
  Redelivery redelivery(10);
  EXPECT_FALSE(redelivery.repeated(1, "a", "x"));
  EXPECT_FALSE(redelivery.repeated(2, "a", "y"));
  redelivery.connected(true);
  EXPECT_TRUE(redelivery.repeated(2, "a", "y"));
  EXPECT_FALSE(redelivery.repeated(3, "a", "z"));
}

TEST(Redelivery, TheFirstNewMessageEndsIt) {
  Redelivery redelivery(10);
  redelivery.repeated(1, "a", "x");
  redelivery.connected(true);
  EXPECT_FALSE(redelivery.repeated(9, "a", "new"));
  EXPECT_FALSE(redelivery.repeated(1, "a", "x"));
}

TEST(Redelivery, AnEqualMessageOnOneConnectionIsNew) {
  Redelivery redelivery(10);
  redelivery.repeated(1, "a", "x");
  EXPECT_FALSE(redelivery.repeated(1, "a", "x"));
}

TEST(Redelivery, WithoutASessionNothingComesAgain) {
  Redelivery redelivery(10);
  redelivery.repeated(1, "a", "x");
  redelivery.connected(false);
  EXPECT_FALSE(redelivery.repeated(1, "a", "x"));
}

TEST(Redelivery, TopicPayloadAndIdentifierMustAllBeEqual) {
  for (const auto& [packet, topic, payload] :
       {std::tuple(2, "a", "x"), std::tuple(1, "b", "x"), std::tuple(1, "a", "y")}) {
    Redelivery redelivery(10);
    redelivery.repeated(1, "a", "x");
    redelivery.connected(true);
    EXPECT_FALSE(redelivery.repeated(packet, topic, payload)) << packet << topic << payload;
  }
}

TEST(Redelivery, AConnectionThatBreaksAmidRepetitionsForgetsNone) {
  Redelivery redelivery(10);
  redelivery.repeated(1, "a", "x");
  redelivery.repeated(2, "a", "y");
  redelivery.connected(true);
  EXPECT_TRUE(redelivery.repeated(1, "a", "x"));
  redelivery.connected(true);
  EXPECT_TRUE(redelivery.repeated(1, "a", "x"));
  EXPECT_TRUE(redelivery.repeated(2, "a", "y"));
}

TEST(Redelivery, RemembersNoMoreThanCanBeUnderWay) {
  Redelivery redelivery(2);
  for (int packet = 1; packet <= 3; ++packet) redelivery.repeated(packet, "a", "x");
  redelivery.connected(true);
  EXPECT_FALSE(redelivery.repeated(1, "a", "x"));
}

}  // namespace
}  // namespace sluice::mqtt
