#include "mapping/reference.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/cli.h"
#include "cli/command_line.h"

namespace sluice::cli {

void add_reference(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("reference", "Print the reference page of the mapping language, as Markdown.");
  command->callback([&chosen] {
    chosen = [] {
      std::fputs(mapping::reference_page().c_str(), stdout);
      return exit_ok;
    };
  });
}

}  // namespace sluice::cli
