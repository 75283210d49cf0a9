#include "simulator/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/text.h"
#include "simulator/devices/bms.h"
#include "simulator/devices/desk.h"

namespace sluice::simulator {
namespace {

/// The time of the devices, which may run faster or slower than the clock.
class DeviceTime {
 public:
  DeviceTime(const Clock& clock, double speed) : clock_(clock), start_(clock.now()), speed_(speed) {}
  Timestamp now() const { return start_ + scaled(clock_.now() - start_, speed_); }
  /// How long until then, on the clock.
  milliseconds until(Timestamp device_time) const { return scaled(device_time - now(), 1 / speed_); }

 private:
  static milliseconds scaled(milliseconds time, double by) {
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(time.count()) * by));
  }
  const Clock& clock_;
  Timestamp start_;
  double speed_;
};

/// a, b ... z, aa, ab ...
std::string letters(int index) {
  std::string name;
  for (int rest = index + 1; rest > 0; rest = (rest - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('a' + (rest - 1) % 26));
  }
  return name;
}

using Make = std::unique_ptr<Device> (*)(const FleetOptions& options, int index, Timestamp now);

std::unique_ptr<Device> make_desk(const FleetOptions& options, int index, Timestamp now) {
  DeskOptions desk;
  desk.name = letters(index);
  desk.seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(index);
  if (options.rate > 0) desk.readings_per_second = options.rate;
  desk.automatic = options.automatic;
  return std::make_unique<Desk>(desk, now);
}

std::unique_ptr<Device> make_bms(const FleetOptions& options, int index, Timestamp now) {
  BmsOptions bms;
  bms.name = fmt::format("p{}", index + 1);
  bms.seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(index);
  if (options.rate > 0) bms.reports_per_second = options.rate;
  bms.cells = options.cells;
  bms.topics = options.cell_topics;
  return std::make_unique<Bms>(bms, now);
}

constexpr std::pair<const char*, Make> kinds[] = {{"bms", make_bms}, {"desk", make_desk}};

Expected<Make> find_kind(const std::string& device) {
  for (const auto& [name, make] : kinds) {
    if (device == name) return make;
  }
  return unexpected(fmt::format("no device '{}', expected one of: {}", excerpt(device), device_names()));
}

Expected<void> check(const FleetOptions& options) {
  if (options.count < 1 || options.count > 20'000) {
    return unexpected(fmt::format("count {}, expected 1 to 20000", options.count));
  }
  if (!(options.rate >= 0 && options.rate <= 1'000)) {
    return unexpected(fmt::format("rate {}, expected at most 1000 a second", options.rate));
  }
  if (!(options.speed >= 0.001 && options.speed <= 1'000)) {
    return unexpected(fmt::format("speed {}, expected 0.001 to 1000", options.speed));
  }
  if (options.cells < 1 || options.cells > 400) {
    return unexpected(fmt::format("{} cells, expected 1 to 400", options.cells));
  }
  return {};
}

}  // namespace

std::string device_names() {
  std::string names;
  for (const auto& [name, make] : kinds) names += (names.empty() ? "" : " ") + std::string(name);
  return names;
}

struct Fleet::State {
  struct Member {
    std::unique_ptr<Device> device;
    std::unique_ptr<message::Connection> link;
  };
  using Due = std::pair<Timestamp, std::size_t>;  // a member's next step

  State(message::Connector& links, const Clock& clock, double speed) : connector(links), time(clock, speed) {}

  void add(std::unique_ptr<Device> device) {
    const auto index = members.size();
    due.emplace(device->next_step(), index);
    auto identity = device->identity();
    members.push_back({std::move(device), nullptr});
    members.back().link =
        connector.open(std::move(identity), {.up =
                                                 [this, index] {
                                                   members[index].device->connected(time.now(), out);
                                                   send(index);
                                                 },
                                             .message =
                                                 [this, index](const message::Message& message) {
                                                   ++counts.received;
                                                   members[index].device->receive(message, time.now(), out);
                                                   send(index);
                                                 }});
  }

  void step(std::size_t index, Timestamp now) {
    auto& device = *members[index].device;
    device.step(now, out);
    send(index);
    due.emplace(std::max(device.next_step(), now + milliseconds(1)), index);
  }

  void send(std::size_t index) {
    for (const auto& publish : out) ++(members[index].link->send(publish) ? counts.published : counts.dropped);
    out.clear();
  }

  message::Connector& connector;
  DeviceTime time;
  std::vector<Member> members;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  Publishes out;
  Counts counts;
};

Expected<std::unique_ptr<Fleet>> Fleet::make(const FleetOptions& options, message::Connector& connector,
                                             const Clock& clock) {
  const auto kind = find_kind(options.device);
  if (!kind) return tl::unexpected(kind.error());
  if (const auto checked = check(options); !checked) return tl::unexpected(checked.error());
  auto state = std::make_unique<State>(connector, clock, options.speed);
  state->members.reserve(static_cast<std::size_t>(options.count));
  for (int index = 0; index < options.count; ++index) state->add((*kind)(options, index, state->time.now()));
  return std::unique_ptr<Fleet>(new Fleet(std::move(state)));
}

Fleet::Fleet(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fleet::~Fleet() = default;

void Fleet::turn(milliseconds timeout) {
  auto& state = *state_;
  const auto next = state.time.until(state.due.top().first);
  state.connector.poll(std::clamp(next, milliseconds(0), timeout));
  const auto now = state.time.now();
  while (state.due.top().first <= now) {
    const auto index = state.due.top().second;
    state.due.pop();
    state.step(index, now);
  }
}

Fleet::Counts Fleet::counts() const {
  auto counts = state_->counts;
  counts.devices = state_->members.size();
  counts.connected = static_cast<std::size_t>(std::count_if(state_->members.begin(), state_->members.end(),
                                                            [](const auto& member) { return member.link->is_up(); }));
  return counts;
}

}  // namespace sluice::simulator
