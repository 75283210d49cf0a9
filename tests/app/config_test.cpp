#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::app {
namespace {

using testing::ElementsAre;

Variables none() {
  return [](const std::string&) { return std::nullopt; };
}

std::vector<std::string> errors(std::string_view text) {
  std::vector<std::string> texts;
  const auto config = parse_config(text, "sluice.yaml", none());
  if (config) return texts;
  for (const auto& error : config.error()) texts.push_back(error.text());
  return texts;
}

TEST(Config, AnEmptyFileIsAllDefaults) {
  const auto config = parse_config("", "sluice.yaml", none());
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->http.listen, "127.0.0.1:8080");
  EXPECT_EQ(config->mqtt.port, 1883);
  EXPECT_EQ(config->history.events, 100'000U);
}

TEST(Config, ReadsEachRoomsOptions) {
  const auto config = parse_config(
      "listen: 127.0.0.1:0\n"
      "mqtt: {url: mqtt://broker:1884, client_id: me}\n"
      "history: {events: 5, age: 2m}\n"
      "limits: {header: 1800B, overload: refuse}\n"
      "fanout: {window: 20ms, sink: reader, compression: true}\n",
      "sluice.yaml", none());
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->mqtt.host, "broker");
  EXPECT_EQ(config->mqtt.port, 1884);
  EXPECT_EQ(config->history.age, milliseconds(120'000));
  EXPECT_EQ(config->http.limits.header_bytes, 1800U);
  EXPECT_EQ(config->http.overload, http::Overload::refuse);
  EXPECT_EQ(config->http.window, milliseconds(20));
  EXPECT_TRUE(config->http.compression);
}

TEST(Config, MappingsAreRelativeToTheFile) {
  EXPECT_EQ(parse_config("mappings: maps", "etc/sluice.yaml", none())->mappings, "etc/maps");
  EXPECT_EQ(parse_config("", "etc/sluice.yaml", none())->mappings, "mappings/");
}

TEST(Config, AllErrorsAreToldWithTheirPlaces) {
  EXPECT_THAT(errors("listn: x\nhistory: {age: 5, evnts: 3, store: disk}\n"),
              ElementsAre("sluice.yaml:1:1: unknown key 'listn' - did you mean 'listen'?",
                          "sluice.yaml:2:16: duration '5' needs a unit: ms, s, m, h or d",
                          "sluice.yaml:2:19: unknown key 'history.evnts' - did you mean 'events'?",
                          "sluice.yaml:2:36: 'history.store' is 'disk': one of memory expected"));
}

TEST(Config, VariablesAreFilledInAfterParsing) {
  const Variables port = [](const std::string& name) {
    return name == "HOST" ? std::optional<std::string>("a: b") : std::nullopt;
  };
  EXPECT_EQ(parse_config("zone: ${HOST}", "f", port)->zone, "a: b");
  EXPECT_EQ(parse_config("zone: ${NONE:-UTC}", "f", port)->zone, "UTC");
  EXPECT_EQ(parse_config("zone: ${NONE}", "f", port).error().front().text(),
            "f:1:7: variable 'NONE' is not set: set it, or write ${NONE:-default}");
}

TEST(Config, NamesTheOptionsThatDiffer) {
  const auto read = [](std::string_view text) { return *parse_config(text, "f", none()); };
  const auto running = read("zone: UTC\nmqtt: {url: mqtt://a, user: u}\nlimits: {clients: 5}");
  EXPECT_THAT(changed_options(running, running), testing::IsEmpty());
  EXPECT_THAT(changed_options(running, read("zone: UTC\nmqtt: {url: mqtt://b}\nlimits: {clients: 5, keys: 7}")),
              ElementsAre("limits.keys", "mqtt.url", "mqtt.user"));
}

TEST(Config, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(load_config("/nowhere/sluice.yaml").error().front().text(),
            "/nowhere/sluice.yaml: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace sluice::app
