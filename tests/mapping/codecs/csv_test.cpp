#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

/// What the payload decodes to, as the event's JSON, or the failure.
std::string decoded(const std::string& codec, std::string payload) {
  const auto lines = events_of("rules: [{topic: t, codec: " + codec + ", emit: x}]", {{0, "t", std::move(payload)}});
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + (line[0] == '!' ? line : line.substr(6));
  return text;
}

TEST(Csv, OneLineIsAListWithNumbersAsNumbers) {
  EXPECT_EQ(decoded("csv", "a,1.5,007"), R"({"value":["a",1.5,"007"]})");
}

TEST(Csv, SeveralLinesAreAListOfLists) {
  EXPECT_EQ(decoded("csv", "a,1\r\nb,2\n"), R"({"value":[["a",1],["b",2]]})");
}

TEST(Csv, QuotedFieldsHoldCommasAndQuotes) {
  EXPECT_EQ(decoded("csv", R"("a,""b""",1)"), R"({"value":["a,\"b\"",1]})");
}

TEST(Csv, AQuotedNumberIsAText) {
  EXPECT_EQ(decoded("csv", R"("1",2)"), R"({"value":["1",2]})");
}

TEST(Csv, ColumnsGiveARecordALine) {
  EXPECT_EQ(decoded("{csv: {columns: [k, v]}}", "a,1\nb,2"), R"({"k":"a","v":1}; {"k":"b","v":2})");
}

TEST(Csv, ALineOfAnotherLengthIsAFailure) {
  EXPECT_EQ(decoded("{csv: {columns: [k, v]}}", "a,1\nb"), "! line 2 has 1 fields, expected 2");
}

TEST(Csv, AnOpenQuoteIsAFailure) {
  EXPECT_EQ(decoded("csv", "\"a"), "! a quoted field does not end");
}

}  // namespace
}  // namespace sluice::test
