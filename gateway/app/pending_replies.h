#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "event/event.h"
#include "mapping/command.h"

namespace sluice::app {

/// What a command's caller gets.
struct CommandResult {
  int status = 202;
  std::string text;  // the reply's data as JSON (200), else what went wrong
};

/// Commands that were sent and wait for the event that answers them.
///
/// Threads: the pipeline thread.
class PendingReplies {
 public:
  using Done = std::function<void(CommandResult)>;

  /// Waits for the first event that answers `request`, until `deadline`. Returns the number to `fail` it by.
  std::uint64_t wait(std::shared_ptr<const mapping::Command> command, mapping::Command::Request request,
                     Timestamp deadline, Done done);
  /// Ends a wait with a failure, unless it was answered.
  void fail(std::uint64_t number, CommandResult result);
  void fail_all(const CommandResult& result);
  /// Shows an event to all that wait; call it before the event goes to the hub.
  void see(const event::Emission& emission);
  /// Ends what is over its deadline with 504.
  void expire(Timestamp now);
  std::optional<Timestamp> next_deadline() const;
  std::size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::uint64_t number;
    std::shared_ptr<const mapping::Command> command;
    mapping::Command::Request request;
    Timestamp deadline;
    Done done;
  };
  std::vector<Waiting> waiting_;
  std::uint64_t last_number_ = 0;
};

}  // namespace sluice::app
