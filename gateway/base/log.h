#pragma once

#include <string_view>

namespace sluice::log {

/// Diagnostics of the gateway itself, one line each on standard error: time, level, text. (The *event* log is
/// history's.)
///
/// Threads: any. Payloads and other bytes from outside go through `excerpt` first; secrets never.
void error(std::string_view text);
void warning(std::string_view text);
void note(std::string_view text);
/// Only with `verbose(true)`.
void detail(std::string_view text);

void verbose(bool on);
/// Silences all but errors, for one-shot commands.
void quiet(bool on);

}  // namespace sluice::log
