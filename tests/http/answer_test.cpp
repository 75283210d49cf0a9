#include "http/answer.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::http {
namespace {

class AnswerTest : public testing::Test {
 protected:
  Answer promise() {
    return Answer([this](Response&& response) { statuses_.push_back(response.status); });
  }
  std::vector<int> statuses_;
};

TEST_F(AnswerTest, OnlyTheFirstOneCounts) {
  const auto answer = promise();
  const auto copy = answer;
  copy(text(202, "on its way"));
  answer(text(200, "late"));
  EXPECT_EQ(statuses_, std::vector<int>{202});
}

TEST_F(AnswerTest, LettingTheLastCopyGoIsA503) {
  {
    const auto answer = promise();
    const auto copy = answer;
  }
  EXPECT_EQ(statuses_, std::vector<int>{503});
}

}  // namespace
}  // namespace sluice::http
