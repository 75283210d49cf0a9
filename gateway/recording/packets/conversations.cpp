#include "recording/packets/conversations.h"

#include <algorithm>
#include <string_view>

namespace sluice::recording {

std::size_t Conversations::KeyHash::operator()(const Key& key) const {
  std::size_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
  const auto mix = [&hash](std::uint8_t byte) { hash = (hash ^ byte) * 1'099'511'628'211U; };
  for (const auto* end : {&key.first, &key.second}) {
    std::for_each(end->address.begin(), end->address.end(), mix);
    mix(static_cast<std::uint8_t>(end->port >> 8));
    mix(static_cast<std::uint8_t>(end->port & 0xFF));
  }
  return hash;
}

void Conversations::Conversation::finish() {
  for (auto& speaker : speakers) speaker.finish();
}

void Conversations::receive(const TcpSegment& segment) {
  auto& conversation = conversation_of(segment);
  auto& connection = *conversation.connection;
  const int from = segment.from == connection.ends[0] ? 0 : 1;
  if (segment.syn && !connection.client) shared_.know_client(connection, segment.ack ? 1 - from : from);
  conversation.speakers[from].receive(segment);
  if (segment.reset) {
    conversation.finish();
    conversation.ended = true;
  } else if (segment.ack) {
    conversation.speakers[1 - from].acknowledged(segment.acknowledged);
  }
  if (segment.fin) conversation.ended = true;
}

Conversations::Conversation& Conversations::conversation_of(const TcpSegment& segment) {
  const Key key = std::minmax(segment.from, segment.to);
  const auto found = conversations_.find(key);
  if (found == conversations_.end()) {
    if (conversations_.size() >= most) forget_oldest();
    auto& conversation = *conversations_.emplace(key, begin(segment)).first->second;
    conversation.age = by_age_.insert(by_age_.end(), key);
    return conversation;
  }
  auto& place = found->second;
  by_age_.splice(by_age_.end(), by_age_, place->age);
  if (segment.syn && !segment.ack) {
    const int from = segment.from == place->connection->ends[0] ? 0 : 1;
    if (place->speakers[from].tcp().syn() != segment.sequence) {
      const auto age = place->age;
      place->finish();
      place = begin(segment);
      place->age = age;
    }
  }
  return *place;
}

std::unique_ptr<Conversations::Conversation> Conversations::begin(const TcpSegment& segment) {
  auto connection = std::make_shared<Connection>();
  connection->number = ++begun_;
  connection->ends = {segment.from, segment.to};
  connection->first = shared_.time;
  connection->has_past = !segment.syn;
  ++shared_.counts.connections;
  return std::make_unique<Conversation>(std::move(connection), shared_);
}

void Conversations::forget_oldest() {
  const auto found = conversations_.find(by_age_.front());
  found->second->finish();
  if (!found->second->ended) ++shared_.counts.evicted;
  conversations_.erase(found);
  by_age_.pop_front();
}

bool Conversations::finish_next() {
  if (by_age_.empty()) return false;
  const auto found = conversations_.find(by_age_.front());
  found->second->finish();
  conversations_.erase(found);
  by_age_.pop_front();
  return true;
}

}  // namespace sluice::recording
