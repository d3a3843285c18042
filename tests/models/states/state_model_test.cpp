#include "models/device_file.hpp"

#include <cmath>
#include <functional>
#include <numbers>

#include "lib/base/error.hpp"
#include "models/states/integration.hpp"
#include "models/states/stiff_integration.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// A triangle wave: two periods of 1 s, amplitude 1 V, knots every 1/400 s.
VoltageCourse triangle_wave() {
  VoltageCourse course;
  for (int k = 0; k <= 800; ++k) {
    const double phase = std::fmod(k / 400.0, 1.0);
    const double V = phase < 0.25   ? 4.0 * phase
                     : phase < 0.75 ? 2.0 - 4.0 * phase
                                    : 4.0 * phase - 4.0;
    course.push_back({k / 400.0, V});
  }
  return course;
}

/// Flux at the knots, by trapezes: exact, since the voltage is linear between them.
std::vector<double> flux(const VoltageCourse& course) {
  std::vector<double> phi{0.0};
  for (std::size_t i = 1; i < course.size(); ++i)
    phi.push_back(phi.back() +
                  0.5 * (course[i].V + course[i - 1].V) * (course[i].t - course[i - 1].t));
  return phi;
}

/// Runge-Kutta of order 4 with fixed steps, written out: the plain second solution.
std::vector<double> plain_solution(const std::function<double(double, double)>& dx_dt, double x,
                                   const VoltageCourse& course, int steps) {
  std::vector<double> out{x};
  for (std::size_t i = 1; i < course.size(); ++i) {
    const double h = (course[i].t - course[i - 1].t) / steps;
    const double rise = (course[i].V - course[i - 1].V) / steps;
    for (int s = 0; s < steps; ++s) {
      const double V = course[i - 1].V + s * rise;
      const double a = dx_dt(x, V), b = dx_dt(x + 0.5 * h * a, V + 0.5 * rise),
                   c = dx_dt(x + 0.5 * h * b, V + 0.5 * rise), d = dx_dt(x + h * c, V + rise);
      x += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
    }
    out.push_back(x);
  }
  return out;
}

double largest_deviation(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(a[i] / b[i] - 1.0));
  return largest;
}

constexpr double agreement = 1e-8;  // relative, what the project promises of integration

}  // namespace

TEST_CASE("state: ion drift with Joglekar's window is a function of the flux", "[models][state]") {
  // With p = 1, [R_on x + R_off (1 - x)] dx = k R_on 4 x (1 - x) dphi, that is
  // R_off ln x - R_on ln(1 - x) = 4 k R_on phi + constant.
  const JoglekarDrift<> m{.R_on = 100.0, .R_off = 1600.0, .k = 18.0, .p = 1.0};
  const auto course = triangle_wave();
  const double x_0 = 0.3;
  const auto conserved = [&](double x) { return m.R_off * std::log(x) - m.R_on * std::log1p(-x); };
  std::vector<double> wanted;
  for (const double phi : flux(course)) {
    const double target = conserved(x_0) + 4.0 * m.k * m.R_on * phi;
    double low = 0.0, high = 1.0;
    for (int halvings = 0; halvings < 80; ++halvings)
      (conserved(0.5 * (low + high)) < target ? low : high) = 0.5 * (low + high);
    wanted.push_back(low);
  }
  const auto x = follow(m, x_0, course);
  CHECK(largest_deviation(x, wanted) < agreement);
  CHECK(*std::max_element(x.begin(), x.end()) > 0.8);  // the course leads through the range
}

