#pragma once

#include <memory>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

// What `mosquitto_sub -F '%J'` and `-F '%j'` write, with --pretty or without: an object a message. `%J` puts the
// payload there as JSON, written anew; of a payload that is no JSON only a blank line is left. `%j` puts it there as
// text, which ends at a NUL byte, or in newer versions as a list of bytes when it is not printable. Each message says
// its payload's length: what differs from it is noted.

bool fits_mosquitto_json(std::string_view head);
std::unique_ptr<CaptureReader> open_mosquitto_json(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
