#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/config.h"
#include "app/given_captures.h"
#include "auth/gate.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "event/event_catalog.h"
#include "mapping/contract/breaking.h"
#include "mapping/mapping_set.h"

namespace sluice::cli {
namespace {

int check_configuration(const std::string& path) {
  const auto config = app::load_config(path);
  if (!config) {
    print(config.error());
    return exit_configuration;
  }
  const SystemClock clock;
  metrics::Registry registry;
  if (const auto gate = auth::Gate::open(config->access, clock, registry); !gate) {
    print(gate.error());
    return exit_configuration;
  }
  std::printf("%s: configuration ok\n", path.c_str());
  return exit_ok;
}

/// The notes on what breaks those who know the contract in this file. Error: it cannot be read as one.
Expected<Errors> changes_since(const std::string& file, const mapping::Contract& contract) {
  constexpr int most_levels = 256;
  std::ifstream in(file, std::ios::binary);
  const auto before = parse_json(std::string(std::istreambuf_iterator<char>(in), {}), most_levels);
  auto changes = before ? mapping::breaking_changes(contract, *before) : tl::unexpected(before.error());
  if (!changes) return unexpected(file, changes.error().message);
  return changes;
}

/// `against`: "" for none.
int check_mappings(const std::string& path, const std::string& against) {
  event::EventCatalog catalog;
  const auto set = mapping::MappingSet::load(path, catalog);
  if (!set) {
    print(set.error());
    return exit_configuration;
  }
  print((*set)->notes());
  if (!against.empty()) {
    const auto changes = changes_since(against, (*set)->contract());
    if (!changes) {
      print({changes.error()});
      return exit_configuration;
    }
    print(*changes);
  }
  app::GivenCaptures captures;
  const auto report = mapping::run_tests(**set, catalog, captures);
  for (const auto& failure : report.failures) std::fprintf(stderr, "%s\n", failure.text.c_str());
  std::printf("%s: %zu files, %zu tests passed, %zu failed\n", path.c_str(), (*set)->files().size(), report.passed,
              report.failures.size());
  return report.failures.empty() ? exit_ok : exit_failed;
}

/// By its name: `sluice.yaml`, `sluice.test.yaml`.
bool is_configuration(const std::string& path) {
  return std::filesystem::path(path).filename().string().starts_with("sluice.");
}

struct Flags {
  std::vector<std::string> paths;
  std::string against;
};

int check(const Flags& flags) {
  if (!flags.against.empty() && flags.paths.size() != 1) {
    std::fprintf(stderr, "--against compares with one set of mappings, not %zu\n", flags.paths.size());
    return exit_usage;
  }
  int worst = exit_ok;
  auto named = flags.paths;
  if (!flags.against.empty()) named.push_back(flags.against);
  for (const auto& path : named) {
    if (std::filesystem::exists(path)) continue;
    std::fprintf(stderr, "%s: no such file or folder\n", path.c_str());
    return exit_no_input;
  }
  for (const auto& path : flags.paths) {
    worst = std::max(worst, is_configuration(path) ? check_configuration(path) : check_mappings(path, flags.against));
  }
  return worst;
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("check", "Load mappings (or a sluice.yaml), print every error, run their tests.");
  const auto flags = std::make_shared<Flags>();
  command->add_option("path", flags->paths, "Mapping folders or files, each a set of its own; default mappings/");
  command->add_option("--against", flags->against,
                      "What 'sluice types --lang json-schema' printed before: notes tell what breaks");
  command->callback([flags, &chosen] {
    if (flags->paths.empty()) flags->paths.emplace_back("mappings/");
    chosen = [flags] { return check(*flags); };
  });
}

}  // namespace sluice::cli
