#include "app/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "history/memory_event_log.h"
#include "support/app/fakes.h"

namespace sluice::app {
namespace {

using testing::ElementsAre;

/// A gateway without sockets: one mapping text, a broker of the test's, a manual clock.
class PipelineTest : public testing::Test {
 protected:
  PipelineTest() {
    const auto folder = std::filesystem::path(testing::TempDir()) / ("pipeline" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "lab.yaml";
    std::ofstream(file) << R"(
events:
  seen: {desk: text, n: int 0..9}
rules:
  - topic: lab/{desk}
    emit: seen
  - topic: quiet/{desk}
    steps: [{silence: 5s}]
    emit: {event: seen, data: {n: 0}}
  - topic: echo/{desk}
    publish: {topic: "heard/{desk}", payload: "yes"}
commands:
  set:
    post: /labs/{desk}
    body: {n: int}
    publish: {topic: "lab/{desk}/cmd", payload: {n: =n}, qos: 1}
    reply: {event: seen, when: n == body.n, within: 3s}
  push:
    post: /push/{desk}
    body: {n: int}
    publish: {topic: "lab/{desk}/cmd", payload: {n: =n}, qos: 1}
)";
    auto set = mapping::MappingSet::load(file.string(), catalog_);
    EXPECT_TRUE(set.has_value()) << (set ? "" : set.error().front().text());
    set_ = *set;
    hub_.declare(set_->streams());
    pipeline_.emplace(Pipeline::Parts{source_, sink_, hub_, failures_, clock_, set_});
  }

  std::vector<std::string> logged() {
    std::vector<event::EventPtr> events;
    log_.read(0, 100, events);
    std::vector<std::string> texts;
    for (const auto& event : events) texts.emplace_back(event->data_json());
    return texts;
  }

  void send(const char* name, std::int64_t n) {
    for (const auto& command : set_->commands()) {
      if (!command.name.ends_with(name)) continue;
      auto request = command.request({{"desk", "a"}}, Value::object({{"n", n}}));
      ASSERT_TRUE(request.has_value());
      pipeline_->send({set_, &command}, std::move(*request), [this](CommandResult result) { result_ = result; });
    }
    pipeline_->turn(milliseconds(0));
  }

