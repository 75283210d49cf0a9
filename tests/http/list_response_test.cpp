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

TEST(ListResponse, AWrongParameterIsA400) {
  Gateway gateway;
  EXPECT_EQ(status_of(get(gateway.port(), "/heights?limit=many")), 400);
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
