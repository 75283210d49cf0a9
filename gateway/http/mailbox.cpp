#include "http/mailbox.h"

namespace sluice::http {

Answer Mailbox::answer(std::uint64_t request) {
  return Answer([box = shared_from_this(), request](Response&& response) {
    {
      const std::lock_guard lock(box->mutex_);
      if (box->closed_) return;
      box->letters_.emplace_back(request, std::move(response));
    }
    box->doorbell_->ring();
  });
}

std::vector<Mailbox::Letter> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(letters_, {});
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  letters_.clear();
}

}  // namespace sluice::http
