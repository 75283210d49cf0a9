#include "mapping/sparkplug/session.h"

#include "base/text.h"
#include "mapping/sparkplug/node_session.h"
#include "mapping/sparkplug/payload.h"
#include "mapping/sparkplug/topic.h"
#include "mapping/sparkplug/turn.h"

namespace sluice::mapping::sparkplug {
namespace {

constexpr std::size_t node_bytes = 2048;  // without its metrics, about

}  // namespace

Session::Session(const Limits& limits) : limits_(limits), account_{.limit = limits.state_bytes, .used = 0} {}
Session::~Session() = default;

void Session::receive(std::string_view topic_name, std::string_view bytes, Timestamp time, Output& output) {
  const auto topic = read_topic(topic_name, limits_.name_bytes);
  if (!topic) {
    output.errors.push_back(topic.error().message);
    return;
  }
  if (topic->kind == Topic::Kind::other) return;
  ++counts_.messages;
  Turn turn(*topic, time, limits_, counts_, output);
  const auto payload = read_payload(bytes, limits_);
  if (!payload) return turn.fault(payload.error().message);
  if (payload->metrics.empty() && !payload->uuid.empty() && !payload->body.empty()) {
    return turn.fault("payload is packed as '" + excerpt(payload->uuid, 40) + "': only plain metrics are read");
  }
  auto* known = node(*topic);
  if (known == nullptr) {
    ++counts_.beyond_bounds;
    return turn.fault("no room for a further node");
  }
  known->receive(*payload, turn);
}

NodeSession* Session::node(const Topic& topic) {
  key_.assign(topic.group).append("/").append(topic.node);
  if (const auto found = nodes_.find(key_); found != nodes_.end()) return found->second.get();
  if (nodes_.size() >= limits_.nodes || !nodes_share_.take(node_bytes + key_.size())) return nullptr;
  return nodes_.emplace(key_, std::make_unique<NodeSession>(account_)).first->second.get();
}

}  // namespace sluice::mapping::sparkplug
