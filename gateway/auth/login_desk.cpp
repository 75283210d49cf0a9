#include "auth/login_desk.h"

#include <utility>

namespace sluice::auth {
namespace {

LoginDesk::Result busy() {
  return tl::unexpected(Denial{503, "too many logins wait", "", 2});
}

}  // namespace

LoginDesk::LoginDesk(Gate& gate) : gate_(gate), thread_([this] { run(); }) {}

LoginDesk::~LoginDesk() {
  stop();
}

void LoginDesk::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  for (const auto& wish : waiting_) wish.done(busy());
  waiting_.clear();
}

void LoginDesk::ask(std::string user, std::string password, std::string address, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < most_waiting && !stopping_) {
      waiting_.push_back({std::move(user), std::move(password), std::move(address), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(busy());
}

void LoginDesk::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto wish = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    wish.done(gate_.login(wish.user, wish.password, wish.address));
    lock.lock();
  }
}

}  // namespace sluice::auth
