#include "stream/thinning.h"

#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

TEST(Resume, LatestSendsTheNewestOfEachKeyThatWasMissed) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.resume_latest = true;
  stage.declare(spec);
  for (const auto* key : {"a", "b", "a", "c", "a"}) stage.emit("e", key, key);
  const auto client = stage.open("s", "t-1");
  EXPECT_EQ(stage.take(*client), std::string(beginning) +
                                     "id: t-2\nevent: e\ndata: \"b\"\n\n"
                                     "id: t-4\nevent: e\ndata: \"c\"\n\n"
                                     "id: t-5\nevent: e\ndata: \"a\"\n\n");
  EXPECT_EQ(client->accepted(), 1u);
}

TEST(Resume, LatestOfSomeTellsTheOthersInFull) {
  Stage stage;
  auto spec = stage.stream("s", {"value", "told"});
  spec.resume_latest_of = stage.types({"value"});
  stage.declare(spec);
  stage.emit("value", "a", 1);
  stage.emit("told", "a", 2);
  stage.emit("value", "a", 3);
  stage.emit("told", "a", 4);
  EXPECT_EQ(stage.take(*stage.open("s", "t-0")), std::string(beginning) +
                                                     "id: t-2\nevent: told\ndata: 2\n\n"
                                                     "id: t-3\nevent: value\ndata: 3\n\n"
                                                     "id: t-4\nevent: told\ndata: 4\n\n");
}

TEST(Resume, LatestIsTheNewestThatTheFilterLetsThrough) {
  Stage stage;
  auto spec = stage.stream("s", {"e"});
  spec.resume_latest = true;
  spec.when = field_at_least_query("v", "least");
  stage.declare(spec);
  for (const int v : {5, 6, 1}) stage.emit("e", "a", Value::object({{"v", v}}));
  EXPECT_EQ(stage.take(*stage.open("s", "t-0", Value::object({{"least", 5}}))),
            std::string(beginning) + "id: t-2\nevent: e\ndata: {\"v\":6}\n\n");
}

}  // namespace
}  // namespace sluice::stream
