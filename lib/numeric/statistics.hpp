#pragma once
#include <span>

namespace memplast {

/// Mean, sample standard deviation and 95 % confidence interval of a score over resampled folds.
struct Summary {
  double mean = 0.0;
  double sd = 0.0;
  double ci95_low = 0.0;
  double ci95_high = 0.0;
  int n = 0;
};

/// The corrected resampled t interval of Nadeau and Bengio 2003 (doi:10.1023/A:1024068626366):
/// folds of repeated cross-validation share training samples, so the variance of the mean is (1/n +
/// n_test/n_train) sd^2, with n - 1 degrees of freedom.
Summary summarise(std::span<const double> scores, double test_over_train);

/// The t that Student's distribution exceeds with a probability of 2.5 %: a 95 % confidence
/// interval reaches so many standard errors to both sides.
double t_95(int degrees_of_freedom);

/// The probability of at least `count` events where `expected` are expected (Poisson).
double chance_of_as_many(int count, double expected);

}  // namespace memplast
