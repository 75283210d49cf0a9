#include "recording/texts/node_red_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "recording/counted.h"
#include "recording/texts/json_capture.h"

namespace sluice::recording {
namespace {

constexpr std::int64_t first_ms = 100'000'000'000;  // below: seconds (of the year 5138), above: milliseconds (of 1973)
constexpr std::int64_t last_ms = 253'402'300'799'999;  // of the year 9999

std::optional<std::chrono::microseconds> read_time(const JsonMembers& members) {
  for (const auto* const name : {"timestamp", "time", "ts"}) {
    const auto raw = members.find(name);
    if (raw.empty()) continue;
    if (const auto text = json_text(raw)) {
      if (const auto time = parse_wall_time(*text)) return time;
      continue;
    }
    if (const auto number = parse_int(raw); number && *number >= first_ms) {
      if (*number <= last_ms) return std::chrono::milliseconds(*number);
      continue;
    }
    if (const auto time = parse_epoch(raw)) return time;
  }
  return std::nullopt;
}

class NodeRedReader final : public JsonCapture {
 public:
  explicit NodeRedReader(std::unique_ptr<CaptureInput> input) : JsonCapture(std::move(input), "") {}

  std::string_view format() const override { return "Node-RED JSON"; }

 private:
  Expected<std::optional<std::chrono::microseconds>> read_members(const JsonMembers& members,
                                                                  CapturedMessage& message) override {
    const auto raw = members.find("payload");
    if (raw.empty()) return unexpected("has no payload");
    message.message.payload = read_payload(raw);
    return read_time(members);
  }

  std::string read_payload(std::string_view raw) {
    if (auto text = json_text(raw)) return std::move(*text);
    JsonMembers members;
    if (raw[0] == '{' && members.read(raw) && members.find("type") == "\"Buffer\"") {
      if (auto bytes = json_bytes(members.find("data"))) return std::move(*bytes);
    }
    ++parsed_;
    return compact_json(raw);
  }

  void add_notes(std::vector<std::string>& notes) const override {
    if (parsed_ > 0) {
      notes.push_back(counted(parsed_, "payload") + " parsed by Node-RED: JSON as it wrote it, not as it was sent");
    }
  }

  std::uint64_t parsed_ = 0;
};

}  // namespace

bool fits_node_red(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (head[first] != '[' && head[first] != '{')) return false;
  return head.find("\"topic\"") != std::string_view::npos && head.find("\"payload\"") != std::string_view::npos;
}

std::unique_ptr<CaptureReader> open_node_red(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<NodeRedReader>(std::move(input));
}

}  // namespace sluice::recording
