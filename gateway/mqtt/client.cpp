#include "mqtt/client.h"

#include <fmt/format.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "mqtt/property_list.h"
#include "mqtt/reason.h"

namespace sluice::mqtt {
namespace {

constexpr int reads_at_most = 1000;  // packets of a turn, those without a message too

void initialise_library() {
  [[maybe_unused]] static const int initialised = mosquitto_lib_init();
}

std::string system_error_text(int number) {
  auto text = std::generic_category().message(number);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

/// A result of libmosquitto in words. `number`: errno as the call left it.
std::string result_text(int result, int number, const std::string& library_error) {
  switch (result) {
    case MOSQ_ERR_ERRNO:
      return system_error_text(number);
    case MOSQ_ERR_EAI:
      return fmt::format("the host name does not resolve: {}", gai_strerror(number));
    case MOSQ_ERR_TLS:
      return library_error.empty() ? "TLS failed" : fmt::format("TLS failed: {}", excerpt(library_error));
    case MOSQ_ERR_CONN_LOST:
      return "the broker closed the connection";
    case MOSQ_ERR_KEEPALIVE:
      return "the broker did not answer within the keepalive time";
    case MOSQ_ERR_PROTOCOL:
    case MOSQ_ERR_MALFORMED_PACKET:
      return "the broker broke the MQTT protocol";
    default:
      return mosquitto_strerror(result);
  }
}

/// Properties of an MQTT 5 packet, freed at the end.
class Properties {
 public:
  Properties() = default;
  ~Properties() { mosquitto_property_free_all(&list_); }
  Properties(const Properties&) = delete;
  Properties& operator=(const Properties&) = delete;
  mosquitto_property** out() { return &list_; }
  const mosquitto_property* get() const { return list_; }

 private:
  mosquitto_property* list_ = nullptr;
};

/// An encrypted key must not make OpenSSL ask at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*object*/) {
  return 0;
}

const char* or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

template <class Duration>
int whole_seconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

/// The library's handle, shared with the thread that connects it; whoever lets go last destroys it.
struct Client::Attempt {
  mosquitto* handle = nullptr;
  Properties connect_properties;
  std::string host;
  int port = 0;
  int keepalive = 0;
  int result = MOSQ_ERR_SUCCESS;
  int error_number = 0;
  std::string library_error;           // its last line about an error
  std::atomic<bool> finished = false;  // after it, all of this belongs to the Client's thread
  Client* client = nullptr;            // read by callbacks, which come only from the Client's own calls

  Attempt() = default;
  ~Attempt() { mosquitto_destroy(handle); }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void run() {
    result = mosquitto_connect_bind_v5(handle, host.c_str(), port, keepalive, nullptr, connect_properties.get());
    error_number = errno;
    finished.store(true, std::memory_order_release);
  }
};

struct Client::Callbacks {
  static Client& client(void* object) { return *static_cast<Attempt*>(object)->client; }

  static void log(mosquitto* /*handle*/, void* object, int level, const char* text) {
    if (level == MOSQ_LOG_ERR || level == MOSQ_LOG_WARNING) static_cast<Attempt*>(object)->library_error = text;
  }

  static void connect(mosquitto* handle, void* object, int code, int flags, const mosquitto_property* properties) {
    auto& self = client(object);
    if (code != 0) return self.end(refusal_text(code, self.options_.version, self.client_id_));
    // Formatting log lines that nobody reads costs on every message.
    mosquitto_log_callback_set(handle, nullptr);
    std::uint8_t available = 1;  // MQTT 5, 3.2.2.3.12: absent means yes
    mosquitto_property_read_byte(properties, MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE, &available, false);
    self.identifiers_ = self.options_.version == MqttOptions::Version::v5 && available != 0;
    self.state_ = State::up;
    self.listener_.on_up((flags & 1) != 0);
  }

  static void disconnect(mosquitto* /*handle*/, void* object, int code, const mosquitto_property* /*properties*/) {
    const int number = errno;
    auto& self = client(object);
    if (code >= 0x80) return self.end(reason_text(code, self.client_id_));
    self.end(code, number);
  }

  static void message(mosquitto* /*handle*/, void* object, const mosquitto_message* message,
                      const mosquitto_property* properties) {
    auto& self = client(object);
    std::uint32_t identifiers[16];  // MQTT 5, 3.3.4: a broker may send one copy for several filters
    std::size_t count = 0;
    const auto* next = properties;
    for (bool skip = false; next != nullptr && count < std::size(identifiers); skip = true) {
      next = mosquitto_property_read_varint(next, MQTT_PROP_SUBSCRIPTION_IDENTIFIER, &identifiers[count], skip);
      if (next != nullptr) ++count;
    }
    const auto length = static_cast<std::size_t>(message->payloadlen);
    const std::string_view payload(length == 0 ? "" : static_cast<const char*>(message->payload), length);
    self.wants_more_ = self.listener_.on_arrival({.topic = message->topic,
                                                  .payload = payload,
                                                  .qos = message->qos,
                                                  .retain = message->retain,
                                                  .packet_identifier = message->mid,
                                                  .subscription_identifiers = {identifiers, count},
                                                  .properties = properties});
    // The library rings its own, unread bell for the PUBACK, and takes its EAGAIN for "nothing left to read".
    errno = 0;
  }

