#pragma once

#include "http/stream_client.h"

namespace sluice::http {

/// A client of Server-Sent Events: the stream is the body of its response, and it says nothing. The library holds its
/// connection suspended.
///
/// Threads: the shard's.
class SseClient final : public StreamClient {
 public:
  /// A peer that has only shut its sending side down is taken for gone too: no browser does it, and a crashed one looks
  /// the same.
  Heard hear(bool hung_up, std::int64_t) override { return hung_up ? Heard::over : Heard::nothing; }
  bool rests(std::int64_t) override { return cursor->end() != stream::End::none && cursor->due().empty(); }
  bool give_back() override;

  bool suspended = false;
};

// The design's bound on what an idle client costs here, besides its cursor.
static_assert(sizeof(SseClient) <= 256);

}  // namespace sluice::http
