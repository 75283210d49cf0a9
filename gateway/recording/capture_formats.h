#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "recording/capture_input.h"
#include "recording/capture_reader.h"

namespace sluice::recording {

/// One format of captures: how it is told by its first bytes, and who reads it.
struct CaptureFormat {
  std::string_view name;  // as people call it
  /// True when a capture that begins so is of this format; `head` holds up to CaptureInput::head_bytes, so that its
  /// last line may be cut.
  bool (*fits)(std::string_view head);
  /// Never null. Faults of the capture come from the reader's first next().
  std::unique_ptr<CaptureReader> (*open)(std::unique_ptr<CaptureInput> input, const CaptureOptions& options);
};

/// All formats, the surest signs first: the first that fits is it.
std::span<const CaptureFormat> capture_formats();

/// As open_capture, of bytes that are there already.
Expected<std::unique_ptr<CaptureReader>> open_capture(std::unique_ptr<CaptureInput> input,
                                                      const CaptureOptions& options = {});

}  // namespace sluice::recording
