#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "message/message.h"
#include "message/properties.h"
#include "mqtt/mqtt_options.h"
#include "mqtt/wakeup.h"

struct mqtt5__property;

namespace sluice::mqtt {

/// One connection to a broker, from the attempt to its end: libmosquitto without any of its own loops, which use
/// select() and so fail beyond descriptor 1023.
///
/// Threads: one. Names are resolved and the connection made in a short-lived thread, because libmosquitto blocks there;
/// it rings `wakeup` when it is done, and may outlive the Client.
/// Order: what has to be sent, acknowledgements too, leaves in flush() only.
class Client {
 public:
  using Steady = std::chrono::steady_clock;

  /// What distinguishes this client from others of the same broker.
  struct Identity {
    std::string client_id;
    bool clean_start = false;  // the broker shall forget an earlier session
    std::optional<message::Publish> will;
  };
  /// A message as it came; all of it is gone when the call returns.
  struct Arrival {
    std::string_view topic;
    std::string_view payload;
    int qos = 0;
    bool retain = false;
    int packet_identifier = 0;  // 0 for QoS 0
    std::span<const std::uint32_t> subscription_identifiers;
    const mqtt5__property* properties = nullptr;  // for read_properties(); null when there are none
  };
  /// Who hears of it, from within turn() and flush(). A call must not end the Client.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_up(bool session_present) = 0;
    /// False: enough for this turn.
    virtual bool on_arrival(const Arrival& arrival) = 0;
    /// The broker granted (`reason` below 0x80) or refused a subscription.
    virtual void on_subscribed(int packet_identifier, int reason) = 0;
    /// The broker acknowledged a publish, or a QoS 0 one was written. `reason` from 0x80: refused.
    virtual void on_sent(int packet_identifier, int reason) = 0;
  };
  enum class State : std::uint8_t {
    connecting,  // resolving, TCP
    greeting,    // TLS, CONNECT sent
    up,
    over,  // for good; error() says why
  };

  Client(const MqttOptions& options, const Identity& identity, Listener& listener, std::shared_ptr<Wakeup> wakeup);
  /// Cuts the connection: nothing more is sent, and the broker publishes the will.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  State state() const { return state_; }
  const std::string& error() const { return error_; }
  /// True when the broker ended the connection without a word.
  bool closed_by_broker() const { return closed_by_broker_; }
  /// Whether the broker takes Subscription Identifiers.
  bool has_identifiers() const { return identifiers_; }

  /// The socket to wait for; -1 while connecting and when over.
  int descriptor() const;
  /// True when something waits to be sent.
  bool has_output() const;
  /// True when more was there to read than the listener wanted.
  bool has_input() const { return input_left_; }
  /// When tick() is due at the latest.
  Steady::time_point next_tick() const { return next_tick_; }

  /// Reads what is there: call it when the descriptor is readable, or wakeup rang.
  void turn();
  /// Sends what waits, as far as the socket takes it.
  void flush();
  /// Keeps the connection alive and watches deadlines.
  void tick(Steady::time_point now);

  /// Queues; returns the packet identifier. `properties` go with it under MQTT 5. Error: in words; when not up, too.
  Expected<int> publish(const message::Publish& publish, const message::Properties* properties = nullptr);
  /// `identifier` 0: none.
  Expected<int> subscribe(const std::string& filter, int qos, std::uint32_t identifier, bool retained);
  void unsubscribe(const std::string& filter);
  /// Queues the goodbye, which keeps the broker from publishing the will.
  void disconnect();

  static constexpr std::chrono::seconds connect_patience{30};
  static constexpr std::chrono::seconds greeting_patience{10};

 private:
  struct Attempt;
  struct Callbacks;
  void configure(const Identity& identity);
  void start();
  void finish_connecting();
  void read();
  bool peer_left() const;
  void end(std::string error);
  void end(int result, int number);

  const MqttOptions options_;
  const std::string client_id_;
  Listener& listener_;
  std::shared_ptr<Wakeup> wakeup_;
  std::shared_ptr<Attempt> attempt_;
  std::thread connecting_;
  State state_ = State::connecting;
  std::string error_;
  bool closed_by_broker_ = false;
  bool identifiers_ = false;
  bool input_left_ = false;
  bool wants_more_ = true;
  Steady::time_point deadline_;  // of connecting and greeting
  Steady::time_point next_tick_;
};

}  // namespace sluice::mqtt
