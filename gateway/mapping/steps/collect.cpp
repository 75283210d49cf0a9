#include <deque>

#include "base/json.h"
#include "mapping/keyed_state.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `collect: {into, of, last | within | at | merge, key}`: gathers values of a key's records into a list or object, and
/// passes every record with it.
class CollectStep final : public KeyedStep {
 public:
  enum class How { last, within, at, merge };
  How how = How::last;
  std::string into;
  Expression of;
  std::size_t count = 0;
  milliseconds within{};
  Expression at;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

/// Lays `patch` over `target`, deeply; a null removes the field (RFC 7396).
void merge(Value& target, Value&& patch) {
  if (!patch.is_object()) {
    target = std::move(patch);
    return;
  }
  if (!target.is_object()) target = Value::object();
  for (auto& member : patch.as_object()) {
    if (member.value.is_null()) {
      target.erase(member.key());
    } else if (Value* kept = target.find(member.key())) {
      merge(*kept, std::move(member.value));
    } else {
      Value fresh;
      merge(fresh, std::move(member.value));
      target.set(member.key(), std::move(fresh));
    }
  }
}

class CollectStage final : public StepStage {
 public:
  CollectStage(const CollectStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), slots_(context, step.key) {}

  void take(Record&& record) override {
    auto of = step_.of.evaluate(environment(record));
    if (!of) return fail(record, of.error().message);
    const auto found = slots_.at(record.fields);
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    if (auto room = slots_.has_room(); !room) return fail(record, room.error().message);
    if (auto added = add(slot, std::move(*of), record); !added) return fail(record, added.error().message);
    record.fields.set(step_.into, slot.kept);
    give(std::move(record));
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override { slots_.adopt(static_cast<CollectStage&>(before).slots_); }

 private:
  struct Slot : StateSlot {
    Value kept;                   // what goes into the record
    std::deque<Timestamp> times;  // of `within`: of each element
  };

  Expected<void> add(Slot& slot, Value&& value, const Record& record) {
    switch (step_.how) {
      case CollectStep::How::last:
        push(slot, std::move(value), step_.count);
        return {};
      case CollectStep::How::within:
        push_timed(slot, std::move(value));
        return {};
      case CollectStep::How::at:
        return put(slot, std::move(value), record);
      case CollectStep::How::merge:
        return lay_over(slot, std::move(value));
    }
    return {};
  }

  void push(Slot& slot, Value&& value, std::size_t most) {
    if (!slot.kept.is_list()) slot.kept = Value::list();
    auto& list = slot.kept.as_list();
    const auto before = list.capacity() * sizeof(Value) + (list.size() == most ? list.front().heap_bytes() : 0);
    if (list.size() == most) list.erase(list.begin());
    const auto bytes = value.heap_bytes();
    list.push_back(std::move(value));
    slots_.resized(slot, before, list.capacity() * sizeof(Value) + bytes);
  }

  void push_timed(Slot& slot, Value&& value) {
    if (!slot.kept.is_list()) slot.kept = Value::list();
    auto& list = slot.kept.as_list();
    const auto oldest = context().now - step_.within;  // itself outside
    std::size_t gone = 0;
    while (gone < list.size() && slot.times[gone] <= oldest) ++gone;
    if (list.size() - gone >= context().bounds.list_slots) ++gone;
    std::size_t freed = 0;
    for (std::size_t i = 0; i < gone; ++i) freed += list[i].heap_bytes() + sizeof(Value) + sizeof(Timestamp);
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(gone));
    slot.times.erase(slot.times.begin(), slot.times.begin() + static_cast<std::ptrdiff_t>(gone));
    const auto bytes = value.heap_bytes() + sizeof(Value) + sizeof(Timestamp);
    list.push_back(std::move(value));
    slot.times.push_back(context().now);
    slots_.resized(slot, freed, bytes);
  }

  Expected<void> put(Slot& slot, Value&& value, const Record& record) {
    auto at = step_.at.evaluate(environment(record));
    if (!at) return tl::unexpected(at.error());
    if (at->is_text()) return put_named(slot, std::move(value), at->as_text());
    if (!at->is_number()) {
      return unexpected("at is " + std::string(kind_name(at->kind())) + ", expected an int or a text");
    }
    const double index = at->as_number();
    const auto most = context().bounds.list_slots;
    if (!(index >= 0) || index >= static_cast<double>(most) ||
        index != static_cast<double>(static_cast<std::size_t>(index))) {
      return unexpected("at is " + to_json(*at) + ", expected a place from 0 to " + std::to_string(most - 1));
    }
    if (slot.kept.is_null()) slot.kept = Value::list();
    if (!slot.kept.is_list()) return unexpected("at is an int, but was a text before");
    auto& list = slot.kept.as_list();
    const auto place = static_cast<std::size_t>(index);
    const auto before = list.capacity() * sizeof(Value) + (place < list.size() ? list[place].heap_bytes() : 0);
    if (place >= list.size()) list.resize(place + 1);
    list[place] = std::move(value);
    slots_.resized(slot, before, list.capacity() * sizeof(Value) + list[place].heap_bytes());
    return {};
  }

