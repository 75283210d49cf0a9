#include "mqtt/property_list.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <cstdlib>
#include <memory>

namespace sluice::mqtt {
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }  // NOLINT: the library's
};
using Text = std::unique_ptr<char, Free>;

std::optional<std::string> read_text(const mosquitto_property* list, int identifier) {
  char* text = nullptr;
  if (mosquitto_property_read_string(list, identifier, &text, false) == nullptr) return std::nullopt;
  const Text owner(text);
  return std::string(text);
}

}  // namespace

message::Properties read_properties(const mqtt5__property* list) {
  message::Properties properties;
  if (list == nullptr) return properties;
  std::uint8_t indicator = 0;
  if (mosquitto_property_read_byte(list, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, &indicator, false) != nullptr) {
    properties.payload_is_utf8 = indicator == 1;
  }
  std::uint32_t expiry = 0;
  if (mosquitto_property_read_int32(list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, &expiry, false) != nullptr) {
    properties.expiry_s = expiry;
  }
  properties.content_type = read_text(list, MQTT_PROP_CONTENT_TYPE);
  properties.response_topic = read_text(list, MQTT_PROP_RESPONSE_TOPIC);
  void* bytes = nullptr;
  std::uint16_t length = 0;
  if (mosquitto_property_read_binary(list, MQTT_PROP_CORRELATION_DATA, &bytes, &length, false) != nullptr) {
    const Text owner(static_cast<char*>(bytes));
    properties.correlation = std::string(owner ? owner.get() : "", length);
  }
  const auto* next = list;
  for (bool skip = false; next != nullptr; skip = true) {
    char* name = nullptr;
    char* value = nullptr;
    next = mosquitto_property_read_string_pair(next, MQTT_PROP_USER_PROPERTY, &name, &value, skip);
    if (next == nullptr) break;
    const Text name_owner(name);
    const Text value_owner(value);
    properties.user.emplace_back(name, value);
  }
  return properties;
}

void add_properties(const message::Properties& properties, mqtt5__property** list) {
  const auto add_text = [list](int identifier, const std::optional<std::string>& text) {
    if (text) mosquitto_property_add_string(list, identifier, text->c_str());
  };
  if (properties.payload_is_utf8) {
    mosquitto_property_add_byte(list, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, *properties.payload_is_utf8 ? 1 : 0);
  }
  if (properties.expiry_s) {
    mosquitto_property_add_int32(list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, *properties.expiry_s);
  }
  add_text(MQTT_PROP_CONTENT_TYPE, properties.content_type);
  add_text(MQTT_PROP_RESPONSE_TOPIC, properties.response_topic);
  if (properties.correlation && properties.correlation->size() <= UINT16_MAX) {
    mosquitto_property_add_binary(list, MQTT_PROP_CORRELATION_DATA, properties.correlation->data(),
                                  static_cast<std::uint16_t>(properties.correlation->size()));
  }
  for (const auto& [name, value] : properties.user) {
    mosquitto_property_add_string_pair(list, MQTT_PROP_USER_PROPERTY, name.c_str(), value.c_str());
  }
}

}  // namespace sluice::mqtt
