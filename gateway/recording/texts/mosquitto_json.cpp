#include "recording/texts/mosquitto_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "recording/counted.h"
#include "recording/texts/json_capture.h"

namespace sluice::recording {
namespace {

std::optional<std::string> text_member(const JsonMembers& members, std::string_view name) {
  return json_text(members.find(name));
}

/// The properties as mosquitto_sub names them.
std::optional<message::Properties> read_properties(std::string_view raw) {
  JsonMembers members;
  if (raw.empty() || !members.read(raw)) return std::nullopt;
  message::Properties properties;
  if (const auto flag = members.find("payload-format-indicator"); !flag.empty())
    properties.payload_is_utf8 = flag == "1";
  if (const auto expiry = parse_int(members.find("message-expiry-interval"));
      expiry && *expiry >= 0 && *expiry <= 0xFFFFFFFF) {
    properties.expiry_s = static_cast<std::uint32_t>(*expiry);
  }
  properties.content_type = text_member(members, "content-type");
  properties.response_topic = text_member(members, "response-topic");
  properties.correlation = text_member(members, "correlation-data");
  JsonMembers user;
  if (user.read(members.find("user-properties"))) {
    for (const auto& [name, value] : user.all())
      properties.user.emplace_back(name, json_text(value).value_or(std::string(value)));
  }
  if (properties.empty()) return std::nullopt;
  return properties;
}

class MosquittoJsonReader final : public JsonCapture {
 public:
  explicit MosquittoJsonReader(std::unique_ptr<CaptureInput> input) : JsonCapture(std::move(input), "") {}

  std::string_view format() const override {
    return payload_is_json_   ? "mosquitto_sub -F '%J'"
           : payload_is_text_ ? "mosquitto_sub -F '%j'"
                              : "mosquitto_sub JSON";
  }

 private:
  Expected<std::optional<std::chrono::microseconds>> read_members(const JsonMembers& members,
                                                                  CapturedMessage& message) override {
    const auto time_text = members.find("tst");
    // Versions before 2.0 write whole seconds, 2.0 a date with a Z that means nothing before its offset, later ones
    // without.
    const auto time =
        time_text.starts_with('"') ? parse_wall_time(json_text(time_text).value_or("")) : parse_epoch(time_text);
    if (!time)
      return unexpected(
          fmt::format("tst is {}, expected a date and time or seconds since 1970", excerpt(time_text, 60)));
    const auto payload = members.find("payload");
    if (payload.empty()) return unexpected("has no payload");
    message.message.payload = read_payload(payload, parse_int(members.find("payloadlen")));
    message.properties = read_properties(members.find("properties"));
    ++messages_;
    return std::optional(*time);
  }

  std::string read_payload(std::string_view raw, std::optional<std::int64_t> length) {
    const auto is_long = [&length](const std::string& bytes) {
      return length && bytes.size() == static_cast<std::uint64_t>(*length);
    };
    if (raw == "null" && (!length || *length == 0)) return {};
    if (raw[0] == '"') {
      auto text = json_text(raw);
      if (text && (!length || is_long(*text))) {
        payload_is_text_ = true;
        return std::move(*text);
      }
      if (text && !payload_is_json_ && raw.size() != static_cast<std::uint64_t>(*length)) {
        payload_is_text_ = true;
        ++cut_;
        return std::move(*text);
      }
    }
    if (auto bytes = json_bytes(raw); bytes && is_long(*bytes) && !bytes->empty()) return std::move(*bytes);
    payload_is_json_ = true;
    auto json = compact_json(raw);
    if (length && !is_long(json)) ++rewritten_;
    return json;
  }

  void add_notes(std::vector<std::string>& notes) const override {
    if (blank_lines() > 0) {
      notes.push_back(fmt::format("{} of {}: {} in place of messages whose payload was no JSON", objects_read(),
                                  objects_read() + blank_lines(), counted(blank_lines(), "blank line")));
    }
    if (rewritten_ > 0) {
      notes.push_back(
          fmt::format("{} of {} payloads are not as they were sent: mosquitto_sub wrote their JSON anew (numbers, "
                      "spaces)",
                      rewritten_, messages_));
    }
    if (cut_ > 0) {
      notes.push_back(fmt::format(
          "{} of {} payloads are not as long as they were sent: %j ends a payload at a NUL byte", cut_, messages_));
    }
  }

  bool payload_is_json_ = false;
  bool payload_is_text_ = false;
  std::uint64_t messages_ = 0;
  std::uint64_t rewritten_ = 0;
  std::uint64_t cut_ = 0;
};

}  // namespace

bool fits_mosquitto_json(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || head[first] != '{') return false;
  const auto start = head.substr(first, 4096);
  return start.find("\"tst\":") < start.find("\"topic\":") && start.find("\"topic\":") != std::string_view::npos;
}

std::unique_ptr<CaptureReader> open_mosquitto_json(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<MosquittoJsonReader>(std::move(input));
}

}  // namespace sluice::recording
