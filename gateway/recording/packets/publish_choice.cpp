#include "recording/packets/publish_choice.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

namespace sluice::recording {
namespace {

using Direction = CaptureOptions::Direction;
using std::chrono::microseconds;

constexpr microseconds window = std::chrono::minutes(1);
constexpr std::size_t most_times = 4096;  // of one content within the window
// A place on the broker's side: no connection has such a number.
constexpr std::uint64_t broker_place = std::uint64_t{1} << 63;

std::size_t bytes_of(const Published& publish) {
  return sizeof(Published) + publish.message.topic.size() + publish.message.payload.size();
}

std::size_t hash_of(std::string_view bytes) {
  return std::hash<std::string_view>()(bytes);
}

std::size_t hash_of(const Endpoint& end) {
  return hash_of({reinterpret_cast<const char*>(end.address.data()), end.address.size()});
}

bool is_usual_port(std::uint16_t port) {
  static constexpr std::array<std::uint16_t, 6> usual{1883, 8883, 9001, 8083, 8084, 8080};
  return std::find(usual.begin(), usual.end(), port) != usual.end();
}

/// A broker listens on a port of its own, clients get one of the high ones.
int client_by_ports(const Connection& connection) {
  const auto first = connection.ends[0].port;
  const auto second = connection.ends[1].port;
  if (is_usual_port(first) != is_usual_port(second)) return is_usual_port(first) ? 1 : 0;
  return first < second ? 1 : 0;
}

}  // namespace

void PublishChoice::add(Published&& publish) {
  waiting_bytes_ += bytes_of(publish);
  waiting_.push_back(std::move(publish));
}

bool PublishChoice::next(Published& message, bool at_end) {
  while (!waiting_.empty()) {
    const bool guess = at_end || waiting_.size() > most_waiting || waiting_bytes_ > most_waiting_bytes;
    const int client = client_of(*waiting_.front().connection, guess);
    if (client < 0) return false;
    waiting_bytes_ -= bytes_of(waiting_.front());
    message = std::move(waiting_.front());
    waiting_.pop_front();
    if (is_message(message, client)) return true;
  }
  return false;
}

int PublishChoice::client_of(const Connection& connection, bool guess) {
  if (connection.client) return *connection.client;
  const bool first = brokers_.contains(connection.ends[0]);
  const bool second = brokers_.contains(connection.ends[1]);
  if (first != second) return first ? 1 : 0;
  if (!guess) return -1;
  ++counts_.guessed_brokers;
  return client_by_ports(connection);
}

bool PublishChoice::is_message(Published& publish, int client) {
  const bool to_broker = publish.sender == client;
  const Content content{hash_of(publish.message.topic), hash_of(publish.message.payload)};
  if (direction_ != Direction::automatic && to_broker != (direction_ == Direction::to_broker)) {
    ++counts_.other_way;
    return false;
  }
  if (is_sent_again(publish, content)) {
    ++counts_.repeated;
    return false;
  }
  if (!is_new(publish, content, to_broker)) {
    ++counts_.copies;
    return false;
  }
  latest_[content.topic] = content;
  if (to_broker && publish.message.retain) {
    ++counts_.to_keep;
    publish.message.retain = false;
  }
  return true;
}

bool PublishChoice::is_sent_again(const Published& publish, const Content& content) {
  if (publish.message.qos == 0) return false;
  // After a reconnection the client's port is another one (MQTT 5, 4.4).
  const auto sender = static_cast<std::size_t>(publish.sender);
  const auto& ends = publish.connection->ends;
  const Content sending{content.topic + hash_of(ends[sender]) * 7 + publish.id,
                        content.payload + hash_of(ends[1 - sender]) * 7};
  auto& was_sent = sent_[sending];
  const bool again = was_sent && publish.dup;
  was_sent = true;
  return again;
}

bool PublishChoice::is_new(const Published& publish, const Content& content, bool to_broker) {
  if (!to_broker && publish.message.retain) {
    const auto* const latest = latest_.find(content.topic);
    return latest == nullptr || *latest != content;
  }
  const auto broker = static_cast<std::size_t>(to_broker ? 1 - publish.sender : publish.sender);
  const auto place =
      to_broker ? hash_of(publish.connection->ends[broker]) | broker_place : std::uint64_t{publish.connection->number};
  return is_next_of(tallies_[content], publish, place, to_broker);
}

bool PublishChoice::is_next_of(Tally& tally, const Published& publish, std::uint64_t place, bool to_broker) {
  while (!tally.times.empty() && tally.times.front() + window < publish.time) {
    tally.times.pop_front();
    ++tally.forgotten;
  }
  if (tally.times.empty()) tally.had.clear();
  const auto all = tally.forgotten + tally.times.size();
  const auto known = tally.had.size();
  auto& had = tally.had[place];
  tallies_.weigh(tally.had.size() - known);
  had = std::max(had, tally.forgotten);
  if (!to_broker && !publish.connection->has_past) {
    while (had < all && tally.times[had - tally.forgotten] < publish.connection->first) ++had;
  }
  if (had < all) {
    ++had;
    return false;
  }
  tally.times.push_back(publish.time);
  if (tally.times.size() > most_times) {
    tally.times.pop_front();
    ++tally.forgotten;
  }
  tallies_.weigh(1);
  had = all + 1;
  return true;
}

}  // namespace sluice::recording
