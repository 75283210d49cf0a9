#include "stream/snapshot.h"

#include <algorithm>

#include "base/json.h"

namespace sluice::stream {

std::vector<event::EventPtr> newest_matching(const Hub::Latest& latest, const Matcher& matcher, std::size_t limit) {
  std::vector<event::EventPtr> found;
  for (auto event = latest.events.rbegin(); event != latest.events.rend() && found.size() < limit; ++event) {
    if (matcher.matches(**event)) found.push_back(*event);
  }
  std::ranges::reverse(found);
  return found;
}

Snapshot make_snapshot(const Hub::Latest& latest, const event::StreamSpec& spec, const Matcher& matcher) {
  Snapshot snapshot;
  if (spec.ages) snapshot.ages.push_back('[');
  for (const auto& event : newest_matching(latest, matcher, spec.limit)) {
    const auto block = event->block_without_id(spec.frame);
    if (block.empty()) continue;
    snapshot.blocks.append(block);
    if (!spec.ages) continue;
    snapshot.ages.append(snapshot.ages.size() > 1 ? ",[" : "[");
    write_json_text(event->name, snapshot.ages);
    snapshot.ages.append(",").append(event->key_json).append(",").append(std::to_string(to_ms(event->time)));
    snapshot.ages.push_back(']');
  }
  if (spec.ages) snapshot.ages.push_back(']');
  return snapshot;
}

}  // namespace sluice::stream
