#pragma once
#include <string>

namespace memplast::cli {

class CommandLine;

/// The whole program: its exit code is 0, 1 (could not finish), 2 (bad input) or 128 + a signal.
int program(int argc, char** argv);

// One subcommand each, in a file of its name; program() adds them in this order.
void add_env(CommandLine& app);
void add_export(CommandLine& app);
void add_fit(CommandLine& app);
void add_info(CommandLine& app);
void add_learners(CommandLine& app);
void add_merge(CommandLine& app);
void add_models(CommandLine& app);
void add_predict(CommandLine& app);
void add_replay(CommandLine& app);
void add_report(CommandLine& app);
void add_retest(CommandLine& app);
void add_run(CommandLine& app, const std::string& command_line);
void add_sweep(CommandLine& app);
void add_tune(CommandLine& app);
void add_validate(CommandLine& app);
void add_window(CommandLine& app);

/// The signal that asked long work to stop, or 0.
int caught_signal();

}  // namespace memplast::cli
