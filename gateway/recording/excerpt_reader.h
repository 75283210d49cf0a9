#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "message/topic_tree.h"
#include "recording/capture_reader.h"
#include "recording/topic_rewrite.h"

namespace sluice::recording {

/// A point of a capture: so long after its start, or a time of day.
struct CapturePoint {
  std::optional<milliseconds> after;
  std::optional<Timestamp> at;

  /// `90s`, `5m`, or `2026-03-01T08:00:00Z` (RFC 3339).
  static Expected<CapturePoint> parse(std::string_view text);
};

/// Which part of a capture is wanted, and under which topics.
struct ExcerptOptions {
  std::optional<CapturePoint> from;
  std::optional<CapturePoint> to;
  std::vector<message::TopicFilter> filters;  // of the topics as captured; none: all
  std::vector<TopicRewrite> rewrites;         // one after the other
};

/// A part of another capture. What was retained before its beginning comes first, at the time of the beginning, as the
/// broker would send it to a subscriber who comes then: of each topic that had a retained message the newest message,
/// for a subscriber is told only of the stored ones that they are retained (MQTT 5, 3.3.1.3).
///
/// Threads, order and errors: as CaptureReader. A point by the time of day in a capture that tells none is an error of
/// the first next(), which ends it.
class ExcerptReader final : public CaptureReader {
 public:
  ExcerptReader(std::unique_ptr<CaptureReader> whole, ExcerptOptions options);
  ~ExcerptReader() override;

  Expected<bool> next(CapturedMessage& message) override;
  std::optional<Timestamp> started() const override { return whole_->started(); }
  std::vector<std::string> notes() const override;
  std::string_view format() const override { return whole_->format(); }

  static constexpr std::size_t most_retained = 100'000;
  static constexpr std::size_t most_retained_bytes = std::size_t{64} << 20;

 private:
  using Time = std::chrono::microseconds;
  Expected<void> find_bounds();
  Expected<Time> time_of(const CapturePoint& point) const;
  bool wanted(CapturedMessage& message);
  void keep_retained(const CapturedMessage& message);
  bool next_retained(CapturedMessage& message);

  std::unique_ptr<CaptureReader> whole_;
  ExcerptOptions options_;
  message::TopicTree filters_;
  std::vector<message::TopicTree::Match> matches_;
  bool bounds_known_ = false;
  bool ended_ = false;
  Time from_ = Time::min();
  Time to_ = Time::max();
  std::vector<CapturedMessage> retained_;  // before from_, in the order of their topics' first
  std::unordered_map<std::string, std::size_t> retained_at_;
  std::size_t retained_bytes_ = 0;
  std::size_t retained_given_ = 0;
  std::optional<CapturedMessage> first_;  // at or after from_, while retained ones go out
  std::uint64_t retained_left_out_ = 0;
  std::uint64_t bad_topics_ = 0;  // no topic names after rewriting
};

}  // namespace sluice::recording
