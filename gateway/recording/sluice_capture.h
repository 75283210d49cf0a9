#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "recording/capture_input.h"
#include "recording/capture_reader.h"

// The gateway's own format of captures: JSON lines (RFC 8259), the header's line first, then a line a message:
//
//   {"format":"sluice-capture","version":1,"started":"2026-03-01T08:00:00.000Z","broker":"mqtt://host:1883",
//    "filters":["#"]}
//   {"us":1500,"topic":"desk/a/height","qos":1,"retain":true,"payload":"{\"mm\":725}"}
//   {"us":2250,"topic":"desk/a/raw","b64":"/wAB","properties":{"content_type":"x","user":[["name","value"]]}}
//
// `us`: microseconds since `started`, on a clock that never steps. A payload that is UTF-8 stands as `payload`, any
// other as `b64`. qos 0, retain false and an empty payload are left out. What reads it ignores members it does not
// know. Several captures may follow each other in one file.

namespace sluice::recording {

/// What the first line of a capture says.
struct CaptureHeader {
  Timestamp started{};
  std::string broker;  // without user and password; "" when there was none
  std::vector<std::string> filters;
};

/// Appends the header's line.
void write_header(const CaptureHeader& header, std::string& out);
/// Appends the message's line.
void write_message(const CapturedMessage& message, std::string& out);

bool fits_sluice_capture(std::string_view head);
std::unique_ptr<CaptureReader> open_sluice_capture(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);

}  // namespace sluice::recording
