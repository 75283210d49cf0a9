#pragma once

#include <string_view>

#include "base/clock.h"
#include "message/message.h"

namespace sluice::mapping::sparkplug {

/// The command that asks a node to send its births again: NCMD `Node Control/Rebirth` = true, by name, without a
/// sequence number, QoS 0, not retained (Sparkplug 3.0, 5.17, 6.4.23).
message::Publish rebirth_request(std::string_view group, std::string_view node, Timestamp time);

}  // namespace sluice::mapping::sparkplug
