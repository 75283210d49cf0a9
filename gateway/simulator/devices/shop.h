#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/device.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct ShopOptions {
  std::string name = "s1";
  std::uint64_t seed = 1;
  double orders_per_second = 1.0 / 30;  // as the mean over a day
};

/// A food delivery: orders come as people get hungry over the day (UTC), go from PENDING to DELIVERED, and some are
/// cancelled on the way. Each is one retained document, published at every change; an hour after its end it is deleted.
class Shop final : public Device {
 public:
  Shop(const ShopOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override;
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

  static constexpr std::string_view faults[] = {"kitchen_closed", "rush"};
  static constexpr std::size_t most_orders = 500;  // at once; beyond, customers are turned away

 private:
  enum class Status : std::uint8_t { pending, confirmed, preparing, delivering, delivered, cancelled };
  struct Item {
    std::size_t dish;
    int quantity;
  };
  struct Order {
    std::int64_t number = 0;
    Status status = Status::pending;
    std::vector<Item> items;
    int street = 0;
    int house = 0;
    Timestamp next{};  // when something happens to it
  };
  void arrive(Publishes& out);
  Order new_order();
  /// Lets happen to it what is due; false when it is deleted.
  bool go_on(Order& order, Publishes& out);
  void close_kitchen(Publishes& out);
  Timestamp wait(double least_s, double most_s);
  void await_next_customer();
  void publish(const Order& order, Publishes& out) const;
  std::string topic(const Order& order) const;
  static bool is_over(const Order& order) {
    return order.status == Status::delivered || order.status == Status::cancelled;
  }

  const ShopOptions options_;
  Random random_;
  Timestamp now_;
  Timestamp next_customer_;
  Timestamp rush_until_{};
  Timestamp closed_until_{};
  std::int64_t last_number_;
  std::vector<Order> orders_;
};

}  // namespace sluice::simulator
