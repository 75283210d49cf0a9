#include "app/mapping_swap.h"

#include <future>

#include "base/json.h"

namespace sluice::app {

std::size_t drop_misfits(stream::Hub& hub, const mapping::MappingSet& before, const mapping::MappingSet& after) {
  std::size_t dropped = 0;
  for (const auto& [type, rekeyed] : after.retyped(before)) {
    for (const auto& event : hub.latest({type}).events) {
      const auto data = parse_json(event->data_json());
      if (!rekeyed && data && after.fits(type, *data)) continue;
      hub.append({.type = type, .time = event->time, .key = event->key, .fields = {}, .remove = true});
      ++dropped;
    }
  }
  hub.commit();
  return dropped;
}

mapping::Mapper::CarryOver MappingSwap::operator()(const LoadedMappings& before, const LoadedMappings& after) const {
  const auto set_routes = routes_of(after);
  std::promise<mapping::Mapper::CarryOver> done;
  pipeline.between_batches([&] { done.set_value(swap(before, after, set_routes)); });
  return done.get_future().get();
}

mapping::Mapper::CarryOver MappingSwap::swap(const LoadedMappings& before, const LoadedMappings& after,
                                             const std::function<void()>& set_routes) const {
  catalog.extend(*after.catalog);
  auto carried = pipeline.change(after.set);
  hub.declare(after.set->streams());
  carried.latest_dropped += drop_misfits(hub, *before.set, *after.set);
  set_routes();
  broker.subscribe(after.set->subscriptions());
  failures.change_rules();
  return carried;
}

}  // namespace sluice::app
