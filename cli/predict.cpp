#include <iostream>
#include <memory>

#include "../lib/io/csv.hpp"
#include "../tasks/data/dataset.hpp"
#include "../tasks/trained_network.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct PredictCommand {
  std::string results, data, output, fold;
  bool json = false;
};

std::string to_csv(const Predictor& predictor, const std::vector<Prediction>& predictions) {
  const auto score = predictor.classifier->score_name();
  std::string out = "class";
  for (const auto& name : predictor.class_names)
    out += "," + csv_cell(std::string(score) + "_" + name);
  out += ",input_spikes,output_spikes,simulated_ms,read_energy_J\n";
  for (const Prediction& p : predictions) {
    out += csv_cell(predictor.class_names[static_cast<std::size_t>(p.y)]);
    for (const double x : p.scores) out += "," + to_text(x);
    out += "," + std::to_string(p.spent.input_spikes) + "," +
           std::to_string(p.spent.output_spikes) + "," + to_text(p.spent.simulated_ms) + "," +
           to_text(read_energy_J(p.spent, predictor.range)) + "\n";
  }
  return out;
}

void run(const PredictCommand& c) {
  require_writable(c.output);
  const auto predictor = read_predictor(h5::Reader(c.results), c.fold);
  const auto table = read_csv(c.data);
  const auto predictions =
      predict(predictor, features_from(table, predictor.feature_names,
                                       predictor.median ? Missing::kept : Missing::refused));
  write_text(c.output, to_csv(predictor, predictions));

  std::vector<std::string> ignored;
  for (const auto& name : table.header) {
    const auto& known = predictor.feature_names;
    if (std::find(known.begin(), known.end(), name) == known.end()) ignored.push_back(name);
  }
  std::vector<int> counts(predictor.class_names.size(), 0);
  for (const Prediction& p : predictions) ++counts[static_cast<std::size_t>(p.y)];
  if (c.json) {
    json classes = json::object();
    for (std::size_t k = 0; k < counts.size(); ++k) classes[predictor.class_names[k]] = counts[k];
    print_json({{"output", c.output},
                {"network", predictor.name},
                {"rows", predictions.size()},
                {"classes", classes},
                {"ignored_columns", ignored}});
    return;
  }
  std::cout << c.output << ": " << predictions.size() << " rows, by the network " << predictor.name
            << '\n';
  std::vector<std::vector<std::string>> rows;
  for (std::size_t k = 0; k < counts.size(); ++k)
    rows.push_back({"  " + one_line(predictor.class_names[k]), std::to_string(counts[k])});
  print_table(rows);
  if (!ignored.empty()) std::cout << "ignored columns: " << one_line(join(ignored), 400) << '\n';
}

}  // namespace

void add_predict(CommandLine& app) {
  auto c = std::make_shared<PredictCommand>();
  const auto command = app.add(
      "predict", "Let a trained network of a result file tell the classes of new samples", c->json);
  command.option("results", c->results, "result file of memplast run").required();
  command.option("data", c->data, "CSV with the columns that it was trained on").required();
  command.option("-o,--output", c->output, "CSV file for the predictions")
      .required()
      .type_name("FILE");
  command
      .option("--fold", c->fold,
              "whose network: PARTITION_FOLD, or final for that of run --final; at first that, "
              "else the first fold's")
      .type_name("P_K");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
