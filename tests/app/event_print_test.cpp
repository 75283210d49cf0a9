#include "app/event_print.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "app/given_captures.h"
#include "app/replay_broker.h"
#include "recording/recorder.h"
#include "recording/replayer.h"
#include "support/recording/captures.h"

namespace sluice::app {
namespace {

using recording::test::captured;
using testing::HasSubstr;

constexpr const char* lab = R"yaml(
events:
  reading: {desk: text, n: int}
  mean: {desk: text, n: number}
  quiet: {desk: text}
rules:
  - topic: lab/{desk}
    emit: reading
  - topic: lab/{desk}
    steps: [{window: {every: 1s, into: values, of: n}}]
    emit: {event: mean, data: {n: "=mean(values)"
}
}
  - topic: lab/{desk}
    steps: [{silence: 700ms}]
    emit: quiet
streams:
  all: {events: [reading, mean, quiet], on_connect: [reading]}
  one: {path: "/labs/{desk}", events: [reading]}
)yaml";

/// Messages as a plant sends them, by a seed: their times are whole milliseconds, as the gateway's are.
class Plant {
 public:
  recording::CapturedMessage next() {
    us_ += 1000 * static_cast<std::int64_t>(random_() % 3 == 0 ? random_() % 900 : random_() % 3);
    auto message = captured(us_, "lab/d" + std::to_string(random_() % 7),
                            "{\"n\":" + std::to_string(random_() % 100) + "}", static_cast<int>(random_() % 2));
    if (random_() % 50 == 0) message.message.payload = std::string("\xFF\0broken", 8);
    return message;
  }

 private:
  std::mt19937 random_{7};
  std::int64_t us_ = 0;
};

/// What a live gateway sees: messages in batches of any size, and time that passes between them.
class LivePlant final : public message::MessageSource {
 public:
  LivePlant(std::size_t count, Timestamp started, recording::ReplayClock& clock, recording::Recorder& recorder)
      : left_(count), started_(started), clock_(clock), recorder_(recorder), next_(plant_.next()) {
    clock_.set(time_of(next_));
  }
  bool over() const { return left_ == 0; }

  void poll(milliseconds /*timeout*/, const Receive& receive) override {
    for (auto batch = random_() % 300; batch > 0 && left_ > 0; --batch, --left_) {
      clock_.set(time_of(next_));
      ASSERT_TRUE(recorder_.add(next_).value());
      receive(std::move(next_.message));
      next_ = plant_.next();
    }
    const auto until_next = (time_of(next_) - clock_.now()).count();
    if (left_ > 0 && random_() % 2 == 0) clock_.set(clock_.now() + milliseconds(until_next / 2));
  }
  void acknowledge() override {}
  void wake() override {}
  Link link() override { return {.connected = true, .since = started_, .session_lost = false}; }

 private:
  Timestamp time_of(const recording::CapturedMessage& message) const {
    return started_ + std::chrono::floor<milliseconds>(message.time);
  }

  Plant plant_;
  std::mt19937 random_{8};
  std::size_t left_;
  const Timestamp started_;
  recording::ReplayClock& clock_;
  recording::Recorder& recorder_;
  recording::CapturedMessage next_;
};

/// A text by its length and a hash, for it may be long.
struct Digest {
  std::uint64_t length = 0;
  std::uint64_t hash = 0xCBF29CE484222325U;
  void add(std::string_view text) {
    length += text.size();
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  }
  friend bool operator==(const Digest&, const Digest&) = default;
};

class EventPrintTest : public testing::Test {
 protected:
  EventPrintTest() {
    recording::test::write_bytes(folder_ / "lab.yaml", lab);
    Config config;
    config.mappings = folder_ / "lab.yaml";
    auto loaded = load_mappings(config, {});
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().front().text());
    mappings_ = *loaded;
  }

  std::unique_ptr<recording::Replayer> replayer(const std::string& path, milliseconds tail = milliseconds(0)) {
    auto made = recording::Replayer::make([path] { return recording::open_capture(path); }, {.speed = 0, .tail = tail});
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    return made ? std::move(*made) : nullptr;
  }

  std::string printed(const std::string& path, const EventPrint::Wanted& wanted, milliseconds tail = milliseconds(0)) {
    const auto replay = replayer(path, tail);
    ReplayBroker broker(*replay, "c");
    const BrokerStandIn stand_in{broker, replay->clock(), "e"};
    auto print = EventPrint::make(mappings_, stand_in, wanted);
    if (!print) return print.error().message;
    std::string out;
    while (!replay->ended()) (*print)->turn(out);
    return out;
  }

  std::string capture(const std::vector<recording::CapturedMessage>& messages) {
    const auto path = folder_ / "c.jsonl";
    recording::test::write_bytes(path, recording::test::text_of(messages));
    return path;
  }

  recording::test::Folder folder_;
  LoadedMappings mappings_;
};

TEST_F(EventPrintTest, PrintsAllEventsWithTheirFile) {
  const auto path = capture({captured(1000, "lab/a", "{\"n\":1}"), captured(2000, "lab/b", "{\"n\":2}")});
  EXPECT_EQ(printed(path, {}),
            "id: e-1\nevent: lab.reading\ndata: {\"desk\":\"a\",\"n\":1}\n\n"
            "id: e-2\nevent: lab.reading\ndata: {\"desk\":\"b\",\"n\":2}\n\n");
}

