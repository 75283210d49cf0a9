#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/wire_parser.h"
#include "stream/request.h"

namespace sluice::stream {

/// What a browser makes of a connection's bytes, whatever their form; any split of them gives the same events.
///
/// A WebSocket's envelopes become events with their `type`, `data` and `id`; one without an id keeps the last.
class FormReader {
 public:
  explicit FormReader(FormKind form);
  ~FormReader();
  FormReader(FormReader&&) noexcept;
  FormReader& operator=(FormReader&&) noexcept;

  /// False when the bytes are none of that form.
  bool feed(std::string_view bytes, std::vector<event::WireEvent>& events);
  /// True when a compressed stream has come to its end, and its sums are right.
  bool whole() const;
  std::size_t pings() const;
  /// All text so far: what came out of the coding.
  const std::string& text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::stream
