#include "recording/texts/mqttx_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "recording/counted.h"
#include "recording/texts/json_capture.h"

namespace sluice::recording {
namespace {

std::optional<message::Properties> read_properties(std::string_view raw) {
  JsonMembers members;
  if (raw.empty() || !members.read(raw)) return std::nullopt;
  message::Properties properties;
  const auto flag = members.find("payloadFormatIndicator");
  if (flag == "true" || flag == "false") properties.payload_is_utf8 = flag == "true";
  if (const auto expiry = parse_int(members.find("messageExpiryInterval"));
      expiry && *expiry >= 0 && *expiry <= 0xFFFFFFFF) {
    properties.expiry_s = static_cast<std::uint32_t>(*expiry);
  }
  properties.content_type = json_text(members.find("contentType"));
  properties.response_topic = json_text(members.find("responseTopic"));
  properties.correlation = json_text(members.find("correlationData"));
  JsonMembers user;
  if (user.read(members.find("userProperties"))) {
    for (const auto& [name, value] : user.all()) {
      const auto values = json_elements(value).value_or(std::vector<std::string_view>{value});
      for (const auto each : values) properties.user.emplace_back(name, json_text(each).value_or(std::string(each)));
    }
  }
  if (properties.empty()) return std::nullopt;
  return properties;
}

class MqttxReader final : public JsonCapture {
 public:
  explicit MqttxReader(std::unique_ptr<CaptureInput> input) : JsonCapture(std::move(input), "messages") {}

  std::string_view format() const override { return "MQTTX JSON"; }

 private:
  /// What the user sent came back to him when he had subscribed to it: only what he received is read.
  bool is_other(const JsonMembers& members) override {
    if (members.find("out") != "true") return false;
    ++sent_;
    return true;
  }

  Expected<std::optional<std::chrono::microseconds>> read_members(const JsonMembers& members,
                                                                  CapturedMessage& message) override {
    const auto raw = members.find("payload");
    auto payload = json_text(raw);
    if (!payload)
      return unexpected(fmt::format("payload is {}, expected a text", raw.empty() ? "missing" : excerpt(raw, 40)));
    const auto time_text = members.find("createAt");
    const auto time = parse_wall_time(json_text(time_text).value_or(""));
    if (!time)
      return unexpected(fmt::format("createAt is {}, expected a date and time",
                                    time_text.empty() ? "missing" : excerpt(time_text, 60)));
    message.message.payload = std::move(*payload);
    message.properties = read_properties(members.find("properties"));
    return std::optional(*time);
  }

  void add_notes(std::vector<std::string>& notes) const override {
    notes.emplace_back(
        "MQTTX writes times without a zone and payloads as it shows them: times are read as UTC, payloads as text");
    if (sent_ > 0) notes.push_back(fmt::format("{} that MQTTX sent left out", counted(sent_, "message")));
  }

  std::uint64_t sent_ = 0;
};

}  // namespace

bool fits_mqttx(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (head[first] != '[' && head[first] != '{')) return false;
  const auto has = [head](std::string_view name) { return head.find(name) != std::string_view::npos; };
  return has("\"clientId\"") && (has("\"messages\"") || has("\"mqttVersion\"") || has("\"subscriptions\""));
}

std::unique_ptr<CaptureReader> open_mqttx(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<MqttxReader>(std::move(input));
}

}  // namespace sluice::recording
