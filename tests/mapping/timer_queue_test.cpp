#include "mapping/timer_queue.h"

#include <gtest/gtest.h>

namespace sluice::mapping {
namespace {

class Bell final : public Alarm {
 public:
  void ring() override {}
};

TEST(TimerQueue, GivesAlarmsByDueTimeThenByArming) {
  TimerQueue queue;
  Bell a, b, c;
  queue.arm(a, at_ms(5));
  queue.arm(b, at_ms(3));
  queue.arm(c, at_ms(5));
  EXPECT_EQ(queue.take_due(at_ms(9)), &b);
  EXPECT_EQ(queue.take_due(at_ms(9)), &a);
  EXPECT_EQ(queue.take_due(at_ms(9)), &c);
  EXPECT_EQ(queue.take_due(at_ms(9)), nullptr);
}

TEST(TimerQueue, AnAlarmPushedBackRingsOnceAtItsNewTime) {
  TimerQueue queue;
  Bell a;
  queue.arm(a, at_ms(3));
  queue.arm(a, at_ms(8));
  EXPECT_EQ(queue.take_due(at_ms(7)), nullptr);
  EXPECT_EQ(queue.take_due(at_ms(8)), &a);
  EXPECT_FALSE(a.armed());
}

TEST(TimerQueue, AnAlarmBroughtForwardRingsAtItsNewTime) {
  TimerQueue queue;
  Bell a;
  queue.arm(a, at_ms(8));
  queue.arm(a, at_ms(3));
  EXPECT_EQ(queue.take_due(at_ms(3)), &a);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(TimerQueue, APushedBackAlarmStandsAfterThoseArmedBefore) {
  TimerQueue queue;
  Bell a, b;
  queue.arm(a, at_ms(3));
  queue.arm(b, at_ms(5));
  queue.arm(a, at_ms(5));
  EXPECT_EQ(queue.take_due(at_ms(5)), &b);
  EXPECT_EQ(queue.take_due(at_ms(5)), &a);
}

TEST(TimerQueue, ADisarmedAlarmDoesNotRingUntilArmedAgain) {
  TimerQueue queue;
  Bell a;
  queue.arm(a, at_ms(3));
  queue.disarm(a);
  EXPECT_EQ(queue.take_due(at_ms(4)), nullptr);
  queue.arm(a, at_ms(6));
  EXPECT_EQ(queue.take_due(at_ms(6)), &a);
}

TEST(TimerQueue, ADeadAlarmLeaves) {
  TimerQueue queue;
  {
    Bell a;
    queue.arm(a, at_ms(3));
  }
  EXPECT_EQ(queue.next(), std::nullopt);
}

}  // namespace
}  // namespace sluice::mapping
