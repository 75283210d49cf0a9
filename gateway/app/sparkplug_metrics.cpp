#include "app/sparkplug_metrics.h"

#include <string_view>

#include "mapping/sparkplug/session.h"

namespace sluice::app {
namespace {

using Counts = mapping::sparkplug::Session::Counts;

struct Counter {
  std::string_view name;
  std::string_view help;
  std::uint64_t Counts::*count;
};
constexpr Counter table[] = {
    {"sluice_sparkplug_messages_total", "Sparkplug messages heard of nodes and devices", &Counts::messages},
    {"sluice_sparkplug_rebirth_requests_total", "requests to nodes to be born again", &Counts::rebirth_requests},
    {"sluice_sparkplug_sequence_gaps_total", "messages missing or out of order by their seq", &Counts::gaps},
    {"sluice_sparkplug_before_birth_total", "messages left out that came before a birth", &Counts::before_birth},
    {"sluice_sparkplug_unknown_metrics_total", "metrics left out that no birth named", &Counts::unknown_metrics},
    {"sluice_sparkplug_late_deaths_total", "deaths left out that are not of the birth heard last",
     &Counts::late_deaths},
    {"sluice_sparkplug_historical_total", "values left out that are said to be historical", &Counts::historical},
    {"sluice_sparkplug_templates_total", "metrics left out that are templates", &Counts::templates},
    {"sluice_sparkplug_beyond_bounds_total", "metrics, nodes and records left out at a bound", &Counts::beyond_bounds},
};

}  // namespace

void SparkplugMetrics::see(const mapping::sparkplug::Session& session) {
  static_assert(std::size(table) == counters);
  for (std::size_t i = 0; i < counters; ++i) {
    counts_[i].store(session.counts().*table[i].count, std::memory_order_relaxed);
  }
  nodes_.store(session.nodes(), std::memory_order_relaxed);
  bytes_.store(session.heap_bytes(), std::memory_order_relaxed);
}

void SparkplugMetrics::register_in(metrics::Registry& registry) const {
  for (std::size_t i = 0; i < counters; ++i) {
    registry.counter_of(table[i].name, table[i].help,
                        [&count = counts_[i]] { return static_cast<double>(count.load()); });
  }
  registry.gauge_of("sluice_sparkplug_nodes", "Sparkplug nodes known",
                    [this] { return static_cast<double>(nodes_.load()); });
  registry.gauge_of("sluice_sparkplug_state_bytes", "bytes kept of them, about; part of sluice_mapping_state_bytes",
                    [this] { return static_cast<double>(bytes_.load()); });
}

}  // namespace sluice::app
