#include "simulator/fault.h"

#include <gtest/gtest.h>

namespace sluice::simulator {
namespace {

TEST(Fault, HasANameATimeAndPerhapsALength) {
  const auto stall = Fault::parse("stall@30s");
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->name, "stall");
  EXPECT_EQ(stall->at, milliseconds(30'000));
  EXPECT_FALSE(stall->lasting);
  const auto loss = Fault::parse("link_loss@1m+1500ms");
  ASSERT_TRUE(loss);
  EXPECT_EQ(loss->at, milliseconds(60'000));
  EXPECT_EQ(loss->lasting, milliseconds(1'500));
}

TEST(Fault, ErrorsSayHowToWriteIt) {
  const auto error = [](std::string_view text) {
    const auto fault = Fault::parse(text);
    return fault ? "no error" : fault.error().message;
  };
  EXPECT_EQ(error("reboot"), "fault 'reboot' needs a name and a time: reboot@30s, or reboot@30s+10s for how long");
  EXPECT_EQ(error("@3s"), "fault '@3s' needs a name and a time: stall@30s, or stall@30s+10s for how long");
  EXPECT_EQ(error("stall@30"), "fault 'stall@30': duration '30' needs a unit: ms, s, m, h or d");
  EXPECT_EQ(error("stall@30s+x"), "fault 'stall@30s+x': 'x' is no duration: write 200ms, 15s, 1m, 1h or 1d");
}

}  // namespace
}  // namespace sluice::simulator
