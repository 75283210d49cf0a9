#include "base/units.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string error_of(std::string_view text) {
  const auto duration = parse_duration(text);
  return duration ? "read as " + format_duration(*duration) : duration.error().message;
}

TEST(Duration, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration("200ms"), milliseconds(200));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("1m"), milliseconds(60'000));
  EXPECT_EQ(parse_duration("2h"), milliseconds(7'200'000));
  EXPECT_EQ(parse_duration("1d"), milliseconds(86'400'000));
}

TEST(Duration, SaysWhatIsMissing) {
  EXPECT_EQ(error_of("200"), "duration '200' needs a unit: ms, s, m, h or d");
  EXPECT_EQ(error_of("soon"), "'soon' is no duration: write 200ms, 15s, 1m, 1h or 1d");
  EXPECT_EQ(error_of("-5s"), "'-5s' is no duration: write 200ms, 15s, 1m, 1h or 1d");
  EXPECT_EQ(error_of("5 s"), "'5 s' is no duration: write 200ms, 15s, 1m, 1h or 1d");
}

TEST(Duration, IsBoundedAndWhole) {
  EXPECT_EQ(error_of("99999999999d"), "duration '99999999999d' is longer than 36600d");
  EXPECT_EQ(error_of("1.5ms"), "duration '1.5ms' is not a whole number of milliseconds");
}

TEST(Duration, IsWrittenInItsLargestWholeUnit) {
  EXPECT_EQ(format_duration(milliseconds(1500)), "1500ms");
  EXPECT_EQ(format_duration(milliseconds(15'000)), "15s");
  EXPECT_EQ(format_duration(milliseconds(60'000)), "1m");
  EXPECT_EQ(format_duration(milliseconds(0)), "0ms");
}

TEST(Bytes, AreReadWithOrWithoutUnit) {
  EXPECT_EQ(parse_bytes("65536"), 65536U);
  EXPECT_EQ(parse_bytes("1800B"), 1800U);
  EXPECT_EQ(parse_bytes("64KiB"), 65536U);
  EXPECT_EQ(parse_bytes("4MiB"), 4194304U);
  EXPECT_EQ(parse_bytes("1GiB"), 1073741824U);
}

TEST(Bytes, RefuseOtherUnitsAndSizesBeyondReason) {
  EXPECT_EQ(parse_bytes("64kB").error().message, "'64kB' is no size: write 1800, 64KiB, 4MiB or 1GiB");
  EXPECT_EQ(parse_bytes("1.5MiB").error().message, "'1.5MiB' is no size: write 1800, 64KiB, 4MiB or 1GiB");
  EXPECT_EQ(parse_bytes("9000000000GiB").error().message, "size '9000000000GiB' is above 1048576GiB");
}

}  // namespace
}  // namespace sluice
