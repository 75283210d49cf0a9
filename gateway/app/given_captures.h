#pragma once

#include "mapping/given_capture.h"

namespace sluice::app {

/// The captures that tests of mappings are given, of any format that recording reads.
///
/// Threads: one.
class GivenCaptures final : public mapping::CaptureSource {
 public:
  /// Error: also when something in the capture is no message, and beyond `most_messages`.
  Expected<void> read(const std::string& path, const std::function<void(message::Message&&)>& receive) override;

  static constexpr std::size_t most_messages = 1'000'000;
};

}  // namespace sluice::app
