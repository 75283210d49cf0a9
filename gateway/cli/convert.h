#pragma once

#include <string>
#include <vector>

#include "recording/recorder.h"

namespace sluice::cli {

/// `sluice record --convert`: writes a capture of any format as one of our own; what could not be read or is lost goes
/// to standard error. `filters`: of topics, `#` being all. `direction`: auto, to-broker or from-broker. Returns the
/// exit code: a failure when there was not one message.
int convert(const std::string& input, const recording::RecorderOptions& output, const std::vector<std::string>& filters,
            const std::string& direction);

}  // namespace sluice::cli
