/// Mutation test of the measurement readers.
///
/// fuzz_readers CASES SEED FILE...: reads CASES mutants of the files (and of a few built-in texts),
/// each with one to four bytes, cells or lines changed, doubled, dropped or swapped. A reader may
/// refuse a mutant with an InputError, or accept it with finite numbers and weights where they
/// belong; anything else ends the program with its seed and text. Prints how many were refused.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "fitting/read_fit.hpp"
#include "fitting/readers/endurance.hpp"
#include "fitting/readers/pulse_measurement.hpp"
#include "fitting/readers/sweep_measurement.hpp"
#include "lib/base/error.hpp"
#include "lib/io/file.hpp"
#include "lib/numeric/random.hpp"

using namespace memplast;

namespace {

const std::vector<std::string> built_in{
    "pulse,polarity,G_uS,cycle,amplitude_V,width_us\n1,up,2,1,1.2,3\n2,up,4,1,1.2,3\n"
    "3,up,6,1,1.2,3\n1,down,5,1,-0.9,5\n2,down,2,1,-0.9,5\n",
    "-0.8,0.7\n-0.5,0.5\n0,0.1\n0.4,-0.6\n0.9,-0.9\n",
    "\xEF\xBB\xBFrmp1;rmp2;rmp3\r\n1e-5;1.1e-5;9e-5\r\n3e-5;2e-5;5e-5\r\n9e-5;8e-5;\r\n",
    "# G_min_S = 1e-6\n# G_max_S = 1e-4\ndt_ms\tG0_S\tdG_S\tsigma_S\n5\t5e-5\t1e-6\t1e-7\n"
    "-5\t5e-5\t-1e-6\t1e-7\n",
    "Instrument 4200\nSetup,A\nTime "
    "(s),AV,AI\n0,0,0\n1,1,1e-6\n2,2,2e-6\n3,1,2e-6\n4,0,0\n5,-1,-1e-6\n"
    "6,-2,-2e-6\n7,-1,-1e-6\n8,0,0\n9,1,1e-6\n10,2,2e-6\n",
    "t_ms;V_mV;I_uA;device\n0;0;0;a\n1;100;5;a\n2;200;5;a\n3;300;5;a\n4;400;5;a\n5;500;5;a\n6;400;"
    "5;a\n"
    "7;300;4;a\n8;200;3;a\n9;100;1;a\n0;0;0;b\n1;100;1;b\n2;50;0.5;b\n",
    "device,V_V,I_A\n1,0,-2e-6\n1,0.1,1e-6\n1,0.2,4e-6\n2,0,-2e-6\n2,0.1,0\n2,0.2,2e-6\n",
    "Impuls;Leitwert [nS]\r\n1;120,5\r\n2;140,25\r\n3;170,0\r\n4;150,5\r\n5;121,0\r\n6;100,1\r\n",
    "n,dev1 (uS),dev2 (uS)\n1,20,10\n2,40,30\n3,60,55\n1,50,60\n2,30,40\n3,10,15\n",
    "cycle,R_HRS (kOhm),R_LRS (kOhm)\n1,100,10\n10,98,10.2\n100,91,10.1\n1000,93,10.8\n",
    "cycle,state,I_uA\n1,HRS,1\n1,LRS,10\n2,HRS,1.1\n2,LRS,9.8\n3,HRS,0.9\n3,LRS,10.3\n",
    "device,t_s,R_Ohm\n1,0,1e4\n1,1,1.1e4\n1,2,1e4\n2,0,2e4\n2,1,2.1e4\n"};

const std::vector<std::string> nasty{"nan", "inf",  "-",    "1e999", "1e-999", "\"", "",  "0x10",
                                     "#",   "\r\n", "\xFF", "µ",     "-1",     ",",  ";", "1e7"};

std::string mutated(std::string text, Stream& random) {
  const auto place = [&] { return static_cast<std::size_t>(random.below(text.size() + 1)); };
  for (auto changes = 1 + random.below(4); changes > 0; --changes) {
    const auto at = place();
    const auto length = static_cast<std::size_t>(random.below(12));
    switch (random.below(8)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(place(), length));
        break;
      case 3:
        text.insert(at, nasty[random.below(nasty.size())]);
        break;
      case 4:
        text.resize(at);
        break;
      case 5:
      case 6: {  // another digit, sign or separator
        const auto digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text[digit] = "0123456789.-+e,;"[random.below(16)];
        break;
      }
      default:
        text.replace(at, length, nasty[random.below(nasty.size())]);
    }
  }
  return text;
}

