#include "http/sse_client.h"

#include <microhttpd.h>

namespace sluice::http {

bool SseClient::give_back() {
  if (!suspended) return false;
  suspended = false;
  MHD_resume_connection(connection);
  return true;
}

}  // namespace sluice::http
