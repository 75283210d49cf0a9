#include "app/pending_replies.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/units.h"

namespace sluice::app {

std::uint64_t PendingReplies::wait(std::shared_ptr<const mapping::Command> command, mapping::Command::Request request,
                                   Timestamp deadline, Done done) {
  waiting_.push_back({++last_number_, std::move(command), std::move(request), deadline, std::move(done)});
  return last_number_;
}

void PendingReplies::fail(std::uint64_t number, CommandResult result) {
  const auto found = std::ranges::find(waiting_, number, &Waiting::number);
  if (found == waiting_.end()) return;
  const auto done = std::move(found->done);
  waiting_.erase(found);
  done(std::move(result));
}

void PendingReplies::fail_all(const CommandResult& result) {
  for (const auto& waiting : std::exchange(waiting_, {})) waiting.done(result);
}

void PendingReplies::see(const event::Emission& emission) {
  if (waiting_.empty() || emission.remove) return;
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    const auto& reply = *waiting.command->reply;
    if (reply.event != emission.type || !waiting.command->answered_by(waiting.request, emission)) return false;
    waiting.done({200, to_json(emission.fields)});
    return true;
  });
}

void PendingReplies::expire(Timestamp now) {
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    if (waiting.deadline > now) return false;
    waiting.done({504, "sent, but nothing answered within " + format_duration(waiting.command->reply->within)});
    return true;
  });
}

std::optional<Timestamp> PendingReplies::next_deadline() const {
  const auto first = std::ranges::min_element(waiting_, {}, &Waiting::deadline);
  if (first == waiting_.end()) return std::nullopt;
  return first->deadline;
}

}  // namespace sluice::app
