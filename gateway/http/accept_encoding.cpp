#include "http/accept_encoding.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "base/text.h"

namespace sluice::http {
namespace {

constexpr int most = 1000;  // of a weight, in thousandths

std::string lower(std::string_view text) {
  std::string made(text);
  for (auto& c : made) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return made;
}

// RFC 9110 12.4.2: 0 or 1, with up to three digits after the point.
std::optional<int> read_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = text[0] == '1' ? most : 0;
  int unit = most / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight <= most ? std::optional(weight) : std::nullopt;
}

struct Listed {
  std::string coding;
  int weight = 0;
};

Listed read_listed(std::string_view text) {
  const auto semicolon = std::min(text.find(';'), text.size());
  Listed listed{lower(trim(text.substr(0, semicolon))), most};
  if (semicolon == text.size()) return listed;
  const auto parameter = trim(text.substr(semicolon + 1));
  const auto weight = parameter.starts_with("q=") || parameter.starts_with("Q=") ? read_weight(parameter.substr(2))
                                                                                 : std::optional<int>();
  listed.weight = weight.value_or(0);
  return listed;
}

}  // namespace

stream::FormKind form_for(std::string_view accept_encoding) {
  int gzip = 0;
  int zstd = 0;
  int identity = 0;
  for (const auto part : split(accept_encoding, ',')) {
    const auto [coding, weight] = read_listed(part);
    if (coding == "gzip" || coding == "x-gzip") gzip = weight;
    if (coding == "zstd") zstd = weight;
    if (coding == "identity") identity = weight;
  }
  const auto best = std::max(gzip, zstd);
  if (best == 0 || identity >= best) return stream::FormKind::sse;
  // Of equals the one that makes short events shorter.
  return gzip == best ? stream::FormKind::gzip : stream::FormKind::zstd;
}

std::string_view content_encoding(stream::FormKind form) {
  switch (form) {
    case stream::FormKind::gzip:
      return "gzip";
    case stream::FormKind::zstd:
      return "zstd";
    case stream::FormKind::sse:
    case stream::FormKind::websocket:
      break;
  }
  return "";
}

}  // namespace sluice::http
