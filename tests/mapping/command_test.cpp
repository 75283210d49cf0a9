#include "mapping/command.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

constexpr auto* yaml = R"(
events: {saved: {slot: int, action: text}}
rules: [{topic: "d/{desk}/{slot:int}", emit: saved}]
commands:
  save:
    post: /desks/{desk}/save
    body: {slot: int 1..5, label: optional text 1..8}
    set: {label: =label else 'none'}
    publish: {topic: "d/{desk}/cmd", payload: {slot: =slot, label: =label}, qos: 1, retain: true}
    reply: {event: saved, when: action == 'saved' and slot == body.slot, within: 3s}
)";

std::string said(const Expected<mapping::Command::Request, mapping::Refusal>& request) {
  if (!request) return std::to_string(request.error().status) + " " + request.error().message;
  return request->publish.topic + " " + request->publish.payload;
}

std::string posted(const char* desk, const char* body) {
  const Mapped mapped(yaml);
  return said(mapped.set().commands().at(0).request({{"desk", desk}}, *parse_json(body)));
}

TEST(Command, BecomesAMessage) {
  EXPECT_EQ(posted("a", R"({"slot":2,"label":"up"})"), R"(d/a/cmd {"slot":2,"label":"up"})");
}

TEST(Command, SetFillsWhatTheBodyLeavesOut) {
  EXPECT_EQ(posted("a", R"({"slot":2})"), R"(d/a/cmd {"slot":2,"label":"none"})");
}

TEST(Command, ABodyThatDoesNotFitIs422) {
  EXPECT_EQ(posted("a", R"({"slot":9})"), "422 body: slot: 9 is above 5");
  EXPECT_THAT(posted("a", R"({"slot":1,"colour":"red"})"), testing::StartsWith("422 body: "));
  EXPECT_THAT(posted("a", "[1]"), testing::StartsWith("422 body: "));
}

TEST(Command, AValueThatTheTopicMustNotHoldIs400) {
  EXPECT_EQ(posted("a/b", R"({"slot":1})"), "400 topic: 'desk' is 'a/b', which a topic must not hold");
}

TEST(Command, IsAnsweredByTheEventOfItsKeyForWhichTheConditionHolds) {
  const Mapped mapped(yaml);
  const auto& command = mapped.set().commands().at(0);
  const auto request = command.request({{"desk", "a"}}, *parse_json(R"({"slot":2})"));
  const auto event = [&](const char* desk, int slot, const char* action) {
    event::Emission emission;
    emission.type = command.reply->event;
    emission.key = Value::object({{"desk", desk}, {"slot", slot}});
    emission.fields = Value::object({{"slot", slot}, {"action", action}});
    return emission;
  };
  EXPECT_TRUE(command.answered_by(*request, event("a", 2, "saved")));
  EXPECT_FALSE(command.answered_by(*request, event("b", 2, "saved")));
  EXPECT_FALSE(command.answered_by(*request, event("a", 3, "saved")));
  EXPECT_FALSE(command.answered_by(*request, event("a", 2, "deleted")));
}

TEST(Command, KnowsItsQosRetainAndPatience) {
  const Mapped mapped(yaml);
  const auto& command = mapped.set().commands().at(0);
  const auto request = command.request({{"desk", "a"}}, *parse_json(R"({"slot":2})"));
  EXPECT_EQ(request->publish.qos, 1);
  EXPECT_TRUE(request->publish.retain);
  EXPECT_EQ(command.reply->within, milliseconds(3000));
  EXPECT_EQ(command.name, "t.save");
}

}  // namespace
}  // namespace sluice::test
