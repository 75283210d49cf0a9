#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_options.h"
#include "auth/jwt.h"
#include "auth/principal.h"
#include "base/clock.h"
#include "base/expected.h"

namespace sluice::auth {

/// The users, their passwords, and the tokens in their cookies.
///
/// A cookie's token lasts 12 hours and is signed with a key derived from that user's password hash: it outlives a
/// restart without anything being stored, and a changed password ends it.
///
/// Threads: any (immutable).
class Sessions {
 public:
  static constexpr milliseconds lasting{12 * 3600 * 1000};

  explicit Sessions(std::vector<UserOptions> users);

  /// True when that is the user's password; an unknown user takes as long as a wrong password. Slow, see password.h.
  bool password_is(const std::string& user, const std::string& password) const;
  /// The cookie's token for a user whose password held. Error: there is no such user any more.
  Expected<std::string> begin(const std::string& user, Timestamp now) const;
  /// Error: no token of ours, of no user, with another password's key, or expired.
  Expected<Principal> verify(std::string_view token, Timestamp now) const;

 private:
  const UserOptions* find(std::string_view name) const;

  std::vector<UserOptions> users_;
  std::string nobodys_hash_;  // what an unknown user's password is compared with
};

}  // namespace sluice::auth
