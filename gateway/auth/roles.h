#pragma once

#include <string>
#include <vector>

#include "auth/access_options.h"
#include "auth/denial.h"
#include "auth/principal.h"
#include "base/expected.h"
#include "base/key_binding.h"

namespace sluice::auth {

/// What roles may: whether one of a principal's is asked for, and to which keys it binds him.
///
/// Threads: any (immutable).
class Roles {
 public:
  explicit Roles(std::vector<RoleOptions> roles) : roles_(std::move(roles)) {}

  /// What the principal sees where one of `wanted` is needed: unbound when one of his roles that count has no binding.
  /// `admin` counts everywhere and is never bound.
  ///
  /// Error (403): none of his roles counts, or those that do are bound to claims that he has not.
  Expected<KeyBinding, Denial> grant(const Principal& principal, const std::vector<std::string>& wanted) const;

  /// Those of the claims that a binding can ask for: what is worth keeping of a token.
  Value needed(const Value& claims) const;

 private:
  const RoleOptions* find(const std::string& name) const;

  std::vector<RoleOptions> roles_;  // those with a binding
};

}  // namespace sluice::auth
