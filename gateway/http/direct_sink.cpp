#include "http/direct_sink.h"

#include <microhttpd.h>
#include <sys/socket.h>

#include <cerrno>

namespace sluice::http {
namespace {

// A client that catches up gives the others their turn after this many full sends.
constexpr int sends_a_turn = 4;

}  // namespace

StreamSink::Turn DirectSink::serve(StreamClient& client, std::int64_t now_ms) {
  for (int sends = 0; sends < sends_a_turn;) {
    const auto due = client.cursor->due();
    if (due.empty()) return Turn::done;
    const auto sent = ::send(client.fd, due.data(), due.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Turn::waits : Turn::lost;
    const auto taken = static_cast<std::size_t>(sent);
    counters_.sends.add();
    counters_.bytes.add(taken);
    client.progress_ms = now_ms;
    const bool all = taken == due.size();
    client.cursor->sent(taken, now_ms);
    if (!all) return Turn::waits;
    ++sends;
  }
  return client.cursor->due().empty() ? Turn::done : Turn::more;
}

ssize_t DirectSink::read(SseClient& client, char*, std::size_t, std::int64_t) {
  client.suspended = true;
  MHD_suspend_connection(client.connection);
  return 0;
}

}  // namespace sluice::http
