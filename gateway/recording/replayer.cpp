#include "recording/replayer.h"

#include <algorithm>
#include <utility>

namespace sluice::recording {
namespace {

constexpr milliseconds first_patience{3'600'000};  // a pipe may have nothing for a while
constexpr milliseconds longest_rest{500};

/// FNV-1a.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    }
    hash_ = (hash_ ^ 0xFFU) * 0x100000001B3U;  // so that borders count
  }
  std::string text() const {
    static constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string out;
    for (auto rest = hash_; rest > 0; rest /= 36) out += digits[rest % 36];
    return out;
  }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

}  // namespace

Expected<std::unique_ptr<Replayer>> Replayer::make(ReadAhead::Open open, ReplayOptions options) {
  auto reader = open();
  if (!reader) return tl::unexpected(reader.error());
  std::unique_ptr<Replayer> replayer(new Replayer(std::move(*reader), std::move(open), std::move(options)));
  while (!replayer->fetch(first_patience)) {
    if (!replayer->ended()) continue;
    const auto faults = replayer->take_faults();
    if (!faults.empty()) return tl::unexpected(faults.front());
    return unexpected("the capture holds no message" + std::string(replayer->notes_.empty() ? "" : ": ") +
                      (replayer->notes_.empty() ? "" : replayer->notes_.front()));
  }
  const auto& first = replayer->batch_->messages.front();
  replayer->started_ = replayer->batch_->started;
  Hash hash;
  hash.add(std::to_string(replayer->started_ ? to_ms(*replayer->started_) : 0));
  hash.add(std::to_string(first.time.count()));
  hash.add(first.message.topic);
  hash.add(first.message.payload);
  replayer->epoch_ = "r" + hash.text();
  replayer->set_clock(first.time);
  return replayer;
}

Replayer::Replayer(std::unique_ptr<CaptureReader> reader, ReadAhead::Open open, ReplayOptions options)
    : options_(std::move(options)), ahead_(std::move(reader), std::move(open), options_.loop, options_.live) {}

/// Has a message at hand, when one comes within `timeout`; false also at the end.
bool Replayer::fetch(milliseconds timeout) {
  while (batch_ == nullptr || at_ == batch_->count) {
    if (batch_ != nullptr && batch_->last) {
      const auto end = latest_ + Time(options_.tail);
      if (options_.speed > 0 && begun_ && now() < end) return false;
      if (!ended()) {
        if (begun_) set_clock(end);
        ended_.store(true, std::memory_order_release);
      }
      return false;
    }
    auto* const next = ahead_.next(timeout);
    batch_ = next;
    at_ = 0;
    if (batch_ == nullptr) return false;
    fault_count_ += batch_->faults.size();
    const std::lock_guard lock(mutex_);
    for (auto& fault : batch_->faults) {
      if (faults_kept_ < most_faults) {
        faults_.push_back(std::move(fault));
        ++faults_kept_;
      }
    }
    if (batch_->last) notes_ = batch_->notes;
  }
  return true;
}

Timestamp Replayer::time_of_day(Time time) const {
  return started_.value_or(Timestamp{}) + std::chrono::floor<milliseconds>(time);
}

void Replayer::set_clock(Time time) {
  clock_.set(time_of_day(time));
  position_us_.store(time.count(), std::memory_order_relaxed);
}

/// The capture's time by the speed that it is played at.
Replayer::Time Replayer::now() const {
  if (halted_) return virtual_;
  const auto passed = std::chrono::duration<double, std::micro>(options_.now() - real_).count() * options_.speed;
  return virtual_ + Time(static_cast<std::int64_t>(passed));
}

void Replayer::go_on_from(Time time) {
  virtual_ = time;
  real_ = options_.now();
}

void Replayer::look_at_pause() {
  const bool wanted = paused();
  if (wanted == halted_) return;
  if (wanted) {
    virtual_ = now();
    halted_ = true;
  } else {
    halted_ = false;
    go_on_from(virtual_);
  }
}

/// Waits until wake() rings, the capture's time is `until`, or `timeout` of it has passed.
void Replayer::rest(milliseconds timeout, std::optional<Time> until) {
  auto wait = std::chrono::duration_cast<Time>(std::min(timeout, first_patience));
  if (until && !halted_) wait = std::min(wait, std::max(*until - now(), Time(0)));
  const double real_us =
      options_.speed > 0 ? static_cast<double>(wait.count()) / options_.speed : static_cast<double>(wait.count());
  const Time real(static_cast<std::int64_t>(std::min(real_us, 1e6 * 3600)));
  std::unique_lock lock(mutex_);
  bell_.wait_for(lock, std::min(real, Time(longest_rest)), [this] { return rung_; });
  rung_ = false;
}

void Replayer::poll(milliseconds timeout, const Receive& receive) {
  play(timeout, ReadAhead::batch_messages,
       [&receive](CapturedMessage& message) { receive(std::move(message.message)); });
}

void Replayer::play(milliseconds timeout, std::size_t most, const Play& receive) {
  look_at_pause();
  if (halted_) return rest(timeout, std::nullopt);
  // A file is there to be read, however little of the capture's time may pass meanwhile.
  if (!fetch(options_.live ? std::min(timeout, longest_rest) : longest_rest)) {
    // at the end, in the tail, or the capture comes slower than it is played
    if (ended()) return rest(timeout, std::nullopt);
    if (begun_ && batch_ != nullptr) {
      set_clock(std::min(now(), latest_ + Time(options_.tail)));
      rest(timeout, latest_ + Time(options_.tail));
    }
    return;
  }
  if (!std::exchange(begun_, true)) go_on_from(batch_->messages[at_].time);
  const bool paced = options_.speed > 0;
  if (paced && batch_->messages[at_].time > now()) {
    rest(timeout, batch_->messages[at_].time);
    look_at_pause();
  }
  const auto until = paced ? now() : Time::max();
  std::size_t count = 0;
  while (count < most && at_ < batch_->count && batch_->messages[at_].time <= until) {
    auto& message = batch_->messages[at_++];
    latest_ = message.time;
    set_clock(message.time);
    message.message.time = clock_.now();
    receive(message);
    ++count;
  }
  messages_.fetch_add(count, std::memory_order_relaxed);
  if (count == 0 && at_ < batch_->count) set_clock(std::max(latest_, std::min(until, batch_->messages[at_].time)));
}

void Replayer::wake() {
  {
    const std::lock_guard lock(mutex_);
    rung_ = true;
  }
  bell_.notify_all();
  ahead_.wake();
}

message::MessageSource::Link Replayer::link() {
  return {.connected = true, .since = started_.value_or(Timestamp{}), .session_lost = false};
}

void Replayer::pause(bool on) {
  paused_.store(on, std::memory_order_relaxed);
  wake();
}

std::vector<Error> Replayer::take_faults() {
  const std::lock_guard lock(mutex_);
  return std::exchange(faults_, {});
}

std::vector<std::string> Replayer::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

}  // namespace sluice::recording
