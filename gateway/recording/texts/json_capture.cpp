#include "recording/texts/json_capture.h"

#include <fmt/format.h>

#include "base/text.h"
#include "recording/counted.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {
namespace {

/// Reads what all formats call the same; QoS and retain flag may be missing.
Expected<void> read_envelope(const JsonMembers& members, message::Message& message) {
  const auto topic_text = members.find("topic");
  if (topic_text.empty()) return unexpected("has no topic");
  auto topic = json_text(topic_text);
  if (!topic) return unexpected(fmt::format("topic is {}, expected a text", excerpt(topic_text, 40)));
  message.topic = std::move(*topic);
  if (const auto text = members.find("qos"); !text.empty()) {
    const auto qos = read_qos(text);
    if (!qos) return unexpected(fmt::format("qos is {}, expected 0, 1 or 2", excerpt(text, 40)));
    message.qos = *qos;
  }
  if (const auto text = members.find("retain"); !text.empty()) {
    const auto retain = read_flag(text);
    if (!retain) return unexpected(fmt::format("retain is {}, expected true, false, 0 or 1", excerpt(text, 40)));
    message.retain = *retain;
  }
  return check_topic(message.topic);
}

}  // namespace

JsonCapture::JsonCapture(std::unique_ptr<CaptureInput> input, std::string within)
    : input_(std::move(input)), objects_(*input_, std::move(within)) {}

Expected<bool> JsonCapture::next(CapturedMessage& message) {
  do {
    const auto more = objects_.next();
    if (!more) {
      ++read_;
      return tl::unexpected(more.error());
    }
    if (!*more) return false;
    if (!members_.read(objects_.text())) {
      ++read_;
      return unexpected(objects_.where(), fmt::format("'{}' is no JSON object", excerpt(objects_.text(), 40)));
    }
  } while (is_other(members_));
  ++read_;
  message.message = {};
  message.properties.reset();
  if (const auto good = read_envelope(members_, message.message); !good) {
    return unexpected(objects_.where(), good.error().message);
  }
  const auto wall = read_members(members_, message);
  if (!wall) return unexpected(objects_.where(), wall.error().message);
  if (!*wall) ++without_time_;
  last_wall_ = *wall ? *wall : last_wall_;
  message.time = last_wall_ ? clock_.since_start(*last_wall_) : std::chrono::microseconds(0);
  message.place = objects_.line();
  return true;
}

std::vector<std::string> JsonCapture::notes() const {
  std::vector<std::string> notes;
  add_notes(notes);
  if (without_time_ > 0) {
    notes.push_back(
        fmt::format("{} without a time: read with that of the one above", counted(without_time_, "message")));
  }
  clock_.add_notes(notes);
  return notes;
}

}  // namespace sluice::recording
