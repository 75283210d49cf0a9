#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace sluice::auth {

/// How often a password may be tried: ten times at once, then once in six seconds; counted for each address (of IPv6
/// each /64), and for each user name, so that neither one guesser nor many get far.
///
/// Threads: any.
class LoginLimit {
 public:
  static constexpr int burst = 10;
  static constexpr milliseconds refill{6'000};
  static constexpr std::size_t most = 10'000;  // names and addresses remembered

  /// Takes one try of both; zero when it may go on, else how long to wait. When too many are remembered nobody new may.
  milliseconds take(std::string_view address, std::string_view user, Timestamp now);
  /// Gives the try back: the password was right.
  void give_back(std::string_view address, std::string_view user, Timestamp now);

 private:
  struct Bucket {
    Timestamp full_at;  // when all tries are there again
  };
  Bucket* bucket(const std::string& name, Timestamp now);

  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace sluice::auth
