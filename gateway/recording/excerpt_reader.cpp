#include "recording/excerpt_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/date_time.h"
#include "base/text.h"
#include "base/units.h"

namespace sluice::recording {

Expected<CapturePoint> CapturePoint::parse(std::string_view text) {
  if (const auto after = parse_duration(text)) return CapturePoint{*after, std::nullopt};
  if (const auto at = parse_date_time(text, Zone())) return CapturePoint{std::nullopt, *at};
  return unexpected(
      fmt::format("'{}' is neither a time after the start (90s, 5m) nor one of the day "
                  "(2026-03-01T08:00:00Z)",
                  excerpt(text)));
}

ExcerptReader::ExcerptReader(std::unique_ptr<CaptureReader> whole, ExcerptOptions options)
    : whole_(std::move(whole)), options_(std::move(options)) {
  for (const auto& filter : options_.filters) filters_.add(filter, 0);
}
ExcerptReader::~ExcerptReader() = default;

Expected<ExcerptReader::Time> ExcerptReader::time_of(const CapturePoint& point) const {
  if (point.after) return Time(*point.after);
  const auto started = whole_->started();
  if (!started) {
    return unexpected(
        fmt::format("{} tells no time of day: give the points as times after the start (90s, 5m)", whole_->format()));
  }
  return Time(*point.at - *started);
}

Expected<void> ExcerptReader::find_bounds() {
  bounds_known_ = true;
  if (options_.from) {
    const auto from = time_of(*options_.from);
    if (!from) return tl::unexpected(from.error());
    from_ = *from;
  }
  if (options_.to) {
    const auto to = time_of(*options_.to);
    if (!to) return tl::unexpected(to.error());
    to_ = *to;
  }
  return {};
}

bool ExcerptReader::wanted(CapturedMessage& message) {
  auto& topic = message.message.topic;
  if (!options_.filters.empty() && filters_.match(topic, matches_) == 0) return false;
  for (const auto& rewrite : options_.rewrites) rewrite.apply(topic);
  if (options_.rewrites.empty() || message::is_topic_name(topic)) return true;
  ++bad_topics_;
  return false;
}

void ExcerptReader::keep_retained(const CapturedMessage& message) {
  const auto& what = message.message;
  auto known = retained_at_.find(what.topic);
  if (known == retained_at_.end()) {
    if (!what.retain) return;
    const auto bytes = what.topic.size() * 2 + what.payload.size() + sizeof(CapturedMessage);
    if (retained_.size() >= most_retained || retained_bytes_ + bytes > most_retained_bytes) {
      ++retained_left_out_;
      return;
    }
    retained_bytes_ += bytes;
    retained_at_.emplace(what.topic, retained_.size());
    retained_.push_back(message);
    return;
  }
  auto& before = retained_[known->second];
  const auto grown = retained_bytes_ - before.message.payload.size() + what.payload.size();
  if (grown > most_retained_bytes) {
    ++retained_left_out_;
    return;
  }
  retained_bytes_ = grown;
  before = message;
  before.message.retain = true;
}

bool ExcerptReader::next_retained(CapturedMessage& message) {
  while (retained_given_ < retained_.size()) {
    message = std::move(retained_[retained_given_++]);
    if (message.message.payload.empty()) continue;  // nothing is stored any more (MQTT 5, 3.3.1.3)
    message.time = std::max(from_, Time(0));
    return true;
  }
  if (!first_) return false;
  message = std::move(*first_);
  first_.reset();
  retained_.clear();
  retained_at_.clear();
  retained_given_ = 0;
  return true;
}

Expected<bool> ExcerptReader::next(CapturedMessage& message) {
  if (next_retained(message)) return true;
  while (!ended_) {
    auto read = whole_->next(message);
    if (!read) return read;
    if (!*read) {
      ended_ = true;
      break;
    }
    if (!bounds_known_) {
      if (auto found = find_bounds(); !found) {
        ended_ = true;
        return tl::unexpected(found.error());
      }
    }
    if (message.time > to_) {
      ended_ = true;
      break;
    }
    if (!wanted(message)) continue;
    if (message.time < from_) {
      keep_retained(message);
      continue;
    }
    if (retained_.empty()) return true;
    first_ = std::move(message);
    return next_retained(message);
  }
  return next_retained(message);
}

std::vector<std::string> ExcerptReader::notes() const {
  auto notes = whole_->notes();
  if (retained_left_out_ > 0) {
    notes.push_back(fmt::format("{} retained messages from before --from are left out: at most {} of {} MiB are kept",
                                retained_left_out_, most_retained, most_retained_bytes >> 20U));
  }
  if (bad_topics_ > 0) {
    notes.push_back(fmt::format("{} messages have no valid topic after the rewriting and are left out", bad_topics_));
  }
  return notes;
}

}  // namespace sluice::recording
