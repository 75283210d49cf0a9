#include "http/ip_prefix.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace sluice::http {
namespace {

using Bytes = std::array<unsigned char, 16>;
constexpr unsigned all_bits = 128;
constexpr unsigned bits_before_ipv4 = 96;

std::optional<Bytes> read_address(std::string_view text) {
  const std::string whole(text);
  Bytes bytes{};
  in_addr v4{};
  if (inet_pton(AF_INET, whole.c_str(), &v4) == 1) {
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(bytes.data() + 12, &v4, sizeof(v4));
    return bytes;
  }
  if (inet_pton(AF_INET6, whole.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool is_ipv4(const Bytes& bytes) {
  static constexpr Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(bytes.begin(), bytes.begin() + 12, mapped.begin());
}

std::string text_of(const Bytes& bytes) {
  std::array<char, INET6_ADDRSTRLEN> made{};
  const auto room = static_cast<socklen_t>(made.size());
  if (is_ipv4(bytes)) return inet_ntop(AF_INET, bytes.data() + 12, made.data(), room);
  return inet_ntop(AF_INET6, bytes.data(), made.data(), room);
}

Bytes masked(Bytes bytes, unsigned bits) {
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned kept = bits <= i * 8 ? 0 : std::min(bits - i * 8, 8U);
    bytes[i] = static_cast<unsigned char>(bytes[i] & (0xff00U >> kept));
  }
  return bytes;
}

}  // namespace

Expected<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = read_address(text.substr(0, slash));
  const auto wrong = [&] {
    return unexpected("'" + excerpt(text, 60) + "' is no IP address or prefix: write 10.0.0.1 or 10.0.0.0/8");
  };
  if (!address) return wrong();
  const bool short_form = text.substr(0, slash).find(':') == std::string_view::npos;
  IpPrefix prefix;
  prefix.bits_ = all_bits;
  if (slash < text.size()) {
    const auto most = short_form ? all_bits - bits_before_ipv4 : all_bits;
    const auto bits = parse_int(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > static_cast<std::int64_t>(most)) return wrong();
    prefix.bits_ = static_cast<unsigned>(*bits) + (short_form ? bits_before_ipv4 : 0);
  }
  prefix.bytes_ = masked(*address, prefix.bits_);
  if (prefix.bytes_ == *address) return prefix;
  return unexpected("'" + excerpt(text, 60) + "' has bits of an address behind its prefix: write " +
                    text_of(prefix.bytes_) + std::string(text.substr(slash)));
}

bool IpPrefix::contains(std::string_view address) const {
  const auto bytes = read_address(address);
  return bytes && masked(*bytes, bits_) == bytes_;
}

std::string plain_address(std::string_view text) {
  const auto bytes = read_address(text);
  return bytes ? text_of(*bytes) : std::string();
}

std::string caller_of(std::string_view address) {
  constexpr unsigned bits_of_a_host = 64;
  const auto bytes = read_address(address);
  if (!bytes) return {};
  return is_ipv4(*bytes) ? text_of(*bytes) : text_of(masked(*bytes, bits_of_a_host)) + "/64";
}

}  // namespace sluice::http
