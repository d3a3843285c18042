#include "fit_reads.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "../lib/io/file.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

std::string percent(double share) { return rounded(100.0 * share, 3) + " %"; }

bool names_device(const std::string& model) {
  const auto devices = shipped_state_models();
  if (std::find(devices.begin(), devices.end(), model) != devices.end()) return true;
  return model.ends_with(".json") && is_device(read_json(model));
}

/// The model file with what was measured in it, which `put(variability, conductance, record)` puts
/// there.
template <class Put>
json with_numbers(const std::string& model, const Put& put) {
  if (model != "auto" && names_device(model)) {
    auto file = load_device(model, "--model");
    put(file.variability, file.conductance, file.fit);
    return to_json(file);
  }
  auto file = load_model(model == "auto" ? "stdp" : model, "--model");
  put(file.variability, file.conductance, file.fit);
  return to_json(file);
}

json with_reads(const std::string& model, const ReadFit& fit, const ReadData& data) {
  auto file = with_numbers(model, [&](auto& variability, auto& conductance, auto& record) {
    put_reads(variability, conductance, record, fit, data);
    if (model != "auto") return;
    // No device of its own: the cells read are the upper end of the range.
    conductance.G_max = std::max(fit.G_median, 1e-15);
    conductance.G_min = std::min(conductance.G_min, 0.01 * conductance.G_max);
  });
  if (model != "auto") return file;
  file["source"] = "illustrative rule; reads of " + data.file +
                   " gave variability and G_max, G_min is illustrative";
  warn(
      "reads say nothing about plasticity: the model file holds stdp with illustrative constants; "
      "--model FILE.json puts the numbers into a device of yours");
  return file;
}

json with_endurance(const std::string& model, const EnduranceFit& fit, const EnduranceData& data) {
  auto file = with_numbers(model, [&](auto& variability, auto& conductance, auto& record) {
    put_endurance(variability, conductance, record, fit, data);
  });
  if (model != "auto") return file;
  file["source"] = "illustrative rule; endurance of " + data.file + " gave the range and ctoc";
  warn(
      "endurance says nothing about plasticity: the model file holds stdp with illustrative "
      "constants; --model FILE.json puts the numbers into a device of yours");
  return file;
}

void print(const EnduranceFit& fit, const EnduranceData& data) {
  for (const auto& text : data.notices) std::cout << "understood: " << text << '\n';
  const auto course = [](const StateCourse& state) {
    return rounded(state.median) + " S (" + rounded(1.0 / state.median) + " Ohm), spread " +
           percent(state.spread) + ", by a decade of cycles " + percent(std::expm1(state.slope)) +
           " ± " + percent(state.slope_error);
  };
  print_table({{"cycles", rounded(fit.cycles, 6)},
               {"on, median", course(fit.on)},
               {"off, median", course(fit.off)},
               {"G_on / G_off, first to last",
                rounded(fit.first_ratio, 3) + " to " + rounded(fit.last_ratio, 3)},
               {"beyond the other state's median", std::to_string(fit.overlaps)}});
}

void print(const ReadFit& fit, const ReadData& data) {
  for (const auto& text : data.notices) std::cout << "understood: " << text << '\n';
  std::vector<std::vector<std::string>> rows{
      {"cells", std::to_string(fit.cells)},
      {"reads", std::to_string(fit.reads)},
      {"conductance (median)", rounded(fit.G_median) + " S"}};
  if (data.is_slope) {
    rows.push_back({"current at 0 V (median)", rounded(fit.offset) + " A"});
    rows.push_back({"r2 of straight lines (median)", rounded(data.r2)});
  }
  if (std::isfinite(fit.read_noise)) {
    rows.push_back({"noise of a read", percent(fit.read_noise) + " of G"});
    rows.push_back({"correlation of next reads", rounded(fit.autocorrelation, 3)});
    rows.push_back({"of the variance, white", percent(fit.white_share)});
  }
  if (std::isfinite(fit.drift_nu)) {
    rows.push_back({"drift, G ~ (1 + t/t0)^-nu", "nu = " + rounded(fit.drift_nu, 3) + " ± " +
                                                     rounded(fit.drift_nu_error, 2) +
                                                     ", t0 = " + rounded(fit.drift_t0) + " s"});
    if (fit.variability.drift_nu == 0.0)
      rows.push_back({"", "not above three standard errors: none in the model file"});
  }
  if (std::isfinite(fit.spread)) {
    rows.push_back({"spread from cell to cell", percent(fit.spread)});
    rows.push_back({"distribution", std::string(fit.is_log_normal ? "log-normal" : "normal") +
                                        " (AIC lower by " + rounded(fit.delta_aic) + ")"});
  }
  print_table(rows);
  if (fit.left_out > 0)
    std::cout << fit.left_out
              << " cells below a tenth of the median are not counted in the spread\n";
  if (const auto v = to_json(fit.variability); !v.empty())
    std::cout << "variability: " << v.dump() << '\n';
}

void tell(const auto& fit, const auto& data, const json& model_file, const std::string& output,
          bool as_json) {
  for (const auto& text : data.suspicions) warn(text);
  if (!output.empty()) write_text(output, model_file.dump(2) + "\n");
  if (as_json)
    print_json(model_file);
  else
    print(fit, data);
}

}  // namespace

void tell_reads(const ReadData& data, const std::string& model, const std::string& output,
                bool as_json) {
  const auto fit = fit_reads(data);
  tell(fit, data, with_reads(model, fit, data), output, as_json);
}

void tell_endurance(const EnduranceData& data, const std::string& model, const std::string& output,
                    bool as_json) {
  const auto fit = fit_endurance(data);
  tell(fit, data, with_endurance(model, fit, data), output, as_json);
}

}  // namespace memplast::cli
