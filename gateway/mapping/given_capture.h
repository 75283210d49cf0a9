#pragma once

#include <functional>
#include <string>

#include "base/expected.h"
#include "mapping/mapping_set.h"
#include "message/message.h"

namespace sluice::mapping {

/// Who reads the captures that tests are given (`given: [{capture: file}]`). Implemented where captures are known.
class CaptureSource {
 public:
  virtual ~CaptureSource() = default;
  /// Tells `receive` all messages in order, each with its time since the capture's start as time since 1970.
  ///
  /// Error: why the capture cannot be given as a whole.
  virtual Expected<void> read(const std::string& path, const std::function<void(message::Message&&)>& receive) = 0;
};

/// As run_tests(set, catalog), which fails the tests that are given captures.
TestReport run_tests(const MappingSet& set, event::EventCatalog& catalog, CaptureSource& captures);

}  // namespace sluice::mapping
