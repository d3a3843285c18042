#include "fitting/least_squares.hpp"

#include <cmath>

#include "fitting/model_choice.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

/// Points of y = a + b x with normal noise of standard deviation `noise`; n of them, x in [0, 1].
FitProblem line(int n, double noise, std::uint64_t seed = 3) {
  FitProblem problem;
  problem.name = "line";
  problem.params = {{"a", "1", 0.0, -1e6, 1e6}, {"b", "1", 0.0, -1e6, 1e6}};
  std::vector<double> x;
  Stream random(seed, Purpose::noise);
  for (int i = 0; i < n; ++i) {
    x.push_back(i / (n - 1.0));
    problem.measured.push_back(2.0 - 3.0 * x.back() + noise * random.normal());
  }
  problem.sigma.assign(x.size(), 1.0);
  problem.shared = 2;
  problem.predict = [x](std::size_t, const double* p, double, double* out, double* J, double*) {
    for (const double xi : x) {
      *out++ = p[0] + p[1] * xi;
      if (J == nullptr) continue;
      *J++ = 1.0;
      *J++ = xi;
    }
  };
  problem.candidate = [](int) { return std::vector<double>{0.0, 0.0}; };
  problem.candidates = 1;
  return problem;
}

/// Moves every tenth point far away.
void spoil(FitProblem& problem) {
  for (std::size_t i = 5; i < problem.measured.size(); i += 10) problem.measured[i] += 20.0;
}

FitRecord fit(const FitProblem& problem, Loss loss, int folds = 0) {
  return solve(problem, {.loss = loss, .folds = folds}).record;
}

}  // namespace

TEST_CASE("losses: rho, its slope and its curvature agree", "[fitting][loss]") {
  const auto loss = GENERATE(Loss::none, Loss::huber, Loss::cauchy, Loss::tukey);
  constexpr double h = 1e-6;
  for (const double u : {-6.0, -4.5, -1.0, 0.0, 0.3, 1.3, 2.0, 4.6, 5.0}) {
    INFO(to_string(loss) << " at " << u);
    const auto at = loss_at(loss, u), below = loss_at(loss, u - h), above = loss_at(loss, u + h);
    CHECK(at.psi == Approx((above.rho - below.rho) / (4.0 * h)).margin(1e-8));
    CHECK(at.dpsi == Approx((above.psi - below.psi) / (2.0 * h)).margin(1e-8));
  }
}

TEST_CASE("a straight line: estimates and errors of the textbook", "[fitting]") {
  // Four points (0, 1), (1/3, 2), (2/3, 2), (1, 3): by hand, b = 1.8, a = 1.1,
  // residual sum of squares 0.2, Sxx = 5/9, var b = (0.2 / 2) / Sxx = 0.18.
  auto problem = line(4, 0.0);
  problem.measured = {1, 2, 2, 3};
  const auto record = fit(problem, Loss::none);
  CHECK(record.params[0].value == Approx(1.1));
  CHECK(record.params[1].value == Approx(1.8));
  CHECK(record.params[1].std_error == Approx(std::sqrt(0.18)));
  CHECK(record.rmse == Approx(std::sqrt(0.05)));
  CHECK(record.r2 == Approx(0.9));
  // Student's t with 2 degrees of freedom: 4.3027 (any table).
  CHECK(record.params[1].ci95_high == Approx(1.8 + 4.3027 * std::sqrt(0.18)).epsilon(1e-4));
  // n log(rss/n) + n + n log(2 pi) + 2 k with k = 3.
  CHECK(record.aic == Approx(4 * std::log(0.05) + 4 + 4 * std::log(2 * M_PI) + 6));
  CHECK(std::isinf(record.aicc));  // four points cannot carry three numbers
}

