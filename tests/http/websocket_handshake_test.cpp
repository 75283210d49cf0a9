#include "http/websocket_handshake.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::http {
namespace {

/// A browser's handshake, with one header changed: without a value it is left out.
Request with(std::string_view name, std::string_view value) {
  Request request;
  request.method = "GET";
  const Pairs usual = {{"Host", "a"},
                       {"Upgrade", "websocket"},
                       {"Connection", "keep-alive, Upgrade"},
                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                       {"Sec-WebSocket-Version", "13"}};
  for (const auto& header : usual) {
    if (header.first != name) request.headers.push_back(header);
  }
  if (!value.empty()) request.headers.emplace_back(name, value);
  return request;
}

int status(const Request& request, std::string_view version = "HTTP/1.1") {
  const auto checked = check_websocket_handshake(request, version);
  return checked ? 101 : checked.error().status;
}

TEST(WebSocketHandshake, AnswersTheKeyAsTheStandardsExample) {
  EXPECT_EQ(*check_websocket_handshake(with("", ""), "HTTP/1.1"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, TakesListsAndAnyCase) {
  EXPECT_EQ(status(with("Upgrade", "h2c, WebSocket")), 101);
  EXPECT_EQ(status(with("Connection", "UPGRADE")), 101);
  EXPECT_EQ(status(with("Sec-WebSocket-Extensions", "permessage-deflate")), 101);
  EXPECT_EQ(status(with("Sec-WebSocket-Protocol", "mqtt")), 101);
}

TEST(WebSocketHandshake, AnotherVersionIsToldTheRightOne) {
  for (const auto* version : {"", "8", "12", "14", "013", "13, 8"}) {
    const auto checked = check_websocket_handshake(with("Sec-WebSocket-Version", version), "HTTP/1.1");
    ASSERT_FALSE(checked) << version;
    EXPECT_EQ(checked.error().status, 426) << version;
    EXPECT_NE(
        std::ranges::find(checked.error().headers, std::pair<std::string, std::string>("Sec-WebSocket-Version", "13")),
        checked.error().headers.end());
  }
}

TEST(WebSocketHandshake, APlainRequestIsToldToUpgrade) {
  EXPECT_EQ(status(with("Upgrade", "")), 426);
  EXPECT_EQ(status(with("Upgrade", "h2c")), 426);
  EXPECT_EQ(status(with("Upgrade", "websockets")), 426);
}

TEST(WebSocketHandshake, WhatIsHalfAHandshakeIsRefused) {
  EXPECT_EQ(status(with("Connection", "")), 400);
  EXPECT_EQ(status(with("Connection", "keep-alive")), 400);
  EXPECT_EQ(status(with("", ""), "HTTP/1.0"), 400);
  EXPECT_EQ(status(with("Sec-WebSocket-Key", "")), 400);
  EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")), 400);
  EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQA=")), 400);
  EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j!Q==")), 400);
  auto twice = with("", "");
  twice.headers.emplace_back("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(status(twice), 400);
}

TEST(WebSocketHandshake, OnlyAGetAsksForIt) {
  auto head = with("", "");
  head.method = "HEAD";
  EXPECT_FALSE(asks_for_websocket(head));
  EXPECT_TRUE(asks_for_websocket(with("", "")));
}

}  // namespace
}  // namespace sluice::http
