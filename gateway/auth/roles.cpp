#include "auth/roles.h"

#include <algorithm>
#include <optional>

namespace sluice::auth {
namespace {

bool has(const std::vector<std::string>& roles, const std::string& role) {
  return std::ranges::find(roles, role) != roles.end();
}

// "role 'a'", "one of the roles 'a', 'b'"
std::string listed(const std::vector<std::string>& roles) {
  std::string text;
  for (const auto& role : roles) text += (text.empty() ? "'" : ", '") + role + "'";
  return (roles.size() == 1 ? "the role " : "one of the roles ") + text;
}

/// What the claims make of a role's binding; nullopt when one of them is missing.
std::optional<KeyBinding::Tests> bind(const RoleOptions& role, const Value& claims) {
  KeyBinding::Tests tests;
  for (const auto& [field, claim] : role.bind) {
    const auto* value = claims.find(claim);
    if (value == nullptr) return std::nullopt;
    KeyBinding::Test test{field, {}};
    std::string buffer;
    const auto add = [&](const Value& one) {
      if (one.is_text() || one.is_number() || one.is_bool()) test.texts.emplace_back(key_text(one, buffer));
    };
    if (value->is_list()) {
      for (const auto& one : value->as_list()) add(one);
    } else {
      add(*value);
    }
    if (test.texts.empty()) return std::nullopt;
    std::ranges::sort(test.texts);  // equal claims, equal bindings
    tests.push_back(std::move(test));
  }
  return tests;
}

Denial forbidden(std::string message) {
  return {403, std::move(message), "insufficient_scope", 0};
}

}  // namespace

const RoleOptions* Roles::find(const std::string& name) const {
  const auto found = std::ranges::find(roles_, name, &RoleOptions::name);
  return found == roles_.end() || found->bind.empty() ? nullptr : &*found;
}

Value Roles::needed(const Value& claims) const {
  auto kept = Value::object();
  for (const auto& role : roles_) {
    for (const auto& [field, claim] : role.bind) {
      if (const auto* value = claims.find(claim)) kept.set(claim, *value);
    }
  }
  return kept;
}

Expected<KeyBinding, Denial> Roles::grant(const Principal& principal, const std::vector<std::string>& wanted) const {
  if (has(principal.roles, admin)) return KeyBinding{};
  KeyBinding binding;
  std::vector<std::string> claimless;
  for (const auto& role : principal.roles) {
    if (!has(wanted, role)) continue;
    const auto* bound = find(role);
    if (bound == nullptr) return KeyBinding{};
    if (auto tests = bind(*bound, principal.claims)) {
      binding.any.push_back(std::move(*tests));
    } else {
      claimless.push_back(role);
    }
  }
  if (binding.bound()) return binding;
  if (claimless.empty()) return tl::unexpected(forbidden("this needs " + listed(wanted)));
  return tl::unexpected(forbidden("the claims that " + listed(claimless) + " is bound to are missing"));
}

}  // namespace sluice::auth
