#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "app/config.h"
#include "base/clock.h"
#include "base/expected.h"
#include "event/event_catalog.h"
#include "mapping/mapper.h"
#include "mapping/mapping_set.h"

namespace sluice::app {

/// Mappings as loaded: compiled, their in-file tests passed.
///
/// Threads: any (immutable).
struct LoadedMappings {
  std::shared_ptr<const mapping::MappingSet> set;
  std::shared_ptr<const event::EventCatalog> catalog;  // its event types, and all that were there before
  std::size_t tests = 0;
};

/// Loads what `config.mappings` names, aside of what serves: `known` is copied.
///
/// Error: all that is wrong with the files, or each test that fails.
Expected<LoadedMappings, Errors> load_mappings(const Config& config, const event::EventCatalog& known);

/// Which mappings serve, since when, and what became of the attempts to replace them.
///
/// Threads: any.
class ServingMappings {
 public:
  ServingMappings(LoadedMappings first, Timestamp now);

  LoadedMappings now() const;

  struct Status {
    Timestamp since{};           // the serving ones
    std::uint64_t attempts = 0;  // to replace mappings, since the start
    std::uint64_t failures = 0;  // of these
    Timestamp attempt{};         // the last one; `since` when there was none
    Errors errors;               // of the last one, the first of them; empty when it succeeded
    static constexpr std::size_t most_errors = 100;
    mapping::Mapper::CarryOver carried;
    std::uint64_t latest_dropped = 0;  // in all: latest values that did not fit their event any more
  };
  Status status() const;

  void replace(LoadedMappings by, const mapping::Mapper::CarryOver& carried, Timestamp now);
  /// An attempt that failed; the serving ones stay.
  void refuse(Errors errors, Timestamp now);

 private:
  mutable std::mutex mutex_;
  LoadedMappings serving_;
  Status status_;
};

}  // namespace sluice::app
