#include "app/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sluice::app {
namespace {

constexpr milliseconds longest_wait{1000};
constexpr std::chrono::microseconds batch_apart{1500};
constexpr std::chrono::microseconds busy_gap{1500};

}  // namespace

Pipeline::Pipeline(Parts parts) : parts_(std::move(parts)), mapper_(parts_.mappings) {}

Pipeline::~Pipeline() {
  stop();
}

void Pipeline::start() {
  thread_ = std::thread([this] { loop(); });
}

void Pipeline::stop() {
  stopping_ = true;
  parts_.source.wake();
  if (thread_.joinable()) thread_.join();
}

void Pipeline::loop() {
  while (!stopping_.load()) {
    turn(longest_wait);
    keep_pace();
  }
  replies_.fail_all({503, "the gateway stops"});
}

void Pipeline::keep_pace() {
  if (!std::exchange(took_messages_, false)) return;
  const auto now = std::chrono::steady_clock::now();
  const bool busy = now - ready_at_ < busy_gap;
  ready_at_ = busy ? now + batch_apart : now;
  if (busy) std::this_thread::sleep_until(ready_at_);
}

void Pipeline::turn(milliseconds timeout) {
  if (has_between_.load(std::memory_order_relaxed)) run_between();
  parts_.source.poll(patience(timeout), [this](message::Message&& message) {
    took_messages_ = true;
    message.time = parts_.clock.now();
    mapper_.map(message, output_);
  });
  const auto now = parts_.clock.now();
  mapper_.advance(now, output_);
  look_at_link();
  take_tasks();
  deliver();
  replies_.expire(now);
}

milliseconds Pipeline::patience(milliseconds most) const {
  auto due = mapper_.next_timer();
  if (const auto reply = replies_.next_deadline(); reply && (!due || *reply < *due)) due = reply;
  if (!due) return most;
  return std::clamp(*due - parts_.clock.now(), milliseconds(0), most);
}

void Pipeline::look_at_link() {
  const auto link = parts_.source.link();
  if (!told_ || link.connected != connected_.load()) {
    // until the broker was there once, "away" is told only when it stays away
    connected_ = link.connected;
    told_ = true;
    parts_.hub.tell_source(link.connected, link.since);
  }
  if (link.session_lost) parts_.hub.lose_source(parts_.clock.now());
}

void Pipeline::deliver() {
  for (auto& emission : output_.events) {
    replies_.see(emission);
    parts_.hub.append(std::move(emission));
  }
  // also without events of this batch: a gap or the state of the source may wait
  parts_.hub.commit();
  parts_.source.acknowledge();
  for (auto& failure : output_.failures) parts_.failures.add(std::move(failure));
  for (const auto& publish : output_.publishes) {
    parts_.sink.send(publish, [this](Expected<void> sent) { ++(sent ? counts_.published : counts_.publish_failures); });
  }
  const auto& mapped = mapper_.counts();
  counts_.messages.store(mapped.messages, std::memory_order_relaxed);
  counts_.unmatched.store(mapped.unmatched, std::memory_order_relaxed);
  counts_.events.store(mapped.events, std::memory_order_relaxed);
  counts_.state_bytes.store(mapper_.state_bytes(), std::memory_order_relaxed);
  if (const auto* session = mapper_.sparkplug()) sparkplug_.see(*session);
  output_.clear();
}

void Pipeline::take_tasks() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks.swap(tasks_);
  }
  for (auto& task : tasks) task();
}

void Pipeline::between_batches(std::function<void()> task) {
  {
    const std::lock_guard lock(tasks_mutex_);
    between_.push_back(std::move(task));
    has_between_ = true;
  }
  parts_.source.wake();
}

void Pipeline::run_between() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks.swap(between_);
    has_between_ = false;
  }
  for (auto& task : tasks) task();
}

mapping::Mapper::CarryOver Pipeline::change(std::shared_ptr<const mapping::MappingSet> mappings) {
  auto [mapper, carried] = mapping::Mapper::go_on(std::move(mapper_), std::move(mappings));
  mapper_ = std::move(mapper);
  return carried;
}

void Pipeline::send(std::shared_ptr<const mapping::Command> command, mapping::Command::Request request,
                    PendingReplies::Done done) {
  {
    const std::lock_guard lock(tasks_mutex_);
    if (stopping_ || tasks_.size() >= max_commands) {
      done({503, stopping_ ? "the gateway stops" : "too many commands wait already"});
      return;
    }
    tasks_.push_back([this, command = std::move(command), request = std::move(request),
                      done = std::move(done)]() mutable { send_now(command, std::move(request), std::move(done)); });
  }
  parts_.source.wake();
}

void Pipeline::send_now(const std::shared_ptr<const mapping::Command>& command, mapping::Command::Request request,
                        PendingReplies::Done done) {
  if (!connected()) return done({503, "the broker is away; nothing was sent"});
  if (replies_.size() >= max_commands) return done({503, "too many commands wait already"});
  const auto publish = request.publish;
  if (!command->reply) {
    parts_.sink.send(publish, [done](Expected<void> sent) {
      done(sent ? CommandResult{202, ""} : CommandResult{504, sent.error().message});
    });
    return;
  }
  const auto deadline = parts_.clock.now() + command->reply->within;
  const auto number = replies_.wait(command, std::move(request), deadline, std::move(done));
  parts_.sink.send(publish, [this, number](Expected<void> sent) {
    if (!sent) replies_.fail(number, {504, sent.error().message});
  });
}

}  // namespace sluice::app
