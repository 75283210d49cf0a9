#include "recording/packets/speaker.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "recording/packets/byte_reader.h"

namespace sluice::recording {
namespace {

constexpr std::size_t longest_head = 8U << 10;
constexpr std::size_t entry_bytes = 64;  // of an entry of a map, less what it holds
// A connection that began before the capture and has shown no MQTT in so many bytes has none.
constexpr std::size_t longest_patience = 256U << 10;

bool is_tls(std::string_view bytes) {
  return bytes.size() >= 3 && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] == 3 && bytes[2] <= 4 && bytes[2] >= 0;
}

bool may_be_http(std::string_view bytes) {
  static constexpr std::string_view request = "GET ";
  static constexpr std::string_view response = "HTTP/1.1 101";
  const auto begins = [&](std::string_view line) { return line.starts_with(bytes.substr(0, line.size())); };
  return begins(request) || begins(response);
}

/// Whether an HTTP head, request or response, turns the connection into WebSocket (RFC 6455, 4.1, 4.2.2).
bool upgrades(std::string_view head) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower.find("\r\nupgrade: websocket\r\n") != std::string::npos ||
         lower.find("\r\nupgrade:websocket\r\n") != std::string::npos;
}

std::size_t hash_of(const PublishPacket& packet) {
  const auto topic = std::hash<std::string_view>()(packet.topic);
  return topic * 1'099'511'628'211U ^ std::hash<std::string_view>()(packet.payload);
}

}  // namespace

void Speaker::Shared::know_client(Connection& connection, int end) {
  if (connection.client == end) return;
  connection.client = end;
  if (brokers.size() < most_brokers) brokers.insert(connection.ends[static_cast<std::size_t>(1 - end)]);
}

Speaker::Speaker(std::shared_ptr<Connection> connection, int end, Shared& shared)
    : connection_(std::move(connection)), end_(end), shared_(shared), tcp_(shared.budget) {}

void Speaker::take(std::string_view bytes) {
  switch (speech_) {
    case Speech::unknown:
      if (!tcp_.has_beginning()) midway_ = true;
      if (midway_) {
        listen_midway(bytes);
      } else {
        listen_from_beginning(bytes);
      }
      break;
    case Speech::mqtt:
      mqtt_->take(bytes);
      break;
    case Speech::websocket:
      websocket_->take(bytes);
      if (websocket_->masked()) shared_.know_client(*connection_, end_);
      if (websocket_->compressed()) {
        ++shared_.counts.compressed;
        speech_ = Speech::other;
      }
      break;
    case Speech::other:
      break;
  }
}

void Speaker::lost(std::uint64_t bytes) {
  if (speech_ == Speech::unknown) {
    midway_ = true;
    head_.clear();
    return;
  }
  if (speech_ == Speech::other) return;
  if (shared_.counts.gaps++ == 0) shared_.counts.first_gap = shared_.offset;
  shared_.counts.gap_bytes += bytes;
  if (speech_ == Speech::mqtt) {
    mqtt_->lost(bytes);
  } else {
    websocket_->lost(bytes);
  }
}

void Speaker::listen_from_beginning(std::string_view bytes) {
  head_.append(bytes);
  if (may_be_http(head_)) {
    read_http_head();
  } else if (const auto fit = fits_packet(head_, Level::unknown); fit != Fit::more) {
    if (is_tls(head_)) note_tls();
    const auto first = std::exchange(head_, {});
    if (fit == Fit::yes) {
      speak(Speech::mqtt, first, true);
    } else {
      speech_ = Speech::other;
    }
  }
  if (head_.size() > longest_head) {
    speech_ = Speech::other;
    head_.clear();
  }
}

void Speaker::read_http_head() {
  const auto end = head_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const bool is_request = head_.starts_with("GET ");
  const auto all = std::exchange(head_, {});
  if (!upgrades(std::string_view(all).substr(0, end + 2))) {
    speech_ = Speech::other;
    return;
  }
  shared_.know_client(*connection_, is_request ? end_ : 1 - end_);
  speak(Speech::websocket, std::string_view(all).substr(end + 4), true);
}

void Speaker::listen_midway(std::string_view bytes) {
  heard_ += bytes.size();
  if (is_tls(bytes)) {
    note_tls();
    speech_ = Speech::other;
  } else if (connection_->websocket ? are_frames(bytes) : fits_packet(bytes, connection_->level) == Fit::yes) {
    speak(connection_->websocket ? Speech::websocket : Speech::mqtt, bytes, false);
  } else if (are_frames(bytes)) {
    speak(Speech::websocket, bytes, false);
  } else if (heard_ > longest_patience) {
    speech_ = Speech::other;
  }
}

