#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

#include "recording/packets/speaker.h"

namespace sluice::recording {

/// The TCP connections of a capture, each with its two speakers.
///
/// An ended connection is remembered, so that what comes late of it is not taken for a new one; a SYN with another
/// sequence number is one. Memory: the latest `most` connections; the one silent for the longest goes first.
class Conversations {
 public:
  static constexpr std::size_t most = 8192;

  /// `shared` must outlive this.
  explicit Conversations(Speaker::Shared& shared) : shared_(shared) {}

  /// The next segment of the capture; `shared` says its time and offset.
  void receive(const TcpSegment& segment);
  /// After the capture's end: gives what waited in one connection for bytes that will not come; false when none is
  /// left.
  bool finish_next();

 private:
  using Key = std::pair<Endpoint, Endpoint>;  // the lower one first
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Conversation {
    Conversation(std::shared_ptr<Connection> of, Speaker::Shared& shared)
        : connection(std::move(of)), speakers{{connection, 0, shared}, {connection, 1, shared}} {}

    std::shared_ptr<Connection> connection;
    Speaker speakers[2];  // of the connection's two ends
    bool ended = false;
    std::list<Key>::iterator age;

    void finish();
  };

  Conversation& conversation_of(const TcpSegment& segment);
  std::unique_ptr<Conversation> begin(const TcpSegment& segment);
  void forget_oldest();

  Speaker::Shared& shared_;
  std::uint32_t begun_ = 0;
  std::unordered_map<Key, std::unique_ptr<Conversation>, KeyHash> conversations_;
  std::list<Key> by_age_;  // the one silent for the longest first
};

}  // namespace sluice::recording
