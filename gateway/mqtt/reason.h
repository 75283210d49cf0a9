#pragma once

#include <string>

#include "mqtt/mqtt_options.h"

namespace sluice::mqtt {

/// Why a broker refused a CONNECT, in words: of the return code of MQTT 3.1.1 (3.2.2.3) or the reason code of MQTT 5
/// (3.2.2.2), with what to do about it where that is known.
std::string refusal_text(int code, MqttOptions::Version version, const std::string& client_id);

/// A reason code of MQTT 5 (2.4) in words: of DISCONNECT, PUBACK, SUBACK.
std::string reason_text(int code, const std::string& client_id);

}  // namespace sluice::mqtt
