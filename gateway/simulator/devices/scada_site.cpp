#include "simulator/devices/scada_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::simulator {
namespace {

constexpr milliseconds slowest_control{1'000};
constexpr milliseconds longest_catch_up{60'000};

/// `line1_raw_level`, `flow`
std::string full_name(const Waterworks::Tag& tag) {
  return tag.line.empty() ? tag.name : tag.line + "_" + tag.name;
}

}  // namespace

ScadaSite::ScadaSite(const ScadaOptions& options, Timestamp boot)
    : options_(options),
      scan_period_(std::max<std::int64_t>(1, static_cast<std::int64_t>(1000 / options.scans_per_second))),
      period_(std::min(scan_period_, slowest_control)),
      random_(options.seed),
      works_(options.lines(), random_),
      boot_(boot),
      now_(boot) {}

message::Connection::Identity ScadaSite::identity() {
  return {.client_id = "scada-" + options_.name,
          .will = message::Publish{fmt::format("plant/{}/status", options_.name), "offline", 1, true},
          .subscriptions = {}};
}

void ScadaSite::connected(Timestamp /*now*/, Publishes& out) {
  out.push_back({fmt::format("plant/{}/status", options_.name), "online", 1, true});
}

void ScadaSite::receive(const message::Message& /*message*/, Timestamp /*now*/, Publishes& /*out*/) {}

void ScadaSite::boot(Timestamp now) {
  boot_ = now_ = now;
  published_ = 0;
}

void ScadaSite::fail(std::string_view fault, Timestamp /*now*/, Timestamp until, Publishes& /*out*/) {
  works_.fail(fault, until);
  if (fault == "silent_tag") {
    silent_tag_ = static_cast<std::size_t>(random_.pick(static_cast<int>(works_.tags().size())));
    silent_until_ = until;
  }
}

void ScadaSite::step(Timestamp now, Publishes& out) {
  if (now - now_ > longest_catch_up) {
    boot_ += now - now_ - longest_catch_up;  // it slept: the scans of that time did not happen
    now_ = now - longest_catch_up;
  }
  while (now_ + period_ <= now) {
    now_ += period_;
    works_.step(period_, now_);
    works_.read();
    publish_due(out);
  }
}

bool ScadaSite::is_silent(std::size_t tag) const {
  return tag == silent_tag_ && now_ < silent_until_;
}

void ScadaSite::publish_due(Publishes& out) {
  const auto& tags = works_.tags();
  const auto count = options_.batches ? std::int64_t{1} : static_cast<std::int64_t>(tags.size());
  const auto due = (now_ - boot_).count() * count / scan_period_.count();
  for (; published_ < due; ++published_) {
    if (options_.batches) {
      publish_batch(out);
      continue;
    }
    const auto index = static_cast<std::size_t>(published_) % tags.size();
    if (is_silent(index)) continue;
    out.push_back({fmt::format("scada/{}/{}", options_.name, full_name(tags[index])),
                   fmt::format("{}", tags[index].value), 0, false});
  }
}

void ScadaSite::publish_batch(Publishes& out) const {
  std::string metrics;
  for (std::size_t index = 0; index < works_.tags().size(); ++index) {
    if (is_silent(index)) continue;
    const auto& tag = works_.tags()[index];
    fmt::format_to(std::back_inserter(metrics), R"({}"{}":{})", metrics.empty() ? "" : ",", full_name(tag), tag.value);
  }
  out.push_back(
      {fmt::format("plant/{}/batch", options_.name), fmt::format(R"({{"metrics":{{{}}}}})", metrics), 0, false});
}

}  // namespace sluice::simulator
