#include "stream/sse_form.h"

namespace sluice::stream {

void SseForm::write_event(const event::Event& event, Parts, std::string& out) const {
  out.append(event.block(frame_));
}

void SseForm::write_shown(const event::Event& event, std::size_t, std::string& out) const {
  out.append(event.block_without_id(frame_));
}

std::string SseForm::beginning(int retry_ms) const {
  std::string out;
  event::write_retry(retry_ms, out);
  event::write_comment("ok", out);
  return out;
}

std::string SseForm::hello(const event::StreamSpec& spec, std::size_t, Timestamp now) const {
  std::string out;
  const auto& hello = *spec.hello;
  if (frame_ == event::Frame::envelope && !hello.event.empty()) {
    std::string envelope;
    event::write_envelope(hello.event, hello.data_json, now, envelope);
    event::write_block({.id = "", .name = "", .data = envelope}, out);
  } else {
    event::write_block({.id = "", .name = hello.event, .data = hello.data_json}, out);
  }
  return out;
}

std::string SseForm::source(bool connected, Timestamp since, Timestamp) const {
  std::string out;
  event::write_source(connected, since, out);
  return out;
}

std::string SseForm::gap(const event::Gap& gap, bool with_id, Timestamp) const {
  std::string out;
  event::write_gap(gap, with_id, out);
  return out;
}

std::string SseForm::checkpoint(std::string_view id, Timestamp) const {
  std::string out;
  event::write_checkpoint(id, "", out);
  return out;
}

Form::Halves SseForm::checkpoint_with_ages(std::string_view id, std::size_t, Timestamp now) const {
  auto before = checkpoint(id, now);
  before.resize(before.size() - 2);  // the two ends of line: the data goes on
  before.append(R"( {"time":)").append(std::to_string(to_ms(now))).append(R"(,"values":)");
  return {std::move(before), "}\n\n"};
}

std::string SseForm::heartbeat(std::string_view name, Timestamp now) const {
  std::string out;
  if (name.empty()) {
    event::write_comment("heartbeat", out);
  } else if (frame_ == event::Frame::envelope) {
    std::string envelope;
    event::write_envelope(name, "", now, envelope);
    event::write_block({.id = "", .name = "", .data = envelope}, out);
  } else {
    event::write_block({.id = "", .name = name, .data = "{}"}, out);
  }
  return out;
}

std::string SseForm::expired(Timestamp) const {
  std::string out;
  event::write_expired(out);
  return out;
}

std::string SseForm::farewell(int retry_ms) const {
  std::string out;
  event::write_retry(retry_ms, out);
  out.push_back('\n');
  return out;
}

}  // namespace sluice::stream