void require(bool good, const std::string& what) {
  if (!good) throw std::logic_error(what);
}

void check(const WindowData& data) {
  require(!data.points.empty(), "a window without points");
  for (const auto& p : data.points) {
    require(std::isfinite(p.dt) && std::isfinite(p.dw) && std::isfinite(p.sigma), "not finite");
    require(p.w >= 0.0 && p.w <= 1.0 && p.sigma > 0.0, "out of bounds");
  }
}

void check(const PulseData& data) {
  require(!data.ramps.empty() && data.low < data.high, "no ramps or no range");
  for (const auto& ramp : data.ramps) {
    require(!ramp.w.empty() && ramp.w.size() == ramp.pulse.size(), "a ramp without states");
    for (std::size_t i = 0; i < ramp.w.size(); ++i) {
      require(std::isfinite(ramp.w[i]), "a state that is not finite");
      require(i == 0 || ramp.pulse[i] > ramp.pulse[i - 1], "pulses out of order");
    }
  }
}

void check(const SweepData& data) {
  require(!data.traces.empty() && data.I_max > 0.0, "a sweep without currents");
  for (const auto& trace : data.traces) {
    require(trace.course.size() == trace.I.size(), "currents without voltages");
    for (std::size_t i = 0; i < trace.I.size(); ++i) {
      const auto& knot = trace.course[i];
      require(std::isfinite(knot.t) && std::isfinite(knot.V) && std::isfinite(trace.I[i]),
              "not finite");
      require(i == 0 || knot.t > trace.course[i - 1].t, "times out of order");
    }
  }
}

void check(const EnduranceData& data) {
  for (const auto* states : {&data.G_on, &data.G_off})
    for (const double G : *states)
      require(std::isfinite(G) && G > 0.0, "a conductance that is none");
  const auto fit = fit_endurance(data);
  require(std::isfinite(fit.on.spread) && std::isfinite(fit.off.spread), "a spread that is none");
}

void check(const ReadData& data) {
  require(!data.cells.empty(), "no cells");
  for (const auto& cell : data.cells)
    for (const double G : cell.G) require(std::isfinite(G), "a conductance that is not finite");
  fit_reads(data);
}

}  // namespace

int main(int argc, char** argv) {
  const long cases = argc > 1 ? std::atol(argv[1]) : 100'000;
  const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atol(argv[2]) : 1);
  auto texts = built_in;
  for (int i = 3; i < argc; ++i) {  // whole lines of the first part
    const auto text = read_text(argv[i]);
    texts.push_back(text.substr(0, text.find('\n', std::min<std::size_t>(text.size(), 3000)) + 1));
  }
  long refused = 0;
  double slowest = 0.0;
  for (long k = 0; k < cases; ++k) {
    Stream random(seed, Purpose::noise, static_cast<std::uint64_t>(k));
    const auto text = mutated(texts[random.below(texts.size())], random);
    TableOptions options;
    if (random.below(4) == 0) options.read_voltage = 0.1;
    if (random.below(4) == 0) options.range.estimate_from_data = true;
    const auto start = std::chrono::steady_clock::now();
    try {
      const auto measurement = parse_measurement(text, "mutant", options);
      if (measurement.kind == MeasurementKind::window)
        check(to_window(measurement, options.range));
      else if (measurement.kind == MeasurementKind::endurance)
        check(to_endurance(measurement, options));
      else if (measurement.kind == MeasurementKind::reads || is_read_iv(measurement))
        check(to_reads(measurement, options));
      else if (measurement.kind == MeasurementKind::sweep)
        check(to_sweep(measurement, options));
      else
        check(to_pulses(measurement, options));
    } catch (const InputError&) {
      ++refused;
    } catch (const std::exception& error) {
      std::cerr << "case " << k << ": " << error.what() << "\n--- text\n" << text << "\n---\n";
      return 1;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    slowest = std::max(slowest, took.count());
  }
  std::cout << cases << " mutants: " << refused << " refused, " << cases - refused
            << " read, none crashed; the slowest took " << std::round(slowest * 1e4) / 10
            << " ms\n";
}
