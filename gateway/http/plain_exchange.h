#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/exchange.h"
#include "http/head_check.h"
#include "http/held_polls.h"
#include "http/route_table.h"

struct MHD_Connection;

namespace sluice::http {

/// A request on its way to an answer of known size. (A request to a stream begins as one, and becomes a StreamClient.)
///
/// Threads: the shard's. Owned by the library's pointer; Reception frees it.
class PlainExchange final : public Exchange {
 public:
  bool is_client() const override { return false; }

  enum class Step : std::uint8_t {
    head,      // its head is not there yet
    body,      // of a command, being collected
    skipping,  // the body of a request already refused: read and dropped, so that the answer is not lost to a reset
    running,   // the command's answer, or a poll's, is awaited; the connection is suspended
    answered,
  };
  Step step = Step::head;
  std::string target;  // as sent; the library cuts its own copy up
  RequestLine line;
  Request request;
  std::shared_ptr<const RouteTable> table;  // keeps `command` alive
  const CommandRoute* command = nullptr;
  std::string body;
  std::size_t skipped_bytes = 0;
  std::unique_ptr<HeldPoll> held;  // a poll that is to be held, or is; `answer` is what it gets if nothing comes
  std::optional<Response> answer;
  Pairs browser_headers;                 // of every answer to it
  MHD_Connection* connection = nullptr;  // while running
  std::uint64_t number = 0;              // while a command runs: where its answer is to go
};

}  // namespace sluice::http
