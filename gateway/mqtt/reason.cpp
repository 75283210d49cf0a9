#include "mqtt/reason.h"

#include <fmt/format.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>

namespace sluice::mqtt {
namespace {

std::string lower_first(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && !(text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z')) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string refusal_text(int code, MqttOptions::Version version, const std::string& client_id) {
  if (version == MqttOptions::Version::v5) return reason_text(code, client_id);
  switch (code) {
    case CONNACK_REFUSED_PROTOCOL_VERSION:
      return "the broker does not speak MQTT 3.1.1";
    case CONNACK_REFUSED_IDENTIFIER_REJECTED:
      return reason_text(MQTT_RC_CLIENTID_NOT_VALID, client_id);
    case CONNACK_REFUSED_SERVER_UNAVAILABLE:
      return reason_text(MQTT_RC_SERVER_UNAVAILABLE, client_id);
    case CONNACK_REFUSED_BAD_USERNAME_PASSWORD:
      return reason_text(MQTT_RC_BAD_USERNAME_OR_PASSWORD, client_id);
    case CONNACK_REFUSED_NOT_AUTHORIZED:
      return reason_text(MQTT_RC_NOT_AUTHORIZED, client_id);
    default:
      return fmt::format("the broker refused with return code {}", code);
  }
}

std::string reason_text(int code, const std::string& client_id) {
  switch (code) {
    case MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION:
      return "the broker does not speak MQTT 5: set mqtt.version to 3.1.1";
    case MQTT_RC_CLIENTID_NOT_VALID:
      return fmt::format("the broker does not accept the client id '{}'", client_id);
    case MQTT_RC_BAD_USERNAME_OR_PASSWORD:
      return "wrong user name or password";
    case MQTT_RC_SESSION_TAKEN_OVER:
      return fmt::format("another client uses this id '{}'", client_id);
    default:
      return fmt::format("{} (reason {:#04x})", lower_first(mosquitto_reason_string(code)),
                         static_cast<unsigned>(code));
  }
}

}  // namespace sluice::mqtt
