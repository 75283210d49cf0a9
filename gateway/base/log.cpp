#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

namespace sluice::log {
namespace {

std::atomic<bool> is_verbose{false};
std::atomic<bool> is_quiet{false};

spdlog::logger& logger() {
  // Never destroyed: threads may still write while the program ends.
  static auto* const made = [] {
    auto* const fresh = new spdlog::logger("sluice", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    fresh->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l: %v", spdlog::pattern_time_type::utc);
    fresh->set_level(spdlog::level::debug);
    fresh->flush_on(spdlog::level::debug);
    return fresh;
  }();
  return *made;
}

void write(spdlog::level::level_enum level, std::string_view text) {
  logger().log(level, spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace

void error(std::string_view text) {
  write(spdlog::level::err, text);
}

void warning(std::string_view text) {
  if (!is_quiet) write(spdlog::level::warn, text);
}

void note(std::string_view text) {
  if (!is_quiet) write(spdlog::level::info, text);
}

void detail(std::string_view text) {
  if (is_verbose && !is_quiet) write(spdlog::level::debug, text);
}

void verbose(bool on) {
  is_verbose = on;
}

void quiet(bool on) {
  is_quiet = on;
}

}  // namespace sluice::log
