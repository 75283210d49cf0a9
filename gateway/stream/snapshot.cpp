#include "stream/snapshot.h"

#include <algorithm>

#include "base/json.h"

namespace sluice::stream {
namespace {

Hub::Latest of_types(const Hub::Latest& latest, const std::vector<event::TypeNumber>& types) {
  Hub::Latest some{.position = latest.position, .events = {}};
  std::ranges::copy_if(latest.events, std::back_inserter(some.events),
                       [&](const auto& event) { return std::ranges::find(types, event->type) != types.end(); });
  return some;
}

}  // namespace

std::vector<event::EventPtr> newest_matching(const Hub::Latest& latest, const Matcher& matcher, std::size_t limit) {
  std::vector<event::EventPtr> found;
  for (auto event = latest.events.rbegin(); event != latest.events.rend() && found.size() < limit; ++event) {
    if (matcher.matches(**event)) found.push_back(*event);
  }
  std::ranges::reverse(found);
  return found;
}

Snapshot make_snapshot(const Hub::Latest& latest, const std::list<Interest>& interests, const Form& form) {
  std::string blocks;
  std::string ages = "[";
  for (const auto& interest : interests) {
    const auto& spec = *interest.spec;
    const auto own = of_types(latest, spec.on_connect);
    for (const auto& event : newest_matching(own, interest.matcher, spec.limit)) {
      const auto before = blocks.size();
      form.write_shown(*event, interest.part, blocks);
      if (blocks.size() == before || !spec.ages) continue;
      ages.append(ages.size() > 1 ? ",[" : "[");
      write_json_text(form.name(*event, interest.part), ages);
      ages.append(",").append(event->key_json).append(",").append(std::to_string(to_ms(event->time))).append("]");
    }
  }
  Snapshot snapshot;
  form.share(blocks, snapshot.blocks);
  if (std::ranges::any_of(interests, [](const auto& interest) { return interest.spec->ages; })) {
    form.share(ages.append("]"), snapshot.ages);
  }
  return snapshot;
}

}  // namespace sluice::stream
