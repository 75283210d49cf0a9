#include "event/wire_parser.h"

#include <algorithm>
#include <charconv>

namespace sluice::event {

Expected<void> WireParser::feed(std::string_view bytes, std::vector<WireEvent>& events) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  while (!bytes.empty() && !too_large_) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    too_large_ = line_.size() + data_.size() > max_event_bytes_;
    if (end == std::string_view::npos || too_large_) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    // 9.2.5: stream = [ bom ] *event
    if (std::exchange(at_start_, false) && line_.starts_with(byte_order_mark)) line_.erase(0, byte_order_mark.size());
    end_line(events);
    line_.clear();
  }
  if (too_large_) return unexpected("an event above " + std::to_string(max_event_bytes_) + " bytes");
  return {};
}

void WireParser::end_line(std::vector<WireEvent>& events) {
  const std::string_view line = line_;
  if (line.empty()) return dispatch(events);
  const auto colon = line.find(':');
  if (colon == 0) {
    ++comments_;
    return;
  }
  // 9.2.6: without a colon the whole line is the name; one space after the colon is no part of the value.
  if (colon == std::string_view::npos) return take_field(line, "");
  auto value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  take_field(line.substr(0, colon), value);
}

void WireParser::take_field(std::string_view name, std::string_view value) {
  if (name == "event") {
    type_ = value;
  } else if (name == "data") {
    data_.append(value).push_back('\n');
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    const bool digits = !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    std::uint64_t read = 0;
    if (digits && std::from_chars(value.data(), value.data() + value.size(), read).ec == std::errc{}) {
      reconnection_ms_ = read;
    }
  }
}

void WireParser::dispatch(std::vector<WireEvent>& events) {
  last_event_id_ = id_;
  if (!data_.empty()) {
    data_.pop_back();
    events.push_back({type_.empty() ? "message" : std::move(type_), std::move(data_), last_event_id_});
  }
  type_.clear();
  data_.clear();
}

}  // namespace sluice::event
