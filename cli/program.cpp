#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "../lib/base/error.hpp"
#include "../lib/base/text.hpp"
#include "../lib/base/version.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "flag_names.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

constexpr int could_not_finish = 1;
constexpr int bad_input = 2;

int complain(const std::string& message, int exit_code) {
  std::cerr << "error: " << one_line(message, 4000) << '\n';
  return exit_code;
}

/// Names the subcommands there are if the first word is none of them.
void require_command(const CommandLine& app, const std::string& word) {
  const auto known = app.names();
  if (word.starts_with('-') || std::find(known.begin(), known.end(), word) != known.end()) return;
  throw InputError({.where = "memplast",
                    .expected = "one of the commands " + join(known),
                    .got = word.empty() ? "none" : "'" + word + "'",
                    .mend = "--help shows what they do."});
}

int run(int argc, char** argv) {
  CommandLine app("Memristor-aware plasticity: from a measured device to a trained network.",
                  "memplast", "memplast " + std::string(version()));
  add_models(app);
  add_learners(app);
  add_fit(app);
  add_validate(app);
  add_window(app);
  add_run(app, join(std::vector<std::string>(argv, argv + argc), " "));
  add_sweep(app);
  add_merge(app);
  add_tune(app);
  add_replay(app);
  add_env(app);
  add_report(app);
  add_export(app);
  add_predict(app);
  add_retest(app);
  add_info(app);
  require_command(app, argc > 1 ? argv[1] : "");
  if (app.run(argc, argv) && !std::cout.flush())
    throw IoError("standard output", "cannot be written");
  return 0;
}

}  // namespace

int program(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const InputError& error) {
    return complain(with_flags(error.complaint), bad_input);
  } catch (const UsageError& error) {
    return complain(error.what(), bad_input);
  } catch (const Interrupted& stop) {
    std::cerr << "interrupted: " << with_flags(std::string(stop.what())) << '\n';
    return 128 + caught_signal();
  } catch (const std::exception& error) {
    return complain(error.what(), could_not_finish);
  }
}

}  // namespace memplast::cli
