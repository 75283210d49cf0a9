#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/expected.h"

namespace sluice::http {

class ClientQuota;
struct ServerLimits;

/// One client's share of what a quota allows, given back when it dies.
///
/// Threads: any, one at a time. The quota outlives it.
class ClientPlace {
 public:
  ClientPlace() = default;
  ClientPlace(ClientPlace&& other) noexcept { *this = std::move(other); }
  ClientPlace& operator=(ClientPlace&& other) noexcept;
  ~ClientPlace();

 private:
  friend class ClientQuota;
  using Count = std::pair<const std::string, std::uint32_t>;
  ClientQuota* quota_ = nullptr;  // null: nothing to give back
  Count* caller_ = nullptr;       // null: not counted
  Count* principal_ = nullptr;
};

/// How many clients there may be at once: in all, of one caller, of one principal; over all shards.
///
/// A client is what keeps a connection for itself: a stream, or a poll while it is held. Requests that are answered at
/// once are none.
///
/// Threads: any. Its mutex is taken alone, and only where callers or principals are counted.
class ClientQuota {
 public:
  /// Which limit was reached.
  enum class Limit : std::uint8_t { all, address, principal };

  explicit ClientQuota(const ServerLimits& limits);

  /// `address`: the client's; all of an IPv6 /64 are one caller. `principal`: whose right it comes by. "" is not
  /// counted.
  ///
  /// Error: the limit that keeps it out.
  Expected<ClientPlace, Limit> take(std::string_view address, std::string_view principal);

 private:
  friend class ClientPlace;
  using Counts = std::unordered_map<std::string, std::uint32_t>;
  void give_back(const ClientPlace& place);
  /// One more; null when there are as many as may be.
  static ClientPlace::Count* add(Counts& counts, std::string name, std::size_t most);
  static void subtract(Counts& counts, ClientPlace::Count* count);

  const std::size_t most_;
  const std::size_t most_of_caller_;     // 0: any
  const std::size_t most_of_principal_;  // 0: any
  std::atomic<std::size_t> all_{0};
  std::mutex mutex_;
  Counts callers_;
  Counts principals_;
};

}  // namespace sluice::http
