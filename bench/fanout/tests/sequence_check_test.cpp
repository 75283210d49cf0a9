#include "fanout/sequence_check.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace sluice::bench {
namespace {

SequenceFaults faults_of(SequenceCheck check, std::initializer_list<std::uint64_t> numbers) {
  SequenceFaults faults;
  for (const auto number : numbers) check.see(number, faults);
  return faults;
}

TEST(SequenceCheck, FindsNothingWrongInOrder) {
  const auto faults = faults_of(SequenceCheck(3, 5), {3, 8, 13});
  EXPECT_EQ(faults.missing + faults.doubled + faults.disordered + faults.foreign, 0U);
}

TEST(SequenceCheck, CountsWhatIsSkipped) {
  EXPECT_EQ(faults_of(SequenceCheck(0, 1), {0, 1, 5}).missing, 3U);
}

TEST(SequenceCheck, CountsTheSkippedStart) {
  EXPECT_EQ(faults_of(SequenceCheck(0, 1), {2}).missing, 2U);
}

TEST(SequenceCheck, TellsADoubleFromALateOne) {
  const auto faults = faults_of(SequenceCheck(0, 1), {0, 2, 1, 2});
  EXPECT_EQ(faults.disordered, 1U);
  EXPECT_EQ(faults.doubled, 1U);
  EXPECT_EQ(faults.missing, 0U);
}

TEST(SequenceCheck, CallsAnotherKeysEventForeign) {
  EXPECT_EQ(faults_of(SequenceCheck(3, 5), {3, 9}).foreign, 1U);
  EXPECT_EQ(faults_of(SequenceCheck(3, 0), {3}).foreign, 1U);
}

TEST(SequenceCheck, KnowsWhatIsOutstanding) {
  SequenceCheck check(3, 5);
  SequenceFaults faults;
  check.see(3, faults);
  EXPECT_EQ(check.outstanding(8), 0U);
  EXPECT_EQ(check.outstanding(9), 1U);
  EXPECT_EQ(check.outstanding(14), 2U);
  EXPECT_EQ(SequenceCheck(3, 0).outstanding(100), 0U);
}

}  // namespace
}  // namespace sluice::bench
