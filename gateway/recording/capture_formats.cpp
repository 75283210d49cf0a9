#include "recording/capture_formats.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "recording/packets/pcap_reader.h"
#include "recording/sluice_capture.h"
#include "recording/texts/mosquitto_hex.h"
#include "recording/texts/mosquitto_json.h"
#include "recording/texts/mosquitto_verbose.h"
#include "recording/texts/mqttx_json.h"
#include "recording/texts/node_red_json.h"
#include "recording/texts/recorder_csv.h"
#include "recording/texts/tshark_fields.h"

namespace sluice::recording {
namespace {

constexpr std::array formats{
    CaptureFormat{"sluice capture", fits_sluice_capture, open_sluice_capture},
    CaptureFormat{"pcap", fits_pcap, open_pcap},
    CaptureFormat{"mosquitto_sub -F '%U %q %r %l %x %t'", fits_mosquitto_hex, open_mosquitto_hex},
    CaptureFormat{"mosquitto_sub -F '%J' or '%j'", fits_mosquitto_json, open_mosquitto_json},
    CaptureFormat{"MQTTX JSON", fits_mqttx, open_mqttx},
    CaptureFormat{"Node-RED JSON", fits_node_red, open_node_red},
    CaptureFormat{"tshark fields", fits_tshark, open_tshark},
    CaptureFormat{"mqtt-recorder CSV", fits_recorder_csv, open_recorder_csv},
    CaptureFormat{"mosquitto_sub -v", fits_mosquitto_verbose, open_mosquitto_verbose},
};

}  // namespace

std::span<const CaptureFormat> capture_formats() {
  return formats;
}

Expected<std::unique_ptr<CaptureReader>> open_capture(std::unique_ptr<CaptureInput> input,
                                                      const CaptureOptions& options) {
  const auto head = input->head();
  for (const auto& format : formats) {
    if (format.fits(head)) return format.open(std::move(input), options);
  }
  if (!input->fault().empty() && head.empty()) return unexpected(input->name(), input->fault());
  if (head.empty()) return unexpected(input->name(), "is empty, expected a capture");
  std::string names;
  for (const auto& format : formats) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return unexpected(input->name(), fmt::format("begins with '{}', which is no capture that is understood here: {}",
                                               excerpt(head.substr(0, 40), 40), names));
}

Expected<std::unique_ptr<CaptureReader>> open_capture(const std::string& path, const CaptureOptions& options) {
  auto input = CaptureInput::open(path, options.progress);
  if (!input) return tl::unexpected(input.error());
  return open_capture(std::move(*input), options);
}

}  // namespace sluice::recording
