#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What `tshark -T fields -E header=y -e frame.time_epoch -e mqtt.topic -e mqtt.msg ...` writes: a row a frame, columns
// separated by tabs. The header names them; without one they are time, topic, payload, QoS and retain flag as far as
// they go. Columns that are read: frame.time_epoch, mqtt.topic, mqtt.msg, mqtt.qos, mqtt.retain, mqtt.msgtype. A frame
// with several packets has their values separated by commas. Payloads are hexadecimal, with colons or without; older
// versions write text: it is text when one payload of the first rows is not hexadecimal.

bool fits_tshark(std::string_view head);
std::unique_ptr<CaptureReader> open_tshark(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
