#include "http/reader_sink.h"

#include <microhttpd.h>

#include <algorithm>
#include <cstring>

namespace sluice::http {

StreamSink::Turn ReaderSink::serve(StreamClient& of, std::int64_t) {
  auto& client = static_cast<SseClient&>(of);
  if (!client.suspended) return Turn::handed;  // still reading
  if (client.cursor->due().empty()) return Turn::done;
  client.suspended = false;
  MHD_resume_connection(client.connection);
  return Turn::handed;
}

ssize_t ReaderSink::read(SseClient& client, char* into, std::size_t room, std::int64_t now_ms) {
  client.progress_ms = now_ms;
  const auto due = client.cursor->due();
  if (due.empty()) {
    client.suspended = true;
    MHD_suspend_connection(client.connection);
    return 0;
  }
  const auto count = std::min(due.size(), room);
  std::memcpy(into, due.data(), count);
  client.cursor->sent(count, now_ms);
  counters_.sends.add();
  counters_.bytes.add(count);
  return static_cast<ssize_t>(count);
}

}  // namespace sluice::http
