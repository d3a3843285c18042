#include "statistics.hpp"

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
  const boost::math::students_t t(s.n - 1);
  const double half = quantile(t, 0.975) * s.sd * std::sqrt(1.0 / s.n + test_over_train);
  s.ci95_low = s.mean - half;
  s.ci95_high = s.mean + half;
  return s;
}

}  // namespace memplast