  static void subscribe(mosquitto* /*handle*/, void* object, int mid, int count, const int* reasons,
                        const mosquitto_property* /*properties*/) {
    if (count > 0) client(object).listener_.on_subscribed(mid, reasons[0]);
  }

  static void publish(mosquitto* /*handle*/, void* object, int mid, int reason,
                      const mosquitto_property* /*properties*/) {
    client(object).listener_.on_sent(mid, reason);
  }
};

Client::Client(const MqttOptions& options, const Identity& identity, Listener& listener, std::shared_ptr<Wakeup> wakeup)
    : options_(options),
      client_id_(identity.client_id),
      listener_(listener),
      wakeup_(std::move(wakeup)),
      attempt_(std::make_shared<Attempt>()),
      deadline_(Steady::now() + connect_patience),
      next_tick_(Steady::now() + std::chrono::seconds(1)) {
  configure(identity);
  if (state_ != State::over) start();
}

Client::~Client() {
  if (!connecting_.joinable()) return;
  // A name that does not resolve can hold the thread for minutes; it keeps what it needs itself.
  if (attempt_->finished.load(std::memory_order_acquire))
    connecting_.join();
  else
    connecting_.detach();
}

void Client::configure(const Identity& identity) {
  initialise_library();
  auto& attempt = *attempt_;
  attempt.client = this;
  attempt.host = options_.host;
  attempt.port = options_.port;
  attempt.keepalive = std::clamp(whole_seconds(options_.keepalive), 5, 65'535);
  attempt.handle = mosquitto_new(client_id_.c_str(), identity.clean_start, &attempt);
  auto* handle = attempt.handle;
  if (handle == nullptr) return end(fmt::format("'{}' is no client id", excerpt(client_id_)));

  const bool v5 = options_.version == MqttOptions::Version::v5;
  // With external threads, PUBACKs wait for mosquitto_loop_write(): without, they leave before on_message.
  mosquitto_threaded_set(handle, true);
  mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
  mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, 0);  // the broker's receive maximum holds
  mosquitto_log_callback_set(handle, Callbacks::log);
  mosquitto_connect_v5_callback_set(handle, Callbacks::connect);
  mosquitto_disconnect_v5_callback_set(handle, Callbacks::disconnect);
  mosquitto_message_v5_callback_set(handle, Callbacks::message);
  mosquitto_subscribe_v5_callback_set(handle, Callbacks::subscribe);
  mosquitto_publish_v5_callback_set(handle, Callbacks::publish);
  if (!options_.user.empty()) {
    mosquitto_username_pw_set(handle, options_.user.c_str(), or_null(options_.password));
  }
  if (identity.will) {
    const auto& will = *identity.will;
    const int result = mosquitto_will_set(handle, will.topic.c_str(), static_cast<int>(will.payload.size()),
                                          will.payload.data(), will.qos, will.retain);
    if (result != MOSQ_ERR_SUCCESS) return end(fmt::format("last will: {}", mosquitto_strerror(result)));
  }
  if (options_.tls) {
    const bool own = !options_.ca.empty();
    const int result = mosquitto_tls_set(handle, or_null(options_.ca), own ? nullptr : "/etc/ssl/certs",
                                         or_null(options_.cert), or_null(options_.key), no_password);
    if (result != MOSQ_ERR_SUCCESS) {
      return end(fmt::format("TLS: cannot use ca '{}', cert '{}', key '{}' (cert and key only together)", options_.ca,
                             options_.cert, options_.key));
    }
  }
  if (v5) {
    auto** properties = attempt.connect_properties.out();
    const auto expiry = identity.clean_start ? 0U : static_cast<std::uint32_t>(whole_seconds(options_.session_expiry));
    mosquitto_property_add_int32(properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, expiry);
    mosquitto_property_add_int32(properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, options_.packet_bytes);
    mosquitto_property_add_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, options_.receive_maximum);
  }
}

void Client::start() {
  try {
    connecting_ = std::thread([attempt = attempt_, wakeup = wakeup_] {
      attempt->run();
      wakeup->ring();
    });
  } catch (const std::system_error& error) {
    end(fmt::format("no thread to connect with: {}", error.what()));
  }
}

void Client::finish_connecting() {
  if (!attempt_->finished.load(std::memory_order_acquire)) return;
  connecting_.join();  // it has only to let go; else it may still use OpenSSL while the process ends
  if (attempt_->result != MOSQ_ERR_SUCCESS) {
    return end(attempt_->result, attempt_->error_number);
  }
  state_ = State::greeting;
  deadline_ = Steady::now() + greeting_patience;
  flush();
}

int Client::descriptor() const {
  return state_ == State::greeting || state_ == State::up ? mosquitto_socket(attempt_->handle) : -1;
}

bool Client::has_output() const {
  return descriptor() >= 0 && mosquitto_want_write(attempt_->handle);
}

void Client::turn() {
  if (state_ == State::connecting) finish_connecting();
  if (state_ == State::greeting || state_ == State::up) read();
  // What TLS and CONNECT leave half done goes on at once; later on, flush() is the caller's.
  if (state_ == State::greeting) flush();
}

void Client::read() {
  wants_more_ = true;
  input_left_ = false;
  const bool tls_greeting = options_.tls && state_ == State::greeting;
  for (int reads = 0; reads < reads_at_most && wants_more_; ++reads) {
    errno = 0;
    const int result = mosquitto_loop_read(attempt_->handle, 1);
    const int number = errno;
    if (state_ == State::over) return;
    if (result != MOSQ_ERR_SUCCESS) return end(result, number);
    if (number == EAGAIN || state_ == State::greeting) {
      // The library waits on for a peer that left in the middle of the TLS handshake.
      if (tls_greeting && peer_left()) end("the broker closed the connection during the TLS handshake");
      return;
    }
  }
  input_left_ = true;
}

bool Client::peer_left() const {
  char byte = 0;
  return recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void Client::flush() {
  if (!has_output()) return;
  const int result = mosquitto_loop_write(attempt_->handle, 1);
  const int number = errno;
  if (result != MOSQ_ERR_SUCCESS) end(result, number);
}

void Client::tick(Steady::time_point now) {
  if (state_ == State::over || now < next_tick_) return;
  next_tick_ = now + std::chrono::seconds(1);
  if (state_ == State::up) {
    mosquitto_loop_misc(attempt_->handle);  // an error ends by the disconnect callback
  } else if (now >= deadline_) {
    end(state_ == State::connecting ? fmt::format("no connection within {} s", connect_patience.count())
                                    : fmt::format("no answer to CONNECT within {} s", greeting_patience.count()));
  }
}

Expected<int> Client::publish(const message::Publish& publish, const message::Properties* properties) {
  if (state_ != State::up) return unexpected("the broker is not connected");
  if (publish.topic.find('\0') != std::string::npos) return unexpected("the topic holds a NUL");
  Properties list;
  if (properties != nullptr && options_.version == MqttOptions::Version::v5) add_properties(*properties, list.out());
  int packet_identifier = 0;
  const int result = mosquitto_publish_v5(attempt_->handle, &packet_identifier, publish.topic.c_str(),
                                          static_cast<int>(publish.payload.size()), publish.payload.data(), publish.qos,
                                          publish.retain, list.get());
  switch (result) {
    case MOSQ_ERR_SUCCESS:
      return packet_identifier;
    case MOSQ_ERR_INVAL:
    case MOSQ_ERR_MALFORMED_UTF8:
      return unexpected(fmt::format("'{}' is no topic to publish to", excerpt(publish.topic)));
    case MOSQ_ERR_PAYLOAD_SIZE:
    case MOSQ_ERR_OVERSIZE_PACKET:
      return unexpected(fmt::format("a payload of {} bytes is more than the broker takes", publish.payload.size()));
    default:
      return unexpected(result_text(result, errno, ""));
  }
}

Expected<int> Client::subscribe(const std::string& filter, int qos, std::uint32_t identifier, bool retained) {
  if (state_ != State::up) return unexpected("the broker is not connected");
  Properties properties;
  if (identifier != 0 && identifiers_) {
    mosquitto_property_add_varint(properties.out(), MQTT_PROP_SUBSCRIPTION_IDENTIFIER, identifier);
  }
  int packet_identifier = 0;
  const int options = retained ? MQTT_SUB_OPT_SEND_RETAIN_ALWAYS : MQTT_SUB_OPT_SEND_RETAIN_NEW;
  const int result =
      mosquitto_subscribe_v5(attempt_->handle, &packet_identifier, filter.c_str(), qos, options, properties.get());
  if (result != MOSQ_ERR_SUCCESS) {
    return unexpected(fmt::format("subscribing to '{}': {}", excerpt(filter), result_text(result, errno, "")));
  }
  return packet_identifier;
}

void Client::unsubscribe(const std::string& filter) {
  if (state_ == State::up) mosquitto_unsubscribe(attempt_->handle, nullptr, filter.c_str());
}

void Client::disconnect() {
  if (state_ == State::up) mosquitto_disconnect(attempt_->handle);
}

void Client::end(std::string error) {
  if (state_ == State::over) return;
  state_ = State::over;
  error_ = std::move(error);
}

void Client::end(int result, int number) {
  if (state_ == State::over) return;
  closed_by_broker_ = result == MOSQ_ERR_CONN_LOST;
  end(result_text(result, number, attempt_->library_error));
}

}  // namespace sluice::mqtt
