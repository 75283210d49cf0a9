#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <unordered_map>

#include "recording/capture_reader.h"
#include "recording/packets/connection.h"
#include "recording/packets/packet_counts.h"
#include "recording/packets/recent_map.h"

namespace sluice::recording {

/// Chooses from the publishes of a packet capture those that are messages, each once.
///
/// A capture taken beside the broker holds a message once towards it and once per subscriber from it; one taken beside
/// a subscriber holds only what came from it. So a message is what stands in one place (towards one broker, on one
/// connection from one) for the n-th time where no other place has it n times yet, with the same topic and payload,
/// within a minute; a subscriber's connection has no part in what was published before it. A stored message that a
/// subscription brings is one when it is not the topic's latest. What QoS 1 sends again with DUP set is none.
/// What it cannot tell apart: copies by overlapping subscriptions count as messages when nothing goes towards the
/// broker.
///
/// While nobody knows which end of a connection is the broker its publishes wait, and all after them: at most
/// `most_waiting` of `most_waiting_bytes`; then, and at the capture's end, the ports tell.
class PublishChoice {
 public:
  static constexpr std::size_t most_waiting = 4096;
  static constexpr std::size_t most_waiting_bytes = 64U << 20;

  /// `brokers` and `counts` must outlive this.
  PublishChoice(CaptureOptions::Direction direction, const std::set<Endpoint>& brokers, PacketCounts& counts)
      : direction_(direction), brokers_(brokers), counts_(counts) {}

  void add(Published&& publish);
  /// Takes the next message out, as a subscriber would get it: what was sent to the broker has no retain flag. False
  /// when there is none, or none yet.
  bool next(Published& message, bool at_end);

 private:
  /// One topic and payload.
  struct Content {
    std::size_t topic = 0;
    std::size_t payload = 0;
    friend bool operator==(const Content&, const Content&) = default;
  };
  struct ContentHash {
    std::size_t operator()(const Content& content) const { return content.topic * 31 + content.payload; }
  };
  /// The messages of one content, and how many of them each place has had.
  struct Tally {
    std::deque<std::chrono::microseconds> times;  // of the latest messages
    std::uint64_t forgotten = 0;                  // messages before those
    std::unordered_map<std::uint64_t, std::uint64_t> had;
  };

  static constexpr std::size_t memory = 65'536;  // messages, topics and sent ids to remember

  /// 0 or 1: the end that is the client; -1: not known.
  int client_of(const Connection& connection, bool guess);
  bool is_message(Published& publish, int client);
  bool is_sent_again(const Published& publish, const Content& content);
  bool is_new(const Published& publish, const Content& content, bool to_broker);
  bool is_next_of(Tally& tally, const Published& publish, std::uint64_t place, bool to_broker);

  CaptureOptions::Direction direction_;
  const std::set<Endpoint>& brokers_;
  PacketCounts& counts_;
  std::deque<Published> waiting_;
  std::size_t waiting_bytes_ = 0;
  RecentMap<Content, Tally, ContentHash> tallies_{memory};
  RecentMap<std::size_t, Content> latest_{memory};  // of each topic
  RecentMap<Content, bool, ContentHash> sent_{memory};
};

}  // namespace sluice::recording
