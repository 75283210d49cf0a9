#include "http/client_quota.h"

#include "http/ip_prefix.h"
#include "http/server_options.h"

namespace sluice::http {

ClientPlace& ClientPlace::operator=(ClientPlace&& other) noexcept {
  std::swap(quota_, other.quota_);
  std::swap(caller_, other.caller_);
  std::swap(principal_, other.principal_);
  return *this;
}

ClientPlace::~ClientPlace() {
  if (quota_) quota_->give_back(*this);
}

ClientQuota::ClientQuota(const ServerLimits& limits)
    : most_(limits.clients), most_of_caller_(limits.per_address), most_of_principal_(limits.per_principal) {}

Expected<ClientPlace, ClientQuota::Limit> ClientQuota::take(std::string_view address, std::string_view principal) {
  if (all_.fetch_add(1, std::memory_order_relaxed) >= most_) {
    all_.fetch_sub(1, std::memory_order_relaxed);
    return tl::unexpected(Limit::all);
  }
  ClientPlace place;
  place.quota_ = this;  // from here on its end gives back what was taken
  const bool of_caller = most_of_caller_ > 0 && !address.empty();
  const bool of_principal = most_of_principal_ > 0 && !principal.empty();
  if (!of_caller && !of_principal) return Expected<ClientPlace, Limit>(std::move(place));
  auto refused = Limit::all;
  {
    const std::lock_guard lock(mutex_);
    if (of_caller) {
      place.caller_ = add(callers_, caller_of(address), most_of_caller_);
      if (!place.caller_) refused = Limit::address;
    }
    if (of_principal && refused == Limit::all) {
      place.principal_ = add(principals_, std::string(principal), most_of_principal_);
      if (!place.principal_) refused = Limit::principal;
    }
  }
  if (refused != Limit::all) return tl::unexpected(refused);
  return Expected<ClientPlace, Limit>(std::move(place));
}

ClientPlace::Count* ClientQuota::add(Counts& counts, std::string name, std::size_t most) {
  auto& count = *counts.try_emplace(std::move(name), 0).first;
  if (count.second >= most) return nullptr;
  ++count.second;
  return &count;
}

void ClientQuota::subtract(Counts& counts, ClientPlace::Count* count) {
  if (count && --count->second == 0) counts.erase(counts.find(count->first));
}

void ClientQuota::give_back(const ClientPlace& place) {
  all_.fetch_sub(1, std::memory_order_relaxed);
  if (!place.caller_ && !place.principal_) return;
  const std::lock_guard lock(mutex_);
  subtract(callers_, place.caller_);
  subtract(principals_, place.principal_);
}

}  // namespace sluice::http
