#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "auth/gate.h"

namespace sluice::auth {

/// Checks passwords one after the other, on a thread of its own: each costs what a thousand events do, and no shard may
/// stand still for it.
///
/// Threads: any; `done` is called on its thread, and for what still waits on the one that stops it.
class LoginDesk {
 public:
  static constexpr std::size_t most_waiting = 32;
  using Result = Expected<std::string, Denial>;
  using Done = std::function<void(Result)>;

  explicit LoginDesk(Gate& gate);
  ~LoginDesk();  // stop()

  /// Answers what waits with 503, and all that comes later.
  void stop();
  /// Gives Gate::login()'s answer; 503 when too many wait.
  void ask(std::string user, std::string password, std::string address, Done done);

 private:
  struct Wish {
    std::string user;
    std::string password;
    std::string address;
    Done done;
  };
  void run();

  Gate& gate_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Wish> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::auth
