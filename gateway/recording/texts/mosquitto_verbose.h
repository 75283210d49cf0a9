#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What `mosquitto_sub -v` writes: the topic, a space and the payload, a line break. It has no times, and a payload with
// line breaks goes over several lines: a line that begins with no topic belongs to the payload above it. A topic is
// taken for one when it has a level below the first, or was one before.

bool fits_mosquitto_verbose(std::string_view head);
std::unique_ptr<CaptureReader> open_mosquitto_verbose(std::unique_ptr<CaptureInput> input,
                                                      const CaptureOptions& options);

}  // namespace sluice::recording
