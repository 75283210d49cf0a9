#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/value.h"

namespace sluice::auth {

/// Somebody whose credentials were found good: a name, roles, and claims that may bind key fields.
///
/// Threads: like an int.
struct Principal {
  std::string name;  // "user:alice", "token:ci", "jwt:<sub>"; for limits, never a secret
  std::vector<std::string> roles;
  Value claims;                    // an object
  std::optional<Timestamp> until;  // when the credentials end; none: never
};

/// The role that implies every other.
inline constexpr const char* admin = "admin";

}  // namespace sluice::auth
