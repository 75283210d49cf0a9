#include "recording/texts/mosquitto_verbose.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "message/topic_filter.h"
#include "recording/counted.h"
#include "recording/line_reader.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {
namespace {

constexpr std::size_t largest_payload = 268'435'455;  // MQTT 5, 1.5.5
constexpr std::size_t most_topics = 65'536;

/// The topic that the line begins with; "" when that is none.
std::string_view topic_of(std::string_view line) {
  const auto topic = line.substr(0, line.find(' '));
  if (topic.size() == line.size()) return {};
  const bool printable = std::none_of(
      topic.begin(), topic.end(), [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '{'; });
  return printable && message::is_topic_name(topic) ? topic : std::string_view();
}

class MosquittoVerboseReader final : public CaptureReader {
 public:
  explicit MosquittoVerboseReader(std::unique_ptr<CaptureInput> input) : input_(std::move(input)), lines_(*input_) {}

  Expected<bool> next(CapturedMessage& message) override {
    if (!has_line_ && !read_line()) return end();
    const auto topic = topic_of(lines_.line());
    has_line_ = false;
    if (!begins_message(topic)) {
      return unexpected(lines_.where(), fmt::format("'{}' begins with no topic", excerpt(lines_.line(), 40)));
    }
    remember(topic);
    message.place = lines_.number();
    message.time = {};
    message.properties.reset();
    message.message.topic = topic;
    message.message.payload = lines_.line().substr(topic.size() + 1);
    message.message.qos = 0;
    message.message.retain = false;
    return read_payload(message.message);
  }

  std::optional<Timestamp> started() const override { return std::nullopt; }
  std::string_view format() const override { return "mosquitto_sub -v"; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes{
        "mosquitto_sub -v writes no times, QoS or retain flags: all messages are at the start, QoS 0"};
    if (continued_ > 0) {
      notes.push_back(fmt::format("{} without a topic at the front: taken for parts of the payloads above",
                                  counted(continued_, "line")));
    }
    return notes;
  }

 private:
  bool read_line() {
    has_line_ = lines_.next();
    return has_line_;
  }

  Expected<bool> end() {
    if (input_->fault().empty() || told_fault_) return false;
    told_fault_ = true;
    return unexpected(lines_.where(), input_->fault());
  }

  bool begins_message(std::string_view topic) const {
    return !topic.empty() && (topic.find('/') != std::string_view::npos || topics_.contains(topic));
  }

  void remember(std::string_view topic) {
    if (topics_.size() < most_topics) topics_.emplace(topic);
  }

  /// Takes the lines that go on with the payload.
  Expected<bool> read_payload(message::Message& message) {
    const auto begin = lines_.where();
    bool too_large = lines_.too_long();
    while (read_line() && !begins_message(topic_of(lines_.line()))) {
      ++continued_;
      too_large = too_large || lines_.too_long() || message.payload.size() + lines_.line().size() >= largest_payload;
      if (!too_large) (message.payload += '\n') += lines_.line();
    }
    if (too_large) return unexpected(begin, "the payload is larger than MQTT has them");
    if (message.payload == "(null)") message.payload.clear();  // as mosquitto_sub writes an empty one
    return true;
  }

  std::unique_ptr<CaptureInput> input_;
  LineReader lines_;
  std::set<std::string, std::less<>> topics_;
  std::uint64_t continued_ = 0;
  bool has_line_ = false;
  bool told_fault_ = false;
};

}  // namespace

bool fits_mosquitto_verbose(std::string_view head) {
  std::size_t lines = 0;
  std::size_t topics = 0;
  for (const auto line : split(whole_lines(head), '\n')) {
    ++lines;
    if (topic_of(line).find('/') != std::string_view::npos) ++topics;
  }
  const auto first = topic_of(head.substr(0, head.find('\n')));
  return first.find('/') != std::string_view::npos && topics * 2 >= lines;
}

std::unique_ptr<CaptureReader> open_mosquitto_verbose(std::unique_ptr<CaptureInput> input, const CaptureOptions&) {
  return std::make_unique<MosquittoVerboseReader>(std::move(input));
}

}  // namespace sluice::recording
