#include "http/stream_requests.h"

#include <gtest/gtest.h>

#include "event/event_catalog.h"
#include "history/memory_event_log.h"

namespace sluice::http {
namespace {

class JoinedRequest : public testing::Test {
 protected:
  void declare(const std::vector<std::string>& names) {
    std::vector<event::StreamSpec> specs;
    for (const auto& name : names) specs.emplace_back().name = name;
    specs.front().path_fields = {"tank"};
    hub.declare(std::move(specs));
  }
  Expected<stream::Request, Response> read(Pairs query) const {
    Request request;
    request.method = "GET";
    request.query = std::move(query);
    return read_joined_request(request, hub, nullptr);
  }
  std::string refusal(Pairs query) const {
    const auto made = read(std::move(query));
    return made ? "none" : std::to_string(made.error().status) + " " + made.error().body;
  }
  event::EventCatalog catalog;
  history::MemoryEventLog log{{}, "t"};
  stream::Hub hub{log, catalog};
};

TEST_F(JoinedRequest, NamesAreTakenInTheirOrderFromAllParameters) {
  declare({"tanks", "bms", "bms.cells"});
  const auto made = read({{"names", "bms.cells,tanks"}, {"tanks.tank", "a"}, {"names", "bms"}, {"lastEventId", "t-4"}});
  ASSERT_TRUE(made.has_value());
  ASSERT_EQ(made->joined.size(), 3u);
  EXPECT_EQ(made->joined[0].stream->name, "bms.cells");
  EXPECT_EQ(made->joined[1].path_values, std::vector<std::string>{"a"});
  EXPECT_EQ(made->joined[2].stream->name, "bms");
  EXPECT_EQ(made->last_event_id, "t-4");
}

TEST_F(JoinedRequest, AParameterWithoutAStreamsNameIsNobodys) {
  declare({"tanks", "bms"});
  EXPECT_NE(refusal({{"names", "bms,tanks"}, {"tank", "a"}}).find("tanks: parameter 'tank' is missing"),
            std::string::npos);
}

TEST_F(JoinedRequest, SixtyFourStreamsAreTheMost) {
  std::vector<std::string> names;
  std::string all;
  for (std::size_t i = 0; i <= stream::most_joined; ++i) {
    names.push_back("s" + std::to_string(i));
    if (i > 0) all += (i > 1 ? "," : "") + names.back();
  }
  declare(names);
  const auto made = read({{"names", all}});
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->joined.size(), stream::most_joined);
  EXPECT_NE(refusal({{"names", all + ",s0"}}).find("names has more than 64 streams"), std::string::npos);
}

TEST_F(JoinedRequest, WhatNeedsARoleNeedsOneHereToo) {
  std::vector<event::StreamSpec> specs(2);
  specs[0].name = "open";
  specs[1].name = "closed";
  specs[1].access = {"operator"};
  hub.declare(std::move(specs));
  EXPECT_EQ(refusal({{"names", "open,closed"}}).substr(0, 3), "401");
  EXPECT_EQ(refusal({{"names", "open"}}), "none");
}

}  // namespace
}  // namespace sluice::http
