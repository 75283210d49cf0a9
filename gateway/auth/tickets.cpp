#include "auth/tickets.h"

#include "auth/digest.h"

namespace sluice::auth {

std::optional<std::string> Tickets::issue(Principal principal, std::string_view address, Timestamp now) {
  auto ticket = random_token();
  const std::lock_guard lock(mutex_);
  if (open_.size() >= most) std::erase_if(open_, [&](const auto& one) { return now >= one.second.until; });
  if (open_.size() >= most) return std::nullopt;
  open_.emplace(sha256(ticket), Ticket{std::move(principal), std::string(address), now + lasting});
  return ticket;
}

std::optional<Principal> Tickets::redeem(std::string_view ticket, std::string_view address, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(sha256(ticket));
  if (found == open_.end()) return std::nullopt;
  auto taken = std::move(found->second);
  open_.erase(found);
  const auto& ends = taken.principal.until;
  if (now >= taken.until || (ends && now >= *ends) || taken.address != address) return std::nullopt;
  return std::move(taken.principal);
}

void Tickets::forget_all() {
  const std::lock_guard lock(mutex_);
  open_.clear();
}

std::size_t Tickets::open() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace sluice::auth