TEST_F(EventPrintTest, PrintsAStreamAsItsClientGetsIt) {
  const auto path = capture({captured(1000, "lab/a", "{\"n\":1}"), captured(2000, "lab/b", "{\"n\":2}")});
  EXPECT_THAT(printed(path, {"lab.one", {{"desk", "b"}}}),
              testing::MatchesRegex("retry: [0-9]+\n: ok\n\n(id: e-0\n)?event: checkpoint\n(id: e-0\n)?data:\n\n"
                                    "id: e-2\nevent: reading\ndata: .\"desk\":\"b\",\"n\":2.\n\n"));
  EXPECT_EQ(printed(path, {"lab.one", {{"desk", "b"}}}), printed(path, {"lab.one", {{"desk", "b"}}}));
}

TEST_F(EventPrintTest, TimersFireInTheTailOnly) {
  const auto path = capture({captured(1000, "lab/a", "{\"n\":1}")});
  EXPECT_THAT(printed(path, {}), testing::Not(HasSubstr("quiet")));
  EXPECT_THAT(printed(path, {}, milliseconds(2000)), HasSubstr("event: lab.quiet\ndata: {\"desk\":\"a\"}"));
}

TEST_F(EventPrintTest, SaysWhatItCannotPrint) {
  const auto path = capture({captured(1000, "lab/a", "{\"n\":1}")});
  EXPECT_EQ(printed(path, {"lab.al", {}}), "no stream 'lab.al' - did you mean 'lab.all'?");
  EXPECT_EQ(printed(path, {"lab.one", {}}), "stream 'lab.one' needs the parameter 'desk'");
}

// What is recorded from a gateway gives the same events again, byte by byte: with
// SLUICE_RECORDED_MESSAGES=1000000 in the environment as many as that.
TEST_F(EventPrintTest, WhatIsRecordedGivesTheSameEventsAgain) {
  const char* const wanted = std::getenv("SLUICE_RECORDED_MESSAGES");
  const std::size_t count = wanted == nullptr ? 5000 : static_cast<std::size_t>(std::atoll(wanted));
  const auto started = at_ms(1'772'352'000'123);
  const auto path = folder_ / "c.jsonl.zst";
  auto recorder = recording::Recorder::start({.path = path}, {.started = started, .broker = "", .filters = {}});
  ASSERT_TRUE(recorder);

  Digest live;
  std::uint64_t events = 0;
  {
    recording::ReplayClock clock;
    LivePlant plant(count, started, clock, **recorder);
    ReplayBroker broker(plant, "live");
    const BrokerStandIn stand_in{broker, clock, "e"};
    const auto print = EventPrint::make(mappings_, stand_in, {});
    std::string out;
    while (!plant.over()) {
      out.clear();
      (*print)->turn(out);
      live.add(out);
    }
    events = (*print)->events();
  }
  ASSERT_TRUE((*recorder)->close());
  EXPECT_GT(events, count / 2);

  for (int round = 0; round < 2; ++round) {
    const auto replay = replayer(path);
    ReplayBroker broker(*replay, "c");
    const BrokerStandIn stand_in{broker, replay->clock(), "e"};
    const auto print = EventPrint::make(mappings_, stand_in, {});
    Digest again;
    std::string out;
    while (!replay->ended()) {
      out.clear();
      (*print)->turn(out);
      again.add(out);
    }
    EXPECT_EQ(replay->messages(), count);
    EXPECT_EQ(again, live);
  }
}

TEST_F(EventPrintTest, ATestOfAMappingIsGivenACapture) {
  capture({captured(1000, "lab/a", "{\"n\":1}"), captured(3500, "lab/a", "{\"n\":2}")});
  const auto file = folder_ / "given.yaml";
  const std::string rules = "rules: [{topic: 'lab/{desk}', emit: x}]\ntests:\n";
  const auto failures = [&](const std::string& test) {
    recording::test::write_bytes(file, rules + "  - " + test + "\n");
    Config config;
    config.mappings = file;
    const auto loaded = load_mappings(config, {});
    return loaded ? std::string() : loaded.error().front().text();
  };
  EXPECT_EQ(failures("{given: [{capture: c.jsonl}], expect: [{at: 1ms, event: x, data: {n: 1}}, {at: 3ms, event: x}]}"),
            "");
  EXPECT_EQ(failures("{given: [{at: 1s, capture: c.jsonl}, {topic: lab/b, payload: {n: 3}}], expect: "
                     "[{at: 1001ms, event: x}, {at: 1003ms, event: x}, {at: 1003ms, event: x, data: {n: 3}}]}"),
            "");
  EXPECT_THAT(failures("{given: [{capture: c.jsonl}], expect: []}"), HasSubstr("x: expected nothing more"));
  EXPECT_THAT(failures("{given: [{capture: none.jsonl}], expect: []}"),
              testing::AllOf(HasSubstr("given.yaml:3:24: "), HasSubstr("none.jsonl: No such file")));
}

}  // namespace
}  // namespace sluice::app
