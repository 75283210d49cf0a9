#include "http/request_target.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::http {
namespace {

constexpr std::size_t most_parts = 64;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 3986 2: a URI is written in visible ASCII; a fragment is never sent (RFC 9110 7.1).
bool allowed(char c) {
  return c > 0x20 && c < 0x7f && c != '#';
}

// application/x-www-form-urlencoded (WHATWG URL 5.1): browsers send a space as `+`.
Expected<std::string> decode_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

Expected<Pairs> read_query(std::string_view text) {
  Pairs pairs;
  for (const auto part : split(text, '&')) {
    if (part.empty()) continue;
    if (pairs.size() == most_parts) return unexpected("the query has more than 64 parameters");
    const auto equals = std::min(part.find('='), part.size());
    auto name = decode_parameter(part.substr(0, equals));
    auto value = decode_parameter(part.substr(std::min(equals + 1, part.size())));
    if (!name) return tl::unexpected(name.error());
    if (!value) return tl::unexpected(value.error());
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace

Expected<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return unexpected("'%' needs two hexadecimal digits after it");
    if (high == 0 && low == 0) return unexpected("%00 is not allowed");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!is_utf8(out)) return unexpected("percent-encoded bytes are no UTF-8");
  return out;
}

Expected<RequestTarget> RequestTarget::read(std::string_view raw) {
  if (!std::all_of(raw.begin(), raw.end(), allowed))
    return unexpected("the request target holds a byte that must be percent-encoded");
  if (raw.starts_with("http://") || raw.starts_with("https://")) {
    raw.remove_prefix(raw.find("//") + 2);
    raw.remove_prefix(std::min({raw.find('/'), raw.find('?'), raw.size()}));
    if (raw.empty() || raw.front() == '?') return unexpected("the request target has no path");
  }
  if (raw.empty() || raw.front() != '/') return unexpected("the request target must begin with '/'");

  RequestTarget target;
  const auto question = std::min(raw.find('?'), raw.size());
  const auto path = raw.substr(0, question);
  if (path.size() > 1) {
    for (const auto level : split(path.substr(1), '/')) {
      if (target.levels.size() == most_parts) return unexpected("the path has more than 64 levels");
      auto decoded = percent_decode(level);
      if (!decoded) return tl::unexpected(decoded.error());
      target.path.append("/").append(*decoded);
      target.levels.push_back(std::move(*decoded));
    }
  } else {
    target.path = "/";
  }
  auto query = read_query(raw.substr(std::min(question + 1, raw.size())));
  if (!query) return tl::unexpected(query.error());
  target.query = std::move(*query);
  return target;
}

}  // namespace sluice::http
