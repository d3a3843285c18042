#include "fitting/sweep_fit.hpp"

#include <cmath>

#include "lib/base/error.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// One period of a triangle.
struct Cycle {
  double amplitude;  ///< V
  double period;     ///< s
};

/// Currents of a device under triangles, `points` for each, with normal noise of a share of the
/// largest current.
SweepData sweep(const StateModel& device, double x, const std::vector<Cycle>& cycles, int points,
                double noise) {
  SweepTrace trace;
  double t = 0.0;
  for (const auto& [amplitude, period] : cycles)
    for (int k = 0; k < points; ++k, t += period / points) {
      const double phase = static_cast<double>(k) / points;
      const double V = phase < 0.25   ? 4.0 * phase
                       : phase < 0.75 ? 2.0 - 4.0 * phase
                                      : 4.0 * phase - 4.0;
      trace.course.push_back({t, amplitude * V});
    }
  SweepData data;
  const auto states = follow(device, x, trace.course);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const double V = trace.course[i].V;
    trace.I.push_back(std::visit([&](const auto& m) { return m.I(states[i], V); }, device));
    data.I_max = std::max(data.I_max, std::abs(trace.I.back()));
    trace.trusted.push_back(i);
  }
  Stream random(4, Purpose::noise);
  for (double& I : trace.I) I += noise * data.I_max * random.normal();
  data.traces.push_back(trace);
  return data;
}

/// Each fitted parameter is within a share of the truth.
void check_params(const SweepFit& fit, const StateModel& truth, double share) {
  std::visit(
      [&]<class M>(const M& m) {
        std::size_t i = 0;
        for_each_param<M>([&](const auto& param) {
          const auto& found = fit.params[i++];
          if (found.standing == Standing::fixed) return;
          INFO(found.key << " +- " << found.std_error);
          CHECK(found.value == Approx(m.*param.member).epsilon(share));
        });
      },
      truth);
}

/// Weak and slow to strong and fast: a state that moves a part of its range in each.
const std::vector<Cycle> growing{{0.6, 40.0}, {0.7, 12.0}, {0.85, 6.0},
                                 {1.05, 2.5}, {1.3, 1.2},  {1.6, 0.6}};

}  // namespace

TEST_CASE("sweep fit: recovers a planted VTEAM within 5 % at 1 % noise", "[fitting][sweep]") {
  const Vteam<> truth{.R_on = 5e3,
                      .R_off = 5e4,
                      .k_on = 5.0,
                      .k_off = 2.0,
                      .v_on = 0.5,
                      .v_off = -0.4,
                      .alpha_on = 2.0,
                      .alpha_off = 1.5};
  const auto data = sweep(truth, 0.3, growing, 333, 0.01);
  const auto fit = fit_sweep("vteam", data);
  CHECK(fit.converged);
  check_params(fit, truth, 0.05);
  CHECK(fit.rmse == Approx(0.01 * data.I_max).epsilon(0.05));
  CHECK(fit.traces.at(0).x_start == Approx(0.3).margin(0.02));

  // The same device wired the other way round: only the thresholds change their sign.
  auto reversed = sweep(truth, 0.3, growing, 60, 0.002);
  for (auto& knot : reversed.traces[0].course) knot.V = -knot.V;
  for (double& I : reversed.traces[0].I) I = -I;
  const auto other = std::get<Vteam<>>(fit_sweep("vteam", reversed).device);
  CHECK(other.v_on == Approx(-0.5).epsilon(0.05));
  CHECK(other.k_on == Approx(5.0).epsilon(0.05));

  const auto file = model_from_fit(fit, data);
  CHECK(to_json(load_device(to_json(file).dump())) == to_json(file));
  CHECK(file.conductance.G_max == Approx(1.0 / std::get<Vteam<>>(fit.device).R_on));
}

TEST_CASE("sweep fit: recovers a planted Yakopcic device within 5 % at 1 % noise",
          "[fitting][sweep]") {
  const Yakopcic<> truth{.a_1 = 1e-4,
                         .a_2 = 8e-5,
                         .b = 1.5,
                         .V_p = 0.5,
                         .V_n = 0.4,
                         .A_p = 8.0,
                         .A_n = 6.0,
                         .x_p = 0.4,
                         .x_n = 0.5,
                         .alpha_p = 2.0,
                         .alpha_n = 4.0};
  const auto data = sweep(truth, 0.3, growing, 333, 0.01);
  const auto fit =
      fit_sweep("yakopcic", data,
                {.fixed = {{"x_p", 0.4}, {"x_n", 0.5}, {"alpha_p", 2.0}, {"alpha_n", 4.0}}});
  CHECK(fit.converged);
  check_params(fit, truth, 0.05);

  // With all eleven free, how x slows down trades with its scale: within four standard errors.
  const auto all = fit_sweep("yakopcic", data, {.starts = 2});
  CHECK(all.r2 >= fit.r2);
  std::size_t i = 0;
  for_each_param<Yakopcic<>>([&](const auto& param) {
    const auto& found = all.params[i++];
    if (found.standing == Standing::fixed) return;
    INFO(found.key << " " << found.value << " +- " << found.std_error);
    CHECK(std::abs(found.value - truth.*param.member) < 4.0 * found.std_error);
  });
}

TEST_CASE("sweep fit: recovers planted ion drift", "[fitting][sweep]") {
  const std::vector<Cycle> slow{{1.0, 4.0}, {1.2, 4.0}};
  const BiolekDrift<> biolek{.R_on = 1e3, .R_off = 2e4, .k = 10.0, .p = 2.0};
  const auto fit = fit_sweep("drift_biolek", sweep(biolek, 0.2, slow, 300, 0.002));
  check_params(fit, biolek, 0.05);
  const JoglekarDrift<> joglekar{.R_on = 1e3, .R_off = 1e4, .k = -6.0, .p = 1.0};
  const auto other =
      fit_sweep("drift_joglekar", sweep(joglekar, 0.4, slow, 300, 0.002), {.fixed = {{"p", 1.0}}});
  // x stays below 0.8, where only k R_on shows.
  const auto& found = std::get<JoglekarDrift<>>(other.device);
  CHECK(found.k * found.R_on == Approx(-6e3).epsilon(0.05));
  CHECK(other.r2 > 0.99);
}

TEST_CASE("sweep fit: points under compliance do not count", "[fitting][sweep]") {
  const Vteam<> truth{.R_on = 5e3, .R_off = 5e4, .k_on = 5.0, .k_off = 2.0};
  auto data = sweep(truth, 0.3, growing, 100, 0.005);
  auto& trace = data.traces[0];
  std::erase_if(trace.trusted, [&](std::size_t i) { return i % 7 == 0; });
  for (std::size_t i = 0; i < trace.I.size(); i += 7) trace.I[i] = 1.0;
  const auto fit = fit_sweep("vteam", data);
  CHECK(fit.n == static_cast<int>(trace.trusted.size()));
  CHECK(std::get<Vteam<>>(fit.device).v_on == Approx(0.5).epsilon(0.05));
  CHECK(fit.traces[0].I.size() == trace.course.size());
}

TEST_CASE("sweep fit: wrong calls are refused", "[fitting][sweep]") {
  const auto data = sweep(Vteam<>{}, 0.3, {{1.0, 1.0}}, 40, 0.01);
  CHECK_THROWS_WITH(fit_sweep("nc", data), Contains("drift_joglekar, vteam"));
  CHECK_THROWS_WITH(fit_sweep("vteam", data, {.fixed = {{"v_on", 1.0}}}), Contains("v_on_V"));
}
