#pragma once
#include <string>
#include <vector>

#include "report_figures.hpp"

namespace memplast {

/// A model file beside the runs, with the name to show.
struct ReportedModel {
  std::string file;
  ModelFile model;
};

struct ReportedSweep {
  std::string file;  ///< without its folder
  SweepRecord record;
};

struct ReportContent {
  std::vector<ReportedRun> runs;
  std::vector<ReportedModel> models;
  std::vector<ReportedSweep> sweeps;
  std::vector<WindowData> data;  ///< measurements that models were fitted to
};

/// Every figure of a report, in order; their ids are distinct.
std::vector<Figure> report_figures(const ReportContent& content);

/// The report as one page of HTML that needs nothing else: no script, no network (its own policy
/// forbids both), light and dark, for phones and for paper. Every text that comes from a file is
/// escaped.
std::string report_page(const ReportContent& content);

}  // namespace memplast
