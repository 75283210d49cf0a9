// A capture of any format: messages, or sentences; never more of them than bytes.
#include <cstdlib>

#include "input.h"
#include "recording/capture_formats.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  auto reader = recording::open_capture(recording::CaptureInput::of(std::string(fuzz::text(bytes, size)), "capture"));
  if (!reader) {
    if (reader.error().message.empty()) std::abort();
    return 0;
  }
  recording::CapturedMessage message;
  std::chrono::microseconds latest{};
  std::size_t steps = 0;
  for (;;) {
    const auto read = (*reader)->next(message);
    if (!read && read.error().message.empty()) std::abort();
    if (read && !*read) break;
    if (read && (message.time < latest || message.message.topic.empty())) std::abort();
    if (read) latest = message.time;
    // what is compressed may hold far more than its size
    if (++steps > size * 20'000 + 100) std::abort();
  }
  (*reader)->notes();
  return 0;
}
