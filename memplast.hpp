/// memplast, all of it: measurements of a device in, conductances to program out.
///
///   #include <memplast/memplast.hpp>
///   using namespace memplast;
///   int main() {
///     const auto measured = read_window("nc_window.csv");
///     const auto model = model_from_fit(fit_window("nc", measured), measured);
///     const auto settings = preset("iris", "teacher_timed", "temporal", "nc", 4);
///     const auto iris = load_shipped_dataset("iris");
///     const auto run = run_classification({.model = model, .settings = settings}, iris, 2);
///     write_result("iris.h5", run, {});
///     const auto map = read_conductance_map("iris.h5", "");
///     write_text("map.csv", to_csv(lay_out(map, Mapping::single)));
///   }
///
/// docs/cpp.md says how to build it. A header may as well be included alone; one that is not
/// reached from here is private and not installed.
#pragma once
#include "export/circuits/crossbar_circuit.hpp"
#include "export/circuits/state_circuit.hpp"
#include "export/figures/figure.hpp"
#include "export/figures/pulse_figure.hpp"
#include "export/figures/sweep_figure.hpp"
#include "export/figures/window_figure.hpp"
#include "export/maps/map_file.hpp"
#include "export/maps/network_code.hpp"
#include "export/maps/programming.hpp"
#include "export/report/report_page.hpp"
#include "fitting/device_rule.hpp"
#include "fitting/model_choice.hpp"
#include "fitting/pulse_fit.hpp"
#include "fitting/read_fit.hpp"
#include "fitting/readers/endurance.hpp"
#include "fitting/sweep_fit.hpp"
#include "fitting/variability_fit.hpp"
#include "fitting/window_fit.hpp"
#include "learners/actor_critic.hpp"
#include "learners/own_class.hpp"
#include "learners/teacher_timed.hpp"
#include "lib/base/error.hpp"
#include "lib/base/parallel.hpp"
#include "lib/base/version.hpp"
#include "lib/coding/code.hpp"
#include "lib/coding/decoders.hpp"
#include "lib/coding/encoders.hpp"
#include "lib/coding/scaler.hpp"
#include "lib/coding/soft_boxes.hpp"
#include "lib/engine/blocked_network.hpp"
#include "lib/engine/grid_network.hpp"
#include "lib/engine/replay.hpp"
#include "lib/engine/volley.hpp"
#include "lib/io/csv.hpp"
#include "lib/io/file.hpp"
#include "lib/io/h5.hpp"
#include "lib/numeric/random.hpp"
#include "lib/numeric/statistics.hpp"
#include "models/device/device_array.hpp"
#include "models/device/programmer.hpp"
#include "models/device/synapses.hpp"
#include "models/device_file.hpp"
#include "models/layers/grid_layer.hpp"
#include "models/layers/volley_layer.hpp"
#include "models/model_file.hpp"
#include "models/rules/erased.hpp"
#include "models/states/device_window.hpp"
#include "tasks/classification.hpp"
#include "tasks/control.hpp"
#include "tasks/data/dataset.hpp"
#include "tasks/data/metrics.hpp"
#include "tasks/data/splits.hpp"
#include "tasks/environments/cartpole.hpp"
#include "tasks/environments/classic_control.hpp"
#include "tasks/result_file.hpp"
#include "tasks/search/sweep.hpp"
#include "tasks/search/tuning.hpp"
#include "tasks/trained_fold.hpp"
#include "tasks/trained_network.hpp"
