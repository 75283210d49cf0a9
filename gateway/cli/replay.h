#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "cli/serve_flags.h"
#include "recording/replayer.h"

namespace sluice::recording {
struct CaptureProgress;
}

namespace sluice::cli {

class ReplaySignals;

/// What the command line of `sluice replay` says.
struct ReplayFlags {
  std::string file;
  ServeFlags gateway;                   // `mqtt`: the broker to play to
  std::string into;                     // "pipeline", or ""
  std::string print;                    // "sse", or ""
  std::string stream;                   // to print
  std::vector<std::string> parameters;  // of it, as name=value
  std::string speed = "1";
  bool loop = false;
  std::string from;
  std::string to;
  std::string tail;
  std::vector<std::string> filters;
  std::vector<std::string> rewrites;
  std::string direction = "auto";
};

/// A capture that is about to be played, by whatever way.
struct Playing {
  app::Config config;
  std::unique_ptr<recording::Replayer> replayer;
  std::shared_ptr<recording::CaptureProgress> progress;
  std::string name;  // of the capture, as it was given
};

// Each plays to the end, or until a signal; returns the exit code.
int play_to_broker(Playing& playing, const ReplaySignals& signals);
int play_to_browsers(Playing& playing, const ReplaySignals& signals);
int play_to_output(Playing& playing, const ReplayFlags& flags);

}  // namespace sluice::cli
