#include "simulator/devices/shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/json.h"
#include "base/value.h"
#include "simulator/physics/day.h"

namespace sluice::simulator {
namespace {

using std::chrono::seconds;

constexpr milliseconds longest_catch_up{3'600'000};
constexpr milliseconds looks_again{60'000};  // at how hungry people are
constexpr double rush_factor = 10;
constexpr double cancelled_at_once = 0.04;
constexpr double cancelled_later = 0.05;
constexpr seconds kept{3'600};
constexpr int first_orders = 6;  // that are under way when it opens

struct Dish {
  const char* name;
  int cents;
};
constexpr std::array<Dish, 8> dishes = {{{"Margherita", 850},
                                         {"Lasagne", 1'090},
                                         {"Falafel wrap", 690},
                                         {"Pad thai", 1'140},
                                         {"Caesar salad", 790},
                                         {"Ramen", 1'290},
                                         {"Lemonade", 320},
                                         {"Tiramisu", 480}}};
constexpr std::array<const char*, 6> streets = {"Main St",   "Mill Lane",    "Harbour Rd",
                                                "Garden Sq", "Station Road", "Old Bridge St"};
constexpr std::array<const char*, 6> words = {"PENDING",    "CONFIRMED", "PREPARING",
                                              "DELIVERING", "DELIVERED", "CANCELLED"};

}  // namespace

Shop::Shop(const ShopOptions& options, Timestamp boot)
    : options_(options),
      random_(options.seed),
      now_(boot),
      next_customer_(boot),
      // No number comes twice, though the shop begins anew.
      last_number_(to_ms(boot) / 1'000 % 100'000'000) {
  for (int i = 0; i < first_orders; ++i) {
    orders_.push_back(new_order());
    orders_.back().status = static_cast<Status>(random_.pick(4));
    orders_.back().next = wait(5, 120);
  }
  await_next_customer();
}

message::Connection::Identity Shop::identity() {
  return {.client_id = "shop-" + options_.name, .will = std::nullopt, .subscriptions = {}};
}

void Shop::connected(Timestamp now, Publishes& out) {
  step(now, out);
  for (const auto& order : orders_) publish(order, out);
}

void Shop::receive(const message::Message& /*message*/, Timestamp /*now*/, Publishes& /*out*/) {}

void Shop::boot(Timestamp now) {
  now_ = now;
  await_next_customer();
}

void Shop::fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) {
  step(now, out);
  if (fault == "rush") {
    rush_until_ = until;
    await_next_customer();
  }
  if (fault == "kitchen_closed") {
    closed_until_ = until;
    close_kitchen(out);
  }
}

Timestamp Shop::wait(double least_s, double most_s) {
  return now_ + milliseconds(static_cast<std::int64_t>(random_.between(least_s, most_s) * 1'000));
}

/// Customers do not know of each other: the time between two is exponentially distributed.
void Shop::await_next_customer() {
  double rate = options_.orders_per_second * activity(meal_day, now_);
  if (now_ < rush_until_) rate *= rush_factor;
  const double gap_s = -std::log(1 - random_.part()) / rate;
  next_customer_ = now_ + milliseconds(static_cast<std::int64_t>(std::min(gap_s, 86'400.0) * 1'000) + 1);
}

Timestamp Shop::next_step() const {
  auto next = std::min(next_customer_, now_ + looks_again);
  for (const auto& order : orders_) next = std::min(next, order.next);
  return next;
}

void Shop::step(Timestamp now, Publishes& out) {
  now_ = std::max(now_, now - longest_catch_up);
  for (auto next = next_step(); next <= now; next = next_step()) {
    const bool nobody_came = next_customer_ - now_ > looks_again;
    now_ = std::max(now_, next);
    if (next_customer_ <= now_) {
      arrive(out);
    } else if (nobody_came) {
      await_next_customer();
    }
    std::erase_if(orders_, [&](Order& order) { return order.next <= now_ && !go_on(order, out); });
  }
}

void Shop::arrive(Publishes& out) {
  await_next_customer();
  if (orders_.size() >= most_orders || now_ < closed_until_) return;
  orders_.push_back(new_order());
  publish(orders_.back(), out);
}

Shop::Order Shop::new_order() {
  Order order;
  order.number = ++last_number_;
  const int kinds = 1 + random_.pick(3);
  for (int i = 0; i < kinds; ++i) {
    const auto dish = static_cast<std::size_t>(random_.pick(static_cast<int>(dishes.size())));
    const auto same = [&](const Item& item) { return item.dish == dish; };
    if (std::none_of(order.items.begin(), order.items.end(), same)) order.items.push_back({dish, 1 + random_.pick(3)});
  }
  order.street = random_.pick(static_cast<int>(streets.size()));
  order.house = 1 + random_.pick(120);
  order.next = wait(10, 60);
  return order;
}

bool Shop::go_on(Order& order, Publishes& out) {
  if (is_over(order)) {
    out.push_back({topic(order), "", 1, true});
    return false;
  }
  const bool cancels = order.status == Status::pending     ? random_.chance(cancelled_at_once)
                       : order.status == Status::confirmed ? random_.chance(cancelled_later)
                                                           : false;
  order.status = cancels ? Status::cancelled : static_cast<Status>(static_cast<int>(order.status) + 1);
  if (order.status == Status::confirmed) order.next = wait(20, 120);
  if (order.status == Status::preparing) order.next = wait(240, 900);
  if (order.status == Status::delivering) order.next = wait(300, 1'500);
  if (is_over(order)) order.next = now_ + kept;
  publish(order, out);
  return true;
}

void Shop::close_kitchen(Publishes& out) {
  for (auto& order : orders_) {
    if (order.status > Status::preparing) continue;
    order.status = Status::cancelled;
    order.next = now_ + kept;
    publish(order, out);
  }
}

std::string Shop::topic(const Order& order) const {
  return fmt::format("shop/orders/{}-{}", options_.name, order.number);
}

void Shop::publish(const Order& order, Publishes& out) const {
  Value::List items;
  int cents = 0;
  for (const auto& item : order.items) {
    const auto& dish = dishes[item.dish];
    cents += dish.cents * item.quantity;
    items.push_back(Value::object(
        {{"name", dish.name}, {"quantity", item.quantity}, {"price", static_cast<double>(dish.cents) / 100}}));
  }
  const auto address = fmt::format("{} {}", order.house, streets[static_cast<std::size_t>(order.street)]);
  out.push_back({topic(order),
                 to_json(Value::object({{"totalAmount", static_cast<double>(cents) / 100},
                                        {"status", words[static_cast<std::size_t>(order.status)]},
                                        {"items", std::move(items)},
                                        {"deliveryAddress", address}})),
                 1, true});
}

}  // namespace sluice::simulator
