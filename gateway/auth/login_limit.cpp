#include "auth/login_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "auth/digest.h"

namespace sluice::auth {
namespace {

// A host of IPv6 has a whole /64 to call from.
std::string place_of(std::string_view address) {
  const std::string text(address);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return "a" + text;
  return "a" + std::string(reinterpret_cast<const char*>(parsed.s6_addr), 8);
}

// Of one length, whatever somebody sends.
std::string name_of(std::string_view user) {
  return "u" + sha256(user);
}

}  // namespace

LoginLimit::Bucket* LoginLimit::bucket(const std::string& name, Timestamp now) {
  if (const auto found = buckets_.find(name); found != buckets_.end()) return &found->second;
  if (buckets_.size() >= most) std::erase_if(buckets_, [&](const auto& one) { return one.second.full_at <= now; });
  if (buckets_.size() >= most) return nullptr;
  return &buckets_.emplace(name, Bucket{now}).first->second;
}

milliseconds LoginLimit::take(std::string_view address, std::string_view user, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const std::array<std::string, 2> names{place_of(address), name_of(user)};
  milliseconds wait{0};
  for (const auto& name : names) {
    const auto* one = bucket(name, now);
    // Full in `burst` refills or less: one try at least is there.
    const auto missing = one == nullptr ? (burst + 1) * refill : std::max(one->full_at - now, milliseconds(0)) + refill;
    wait = std::max(wait, missing - burst * refill);
  }
  if (wait > milliseconds(0)) return wait;
  for (const auto& name : names) {
    auto& full_at = buckets_.at(name).full_at;
    full_at = std::max(full_at, now) + refill;
  }
  return milliseconds(0);
}

void LoginLimit::give_back(std::string_view address, std::string_view user, Timestamp now) {
  const std::lock_guard lock(mutex_);
  for (const auto& name : {place_of(address), name_of(user)}) {
    if (auto* one = bucket(name, now)) one->full_at -= refill;
  }
}

}  // namespace sluice::auth
