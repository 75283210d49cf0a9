#include "app/mapping_reload.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/log.h"
#include "base/text.h"

namespace sluice::app {
namespace {

constexpr std::size_t most_logged = 50;

using Steady = std::chrono::steady_clock;

void tell(const LoadedMappings& loaded, const mapping::Mapper::CarryOver& carried) {
  for (const auto& note : loaded.set->notes()) log::note(note.text());
  log::note(fmt::format("mappings reloaded ({}): {} files, {} rules, {} tests passed; {} of {} steps keep their state",
                        loaded.set->fingerprint(), loaded.set->files().size(), loaded.set->rule_count(), loaded.tests,
                        carried.steps_kept, carried.steps));
  if (carried.latest_dropped > 0) {
    log::warning(
        fmt::format("{} latest values do not fit their event any more and were dropped", carried.latest_dropped));
  }
}

void tell(const Errors& errors) {
  log::error(fmt::format("mappings not reloaded, the old ones go on serving: {} {}", errors.size(),
                         errors.size() == 1 ? "error" : "errors"));
  for (std::size_t i = 0; i < std::min(errors.size(), most_logged); ++i) {
    const auto text = errors[i].text();  // a failing test's has several lines
    for (const auto line : split(text, '\n')) {
      if (!line.empty()) log::error(line);
    }
  }
  if (errors.size() > most_logged) log::error(fmt::format("and {} more", errors.size() - most_logged));
}

}  // namespace

MappingReload::MappingReload(const Config& config, const Clock& clock, const event::EventCatalog& catalog,
                             ServingMappings& serving, Swap swap)
    : config_(config),
      clock_(clock),
      catalog_(catalog),
      serving_(serving),
      swap_(std::move(swap)),
      tried_(serving.now().set->fingerprint()),
      wakeup_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  auto watch = FileWatch::open(config.mappings);
  if (watch) {
    watch_ = std::move(*watch);
  } else {
    log::warning(watch.error().text() + "; SIGHUP reloads them");
  }
  thread_ = std::thread([this] { run(); });
}

MappingReload::~MappingReload() {
  stopping_ = true;
  eventfd_write(wakeup_, 1);
  thread_.join();
  ::close(wakeup_);
}

void MappingReload::request() {
  requested_ = true;
  eventfd_write(wakeup_, 1);
}

void MappingReload::run() {
  look();  // the files may have changed between their loading and the watch
  constexpr auto none = Steady::time_point::max();
  auto first = none;  // of the changes not yet looked at
  auto last = none;
  while (!stopping_) {
    int patience = -1;
    if (first != none) {
      const auto until = std::min(last + quiet, first + longest_wait);
      const auto left = std::chrono::ceil<milliseconds>(until - Steady::now());
      patience = static_cast<int>(std::max(left, milliseconds(0)).count());
    }
    pollfd ready[2] = {{wakeup_, POLLIN, 0}, {watch_ ? watch_->descriptor() : -1, POLLIN, 0}};
    const int count = ::poll(ready, 2, patience);
    eventfd_t rung = 0;
    eventfd_read(wakeup_, &rung);
    if (stopping_) return;
    if (watch_ && watch_->take()) {
      last = Steady::now();
      if (first == none) first = last;
    }
    if (requested_.exchange(false)) {
      first = none;
      attempt();
    } else if (first != none && (count == 0 || Steady::now() - first >= longest_wait)) {
      first = none;
      look();
    }
  }
}

void MappingReload::look() {
  if (mapping::MappingSet::fingerprint_of(config_.mappings) != tried_) attempt();
}

void MappingReload::attempt() {
  tried_ = mapping::MappingSet::fingerprint_of(config_.mappings);
  const auto before = serving_.now();
  auto loaded = load_mappings(config_, catalog_);
  if (!loaded) {
    tell(loaded.error());
    return serving_.refuse(std::move(loaded.error()), clock_.now());
  }
  const auto carried = swap_(before, *loaded);
  serving_.replace(*loaded, carried, clock_.now());
  tell(*loaded, carried);
}

}  // namespace sluice::app
