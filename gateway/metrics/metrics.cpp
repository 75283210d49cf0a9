#include "metrics/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <deque>

namespace sluice::metrics {
namespace {

// Text exposition format: backslash, double quote and line feed are escaped in a label's value.
void write_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c);
    }
  }
}

void write_labels(const Labels& labels, std::string_view bound, std::string& out) {
  if (labels.empty() && bound.empty()) return;
  char separator = '{';
  for (const auto& [name, value] : labels) {
    out.push_back(std::exchange(separator, ','));
    out.append(name).append("=\"");
    write_escaped(value, out);
    out.push_back('"');
  }
  if (!bound.empty()) fmt::format_to(std::back_inserter(out), "{}le=\"{}\"", separator, bound);
  out.push_back('}');
}

}  // namespace

void Histogram::observe(double value) {
  const double ratio = value / first_bound_;
  std::size_t index = 0;
  if (ratio > 1) index = std::min(bounds, static_cast<std::size_t>(std::ceil(std::log2(ratio))));
  counts_[index].fetch_add(1, std::memory_order_relaxed);
  if (ratio > 0) sum_millionths_.fetch_add(static_cast<std::uint64_t>(ratio * 1e6), std::memory_order_relaxed);
}

double Histogram::bound(std::size_t index) const {
  return std::ldexp(first_bound_, static_cast<int>(index));
}

std::uint64_t Histogram::count_to(std::size_t index) const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= index; ++i) count += counts_[i].load(std::memory_order_relaxed);
  return count;
}

double Histogram::sum() const {
  return static_cast<double>(sum_millionths_.load(std::memory_order_relaxed)) * 1e-6 * first_bound_;
}

struct Registry::Sample {
  Labels labels;
  Counter counter;
  Gauge gauge;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct Registry::Family {
  std::string name;
  std::string help;
  std::string kind;
  std::deque<Sample> samples;
};

struct Registry::Families {
  std::deque<Family> all;
};

Registry::Registry() : families_(std::make_unique<Families>()) {}
Registry::~Registry() = default;

Registry::Sample& Registry::sample(std::string_view name, std::string_view help, std::string_view kind,
                                   Labels&& labels) {
  auto& families = families_->all;
  auto family = std::ranges::find(families, name, &Family::name);
  if (family == families.end()) {
    auto& made = families.emplace_back();
    made.name = name;
    made.help = help;
    made.kind = kind;
    family = std::prev(families.end());
  }
  assert(family->kind == kind);
  const auto found = std::ranges::find(family->samples, labels, &Sample::labels);
  if (found != family->samples.end()) return *found;
  auto& made = family->samples.emplace_back();
  made.labels = std::move(labels);
  return made;
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  const std::lock_guard lock(mutex_);
  return sample(name, help, "counter", std::move(labels)).counter;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  const std::lock_guard lock(mutex_);
  return sample(name, help, "gauge", std::move(labels)).gauge;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, double first_bound, Labels labels) {
  const std::lock_guard lock(mutex_);
  auto& place = sample(name, help, "histogram", std::move(labels)).histogram;
  if (!place) place = std::make_unique<Histogram>(first_bound);
  return *place;
}

void Registry::gauge_of(std::string_view name, std::string_view help, std::function<double()> read, Labels labels) {
  const std::lock_guard lock(mutex_);
  sample(name, help, "gauge", std::move(labels)).read = std::move(read);
}

void Registry::counter_of(std::string_view name, std::string_view help, std::function<double()> read, Labels labels) {
  const std::lock_guard lock(mutex_);
  sample(name, help, "counter", std::move(labels)).read = std::move(read);
}

std::string Registry::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  const auto line = [&](std::string_view name, const Labels& labels, std::string_view bound, const auto& value) {
    out.append(name);
    write_labels(labels, bound, out);
    fmt::format_to(std::back_inserter(out), " {}\n", value);
  };
  for (const auto& family : families_->all) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", family.name, family.help, family.name,
                   family.kind);
    for (const auto& sample : family.samples) {
      if (sample.histogram) {
        const auto& histogram = *sample.histogram;
        for (std::size_t i = 0; i < Histogram::bounds; ++i) {
          line(family.name + "_bucket", sample.labels, fmt::format("{}", histogram.bound(i)), histogram.count_to(i));
        }
        const auto all = histogram.count_to(Histogram::bounds);
        line(family.name + "_bucket", sample.labels, "+Inf", all);
        line(family.name + "_sum", sample.labels, "", histogram.sum());
        line(family.name + "_count", sample.labels, "", all);
      } else if (sample.read) {
        line(family.name, sample.labels, "", sample.read());
      } else if (family.kind == "counter") {
        line(family.name, sample.labels, "", sample.counter.value());
      } else {
        line(family.name, sample.labels, "", sample.gauge.value());
      }
    }
  }
  return out;
}

}  // namespace sluice::metrics
