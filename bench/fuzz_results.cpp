/// Mutation test of everything that reads results and maps: info, export, retest and report.
///
/// fuzz_results CASES SEED [RESULTS.h5 ...]: reads CASES mutants of the given result files, of one
/// made by hand, of a model file, and of maps as JSON, CSV and HDF5. Each mutant is read in a
/// process of its own, with 20 s of a processor and 4 GB. It may be refused with an InputError or
/// an IoError, or be accepted; then no text of it may have become markup of the report. Prints how
/// many were refused, and for each other outcome the case, which can be repeated: fuzz_results
/// +CASE SEED
/// ... leaves the mutant in fuzz_results.mutant.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "export/crossbar_circuit.hpp"
#include "export/map_file.hpp"
#include "export/network_code.hpp"
#include "export/report_page.hpp"
#include "lib/error.hpp"
#include "lib/random.hpp"
#include "tasks/sweep.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;

namespace {

enum class Kind { results, map, model };
struct Sample {
  Kind kind;
  std::string bytes;
};

const std::string script = "<script>injected</script>", image = "\\\"><img src=x onerror=injected>";

/// What is mutated: small files of every kind, with markup in their texts.
std::vector<Sample> make_samples(const std::filesystem::path& folder,
                                 const std::vector<std::string>& files) {
  const auto results = folder / "sample.h5", map = folder / "sample_map.h5";
  test::write_results(
      results,
      [&](h5::Writer& file) {
        file.text("/waterfall/names", "[\"" + script + "\"]");
        file.dataset("/waterfall/accuracy_mean", std::vector<double>{0.9}, {1}, "1");
        file.dataset("/waterfall/accuracy_ci95", std::vector<double>{0.8, 1.0}, {1, 2}, "1");
      },
      {.config = "{\"task\": \"" + image + "\", \"encoder\": \"" + script + "\"}",
       .classes = "[\"" + script + "\", \"" + image + "\", \"c\"]",
       .features = "[\"" + script + "\", \"" + image + "\"]",
       .command_line = script});
  const auto devices =
      lay_out(read_conductance_map(results, ""), Mapping::differential, {.rows = 4, .columns = 4});
  write_h5(devices, map);
  std::vector<Sample> samples{
      {Kind::results, read_text(results)},
      {Kind::map, read_text(map)},
      {Kind::map, to_json(devices).dump()},
      {Kind::map, to_csv(devices)},
      {Kind::model, to_json(load_model("nc")).dump()},
      {Kind::model, to_json(load_model("pulse_table")).dump()},
  };
  const auto sweep = folder / "sample_sweep.h5";
  SweepRecord record{.design = {{"vary", {{script, {1, 2}}}}}, .points = {}, .units = {}};
  for (const int value : {1, 2}) {
    record.points.push_back({{{script, value}}, {{"task", image}}, "accuracy", 2, 0.25});
    record.units.insert(record.units.end(), 2, std::vector<double>(sweep_measures().size(), 0.5));
  }
  write_sweep(sweep, record);
  samples.push_back({Kind::results, read_text(sweep)});
  for (const auto& file : files) samples.push_back({Kind::results, read_text(file)});
  return samples;
}

std::string mutated(std::string bytes, Stream& random) {
  const auto place = [&] { return static_cast<std::size_t>(random.below(bytes.size() + 1)); };
  for (auto changes = 1 + random.below(6); changes > 0; --changes) {
    const auto at = place();
    const auto length = static_cast<std::size_t>(random.below(16));
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random.below(256));
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 4:
        bytes.erase(at, length);
        break;
      case 5:
        bytes.insert(at, bytes.substr(place(), length));
        break;
      case 6:
        if (random.below(8) == 0) bytes.resize(at);
        break;
      default: {
        const auto digit = bytes.find_first_of("0123456789", at);
        if (digit != std::string::npos) bytes[digit] = "0123456789.-+e,\""[random.below(16)];
      }
    }
  }
  return bytes;
}

void require_harmless(const std::string& text) {
  for (const auto* markup : {"<script", "<img", "onerror=injected>"})
    if (text.find(markup) != std::string::npos)
      throw std::logic_error("a text of the file became markup");
}

