#include "stream/joined_form.h"

#include <bit>

#include "event/event_id.h"

namespace sluice::stream {

JoinedForm::JoinedForm(std::vector<Name> names, std::string epoch, Coding* its_coding, std::uint64_t its_number)
    : SseForm(event::Frame::event, its_coding, its_number), names_(std::move(names)), epoch_(std::move(epoch)) {}

// A browser calls a block without a name `message`.
std::string JoinedForm::name(std::string_view event, std::size_t part) const {
  return (names_[part].stream + ".").append(event.empty() ? "message" : event);
}

std::string JoinedForm::name(const event::Event& event, std::size_t part) const {
  return name(event.name, part);
}

void JoinedForm::write(const event::Event& event, std::size_t part, std::string_view id, std::string& out) const {
  event::write_head(id, name(event, part), out);
  out.append("data: ");  // JSON text: one line
  if (names_[part].frame == event::Frame::envelope) {
    event::write_envelope(event.name, event.data_json(), event.time, out);
  } else {
    out.append(event.data_json());
  }
  out.append("\n\n");
}

void JoinedForm::write_event(const event::Event& event, Parts parts, std::string& out) const {
  if (is_gap(event)) {
    out.append(event.block(event::Frame::event));
    return;
  }
  const auto id = event::EventId{epoch_, event.sequence}.text();
  while (parts != 0) {
    const auto part = static_cast<std::size_t>(std::countr_zero(parts));
    parts &= parts - 1;
    write(event, part, parts == 0 ? id : id + "-" + std::to_string(part + 1), out);
  }
}

void JoinedForm::write_shown(const event::Event& event, std::size_t part, std::string& out) const {
  write(event, part, "", out);
}

std::string JoinedForm::hello(const event::StreamSpec& spec, std::size_t part, Timestamp now) const {
  std::string out;
  const auto& hello = *spec.hello;
  std::string data = hello.data_json;
  if (spec.frame == event::Frame::envelope && !hello.event.empty()) {
    data.clear();
    event::write_envelope(hello.event, hello.data_json, now, data);
  }
  event::write_block({.id = "", .name = name(hello.event, part), .data = data}, out);
  return out;
}

std::string JoinedForm::heartbeat(std::string_view, Timestamp now) const {
  return SseForm::heartbeat("", now);
}

}  // namespace sluice::stream
