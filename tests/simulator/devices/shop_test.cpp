#include "simulator/devices/shop.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>

#include "base/json.h"

namespace sluice::simulator {
namespace {

constexpr Timestamp monday = at_ms(1'796'000'400'000 / 86'400'000 * 86'400'000);

std::string status_of(const message::Publish& publish) {
  return publish.payload.empty() ? "gone" : std::string(parse_json(publish.payload)->find("status")->as_text());
}

/// What becomes of each order in some hours from midnight.
std::map<std::string, std::vector<std::string>> orders_of(Shop& shop, int first_hour, int hours) {
  Publishes out;
  shop.step(monday + std::chrono::hours(first_hour), out);
  out.clear();
  for (int minute = 0; minute <= hours * 60; ++minute) {
    shop.step(monday + std::chrono::hours(first_hour) + std::chrono::minutes(minute), out);
  }
  std::map<std::string, std::vector<std::string>> lives;
  for (const auto& publish : out) {
    EXPECT_TRUE(publish.retain);
    lives[publish.topic].push_back(status_of(publish));
  }
  return lives;
}

std::size_t arrivals(int first_hour, int hours) {
  Shop shop({.orders_per_second = 0.02}, monday);
  std::size_t count = 0;
  for (const auto& [topic, life] : orders_of(shop, first_hour, hours)) count += life.front() == "PENDING" ? 1U : 0U;
  return count;
}

TEST(Shop, EachOrderGoesItsWayToTheEndAndIsDeletedAnHourLater) {
  Shop shop({.orders_per_second = 0.01}, monday);
  const std::vector<std::string> whole = {"PENDING", "CONFIRMED", "PREPARING", "DELIVERING", "DELIVERED", "gone"};
  int delivered = 0;
  int cancelled = 0;
  for (const auto& [topic, life] : orders_of(shop, 10, 8)) {
    if (life.front() != "PENDING" || life.back() != "gone") continue;
    const bool as_whole = life == whole;
    delivered += as_whole ? 1 : 0;
    if (as_whole) continue;
    ++cancelled;
    ASSERT_GE(life.size(), 3U);
    EXPECT_EQ(life[life.size() - 2], "CANCELLED") << topic;
    EXPECT_TRUE(std::equal(life.begin(), life.end() - 2, whole.begin())) << topic;
  }
  EXPECT_GT(delivered, 100);
  EXPECT_GT(cancelled, delivered / 50);
  EXPECT_LT(cancelled, delivered / 4);
}

TEST(Shop, PeopleOrderInTheEveningAndSleepAtNight) {
  EXPECT_GT(arrivals(18, 2), 5 * arrivals(2, 2));
}

TEST(Shop, TheTotalIsTheSumOfTheItems) {
  Shop shop({}, monday);
  Publishes out;
  shop.connected(monday, out);
  ASSERT_GE(out.size(), 6U);
  for (const auto& publish : out) {
    const auto order = parse_json(publish.payload);
    double sum = 0;
    for (const auto& item : order->find("items")->as_list()) {
      sum += item.find("price")->as_number() * item.find("quantity")->as_number();
    }
    EXPECT_NEAR(order->find("totalAmount")->as_number(), sum, 0.001);
    EXPECT_FALSE(order->find("deliveryAddress")->as_text().empty());
  }
}

TEST(Shop, NoNumberComesTwiceWhenTheShopBeginsAnew) {
  std::set<std::string> topics;
  for (int day = 0; day < 2; ++day) {
    Shop shop({}, monday + std::chrono::hours(24 * day));
    Publishes out;
    shop.connected(monday + std::chrono::hours(24 * day), out);
    for (const auto& publish : out) EXPECT_TRUE(topics.insert(publish.topic).second) << publish.topic;
  }
}

TEST(Shop, ARushBringsManyAndAClosedKitchenCancelsAndTakesNone) {
  const auto noon = monday + std::chrono::hours(12);
  Shop shop({.orders_per_second = 0.01}, noon);
  Publishes out;
  shop.fail("rush", noon, noon + std::chrono::minutes(10), out);
  for (int second = 1; second <= 600; ++second) shop.step(noon + std::chrono::seconds(second), out);
  std::set<std::string> topics;
  for (const auto& publish : out) topics.insert(publish.topic);
  EXPECT_GT(topics.size(), 60U);
  out.clear();
  const auto later = noon + std::chrono::minutes(10);
  shop.fail("kitchen_closed", later, later + std::chrono::minutes(10), out);
  EXPECT_GT(out.size(), 10U);
  for (const auto& publish : out) EXPECT_EQ(status_of(publish), "CANCELLED");
  out.clear();
  for (int second = 1; second < 600; ++second) shop.step(later + std::chrono::seconds(second), out);
  for (const auto& publish : out) EXPECT_NE(status_of(publish), "PENDING");
}

TEST(Shop, ItKeepsNoMoreOrdersThanItCan) {
  Shop shop({.orders_per_second = 100}, monday);
  Publishes out;
  for (int minute = 0; minute < 3; ++minute) shop.step(monday + std::chrono::minutes(minute), out);
  std::set<std::string> topics;
  for (const auto& publish : out) topics.insert(publish.topic);
  EXPECT_LE(topics.size(), Shop::most_orders);
}

TEST(Shop, HowOftenItIsSteppedChangesNothing) {
  Shop often({}, monday);
  Shop seldom({}, monday);
  Publishes one;
  Publishes other;
  for (int second = 1; second <= 3'600; ++second) often.step(monday + std::chrono::seconds(second), one);
  seldom.step(monday + std::chrono::hours(1), other);
  EXPECT_EQ(one, other);
}

}  // namespace
}  // namespace sluice::simulator
