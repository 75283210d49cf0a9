#include "simulator/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "simulator/devices/battery_emulator.h"
#include "simulator/devices/bms.h"
#include "simulator/devices/desk.h"
#include "simulator/devices/game.h"
#include "simulator/devices/scada_site.h"
#include "simulator/devices/shop.h"
#include "simulator/devices/sparkplug_site.h"
#include "simulator/physics/battery.h"

namespace sluice::simulator {
namespace {

constexpr std::string_view everything = "all";
constexpr std::string_view in_turn = "mixed";

std::uint64_t seed_of(const FleetOptions& options, int index) {
  return options.seed * 1'000'003 + static_cast<std::uint64_t>(index);
}

/// a, b ... z, aa, ab ...
std::string letters(int index) {
  std::string name;
  for (int rest = index + 1; rest > 0; rest = (rest - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('a' + (rest - 1) % 26));
  }
  return name;
}

/// p1, p2 ...
std::string numbered(std::string_view prefix, int index) {
  return fmt::format("{}{}", prefix, index + 1);
}

Chemistry chemistry_of(const FleetOptions& options) {
  return options.chemistry == "nmc" ? Chemistry::nmc : Chemistry::lfp;
}

std::unique_ptr<Device> make_desk(const FleetOptions& options, int index, Timestamp boot) {
  DeskOptions desk;
  desk.name = letters(index);
  desk.seed = seed_of(options, index);
  if (options.rate > 0) desk.readings_per_second = options.rate;
  desk.automatic = options.automatic;
  return std::make_unique<Desk>(desk, boot);
}

template <BmsOptions::Topics topics>
std::unique_ptr<Device> make_bms(const FleetOptions& options, int index, Timestamp boot) {
  BmsOptions bms;
  bms.name = numbered("p", index);
  bms.seed = seed_of(options, index);
  if (options.rate > 0) bms.reports_per_second = options.rate;
  bms.cells = options.cells;
  bms.chemistry = chemistry_of(options);
  bms.topics = topics;
  return std::make_unique<Bms>(bms, boot);
}

std::unique_ptr<Device> make_emulator(const FleetOptions& options, int index, Timestamp boot) {
  BatteryEmulatorOptions emulator;
  emulator.name = numbered("emulator-p", index);
  emulator.seed = seed_of(options, index);
  if (options.rate > 0) emulator.reports_per_second = options.rate;
  emulator.cells = options.cells;
  emulator.chemistry = chemistry_of(options);
  return std::make_unique<BatteryEmulator>(emulator, boot);
}

ScadaOptions scada_options(const FleetOptions& options, int index) {
  ScadaOptions scada;
  scada.name = numbered("s", index);
  scada.seed = seed_of(options, index);
  scada.tags = options.tags;
  if (options.rate > 0) scada.scans_per_second = options.rate;
  return scada;
}

template <bool batches>
std::unique_ptr<Device> make_scada(const FleetOptions& options, int index, Timestamp boot) {
  auto scada = scada_options(options, index);
  scada.batches = batches;
  return std::make_unique<ScadaSite>(scada, boot);
}

std::unique_ptr<Device> make_sparkplug(const FleetOptions& options, int index, Timestamp boot) {
  return std::make_unique<SparkplugSite>(scada_options(options, index), boot);
}

std::unique_ptr<Device> make_shop(const FleetOptions& options, int index, Timestamp boot) {
  ShopOptions shop;
  shop.name = numbered("s", index);
  shop.seed = seed_of(options, index);
  if (options.rate > 0) shop.orders_per_second = options.rate;
  return std::make_unique<Shop>(shop, boot);
}

std::unique_ptr<Device> make_game(const FleetOptions& options, int index, Timestamp boot) {
  GameOptions game;
  game.name = numbered("g", index);
  game.seed = seed_of(options, index);
  if (options.rate > 0) game.rounds_per_second = options.rate;
  return std::make_unique<Game>(game, boot);
}

constexpr milliseconds moment{20'000};
constexpr milliseconds minute{60'000};
constexpr milliseconds minutes{360'000};

constexpr Model all_models[] = {
    {"battle", "", Game::faults, moment, make_game},
    {"bms", "pack", Battery::faults, minutes, make_bms<BmsOptions::Topics::pack>},
    {"bms", "cell", Battery::faults, minutes, make_bms<BmsOptions::Topics::cell>},
    {"bms", "raw", Battery::faults, minutes, make_bms<BmsOptions::Topics::raw>},
    {"bms", "emulator", Battery::faults, minutes, make_emulator},
    {"desk", "", Desk::faults, minute, make_desk},
    {"orders", "", Shop::faults, minutes, make_shop},
    {"scada", "tags", ScadaSite::faults, minutes, make_scada<false>},
    {"scada", "batch", ScadaSite::faults, minutes, make_scada<true>},
    {"scada", "sparkplug", SparkplugSite::faults, minutes, make_sparkplug},
};

template <class Names>
std::string joined(const Names& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : " ") + std::string(name);
  return all;
}

}  // namespace

std::span<const Model> models() {
  return all_models;
}

std::string device_names() {
  std::set<std::string_view> names;
  for (const auto& model : models()) names.insert(model.kind);
  return joined(names);
}

Expected<std::vector<const Model*>> models_of(const FleetOptions& options) {
  const bool all = options.device == everything;
  std::vector<const Model*> found;
  for (const auto& model : models()) {
    if (all || model.kind == options.device) found.push_back(&model);
  }
  if (found.empty()) {
    return unexpected(
        fmt::format("no device '{}', expected one of: {} {}", excerpt(options.device), everything, device_names()));
  }
  if (all && options.shape.empty()) return found;
  if (options.shape == in_turn) return found;
  if (options.shape.empty()) return std::vector<const Model*>{found.front()};
  std::vector<std::string_view> shapes;
  for (const auto* model : found) {
    if (!all && model->shape == options.shape) return std::vector<const Model*>{model};
    if (!all && !model->shape.empty()) shapes.push_back(model->shape);
  }
  shapes.push_back(in_turn);
  return unexpected(fmt::format("{} cannot publish '{}', expected one of: {}", options.device, excerpt(options.shape),
                                joined(shapes)));
}

bool can_have(const Model& model, std::string_view fault) {
  return fault == link_loss || fault == reboot ||
         std::find(model.faults.begin(), model.faults.end(), fault) != model.faults.end();
}

Expected<void> check_faults(const FleetOptions& options, const std::vector<const Model*>& models) {
  std::set<std::string_view> known = {link_loss, reboot};
  for (const auto* model : models) known.insert(model->faults.begin(), model->faults.end());
  for (const auto& fault : options.faults) {
    if (known.contains(fault.name)) continue;
    return unexpected(fmt::format("{} cannot have the fault '{}', expected one of: {}", options.device,
                                  excerpt(fault.name), joined(known)));
  }
  return {};
}

}  // namespace sluice::simulator