/// All that the program would do with the file; throws std::logic_error for what must not be.
void use(Kind kind, const std::filesystem::path& path) {
  if (kind != Kind::model && h5::is_hdf5(read_text(path))) h5::require_sound(path);
  if (kind == Kind::model) {
    const ReportContent content{
        {}, {{path.filename().string(), model_from_json(read_json(path), "mutant")}}, {}};
    return require_harmless(report_page(content));
  }
  if (kind == Kind::map) {
    const auto devices = read_device_layout(path);
    weights_of(devices);
    column_currents(devices, uniform_read(devices, 0.1, 1.0));
    return;
  }
  // Each command refuses on its own; the others still read the file.
  std::exception_ptr refusal;
  const auto attempt = [&](const auto& command) {
    try {
      command();
    } catch (const std::logic_error&) {
      throw;
    } catch (...) {
      refusal = std::current_exception();
    }
  };
  attempt([&] {
    const h5::Reader file(path);
    file.entries();
    file.digest();
  });
  attempt([&] {
    const h5::Reader file(path);
    if (is_sweep(file)) read_sweep(file);
  });
  attempt([&] {
    const auto map = read_conductance_map(path, "");
    for (const auto mapping : {Mapping::single, Mapping::offset}) {
      const auto devices = lay_out(map, mapping);
      to_csv(devices);
      to_npy(devices);
      to_json(devices);
      to_pynest(devices);
      to_verilog_a(devices);
      to_spice(devices, uniform_read(devices, 0.1, 1.0));
    }
  });
  attempt([&] {
    const ReportContent content{{read_reported_run(path)}, {}, {}};
    require_harmless(report_page(content));
  });
  if (refusal) std::rethrow_exception(refusal);
}

/// 0 accepted, 1 refused, 2 a wrong outcome; anything else a crash.
int outcome_of(Kind kind, const std::filesystem::path& path) {
  try {
    use(kind, path);
    return 0;
  } catch (const InputError&) {
    return 1;
  } catch (const IoError&) {
    return 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}

/// Whether a signal came because time was up.
bool is_timeout(int signal) { return signal == SIGALRM || signal == SIGXCPU || signal == SIGKILL; }

std::string run_apart(Kind kind, const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit memory{4UL << 30, 4UL << 30};
#ifndef __SANITIZE_ADDRESS__  // which reserves terabytes
    ::setrlimit(RLIMIT_AS, &memory);
#else
    static_cast<void>(memory);
#endif
    const rlimit time{20, 20};  // of a processor: a busy machine is no hang
    ::setrlimit(RLIMIT_CPU, &time);
    ::alarm(300);
    ::_exit(outcome_of(kind, path));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return is_timeout(WTERMSIG(status)) ? "hang" : "crash";
  switch (WEXITSTATUS(status)) {
    case 0:
      return "accepted";
    case 1:
      return "refused";
    default:
      return "wrong";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string count = argc > 1 ? argv[1] : "100000";
  const bool repeat = count.starts_with('+');
  const long first = repeat ? std::atol(count.c_str() + 1) : 0;
  const long last = repeat ? first + 1 : std::atol(count.c_str());
  const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atol(argv[2]) : 1);
  const auto folder =
      std::filesystem::temp_directory_path() / ("fuzz_results." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto samples = make_samples(folder, {argv + std::min(argc, 3), argv + argc});
  std::map<std::string, long> outcomes;
  for (long k = first; k < last; ++k) {
    Stream random(seed, Purpose::noise, static_cast<std::uint64_t>(k));
    const auto& sample = samples[random.below(samples.size())];
    const auto path = repeat ? std::filesystem::path("fuzz_results.mutant") : folder / "mutant";
    std::ofstream(path, std::ios::binary) << mutated(sample.bytes, random);
    const auto outcome = run_apart(sample.kind, path);
    ++outcomes[outcome];
    if (outcome != "accepted" && outcome != "refused")
      std::cout << "case " << k << ": " << outcome << std::endl;
  }
  std::filesystem::remove_all(folder);
  for (const auto& [outcome, n] : outcomes) std::cout << outcome << ": " << n << '\n';
  return outcomes.contains("crash") || outcomes.contains("hang") || outcomes.contains("wrong");
}
