#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/config.h"
#include "app/file_watch.h"
#include "app/serving_mappings.h"

namespace sluice::app {

/// Keeps the serving mappings what their files say: when these change, or when asked to, it loads them aside, runs
/// their tests, and has them swapped in; a set that fails changes nothing and is told in the log.
///
/// Threads: one of its own, which loads and waits for the swap; everything else from the owner.
/// Pace: several changes make one attempt, once nothing came for `quiet`, or `longest_wait` after the first. Files that
/// say what they said at the last attempt make none.
class MappingReload {
 public:
  /// Puts the new mappings to work in the place of the old; called on this one's thread, and returns when it is done.
  using Swap = std::function<mapping::Mapper::CarryOver(const LoadedMappings& before, const LoadedMappings& after)>;

  static constexpr milliseconds quiet{200};
  static constexpr milliseconds longest_wait{2000};

  /// All outlive it. `catalog` changes in a swap only. Starts to watch; where that cannot be, the log says so, and
  /// request() alone makes attempts.
  MappingReload(const Config& config, const Clock& clock, const event::EventCatalog& catalog, ServingMappings& serving,
                Swap swap);
  /// Waits for an attempt under way.
  ~MappingReload();

  /// Asks for an attempt, whatever the files say. From any thread.
  void request();

 private:
  void run();
  void attempt();
  void look();

  const Config& config_;
  const Clock& clock_;
  const event::EventCatalog& catalog_;
  ServingMappings& serving_;
  const Swap swap_;
  std::string tried_;  // fingerprint of the last attempt's files
  std::unique_ptr<FileWatch> watch_;
  int wakeup_ = -1;
  std::atomic<bool> requested_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sluice::app
