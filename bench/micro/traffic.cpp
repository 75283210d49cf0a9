#include "traffic.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "event/finish.h"
#include "mapping/loader.h"
#include "simulator/devices/bms.h"
#include "simulator/devices/desk.h"

namespace sluice::bench {
namespace {

constexpr milliseconds minute{60'000};

void record(simulator::Device& device, std::vector<message::Message>& messages) {
  const auto keep = [&](Timestamp now, simulator::Publishes& publishes) {
    for (auto& publish : publishes) {
      messages.push_back({.topic = std::move(publish.topic),
                          .payload = std::move(publish.payload),
                          .time = now,
                          .qos = publish.qos,
                          .retain = false});
    }
    publishes.clear();
  };
  simulator::Publishes publishes;
  device.connected(Timestamp(), publishes);
  keep(Timestamp(), publishes);
  for (auto now = device.next_step(); now < Timestamp(minute); now = device.next_step()) {
    device.step(now, publishes);
    keep(now, publishes);
  }
}

constexpr std::string_view one_payload = R"({"height_cm":95,"timestamp_ms":12345678})";

}  // namespace

Traffic::Traffic(std::string_view mapping, std::string_view name, std::vector<message::Message> messages,
                 milliseconds period)
    : messages_(std::move(messages)), period_(period) {
  auto set = mapping::load_text(mapping, std::string(name) + ".yaml", catalog_);
  if (!set) throw std::runtime_error(set.error().front().where + ": " + set.error().front().message);
  for (const auto& stream : (*set)->streams()) {
    for (const auto number : stream.events) {
      auto& type = catalog_[number];
      type.logged = true;
      type.frames = static_cast<std::uint8_t>(type.frames | 1U << static_cast<unsigned>(stream.frame));
    }
  }
  mapper_ = std::make_unique<mapping::Mapper>(*set);
}

void Traffic::next() {
  auto& message = messages_[at_];
  output_.clear();
  mapper_->map(message, output_);
  if (failure_.empty() && !output_.failures.empty()) failure_ = output_.failures.front().message;
  for (auto& emission : output_.events) {
    const auto& type = catalog_[emission.type];
    if (!type.logged || emission.remove) continue;
    event::finish(std::move(emission), type, "k3x9", ++blocks_);
  }
  message.time += period_;
  if (++at_ == messages_.size()) at_ = 0;
}

std::vector<message::Message> recorded(std::string_view fleet) {
  std::vector<message::Message> messages;
  if (fleet == "desk") {
    for (const auto* const name : {"a", "b"}) {
      simulator::Desk desk({.name = name, .seed = static_cast<std::uint64_t>(name[0])}, Timestamp());
      record(desk, messages);
    }
  } else {
    using Topics = simulator::FleetOptions::CellTopics;
    const auto topics = fleet == "bms-cell" ? Topics::cell : Topics::pack;
    simulator::Bms pack({.cells = 200, .topics = topics}, Timestamp());
    record(pack, messages);
  }
  std::stable_sort(messages.begin(), messages.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return messages;
}

std::unique_ptr<Traffic> shortest() {
  return std::make_unique<Traffic>(
      "rules:\n  - topic: desk/{desk}/height\n    emit: height_update\n", "desk",
      std::vector<message::Message>{{.topic = "desk/a/height", .payload = std::string(one_payload)}}, milliseconds(1));
}

std::unique_ptr<Traffic> worked(const std::string& file, std::string_view fleet) {
  std::ifstream in(std::string(SLUICE_SOURCE_DIR) + "/mappings/" + file + ".yaml", std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return std::make_unique<Traffic>(text.str(), file, recorded(fleet), minute);
}

std::unique_ptr<Traffic> among(std::size_t others) {
  std::string mapping = "rules:\n  - topic: desk/{desk}/height\n    emit: height_update\n";
  for (std::size_t i = 0; i < others; ++i) {
    const auto number = std::to_string(i);
    const auto topic = i % 2 == 0 ? "line/" + number + "/height" : "desk/{desk}/sensor" + number;
    mapping += "  - topic: " + topic + "\n    emit: other\n";
  }
  return std::make_unique<Traffic>(
      mapping, "desk", std::vector<message::Message>{{.topic = "desk/a/height", .payload = std::string(one_payload)}},
      milliseconds(1));
}

}  // namespace sluice::bench
