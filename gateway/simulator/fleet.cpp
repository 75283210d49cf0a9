#include "simulator/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "simulator/models.h"

namespace sluice::simulator {
namespace {

constexpr milliseconds usual_link_loss{15'000};
constexpr milliseconds usual_reboot{3'000};

/// The time of the devices, which may run faster or slower than the clock.
class DeviceTime {
 public:
  DeviceTime(const Clock& clock, double speed) : clock_(clock), start_(clock.now()), speed_(speed) {}
  Timestamp start() const { return start_; }
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

Expected<void> check(const FleetOptions& options, int most) {
  if (options.count < 1 || options.count > most) {
    return unexpected(fmt::format("count {}, expected 1 to {}", options.count, most));
  }
  if (!(options.rate >= 0 && options.rate <= 1'000)) {
    return unexpected(fmt::format("rate {}, expected at most 1000 a second", options.rate));
  }
  if (options.rate > 0 && options.rate < 0.000'01) {
    return unexpected(fmt::format("rate {}, expected at least 0.00001 a second (about one a day)", options.rate));
  }
  if (!(options.speed >= 0.001 && options.speed <= 1'000)) {
    return unexpected(fmt::format("speed {}, expected 0.001 to 1000", options.speed));
  }
  if (options.cells < 1 || options.cells > 400) {
    return unexpected(fmt::format("{} cells, expected 1 to 400", options.cells));
  }
  if (options.chemistry != "lfp" && options.chemistry != "nmc") {
    return unexpected(fmt::format("chemistry '{}', expected one of: lfp nmc", excerpt(options.chemistry)));
  }
  if (options.tags < 25 || options.tags > 2'000) {
    return unexpected(fmt::format("{} tags, expected 25 to 2000", options.tags));
  }
  return {};
}

}  // namespace

struct Fleet::State {
  struct Member {
    const Model* model;
    std::unique_ptr<Device> device;
    std::unique_ptr<message::Connection> link;  // none while a fault has cut it
    Timestamp cut_until{};
    bool dark = false;  // without power
  };
  using Due = std::pair<Timestamp, std::size_t>;  // something of a member
  using Queue = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

  State(message::Connector& links, const Clock& clock, double speed) : connector(links), time(clock, speed) {}

  void add(const Model& model, std::unique_ptr<Device> device) {
    const auto index = members.size();
    steps.emplace(device->next_step(), index);
    members.push_back({&model, std::move(device), nullptr});
    open(index);
  }

  void open(std::size_t index) {
    auto& member = members[index];
    member.link =
        connector.open(member.device->identity(), {.up =
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
    auto& member = members[index];
    if (member.dark) {
      steps.emplace(member.cut_until, index);
      return;
    }
    member.device->step(now, out);
    send(index);
    steps.emplace(std::max(member.device->next_step(), now + milliseconds(1)), index);
  }

  void send(std::size_t index) {
    const auto& link = members[index].link;
    for (const auto& publish : out) ++(link && link->send(publish) ? counts.published : counts.dropped);
    out.clear();
  }

  void begin_faults(Timestamp now) {
    for (; next_fault < faults.size() && time.start() + faults[next_fault].at <= now; ++next_fault) {
      for (std::size_t index = 0; index < members.size(); ++index) begin(faults[next_fault], index, now);
    }
  }

  void begin(const Fault& fault, std::size_t index, Timestamp now) {
    auto& member = members[index];
    if (!can_have(*member.model, fault.name) || member.dark) return;
    if (fault.name == link_loss) return cut(index, now + fault.lasting.value_or(usual_link_loss), false);
    if (fault.name == reboot) return cut(index, now + fault.lasting.value_or(usual_reboot), true);
    member.device->fail(fault.name, now, now + fault.lasting.value_or(member.model->lasting), out);
    send(index);
  }

  void cut(std::size_t index, Timestamp until, bool dark) {
    auto& member = members[index];
    member.link.reset();
    member.cut_until = std::max(member.cut_until, until);
    member.dark = dark;
    returns.emplace(member.cut_until, index);
  }

  void end_faults(Timestamp now) {
    while (!returns.empty() && returns.top().first <= now) {
      const auto index = returns.top().second;
      returns.pop();
      auto& member = members[index];
      if (member.link || member.cut_until > now) continue;
      if (std::exchange(member.dark, false)) member.device->boot(now);
      open(index);
    }
  }

  Timestamp next() const {
    auto next = steps.top().first;
    if (next_fault < faults.size()) next = std::min(next, time.start() + faults[next_fault].at);
    if (!returns.empty()) next = std::min(next, returns.top().first);
    return next;
  }

  message::Connector& connector;
  DeviceTime time;
  std::vector<Member> members;
  Queue steps;
  Queue returns;              // of links that a fault has cut
  std::vector<Fault> faults;  // in the order of their times
  std::size_t next_fault = 0;
  Publishes out;
  Counts counts;
};

Expected<std::unique_ptr<Fleet>> Fleet::make(const FleetOptions& options, message::Connector& connector,
                                             const Clock& clock) {
  const auto models = models_of(options);
  if (!models) return tl::unexpected(models.error());
  const int kinds = options.device == "all" ? static_cast<int>(models->size()) : 1;
  if (const auto checked = check(options, most_devices / kinds); !checked) return tl::unexpected(checked.error());
  if (const auto checked = check_faults(options, *models); !checked) return tl::unexpected(checked.error());
  auto state = std::make_unique<State>(connector, clock, options.speed);
  state->faults = options.faults;
  std::stable_sort(state->faults.begin(), state->faults.end(), [](auto& a, auto& b) { return a.at < b.at; });
  const auto size = static_cast<std::size_t>(options.count * kinds);
  state->members.reserve(size);
  std::map<std::string_view, int> numbers;  // the next one of each kind
  for (std::size_t i = 0; i < size; ++i) {
    const auto& model = *(*models)[i % models->size()];
    state->add(model, model.make(options, numbers[model.kind]++, state->time.now()));
  }
  return std::unique_ptr<Fleet>(new Fleet(std::move(state)));
}

Fleet::Fleet(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fleet::~Fleet() = default;

void Fleet::turn(milliseconds timeout) {
  auto& state = *state_;
  state.connector.poll(std::clamp(state.time.until(state.next()), milliseconds(0), timeout));
  const auto now = state.time.now();
  state.begin_faults(now);
  state.end_faults(now);
  for (int i = 0; i < steps_at_once && state.steps.top().first <= now; ++i) {
    const auto index = state.steps.top().second;
    state.steps.pop();
    state.step(index, now);
  }
}

Fleet::Counts Fleet::counts() const {
  auto counts = state_->counts;
  counts.devices = state_->members.size();
  counts.connected =
      static_cast<std::size_t>(std::count_if(state_->members.begin(), state_->members.end(),
                                             [](const auto& member) { return member.link && member.link->is_up(); }));
  return counts;
}

}  // namespace sluice::simulator
