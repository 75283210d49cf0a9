#include "event/finish.h"

#include <charconv>

#include "base/json.h"
#include "event/wire.h"

namespace sluice::event {
namespace {

void append_id(std::string_view epoch, Sequence sequence, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, sequence).ptr;
  out.append(epoch).append("-").append(digits, end);
}

std::uint32_t size32(const std::string& text) {
  return static_cast<std::uint32_t>(text.size());
}

}  // namespace

EventPtr finish(Emission&& emission, const EventType& type, std::string_view epoch, Sequence sequence) {
  auto event = std::make_shared<Event>();
  event->sequence = sequence;
  event->type = type.number;
  event->name = type.name;
  event->time = emission.time;
  write_json(emission.key, event->key_json);

  // Written into a buffer that is used again, then copied: an event keeps no more memory than it has bytes.
  thread_local std::string bytes;
  thread_local std::string id;
  bytes.clear();
  id.clear();
  append_id(epoch, sequence, id);
  const auto wanted = [&](Frame frame) { return (type.frames >> static_cast<unsigned>(frame) & 1U) != 0; };
  const auto begin = [&](Frame frame) { event->blocks[static_cast<std::size_t>(frame)].offset = size32(bytes); };
  const auto end = [&](Frame frame) {
    bytes.append("\n\n");
    auto& slice = event->blocks[static_cast<std::size_t>(frame)];
    slice.length = size32(bytes) - slice.offset;
  };
  // The first frame writes the data, the others copy it: it is encoded once. JSON text is one line, so that it needs
  // no `data:` line each as write_block's general data does.
  const auto put_data = [&] {
    if (event->data.length != 0) {
      bytes.append(bytes, event->data.offset, event->data.length);
      return;
    }
    event->data.offset = size32(bytes);
    write_json(emission.fields, bytes);
    event->data.length = size32(bytes) - event->data.offset;
  };

  if (wanted(Frame::event)) {
    begin(Frame::event);
    write_head(id, type.name, bytes);
    bytes.append("data: ");
    put_data();
    end(Frame::event);
  }
  if (wanted(Frame::data)) {
    begin(Frame::data);
    write_head(id, "", bytes);
    bytes.append("data: ");
    put_data();
    end(Frame::data);
  }
  if (wanted(Frame::envelope)) {
    begin(Frame::envelope);
    write_head(id, "", bytes);
    bytes.append(R"(data: {"type":)");
    write_json_text(type.name, bytes);
    bytes.append(R"(,"data":)");
    put_data();
    bytes.append(R"(,"timestamp":)");
    write_json(static_cast<double>(to_ms(emission.time)) / 1000.0, bytes);
    bytes.append("}");
    end(Frame::envelope);
  }
  if (event->data.length == 0) put_data();
  event->bytes = bytes;

  event->key = std::move(emission.key);
  if (type.fields_read) event->fields = std::move(emission.fields);
  return event;
}

EventPtr finish_source_gap(const EventType& type, std::string_view epoch, Sequence sequence, Timestamp time) {
  auto event = std::make_shared<Event>();
  event->sequence = sequence;
  event->type = type.number;
  event->name = type.name;
  event->time = time;
  event->key = Value::object();
  event->key_json = "{}";
  std::string from;
  append_id(epoch, sequence - 1, from);
  std::string to;
  append_id(epoch, sequence, to);
  write_gap({.reason = GapReason::source, .from = from, .to = to, .missed = std::nullopt}, true, event->bytes);
  for (auto& slice : event->blocks) slice = {0, size32(event->bytes)};
  // `gap` is one line of JSON as well: the third line, less its `data: `.
  const auto start = event->bytes.find('{');
  event->data = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(event->bytes.size() - 2 - start)};
  return event;
}

}  // namespace sluice::event
