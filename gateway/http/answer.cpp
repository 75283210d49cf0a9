#include "http/answer.h"

#include <atomic>
#include <utility>

namespace sluice::http {

struct Answer::Once {
  explicit Once(std::function<void(Response&&)> to) : deliver(std::move(to)) {}
  ~Once() { give(problem(503, "the request was given up without an answer")); }

  void give(Response&& response) {
    if (!given.exchange(true)) deliver(std::move(response));
  }

  const std::function<void(Response&&)> deliver;
  std::atomic<bool> given{false};
};

Answer::Answer(std::function<void(Response&&)> deliver) : once_(std::make_shared<Once>(std::move(deliver))) {}

void Answer::operator()(Response response) const {
  once_->give(std::move(response));
}

}  // namespace sluice::http
