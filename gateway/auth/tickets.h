#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/principal.h"
#include "base/clock.h"

namespace sluice::auth {

/// One-time tickets: what a client that cannot send headers puts into an address instead of its token.
///
/// A ticket lets in once, within 30 s, the one who asked for it, from where it was asked for. Only digests are kept, so
/// that nothing here can be used by who reads it.
///
/// Threads: any.
class Tickets {
 public:
  static constexpr milliseconds lasting{30'000};
  static constexpr std::size_t most = 10'000;

  /// A new ticket; nullopt when as many as may be are open.
  std::optional<std::string> issue(Principal principal, std::string_view address, Timestamp now);
  /// The one it was issued for; it is used up by that, also from a wrong address. nullopt: none, used, or expired.
  std::optional<Principal> redeem(std::string_view ticket, std::string_view address, Timestamp now);
  void forget_all();
  std::size_t open() const;

 private:
  struct Ticket {
    Principal principal;
    std::string address;
    Timestamp until;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Ticket> open_;  // by digest
};

}  // namespace sluice::auth
