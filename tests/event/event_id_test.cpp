#include "event/event_id.h"

#include <gtest/gtest.h>

namespace sluice::event {
namespace {

TEST(EventId, IsAnEpochAndASequence) {
  EXPECT_EQ(EventId::parse("m1x-42"), (EventId{"m1x", 42}));
  EXPECT_EQ((EventId{"m1x", 42}).text(), "m1x-42");
  EXPECT_EQ(EventId::parse("0-18446744073709551615")->sequence, UINT64_MAX);
}

class NoEventId : public testing::TestWithParam<std::string> {};

TEST_P(NoEventId, IsRefused) {
  const auto id = EventId::parse(GetParam());
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().message, "an event id is <epoch>-<sequence> of a-z and 0-9, at most 64 bytes");
}

INSTANTIATE_TEST_SUITE_P(Texts, NoEventId,
                         testing::Values("", "-", "a-", "-1", "a1", "A-1", "a-1-2", "a--1", "a-+1", "a- 1", "a-1 ",
                                         "a-0x1", "a-18446744073709551616", "a\n-1", std::string("a-1\0", 4),
                                         std::string(63, 'a') + "-1"));

TEST(EventId, NewEpochsDiffer) {
  const auto epoch = new_epoch();
  EXPECT_NE(epoch, new_epoch());
  EXPECT_TRUE(EventId::parse(epoch + "-1"));
}

}  // namespace
}  // namespace sluice::event
