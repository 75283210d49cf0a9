#include "recording/topic_rewrite.h"

#include <gmock/gmock.h>

namespace sluice::recording {
namespace {

using testing::HasSubstr;

std::string rewritten(std::string_view rewrite, std::string topic) {
  const auto read = TopicRewrite::parse(rewrite);
  if (!read) return read.error().message;
  read->apply(topic);
  return topic;
}

TEST(TopicRewrite, ReplacesTheFirstMatch) {
  EXPECT_EQ(rewritten("s/a/b/", "a/a"), "b/a");
  EXPECT_EQ(rewritten("s/x/b/", "a/a"), "a/a");
  EXPECT_EQ(rewritten("s/^a//", "a/a"), "/a");
}

TEST(TopicRewrite, ReplacesAllWithG) {
  EXPECT_EQ(rewritten("s/a/b/g", "a/aa/c"), "b/bb/c");
  EXPECT_EQ(rewritten("s/^a/b/g", "a/a"), "b/a");
  EXPECT_EQ(rewritten("s/x*/-/g", "ab"), "-a-b-");
}

TEST(TopicRewrite, KnowsGroupsAndTheMatch) {
  EXPECT_EQ(rewritten("s|^plant([0-9]+)/(.*)|site/\\1/\\2|", "plant7/a/b"), "site/7/a/b");
  EXPECT_EQ(rewritten("s/desk/[&]/", "my/desk"), "my/[desk]");
  EXPECT_EQ(rewritten("s/desk/\\&/", "desk"), "&");
  EXPECT_EQ(rewritten("s/a\\/b/c\\/d/", "a/b"), "c/d");
  EXPECT_EQ(rewritten("s/A/b/i", "a"), "b");
}

TEST(TopicRewrite, SaysWhatIsWrong) {
  for (const auto* text : {"", "s", "s/a", "s/a/b", "s//b/", "a/b/c/", "s/a/b/c/d"}) {
    EXPECT_THAT(rewritten(text, "t"), HasSubstr("is no rewriting: ")) << text;
  }
  EXPECT_THAT(rewritten("s/(/b/", "t"), HasSubstr("is no rewriting: "));
  EXPECT_THAT(rewritten("s/a/\\1/", "t"), HasSubstr("\\1 is no group: the regex has 0"));
  EXPECT_THAT(rewritten("s/a/b/x", "t"), HasSubstr("flag 'x', expected g or i"));
}

}  // namespace
}  // namespace sluice::recording
