#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::recording {

// What the fields of a foreign capture's message are allowed to say, as text.

/// `0`, `1` or `2`.
std::optional<int> read_qos(std::string_view text);
/// `0`, `1`, `true`, `false`, `True`, `False`.
std::optional<bool> read_flag(std::string_view text);
/// Hexadecimal digits, two a byte, in either case, with `separator` between the bytes unless it is 0; false for
/// anything else.
bool read_hex(std::string_view text, std::string& out, char separator = 0);
/// Error: "'a/+' is no topic name".
Expected<void> check_topic(std::string_view topic);

/// The lines of a capture's head that are whole: all but the last one, unless it is the only one.
std::string_view whole_lines(std::string_view head);

}  // namespace sluice::recording
