#include "recording/texts/tshark_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/text.h"
#include "recording/capture_clock.h"
#include "recording/counted.h"
#include "recording/line_reader.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {
namespace {

constexpr std::size_t absent = ~std::size_t{0};

/// Where the columns stand.
struct Columns {
  std::size_t time = 0;
  std::size_t topic = 1;
  std::size_t payload = 2;
  std::size_t qos = 3;
  std::size_t retain = 4;
  std::size_t type = absent;
};

bool is_header(std::string_view line) {
  const auto names = split(line, '\t');
  const auto has = [&names](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has("frame.time_epoch") && has("mqtt.topic") && has("mqtt.msg");
}

Columns read_header(std::string_view line) {
  const auto names = split(line, '\t');
  const auto place = [&names](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? absent : static_cast<std::size_t>(found - names.begin());
  };
  return {place("frame.time_epoch"), place("mqtt.topic"),  place("mqtt.msg"),
          place("mqtt.qos"),         place("mqtt.retain"), place("mqtt.msgtype")};
}

std::string_view field(const std::vector<std::string_view>& fields, std::size_t place) {
  if (place >= fields.size()) return {};
  auto text = fields[place];
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);  // -E quote=d
  return text;
}

std::optional<std::chrono::microseconds> read_time(std::string_view text) {
  const auto epoch = parse_epoch(text);
  return epoch ? epoch : parse_wall_time(text);  // versions differ
}

bool read_payload_hex(std::string_view text, std::string& out) {
  return read_hex(text, out) || read_hex(text, out, ':');
}

/// The values of one column, a packet each.
std::vector<std::string_view> values(std::string_view text) {
  if (text.empty()) return {};
  return split(text, ',');
}

class TsharkReader final : public CaptureReader {
 public:
  explicit TsharkReader(std::unique_ptr<CaptureInput> input) : input_(std::move(input)), lines_(*input_) {
    auto head = whole_lines(input_->head());
    const auto first = head.substr(0, head.find('\n'));
    const auto names = first.ends_with('\r') ? first.substr(0, first.size() - 1) : first;
    has_header_ = is_header(names);
    if (has_header_) columns_ = read_header(names);
    hex_ = payloads_are_hex(head);
  }

  Expected<bool> next(CapturedMessage& message) override {
    while (waiting_.empty()) {
      if (!lines_.next()) {
        if (input_->fault().empty() || std::exchange(told_fault_, true)) return false;
        return unexpected(lines_.where(), input_->fault());
      }
      if (lines_.line().empty() || (has_header_ && lines_.number() == 1)) continue;
      if (lines_.too_long()) return unexpected(lines_.where(), "the row is too long for an MQTT message");
      const auto row = read_row(split(lines_.line(), '\t'));
      if (!row) return unexpected(lines_.where(), row.error().message);
    }
    message.message = std::move(waiting_.front());
    waiting_.pop_front();
    message.properties.reset();
    message.time = time_;
    message.place = lines_.number();
    return true;
  }

  std::optional<Timestamp> started() const override { return clock_.started(); }
  std::string_view format() const override { return "tshark fields"; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    if (columns_.type == absent && without_payload_ > 0) {
      notes.push_back(fmt::format(
          "{} with a topic but no payload left out: perhaps subscriptions (-e mqtt.msgtype tells them apart)",
          counted(without_payload_, "row")));
    }
    notes.emplace_back(
        "rows do not say which way a message went: captured beside the broker, each is there once more for "
        "each subscriber (read the pcap file itself, or filter by tcp.dstport)");
    if (!hex_) notes.emplace_back("payloads are read as text: not all of the first rows are hexadecimal");
    clock_.add_notes(notes);
    return notes;
  }

 private:
  bool payloads_are_hex(std::string_view head) const {
    std::string bytes;
    for (auto line : split(head, '\n')) {
      if (has_header_ && line.data() == head.data()) continue;
      if (line.ends_with('\r')) line.remove_suffix(1);
      for (const auto payload : values(field(split(line, '\t'), columns_.payload))) {
        if (!read_payload_hex(payload, bytes)) return false;
      }
    }
    return true;
  }

  Expected<void> read_row(const std::vector<std::string_view>& fields) {
    const auto time_text = field(fields, columns_.time);
    const auto time = read_time(time_text);
    if (!time) {
      return unexpected(
          fmt::format("the time is '{}', expected seconds since 1970 (frame.time_epoch)", excerpt(time_text, 40)));
    }
    const auto topic_text = field(fields, columns_.topic);
    if (topic_text.empty()) return {};  // no publish in the frame
    const auto types = values(field(fields, columns_.type));
    const bool all_publish = std::all_of(types.begin(), types.end(), [](auto type) { return type == "3"; });
    if (!types.empty() && std::find(types.begin(), types.end(), "3") == types.end()) return {};
    const auto payload_text = field(fields, columns_.payload);
    if (payload_text.empty() && (types.empty() || !all_publish)) {
      ++without_payload_;
      return {};
    }
    time_ = clock_.since_start(*time);
    return read_messages(topic_text, payload_text, fields);
  }

  Expected<void> read_messages(std::string_view topic_text, std::string_view payload_text,
                               const std::vector<std::string_view>& fields) {
    auto topics = values(topic_text);
    auto payloads = hex_ ? values(payload_text) : std::vector{payload_text};
    if (payloads.empty()) payloads.emplace_back();
    if (payloads.size() == 1) topics = {topic_text};  // whose commas are its own
    if (topics.size() != payloads.size()) {
      return unexpected(fmt::format("{} topics and {} payloads in one frame: which belong together is not there to see",
                                    topics.size(), payloads.size()));
    }
    const auto qos = values(field(fields, columns_.qos));
    const auto retain = values(field(fields, columns_.retain));
    for (std::size_t i = 0; i < topics.size(); ++i) {
      message::Message message;
      if (const auto good = check_topic(topics[i]); !good) return good;
      message.topic = topics[i];
      if (!hex_) {
        message.payload = payloads[i];
      } else if (!read_payload_hex(payloads[i], message.payload)) {
        return unexpected(fmt::format("the payload '{}' is not hexadecimal, as those of the first rows are",
                                      excerpt(payloads[i], 40)));
      }
      if (qos.size() == topics.size()) message.qos = read_qos(qos[i]).value_or(0);
      if (retain.size() == topics.size()) message.retain = read_flag(retain[i]).value_or(false);
      waiting_.push_back(std::move(message));
    }
    return {};
  }

  std::unique_ptr<CaptureInput> input_;
  LineReader lines_;
  CaptureClock clock_;
  Columns columns_;
  bool has_header_ = false;
  bool hex_ = true;
  bool told_fault_ = false;
  std::deque<message::Message> waiting_;  // of the row that was read last
  std::chrono::microseconds time_{};
  std::uint64_t without_payload_ = 0;
};

}  // namespace

bool fits_tshark(std::string_view head) {
  const auto lines = whole_lines(head);
  auto first = lines.substr(0, lines.find('\n'));
  if (first.ends_with('\r')) first.remove_suffix(1);
  if (is_header(first)) return true;
  const auto fields = split(first, '\t');
  return fields.size() >= 3 && read_time(fields[0]).has_value();
}

std::unique_ptr<CaptureReader> open_tshark(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<TsharkReader>(std::move(input));
}

}  // namespace sluice::recording
