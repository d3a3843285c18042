#include <filesystem>
#include <iostream>
#include <memory>

#include "../export/report/report_page.hpp"
#include "../lib/io/process.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct ReportCommand {
  std::vector<std::string> files;
  std::vector<std::string> data;
  std::string output;
  std::string figures;
  bool json = false;
};

SweepRecord read_whole_sweep(const h5::Reader& file) {
  auto record = read_sweep(file);
  if (!record.is_whole())
    throw InputError({.where = file.path(),
                      .expected = "a whole sweep",
                      .got = "a shard of one",
                      .mend = "memplast merge puts the shards together."});
  return record;
}

ReportContent read_content(const ReportCommand& c) {
  ReportContent content;
  for (const auto& path : c.files) {
    const auto name = std::filesystem::path(path).filename().string();
    if (!h5::is_hdf5(read_text(path)))
      content.models.push_back({name, model_from_json(read_json(path), path)});
    else if (const h5::Reader file(path); is_sweep(file))
      content.sweeps.push_back({name, read_whole_sweep(file)});
    else
      content.runs.push_back(read_reported_run(path));
  }
  for (const auto& path : c.data) content.data.push_back(read_window(path));
  return content;
}

/// Each figure as SVG, and as PDF and PNG if rsvg-convert is there; gives the number of figures.
std::size_t write_figures(const ReportContent& content, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw IoError(folder.string(), "the folder cannot be made, " + failed.message());
  bool converts = true;
  std::size_t n = 0;
  for (const auto& figure : report_figures(content)) {
    const auto svg = svg_file(figure);
    write_text(folder / (figure.id + ".svg"), svg);
    ++n;
    for (const std::string kind : {"pdf", "png"}) {
      if (!converts) break;
      try {
        AtomicFile target(folder / (figure.id + "." + kind));
        // 4.17 pixels of a PNG for each of ours: 300 dots per inch at 72 of ours per inch.
        const auto result =
            run_process({"rsvg-convert", "--format", kind, "--zoom", kind == "png" ? "4.17" : "1",
                         "--output", target.temporary().string()},
                        svg, "");
        if (result.exit_code != 0)
          throw IoError(figure.id, "cannot be converted, rsvg-convert says: " + result.output);
        target.commit();
      } catch (const ProgramMissing&) {
        converts = false;
        warn("figures are written as SVG only; for PDF and PNG install the package librsvg2-bin");
      }
    }
  }
  return n;
}

void run(const ReportCommand& c) {
  require_writable(c.output);
  const auto content = read_content(c);
  const auto page = report_page(content);
  write_text(c.output, page);
  const std::size_t n = c.figures.empty() ? 0 : write_figures(content, c.figures);
  if (c.json) {
    print_json({{"output", c.output},
                {"runs", content.runs.size()},
                {"sweeps", content.sweeps.size()},
                {"models", content.models.size()},
                {"bytes", page.size()},
                {"figure_files", n}});
    return;
  }
  std::cout << c.output << ": " << content.runs.size() << " runs, "
            << (content.sweeps.empty() ? "" : std::to_string(content.sweeps.size()) + " sweeps, ")
            << content.models.size() << " models, " << (page.size() + 999) / 1000 << " kB\n";
  if (n > 0) std::cout << c.figures << ": " << n << " figures\n";
}

}  // namespace

void add_report(CommandLine& app) {
  auto c = std::make_shared<ReportCommand>();
  const auto command =
      app.add("report", "One page with figures and tables of several runs", c->json);
  command.option("files", c->files, "results of runs and sweeps (HDF5), model files (JSON)")
      .required()
      .type_name("FILE...");
  command
      .option("--data", c->data,
              "measured windows; each is shown with the models that were fitted to it")
      .type_name("FILE.csv");
  command.option("--figures", c->figures, "folder for each figure as SVG, PDF and PNG")
      .type_name("FOLDER");
  command.option("-o,--output", c->output, "HTML file to write").required().type_name("FILE");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
