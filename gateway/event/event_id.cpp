#include "event/event_id.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>

namespace sluice::event {
namespace {

constexpr std::size_t max_id_bytes = 64;

bool is_epoch_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Expected<EventId> EventId::parse(std::string_view text) {
  const auto refuse = [] { return unexpected("an event id is <epoch>-<sequence> of a-z and 0-9, at most 64 bytes"); };
  if (text.size() > max_id_bytes) return refuse();
  const auto dash = text.find('-');
  if (dash == 0 || dash == std::string_view::npos) return refuse();
  const auto epoch = text.substr(0, dash);
  const auto digits = text.substr(dash + 1);
  if (digits.empty() || !std::ranges::all_of(epoch, is_epoch_byte) || !std::ranges::all_of(digits, is_digit)) {
    return refuse();
  }
  Sequence sequence = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (read.ec != std::errc{}) return refuse();
  return EventId{std::string(epoch), sequence};
}

std::string EventId::text() const {
  return epoch + "-" + std::to_string(sequence);
}

std::string new_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto seconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  // 31 random bits beside the second: two logs made at once, on two machines, still differ.
  const std::uint64_t both = (seconds << 31U) | (std::random_device{}() & 0x7fffffffU);
  char text[16];
  const auto written = std::to_chars(text, text + sizeof text, both, 36);
  return {text, written.ptr};
}

}  // namespace sluice::event
