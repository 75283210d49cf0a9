#include <deque>

#include "base/text.h"
#include "base/zone.h"
#include "mapping/keyed_state.h"
#include "mapping/running_values.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

constexpr milliseconds day{86'400'000};

/// `window: {every, from, zone, into, of, key}`: gathers values between borders of local time and passes the last
/// record with them at the end of each window that had some.
class WindowStep final : public KeyedStep {
 public:
  struct Interval {
    std::string name;
    milliseconds every{};
  };
  std::vector<Interval> intervals;
  milliseconds from{};  // the first border of a local day
  Zone zone;
  std::string into;
  bool running = false;  // of the list only reductions are read: no samples are kept
  Expression of;

  /// The borders around a time: the last one at or before it, the first one after it.
  struct Borders {
    Timestamp start;
    Timestamp end;
  };
  Borders around(Timestamp time, milliseconds every) const;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

// A local time that comes twice is a border once, and one that is skipped stands at the end of the gap (as Zone::utc
// says); so the next border is found by looking at instants, not by adding.
WindowStep::Borders WindowStep::around(Timestamp time, milliseconds every) const {
  const auto since = zone.local(time) - from;
  auto count = since / every;
  if (since % every < milliseconds(0)) --count;
  auto border = from + (count + 1) * every;
  while (zone.utc(border) <= time) border += every;
  return {zone.utc(border - every), zone.utc(border)};
}

class WindowStage final : public StepStage {
 public:
  WindowStage(const WindowStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), owner_(*this), slots_(context, step.key) {}

