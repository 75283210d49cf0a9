#include "http/websocket_handshake.h"

#include <strings.h>

#include <algorithm>

#include "auth/base64url.h"
#include "auth/digest.h"
#include "base/text.h"

namespace sluice::http {
namespace {

constexpr std::string_view version = "13";

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::size_t lines(const Request& request, std::string_view header) {
  return static_cast<std::size_t>(
      std::ranges::count_if(request.headers, [&](const auto& one) { return same(one.first, header); }));
}

// Base64 of 16 bytes: 22 digits, the last of which has four bits of no use, and two paddings.
bool is_key(std::string_view text) {
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  constexpr std::size_t digits = 22;
  return text.size() == digits + 2 && std::ranges::all_of(text.substr(0, digits), is_digit) &&
         text.substr(digits) == "==";
}

tl::unexpected<Response> refuse(std::string_view why) {
  return tl::unexpected<Response>(problem(400, why));
}

// RFC 9110 15.5.22
tl::unexpected<Response> require_upgrade(std::string_view why) {
  auto response = problem(426, why);
  response.with("Upgrade", "websocket").with("Connection", "Upgrade");
  response.with("Sec-WebSocket-Version", version);  // RFC 6455 4.4
  return tl::unexpected<Response>(std::move(response));
}

}  // namespace

bool lists_token(const Request& request, std::string_view header, std::string_view token) {
  return std::ranges::any_of(request.headers, [&](const auto& line) {
    if (!same(line.first, header)) return false;
    const auto elements = split(line.second, ',');
    return std::ranges::any_of(elements, [&](std::string_view element) { return same(trim(element), token); });
  });
}

bool asks_for_websocket(const Request& request) {
  return request.method == "GET" && lists_token(request, "Upgrade", "websocket");
}

std::string websocket_accept(std::string_view key) {
  constexpr std::string_view of_every_websocket = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return auth::base64(auth::sha1(std::string(key).append(of_every_websocket)));
}

Expected<std::string, Response> check_websocket_handshake(const Request& request, std::string_view http_version) {
  if (!asks_for_websocket(request)) return require_upgrade("this path speaks WebSocket: ask with 'Upgrade: websocket'");
  if (http_version != "HTTP/1.1") return refuse("a WebSocket needs HTTP/1.1");
  if (!lists_token(request, "Connection", "Upgrade")) return refuse("'Connection: Upgrade' is missing");
  const auto asked = request.header("Sec-WebSocket-Version");
  if (asked != version || lines(request, "Sec-WebSocket-Version") != 1) {
    return require_upgrade("WebSocket version '" + excerpt(asked, 20) + "' is not served: 13 is");
  }
  const auto key = request.header("Sec-WebSocket-Key");
  if (!is_key(key) || lines(request, "Sec-WebSocket-Key") != 1) {
    return refuse("Sec-WebSocket-Key must stand once and be 16 bytes as base64");
  }
  return websocket_accept(key);
}

}  // namespace sluice::http
