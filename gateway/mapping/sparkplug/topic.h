#pragma once

#include <cstdint>
#include <string_view>

#include "base/expected.h"

namespace sluice::mapping::sparkplug {

/// The first level of every Sparkplug B topic (Sparkplug 3.0, 4.1.1).
constexpr std::string_view name_space = "spBv1.0";

/// A topic's parts (4.1): namespace, group, kind of message, node, device. Never an owner.
struct Topic {
  enum class Kind : std::uint8_t { node_birth, node_death, node_data, device_birth, device_death, device_data, other };
  Kind kind = Kind::other;  // other: commands, and the states of host applications
  std::string_view group;
  std::string_view node;
  std::string_view device;  // "" for the node's own messages
};

/// Error: a topic that Sparkplug B does not have; a level longer than `name_bytes`.
Expected<Topic> read_topic(std::string_view topic, std::size_t name_bytes);

}  // namespace sluice::mapping::sparkplug
