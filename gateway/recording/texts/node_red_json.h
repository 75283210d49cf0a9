#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What Node-RED's file node writes of messages as JSON, a line each, and what is copied from its debug pane: objects
// with `topic` and `payload`, alone or in an array. A payload that Node-RED has parsed is read as the JSON that it is,
// a Buffer as its bytes. A time is there only when the flow put it into the message: `timestamp`, `time` or `ts`, in
// milliseconds or seconds since 1970 or as a date.

bool fits_node_red(std::string_view head);
std::unique_ptr<CaptureReader> open_node_red(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
