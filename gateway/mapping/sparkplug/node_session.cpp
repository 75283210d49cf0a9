#include "mapping/sparkplug/node_session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"
#include "mapping/sparkplug/rebirth.h"

namespace sluice::mapping::sparkplug {
namespace {

constexpr std::size_t member_bytes = 1024;  // of a device without its metrics, about

/// The number that pairs a death with its birth (Sparkplug 3.0, 6.4.19, 6.4.25).
std::optional<std::uint64_t> birth_number(const Payload& payload) {
  const auto* metric = payload.find("bdSeq");
  if (metric == nullptr) return std::nullopt;
  const auto kind = metric->value.kind;
  if (kind != WireValue::Kind::int_value && kind != WireValue::Kind::long_value) return std::nullopt;
  return metric->value.bits;
}

/// The first of the two that is there and no nonsense, else the time of receipt.
std::int64_t time_of(std::optional<std::uint64_t> first, std::optional<std::uint64_t> second, Timestamp receipt) {
  constexpr auto latest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (first && *first <= latest) return static_cast<std::int64_t>(*first);
  if (second && *second <= latest) return static_cast<std::int64_t>(*second);
  return to_ms(receipt);
}

std::string quoted(std::string_view name) {
  return "'" + excerpt(name, 60) + "'";
}

/// Error: the properties cannot be read.
Expected<bool> is_good(const Metric& metric, const Limits& limits) {
  if (metric.properties.empty()) return true;
  const auto properties = read_properties(metric.properties, limits);
  if (!properties) return tl::unexpected(properties.error());
  const auto* quality = properties->find("Quality");
  return quality == nullptr || quality->is_null() || *quality == Value(192);
}

}  // namespace

void NodeSession::receive(const Payload& payload, Turn& turn) {
  switch (turn.topic.kind) {
    case Topic::Kind::node_birth:
      node_birth(payload, turn);
      break;
    case Topic::Kind::node_death:
      node_death(payload, turn);
      return;  // nobody there to ask
    case Topic::Kind::device_birth:
      device_birth(payload, turn);
      break;
    case Topic::Kind::device_death:
      device_death(payload, turn);
      break;
    case Topic::Kind::node_data:
    case Topic::Kind::device_data:
      data(payload, turn);
      break;
    case Topic::Kind::other:
      return;
  }
  ask_for_birth(turn);
}

void NodeSession::node_birth(const Payload& payload, Turn& turn) {
  const auto number = birth_number(payload);
  const bool late = number && lone_death_ == number;
  const bool other_session = own_.born && number != birth_number_;
  for (auto& [name, device] : devices_) {
    if (other_session) tell_stale(name, device, to_ms(turn.time), turn);
    device.born = false;
  }
  birth_number_ = number;
  lone_death_.reset();
  next_seq_ = (payload.seq.value_or(0) + 1) & 0xff;
  settling_ = !late;
  // A node that was started anew may count from the same number again: if it lives, it answers.
  wants_birth_ = late;
  waits_ = false;
  take_birth(own_, payload, late, turn);
}

void NodeSession::node_death(const Payload& payload, Turn& turn) {
  const auto number = birth_number(payload);
  const bool other = number && number != birth_number_;
  if (other) lone_death_ = number;
  if (!own_.born || (other && birth_number_)) {
    ++turn.counts.late_deaths;
    return;
  }
  // The time of receipt: the will was written when the node connected (5.5).
  tell_stale({}, own_, to_ms(turn.time), turn);
  own_.born = false;
  for (auto& [name, device] : devices_) {
    tell_stale(name, device, to_ms(turn.time), turn);
    device.born = false;
  }
  wants_birth_ = false;
  waits_ = false;
}

void NodeSession::device_birth(const Payload& payload, Turn& turn) {
  if (!own_.born) return drop_before_birth(turn);
  check_seq(payload, turn);
  if (auto* device = make_device(turn)) take_birth(*device, payload, false, turn);
}

void NodeSession::device_death(const Payload& payload, Turn& turn) {
  if (!own_.born) return drop_before_birth(turn);
  check_seq(payload, turn);
  const auto found = devices_.find(turn.topic.device);
  if (found == devices_.end()) return;
  tell_stale(found->first, found->second, time_of(payload.timestamp, {}, turn.time), turn);
  found->second.born = false;
}

void NodeSession::data(const Payload& payload, Turn& turn) {
  if (!own_.born) return drop_before_birth(turn);
  check_seq(payload, turn);
  if (std::exchange(settling_, false)) {
    for (auto& [name, device] : devices_) {
      if (!device.born) tell_stale(name, device, to_ms(turn.time), turn);
    }
  }
  Member* member = &own_;
  if (!turn.topic.device.empty()) {
    const auto found = devices_.find(turn.topic.device);
    if (found == devices_.end() && own_.cut) {
      ++turn.counts.beyond_bounds;
      return;
    }
    if (found == devices_.end() || !found->second.born) return drop_before_birth(turn);
    member = &found->second;
  }
  std::size_t unknown = 0;
  std::string first_unknown;
  for (const auto& metric : payload.metrics) {
    auto* entry = metric.name.empty() ? nullptr : member->metrics.find(metric.name);
    if (entry == nullptr && metric.alias) entry = member->metrics.find(*metric.alias);
    if (entry != nullptr) {
      take_value(member->metrics, *entry, metric, payload, false, turn);
    } else if (unknown++ == 0) {
      first_unknown = metric.name.empty() ? "alias " + std::to_string(metric.alias.value_or(0)) : quoted(metric.name);
    }
  }
  if (unknown == 0) return;
  turn.counts.unknown_metrics += unknown;
  if (member->cut) return;
  wants_birth_ = true;
  turn.fault("data of " + std::to_string(unknown) + " metrics that no birth named, first " + first_unknown);
}

/// One count for all messages of a node and its devices but commands and NDEATH (6.4.5). One that is left out may be
/// a 0 that its encoder does not write: it is not checked.
void NodeSession::check_seq(const Payload& payload, Turn& turn) {
  const auto expected = std::exchange(next_seq_, (payload.seq.value_or(next_seq_) + 1) & 0xff);
  if (!payload.seq || *payload.seq == expected) return;
  ++turn.counts.gaps;
  wants_birth_ = true;
  turn.fault("messages are missing or out of order: seq " + std::to_string(*payload.seq) + ", expected " +
             std::to_string(expected));
}

void NodeSession::drop_before_birth(Turn& turn) {
  ++turn.counts.before_birth;
  wants_birth_ = true;
}

void NodeSession::ask_for_birth(Turn& turn) {
  if (!wants_birth_ || (asked_ && turn.time - *asked_ < turn.limits.rebirth_pause)) return;
  if (waits_) turn.fault("no birth came since it was asked for one; asked again");
  asked_ = turn.time;
  waits_ = true;
  ++turn.counts.rebirth_requests;
  turn.output.publishes.push_back(rebirth_request(turn.topic.group, turn.topic.node, turn.time));
}

NodeSession::Member* NodeSession::make_device(Turn& turn) {
  const auto found = devices_.find(turn.topic.device);
  if (found != devices_.end()) return &found->second;
  Member fresh(account_);
  if (devices_.size() >= turn.limits.metrics_per_node || !fresh.share.take(member_bytes + turn.topic.device.size())) {
    ++turn.counts.beyond_bounds;
    own_.cut = true;
    turn.fault("no room for the device " + quoted(turn.topic.device));
    return nullptr;
  }
  return &devices_.emplace(turn.topic.device, std::move(fresh)).first->second;
}

void NodeSession::take_birth(Member& member, const Payload& payload, bool late, Turn& turn) {
  const auto others = count_metrics() - member.metrics.entries().size();
  const auto most = turn.limits.metrics_per_node - std::min(others, turn.limits.metrics_per_node);
  MetricTable table(account_);
  bool cut = false;
  for (const auto& metric : payload.metrics) {
    auto* entry = name_metric(table, metric, most, cut, turn);
    if (entry != nullptr) take_value(table, *entry, metric, payload, late, turn);
  }
  if (!member.told_stale) {
    for (const auto& old : member.metrics.entries()) {
      if (old.datatype == Datatype::template_value || table.find(old.name) != nullptr) continue;
      turn.give_stale(turn.topic.device, old.name, old.value, to_ms(turn.time));
    }
  }
  member.metrics = std::move(table);
  member.born = !late;
  member.told_stale = late;
  member.cut = cut;
}

MetricTable::Entry* NodeSession::name_metric(MetricTable& table, const Metric& metric, std::size_t most, bool& cut,
                                             Turn& turn) {
  if (metric.name.empty() || !is_utf8(metric.name)) {
    turn.fault(metric.name.empty() ? "a birth has a metric without a name"
                                   : "a birth has a metric name that is no UTF-8: " + quoted(metric.name));
    return nullptr;
  }
  const bool fits = metric.name.size() <= turn.limits.name_bytes &&
                    (table.entries().size() < most || table.find(metric.name) != nullptr);
  const bool is_template =
      metric.datatype == Datatype::template_value || metric.value.kind == WireValue::Kind::template_value;
  auto* entry = fits ? table.add(metric.name, is_template ? Datatype::template_value : metric.datatype) : nullptr;
  if (entry == nullptr) {
    cut = true;
    ++turn.counts.beyond_bounds;
    turn.fault("metric " + quoted(metric.name) + " is beyond the bounds on metrics, names or state");
    return nullptr;
  }
  if (is_template) turn.fault("metric " + quoted(metric.name) + " is a template, which is not decoded");
  if (const auto* other = metric.alias ? table.set_alias(*metric.alias, *entry) : nullptr) {
    turn.fault("alias " + std::to_string(*metric.alias) + " stands for " + quoted(other->name) + " and " +
               quoted(metric.name));
  }
  return entry;
}

void NodeSession::take_value(MetricTable& table, MetricTable::Entry& entry, const Metric& metric,
                             const Payload& payload, bool stale, Turn& turn) {
  if (entry.datatype == Datatype::template_value) {
    ++turn.counts.templates;
    return;
  }
  if (metric.is_historical) {
    ++turn.counts.historical;
    return;
  }
  const auto value = read_value(metric, entry.datatype, turn.limits);
  const auto good = value ? is_good(metric, turn.limits) : Expected<bool>(tl::unexpected(value.error()));
  if (!good) return turn.fault("metric " + quoted(entry.name) + ": " + good.error().message);
  if (!table.keep(entry, *value)) {
    ++turn.counts.beyond_bounds;
    turn.fault("no room to keep the value of metric " + quoted(entry.name));
  }
  turn.give(turn.topic.device, entry.name, *value, time_of(metric.timestamp, payload.timestamp, turn.time),
            *good && !stale ? "good" : "stale");
}

void NodeSession::tell_stale(std::string_view device, Member& member, std::int64_t time_ms, Turn& turn) {
  if (std::exchange(member.told_stale, true)) return;
  for (const auto& entry : member.metrics.entries()) {
    if (entry.datatype == Datatype::template_value) continue;
    turn.give_stale(device, entry.name, entry.value, time_ms);
  }
}

std::size_t NodeSession::count_metrics() const {
  auto count = own_.metrics.entries().size();
  for (const auto& [name, device] : devices_) count += device.metrics.entries().size();
  return count;
}

}  // namespace sluice::mapping::sparkplug
