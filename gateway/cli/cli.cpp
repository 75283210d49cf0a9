#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/version.h"
#include "cli/command_line.h"

namespace sluice::cli {

void print(const Errors& errors) {
  for (const auto& error : errors) std::fprintf(stderr, "%s\n", error.text().c_str());
}

int run(int argc, char** argv) {
  CLI::App app("Sluice maps MQTT topics to typed Server-Sent Events.", "sluice");
  app.set_version_flag("--version", std::string("sluice ") + version);
  app.require_subcommand(1);
  Chosen chosen;
  add_run(app, chosen);
  add_check(app, chosen);
  add_explain(app, chosen);
  add_simulate(app, chosen);
  add_record(app, chosen);
  add_replay(app, chosen);
  add_token(app, chosen);
  add_types(app, chosen);
  add_reference(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // help and version are no errors
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return chosen();
}

}  // namespace sluice::cli
