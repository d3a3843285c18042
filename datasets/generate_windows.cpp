// Writes the reference windows: generate_windows FOLDER
//
// They are computed from the constants of published fits, with measurement noise added; they are
// not laboratory data. A "measurement" is the mean of four pairs of spikes at each dt from each
// initial conductance G0. A pair scatters by 1 % of the largest change seen from that G0, so the
// noise of a mean, normal, is half of that.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "../lib/numeric/random.hpp"
#include "../models/model_file.hpp"

namespace {

using namespace memplast;

constexpr std::uint64_t seed = 1;
constexpr double noise = 0.005;

std::string rounded(double x) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.7g", x);
  return text.data();
}

/// The states are such that no pair drives the device beyond its range.
template <class R>
void write_window(const std::filesystem::path& path, std::span<const double> states) {
  const R rule;
  const Conductance device;
  const double range = device.G_max - device.G_min;
  std::ofstream out(path);
  out << "# Reference window of the " << R::about << ": rule '" << R::name << "', " << R::source
      << '\n'
      << "# Computed from the published constants; NOT raw laboratory data. Noise: normal, 0.5 %\n"
      << "# of the largest change from the same G0. The conductance range is illustrative.\n"
      << "# G_min_S = " << to_text(device.G_min) << '\n'
      << "# G_max_S = " << to_text(device.G_max) << '\n'
      << "dt_ms,G0_S,dG_S,sigma_S\n";
  std::uint64_t row = 0;
  for (const double w : states) {
    double largest = 0.0;
    for (int dt = -100; dt <= 100; dt += 2)
      if (dt != 0) largest = std::max(largest, std::abs(rule.dw(dt, w)));
    const double sigma = noise * largest * range;
    for (int dt = -100; dt <= 100; dt += 2) {
      if (dt == 0) continue;
      const double dG =
          rule.dw(dt, w) * range + sigma * Stream(seed, Purpose::noise, row++).normal();
      out << dt << ',' << rounded(device.siemens(w)) << ',' << rounded(dG) << ',' << rounded(sigma)
          << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: generate_windows FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  write_window<NcMemristor<>>(folder / "nc_window.csv",
                              std::array{0.1, 0.25, 0.4, 0.55, 0.7, 0.85});
  write_window<PpxMemristor<>>(folder / "ppx_window.csv", std::array{0.1, 0.2, 0.3, 0.4, 0.5, 0.6});
}
