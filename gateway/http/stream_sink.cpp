#include "http/stream_sink.h"

#include "http/direct_sink.h"
#include "http/reader_sink.h"

namespace sluice::http {

std::unique_ptr<StreamSink> make_sink(SinkKind kind, Counters& counters) {
  if (kind == SinkKind::reader) return std::make_unique<ReaderSink>(counters);
  return std::make_unique<DirectSink>(counters);
}

}  // namespace sluice::http
