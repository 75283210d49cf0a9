#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::metrics {

/// A number that only grows.
///
/// Threads: any; an increment is one relaxed add.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. Threads: any.
class Gauge {
 public:
  void add(std::int64_t count) { value_.fetch_add(count, std::memory_order_relaxed); }
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Counts of observations below bounds that double, from `first_bound` on: 20 of them span a factor of half a million.
///
/// Threads: any; an observation is two relaxed adds.
class Histogram {
 public:
  static constexpr std::size_t bounds = 20;
  explicit Histogram(double first_bound) : first_bound_(first_bound) {}
  void observe(double value);

  double bound(std::size_t index) const;
  /// Observations at most bound(index), and of `bounds` all.
  std::uint64_t count_to(std::size_t index) const;
  double sum() const;

 private:
  double first_bound_;
  std::array<std::atomic<std::uint64_t>, bounds + 1> counts_{};
  std::atomic<std::uint64_t> sum_millionths_{0};  // of first_bound
};

/// Label names and values of one metric, in the order in which they are printed.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// All metrics of the gateway, by name and labels, and their text for Prometheus.
///
/// Threads: any. What it returns lives as long as it does; the same name and labels give the same metric.
class Registry {
 public:
  Registry();
  ~Registry();

  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, double first_bound, Labels labels = {});
  /// A gauge that is asked when the text is made; `read` may be called from any thread.
  void gauge_of(std::string_view name, std::string_view help, std::function<double()> read, Labels labels = {});
  /// The same for a number that only grows and that something else counts.
  void counter_of(std::string_view name, std::string_view help, std::function<double()> read, Labels labels = {});

  /// The text exposition format, version 0.0.4: families in order of their first use.
  std::string text() const;

 private:
  struct Sample;
  struct Family;
  struct Families;
  Sample& sample(std::string_view name, std::string_view help, std::string_view kind, Labels&& labels);

  mutable std::mutex mutex_;
  std::unique_ptr<Families> families_;
};

}  // namespace sluice::metrics
