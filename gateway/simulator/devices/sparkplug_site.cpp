#include "simulator/devices/sparkplug_site.h"

#include <algorithm>
#include <utility>

namespace sluice::simulator {
namespace {

constexpr milliseconds slowest_control{1'000};
constexpr milliseconds longest_catch_up{60'000};

}  // namespace

SparkplugSite::SparkplugSite(const ScadaOptions& options, Timestamp boot)
    : options_(options),
      scan_period_(std::max<std::int64_t>(1, static_cast<std::int64_t>(1000 / options.scans_per_second))),
      period_(std::min(scan_period_, slowest_control)),
      random_(options.seed),
      works_(options.lines(), random_),
      node_("water", options.name),
      told_(works_.tags().size()),
      now_(boot),
      scanned_(boot) {
  const auto& tags = works_.tags();
  for (std::size_t at = 0; at < tags.size();) {
    Line line{tags[at].line, at, at};
    while (line.end < tags.size() && tags[line.end].line == line.name) ++line.end;
    at = line.end;
    lines_.push_back(line);
  }
}

message::Connection::Identity SparkplugSite::identity() {
  born_ = false;
  return {
      .client_id = "sparkplug-" + options_.name, .will = node_.will(now_), .subscriptions = {node_.command_topic()}};
}

void SparkplugSite::connected(Timestamp now, Publishes& out) {
  step(now, out);
  be_born(out);
}

void SparkplugSite::receive(const message::Message& message, Timestamp now, Publishes& out) {
  step(now, out);
  if (born_ && node_.asks_for_rebirth(message)) be_born(out);
}

void SparkplugSite::boot(Timestamp now) {
  now_ = scanned_ = now;
}

void SparkplugSite::fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) {
  step(now, out);
  works_.fail(fault, until);
  if (fault == "lost_message" && born_) node_.lose_one();
  if (fault == "device_death" && born_ && !lines_.front().dead) {
    lines_.front().dead = true;
    dead_until_ = until;
    node_.die(lines_.front().name, now_, out);
  }
}

/// Those that changed since they were told, or all.
std::vector<sparkplug::Metric> SparkplugSite::metrics_of(const Line& line, bool names, bool all) {
  std::vector<sparkplug::Metric> metrics;
  for (auto index = line.first; index < line.end; ++index) {
    const auto& tag = works_.tags()[index];
    if (!all && tag.value == told_[index]) continue;
    told_[index] = tag.value;
    auto& metric = metrics.emplace_back();
    if (names) metric.name = tag.name;
    metric.alias = index + 1;
    if (tag.is_switch) {
      metric.value = tag.value != 0;
    } else {
      metric.value = tag.value;
    }
  }
  return metrics;
}

void SparkplugSite::be_born(Publishes& out) {
  born_ = true;
  for (const auto& line : lines_) {
    if (line.name.empty()) node_.be_born(now_, metrics_of(line, true, true), out);
  }
  for (auto& line : lines_) {
    if (!line.name.empty() && !line.dead) bear(line, out);
  }
}

void SparkplugSite::bear(Line& line, Publishes& out) {
  line.dead = false;
  node_.bear(line.name, now_, metrics_of(line, true, true), out);
}

void SparkplugSite::step(Timestamp now, Publishes& out) {
  now_ = std::max(now_, now - longest_catch_up);
  while (now_ + period_ <= now) {
    now_ += period_;
    works_.step(period_, now_);
    works_.read();
    if (now_ - scanned_ >= scan_period_) scan(out);
  }
}

void SparkplugSite::scan(Publishes& out) {
  scanned_ = now_;
  if (!born_) return;
  auto& first = lines_.front();
  if (first.dead && now_ >= dead_until_) bear(first, out);
  for (const auto& line : lines_) {
    if (line.dead) continue;
    const auto metrics = metrics_of(line, false, false);
    if (!metrics.empty()) node_.tell(line.name, now_, metrics, out);
  }
}

}  // namespace sluice::simulator
