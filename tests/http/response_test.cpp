#include "http/response.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

TEST(Problem, IsAnObjectOfRfc9457) {
  const auto response = problem(404, "no desk \"b\"");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no desk \\\"b\\\"\"}\n");
}

TEST(Request, HeadersAreFoundInAnyCaseAndParametersInTheirOwn) {
  Request request;
  request.headers = {{"Last-Event-ID", "x-1"}, {"last-event-id", "x-2"}};
  request.query = {{"Limit", "1"}};
  EXPECT_EQ(request.header("LAST-EVENT-ID"), "x-1");
  EXPECT_EQ(request.parameter("Limit"), "1");
  EXPECT_EQ(request.parameter("limit"), "");
}

}  // namespace
}  // namespace sluice::http
