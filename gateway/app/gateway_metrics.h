#pragma once

#include "app/gauges.h"
#include "metrics/metrics.h"

namespace sluice::app {

/// Registers what broker, pipeline, mapping, log and HTTP server count, for `/metrics`. (The hub counts for itself.)
/// What `gauges` refers to must outlive `registry`'s last text.
void count(const Gauges& gauges, metrics::Registry& registry);

}  // namespace sluice::app
