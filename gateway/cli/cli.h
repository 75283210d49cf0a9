#pragma once

namespace sluice::cli {

/// How a command ends, after sysexits.h.
enum Exit : int {
  exit_ok = 0,
  exit_failed = 1,         // failed at run time, or a mapping test failed
  exit_usage = 64,         // wrong usage
  exit_no_input = 66,      // no such file or folder
  exit_unavailable = 69,   // the broker is not reachable (one-shot commands)
  exit_configuration = 78  // bad configuration or mapping
};

/// The whole program: reads the command line and runs the command.
int run(int argc, char** argv);

}  // namespace sluice::cli
