#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "message/message.h"
#include "message/properties.h"

namespace sluice::recording {

/// One message as a capture holds it.
struct CapturedMessage {
  /// Since the capture's start (CaptureReader::started), never less than the message before: a clock that stepped back
  /// is held, and a note says so.
  std::chrono::microseconds time{};
  /// Its own `time` is not set: who replays knows the clock.
  message::Message message;
  std::optional<message::Properties> properties;  // none, or not empty
  /// Where it stood: its line, counted from 1, or its offset in bytes, as the format has it.
  std::uint64_t place = 0;
};

}  // namespace sluice::recording
