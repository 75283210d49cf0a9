#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What `mosquitto_sub -F '%U %q %r %l %x %t'` writes: a line a message, with its wall time, QoS, retain flag, payload's
// length, payload in hexadecimal and topic. Nothing but the properties of MQTT 5 is lost. `%X` reads as well.

bool fits_mosquitto_hex(std::string_view head);
std::unique_ptr<CaptureReader> open_mosquitto_hex(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
