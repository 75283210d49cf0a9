#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/config.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "event/event_catalog.h"
#include "mapping/mapping_set.h"

namespace sluice::cli {
namespace {

void print(const Errors& errors) {
  for (const auto& error : errors) std::fprintf(stderr, "%s\n", error.text().c_str());
}

int check_configuration(const std::string& path) {
  const auto config = app::load_config(path);
  if (config) {
    std::printf("%s: configuration ok\n", path.c_str());
    return exit_ok;
  }
  print(config.error());
  return exit_configuration;
}

int check_mappings(const std::string& path) {
  event::EventCatalog catalog;
  const auto set = mapping::MappingSet::load(path, catalog);
  if (!set) {
    print(set.error());
    return exit_configuration;
  }
  print((*set)->notes());
  const auto report = mapping::run_tests(**set, catalog);
  for (const auto& failure : report.failures) std::fprintf(stderr, "%s\n", failure.text.c_str());
  std::printf("%s: %zu files, %zu tests passed, %zu failed\n", path.c_str(), (*set)->files().size(), report.passed,
              report.failures.size());
  return report.failures.empty() ? exit_ok : exit_failed;
}

/// By its name: `sluice.yaml`, `sluice.test.yaml`.
bool is_configuration(const std::string& path) {
  return std::filesystem::path(path).filename().string().starts_with("sluice.");
}

int check(const std::vector<std::string>& paths) {
  int worst = exit_ok;
  for (const auto& path : paths) {
    if (!std::filesystem::exists(path)) {
      std::fprintf(stderr, "%s: no such file or folder\n", path.c_str());
      return exit_no_input;
    }
    worst = std::max(worst, is_configuration(path) ? check_configuration(path) : check_mappings(path));
  }
  return worst;
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("check", "Load mappings (or a sluice.yaml), print every error, run their tests.");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("path", *paths, "Mapping folders or files, each a set of its own; default mappings/");
  command->callback([paths, &chosen] {
    if (paths->empty()) paths->emplace_back("mappings/");
    chosen = [paths] { return check(*paths); };
  });
}

}  // namespace sluice::cli
