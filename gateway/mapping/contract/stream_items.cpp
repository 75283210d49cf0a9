#include "mapping/contract/stream_items.h"

#include <algorithm>

namespace sluice::mapping {
namespace {

using What = StreamItem::What;

void add_new(std::vector<event::TypeNumber>& types, const std::vector<event::TypeNumber>& more) {
  for (const auto type : more) {
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
}

StreamItem own(What what, std::string name) {
  return {what, std::move(name), {}, nullptr};
}

/// The stream's own events stand in its envelope, but for a hello without a name.
StreamItem framed(What what, const std::string& name, event::Frame frame) {
  if (frame == event::Frame::envelope && !name.empty()) return {what, {}, name, nullptr};
  return own(what, name);
}

}  // namespace

std::vector<event::TypeNumber> shown_events(const event::StreamSpec& stream) {
  auto types = stream.events;
  add_new(types, stream.on_connect);
  if (stream.poll) add_new(types, stream.poll->events);
  return types;
}

std::string own_route(const event::StreamSpec& stream) {
  return "/streams/" + stream.name;
}

std::vector<StreamItem> stream_items(const Contract& contract, const event::StreamSpec& stream) {
  std::vector<StreamItem> items;
  auto sent = stream.events;
  add_new(sent, stream.on_connect);
  for (const auto number : sent) {
    const auto& event = contract.event(number);
    StreamItem item{What::event, {}, {}, &event};
    if (stream.frame == event::Frame::event) item.name = event.name;
    if (stream.frame == event::Frame::envelope) item.type = event.name;
    items.push_back(std::move(item));
  }
  if (stream.hello) items.push_back(framed(What::hello, stream.hello->event, stream.frame));
  if (!stream.heartbeat_event.empty()) items.push_back(framed(What::heartbeat, stream.heartbeat_event, stream.frame));
  items.push_back(own(What::gap, "gap"));
  items.push_back(own(What::checkpoint, "checkpoint"));
  items.push_back(own(What::source, "source"));
  if (!stream.access.empty()) items.push_back(own(What::expired, "expired"));
  return items;
}

std::vector<std::pair<std::string, std::vector<StreamItem>>> by_listener(std::vector<StreamItem> items) {
  std::vector<std::pair<std::string, std::vector<StreamItem>>> groups;
  for (auto& item : items) {
    const std::string listener = item.name.empty() ? "message" : item.name;
    const auto same = [&](const auto& group) { return group.first == listener; };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(group, {listener, {}});
    group->second.push_back(std::move(item));
  }
  return groups;
}

}  // namespace sluice::mapping