  void take(Record&& record) override {
    auto of = step_.of.evaluate(environment(record));
    if (!of) return fail(record, of.error().message);
    const auto found = slots_.at(record.fields);
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    if (auto room = slots_.has_room(); !room) return fail(record, room.error().message);
    while (slot.windows.size() < step_.intervals.size()) {
      slot.windows.emplace_back(owner_.cell(), slot, slot.windows.size());
    }
    for (auto& window : slot.windows) add(window, *of, record);
    slots_.keep(slot, std::move(record));
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override {
    auto& same = static_cast<WindowStage&>(before);
    slots_.adopt(same.slots_);
    owner_.adopt(same.owner_, *this);
  }

 private:
  struct Slot;
  struct Window final : Alarm {
    Window(WindowStage*& owner, Slot& of, std::size_t place) : stage(owner), slot(of), number(place) {}
    void ring() override { stage->pass(*this); }
    WindowStage*& stage;
    Slot& slot;
    const std::size_t number;  // of its interval
    Timestamp start{};
    Value::List samples;
    RunningValues running;
    std::size_t sample_bytes = 0;
    bool overfull = false;  // told already
  };
  struct Slot : RecordSlot {
    std::deque<Window> windows;  // one an interval
  };

  const WindowStep::Interval& interval(const Window& window) const { return step_.intervals[window.number]; }

  void add(Window& window, const Value& sample, const Record& record) {
    if (!window.armed()) {
      const auto borders = step_.around(context().now, interval(window).every);
      window.start = borders.start;
      window.overfull = false;
      window.running = {};
      context().timers.arm(window, borders.end);
    }
    if (step_.running) {
      if (auto added = window.running.add(sample); !added) fail(record, added.error().message);
      return;
    }
    const auto most = context().bounds.window_samples;
    if (window.samples.size() >= most) {
      if (!std::exchange(window.overfull, true)) {
        fail(record, "more than " + std::to_string(most) + " samples in a window of " + interval(window).name);
      }
      return;
    }
    const auto bytes = sample.heap_bytes() + sizeof(Value);
    window.samples.push_back(sample);
    window.sample_bytes += bytes;
    slots_.resized(window.slot, 0, bytes);
  }

  void pass(Window& window) {
    slots_.resized(window.slot, std::exchange(window.sample_bytes, 0), 0);
    const auto last = window.slot.record;  // later windows need it too
    auto record = last.copy();
    record.fields.set(step_.into, step_.running ? window.running.value() : Value(std::exchange(window.samples, {})));
    record.fields.set("interval", Value(interval(window).name));
    record.fields.set("window_start", Value(to_ms(window.start)));
    give(std::move(record));
  }

  const WindowStep& step_;
  OwnerLink<WindowStage> owner_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> WindowStep::start(Context& context, Stage& next) const {
  return std::make_unique<WindowStage>(*this, context, next);
}

bool read_interval(std::string name, const YamlNode& node, WindowStep& step, RuleReader& reader) {
  const auto every = reader.report().duration(node);
  if (!every) return false;
  if (day % *every != milliseconds(0)) {
    reader.report().error(node, "window of " + shown(node) + " does not divide a day");
    return false;
  }
  step.intervals.push_back({std::move(name), *every});
  return true;
}

bool read_intervals(const YamlNode& node, WindowStep& step, RuleReader& reader) {
  if (!node.is_map()) return read_interval(node.text, node, step, reader);
  bool good = node.map_size() > 0;
  if (!good) reader.report().error(node, "every is an empty map, expected names and durations");
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    good = read_interval(node.children[i].text, node.children[i + 1], step, reader) && good;
  }
  return good;
}

/// `06:00`
std::optional<milliseconds> time_of_day(const YamlNode& node, Report& report) {
  const auto parts = split(node.text, ':');
  if (node.is_scalar() && parts.size() == 2 && parts[0].size() == 2 && parts[1].size() == 2) {
    const auto two_digits = [](std::string_view text) {
      return parse_int(text.front() == '0' ? text.substr(1) : text);
    };
    const auto hour = two_digits(parts[0]);
    const auto minute = two_digits(parts[1]);
    if (hour && minute && *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60) {
      return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    }
  }
  report.error(node, "from is " + shown(node) + ", expected a time of day such as '06:00'");
  return std::nullopt;
}

}  // namespace

std::unique_ptr<Step> read_window(const YamlNode& body, RuleReader& reader) {
  if (!reader.report().parts(body, {"every", "from", "zone", "into", "of", "key"}, "window")) return nullptr;
  const auto* every = body.find("every");
  const auto* into = body.find("into");
  const auto* of = body.find("of");
  if (every == nullptr || into == nullptr || of == nullptr) {
    reader.report().error(body, "window needs 'every', 'into' and 'of'");
    return nullptr;
  }
  auto step = std::make_unique<WindowStep>();
  step->key = reader.key_of(body);
  auto value = reader.expression(*of, "of");
  const auto name = reader.report().text(*into, "into");
  bool good = read_intervals(*every, *step, reader);
  if (const auto* from = body.find("from")) {
    const auto time = time_of_day(*from, reader.report());
    good = good && time;
    if (time) step->from = *time;
  }
  const auto* zone_node = body.find("zone");
  auto zone = Zone::find(zone_node == nullptr ? reader.zone() : zone_node->text);
  if (!zone) reader.report().error(zone_node == nullptr ? body : *zone_node, zone.error().message);
  if (name) reader.provide(*name, *into);
  reader.provide("interval", *every);
  reader.provide("window_start", *every);
  if (name && !reader.is_running(*name)) reader.reducible.push_back(*name);
  if (!good || !name || !value || !zone) return nullptr;
  step->zone = *zone;
  step->into = *name;
  step->running = reader.is_running(*name);
  step->of = std::move(*value);
  return step;
}

const Manual window_manual = {
    .form =
        R"md(`window: {every: T | {name: T, ...}, into: name, of: expression, from: 'HH:MM', zone: Area/City, key: fields}`)md",
    .text =
        R"md(All values between two borders, as one record at the later border: `into` is the list, `interval` the name (or the
duration as written), `window_start` the border before, in ms. Each duration divides a day; borders stand at `from`
(`'00:00'`) and each `every` after it on the clock of `zone`, so that a day is a local day, of 23 or 25 hours too. A
window without values sends nothing. State: the values, a key; at most `limits.window`. A list that only `min max sum
mean count first last` read is kept as running values and meets no bound.)md",
    .example = R"yaml(rules:
  - topic: meter/{meter}
    steps:
      - window: {every: {minute: 1m, hour: 1h}, into: watts, of: watts}
      - set: {mean: =mean(watts), most: =max(watts)}
    emit: {event: load, data: {meter: =meter, interval: =interval, mean: =mean, most: =most}}
tests:
  - name: a minute and an hour
    given:
      - {at: 10s, topic: meter/a, payload: {watts: 100}}
      - {at: 50s, topic: meter/a, payload: {watts: 200}}
      - {at: 1h}
    expect:
      - {at: 60s, event: load, data: {interval: minute, mean: 150, most: 200}}
      - {at: 1h,  event: load, data: {interval: hour, mean: 150}}
)yaml",
};

}  // namespace sluice::mapping
