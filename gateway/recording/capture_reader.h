#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "recording/captured_message.h"

namespace sluice::recording {

/// The messages of one capture, read one after the other, in whatever format they stand.
///
/// Threads: one.
/// Order: as captured. Memory: bounded, however long the capture is.
class CaptureReader {
 public:
  virtual ~CaptureReader() = default;

  /// Reads the next message into `message`, over whatever that held (its memory is used again); false at the end.
  ///
  /// Error: something here is no message: `where` is "file:line" or "file: offset 4711". Calling again goes on after
  /// it, or gives false where nothing after it can be understood; every error takes at least a byte of the capture.
  virtual Expected<bool> next(CapturedMessage& message) = 0;

  /// The wall clock at the capture's start, to which the messages' times are added: known once next() gave a message.
  /// Of a format that has each message's wall time: that of the first, in whole milliseconds. Nullopt: the format
  /// tells no time of day.
  virtual std::optional<Timestamp> started() const = 0;
  /// What the format cannot say or the capture has lost, one sentence each ("29 of 31: ..."); whole once next() gave
  /// false. Few: what comes often is counted in one note.
  virtual std::vector<std::string> notes() const { return {}; }
  /// As people call it: "mosquitto_sub -v".
  virtual std::string_view format() const = 0;
};

struct CaptureProgress;

/// What the capture itself cannot tell.
struct CaptureOptions {
  /// Which publishes of a packet capture count: towards the broker, from it, or as the capture suggests.
  enum class Direction : std::uint8_t { automatic, to_broker, from_broker };
  Direction direction = Direction::automatic;
  std::shared_ptr<CaptureProgress> progress{};  // told how far reading is, where there is one
};

/// Opens a capture of any format that there is, told by its content, never by its name; what zstd has compressed is
/// unpacked. "-" is standard input.
///
/// Error: no such file, or what the file begins with and what would be understood.
Expected<std::unique_ptr<CaptureReader>> open_capture(const std::string& path, const CaptureOptions& options = {});

}  // namespace sluice::recording
