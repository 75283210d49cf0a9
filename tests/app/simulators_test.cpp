#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <set>

#include "event/event_catalog.h"
#include "mapping/mapper.h"
#include "mapping/mapping_set.h"
#include "simulator/fleet.h"
#include "simulator/local_broker.h"

namespace sluice::app {
namespace {

using simulator::Fault;
using simulator::FleetOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// Mapping files, a mapper, and what came of the messages.
class Mappings {
 public:
  explicit Mappings(const std::filesystem::path& path) {
    const auto set = mapping::MappingSet::load((std::filesystem::path(SLUICE_SOURCE_DIR) / path).string(), catalog_);
    EXPECT_TRUE(set) << (set ? "" : set.error().front().text());
    mapper_.emplace(*set);
  }

  void map(const message::Message& message) { mapper_->map(message, output_); }
  void advance(Timestamp now) { mapper_->advance(now, output_); }
  /// Keeps the names of the events and the failures; hands out what is to be published.
  std::vector<message::Publish> take() {
    for (const auto& emission : output_.events) {
      const auto& type = catalog_[emission.type];
      events.insert(type.qualified());
      if (const auto* code = emission.fields.find(type.file == "desk" ? "error_code" : "code"); code != nullptr) {
        codes.insert(std::string(code->as_text()));
      }
    }
    for (const auto& failure : output_.failures) {
      failures.push_back(failure.where + ": " + failure.topic + ": " + failure.message);
    }
    auto publishes = std::move(output_.publishes);
    output_.clear();
    return publishes;
  }
  std::uint64_t unmatched() const { return mapper_->counts().unmatched; }
  std::vector<std::string> declared() const {
    std::vector<std::string> names;
    for (std::size_t type = 0; type < catalog_.size(); ++type) {
      names.push_back(catalog_[static_cast<event::TypeNumber>(type)].qualified());
    }
    return names;
  }

  std::set<std::string> events;
  std::set<std::string> codes;  // of error events
  std::vector<std::string> failures;

 private:
  event::EventCatalog catalog_;
  std::optional<mapping::Mapper> mapper_;
  mapping::Output output_;
};

/// Simulated devices, and the mappings of their systems; all that the devices publish is mapped.
struct Hall {
  explicit Hall(const FleetOptions& options) : fleet(*simulator::Fleet::make(options, broker, clock)) {
    broker.subscribe({"#"});
  }
  void pass(milliseconds time) {
    for (const auto end = clock.now() + time; clock.now() < end;) {
      clock.advance(milliseconds(100));
      fleet->turn(milliseconds(0));
      broker.take(1'000'000, [&](message::Message&& message) {
        message.time = clock.now();
        (message.topic.starts_with("emulator-") ? emulator : systems).map(message);
      });
      for (auto* mappings : {&systems, &emulator}) {
        mappings->advance(clock.now());
        for (const auto& publish : mappings->take()) {
          ++published;
          broker.publish(publish);
        }
      }
    }
  }

  ManualClock clock{at_ms(1'796'040'000'000)};  // a day's noon
  simulator::LocalBroker broker;
  std::unique_ptr<simulator::Fleet> fleet;
  Mappings systems{"mappings"};
  Mappings emulator{"mappings/recipes/battery_emulator.yaml"};
  int published = 0;
};

Fault fault(std::string_view text) {
  return *Fault::parse(text);
}

TEST(Simulators, TheMappingsUnderstandEveryMessageAndEveryEventHappens) {
  Hall hall({.device = "all",
             .tags = 45,
             .faults = {fault("sensor_failure@20s+15s"), fault("low_memory@50s"), fault("stall@60s+50s"),
                        fault("silent_tag@10s"), fault("link_loss@130s+10s"), fault("reboot@160s"),
                        fault("broken_wire@180s+20s"), fault("device_death@200s+20s"), fault("restart_notice@210s"),
                        fault("rush@220s"), fault("leak@230s"), fault("pump_trip@240s")}});
  hall.pass(std::chrono::minutes(7));
  EXPECT_THAT(hall.systems.failures, IsEmpty());
  EXPECT_THAT(hall.emulator.failures, IsEmpty());
  EXPECT_EQ(hall.systems.unmatched(), 0U);
  EXPECT_EQ(hall.emulator.unmatched(), 0U);
  for (auto* mappings : {&hall.systems, &hall.emulator}) {
    for (const auto& name : mappings->declared()) EXPECT_THAT(mappings->events, Contains(name));
  }
  EXPECT_THAT(hall.systems.codes, ElementsAre("LOW_MEMORY", "MOVEMENT_TIMEOUT", "SENSOR_FAILURE", "SITE_OFFLINE",
                                              "TAG_STALE", "WIFI_DISCONNECTED"));
}

TEST(Simulators, ADeskWithoutCalibrationIsTold) {
  Hall hall({.device = "desk", .count = 3});
  hall.pass(milliseconds(1'000));
  EXPECT_THAT(hall.systems.codes, ElementsAre("UNCALIBRATED"));
}

TEST(Simulators, APlantThatLostAMessageIsAskedForItsBirthsAndGivesThem) {
  Hall hall({.device = "scada", .shape = "sparkplug", .tags = 25, .faults = {fault("lost_message@20s")}});
  hall.pass(std::chrono::minutes(2));
  EXPECT_EQ(hall.published, 1);
  EXPECT_EQ(hall.systems.failures.size(), 1U);  // the gap
  EXPECT_EQ(hall.fleet->counts().received, 1U);
}

}  // namespace
}  // namespace sluice::app
