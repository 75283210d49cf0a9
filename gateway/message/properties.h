#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::message {

/// The properties of a PUBLISH that go from publisher to subscriber unchanged (MQTT 5, 3.3.2.3), but for the
/// subscription identifiers and topic aliases, which belong to one connection.
struct Properties {
  std::optional<bool> payload_is_utf8;                    // Payload Format Indicator
  std::optional<std::uint32_t> expiry_s;                  // Message Expiry Interval: what is left of it
  std::optional<std::string> content_type;                // UTF-8
  std::optional<std::string> response_topic;              // a topic name
  std::optional<std::string> correlation;                 // Correlation Data: any bytes
  std::vector<std::pair<std::string, std::string>> user;  // User Properties: UTF-8, in order, names may come twice

  bool empty() const {
    return !payload_is_utf8 && !expiry_s && !content_type && !response_topic && !correlation && user.empty();
  }
  friend bool operator==(const Properties&, const Properties&) = default;
};

}  // namespace sluice::message