  event::EventCatalog catalog_;
  std::shared_ptr<const mapping::MappingSet> set_;
  ManualClock clock_{at_ms(1'000'000)};
  history::MemoryEventLog log_{history::Retention{}, "e"};
  stream::Hub hub_{log_, catalog_};
  test::FakeSource source_;
  test::FakeSink sink_;
  FailureRecord failures_;
  std::optional<Pipeline> pipeline_;
  std::optional<CommandResult> result_;
};

TEST_F(PipelineTest, ABatchIsLoggedInOrderAndThenAcknowledged) {
  source_.publish("lab/a", R"({"n":1})");
  source_.publish("lab/b", R"({"n":2})");
  pipeline_->turn(milliseconds(0));
  EXPECT_THAT(logged(), ElementsAre(R"({"desk":"a","n":1})", R"({"desk":"b","n":2})"));
  EXPECT_EQ(source_.acknowledged, 1);
}

TEST_F(PipelineTest, ABadPayloadIsKeptAndStopsNothing) {
  source_.publish("lab/a", "{");
  source_.publish("lab/a", R"({"n":10})");
  source_.publish("lab/a", R"({"n":3})");
  pipeline_->turn(milliseconds(0));
  EXPECT_THAT(logged(), ElementsAre(R"({"desk":"a","n":3})"));
  EXPECT_EQ(failures_.total(), 2U);
  EXPECT_EQ(failures_.last().front().topic, "lab/a");
}

TEST_F(PipelineTest, ATimerFiresWithoutAMessageAndBoundsTheWait) {
  source_.publish("quiet/a", "{}");
  pipeline_->turn(milliseconds(1000));
  clock_.advance(milliseconds(4900));
  pipeline_->turn(milliseconds(1000));
  EXPECT_EQ(source_.waited, milliseconds(100));
  clock_.advance(milliseconds(100));
  pipeline_->turn(milliseconds(1000));
  EXPECT_THAT(logged(), ElementsAre(R"({"desk":"a","n":0})"));
}

TEST_F(PipelineTest, WhatARulePublishesReachesTheBroker) {
  source_.publish("echo/a", "1");
  pipeline_->turn(milliseconds(0));
  EXPECT_THAT(sink_.sent, ElementsAre(message::Publish{"heard/a", "yes"}));
  sink_.answer(unexpected("away"));
  EXPECT_EQ(pipeline_->counts().publish_failures, 1U);
}

TEST_F(PipelineTest, BetweenTwoBatchesNothingIsUncommitted) {
  source_.publish("lab/a", R"({"n":1})");
  pipeline_->between_batches([this] { EXPECT_EQ(log_.next(), log_.head() + 1); });
  pipeline_->turn(milliseconds(0));
  bool ran = false;
  pipeline_->between_batches([&] {
    ran = true;
    EXPECT_EQ(log_.head(), 1U);
  });
  EXPECT_EQ(source_.woken, 2);
  pipeline_->turn(milliseconds(0));
  EXPECT_TRUE(ran);
}

TEST_F(PipelineTest, AChangeOfTheSetKeepsTimersAndCommandsThatWait) {
  send("set", 4);
  source_.publish("quiet/a", "{}");
  pipeline_->turn(milliseconds(0));
  pipeline_->between_batches([this] {
    EXPECT_EQ(pipeline_->change(set_).steps_kept, 1U);
    set_.reset();
  });
  source_.publish("lab/a", R"({"n":4})");
  pipeline_->turn(milliseconds(0));
  EXPECT_EQ(result_->status, 200);
  clock_.advance(milliseconds(5000));
  pipeline_->turn(milliseconds(0));
  EXPECT_THAT(logged(), ElementsAre(R"({"desk":"a","n":4})", R"({"desk":"a","n":0})"));
}

TEST_F(PipelineTest, ACommandIsAcceptedOnceTheBrokerHasAcknowledged) {
  send("push", 4);
  EXPECT_FALSE(result_);
  sink_.answer();
  EXPECT_EQ(result_->status, 202);
}

TEST_F(PipelineTest, ACommandWithReplyIsAnsweredByTheEventOfItsKeys) {
  send("set", 4);
  sink_.answer();
  source_.publish("lab/b", R"({"n":4})");
  source_.publish("lab/a", R"({"n":5})");
  pipeline_->turn(milliseconds(0));
  EXPECT_FALSE(result_);
  source_.publish("lab/a", R"({"n":4})");
  pipeline_->turn(milliseconds(0));
  EXPECT_EQ(result_->status, 200);
  EXPECT_EQ(result_->text, R"({"desk":"a","n":4})");
}

TEST_F(PipelineTest, ACommandThatNothingAnswersIs504) {
  send("set", 4);
  sink_.answer();
  clock_.advance(milliseconds(3000));
  pipeline_->turn(milliseconds(0));
  EXPECT_EQ(result_->status, 504);
}

TEST_F(PipelineTest, WhileTheBrokerIsAwayCommandsAre503AndNothingIsSent) {
  source_.state.connected = false;
  pipeline_->turn(milliseconds(0));
  send("push", 4);
  EXPECT_EQ(result_->status, 503);
  EXPECT_TRUE(sink_.sent.empty());
  EXPECT_FALSE(hub_.source().connected);
}

TEST_F(PipelineTest, ALostSessionIsAGapInTheLog) {
  source_.state.session_lost = true;
  pipeline_->turn(milliseconds(0));
  pipeline_->turn(milliseconds(0));
  EXPECT_EQ(log_.head(), 1U);
}

TEST_F(PipelineTest, StoppingAnswersCommandsThatWait) {
  send("set", 4);
  pipeline_->start();
  pipeline_->stop();
  EXPECT_EQ(result_->status, 503);
}

}  // namespace
}  // namespace sluice::app
