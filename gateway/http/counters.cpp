#include "http/counters.h"

namespace sluice::http {

void Counters::add_to(ServerStats& stats) const {
  stats.clients += clients.get();
  stats.connections += connections.get();
  stats.requests += requests.get();
  stats.rejected_heads += rejected_heads.get();
  stats.client_opens += client_opens.get();
  stats.client_ends += client_ends.get();
  stats.overloaded += overloaded.get();
  stats.over_address += over_address.get();
  stats.over_principal += over_principal.get();
  stats.held_polls += held_polls.get();
  stats.polls_held += polls_held.get();
  stats.stalled += stalled.get();
  stats.late_heads += late_heads.get();
  stats.sends += sends.get();
  stats.bytes += bytes.get();
  stats.passes += passes.get();
}

}  // namespace sluice::http
