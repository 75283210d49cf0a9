#include "stream/websocket_form.h"

#include "base/json.h"
#include "event/event_id.h"

namespace sluice::stream {
namespace {

// RFC 6455 5.2: the last frame of its message, and its opcode; a server's is not masked.
constexpr unsigned text_frame = 0x81;
constexpr std::string_view ping("\x89\0", 2);
constexpr std::size_t most_in_7_bits = 125;
constexpr std::size_t most_in_16_bits = 65535;

void write_frame_head(std::size_t length, std::string& out) {
  const auto put = [&](std::size_t byte) { out.push_back(static_cast<char>(byte & 0xffU)); };
  const auto put_length = [&](unsigned bytes) {
    for (unsigned shift = bytes * 8; shift > 0;) put(length >> (shift -= 8));  // in network byte order
  };
  put(text_frame);
  if (length <= most_in_7_bits) {
    put(length);
  } else if (length <= most_in_16_bits) {
    put(126);
    put_length(2);
  } else {
    put(127);
    put_length(8);
  }
}

struct Envelope {
  std::string_view type;
  std::string_view id = {};    // "" writes none, nor do the next two
  std::string_view key = {};   // JSON text
  std::string_view data = {};  // JSON text
};

void write_beginning(const Envelope& envelope, std::string& out) {
  out.append(R"({"type":)");
  write_json_text(envelope.type, out);
  if (!envelope.id.empty()) out.append(R"(,"id":")").append(envelope.id).append("\"");
  if (!envelope.key.empty()) out.append(R"(,"key":)").append(envelope.key);
  if (!envelope.data.empty()) out.append(R"(,"data":)").append(envelope.data);
}

void write_end(Timestamp time, std::string& out) {
  out.append(R"(,"timestamp":)");
  write_json(static_cast<double>(to_ms(time)) / 1000.0, out);
  out.append("}");
}

void write(const Envelope& envelope, Timestamp time, std::string& out) {
  thread_local std::string text;
  text.clear();
  write_beginning(envelope, text);
  write_end(time, text);
  write_frame_head(text.size(), out);
  out.append(text);
}

std::string written(const Envelope& envelope, Timestamp time) {
  std::string out;
  write(envelope, time, out);
  return out;
}

}  // namespace

void WebSocketForm::write_event(const event::Event& event, Parts, std::string& out) const {
  const auto id = event::EventId{epoch_, event.sequence}.text();
  const std::string_view key = is_gap(event) ? std::string_view() : event.key_json;
  write({.type = event.name, .id = id, .key = key, .data = event.data_json()}, event.time, out);
}

void WebSocketForm::write_shown(const event::Event& event, std::size_t, std::string& out) const {
  write({.type = event.name, .key = event.key_json, .data = event.data_json()}, event.time, out);
}

// The client knows that it is connected, and has no reconnection time.
std::string WebSocketForm::beginning(int) const {
  return {};
}

// What a browser's EventSource calls a block without a name.
std::string WebSocketForm::hello(const event::StreamSpec& spec, std::size_t, Timestamp now) const {
  const auto& hello = *spec.hello;
  return written({.type = hello.event.empty() ? "message" : hello.event, .data = hello.data_json}, now);
}

std::string WebSocketForm::source(bool connected, Timestamp since, Timestamp now) const {
  return written({.type = "source", .data = event::source_data(connected, since)}, now);
}

std::string WebSocketForm::gap(const event::Gap& gap, bool with_id, Timestamp now) const {
  return written({.type = "gap", .id = with_id ? gap.to : "", .data = event::gap_data(gap)}, now);
}

std::string WebSocketForm::checkpoint(std::string_view id, Timestamp now) const {
  return written({.type = "checkpoint", .id = id}, now);
}

Form::Halves WebSocketForm::checkpoint_with_ages(std::string_view id, std::size_t ages_bytes, Timestamp now) const {
  std::string text;
  write_beginning({.type = "checkpoint", .id = id}, text);
  text.append(R"(,"data":{"time":)").append(std::to_string(to_ms(now))).append(R"(,"values":)");
  std::string after = "}";
  write_end(now, after);
  Halves halves;
  write_frame_head(text.size() + ages_bytes + after.size(), halves.before);
  halves.before.append(text);
  halves.after = std::move(after);
  return halves;
}

std::string WebSocketForm::heartbeat(std::string_view name, Timestamp now) const {
  if (name.empty()) return std::string(ping);
  return written({.type = name}, now);
}

std::string WebSocketForm::expired(Timestamp now) const {
  return written({.type = "expired"}, now);
}

std::string WebSocketForm::farewell(int) const {
  return {};
}

}  // namespace sluice::stream
