#pragma once

namespace sluice::http {

/// One request and what becomes of it; the library carries the pointer from the request line to the end.
///
/// Threads: the shard's.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// True for a stream's client (StreamClient), false for a request with an answer of known size (PlainExchange).
  virtual bool is_client() const = 0;
};

}  // namespace sluice::http
