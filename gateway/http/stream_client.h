#pragma once

#include <cstdint>
#include <memory>

#include "http/client_quota.h"
#include "http/exchange.h"
#include "stream/cursor.h"

struct MHD_Connection;

namespace sluice::http {

class StreamClients;
class StreamSink;

/// One connection that a stream is sent on: a cursor and a socket.
///
/// Threads: the shard's. Owned by StreamClients; the socket is the library's, which leaves it alone while the client
/// lives.
class StreamClient : public Exchange {
 public:
  bool is_client() const final { return true; }

  enum class Heard : std::uint8_t {
    nothing,  // that asks for an answer
    answer,   // something is due to it for that
    more,     // the same, and it has said more than one turn allows
    over,     // the peer is gone
  };
  /// The peer has sent something, or (`hung_up`) will send nothing more.
  virtual Heard hear(bool hung_up, std::int64_t now_ms) = 0;
  /// Nothing is due. True when the client is over.
  virtual bool rests(std::int64_t now_ms) = 0;
  /// Hands the socket, shut down, back to the library, which closes it. False: the library has not let go of it yet.
  virtual bool give_back() = 0;

  enum class State : std::uint8_t {
    opening,  // the response's head is on its way
    live,
    ended,  // shut down; the library is about to close it
    gone,   // the library has forgotten it; freed at the end of the round
  };

  StreamClients* owner = nullptr;
  StreamSink* sink = nullptr;
  MHD_Connection* connection = nullptr;
  std::unique_ptr<stream::Cursor> cursor;
  ClientPlace place;
  std::int64_t progress_ms = 0;    // when it last took a byte, or had nothing to take
  StreamClient* before = nullptr;  // among those that wait for their socket, longest first
  StreamClient* after = nullptr;
  std::uint32_t index = 0;  // in the shard's list of clients
  int fd = -1;
  State state = State::opening;
  bool waits = false;   // for its socket to take more
  bool queued = false;  // has more to send than one turn allows
};

}  // namespace sluice::http