TEST_CASE("state: VTEAM below its window is an integral over the excess voltage",
          "[models][state]") {
  // Far from the ends x^(2 p) is below 1e-15, so a ramp of slope s beyond v_on adds
  // k_on v_on / (s (alpha + 1)) (V / v_on - 1)^(alpha + 1).
  const Vteam<> m{.k_on = 0.05,
                  .k_off = 0.04,
                  .v_on = 0.4,
                  .v_off = -0.5,
                  .alpha_on = 2.5,
                  .alpha_off = 1.0,
                  .p = 100.0};
  const VoltageCourse up{{0.0, 0.0}, {1.0, 1.0}};
  const double moved = 0.05 * 0.4 / 3.5 * std::pow(1.0 / 0.4 - 1.0, 3.5);
  CHECK(follow(m, 0.5, up).back() == Approx(0.5 + moved).epsilon(agreement));
  const VoltageCourse down{{0.0, 0.0}, {0.0, -0.75}, {2.0, -0.75}, {2.0, 0.0}};  // a rectangle
  CHECK(follow(m, 0.5, down).back() == Approx(0.5 - 0.04 * 0.5 * 2.0).epsilon(agreement));
  const VoltageCourse quiet{{0.0, 0.0}, {1.0, 0.4}, {3.0, -0.5}, {4.0, 0.0}};
  CHECK(follow(m, 0.5, quiet).back() == 0.5);  // between the thresholds nothing moves
}

TEST_CASE("state: every model agrees with a plain solution to 1e-8", "[models][state]") {
  const auto course = triangle_wave();
  // The equations once more, as the papers have them. The thresholds lie on knots of the course, so
  // that steps of a fixed size do not cross a corner; 40 of them in a knot leave 1e-9.
  SECTION("vteam") {
    const Vteam<> m{.k_on = 0.8,
                    .k_off = 0.5,
                    .v_on = -0.3,
                    .v_off = 0.2,
                    .alpha_on = 3.0,
                    .alpha_off = 2.0,
                    .p = 3.0};
    const auto plain = [](double x, double V) {
      if (V < -0.3) return 0.8 * std::pow(V / -0.3 - 1.0, 3) * (1.0 - std::pow(x, 6));
      if (V > 0.2) return -0.5 * std::pow(V / 0.2 - 1.0, 2) * (1.0 - std::pow(1.0 - x, 6));
      return 0.0;
    };
    const auto x = follow(m, 0.6, course);
    CHECK(largest_deviation(x, plain_solution(plain, 0.6, course, 40)) < agreement);
    CHECK(*std::min_element(x.begin(), x.end()) < 0.2);
    CHECK(*std::max_element(x.begin(), x.end()) > 0.7);
  }
  SECTION("drift_biolek") {
    const BiolekDrift<> m{.R_on = 100.0, .R_off = 1000.0, .k = 50.0, .p = 2.0};
    const auto plain = [](double x, double V) {
      const double drift = 50.0 * 100.0 * V / (100.0 * x + 1000.0 * (1.0 - x));
      return drift * (1.0 - std::pow(V >= 0.0 ? x : 1.0 - x, 4));
    };
    CHECK(largest_deviation(follow(m, 0.2, course), plain_solution(plain, 0.2, course, 40)) <
          agreement);
  }
  SECTION("yakopcic") {
    const Yakopcic<> m{.V_p = 0.3,
                       .V_n = 0.2,
                       .A_p = 5.0,
                       .A_n = 6.0,
                       .x_p = 0.3,
                       .x_n = 0.5,
                       .alpha_p = 1.0,
                       .alpha_n = 5.0};
    const auto plain = [](double x, double V) {
      if (V > 0.3) {
        const double g = 5.0 * (std::exp(V) - std::exp(0.3));
        return x < 0.3 ? g : g * std::exp(-(x - 0.3)) * ((0.3 - x) / 0.7 + 1.0);
      }
      if (V < -0.2) {
        const double g = -6.0 * (std::exp(-V) - std::exp(0.2));
        return x > 0.5 ? g : g * std::exp(5.0 * (x - 0.5)) * x / 0.5;
      }
      return 0.0;
    };
    const auto x = follow(m, 0.35, course);
    CHECK(largest_deviation(x, plain_solution(plain, 0.35, course, 400)) < agreement);
    CHECK(*std::max_element(x.begin(), x.end()) > 0.6);
  }
}

