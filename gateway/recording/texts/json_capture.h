#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recording/capture_clock.h"
#include "recording/capture_reader.h"
#include "recording/texts/json_members.h"
#include "recording/texts/json_objects.h"

namespace sluice::recording {

/// A capture that has each message as one JSON object: what its formats have in common. A format says what the members
/// mean.
class JsonCapture : public CaptureReader {
 public:
  Expected<bool> next(CapturedMessage& message) final;
  std::optional<Timestamp> started() const final { return clock_.started(); }
  std::vector<std::string> notes() const final;

 protected:
  /// `within`: as JsonObjects has it.
  JsonCapture(std::unique_ptr<CaptureInput> input, std::string within);

  /// Fills payload and properties from the members of the message's object, whose `topic`, `qos` and `retain` are read;
  /// gives its wall time, nullopt when the object has none.
  ///
  /// Error: without its place.
  virtual Expected<std::optional<std::chrono::microseconds>> read_members(const JsonMembers& members,
                                                                          CapturedMessage& message) = 0;
  /// True for an object that is no message, to be passed over.
  virtual bool is_other(const JsonMembers&) { return false; }
  virtual void add_notes(std::vector<std::string>&) const {}

  std::uint64_t blank_lines() const { return objects_.blank_lines(); }
  /// Messages and faults, those of blank lines not counted.
  std::uint64_t objects_read() const { return read_; }

 private:
  std::unique_ptr<CaptureInput> input_;
  JsonObjects objects_;
  JsonMembers members_;
  CaptureClock clock_;
  std::uint64_t read_ = 0;
  std::uint64_t without_time_ = 0;
  std::optional<std::chrono::microseconds> last_wall_;
};

}  // namespace sluice::recording
