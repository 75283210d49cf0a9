#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace sluice::mqtt {

/// Which broker, and how to speak to it.
struct MqttOptions {
  enum class Version : std::uint8_t { v311, v5 };

  std::string host = "127.0.0.1";
  std::uint16_t port = 1883;
  bool tls = false;
  std::string user;      // "" : none
  std::string password;  // only with a user
  std::string client_id;
  Version version = Version::v5;
  // TLS, PEM files; no `ca`: the certificates of the system. `cert` and `key` only together; the key has no password.
  std::string ca;
  std::string cert;
  std::string key;

  milliseconds keepalive{15'000};          // in whole seconds, at least 5
  milliseconds session_expiry{3'600'000};  // how long the broker keeps messages for a gateway that is away (MQTT 5)
  std::uint16_t receive_maximum = 100;     // messages at most that the broker sends ahead of their acknowledgement
  std::uint32_t packet_bytes = 1U << 20;   // the broker is told not to send more (MQTT 5, 3.1.2.11.4)
  std::size_t payload_bytes = 256U << 10;  // larger ones are acknowledged, counted and left out
  bool latest_restored = false;  // the newest values are known from an earlier run: retained messages bring nothing new

  /// Takes host, port and, if named, user and password from `mqtt://[user[:password]@]host[:port]`; `mqtts://` is TLS.
  /// Ports: 1883, 8883. `user` and `password` may be percent-encoded; an IPv6 address stands in brackets.
  ///
  /// Error: names the part that is wrong, never the password.
  Expected<void> set_url(std::string_view url);
  /// "mqtt://host:port", without user and password: for messages.
  std::string address() const;
};

/// `sluice-` and eight hex digits that belong to this configuration on this host: the same at every start, so that the
/// broker knows its session again.
std::string default_client_id(std::string_view host_name, std::string_view configuration_path);

}  // namespace sluice::mqtt
