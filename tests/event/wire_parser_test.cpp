#include "event/wire_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"

namespace sluice::event {
namespace {

const std::filesystem::path cases = std::filesystem::path(SLUICE_SOURCE_DIR) / "tests/wire";

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(cases)) {
    if (entry.path().extension() == ".sse") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

/// What a reader found, in the words of the case's .json.
Value read_in_pieces(std::string_view bytes, std::size_t piece) {
  WireParser parser;
  std::vector<WireEvent> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    EXPECT_TRUE(parser.feed(bytes.substr(at, piece), events));
  }
  Value::List found;
  for (const auto& event : events) {
    found.push_back(Value::object({{"type", event.type}, {"data", event.data}, {"lastEventId", event.last_event_id}}));
  }
  Value retry;
  if (const auto ms = parser.reconnection_ms()) retry = static_cast<std::int64_t>(*ms);
  return Value::object({{"events", std::move(found)},
                        {"lastEventId", parser.last_event_id()},
                        {"retry", std::move(retry)},
                        {"comments", static_cast<std::int64_t>(parser.comments())}});
}

class WireCase : public testing::TestWithParam<std::string> {};

TEST_P(WireCase, IsReadAsABrowserReadsIt) {
  const auto bytes = content(cases / (GetParam() + ".sse"));
  const auto expected = to_json(*parse_json(content(cases / (GetParam() + ".json"))));
  for (const auto piece : {bytes.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    EXPECT_EQ(to_json(read_in_pieces(bytes, piece)), expected) << "in pieces of " << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, WireCase, testing::ValuesIn(case_names()), [](const auto& file) {
  std::string name = file.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(WireParser, RefusesALineAboveItsBound) {
  WireParser parser(10);
  std::vector<WireEvent> events;
  EXPECT_TRUE(parser.feed("data: 1234", events));
  const auto refused = parser.feed("5", events);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "an event above 10 bytes");
  EXPECT_FALSE(parser.feed("\n\n", events));
  EXPECT_TRUE(events.empty());
}

TEST(WireParser, RefusesManyLinesAboveItsBound) {
  WireParser parser(10);
  std::vector<WireEvent> events;
  EXPECT_FALSE(parser.feed("data:1\ndata:2\ndata:3\ndata:4\n\n", events));
}

TEST(WireParser, BoundsWhatItKeepsNotWhatItReads) {
  WireParser parser(10);
  std::vector<WireEvent> events;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(parser.feed("data: 1\n\n", events));
  EXPECT_EQ(events.size(), 100u);
}

}  // namespace
}  // namespace sluice::event