  Expected<void> put_named(Slot& slot, Value&& value, std::string_view name) {
    if (slot.kept.is_null()) slot.kept = Value::object();
    if (!slot.kept.is_object()) return unexpected("at is a text, but was an int before");
    Value* kept = slot.kept.find(name);
    const auto most = context().bounds.list_slots;
    if (kept == nullptr && slot.kept.as_object().size() >= most) {
      return unexpected("more than " + std::to_string(most) + " names in " + step_.into);
    }
    const auto before = kept == nullptr ? 0 : kept->heap_bytes();
    const auto after = value.heap_bytes() + (kept == nullptr ? sizeof(Value::Member) + name.size() : 0);
    if (kept != nullptr) {
      *kept = std::move(value);
    } else {
      slot.kept.set(name, std::move(value));
    }
    slots_.resized(slot, before, after);
    return {};
  }

  Expected<void> lay_over(Slot& slot, Value&& value) {
    if (!value.is_object()) {
      return unexpected("merge of a " + std::string(kind_name(value.kind())) + ", expected an object");
    }
    const auto before = slot.kept.heap_bytes();
    const auto most = context().bounds.list_slots;
    Value merged = slot.kept;
    merge(merged, std::move(value));
    if (merged.as_object().size() > most) {
      return unexpected("more than " + std::to_string(most) + " names in " + step_.into);
    }
    slot.kept = std::move(merged);
    slots_.resized(slot, before, slot.kept.heap_bytes());
    return {};
  }

  const CollectStep& step_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> CollectStep::start(Context& context, Stage& next) const {
  return std::make_unique<CollectStage>(*this, context, next);
}

/// Reads the one of `last`, `within`, `at` and `merge` that is there.
bool read_how(const YamlNode& body, CollectStep& step, RuleReader& reader) {
  const auto* last = body.find("last");
  const auto* within = body.find("within");
  const auto* at = body.find("at");
  const auto* merging = body.find("merge");
  if ((last != nullptr) + (within != nullptr) + (at != nullptr) + (merging != nullptr) != 1) {
    reader.report().error(body, "collect needs exactly one of last, within, at and merge: true");
    return false;
  }
  if (last != nullptr) {
    const auto count = reader.report().integer(*last, "last", 1, static_cast<std::int64_t>(reader.max_slots));
    if (count) step.count = static_cast<std::size_t>(*count);
    step.how = CollectStep::How::last;
    return count.has_value();
  }
  if (within != nullptr) {
    const auto duration = reader.report().duration(*within);
    if (duration) step.within = *duration;
    step.how = CollectStep::How::within;
    return duration.has_value();
  }
  if (at != nullptr) {
    auto place = reader.expression(*at, "at");
    const bool good = place.has_value();
    if (good) step.at = std::move(*place);
    step.how = CollectStep::How::at;
    return good;
  }
  step.how = CollectStep::How::merge;
  const auto yes = reader.report().boolean(*merging, "merge");
  if (yes && !*yes) reader.report().error(*merging, "merge is false: leave it out and say last, within or at");
  return yes && *yes;
}

}  // namespace

std::unique_ptr<Step> read_collect(const YamlNode& body, RuleReader& reader) {
  if (!reader.report().parts(body, {"into", "of", "last", "within", "at", "merge", "key"}, "collect")) return nullptr;
  const auto* into = body.find("into");
  const auto* of = body.find("of");
  if (into == nullptr || of == nullptr) {
    reader.report().error(body, "collect needs 'into', a name, and 'of', an expression");
    return nullptr;
  }
  auto step = std::make_unique<CollectStep>();
  step->key = reader.key_of(body);
  const auto name = reader.report().text(*into, "into");
  auto value = reader.expression(*of, "of");
  const bool good = read_how(body, *step, reader);
  if (name) reader.provide(*name, *into);
  if (!name || !value || !good) return nullptr;
  step->into = *name;
  step->of = std::move(*value);
  return step;
}

const Manual collect_manual = {
    .form =
        R"md(`collect: {into: name, of: expression, last: n | within: T | at: place | merge: true, key: fields}`)md",
    .text =
        R"md(Gathers values of several records and passes each record with what there is so far: the `last` n, those `within` a time
(oldest first), one a slot (`at`: an int fills a list, a text an object), or objects laid over each other (`merge: true`,
where a null removes a field). State: the list or object, a key; at most `limits.list` elements.)md",
    .example = R"yaml(rules:
  - topic: pack/{pack}/cell/{cell:int}
    key: pack
    steps:
      - collect: {into: cells, of: mv, at: cell - 1}
    emit: {event: pack, data: {cells: =cells}}
  - topic: scale/{scale}
    steps:
      - collect: {into: newest, of: grams, last: 3}
      - set: {grams: =mean(newest)}
    emit: weight
  - topic: plug/{plug}
    steps:
      - collect: {into: state, of: this, merge: true}
    emit: {event: plug, data: =state}
tests:
  - name: slots, a moving average, partial updates
    given:
      - {topic: pack/p/cell/2, payload: {mv: 3301}}
      - {topic: pack/p/cell/1, payload: {mv: 3300}}
      - {topic: scale/s, payload: {grams: 10}}
      - {topic: scale/s, payload: {grams: 20}}
      - {topic: plug/x, payload: {on: true, watts: 5}}
      - {topic: plug/x, payload: {watts: 7}}
    expect:
      - {event: pack, data: {cells: [null, 3301]}}
      - {event: pack, data: {cells: [3300, 3301]}}
      - {event: weight, data: {grams: 10}}
      - {event: weight, data: {grams: 15}}
      - {event: plug, data: {on: true, watts: 5}}
      - {event: plug, data: {on: true, watts: 7}}
)yaml",
};

}  // namespace sluice::mapping
