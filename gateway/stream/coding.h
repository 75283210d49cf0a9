#pragma once

#include <memory>
#include <string_view>

#include "stream/text_sum.h"

namespace sluice::stream {

/// How a stream's text is made small on its way (RFC 9110 8.4.1).
///
/// Whatever is made of one text unpacks to it without what came before, so that it is made once for all clients, and
/// one may join at any.
/// Threads: its feed's.
class Coding {
 public:
  virtual ~Coding() = default;

  /// What comes before everything.
  virtual void begin(Written& out) = 0;
  /// Text as it is: little work, no smaller.
  virtual void store(std::string_view text, Written& out) = 0;
  /// Text as small as it gets; stored when that is smaller.
  virtual void press(std::string_view text, Written& out) = 0;
  /// What comes after everything; `text` is all that came.
  virtual void end(const TextSum& text, Written& out) = 0;
};

/// gzip (RFC 1952): one member a client, its raw deflate blocks (RFC 1951) flushed after each text.
std::unique_ptr<Coding> gzip_coding();
/// zstd (RFC 8878): one frame a text, within the 8 MiB window of RFC 9659. It needs no sums.
std::unique_ptr<Coding> zstd_coding();

}  // namespace sluice::stream