TEST_CASE("leave-one-out equals its closed form for a line", "[fitting]") {
  // For a linear model the held-out residual is r / (1 - h), h the diagonal of the hat matrix:
  // 1/n + (x - mean)^2 / Sxx.
  const int n = 12;
  const auto problem = line(n, 0.3);
  const auto record = fit(problem, Loss::none, n);
  double sum = 0.0, Sxx = 0.0;
  for (int i = 0; i < n; ++i) Sxx += std::pow(i / (n - 1.0) - 0.5, 2);
  for (int i = 0; i < n; ++i) {
    const double x = i / (n - 1.0);
    const double r = problem.measured[i] - record.params[0].value - record.params[1].value * x;
    sum += std::pow(r / (1.0 - 1.0 / n - (x - 0.5) * (x - 0.5) / Sxx), 2);
  }
  CHECK(record.cv_error == Approx(std::sqrt(sum / n)).epsilon(1e-6));
}

TEST_CASE("a number of its own for each group of points", "[fitting]") {
  // y = own_g + b x; with own numbers free, b is the mean slope within the groups: by hand
  // {0, 1} -> {1, 3} and {0, 2} -> {5, 6}: b = (2 * 0.5 + 1 * 1) / (0.5 + 2) = 0.8.
  FitProblem problem;
  problem.name = "two lines";
  problem.params = {{"b", "1", 0.0, -1e6, 1e6},
                    {"own", "1", 0.0, -1e6, 1e6, true, false},
                    {"own", "1", 0.0, -1e6, 1e6, true, false}};
  problem.measured = {1, 3, 5, 6};
  problem.sigma = {1, 1, 1, 1};
  problem.groups = {2, 2};
  problem.shared = 1;
  problem.predict = [](std::size_t group, const double* p, double own, double* out, double* J,
                       double* own_J) {
    for (int i = 0; i < 2; ++i) {
      const double x = i * (group == 0 ? 1.0 : 2.0);
      out[i] = own + p[0] * x;
      if (J == nullptr) continue;
      J[i] = x;
      own_J[i] = 1.0;
    }
  };
  problem.candidate = [](int) { return std::vector<double>{0.0, 0.0, 0.0}; };
  problem.candidates = 1;
  const auto solution = solve(problem, {.loss = Loss::none});
  CHECK(solution.record.params.size() == 1);
  CHECK(solution.p[0] == Approx(0.8));
  CHECK(solution.p[1] == Approx(1.6));
  CHECK(solution.p[2] == Approx(4.7));
  // Residuals -+0.6, +-0.3: sum of squares 0.9, one degree of freedom, Sxx within = 2.5.
  CHECK(solution.record.params[0].std_error == Approx(std::sqrt(0.9 / 2.5)));
}

TEST_CASE("a robust loss forgets outliers, and is chosen when there are some", "[fitting][loss]") {
  auto problem = line(200, 0.1);
  CHECK(fit(problem, Loss::automatic).loss == Loss::none);
  spoil(problem);
  CHECK(std::abs(fit(problem, Loss::none).params[0].value - 2.0) > 1.0);
  for (const Loss loss : {Loss::automatic, Loss::huber, Loss::cauchy, Loss::tukey}) {
    const auto record = fit(problem, loss);
    INFO(to_string(record.loss));
    CHECK(record.loss == (loss == Loss::automatic ? Loss::tukey : loss));
    // The error of a is 0.1 * 2 / sqrt(200) = 0.014; huber and cauchy keep a bias of that order.
    CHECK(record.params[0].value == Approx(2.0).margin(0.07));
    CHECK(record.params[0].std_error == Approx(0.014).epsilon(0.4));
    CHECK(record.outliers == 20);
  }
}

TEST_CASE("least squares is given up for normal noise in at most 1 % of cases", "[fitting][loss]") {
  int given_up = 0;
  for (const int n : {25, 40, 200})
    for (std::uint64_t seed = 0; seed < 70; ++seed)
      given_up += fit(line(n, 0.1, seed), Loss::automatic).loss == Loss::none ? 0 : 1;
  CHECK(given_up <= 2);
}

