#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "simulator/device.h"
#include "simulator/fleet.h"

namespace sluice::simulator {

/// A device that can be simulated: its kind, and one way of publishing.
struct Model {
  std::string_view kind;
  std::string_view shape;  // "" when its kind has but one
  std::span<const std::string_view> faults;
  milliseconds lasting;  // of a fault without a time
  std::unique_ptr<Device> (*make)(const FleetOptions& options, int index, Timestamp boot);
};

/// All there are, those of a kind one after the other.
std::span<const Model> models();

/// What every device can have, besides its model's faults.
inline constexpr std::string_view link_loss = "link_loss";
inline constexpr std::string_view reboot = "reboot";

/// Those that a fleet takes in turn.
///
/// Error: an unknown device or shape, with those there are.
Expected<std::vector<const Model*>> models_of(const FleetOptions& options);

bool can_have(const Model& model, std::string_view fault);
/// Error: a fault that none of them can have, with those that they can.
Expected<void> check_faults(const FleetOptions& options, const std::vector<const Model*>& models);

}  // namespace sluice::simulator
