#include "recording/read_ahead.h"

#include <utility>

namespace sluice::recording {
namespace {

constexpr std::size_t most_faults = 100;  // of a batch; a capture of nothing but faults goes on in the next one

}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<CaptureReader> reader, Open open, bool loop, bool live)
    : open_(std::move(open)), loop_(loop), live_(live) {
  thread_ = std::thread([this, first = std::move(reader)]() mutable { read_all(std::move(first)); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReadAhead::read_all(std::unique_ptr<CaptureReader> reader) {
  while (read_round(*reader) && loop_) {
    if (!std::exchange(had_messages_, false)) break;  // it would never end, and never give anything
    offset_ = latest_ + between_rounds;
    auto again = open_();
    if (!again) {
      fault(again.error());
      break;
    }
    reader = std::move(*again);
  }
  auto& last = batch();
  last.notes = reader->notes();
  last.last = true;
  hand_over();
}

bool ReadAhead::read_round(CaptureReader& reader) {
  for (;;) {
    auto& into = batch();
    if (into.count == into.messages.size()) into.messages.emplace_back();
    auto& message = into.messages[into.count];
    const auto read = reader.next(message);
    if (!read) {
      fault(read.error());
    } else if (!*read) {
      return true;
    } else {
      message.time += offset_;
      latest_ = message.time;
      had_messages_ = true;
      into.started = reader.started();
      filled_bytes_ += message.message.topic.size() + message.message.payload.size();
      ++into.count;
    }
    const bool full = into.count == batch_messages || filled_bytes_ >= batch_bytes || into.faults.size() >= most_faults;
    const bool waited_for = hungry_.load(std::memory_order_relaxed) || (live_ && none_full_.load());
    if ((full || waited_for) && !hand_over()) return false;
  }
}

ReadAhead::Batch& ReadAhead::batch() {
  if (filling_) return *filling_;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !empty_.empty() || made_ < batches_ahead; });
  if (!empty_.empty()) {
    filling_ = std::move(empty_.back());
    empty_.pop_back();
  } else {
    filling_ = std::make_unique<Batch>();
    ++made_;
  }
  filling_->count = 0;
  filling_->faults.clear();
  filled_bytes_ = 0;
  return *filling_;
}

/// False when the reading is to end.
bool ReadAhead::hand_over() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    full_.push_back(std::move(filling_));
    hungry_ = none_full_ = false;
  }
  changed_.notify_all();
  return true;
}

void ReadAhead::fault(Error error) {
  batch().faults.push_back(std::move(error));
}

ReadAhead::Batch* ReadAhead::next(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (given_) {
    if (given_->last) return nullptr;
    empty_.push_back(std::move(given_));
    changed_.notify_all();
  }
  if (full_.empty()) {
    hungry_ = true;
    changed_.wait_for(lock, timeout, [this] { return !full_.empty() || woken_; });
  }
  woken_ = false;
  if (full_.empty()) return nullptr;
  given_ = std::move(full_.front());
  full_.pop_front();
  none_full_ = full_.empty();
  return given_.get();
}

void ReadAhead::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

}  // namespace sluice::recording
