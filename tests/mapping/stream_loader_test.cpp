#include "mapping/stream_loader.h"

#include <gmock/gmock.h>

#include "mapping/loader.h"
#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

event::StreamSpec stream(const std::string& fields) {
  const Mapped mapped("events: {x: {n: int}, y: any}\nrules: [{topic: 't/{d}', emit: [x, y]}]\nstreams:\n  s: {" +
                      fields + "}");
  return mapped.set().streams().at(0);
}

TEST(Streams, AFileWithoutTheSectionServesAllItsEvents) {
  const Mapped mapped("rules: [{topic: 't/{d}', emit: [x, y]}]");
  const auto all = mapped.set().streams();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "t");
  EXPECT_EQ(all[0].path, "");
  EXPECT_THAT(all[0].events, ElementsAre(0, 1));
  EXPECT_THAT(all[0].on_connect, ElementsAre(0, 1));
  EXPECT_THAT(all[0].poll->events, ElementsAre(0, 1));
}

TEST(Streams, ANameEqualToTheFilesStandsAlone) {
  EXPECT_EQ(stream("events: x").name, "t.s");
  const Mapped mapped("rules: [{topic: a, emit: x}]\nstreams: {t: {events: x}}");
  EXPECT_EQ(mapped.set().streams().at(0).name, "t");
}

TEST(Streams, HaveDefaults) {
  const auto s = stream("events: [x, y]");
  EXPECT_EQ(s.frame, event::Frame::event);
  EXPECT_EQ(s.heartbeat, milliseconds(15'000));
  EXPECT_EQ(s.limit, 1000u);
  EXPECT_EQ(s.overflow, event::Overflow::disconnect);
  EXPECT_FALSE(s.max_age);
  EXPECT_FALSE(s.resume_latest);
  EXPECT_THAT(s.on_connect, IsEmpty());
  EXPECT_THAT(s.poll->events, ElementsAre(0, 1));
}

TEST(Streams, SayAllTheirFields) {
  const auto s = stream(
      "path: '/s/{d}', events: x, on_connect: y, frame: envelope, heartbeat: {every: 30s, event: beat}, max_age: 5m, "
      "overflow: conflate, limit: 50, ages: true, history: /h, websocket: /w, access: [admin, operator], resume: "
      "latest, "
      "hello: {data: {type: connected}}, poll: {path: /p, as: latest}");
  EXPECT_EQ(s.path, "/s/{d}");
  EXPECT_THAT(s.path_fields, ElementsAre("d"));
  EXPECT_EQ(s.frame, event::Frame::envelope);
  EXPECT_EQ(s.heartbeat, milliseconds(30'000));
  EXPECT_EQ(s.heartbeat_event, "beat");
  EXPECT_EQ(s.max_age, milliseconds(300'000));
  EXPECT_EQ(s.overflow, event::Overflow::conflate);
  EXPECT_EQ(s.limit, 50u);
  EXPECT_TRUE(s.ages);
  EXPECT_EQ(s.history_path, "/h");
  EXPECT_EQ(s.websocket_path, "/w");
  EXPECT_THAT(s.access, ElementsAre("admin", "operator"));
  EXPECT_TRUE(s.resume_latest);
  EXPECT_EQ(s.hello->event, "");
  EXPECT_EQ(s.hello->data_json, R"({"type":"connected"})");
  EXPECT_EQ(s.poll->path, "/p");
  EXPECT_EQ(s.poll->as, event::PollSpec::As::latest);
  EXPECT_THAT(s.poll->events, ElementsAre(1));
}

TEST(Streams, AHelloByNameHasEmptyData) {
  const auto s = stream("events: x, hello: connected");
  EXPECT_EQ(s.hello->event, "connected");
  EXPECT_EQ(s.hello->data_json, "{}");
}

TEST(Streams, OnlySomeEventsMayResumeByTheirLatest) {
  const auto s = stream("events: [x, y], resume: {latest: [y]}");
  EXPECT_FALSE(s.resume_latest);
  EXPECT_THAT(s.resume_latest_of, ElementsAre(1));
}

TEST(Streams, VariablesAreFilledInAfterParsing) {
  event::EventCatalog catalog;
  mapping::LoadOptions options;
  options.variable = [](const std::string& name) -> std::optional<std::string> {
    return name == "BEAT" ? std::optional<std::string>("7") : std::nullopt;
  };
  const auto set = mapping::load_text(
      "rules: [{topic: a, emit: x}]\nstreams: {s: {events: x, heartbeat: '${BEAT}s', path: '${P:-/p}'}}", "t.yaml",
      catalog, options);
  ASSERT_TRUE(set);
  EXPECT_EQ((*set)->streams().at(0).heartbeat, milliseconds(7000));
  EXPECT_EQ((*set)->streams().at(0).path, "/p");
}

}  // namespace
}  // namespace sluice::test
