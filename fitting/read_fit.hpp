#pragma once
#include "../models/device_file.hpp"
#include "readers/read_measurement.hpp"

namespace memplast {

/// What reads say about the noise of a read, drift, and the spread from cell to cell. Numbers that
/// the data cannot tell are NaN.
struct ReadFit {
  std::size_t cells = 0;
  std::size_t reads = 0;
  double G_median = 0.0;  ///< S, over cells

  double read_noise = 0.0;       ///< relative sd of a read about its drift, mean square over cells
  double autocorrelation = 0.0;  ///< of next reads
  /// Share of the variance of reads that next reads do not have in common: with c_k the covariance
  /// of reads k apart, 1 - c_1^2 / (c_0 c_2), the rest being taken for one exponential decay.
  double white_share = 1.0;

  double drift_nu = 0.0;        ///< G ~ (1 + t / t_0)^-nu, mean over cells
  double drift_nu_error = 0.0;  ///< standard error, for correlated reads
  double drift_nu_dtod = 0.0;   ///< spread over cells
  double drift_t0 = 1.0;        ///< s

  double spread = 0.0;         ///< relative sd of G over cells
  bool is_log_normal = false;  ///< that describes the cells better than a normal distribution
  double delta_aic = 0.0;      ///< by how much
  std::size_t left_out = 0;    ///< cells below a tenth of the median, not counted in the spread
  double offset = 0.0;         ///< A at 0 V, median of read I-Vs

  Variability variability;  ///< what a simulation can act out of that
};

/// Relative noise, drift and spread of reads:
///
///   ln G_i = a - nu ln(1 + t_i / t_0) + residual,  t_0 = 1 s, or a hundredth of shorter series
///
/// for each cell with ten reads at least; read_noise is the sd of G_i about that course, over its
/// mean. Standard errors of nu are widened by sqrt((1 + c) / (1 - c)) for a correlation c > 0 of
/// next residuals. The spread is the sd of G over its mean, of a normal distribution or of a
/// log-normal one, whichever has the lower AIC, with three cells at least.
///
/// Into `variability` go the noise; the drift if it is above three standard errors; and the spread,
/// as that of G_max.
ReadFit fit_reads(const ReadData& data);

json to_json(const ReadFit& fit, const ReadData& data);

/// Puts what reads say into a model file or a device: its `variability`, V_read, and `reads` among
/// the record of its fit.
void put_reads(Variability& variability, Conductance& conductance, json& record, const ReadFit& fit,
               const ReadData& data);

}  // namespace memplast
