#include "support/mapping/mapping_fixture.h"

#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "mapping/loader.h"

namespace sluice::test {

Mapped::Mapped(std::string_view yaml, mapping::Bounds bounds) : bounds_(bounds) {
  load(yaml);
  mapper_ = std::make_unique<mapping::Mapper>(set_);
}

void Mapped::load(std::string_view yaml) {
  mapping::LoadOptions options;
  options.bounds = bounds_;
  auto set = mapping::load_text(yaml, "t.yaml", catalog_, options);
  if (!set) {
    for (const auto& error : set.error()) std::fprintf(stderr, "%s\n", error.text().c_str());
    std::abort();
  }
  set_ = std::move(*set);
}

mapping::Mapper::CarryOver Mapped::change(std::string_view yaml) {
  load(yaml);
  auto [mapper, carried] = mapping::Mapper::go_on(std::move(*mapper_), set_);
  *mapper_ = std::move(mapper);
  return carried;
}

Mapped& Mapped::at(milliseconds time, std::string topic, std::string payload, bool retain) {
  mapper_->map({std::move(topic), std::move(payload), Timestamp(time), 0, retain}, output_);
  take();
  return *this;
}

Mapped& Mapped::at(milliseconds time) {
  mapper_->advance(Timestamp(time), output_);
  take();
  return *this;
}

void Mapped::take() {
  for (const auto& event : output_.events) {
    const auto& name = catalog_[event.type].name;
    last_key_ = to_json(event.key);
    lines_.push_back(event.remove
                         ? "- " + name + " " + last_key_
                         : format_duration(event.time.time_since_epoch()) + " " + name + " " + to_json(event.fields));
  }
  for (const auto& publish : output_.publishes) lines_.push_back("> " + publish.topic + " " + excerpt(publish.payload));
  for (const auto& failure : output_.failures) lines_.push_back("! " + failure.message);
  output_.clear();
}

std::vector<std::string> Mapped::lines() {
  return std::exchange(lines_, {});
}

std::vector<std::string> events_of(std::string_view yaml, const std::vector<At>& messages) {
  Mapped mapped(yaml);
  for (const auto& message : messages) {
    if (message.topic.empty()) {
      mapped.at(milliseconds(message.ms));
    } else {
      mapped.at(milliseconds(message.ms), message.topic, message.payload);
    }
  }
  return mapped.lines();
}

std::vector<std::string> errors_of(std::string_view yaml) {
  event::EventCatalog catalog;
  std::vector<std::string> lines;
  const auto set = mapping::load_text(yaml, "t.yaml", catalog);
  if (set) return lines;
  for (const auto& error : set.error()) lines.push_back(error.text().substr(std::string_view("t.yaml:").size()));
  return lines;
}

}  // namespace sluice::test
