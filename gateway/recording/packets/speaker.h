#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "recording/packets/connection.h"
#include "recording/packets/mqtt_stream.h"
#include "recording/packets/packet_counts.h"
#include "recording/packets/tcp_stream.h"
#include "recording/packets/websocket_stream.h"

namespace sluice::recording {

/// One end's part of a connection: finds out whether it speaks MQTT, bare or in WebSocket frames, on whatever port, and
/// gives its publishes, each once however often QoS 2 sent it.
///
/// Memory: what TcpStream and MqttStream hold; the topics of its aliases, at most `most_alias_bytes`; the identifiers
/// of QoS 2 that are under way: all as far as the budget goes.
class Speaker final : public ByteSink, private MqttStream::Listener {
 public:
  static constexpr std::size_t most_alias_bytes = 1U << 20;
  using Publish = std::function<void(Published&&)>;

  /// What all speakers of a capture share; outlives them.
  struct Shared {
    static constexpr std::size_t most_brokers = 1024;

    MemoryBudget budget;
    Publish publish;
    PacketCounts counts{};
    std::set<Endpoint> brokers{};      // ends that are a broker's
    std::chrono::microseconds time{};  // of the packet being read
    std::uint64_t offset = 0;

    /// Remembers that this end of the connection is the client, and the other one a broker.
    void know_client(Connection& connection, int end);
  };

  /// `end`: which of the connection's ends speaks.
  Speaker(std::shared_ptr<Connection> connection, int end, Shared& shared);
  ~Speaker() override { forget_session(); }
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  void receive(const TcpSegment& segment) { tcp_.receive(segment, *this); }
  void acknowledged(std::uint32_t sequence) { tcp_.acknowledged(sequence, *this); }
  /// Nothing more will come.
  void finish() { tcp_.flush(*this); }
  const TcpStream& tcp() const { return tcp_; }

 private:
  enum class Speech : std::uint8_t { unknown, mqtt, websocket, other };

  void take(std::string_view bytes) override;
  void lost(std::uint64_t bytes) override;
  void packet(const FixedHeader& header, std::string_view body) override;
  void damaged() override { ++shared_.counts.damaged; }
  void too_large(std::uint64_t) override { ++shared_.counts.too_large; }
  void passed_over(std::uint64_t bytes) override { shared_.counts.passed_over += bytes; }

  void listen_from_beginning(std::string_view bytes);
  void listen_midway(std::string_view bytes);
  void read_http_head();
  void speak(Speech speech, std::string_view bytes, bool from_beginning);
  void note_tls();
  void connect(std::string_view body);
  void publish(const FixedHeader& header, std::string_view body);
  bool resolve_alias(PublishPacket& packet);
  bool is_again(const PublishPacket& packet);
  void release(std::uint16_t id);
  void forget_alias(std::uint16_t alias);
  void forget_session();

  std::shared_ptr<Connection> connection_;
  int end_;
  Shared& shared_;
  TcpStream tcp_;
  Speech speech_ = Speech::unknown;
  bool midway_ = false;  // the connection's first bytes are not in the capture
  std::string head_;     // the first bytes, while they do not say enough
  std::size_t heard_ = 0;
  std::optional<MqttStream> mqtt_;
  std::optional<WebSocketStream> websocket_;
  std::unordered_map<std::uint16_t, std::string> aliases_;
  std::size_t alias_bytes_ = 0;
  std::unordered_map<std::uint16_t, std::size_t> exactly_once_;  // QoS 2, not released: id -> hash of the message
};

}  // namespace sluice::recording
