#include "mqtt/redelivery.h"

#include <algorithm>
#include <functional>

namespace sluice::mqtt {

void Redelivery::connected(bool session_present) {
  if (!session_present) {
    recent_.clear();
    expected_.clear();
    return;
  }
  // What this connection saw comes before what it was still waiting for.
  recent_.insert(recent_.end(), expected_.begin(), expected_.end());
  expected_ = std::move(recent_);
  recent_.clear();
  while (expected_.size() > capacity_) expected_.pop_front();
}

bool Redelivery::repeated(int packet_identifier, std::string_view topic, std::string_view payload) {
  const auto hash_of = std::hash<std::string_view>();
  const Seen message{packet_identifier, hash_of(topic) * 31 + hash_of(payload)};
  recent_.push_back(message);
  if (recent_.size() > capacity_) recent_.pop_front();
  if (expected_.empty()) return false;
  // Those before it were acknowledged in time: acknowledgements keep the order.
  const auto found = std::find(expected_.begin(), expected_.end(), message);
  const bool known = found != expected_.end();
  expected_.erase(expected_.begin(), known ? found + 1 : found);
  return known;
}

}  // namespace sluice::mqtt
