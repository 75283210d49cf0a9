#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "message/message.h"
#include "message/properties.h"
#include "recording/packets/mqtt_packet.h"
#include "recording/packets/tcp_segment.h"

namespace sluice::recording {

/// What is known by now of one TCP connection that may carry MQTT.
struct Connection {
  std::uint32_t number = 0;      // counted from 1, in the order of their first segments
  std::array<Endpoint, 2> ends;  // [0] sent the first segment that the capture holds
  std::optional<int> client;     // which end is the client: it opened the connection, or sent what only clients send
  Level level = Level::unknown;  // of MQTT
  bool websocket = false;
  bool is_mqtt = false;               // a packet was read
  bool encrypted = false;             // TLS was seen
  std::chrono::microseconds first{};  // when it began, or was first seen
  /// The broker may send what came before the connection: it is older than the capture, or its session is.
  bool has_past = true;
};

/// One PUBLISH that a connection carried.
struct Published {
  std::shared_ptr<const Connection> connection;
  int sender = 0;            // which end of the connection
  message::Message message;  // with the packet's retain flag
  std::optional<message::Properties> properties;
  std::uint16_t id = 0;
  bool dup = false;
  std::chrono::microseconds time{};  // since 1970, of the segment that made it whole
  std::uint64_t offset = 0;          // of that segment in the capture
};

}  // namespace sluice::recording
