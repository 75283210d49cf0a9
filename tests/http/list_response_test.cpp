#include "http/list_response.h"

#include <gtest/gtest.h>

#include "support/http/gateway.h"

namespace sluice::http {
namespace {

std::string header_of(const std::string& response, const std::string& name) {
  const auto at = response.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return response.substr(begin, response.find("\r\n", begin) - begin);
}

TEST(ListResponse, APollIsTheLatestValuesAtEitherPath) {
  Gateway gateway;
  gateway.tell("a", 70);
  const auto response = get(gateway.port(), "/heights");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_EQ(header_of(response, "Content-Type"), "application/json");
  EXPECT_EQ(header_of(response, "Sluice-Last-Event-ID"), gateway.epoch() + "-1");
  EXPECT_NE(body_of(response).find("\"cm\":70"), std::string::npos);
  EXPECT_EQ(body_of(get(gateway.port(), "/streams/desk/latest")), body_of(response));
}

TEST(ListResponse, AnUnchangedPollIsA304) {
  Gateway gateway;
  gateway.tell("a", 70);
  const auto etag = header_of(get(gateway.port(), "/heights"), "ETag");
  const auto again = get(gateway.port(), "/heights", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(status_of(again), 304);
  EXPECT_EQ(header_of(again, "ETag"), etag);
  EXPECT_EQ(body_of(again), "");
  gateway.tell("a", 71);
  EXPECT_EQ(status_of(get(gateway.port(), "/heights", "If-None-Match: " + etag + "\r\n")), 200);
}

TEST(ListResponse, TheBareNewestOfOneKeyIs404WhileThereIsNone) {
  Gateway gateway;
  gateway.tell("a", 70);
  EXPECT_EQ(body_of(get(gateway.port(), "/desks/a/height")), R"({"desk":"a","cm":70})");
  EXPECT_EQ(status_of(get(gateway.port(), "/desks/b/height")), 404);
  EXPECT_EQ(status_of(get(gateway.port(), "/desks/a/height?after=" + gateway.epoch() + "-1")), 404);
}

TEST(ListResponse, APastThatIsCutLinksToTheRest) {
  Gateway gateway;
  for (int cm = 1; cm <= 5; ++cm) gateway.tell("a", cm);
  const auto first = get(gateway.port(), "/heights/past?limit=2&from=1000&access_token=secret");
  EXPECT_EQ(header_of(first, "Link"), "<?after=" + gateway.epoch() + "-2&limit=2&from=1000>; rel=next");
  EXPECT_EQ(header_of(first, "Sluice-Last-Event-ID"), gateway.epoch() + "-5");
  const auto last = get(gateway.port(), "/heights/past?limit=3&after=" + gateway.epoch() + "-2");
  EXPECT_EQ(header_of(last, "Link"), "");
  EXPECT_NE(body_of(last).find("\"cm\":3"), std::string::npos);
  EXPECT_NE(body_of(last).find("\"cm\":5"), std::string::npos);
  EXPECT_EQ(body_of(last).find("\"cm\":2"), std::string::npos);
  EXPECT_EQ(body_of(get(gateway.port(), "/heights/past?from=1001")), "[]");
  EXPECT_EQ(body_of(get(gateway.port(), "/heights/past?to=999")), "[]");
}

TEST(ListResponse, AWrongParameterIsA400) {
  Gateway gateway;
  for (const auto* query : {"limit=many", "limit=0", "limit=10001", "after=x", "wait=25", "wait=61s"}) {
    EXPECT_EQ(status_of(get(gateway.port(), "/heights?" + std::string(query))), 400) << query;
  }
  for (const auto* query : {"from=noon", "to=1e3"}) {
    EXPECT_EQ(status_of(get(gateway.port(), "/heights/past?" + std::string(query))), 400) << query;
  }
}

TEST(NoneMatch, ComparesWeaklyWithEachTag) {
  EXPECT_TRUE(none_match_holds("\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_holds("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(none_match_holds("*", "\"a\""));
  EXPECT_FALSE(none_match_holds("", "\"a\""));
  EXPECT_FALSE(none_match_holds("a", "\"a\""));
}

}  // namespace
}  // namespace sluice::http
