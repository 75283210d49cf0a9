#include "recording/excerpt_reader.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::all_of;
using test::captured;
using test::reader_of;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string capture = text_of(
    {captured(1'000'000, "a", "1", 0, true), captured(2'000'000, "b", "2", 0, true), captured(3'000'000, "c", "3"),
     captured(4'000'000, "a", "4"), captured(5'000'000, "c", "5"), captured(6'000'000, "b", "6")},
    at_ms(1'772'352'000'000));

CapturePoint point(std::string_view text) {
  return CapturePoint::parse(text).value();
}

std::vector<std::string> excerpt_of(ExcerptOptions options, std::string text = capture) {
  ExcerptReader reader(reader_of(std::move(text)), std::move(options));
  auto all = all_of(reader);
  for (const auto& note : reader.notes()) all.push_back("note: " + note);
  return all;
}

TEST(ExcerptReader, WithoutOptionsIsTheWhole) {
  EXPECT_EQ(excerpt_of({}).size(), 6U);
}

TEST(ExcerptReader, TheEndIsMeantWithIt) {
  ExcerptOptions options;
  options.to = point("2s");
  EXPECT_THAT(excerpt_of(std::move(options)), ElementsAre("1000000 a 1", "2000000 b 2"));
}

TEST(ExcerptReader, WhatIsRetainedBeforeTheBeginningComesFirst) {
  ExcerptOptions options;
  options.from = point("4500ms");
  EXPECT_THAT(excerpt_of(std::move(options)), ElementsAre("4500000 a 4", "4500000 b 2", "5000000 c 5", "6000000 b 6"));
}

TEST(ExcerptReader, WhatWasDeletedBeforeTheBeginningDoesNotCome) {
  ExcerptOptions options;
  options.from = point("3s");
  const auto text =
      text_of({captured(1, "a", "1", 0, true), captured(2, "a", "", 0, true), captured(3'000'000, "b", "2")});
  EXPECT_THAT(excerpt_of(std::move(options), text), ElementsAre("3000000 b 2"));
}

TEST(ExcerptReader, KnowsTimesOfDay) {
  ExcerptOptions options;
  options.from = point("2026-03-01T08:00:05Z");
  options.to = point("2026-03-01T08:00:05.5Z");
  options.filters.push_back(message::TopicFilter::parse("c").value());
  EXPECT_THAT(excerpt_of(std::move(options)), ElementsAre("5000000 c 5"));
}

TEST(ExcerptReader, ATimeOfDayNeedsACaptureThatTellsOne) {
  ExcerptOptions options;
  options.from = point("2026-03-01T08:00:05Z");
  EXPECT_THAT(excerpt_of(std::move(options), "{\"us\":5,\"topic\":\"a\"}\n"),
              ElementsAre(HasSubstr("sluice capture tells no time of day"), HasSubstr("note: ")));
}

TEST(ExcerptReader, FiltersTopicsAsCapturedAndRewritesThemAfter) {
  ExcerptOptions options;
  options.filters.push_back(message::TopicFilter::parse("c").value());
  options.rewrites.push_back(std::move(*TopicRewrite::parse("s/c/x/")));
  options.rewrites.push_back(std::move(*TopicRewrite::parse("s/x/y/")));
  EXPECT_THAT(excerpt_of(std::move(options)), ElementsAre("3000000 y 3", "5000000 y 5"));
}

TEST(ExcerptReader, ATopicThatIsNoneAfterwardsIsLeftOutAndCounted) {
  ExcerptOptions options;
  options.rewrites.push_back(std::move(*TopicRewrite::parse("s/[ab]/#/")));
  EXPECT_THAT(excerpt_of(std::move(options)),
              ElementsAre("3000000 c 3", "5000000 c 5", HasSubstr("note: 4 messages have no valid topic")));
}

TEST(CapturePoint, SaysWhatItMayBe) {
  EXPECT_THAT(CapturePoint::parse("soon").error().message, HasSubstr("'soon' is neither a time after the start"));
}

}  // namespace
}  // namespace sluice::recording
