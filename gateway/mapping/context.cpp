#include "mapping/context.h"

#include "base/text.h"
#include "mapping/stage.h"

namespace sluice::mapping {

void Context::fail(const std::string& where, const std::string& rule, const message::Message& message,
                   std::string text) {
  ++counts.failures;
  output->failures.push_back({where, rule, message.topic, excerpt(message.payload), std::move(text), now});
}

Expected<void> Context::send(event::Emission&& emission, const Origin& origin) {
  const auto type = emission.type;
  if (latest.watches(type)) {
    if (emission.remove) {
      latest.remove(emission);
    } else if (auto stored = latest.store(emission); !stored) {
      return stored;
    }
  }
  const bool followed = !emission.remove && type < followers.size() && !followers[type].empty();
  if (!emission.remove) ++counts.events;
  output->events.push_back(std::move(emission));
  if (!followed) return {};
  const auto& sent = output->events.back();
  Value record = fields_with_key(sent.fields, sent.key);  // `sent` moves when its followers send
  const auto& readers = followers[type];
  for (std::size_t i = 0; i + 1 < readers.size(); ++i) readers[i]->take({record, &origin});
  readers.back()->take({std::move(record), &origin});
  return {};
}

}  // namespace sluice::mapping
