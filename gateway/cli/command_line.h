#pragma once

#include <functional>

#include "base/error.h"

namespace CLI {
class App;
}

namespace sluice::cli {

/// What a chosen command does; returns the exit code.
using Chosen = std::function<int()>;

/// A line each, on standard error.
void print(const Errors& errors);

// Each adds its command to the command line; when it is the one, it sets `chosen`.
void add_run(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);
void add_explain(CLI::App& app, Chosen& chosen);
void add_simulate(CLI::App& app, Chosen& chosen);
void add_record(CLI::App& app, Chosen& chosen);
void add_replay(CLI::App& app, Chosen& chosen);
void add_token(CLI::App& app, Chosen& chosen);
void add_types(CLI::App& app, Chosen& chosen);
void add_reference(CLI::App& app, Chosen& chosen);

}  // namespace sluice::cli
