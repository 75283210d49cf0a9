#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/failure_record.h"
#include "app/pending_replies.h"
#include "app/sparkplug_metrics.h"
#include "base/clock.h"
#include "mapping/mapper.h"
#include "message/message_sink.h"
#include "message/message_source.h"
#include "stream/hub.h"

namespace sluice::app {

/// The one thread from the broker to the log: takes a batch of messages, maps it, commits its events, and only then
/// lets the acknowledgements out.
///
/// Threads: start(), stop() and the destructor from the owner; send(), between_batches() and counters from any.
/// Order: messages in the order of the source; no queue between reading and mapping, so back-pressure is TCP's.
/// Pace: a message is taken at once, unless it came within 1.5 ms after the last one was done with: then the next batch
/// is taken 1.5 ms later, so that a stream of messages costs one wake-up a batch here and in the shards, not one a
/// message.
class Pipeline {
 public:
  struct Parts {
    message::MessageSource& source;
    message::MessageSink& sink;
    stream::Hub& hub;
    FailureRecord& failures;
    const Clock& clock;
    std::shared_ptr<const mapping::MappingSet> mappings;
  };
  explicit Pipeline(Parts parts);
  ~Pipeline();

  void start();
  /// Ends the thread after the batch in hand. Commands that wait get 503.
  void stop();
  /// One turn of the loop: waits at most `timeout`. What the thread repeats; tests call it by hand.
  void turn(milliseconds timeout);

  /// Sends a command and tells `done`, on the pipeline thread, what became of it. At most `max_commands` at once, else
  /// 503.
  void send(std::shared_ptr<const mapping::Command> command, mapping::Command::Request request,
            PendingReplies::Done done);
  /// Has `task` run on the pipeline thread between two batches: what came before is committed and acknowledged, and
  /// nothing of the next one is here yet. It never runs once stop() was called.
  void between_batches(std::function<void()> task);
  /// For such a task: maps by another set from the next message on, with the state of all that says the same.
  mapping::Mapper::CarryOver change(std::shared_ptr<const mapping::MappingSet> mappings);
  static constexpr std::size_t max_commands = 1000;

  struct Counts {
    std::atomic<std::uint64_t> messages{0};
    std::atomic<std::uint64_t> unmatched{0};
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::uint64_t> published{0};
    std::atomic<std::uint64_t> publish_failures{0};  // messages of rules that the broker did not get
    std::atomic<std::uint64_t> state_bytes{0};       // kept by the mapper's steps and Sparkplug session
  };
  const Counts& counts() const { return counts_; }
  const SparkplugMetrics& sparkplug() const { return sparkplug_; }
  /// As the pipeline saw it last.
  bool connected() const { return connected_.load(std::memory_order_relaxed); }

 private:
  void loop();
  void keep_pace();
  void take_tasks();
  void run_between();
  void deliver();
  void look_at_link();
  void send_now(const std::shared_ptr<const mapping::Command>& command, mapping::Command::Request request,
                PendingReplies::Done done);
  milliseconds patience(milliseconds most) const;

  Parts parts_;
  mapping::Mapper mapper_;
  mapping::Output output_;
  PendingReplies replies_;
  Counts counts_;
  SparkplugMetrics sparkplug_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> connected_{false};
  bool took_messages_ = false;                        // in the last turn
  std::chrono::steady_clock::time_point ready_at_{};  // for the next batch
  bool told_ = false;                                 // the hub knows the state of the source
  std::mutex tasks_mutex_;
  std::vector<std::function<void()>> tasks_;
  std::vector<std::function<void()>> between_;
  std::atomic<bool> has_between_{false};  // so that a turn without such a task takes no lock for it
  std::thread thread_;
};

}  // namespace sluice::app
