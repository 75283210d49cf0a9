#include "recording/texts/json_capture.h"

#include <fmt/format.h>

#include "base/text.h"
#include "recording/counted.h"
#include "recording/texts/message_fields.h"

namespace sluice::recording {

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
  const auto wall = read_members(members_, message);
  if (!wall) return unexpected(objects_.where(), wall.error().message);
  if (const auto good = check_topic(message.message.topic); !good) {
    return unexpected(objects_.where(), good.error().message);
  }
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

Expected<std::string> JsonCapture::read_topic(const JsonMembers& members) {
  const auto raw = members.find("topic");
  if (raw.empty()) return unexpected("has no topic");
  auto topic = json_text(raw);
  if (!topic) return unexpected(fmt::format("topic is {}, expected a text", excerpt(raw, 40)));
  return std::move(*topic);
}

Expected<int> JsonCapture::read_qos_of(const JsonMembers& members) {
  const auto raw = members.find("qos");
  if (raw.empty()) return 0;
  const auto qos = read_qos(raw);
  if (!qos) return unexpected(fmt::format("qos is {}, expected 0, 1 or 2", excerpt(raw, 40)));
  return *qos;
}

Expected<bool> JsonCapture::read_retain_of(const JsonMembers& members) {
  const auto raw = members.find("retain");
  if (raw.empty()) return false;
  const auto retain = read_flag(raw);
  if (!retain) return unexpected(fmt::format("retain is {}, expected true, false, 0 or 1", excerpt(raw, 40)));
  return *retain;
}

}  // namespace sluice::recording
