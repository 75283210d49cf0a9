#include "mapping/context.h"

#include <utility>

#include "base/text.h"
#include "mapping/stage.h"
#include "mapping/state_key.h"
#include "mapping/trace.h"

namespace sluice::mapping {

void Context::fail(const std::string& where, const std::string& rule, const message::Message& message,
                   std::string text) {
  ++counts.failures;
  if (trace != nullptr) trace->failed(where, text);
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
  if (type < newest_.size() && newest_[type] != nullptr) note_time(emission);
  const bool followed = !emission.remove && type < followers.size() && !followers[type].empty();
  if (!emission.remove) ++counts.events;
  if (trace != nullptr) trace->sent(emission);
  output->events.push_back(std::move(emission));
  if (!followed) return {};
  const auto& sent = output->events.back();
  Value record = fields_with_key(sent.fields, sent.key);  // `sent` moves when its followers send
  const auto& readers = followers[type];
  for (std::size_t i = 0; i + 1 < readers.size(); ++i) readers[i]->take({record, &origin});
  readers.back()->take({std::move(record), &origin});
  return {};
}

void Context::publish(message::Publish&& publish) {
  if (trace != nullptr) trace->published(publish);
  output->publishes.push_back(std::move(publish));
  output->events_before.push_back(output->events.size());
}

void Context::watch_times(event::TypeNumber type) {
  if (newest_.size() <= type) newest_.resize(type + 1);
  if (newest_[type] != nullptr) return;
  if (type < newest_before_.size()) newest_[type] = std::move(newest_before_[type]);
  if (newest_[type] == nullptr) newest_[type] = std::make_unique<TextMap<Timestamp>>();
}

void Context::change_rules() {
  output = nullptr;
  followers.clear();
  newest_before_ = std::exchange(newest_, {});
}

void Context::note_time(const event::Emission& emission) {
  auto& times = *newest_[emission.type];
  auto name = latest_name(emission.type, emission.key);
  if (emission.remove) {
    times.erase(name);
  } else {
    times.insert_or_assign(std::move(name), now);
  }
}

void Context::forget(event::TypeNumber type, Value key, Timestamp since) {
  const auto& times = *newest_[type];
  const auto newest = times.find(latest_name(type, key));
  if (newest == times.end() || newest->second > since) return;
  static const message::Message none;
  const Origin origin{.message = &none, .payload = nullptr, .kept = {}, .self = {}};
  event::Emission removal;
  removal.type = type;
  removal.time = now;
  removal.key = std::move(key);
  removal.remove = true;
  static_cast<void>(send(std::move(removal), origin));  // a removal needs no room
}

std::string latest_name(event::TypeNumber type, const Value& key) {
  std::string name;
  append_key_part(Value(static_cast<std::int64_t>(type)), name);
  for (const auto& member : key.as_object()) append_key_part(member.value, name);
  return name;
}

}  // namespace sluice::mapping
