#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What MQTTX exports as JSON: connections, each with an array of its messages, received and sent. Times are local and
// do not say where: they are read as UTC. Connections follow each other, so the times of a second one go back.

bool fits_mqttx(std::string_view head);
std::unique_ptr<CaptureReader> open_mqttx(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
