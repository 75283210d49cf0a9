#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "cli/command_line.h"
#include "event/event_catalog.h"
#include "mapping/contract/languages.h"
#include "mapping/mapping_set.h"

namespace sluice::cli {
namespace {

struct Flags {
  std::string language = "ts";
  std::string mappings = "mappings/";
};

int types(const Flags& flags) {
  if (!std::filesystem::exists(flags.mappings)) {
    std::fprintf(stderr, "%s: no such file or folder\n", flags.mappings.c_str());
    return exit_no_input;
  }
  event::EventCatalog catalog;
  const auto set = mapping::MappingSet::load(flags.mappings, catalog);
  if (!set) {
    for (const auto& error : set.error()) std::fprintf(stderr, "%s\n", error.text().c_str());
    return exit_configuration;
  }
  const auto languages = mapping::contract_languages();
  const auto language =
      std::find_if(languages.begin(), languages.end(), [&](const auto& each) { return each.name == flags.language; });
  const auto text = language->write((*set)->contract());
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_ok;
}

}  // namespace

void add_types(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("types", "Print what the streams and commands of mappings promise to browsers.");
  const auto flags = std::make_shared<Flags>();
  std::vector<std::string> names;
  for (const auto& language : mapping::contract_languages()) names.emplace_back(language.name);
  command->add_option("-l,--lang", flags->language, "The language")->capture_default_str()->check(CLI::IsMember(names));
  command->add_option("mappings", flags->mappings, "A folder of mappings, or one file")->capture_default_str();
  command->callback([flags, &chosen] { chosen = [flags] { return types(*flags); }; });
}

}  // namespace sluice::cli
