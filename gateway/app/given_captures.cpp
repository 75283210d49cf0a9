#include "app/given_captures.h"

#include <fmt/format.h>

#include "recording/capture_reader.h"

namespace sluice::app {

Expected<void> GivenCaptures::read(const std::string& path, const std::function<void(message::Message&&)>& receive) {
  auto reader = recording::open_capture(path);
  if (!reader) return tl::unexpected(reader.error());
  recording::CapturedMessage captured;
  for (std::size_t count = 0;; ++count) {
    const auto read = (*reader)->next(captured);
    if (!read) return tl::unexpected(read.error());
    if (!*read) return {};
    if (count == most_messages) {
      return unexpected(path, fmt::format("holds more than {} messages, the most that a test is given", most_messages));
    }
    auto message = captured.message;
    message.time = Timestamp(std::chrono::floor<milliseconds>(captured.time));
    receive(std::move(message));
  }
}

}  // namespace sluice::app
