#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What mqtt-recorder (of Python's package index) writes: CSV rows of topic, payload, QoS, retain flag, wall time and
// the time since the row above, payloads as text or, when it was told so, as base64. The file does not say which: it is
// base64 when every payload of the first rows is, and one of them has padding or all of them stand for printable text.

bool fits_recorder_csv(std::string_view head);
std::unique_ptr<CaptureReader> open_recorder_csv(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
