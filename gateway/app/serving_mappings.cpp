#include "app/serving_mappings.h"

#include <utility>

#include "app/given_captures.h"

namespace sluice::app {

Expected<LoadedMappings, Errors> load_mappings(const Config& config, const event::EventCatalog& known) {
  auto catalog = std::make_shared<event::EventCatalog>(known);
  mapping::LoadOptions options;
  options.zone = config.zone;
  options.bounds = config.bounds;
  auto set = mapping::MappingSet::load(config.mappings, *catalog, options);
  if (!set) return tl::unexpected(std::move(set.error()));
  GivenCaptures captures;
  const auto report = mapping::run_tests(**set, *catalog, captures);
  if (report.failures.empty()) return LoadedMappings{std::move(*set), std::move(catalog), report.passed};
  Errors errors;
  for (const auto& failure : report.failures) {
    const auto head = "FAIL " + failure.where + ": ";
    errors.push_back({failure.where, "test failed: " + failure.text.substr(head.size())});
  }
  return tl::unexpected(std::move(errors));
}

ServingMappings::ServingMappings(LoadedMappings first, Timestamp now) : serving_(std::move(first)) {
  status_.since = status_.attempt = now;
}

LoadedMappings ServingMappings::now() const {
  const std::lock_guard lock(mutex_);
  return serving_;
}

ServingMappings::Status ServingMappings::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void ServingMappings::replace(LoadedMappings by, const mapping::Mapper::CarryOver& carried, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::swap(serving_, by);  // the old ones end after the lock
  ++status_.attempts;
  status_.since = status_.attempt = now;
  status_.errors.clear();
  status_.carried = carried;
  status_.latest_dropped += carried.latest_dropped;
}

void ServingMappings::refuse(Errors errors, Timestamp now) {
  const std::lock_guard lock(mutex_);
  ++status_.attempts;
  ++status_.failures;
  status_.attempt = now;
  if (errors.size() > Status::most_errors) errors.resize(Status::most_errors);
  status_.errors = std::move(errors);
}

}  // namespace sluice::app
