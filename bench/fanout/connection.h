#pragma once

#include <cstdint>
#include <string>

#include "fanout/body_decoder.h"
#include "fanout/sequence_check.h"

namespace sluice::bench {

/// One client of the load: its socket, what it still has to understand, and what it has seen.
struct Connection {
  enum class Stage : std::uint8_t { connecting, head, subscribing, streaming, closed };

  int descriptor = -1;
  Stage stage = Stage::connecting;
  std::string rest;  ///< the bytes of an event (or response head) not yet whole
  std::string key;   ///< empty = all keys
  BodyDecoder body;
  SequenceCheck order;
  std::uint64_t position = 0;  ///< the number of the newest event id, 0 = none yet
};

}  // namespace sluice::bench
