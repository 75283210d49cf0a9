#include "mqtt/mqtt_options.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace sluice::mqtt {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

/// RFC 3986, 2.1; nullopt when a % is no code, or the text would hold a NUL.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      c = static_cast<char>(*high * 16 + *low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<HostPort> split_authority(std::string_view authority) {
  if (authority.starts_with('[')) {  // RFC 3986, 3.2.2: an IPv6 address
    const auto bracket = authority.find(']');
    if (bracket == authority.npos) return std::nullopt;
    const auto after = authority.substr(bracket + 1);
    const auto host = authority.substr(1, bracket - 1);
    if (after.empty()) return HostPort{host, std::nullopt};
    if (after[0] != ':') return std::nullopt;
    return HostPort{host, after.substr(1)};
  }
  const auto colon = authority.find(':');
  if (colon == authority.npos) return HostPort{authority, std::nullopt};
  return HostPort{authority.substr(0, colon), authority.substr(colon + 1)};
}

}  // namespace

Expected<void> MqttOptions::set_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto scheme = url.substr(0, scheme_end == url.npos ? 0 : scheme_end);
  if (scheme != "mqtt" && scheme != "mqtts") {
    return unexpected(fmt::format("expected a broker as mqtt://host:port or mqtts://host:port{}",
                                  scheme.empty() ? "" : fmt::format(", not '{}://...'", excerpt(scheme))));
  }
  auto authority = url.substr(scheme_end + 3);
  if (authority.ends_with('/')) authority.remove_suffix(1);

  MqttOptions read = *this;
  read.tls = scheme == "mqtts";
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    const auto login = authority.substr(0, at);
    authority = authority.substr(at + 1);
    const auto colon = login.find(':');
    const auto decoded_user = percent_decoded(login.substr(0, colon));
    const auto decoded_password = percent_decoded(colon == login.npos ? "" : login.substr(colon + 1));
    if (!decoded_user || !decoded_password || decoded_user->empty() || !is_utf8(*decoded_user)) {
      return unexpected("user and password before '@' are no percent-encoded text");
    }
    read.user = *decoded_user;
    if (colon != login.npos) read.password = *decoded_password;
  }
  const auto parts = split_authority(authority);
  if (!parts || parts->host.empty() || parts->host.size() > 253 ||
      parts->host.find_first_of(std::string_view("/?# \0", 5)) != authority.npos) {
    return unexpected(fmt::format("expected a host and perhaps a port, not '{}'", excerpt(authority)));
  }
  read.host = parts->host;
  read.port = read.tls ? 8883 : 1883;
  if (parts->port) {
    const auto number = parse_int(*parts->port);
    if (!number || *number < 1 || *number > 65'535) {
      return unexpected(fmt::format("port '{}', expected 1 to 65535", excerpt(*parts->port)));
    }
    read.port = static_cast<std::uint16_t>(*number);
  }
  *this = std::move(read);
  return {};
}

std::string MqttOptions::address() const {
  const bool bracketed = host.find(':') != host.npos;
  return fmt::format("{}://{}{}{}:{}", tls ? "mqtts" : "mqtt", bracketed ? "[" : "", host, bracketed ? "]" : "", port);
}

std::string default_client_id(std::string_view host_name, std::string_view configuration_path) {
  // FNV-1a, since it must give the same on every build.
  std::uint32_t hash = 2'166'136'261U;
  const auto mix = [&hash](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U; };
  for (const char c : host_name) mix(c);
  mix('\0');
  for (const char c : configuration_path) mix(c);
  return fmt::format("sluice-{:08x}", hash);
}

}  // namespace sluice::mqtt