void Speaker::note_tls() {
  if (!connection_->encrypted) ++shared_.counts.encrypted;
  connection_->encrypted = true;
}

void Speaker::speak(Speech speech, std::string_view bytes, bool from_beginning) {
  speech_ = speech;
  mqtt_.emplace(static_cast<MqttStream::Listener&>(*this), shared_.budget, connection_->level, from_beginning);
  if (speech == Speech::websocket) {
    connection_->websocket = true;
    websocket_.emplace(*mqtt_);
  }
  if (!bytes.empty()) take(bytes);
}

void Speaker::packet(const FixedHeader& header, std::string_view body) {
  if (!connection_->is_mqtt) {
    connection_->is_mqtt = true;
    ++shared_.counts.mqtt_connections;
    const bool begins = header.type == PacketType::connect || header.type == PacketType::connack;
    if (midway_ && !begins) ++shared_.counts.begun_before;
  }
  switch (header.type) {
    case PacketType::connect:
      return connect(body);
    case PacketType::connack:
      shared_.know_client(*connection_, 1 - end_);
      if (!body.empty() && (body[0] & 1) != 0) connection_->has_past = true;  // Session Present (3.2.2.1.1)
      return;
    case PacketType::publish:
      return publish(header, body);
    case PacketType::pubrel:
      return release(ByteReader(body).u16());
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
      return shared_.know_client(*connection_, end_);
    case PacketType::suback:
    case PacketType::unsuback:
    case PacketType::pingresp:
      return shared_.know_client(*connection_, 1 - end_);
    default:
      return;
  }
}

void Speaker::connect(std::string_view body) {
  const auto level = read_level(body);
  if (level == Level::unknown) return;
  connection_->level = level;
  shared_.know_client(*connection_, end_);
  forget_session();
}

void Speaker::publish(const FixedHeader& header, std::string_view body) {
  if (connection_->level == Level::unknown) {
    ++shared_.counts.guessed_levels;
    connection_->level = has_properties(header, body) ? Level::mqtt_5 : Level::mqtt_311;
  }
  PublishPacket packet;
  if (!read_publish(header, body, connection_->level == Level::mqtt_5, packet)) {
    if (shared_.counts.malformed_publishes++ == 0) shared_.counts.first_malformed = shared_.offset;
    return;
  }
  if (!resolve_alias(packet)) {
    ++shared_.counts.unknown_aliases;
    return;
  }
  if (is_again(packet)) {
    ++shared_.counts.repeated;
    return;
  }
  Published published;
  published.connection = connection_;
  published.sender = end_;
  published.message.topic = packet.topic;
  published.message.payload = packet.payload;
  published.message.qos = packet.qos;
  published.message.retain = packet.retain;
  published.properties = std::move(packet.properties);
  published.id = packet.id;
  published.dup = packet.dup;
  published.time = shared_.time;
  published.offset = shared_.offset;
  shared_.publish(std::move(published));
}

bool Speaker::resolve_alias(PublishPacket& packet) {
  if (packet.alias == 0) return true;
  if (packet.topic.empty()) {
    const auto found = aliases_.find(packet.alias);
    if (found == aliases_.end()) return false;
    packet.topic = found->second;
    return true;
  }
  forget_alias(packet.alias);
  const auto bytes = packet.topic.size() + entry_bytes;
  if (alias_bytes_ + bytes > most_alias_bytes || !shared_.budget.take(bytes)) return true;
  alias_bytes_ += bytes;
  aliases_.emplace(packet.alias, packet.topic);
  return true;
}

void Speaker::forget_alias(std::uint16_t alias) {
  const auto found = aliases_.find(alias);
  if (found == aliases_.end()) return;
  const auto bytes = found->second.size() + entry_bytes;
  alias_bytes_ -= bytes;
  shared_.budget.give_back(bytes);
  aliases_.erase(found);
}

bool Speaker::is_again(const PublishPacket& packet) {
  if (packet.qos != 2) return false;
  const auto hash = hash_of(packet);
  if (const auto found = exactly_once_.find(packet.id); found != exactly_once_.end()) {
    return std::exchange(found->second, hash) == hash;
  }
  if (shared_.budget.take(entry_bytes)) exactly_once_.emplace(packet.id, hash);
  return false;
}

void Speaker::release(std::uint16_t id) {
  shared_.budget.give_back(exactly_once_.erase(id) * entry_bytes);
}

void Speaker::forget_session() {
  shared_.budget.give_back(alias_bytes_ + exactly_once_.size() * entry_bytes);
  aliases_.clear();
  alias_bytes_ = 0;
  exactly_once_.clear();
}

}  // namespace sluice::recording
