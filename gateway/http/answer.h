#pragma once

#include <functional>
#include <memory>

#include "http/response.h"

namespace sluice::http {

/// The promise of one response: whoever holds a copy gives it, once, from any thread, now or later.
///
/// A second call does nothing. When the last copy goes without a call, the client gets a 503: no request is left
/// hanging. A call after the server stopped, or after the client left, does nothing.
class Answer {
 public:
  /// `deliver` is called exactly once, from whichever thread answers or lets go.
  explicit Answer(std::function<void(Response&&)> deliver);

  void operator()(Response response) const;

 private:
  struct Once;
  std::shared_ptr<Once> once_;
};

}  // namespace sluice::http
