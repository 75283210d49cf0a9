#pragma once

#include <string_view>

#include "base/expected.h"
#include "recording/captured_message.h"

namespace sluice::recording {

/// Reads one line of a capture of our own into `message`, all of it but the place.
///
/// Threads: any. Lines as write_message() writes them are read without building a tree of values.
/// Error: what is wrong, without its place.
Expected<void> read_message_line(std::string_view line, CapturedMessage& message);

}  // namespace sluice::recording
