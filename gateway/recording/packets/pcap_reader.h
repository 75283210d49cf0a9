#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// Packet captures (pcap and pcapng, of tcpdump, Wireshark and all others): the MQTT that their TCP connections carry,
// 3.1, 3.1.1 or 5, bare or over WebSocket, on any port, each message once (packets/publish_choice.h). A message's place
// is the offset of the packet that made it whole.

bool fits_pcap(std::string_view head);
std::unique_ptr<CaptureReader> open_pcap(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