TEST_CASE("state: the steps of fits agree with those of simulations, and do not mind stiffness",
          "[models][state]") {
  const auto course = triangle_wave();
  const Vteam<> m{
      .k_on = 5.0, .k_off = 2.0, .v_on = 0.5, .v_off = -0.4, .alpha_on = 2.0, .alpha_off = 1.5};
  const auto largest = [&](double tolerance) {
    std::vector<double> x;
    REQUIRE(
        integrate_stiff(m, 0.3, course, tolerance, 100'000, [&](double at) { x.push_back(at); }));
    return largest_deviation(x, follow(m, 0.3, course));
  };
  // Steps of order 3, judged by one of order 2: the sum of their errors falls as the tolerance.
  CHECK(largest(1e-6) < 1e-4);
  CHECK(largest(1e-8) < 1e-6);
  CHECK(largest(1e-10) < largest(1e-6) / 1000.0);

  // A device that sets within 1e-9 of a knot stays where its window ends.
  Vteam<> fast = m;
  fast.k_on = 1e12;
  std::vector<double> x;
  CHECK(integrate_stiff(fast, 0.3, course, 1e-6, 20'000, [&](double at) { x.push_back(at); }));
  CHECK(x.at(100) == Approx(1.0).epsilon(1e-6));
  CHECK_FALSE(integrate(fast, 0.3, course, 1e-6, 20'000, [](double) {}));
}

TEST_CASE("state: currents are those of the equations", "[models][state]") {
  CHECK(Vteam<>{}.I(1.0, 0.2) == Approx(0.2 / 1e4));
  CHECK(Vteam<>{}.I(0.5, 0.2) == Approx(0.2 / 5.5e4));
  CHECK(JoglekarDrift<>{}.I(0.0, 1.6) == Approx(1e-4));
  const Yakopcic<> y{.a_1 = 2e-4, .a_2 = 1e-4, .b = 2.0};
  CHECK(y.I(0.5, 0.5) == Approx(1e-4 * std::sinh(1.0)));
  CHECK(y.I(0.5, -0.5) == Approx(-0.5e-4 * std::sinh(1.0)));
}

TEST_CASE("state: a conductance has its state", "[models][state]") {
  for (const auto& name : shipped_state_models()) {
    const auto model = state_model_named(name, "test");
    CHECK(state_model_name(model) == name);
    for (const double x : {0.0, 0.25, 0.8, 1.0})
      CHECK(state_at(model, conductance_at(model, x, 0.1), 0.1) == Approx(x).margin(1e-12));
  }
  CHECK_THROWS_WITH(state_model_named("hp", "--model"), Contains("drift_joglekar, vteam"));
}

TEST_CASE("state: a device that moves too fast is refused", "[models][state]") {
  Vteam<> m;
  m.k_on = 1e15;
  CHECK_THROWS_AS(follow(m, 0.5, triangle_wave()), IoError);
}

TEST_CASE("device file: every state model survives the round trip, bit for bit",
          "[models][state]") {
  for (const auto& name : shipped_state_models()) {
    INFO(name);
    auto file = load_device(name);
    file.fit = {{"n", 12}};
    file.variability.read_noise = 0.02;
    const json object = to_json(file);
    CHECK(is_device(object));
    CHECK(to_json(device_from_json(parse_json(object.dump(2), name), name)) == object);
  }
}

TEST_CASE("device file: wrong ones are refused, and a device is not taken for a rule",
          "[models][state]") {
  json file = to_json(load_device("vteam"));
  CHECK(file["conductance"]["G_max_S"] == Approx(1e-4));
  CHECK_THROWS_WITH(load_model(file.dump()), Contains("a plasticity rule") &&
                                                 Contains("Its window under given pulses is one"));
  CHECK_THROWS_WITH(load_model("yakopcic"), Contains("yakopcic: expected a plasticity rule"));
  file["params"]["alpha_on"] = -1.0;
  CHECK_THROWS_WITH(load_device(file.dump()), Contains("/params/alpha_on"));
  file["params"]["gamma"] = 1.0;
  CHECK_THROWS_WITH(load_device(file.dump()), Contains("gamma"));
  CHECK_THROWS_WITH(load_device("nc"), Contains("drift_joglekar"));
  StateModel device = Vteam<>{};
  set_device_param(device, "v_on_V", 0.7, "--rule-param");
  CHECK(std::get<Vteam<>>(device).v_on == 0.7);
  CHECK_THROWS_WITH(set_device_param(device, "v_in_V", 0.7, "here"), Contains("v_off_V"));
}
