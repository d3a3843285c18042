#include "statistics.hpp"

#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace memplast {

Summary summarise(std::span<const double> scores, double test_over_train) {
  Summary s;
  s.n = static_cast<int>(scores.size());
  if (s.n == 0) return s;
  s.mean = std::accumulate(scores.begin(), scores.end(), 0.0) / s.n;
  s.ci95_low = s.ci95_high = s.mean;
  if (s.n == 1) return s;
  double squares = 0.0;
  for (const double x : scores) squares += (x - s.mean) * (x - s.mean);
  s.sd = std::sqrt(squares / (s.n - 1));
  const double half = t_95(s.n - 1) * s.sd * std::sqrt(1.0 / s.n + test_over_train);
  s.ci95_low = s.mean - half;
  s.ci95_high = s.mean + half;
  return s;
}

double t_95(int degrees_of_freedom) {
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), 0.975);
}

double chance_of_as_many(int count, double expected) {
  return boost::math::cdf(boost::math::complement(boost::math::poisson(expected), count - 1));
}

}  // namespace memplast
