#pragma once

#include <cstdint>
#include <memory>

#include "http/exchange.h"
#include "stream/cursor.h"

struct MHD_Connection;

namespace sluice::http {

class SseClients;

/// One connection that a stream is sent on: a cursor and a socket.
///
/// Threads: the shard's. Owned by SseClients; the socket is the library's, and only written to here, while the library
/// holds the connection suspended.
class SseClient final : public Exchange {
 public:
  bool is_client() const override { return true; }

  enum class State : std::uint8_t {
    opening,  // the response's head is on its way
    live,
    ended,  // shut down; the library is about to close it
    gone,   // the library has forgotten it; freed at the end of the round
  };

  SseClients* owner = nullptr;
  MHD_Connection* connection = nullptr;
  std::unique_ptr<stream::Cursor> cursor;
  std::int64_t progress_ms = 0;  // when it last took a byte, or had nothing to take
  SseClient* before = nullptr;   // among those that wait for their socket, longest first
  SseClient* after = nullptr;
  std::uint32_t index = 0;  // in the shard's list of clients
  int fd = -1;
  State state = State::opening;
  bool suspended = false;
  bool waits = false;   // for its socket to take more
  bool queued = false;  // has more to send than one turn allows
};

// The design's bound on what an idle client costs here, besides its cursor.
static_assert(sizeof(SseClient) <= 256);

}  // namespace sluice::http
