#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream/cursor.h"

namespace sluice::http {

/// A stream's cursor whose bytes are the test's, every three of them a frame.
class ThreeByteFrames final : public stream::Cursor {
 public:
  std::string_view due() override { return std::string_view(bytes).substr(at); }
  void sent(std::size_t count, std::int64_t) override { at += count; }
  stream::End end() const override { return ended; }
  bool at_border() const override { return at % 3 == 0; }
  event::Sequence accepted() const override { return 0; }
  std::uint64_t lag() const override { return 0; }

  std::string bytes;
  std::size_t at = 0;
  stream::End ended = stream::End::none;
};

}  // namespace sluice::http
