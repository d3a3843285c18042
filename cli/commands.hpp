#pragma once
#include <CLI/CLI.hpp>
#include <string>

namespace memplast::cli {

/// The whole program: its exit code is 0, 1 (could not finish), 2 (bad input) or 128 + a signal.
int program(int argc, char** argv);

// One subcommand each, in a file of its name; program() adds them in this order.
void add_env(CLI::App& app);
void add_export(CLI::App& app);
void add_fit(CLI::App& app);
void add_info(CLI::App& app);
void add_merge(CLI::App& app);
void add_models(CLI::App& app);
void add_replay(CLI::App& app);
void add_report(CLI::App& app);
void add_retest(CLI::App& app);
void add_run(CLI::App& app, const std::string& command_line);
void add_sweep(CLI::App& app);
void add_tune(CLI::App& app);
void add_validate(CLI::App& app);
void add_window(CLI::App& app);

/// The signal that asked long work to stop, or 0.
int caught_signal();

}  // namespace memplast::cli