TEST_CASE("fits are ranked by AICc, and held-out points can veto", "[fitting]") {
  std::vector<FitRecord> fits(4);
  const double aicc[] = {10.0, 3.0, 30.0, 25.0}, error[] = {0.2, 0.1, 0.05, 0.3};
  for (std::size_t i = 0; i < 4; ++i) {
    fits[i].aicc = aicc[i];
    fits[i].cv_error = error[i];
  }
  auto ranked = rank_fits(fits);
  CHECK(ranked[0].fit == 1);
  CHECK(ranked[1].fit == 0);
  CHECK(ranked[1].delta_aicc == 7.0);
  CHECK_FALSE(ranked[1].indistinguishable);
  CHECK_FALSE(ranked[2].indistinguishable);
  CHECK(ranked[3].indistinguishable);  // better on held-out points
  fits[0].aicc = 6.9;
  CHECK(rank_fits(fits)[1].indistinguishable);
}

TEST_CASE("profile likelihood: the interval ends where the best rest costs t^2 variances more",
          "[fitting][profile]") {
  // A saturation y = a (1 - exp(-x / tau)) of which the data see the first part only. For a given
  // tau the best a is linear, so the profile is known without a search. tau = 3, then 12: nearly a
  // straight line, of which no tau is too long.
  const double truth = GENERATE(3.0, 12.0);
  auto problem = line(40, 0.0);
  problem.params = {{"a", "1", 1.0, 0.0, 1e5}, {"tau", "1", 1.0, 0.01, 1e4}};
  problem.params[0].logarithmic = problem.params[1].logarithmic = GENERATE(false, true);
  std::vector<double> x;
  Stream random(8, Purpose::noise);
  for (std::size_t i = 0; i < 40; ++i) {
    x.push_back(static_cast<double>(i + 1) / 20.0);
    problem.measured[i] = truth * (1.0 - std::exp(-x[i] / truth)) + 0.05 * random.normal();
  }
  problem.predict = [&x](std::size_t, const double* p, double, double* out, double* J, double*) {
    for (const double xi : x) {
      const double e = std::exp(-xi / p[1]);
      *out++ = p[0] * (1.0 - e);
      if (J == nullptr) continue;
      *J++ = 1.0 - e;
      *J++ = -p[0] * e * xi / (p[1] * p[1]);
    }
  };
  problem.candidate = [](int) { return std::vector<double>{2.0, 2.0}; };
  const auto record = solve(problem, {.loss = Loss::none, .profile = true}).record;

  const auto cost = [&](double tau) {  // at the best a
    double ss = 0.0, sy = 0.0, yy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double s = 1.0 - std::exp(-x[i] / tau), y = problem.measured[i];
      ss += s * s;
      sy += s * y;
      yy += y * y;
    }
    return yy - sy * sy / ss;
  };
  const auto& tau = record.params[1];
  const double t = 2.0244, dof = 38.0;  // Student's t, any table
  const double lowest = 40.0 * record.rmse * record.rmse;
  CHECK(tau.poor);
  CHECK(tau.profiled);
  CHECK(cost(tau.ci95_low) - lowest == Approx(t * t * lowest / dof).epsilon(0.05));
  if (truth == 3.0) {
    CHECK(cost(tau.ci95_high) - lowest == Approx(t * t * lowest / dof).epsilon(0.05));
    CHECK(tau.ci95_high - tau.value > tau.value - tau.ci95_low);  // skewed, as it should be
    CHECK((tau.ci95_low < truth && truth < tau.ci95_high));
  } else {
    CHECK(std::isinf(tau.ci95_high));
    CHECK(to_json(record)["ci95"]["tau"][1].is_null());
  }
}

TEST_CASE("profile likelihood: of a straight line it is the interval of the textbook",
          "[fitting][profile]") {
  auto problem = line(30, 1.0);
  for (double& y : problem.measured) y -= 2.0;  // then a is about 0 and called poor
  for (const Loss loss : {Loss::none, Loss::huber}) {
    const auto wald = solve(problem, {.loss = loss}).record.params[0];
    const auto profile = solve(problem, {.loss = loss, .profile = true}).record.params[0];
    INFO(to_string(loss));
    REQUIRE(wald.poor);
    // The cost of huber is not quite a parabola.
    const double tolerance = loss == Loss::none ? 0.01 : 0.15;
    const double length = wald.ci95_high - wald.ci95_low;
    CHECK(profile.ci95_low == Approx(wald.ci95_low).margin(tolerance * length));
    CHECK(profile.ci95_high == Approx(wald.ci95_high).margin(tolerance * length));
  }
}
